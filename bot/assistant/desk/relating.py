"""Staff bring tickets together, or take them apart."""

from collections.abc import Callable

from bot.assistant.desk.looking import numbered
from bot.assistant.desk.opening import taken_for
from bot.assistant.parts import Parts
from core.people import Action, Person
from core.received import first_time
from core.redact import redact
from handoff import relating
from handoff.tickets import Ticket

Join = Callable[..., Ticket]  # of `handoff.relating`: two tickets, by whom, when


class Relating:
    """Tickets that belong together, named as people type it; see `handoff.relating`.

    Each public method is one transaction.
    """

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def link(self, ticket_id: int, by: Person, *, number: str) -> Ticket:
        """Two tickets have to do with each other. `BadInput`: there is no ticket of that number."""
        return self._both(relating.link, ticket_id, by, number)

    def merge(self, ticket_id: int, by: Person, *, number: str) -> Ticket:
        """A ticket ends and goes on as another one. `BadInput`: there is no ticket of that number."""
        return self._both(relating.merge, ticket_id, by, number)

    def split(self, ticket_id: int, by: Person, *, text: str, key: str = "") -> Ticket | None:
        """A second ticket out of one; it is answered. None if the form with this key made one before."""
        by.must(Action.WORK_TICKETS)
        now, clean = self._parts.clock(), redact(text).text
        about = taken_for(self._parts, clean)
        with self._parts.database.transaction() as session:
            if key and not first_time(session, [f"split:{key}"], now): return None
            return relating.split(session, self._parts.desk, ticket_id, clean, *about, by=by, now=now)

    def _both(self, join: Join, ticket_id: int, by: Person, number: str) -> Ticket:
        with self._parts.database.transaction() as session:
            other = numbered(session, number)
            return join(session, self._parts.desk, ticket_id, other.id, by=by, now=self._parts.clock())
