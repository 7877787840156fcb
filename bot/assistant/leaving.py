"""Staff who leave: their tickets go back to where somebody can take them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.assistant.parts import Parts
from core.people import Person, Role
from handoff import working
from handoff.changing import announce, locked
from handoff.states import WORKED, State
from handoff.tables import TicketRow

FIRSTLINE = Person(id="firstline", name="Firstline", roles=frozenset({Role.MANAGER}))  # acts for the desk itself
NOTE = "They are no longer in this workspace."


class Leaving:
    """Takes tickets back from somebody who is gone."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def gone(self, person: str) -> int:
        """Somebody is no longer there: what they worked on waits in its queue again; how many tickets that were.

        One that a vendor works on stays there, and its channel is asked for another owner.
        """
        query = select(TicketRow.id).where(TicketRow.assignee == person, TicketRow.state.in_(WORKED))
        with self._parts.database.reading() as session: theirs = list(session.scalars(query))
        return sum(self._take_back(one, person) for one in theirs)

    def _take_back(self, ticket_id: int, person: str) -> bool:
        """One ticket, unless somebody else has it by now."""
        with self._parts.database.transaction() as session:
            row = locked(session, ticket_id)
            if row.assignee != person or row.state not in WORKED: return False
            if row.state == State.VENDOR: return self._ask(session, row)
            working.hand_back(
                session, self._parts.desk, ticket_id, note=NOTE, by=FIRSTLINE, now=self._parts.clock()
            )
            return True

    def _ask(self, session: Session, row: TicketRow) -> bool:
        announce(session, row, "left", FIRSTLINE.id, self._parts.clock(), to=row.assignee)
        return False
