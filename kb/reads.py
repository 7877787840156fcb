"""How often items are read: a number an item, a day and a place, and nothing of who it was."""

import logging
from collections import Counter
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import Clock
from core.db import Database, insert
from core.errors import Unavailable
from kb.tables import ItemRow, ReadRow

WEB = "web"
log = logging.getLogger(__name__)


class Reads:
    """Counts what is read."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Take the database and the clock that tells the day."""
        self._database, self._clock = database, clock

    def note(self, kind: str, slug: str, place: str = WEB) -> None:
        """Count one more read. A database that does not answer loses a count, never a reader."""
        try:
            with self._database.transaction() as session: add(session, kind, slug, place, self._clock().date())
        except Unavailable as error:
            log.warning("a read could not be counted: %s", error)


def add(session: Session, kind: str, slug: str, place: str, day: date) -> None:
    """One more read of an item that there is."""
    item = session.scalar(select(ItemRow.id).where(ItemRow.kind == kind, ItemRow.slug == slug))
    if item is None: return
    first = insert(session, ReadRow).values(item_id=item, day=day, place=place, count=1)
    more = {"count": ReadRow.count + 1}
    session.execute(first.on_conflict_do_update(index_elements=["item_id", "day", "place"], set_=more))


def reads(session: Session, since: date) -> Counter[int]:
    """How often each item was read from a day on, by its id."""
    query = select(ReadRow.item_id, func.sum(ReadRow.count)).where(ReadRow.day >= since).group_by(ReadRow.item_id)
    return Counter({item: int(count) for item, count in session.execute(query)})
