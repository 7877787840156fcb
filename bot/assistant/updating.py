"""Keeping the requester informed while their ticket is open, also when there is no news."""

from datetime import datetime

from bot.assistant.parts import Parts
from bot.assistant.standing import stand
from bot.assistant.sweeping import sweep
from bot.standing import Standing
from core.errors import TryLater
from handoff import tickets, updates


class Updating:
    """Looks for requesters who must hear from us. Several processes may look at once: each update is sent by one."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def look(self) -> int:
        """Queue every update that is due; how many that were."""
        return sweep(self._parts, updates, self._parts.clock())

    def standing(self, ticket_id: int, until: datetime, to: int | None = None) -> Standing | None:
        """What the requester is told now; None if it is over, or if they were told something else since.

        `until` is when the next update was due when this one was queued. `to` is the ticket whose requester
        hears it, if not this one: it was merged into this, and stands as one that goes on (`into`).

        Raises:
            TryLater: it is night; says when the desk opens.
        """
        now, desk = self._parts.clock(), self._parts.desk
        with self._parts.database.reading() as session:
            ticket = tickets.get(session, ticket_id)
            opens = updates.opens_at(session, desk, ticket_id, now)
            hears = tickets.get(session, to) if to else ticket
            standing = stand(session, desk, hears, now)
        if ticket.update_due != until: return None
        if opens > now: raise TryLater(f"{ticket.number}: the desk is closed.", opens - now)
        return standing
