"""The items of a knowledge base as a list to look through: published, retired, or only written on yet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from core.db import Database
from kb.drafts import DraftState
from kb.tables import PUBLISHED, DraftRow, ItemRow, RevisionRow

MOST_WORDED = 200  # items that merely contain the words, after those that a search finds


class Show(StrEnum):
    """Which items are wanted, by where they stand."""

    ALL = ""
    PUBLISHED = "published"
    DRAFTS = "drafts"
    REVIEW = "review"
    LAPSED = "lapsed"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One item. `revision` is its newest, 0 if it was never published; `draft` the version of its draft, 0 for none."""

    id: int
    kind: str
    slug: str
    title: str
    category: str
    audience: str
    owner: str
    verified: date | None
    review_every: int
    published: bool
    revision: int
    saved_by: str
    saved_at: datetime
    lapsed_at: datetime | None
    lapse: str
    draft: int
    in_review: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to list; what is empty does not matter. `audiences` None stands for all of them."""

    kind: str = ""
    category: str = ""
    audience: str = ""
    owner: str = ""
    show: Show = Show.ALL
    audiences: frozenset[str] | None = None


class Listing:
    """Reads the items."""

    def __init__(self, database: Database) -> None:
        """Take the database."""
        self._database = database

    def page(self, wanted: Wanted, first: int, limit: int) -> tuple[list[Line], int]:
        """Some of the items by title, and how many there are in all."""
        query = _query(wanted)
        count = select(func.count()).select_from(query.subquery())
        ordered = query.order_by(func.lower(_TITLE), ItemRow.id).offset(first).limit(limit)
        with self._database.reading() as session:
            return [_line(row) for row in session.execute(ordered)], session.scalar(count) or 0

    def named(self, wanted: Wanted, found: Sequence[int], words: str) -> list[Line]:
        """The items of some ids in their order, then those with the words in their title or name."""
        worded = or_(_TITLE.icontains(words, autoescape=True), ItemRow.slug.icontains(words, autoescape=True))
        query = _query(wanted)
        with self._database.reading() as session:
            first = [_line(row) for row in session.execute(query.where(ItemRow.id.in_(found)))]
            rest = query.where(worded, ItemRow.id.not_in(found)).order_by(func.lower(_TITLE)).limit(MOST_WORDED)
            others = [_line(row) for row in session.execute(rest)]
        return sorted(first, key=lambda line: found.index(line.id)) + others

    def one(self, kind: str, slug: str) -> Line | None:
        """One item; None if there is no such."""
        query = _query(Wanted(kind=kind)).where(ItemRow.slug == slug)
        with self._database.reading() as session: row = session.execute(query).first()
        return _line(row) if row else None

    def values(self, field: str, kinds: Collection[str], audiences: Collection[str] | None = None) -> list[str]:
        """Every value that published items of some kinds, for some audiences, have in a field, such as their category.

        `audiences` None stands for all of them.
        """
        own = RevisionRow.fields[field].as_string()
        query = select(own).join(ItemRow, _NEWEST).where(ItemRow.state == PUBLISHED, ItemRow.kind.in_(kinds)).distinct()
        if audiences is not None: query = query.where(_AUDIENCE.in_(audiences))
        with self._database.reading() as session: return sorted(value for value in session.scalars(query) if value)


_NEWEST = and_(ItemRow.id == RevisionRow.item_id, ItemRow.revision == RevisionRow.number)
_TITLE = case((ItemRow.revision == 0, DraftRow.title), else_=RevisionRow.title)
_AUDIENCE = RevisionRow.fields["audience"].as_string()
_FIELDS = ("category", "audience", "owner", "verified", "review_every")
_COLUMNS = (
    ItemRow.id, ItemRow.kind, ItemRow.slug, _TITLE.label("title"), ItemRow.state, ItemRow.revision, ItemRow.lapsed_at,
    ItemRow.lapse, RevisionRow.saved_by, RevisionRow.saved_at, DraftRow.version, DraftRow.state.label("draft_state"),
    DraftRow.saved_by.label("draft_by"), DraftRow.saved_at.label("draft_at"),
    *(RevisionRow.fields[name].as_string().label(name) for name in _FIELDS),
)  # fmt: skip


def _query(wanted: Wanted) -> Select[Any]:
    query = select(*_COLUMNS).outerjoin(RevisionRow, _NEWEST).outerjoin(DraftRow, DraftRow.item_id == ItemRow.id)
    return query.where(or_(ItemRow.revision > 0, DraftRow.id.is_not(None)), *_filters(wanted))


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [_SHOWN[wanted.show]] if wanted.show else []
    if wanted.kind: found.append(ItemRow.kind == wanted.kind)
    own = {"category": wanted.category, "audience": wanted.audience, "owner": wanted.owner}
    found += [RevisionRow.fields[name].as_string() == value for name, value in own.items() if value]
    if wanted.audiences is not None:
        found += [ItemRow.state == PUBLISHED, _AUDIENCE.in_(wanted.audiences)]
    return found


_LIVE = ItemRow.state == PUBLISHED
_SHOWN: dict[Show, ColumnElement[bool]] = {
    Show.PUBLISHED: _LIVE, Show.DRAFTS: DraftRow.id.is_not(None), Show.REVIEW: DraftRow.state == DraftState.REVIEW,
    Show.LAPSED: and_(_LIVE, ItemRow.lapsed_at.is_not(None)), Show.RETIRED: and_(~_LIVE, ItemRow.revision > 0),
}


def _line(row: Any) -> Line:
    return Line(
        id=row.id, kind=row.kind, slug=row.slug, title=row.title, category=row.category or "",
        audience=row.audience or "", owner=row.owner or "",
        verified=date.fromisoformat(row.verified) if row.verified else None, review_every=int(row.review_every or 0),
        published=row.state == PUBLISHED, revision=row.revision, saved_by=row.saved_by or row.draft_by,
        saved_at=row.saved_at or row.draft_at, lapsed_at=row.lapsed_at, lapse=row.lapse, draft=row.version or 0,
        in_review=row.draft_state == DraftState.REVIEW,
    )
