"""The search index: immutable, built from entries, replaced whole by one assignment."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import faiss
import numpy as np
import tantivy

from core.encoder import Vectors
from kb.ranking import Candidate, fused, normalised, ordered

NEIGHBOURS = 60  # entries taken from each search; an item has about ten, so at least six items come through
MAX_QUERY_WORDS = 64  # more words than these cost time and add nothing: the vector sees 256 tokens as well


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One searched text. `kind` is title, alias, passage or trigger; only passages are quoted."""

    item: int
    kind: str
    ordinal: int
    heading: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What the index knows of an article or recipe."""

    id: int
    kind: str
    slug: str
    title: str
    category: str
    audience: str
    revision: int


class VectorIndex(Protocol):
    """Nearest rows by inner product."""

    def nearest(self, vector: Vectors, count: int) -> list[tuple[int, float]]:
        """Up to `count` pairs (row, inner product) for one vector [dims], best first."""


class FaissIndex:
    """Exact inner product over all rows (faiss IndexFlatIP)."""

    def __init__(self, rows: Vectors) -> None:
        """Take the rows [n, dims], unit norm.

        Raises:
            ValueError: a row has a value that is no number.
        """
        _check(rows)
        self._index = faiss.IndexFlatIP(rows.shape[1])
        self._index.add(np.ascontiguousarray(rows))

    def nearest(self, vector: Vectors, count: int) -> list[tuple[int, float]]:
        """See `VectorIndex.nearest`."""
        _check(vector)
        scores, rows = self._index.search(vector.reshape(1, -1), min(count, self._index.ntotal))
        return [(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True)]


def _check(rows: Vectors) -> None:
    if not np.isfinite(rows).all(): raise ValueError("a vector holds a value that is no number")


class LexicalIndex:
    """BM25 over whole items (tantivy, in memory, English stemming)."""

    def __init__(self, texts: Mapping[int, tuple[str, str]]) -> None:
        """Take (title and aliases, body) by item id."""
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("item", stored=True, fast=True)
        for field in ("names", "body"): builder.add_text_field(field, tokenizer_name="en_stem")
        self._index = tantivy.Index(builder.build())
        writer = self._index.writer(heap_size=20_000_000, num_threads=1)
        for item, (names, body) in texts.items():
            writer.add_document(tantivy.Document(item=item, names=names, body=body))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def search(self, text: str, count: int) -> dict[int, float]:
        """BM25 by item id of the best `count` items; empty when no word of the text is known."""
        query = words(text)
        if not query: return {}
        parsed = self._index.parse_query(" ".join(query), ["names", "body"])
        hits = self._searcher.search(parsed, count).hits
        return {int(self._searcher.doc(address)["item"][0]): float(score) for score, address in hits}


def words(text: str) -> list[str]:
    """The words of a question, lower case (so that none is a query operator), each once."""
    return list(dict.fromkeys(re.findall(r"[^\W_]+", text.lower())))[:MAX_QUERY_WORDS]


class SearchIndex:
    """Everything one search needs, of one generation of the knowledge base."""

    def __init__(
        self,
        generation: int,
        items: Sequence[Item],
        entries: Sequence[Entry],
        rows: Vectors,
        vectors: Callable[[Vectors], VectorIndex] = FaissIndex,
    ) -> None:
        """Take the items, their entries, and the vector of each entry as a row of `rows`."""
        self.generation = generation
        self.items = {item.id: item for item in items}
        self.by_slug = {(item.kind, item.slug): item for item in items}
        self._entries, self._rows = entries, rows
        self._of_item: dict[int, list[int]] = {}
        for number, entry in enumerate(entries): self._of_item.setdefault(entry.item, []).append(number)
        self._nearest = vectors(rows) if len(rows) else None
        self._lexical = LexicalIndex({item.id: self._texts(item) for item in items})

    def _texts(self, item: Item) -> tuple[str, str]:
        own = [self._entries[n] for n in self._of_item.get(item.id, [])]
        names = "\n".join(e.text for e in own if e.kind != "passage")
        return names, "\n".join(f"{e.heading}\n{e.text}" for e in own if e.kind == "passage")

    def search(
        self, vector: Vectors, text: str, audiences: frozenset[str], *, without: frozenset[str] = frozenset()
    ) -> list[Candidate]:
        """Candidates for one question, best first: articles and recipes that the audiences may see.

        `vector` is the question's [dims]; `without` leaves slugs out, as if they did not exist.
        """
        hidden = {i for i, item in self.items.items() if item.audience not in audiences or item.slug in without}
        # As many more as there are hidden ones: what somebody may not see must not crowd out what they may.
        count = NEIGHBOURS + sum(len(self._of_item.get(item, ())) for item in hidden)
        near = self._nearest.nearest(vector, count) if self._nearest else []
        found = self._lexical.search(text, NEIGHBOURS + len(hidden))
        bm25 = {item: score for item, score in found.items() if item not in hidden}
        share = normalised(bm25)
        seen = ({self._entries[row].item for row, _ in near} | set(bm25)) - hidden
        return ordered([self._candidate(item, vector, share.get(item, 0.0), bm25.get(item, 0.0)) for item in seen])

    def _candidate(self, item_id: int, vector: Vectors, lexical: float, bm25: float) -> Candidate:
        item, own = self.items[item_id], self._of_item[item_id]
        cosines = self._rows[own] @ vector
        scored = [(float(c), self._entries[n]) for c, n in zip(cosines, own, strict=True)]
        quotable = [(score, entry.ordinal) for score, entry in scored if entry.kind == "passage"]
        cosine = float(cosines.max())
        return Candidate(
            kind=item.kind, slug=item.slug, title=item.title, category=item.category, score=fused(cosine, lexical),
            cosine=cosine, lexical=lexical, bm25=bm25, passage=max(quotable, default=(0.0, 0))[1],
        )
