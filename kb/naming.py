"""What everything in the knowledge base is called: titles and other words, and the articles that were taken down."""

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.layout import Item
from kb.loading import newest
from kb.remarks import Other
from kb.tables import RETIRED, EntryRow, ItemRow

NAMES = ("alias", "trigger")


def names(session: Session, items: Iterable[Item]) -> list[Other]:
    """Items with the words that stand for each."""
    words: dict[int, list[str]] = {}
    query = select(EntryRow.item_id, EntryRow.text).where(EntryRow.kind.in_(NAMES)).order_by(EntryRow.id)
    for item, text in session.execute(query): words.setdefault(item, []).append(text)
    return [
        Other(kind=i.kind, slug=i.slug, title=i.title, audience=i.audience, aliases=tuple(words.get(i.id, ())))
        for i in items
    ]  # fmt: skip


def retired(session: Session, kind: str, slugs: Collection[str]) -> list[tuple[str, str]]:
    """Which of some items were taken down, and whom each was for."""
    if not slugs: return []
    query = newest().where(ItemRow.kind == kind, ItemRow.state == RETIRED, ItemRow.slug.in_(slugs))
    return [(row.slug, revision.fields["audience"]) for row, revision in session.execute(query)]
