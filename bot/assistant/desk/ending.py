"""Staff end tickets, and open them again."""

from bot.assistant.documenting import Documenting
from bot.assistant.parts import Parts
from core.people import Person
from core.redact import redact
from handoff import ending
from handoff.tickets import Ticket


class Ending:
    """How tickets end; see `handoff.ending`. Each public method is one transaction."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def resolve(
        self, ticket_id: int, by: Person, *, seen_tier: int, code: str, note: str, documented: str = ""
    ) -> Ticket:
        """Done; `note` is what the requester is told.

        `documented` is where the tiers below find it from now on; see `bot.assistant.documenting`.
        """
        documenting, desk = Documenting(self._parts), self._parts.desk
        where = documenting.checked(ticket_id, redact(documented).text, by)
        with self._parts.database.transaction() as session:
            now = self._parts.clock()
            done = ending.resolve(
                session, desk, ticket_id, seen_tier=seen_tier, code=code, note=redact(note).text, documented=where,
                by=by, now=now,
            )
            documenting.order(session, done, now)
            return done

    def reopen(self, ticket_id: int, by: Person) -> Ticket:
        """Not fixed after all."""
        with self._parts.database.transaction() as session:
            return ending.reopen(session, self._parts.desk, ticket_id, by=by, now=self._parts.clock())
