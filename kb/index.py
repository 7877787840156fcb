"""The search index: immutable, built from entries, replaced by one assignment."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.encoder import Vectors
from kb.layout import Entry, Item, Layout
from kb.lexical import LexicalIndex, Text, words
from kb.ranking import Candidate, fused, normalised, ordered
from kb.vectors import Bits, Rows, VectorIndex, vector_index

__all__ = ["Entry", "Item", "SearchIndex", "words"]

BEST = 24  # candidates that are given back; nobody looks further
NEIGHBOURS = 60  # entries taken from each search; an item has about ten, so at least six items come through


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What some audiences may see: items by place, rows by bit; and the audiences whose items they may not."""

    places: NDArray[np.bool_]
    rows: Bits
    hidden: frozenset[str]


class SearchIndex:
    """Everything one search needs, of one generation of the knowledge base."""

    def __init__(self, generation: int, layout: Layout, nearest: VectorIndex | None, lexical: LexicalIndex) -> None:
        """Take the parts; there are no vectors where there are no items."""
        self.generation = generation
        self.items = {item.id: item for item, alive in zip(layout.items, layout.alive, strict=True) if alive}
        self.by_slug = {(item.kind, item.slug): item for item in self.items.values()}
        self._layout, self._nearest, self._lexical = layout, nearest, lexical
        self._views: dict[frozenset[str], _Seen] = {}

    @classmethod
    def build(
        cls,
        generation: int,
        items: Sequence[Item],
        entries: Sequence[Entry],
        rows: Vectors,
        vectors: Callable[[Vectors], VectorIndex] = vector_index,
    ) -> Self:
        """Take the items, their entries item by item, and the vector of each entry as a row of `rows`."""
        nearest = vectors(rows) if len(rows) else None
        return cls(generation, Layout.of(items, entries, rows), nearest, LexicalIndex(_texts(items, entries)))

    def changed(
        self, generation: int, gone: Collection[int], items: Sequence[Item], entries: Sequence[Entry], rows: Vectors
    ) -> Self:
        """The index of a later generation: without the items of some ids, and with others, new or at another revision.

        It shares with this one what did not change, and this one stays as it is. BM25 counts what is gone in how rare
        a word is, until tantivy tidies up.
        """
        lost = self.items.keys() & {*gone, *(item.id for item in items)}
        nearest = self._nearest
        if len(rows): nearest = nearest.extended(rows) if nearest else vector_index(rows)
        lexical = self._lexical.changed(lost, _texts(items, entries))
        return type(self)(generation, self._layout.changed(lost, items, entries, rows), nearest, lexical)

    def apart(self, entries: Sequence[Entry]) -> Self:
        """The same, but with a word search of its own, made of the entries of all its items.

        A change of it is seen by nobody else. The word searches of one line of changes share one store.
        """
        lexical = LexicalIndex(_texts(list(self.items.values()), entries))
        return type(self)(self.generation, self._layout, self._nearest, lexical)

    @property
    def rows(self) -> int:
        """How many texts it holds, with those that are left behind."""
        return len(self._layout.place_of_row)

    def drift(self) -> float:
        """How far this is from an index that is built anew: 0, then more with every change. See `Layout.drift`."""
        return self._layout.drift()

    def search(
        self, vector: Vectors, text: str, audiences: frozenset[str], *, without: frozenset[str] = frozenset()
    ) -> list[Candidate]:
        """Candidates for one question, best first: articles and recipes that the audiences may see.

        `vector` is the question's [dims]; `without` leaves slugs out, as if they did not exist.
        """
        if self._nearest is None: return []
        seen = self._seen(audiences)
        left_out = [self._layout.place[item.id] for item in self._named(without)]
        if left_out: seen = self._less(seen, left_out)
        near, _ = self._nearest.nearest(vector, NEIGHBOURS, seen.rows)
        places = np.unique(self._layout.place_of_row[near])
        bm25 = self._words(text, seen, NEIGHBOURS + len(left_out), places)
        places = np.union1d(places, np.fromiter(bm25, dtype=np.int64, count=len(bm25)))
        return self._candidates(self._nearest, places, vector, bm25)

    def _words(self, text: str, seen: _Seen, count: int, places: Rows) -> dict[int, float]:
        """BM25 by place: of the best that may be seen, and of those at some places."""
        near = [self._layout.items[place].id for place in places.tolist()]
        found = self._lexical.search(text, count, seen.hidden, near)
        known = self._layout.place
        return {known[n]: score for n, score in found.items() if n in known and seen.places[known[n]]}

    def _named(self, slugs: Collection[str]) -> list[Item]:
        return [item for slug in slugs for kind in ("article", "recipe") if (item := self.by_slug.get((kind, slug)))]

    def _seen(self, audiences: frozenset[str]) -> _Seen:
        """Worked out once for each set of audiences: there are as many as there are kinds of people."""
        if audiences not in self._views:
            places = np.array([item.audience in audiences for item in self._layout.items], dtype=bool)
            places &= self._layout.alive
            hidden = frozenset(item.audience for item in self.items.values()) - audiences
            self._views[audiences] = _Seen(places=places, rows=self._layout.bits(places), hidden=hidden)
        return self._views[audiences]

    def _less(self, seen: _Seen, left_out: Sequence[int]) -> _Seen:
        places = seen.places.copy()
        places[left_out] = False
        return _Seen(places=places, rows=self._layout.bits(places), hidden=seen.hidden)

    def _candidates(
        self, index: VectorIndex, places: Rows, vector: Vectors, bm25: dict[int, float]
    ) -> list[Candidate]:
        if not len(places): return []
        rows, first = self._layout.rows_of(places)
        products = index.products(rows, vector)
        share, quoted = normalised(bm25), self._layout.quoted(rows, first, products)
        cosines = self._layout.cosines(places, rows, first, products)
        words_ = np.array([share.get(place, 0.0) for place in places.tolist()])
        best = np.argsort(-fused(cosines[0], words_), kind="stable")[:BEST]
        return ordered([
            self._candidate(place, lexical, bm25.get(place, 0.0), passage, own)
            for place, lexical, passage, *own in zip(
                *(column[best].tolist() for column in (places, words_, quoted, *cosines)), strict=True
            )
        ])

    def _candidate(
        self, place: int, lexical: float, bm25: float, passage: int, cosines: Sequence[float]
    ) -> Candidate:
        item, (cosine, title, name, body, three, whole) = self._layout.items[place], cosines
        return Candidate(
            kind=item.kind, slug=item.slug, title=item.title, category=item.category, score=fused(cosine, lexical),
            cosine=cosine, lexical=lexical, bm25=bm25, passage=passage, title_cosine=title, name_cosine=name,
            passage_cosine=body, three_cosine=three, whole_cosine=whole,
        )


def _texts(items: Sequence[Item], entries: Sequence[Entry]) -> list[Text]:
    """What the word search reads of each item."""
    names: dict[int, list[str]] = {item.id: [] for item in items}
    body: dict[int, list[str]] = {item.id: [] for item in items}
    for e in entries:
        if e.item not in names: continue
        if e.kind == "passage": body[e.item].append(f"{e.heading}\n{e.text}")
        else: names[e.item].append(e.text)
    return [
        Text(item=item.id, audience=item.audience, names="\n".join(names[item.id]), body="\n".join(body[item.id]))
        for item in items
    ]
