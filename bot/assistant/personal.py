"""A person's rights: what is held about them is shown, and erased, at their request; by a manager or admin."""

from collections.abc import Sequence
from typing import Any

from bot.erasing.held import held
from bot.erasing.person import Erasure, erase
from bot.erasing.scope import person_of
from core import events
from core.clock import Clock
from core.db import Database
from core.erasing import SHORTEST
from core.errors import BadInput
from core.people import Action, Person
from handoff.desk import Desk

SHOWN = "person.shown"  # the event that tells that somebody's data was looked at
FILED = "{email} is in the desk file: every start looks its people up. Take them out of it first, then restart."


class Personal:
    """Data subject access and erasure. Each public method is one transaction."""

    def __init__(self, database: Database, desk: Desk, clock: Clock) -> None:
        """Take what it needs of the shared parts: the command line has no more."""
        self._database, self._desk, self._clock = database, desk, clock

    def show(self, told: str, by: Person) -> dict[str, Any]:
        """Everything that is held about somebody, by Slack id or e-mail address, as JSON.

        Raises:
            NotAllowed: the person who asks is no manager or admin.
            BadInput, NotFound: see `bot.erasing.scope.person_of`.
        """
        by.must(Action.MANAGE_DESK)
        now = self._clock()
        with self._database.transaction() as session:
            person = person_of(session, told)
            found = held(session, person)
            events.record(session, SHOWN, "person:shown", actor=by.id, at=now, person=person.id)
        return {"at": now.isoformat()} | found

    def erase(self, told: str, by: Person, *, dry_run: bool = False, also: Sequence[str] = ()) -> Erasure:
        """Erase somebody everywhere; with `dry_run` nothing is changed, but told what would be.

        `also` are names and addresses that they had before those of today, which nothing here remembers.

        Raises:
            NotAllowed: the person who asks is no manager or admin.
            BadInput: it is themselves, somebody who is in the desk file, or too short a name; or see
                `bot.erasing.scope.person_of`.
            NotFound: see there.
        """
        by.must(Action.MANAGE_DESK)
        for name in also:
            if len(name) < SHORTEST: raise BadInput(f"{name!r} is too short: it would be found in other words.")
        with self._database.transaction() as session:
            person = person_of(session, told)
            if person.id == by.id: raise BadInput("Nobody erases themselves: somebody else has to see it done.")
            if person.email and self._filed(person): raise BadInput(FILED.format(email=person.email))
            done = erase(session, self._desk, person, by.id, self._clock(), also)
            if dry_run: session.rollback()
        self._database.settle()
        return done

    def _filed(self, person: Person) -> bool:
        """Whether the desk file names them."""
        desk, address = self._desk, person.email.lower()
        entitled = {one.email.lower() for one in desk.entitled}
        return desk.staff_of(address) is not None or bool(desk.groups_of(address)) or address in entitled
