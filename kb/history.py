"""What an item was: its published revisions."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from core.db import Database
from core.errors import NotFound
from kb.tables import PUBLISHED, ItemRow, RevisionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One published state: its file's text, whom it is for, who published it when, and why, where they said so."""

    number: int
    title: str
    source: str
    saved_by: str
    saved_at: datetime
    note: str
    audience: str = ""


class History:
    """Reads revisions."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    def of(self, kind: str, slug: str) -> list[Revision]:
        """Every revision of an item, newest first; none where there is no such item."""
        query = _OF_ITEM.where(ItemRow.kind == kind, ItemRow.slug == slug).order_by(RevisionRow.number.desc())
        with self._database.reading() as session: return [_revision(row) for row in session.scalars(query)]

    def live(self, kind: str, slug: str) -> Revision | None:
        """What is published of an item; None where nothing is."""
        newest = (ItemRow.kind == kind, ItemRow.slug == slug, ItemRow.state == PUBLISHED)
        query = _OF_ITEM.where(*newest, RevisionRow.number == ItemRow.revision)
        with self._database.reading() as session: row = session.scalar(query)
        return _revision(row) if row else None

    def at(self, kind: str, slug: str, number: int) -> Revision:
        """One revision of an item.

        Raises:
            NotFound: there is none of that number.
        """
        query = _OF_ITEM.where(ItemRow.kind == kind, ItemRow.slug == slug, RevisionRow.number == number)
        with self._database.reading() as session: row = session.scalar(query)
        if row is None: raise NotFound(f'There is no revision {number} of the {kind} "{slug}".')
        return _revision(row)


_OF_ITEM = select(RevisionRow).join(ItemRow, ItemRow.id == RevisionRow.item_id)


def _revision(row: RevisionRow) -> Revision:
    return Revision(
        number=row.number, title=row.title, source=row.source, saved_by=row.saved_by, saved_at=row.saved_at,
        note=row.note, audience=row.fields.get("audience", ""),
    )  # fmt: skip
