"""What a ticket system tells us: its comments for the staff, and that a ticket is over, or is not."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import events, outbox, people, webhooks
from core.clock import Clock
from core.db import Database, insert
from core.errors import BadInput, NotFound, Stale
from core.people import Person, Role
from core.received import first_time
from handoff import ending, tickets
from handoff.desk import Desk
from handoff.destinations import incoming
from handoff.destinations.incoming import Told
from handoff.destinations.snapshots import SAID_THERE
from handoff.destinations.syncing import STAFF
from handoff.tables import ReferenceRow
from handoff.ticket import Ticket

ROLES = frozenset({Role.AGENT, Role.MANAGER})  # it may work on each ticket, wherever it is
ACTOR = "ticket-system"


class Incoming:
    """Takes signed calls of the one system that is connected. Each is one transaction, and is done once."""

    def __init__(self, database: Database, desk: Desk, clock: Clock, system: str, secret: str) -> None:
        """Take the system's name, and the secret that its calls are signed with."""
        self._database, self._desk, self._clock, self._name, self._secret = database, desk, clock, system, secret

    def take(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Do what a call says; False if that was done before. `headers` have their names in lower case.

        Raises:
            NotAllowed: the call is not signed as it must be, or not now.
            BadInput: it cannot be understood, or cannot be done.
            NotFound: there is no such ticket.
        """
        now = self._clock()
        call = webhooks.verified(self._secret, headers, body, now)
        said = incoming.told(body)
        with self._database.transaction() as session:
            ticket = self._ticket(session, said)
            if not first_time(session, [f"hook:{hashlib.sha256(call.encode()).hexdigest()}"], now): return False
            try:
                self._do(session, ticket, said, now)
            except Stale:  # it is as they say already
                return False
        return True

    def _ticket(self, session: Session, said: Told) -> Ticket:
        if said.number: found = tickets.by_number(session, said.number)
        else:
            where = (ReferenceRow.system == self._name, ReferenceRow.reference == said.reference)
            id_ = session.scalars(select(ReferenceRow.ticket_id).where(*where)).first()
            found = tickets.get(session, id_) if id_ else None
        if found is None: raise NotFound(f"There is no ticket {said.number or said.reference}.")
        return found

    def _do(self, session: Session, ticket: Ticket, said: Told, now: datetime) -> None:
        match said.what:
            case incoming.COMMENT: self._comment(session, ticket, said, now)
            case incoming.RESOLVED: self._resolve(session, ticket, said, now)
            case incoming.REOPENED: ending.reopen(session, self._desk, ticket.id, by=self._by(session, now), now=now)
            case incoming.LINKED: self._link(session, ticket, said)

    def _comment(self, session: Session, ticket: Ticket, said: Told, now: datetime) -> None:
        """Bring it to the staff's thread, and nowhere else."""
        what = {"text": said.text, "author": said.author, "internal": True}
        events.record(session, SAID_THERE, f"ticket:{ticket.id}", actor=self._by(session, now).id, at=now, **what)
        self._tell(session, ticket, "comment", said, now)

    def _resolve(self, session: Session, ticket: Ticket, said: Told, now: datetime) -> None:
        code = said.code or next(iter(self._desk.resolution_codes))
        if code not in self._desk.resolution_codes: raise BadInput(f"data.code must be one of {self._codes()}.")
        ending.resolve(
            session, self._desk, ticket.id, seen_tier=ticket.tier, code=code, note=said.text,
            documented=f"no: resolved in {self._name}", by=self._by(session, now), now=now, takes=False,
        )  # fmt: skip

    def _link(self, session: Session, ticket: Ticket, said: Told) -> None:
        """Keep how the ticket is called over there."""
        where = (ReferenceRow.system == self._name, ReferenceRow.reference == said.reference)
        other = session.scalars(select(ReferenceRow.ticket_id).where(*where, ReferenceRow.ticket_id != ticket.id))
        if other.first(): raise BadInput(f"{said.reference} belongs to another ticket already.")
        values = {"reference": said.reference, "url": said.url}
        first = insert(session, ReferenceRow).values(ticket_id=ticket.id, system=self._name, seen=0, **values)
        session.execute(first.on_conflict_do_update(index_elements=["ticket_id", "system"], set_=values))

    def _tell(self, session: Session, ticket: Ticket, what: str, said: Told, now: datetime) -> None:
        key = f"system:{ticket.id}:{what}:{hashlib.sha256(f'{now}{said}'.encode()).hexdigest()[:16]}"
        payload = {"ticket": ticket.id, "what": what, "text": said.text, "author": said.author}
        outbox.put(session, STAFF, key=key, lane=f"card:{ticket.id}", now=now, **payload)

    def _by(self, session: Session, now: datetime) -> Person:
        """The system as somebody who does things; its name is kept for cards and histories."""
        by = Person(id=ACTOR, name="the ticket system", roles=ROLES)
        people.save(session, by, now)
        return by

    def _codes(self) -> str:
        return ", ".join(self._desk.resolution_codes)
