"""Keeping the requester informed while their ticket is open, also when there is no news."""

from datetime import datetime

from bot.assistant.parts import Parts
from bot.assistant.standing import stand
from bot.standing import Standing
from core.errors import TryLater
from handoff import tickets, updates

AT_ONCE = 20  # tickets of one look


class Updating:
    """Looks for requesters who must hear from us. Several processes may look at once: each update is sent by one."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def look(self) -> int:
        """Queue every update that is due; how many that were."""
        now = self._parts.clock()
        with self._parts.database.reading() as session: due = updates.due(session, now, AT_ONCE)
        return sum(self._take(ticket_id, now) for ticket_id in due)

    def standing(self, ticket_id: int, until: datetime) -> Standing | None:
        """What the requester is told now; None if it is over, or if they were told something else since.

        `until` is when the next update was due when this one was queued.

        Raises:
            TryLater: it is night; says when the desk opens.
        """
        now, desk = self._parts.clock(), self._parts.desk
        with self._parts.database.reading() as session:
            ticket = tickets.get(session, ticket_id)
            opens = updates.opens_at(session, desk, ticket_id, now)
            standing = stand(session, desk, ticket, now)
        if ticket.update_due != until: return None
        if opens > now: raise TryLater(f"{ticket.number}: the desk is closed.", opens - now)
        return standing

    def _take(self, ticket_id: int, now: datetime) -> bool:
        with self._parts.database.transaction() as session:
            return updates.take(session, self._parts.desk, ticket_id, now)
