"""What would be searched with a change in it that is not published."""

from dataclasses import replace

import numpy as np

from core.encoder import Vectors
from kb.index import Item, SearchIndex
from kb.writing import Draft

NO_ROWS = np.zeros((0, 1), dtype=np.float32)


def with_draft(index: SearchIndex, draft: Draft, rows: Vectors) -> SearchIndex:
    """An index with a draft in it as if it were published; `rows` are the vectors of its entries."""
    known = index.by_slug.get((draft.kind, draft.slug))
    number, revision = (known.id, known.revision + 1) if known else (max(index.items, default=0) + 1, 1)
    item = Item(
        id=number, kind=draft.kind, slug=draft.slug, title=draft.title, category=draft.fields["category"],
        audience=draft.fields["audience"], revision=revision,
    )
    entries = [replace(entry, item=number) for entry in draft.entries]
    return index.changed(index.generation, (), [item], entries, rows)


def without(index: SearchIndex, kind: str, slug: str) -> SearchIndex:
    """An index without an item, as if it were retired."""
    known = index.by_slug.get((kind, slug))
    return index.changed(index.generation, [known.id], [], [], NO_ROWS) if known else index
