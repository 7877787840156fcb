"""Staff send tickets up: to the next tier, to the IT operations manager, to a vendor and back."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.assistant.desk import days
from bot.assistant.parts import Parts
from core.people import Person
from core.redact import redact
from handoff import ladder, tickets
from handoff.ladder import VendorCase
from handoff.tickets import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class AtVendor:
    """What staff say of a case at a vendor: a day, where `VendorCase` has a moment. None of it must be known."""

    vendor: str = ""
    number: str = ""
    promised: date | None = None


class Laddering:
    """The ladder of tiers; see `handoff.ladder`. Each public method is one transaction."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def escalate(
        self, ticket_id: int, by: Person, *, seen_tier: int, reason: str, note: str, reviewed: bool,
        case: AtVendor | None = None
    ) -> Ticket:
        """One tier up; `case` where that is a vendor's."""
        with self._parts.database.transaction() as session:
            now = self._parts.clock()
            known = self._case(tickets.get(session, ticket_id), case, now) if case else None
            return ladder.escalate(
                session, self._parts.desk, ticket_id, seen_tier=seen_tier, reason=reason, note=redact(note).text,
                reviewed=reviewed, by=by, now=now, case=known,
            )

    def review(self, ticket_id: int, by: Person, *, note: str) -> Ticket:
        """Ask the IT operations manager to decide."""
        with self._parts.database.transaction() as session:
            return ladder.to_review(
                session, self._parts.desk, ticket_id, note=redact(note).text, by=by, now=self._parts.clock()
            )

    def vendor_news(self, ticket_id: int, by: Person, *, case: AtVendor) -> Ticket:
        """Keep what the vendor said."""
        with self._parts.database.transaction() as session:
            now = self._parts.clock()
            known = self._case(tickets.get(session, ticket_id), case, now)
            return ladder.vendor_news(session, self._parts.desk, ticket_id, case=known, by=by, now=now)

    def vendor_done(self, ticket_id: int, by: Person, *, note: str) -> Ticket:
        """The vendor has answered: the ticket is back."""
        with self._parts.database.transaction() as session:
            return ladder.vendor_done(
                session, self._parts.desk, ticket_id, note=redact(note).text, by=by, now=self._parts.clock()
            )

    def _case(self, ticket: Ticket, case: AtVendor, now: datetime) -> VendorCase:
        desk = self._parts.desk
        hours = desk.hours[desk.queue(ticket.queue).hours]
        promised = days.ends(hours, case.promised, now) if case.promised else None
        return VendorCase(vendor=redact(case.vendor).text, number=redact(case.number).text, promised=promised)
