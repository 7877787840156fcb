"""Drafts: what is being written, one for each item, from the first word until it is published or dropped."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import events
from core.clock import Clock
from core.db import Database
from core.errors import BadInput, NotFound, Stale
from kb.publishing import MAX_NOTE, bump, item_row, live, publish
from kb.tables import DraftRow, ItemRow
from kb.vectorstore import VectorStore
from kb.writing import RECIPE, Draft

Also = Callable[[Session, "Kept"], None]


def nothing(_session: Session, _kept: "Kept") -> None:
    """Do nothing else."""


def taken(slug: str) -> str:
    """What is said of a new draft's name that something has already, whatever that is."""
    return f'The name "{slug}" is taken. Please choose another name.'


class DraftState(StrEnum):
    """Whether a draft is still written on, or waits for another editor."""

    WRITING = "writing"
    REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A draft: its file's text, the number of its save (`version`), who began it, who changed it last and when.

    `writers` are all who changed a letter of it since it was begun. `item` is the id of what it is a draft of,
    `based_on` is the published revision that it began with, 0 for none, and `published` the one that there is now.
    """

    slug: str
    title: str
    source: str
    version: int
    saved_by: str
    saved_at: datetime
    kind: str = RECIPE
    item: int = 0
    based_on: int = 0
    published: int = 0
    state: DraftState = DraftState.WRITING
    begun_by: str = ""
    note: str = ""
    origin: str = ""
    writers: frozenset[str] = frozenset()

    @property
    def overtaken(self) -> bool:
        """Whether something else was published since it was begun."""
        return self.based_on != self.published


class Drafts:
    """The drafts of a knowledge base. What is to happen `also`, in the same transaction, can be given to most."""

    def __init__(self, database: Database, vectors: VectorStore, clock: Clock) -> None:
        """Take the database, and what embeds a draft that is published."""
        self._database, self._vectors, self._clock = database, vectors, clock

    def all(self) -> list[Kept]:
        """Every draft, by name."""
        with self._database.reading() as session:
            return [_kept(*pair) for pair in session.execute(_WITH_ITEM.order_by(ItemRow.slug, ItemRow.kind))]

    def get(self, slug: str, kind: str = RECIPE) -> Kept:
        """A draft by its name and kind.

        Raises:
            NotFound: there is none.
        """
        with self._database.reading() as session: return _kept(*_pair(session, kind, slug))

    def find(self, slug: str, kind: str) -> Kept | None:
        """The same; None if there is none."""
        with self._database.reading() as session:
            pair = session.execute(_named(kind, slug)).first()
        return _kept(*pair) if pair else None

    def keep(
        self, draft: Draft, *, by: str, seen_version: int | None = None, based_on: int = 0, origin: str = "",
        also: Also = nothing
    ) -> Kept:
        """Keep what was written; an equal text is not kept again. A changed text takes a draft out of review.

        `based_on` and `origin` are those of a new draft; a known one keeps its own.

        Raises:
            BadInput: a new draft has the name of what is published.
            Stale: the draft is no longer at `seen_version` (0: it must be new) and says something else, or, when it is
                new, what it is based on is no longer what is published.
        """
        now = self._clock()
        with self._database.transaction() as session:
            item = item_row(session, draft.kind, draft.slug)
            row = session.scalar(select(DraftRow).where(DraftRow.item_id == item.id))
            if row is not None and row.source == draft.source: return _kept(row, item)
            if seen_version is not None and seen_version != (row.version if row else 0): raise _changed(draft.title)
            if row is None: row = _begun(item, draft, by, based_on, origin)
            row.title, row.source, row.version = draft.title, draft.source, row.version + 1
            row.state, row.saved_by, row.saved_at = DraftState.WRITING, by, now
            row.writers = sorted({*row.writers, by})
            session.add(row)
            _note_event(session, item, "drafted", by, now, version=row.version, origin=row.origin)
            session.flush()
            also(session, _kept(row, item))
            return _kept(row, item)

    def rebase(self, slug: str, kind: str, *, by: str, seen_version: int) -> Kept:
        """Put a draft on what is published now: its writer has seen that, and goes on with the draft's own text."""
        with self._database.transaction() as session:
            row, item = _locked(session, kind, slug, seen_version)
            row.based_on, row.version = live(item), row.version + 1
            _note_event(session, item, "rebased", by, self._clock(), version=row.version, based_on=row.based_on)
            session.flush()
            return _kept(row, item)

    def submit(
        self, slug: str, kind: str, *, by: str, seen_version: int, note: str = "", also: Also = nothing
    ) -> Kept:
        """Ask another editor to look at a draft."""
        return self._turn(slug, kind, DraftState.REVIEW, by=by, seen_version=seen_version, note=note, also=also)

    def send_back(
        self, slug: str, kind: str, *, by: str, seen_version: int, note: str, also: Also = nothing
    ) -> Kept:
        """Give a draft back to whoever wrote it, with what is to be done.

        Raises:
            BadInput: nothing is said.
        """
        if not note.strip(): raise BadInput("Please say what should be different.")
        return self._turn(slug, kind, DraftState.WRITING, by=by, seen_version=seen_version, note=note, also=also)

    def drop(self, slug: str, kind: str, *, by: str, seen_version: int, also: Also = nothing) -> None:
        """Throw a draft away; what is published stays."""
        with self._database.transaction() as session:
            row, item = _locked(session, kind, slug, seen_version)
            also(session, _kept(row, item))
            session.delete(row)
            _note_event(session, item, "dropped", by, self._clock(), source=row.source[:MAX_NOTE])

    def publish(self, draft: Draft, *, by: str, seen_version: int, note: str = "", also: Also = nothing) -> int:
        """Publish a draft as `draft` reads it, and be done with it; the revision's number.

        Raises:
            NotFound: there is no such draft.
            Stale: it was changed meanwhile, or something else was published since it was begun.
        """
        self._vectors.embed(draft.entries)
        with self._database.transaction() as session:
            row, item = _locked(session, draft.kind, draft.slug, seen_version)
            also(session, _kept(row, item))
            number, changed = publish(session, draft, by=by, now=self._clock(), seen=row.based_on, note=note)
            session.delete(row)
            if changed: bump(session)
        return number

    def _turn(
        self, slug: str, kind: str, state: DraftState, *, by: str, seen_version: int, note: str, also: Also
    ) -> Kept:
        what = "submitted" if state is DraftState.REVIEW else "sent_back"
        with self._database.transaction() as session:
            row, item = _locked(session, kind, slug, seen_version)
            row.state, row.note, row.version = state, note.strip()[:MAX_NOTE], row.version + 1
            _note_event(session, item, what, by, self._clock(), version=row.version, note=row.note)
            session.flush()
            also(session, _kept(row, item))
            return _kept(row, item)


_WITH_ITEM = select(DraftRow, ItemRow).join(ItemRow, ItemRow.id == DraftRow.item_id)


def _named(kind: str, slug: str) -> Any:
    return _WITH_ITEM.where(ItemRow.kind == kind, ItemRow.slug == slug)


def _begun(item: ItemRow, draft: Draft, by: str, based_on: int, origin: str) -> DraftRow:
    if live(item) and not based_on:
        raise BadInput(taken(draft.slug))
    if live(item) != based_on: raise _changed(draft.title)
    return DraftRow(item_id=item.id, based_on=based_on, version=0, note="", origin=origin, begun_by=by, writers=[])


def _pair(session: Session, kind: str, slug: str) -> tuple[DraftRow, ItemRow]:
    pair = session.execute(_named(kind, slug)).first()
    if pair is None: raise NotFound(f'There is no draft "{slug}".')
    return pair[0], pair[1]


def _locked(session: Session, kind: str, slug: str, seen: int) -> tuple[DraftRow, ItemRow]:
    """A draft with its item, both for this transaction alone; their lock is the item's."""
    item = item_row(session, kind, slug)
    row = session.scalar(select(DraftRow).where(DraftRow.item_id == item.id).execution_options(populate_existing=True))
    if row is None: raise NotFound(f'There is no draft "{slug}".')
    if row.version != seen: raise _changed(row.title)
    return row, item


def _changed(title: str) -> Stale:
    return Stale(f'"{title}" was changed by somebody else meanwhile. Look at it again, then save.')


def _note_event(session: Session, item: ItemRow, what: str, by: str, now: datetime, **facts: object) -> None:
    events.record(session, f"{item.kind}.{what}", f"{item.kind}:{item.id}", actor=by, at=now, slug=item.slug, **facts)


def _kept(row: DraftRow, item: ItemRow) -> Kept:
    return Kept(
        slug=item.slug, title=row.title, source=row.source, version=row.version, saved_by=row.saved_by,
        saved_at=row.saved_at, kind=item.kind, item=item.id, based_on=row.based_on, published=live(item),
        state=DraftState(row.state), begun_by=row.begun_by, note=row.note, origin=row.origin,
        writers=frozenset({*row.writers, row.saved_by}),
    )
