"""Reads what the search index is made of from the database: everything, or only what an index does not hold yet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.index import Entry, Item, SearchIndex
from kb.tables import PUBLISHED, EntryRow, GenerationRow, ItemRow, RevisionRow, VectorRow

NEWEST = select(GenerationRow.number).where(GenerationRow.id == 1)  # made once: every question asks it
MOST_CHANGED = 500  # items; from here on reading everything anew is as quick, and leaves nothing behind


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Items with their searched texts, each with its hash, in their order; and the vectors by hash that are stored.

    `whole` says that these are all there are; otherwise they replace what an index holds of them, and those of `gone`
    are published no more.
    """

    generation: int
    whole: bool
    gone: frozenset[int]
    items: list[Item]
    entries: list[Entry]
    hashes: list[str]
    vectors: dict[str, bytes]


def generation(session: Session) -> int:
    """The number that grows with every change; 0 before the first."""
    return session.scalar(NEWEST) or 0


def load(session: Session, encoder: str | None, kinds: Collection[str], held: SearchIndex | None) -> Loaded:
    """What `held` lacks of items of some kinds; everything when there is none, or when very much has changed.

    Without an encoder no vectors are read.
    """
    number, gone, changed = generation(session), frozenset[int](), None
    if held is not None: gone, changed = _changes(session, kinds, held)
    whole = changed is None or len(changed) > MOST_CHANGED
    every = (ItemRow.state == PUBLISHED) & ItemRow.kind.in_(kinds)
    wanted = every if changed is None or whole else ItemRow.id.in_(changed)
    items = [_item(*pair) for pair in session.execute(published().where(wanted))]
    texts = _texts(session, wanted)
    return Loaded(
        generation=number, whole=whole, gone=gone, items=items, entries=[_entry(row) for row in texts],
        hashes=[row.hash for row in texts], vectors=_vectors(session, encoder, wanted) if encoder else {},
    )  # fmt: skip


def published() -> Any:
    """The published items, each with its revision."""
    return newest().where(ItemRow.state == PUBLISHED).order_by(ItemRow.id)


def newest() -> Any:
    """Every item with its newest revision."""
    joined = (RevisionRow.item_id == ItemRow.id) & (RevisionRow.number == ItemRow.revision)
    return select(ItemRow, RevisionRow).join(RevisionRow, joined)


def _changes(
    session: Session, kinds: Collection[str], held: SearchIndex
) -> tuple[frozenset[int], Collection[int]]:
    """The items that are gone, and those at another revision; whatever is published again has a new one."""
    query = select(ItemRow.id, ItemRow.revision).where(ItemRow.state == PUBLISHED, ItemRow.kind.in_(kinds))
    now = {number: revision for number, revision in session.execute(query)}  # noqa: C416 - dict() would take the rows for a mapping
    before = {item.id: item.revision for item in held.items.values()}
    return frozenset(before.keys() - now.keys()), [n for n, revision in now.items() if before.get(n) != revision]


def _texts(session: Session, wanted: Any) -> Sequence[EntryRow]:
    query = select(EntryRow).join(ItemRow, ItemRow.id == EntryRow.item_id).where(wanted)
    return session.scalars(query.order_by(EntryRow.item_id, EntryRow.id)).all()


def _vectors(session: Session, encoder: str, wanted: Any) -> dict[str, bytes]:
    used = select(EntryRow.hash).join(ItemRow, ItemRow.id == EntryRow.item_id).where(wanted)
    query = select(VectorRow.hash, VectorRow.data).where(VectorRow.encoder == encoder, VectorRow.hash.in_(used))
    return {key: data for key, data in session.execute(query)}  # noqa: C416 - as above


def _item(row: ItemRow, revision: RevisionRow) -> Item:
    fields = revision.fields
    return Item(
        id=row.id, kind=row.kind, slug=row.slug, title=revision.title, category=fields["category"],
        audience=fields["audience"], revision=row.revision,
    )


def _entry(row: EntryRow) -> Entry:
    return Entry(item=row.item_id, kind=row.kind, ordinal=row.ordinal, heading=row.heading, text=row.text)
