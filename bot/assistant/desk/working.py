"""Staff work on tickets: take them, give them back or on, let them rest."""

from datetime import date

from bot.assistant.desk import days
from bot.assistant.parts import Parts
from core.people import Person
from core.redact import redact
from handoff import tickets, working
from handoff.changing import lock
from handoff.tickets import Ticket


class Working:
    """What staff do with a ticket in its queue; see `handoff.working`. Each public method is one transaction."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def claim(self, ticket_id: int, by: Person) -> Ticket:
        """One agent takes the ticket."""
        with self._parts.database.transaction() as session:
            return working.claim(session, self._parts.desk, ticket_id, by=by, now=self._parts.clock())

    def take(self, ticket_id: int, by: Person, *, seen: str) -> Ticket:
        """The same, also from somebody else, if that is still `seen`; empty: nobody had it."""
        if not seen: return self.claim(ticket_id, by)
        return self.assign(ticket_id, by, to=by, seen=seen)

    def hand_back(self, ticket_id: int, by: Person, *, note: str) -> Ticket:
        """Put it back into its queue; `note` is for the next one."""
        with self._parts.database.transaction() as session:
            return working.hand_back(
                session, self._parts.desk, ticket_id, note=redact(note).text, by=by, now=self._parts.clock()
            )

    def assign(self, ticket_id: int, by: Person, *, to: Person, seen: str, note: str = "") -> Ticket:
        """Give it to somebody; `seen` is who had it when that was decided, or empty."""
        with self._parts.database.transaction() as session:
            return working.assign(
                session, self._parts.desk, ticket_id, to=to, seen=seen, note=redact(note).text, by=by,
                now=self._parts.clock(),
            )

    def move(self, ticket_id: int, by: Person, *, queue: str, seen: str, note: str) -> Ticket:
        """Send it to another queue; `seen` is the one that it was in."""
        with self._parts.database.transaction() as session:
            return working.move(
                session, self._parts.desk, ticket_id, queue=queue, seen=seen, note=redact(note).text, by=by,
                now=self._parts.clock(),
            )

    def hold(self, ticket_id: int, by: Person, *, until: date, note: str) -> Ticket:
        """Let it rest until its queue opens on a day; `note` is what the requester is told."""
        desk, now = self._parts.desk, self._parts.clock()
        with self._parts.database.transaction() as session:
            hours = desk.hours[desk.queue(tickets.get(session, ticket_id).queue).hours]
            return working.hold(
                session, desk, ticket_id, until=days.begins(hours, until, now), note=redact(note).text, by=by, now=now
            )

    def resume(self, ticket_id: int, by: Person) -> Ticket:
        """Go on with one that waited for its requester, or rested."""
        with self._parts.database.transaction() as session:
            lock(session, self._parts.desk, ticket_id, by)
            return working.resume(session, self._parts.desk, ticket_id, by=by.id, now=self._parts.clock())
