"""Takes what happened with items into their figures, some of it at a time. Several processes may do so at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.assistant.editorial import tallies
from bot.assistant.editorial.facts import Named, outcomes
from bot.assistant.parts import Parts
from core import marks
from core.events import Event

MARK = "health"
TAKEN = 200  # events of one look
COUNTED = 5  # items that are counted again at one look, each some milliseconds where ten thousand people were shown it
SETTLED = timedelta(seconds=10)  # the longest that a transaction takes: events with lower numbers may still come in
DAYS = 180  # that the figures are of


class Tally:
    """Counts what happened with items."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def take_in(self, now: datetime) -> int:
        """Take in the next events; how many these were."""
        with self._parts.database.reading() as session:
            row = session.get(marks.MarkRow, MARK)
            since = row.number if row else 0
            events = self._next(session, since, now)
            found = outcomes(session, events)
        if not events: return 0
        with self._parts.database.transaction() as session:
            mark = marks.locked(session, MARK)
            if mark.number != since: return len(events)  # another process was faster
            mark.number = events[-1].id
            tallies.keep(session, found)
        return len(events)

    def recount(self, now: datetime) -> list[Named]:
        """Count again the items with which something has happened; which these were."""
        with self._parts.database.reading() as session: found = tallies.due(session, now, COUNTED)
        if not found: return []
        with self._parts.database.transaction() as session:
            marks.locked(session, MARK)  # nothing is taken in meanwhile
            tallies.recount(session, found, now - timedelta(days=DAYS), now)
        return found

    @staticmethod
    def _next(session: Session, since: int, now: datetime) -> Sequence[Event]:
        query = select(Event).where(Event.id > since).order_by(Event.id).limit(TAKEN)
        return list(takewhile(lambda event: event.at <= now - SETTLED, session.scalars(query)))
