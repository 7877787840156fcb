"""The search index: immutable, built from entries, replaced by one assignment."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import Self

import numpy as np

from core.encoder import Vectors
from core.people import PUBLIC
from kb.layout import Entry, Item, Layout
from kb.lexical import Text, words
from kb.ranking import Candidate, fused, normalised, ordered
from kb.vectors import Elsewhere, Rows, VectorIndex, grown, vector_index
from kb.views import View, Views

__all__ = ["Entry", "Item", "SearchIndex", "words"]

BEST = 24  # candidates that are given back; nobody looks further
NEIGHBOURS = 60  # entries taken from each search; an item has about ten, so at least six items come through


class SearchIndex:
    """Everything one search needs, of one generation of the knowledge base."""

    def __init__(self, generation: int, layout: Layout, nearest: VectorIndex | None, views: Views) -> None:
        """Take the parts; there are no vectors where there are no items."""
        self.generation = generation
        self.items = {item.id: item for item, alive in zip(layout.items, layout.alive, strict=True) if alive}
        self.by_slug = {(item.kind, item.slug): item for item in self.items.values()}
        self._layout, self._nearest, self._views = layout, nearest, views

    @classmethod
    def build(
        cls,
        generation: int,
        items: Sequence[Item],
        entries: Sequence[Entry],
        rows: Vectors | Elsewhere,
        vectors: Callable[[Vectors | Elsewhere], VectorIndex] = vector_index,
    ) -> Self:
        """Take the items, their entries item by item, and the vector of each entry as a row of `rows`."""
        nearest = vectors(rows) if len(rows) else None
        layout = Layout.of(items, entries, rows)
        views = Views(layout, {text.item: text for text in _texts(items, entries)})
        views.of(PUBLIC)  # so that the first question does not wait for it
        return cls(generation, layout, nearest, views)

    def changed(
        self,
        generation: int,
        gone: Collection[int],
        items: Sequence[Item],
        entries: Sequence[Entry],
        rows: Vectors | Elsewhere,
    ) -> Self:
        """The index of a later generation: without the items of some ids, and with others, new or at another revision.

        It shares with this one what did not change, and this one stays as it is. BM25 counts what is gone in how rare
        a word is, until tantivy tidies up.
        """
        lost = self.items.keys() & {*gone, *(item.id for item in items)}
        nearest = grown(self._nearest, rows) if len(rows) else self._nearest
        layout = self._layout.changed(lost, items, entries, rows)
        return type(self)(generation, layout, nearest, self._views.changed(layout, lost, _texts(items, entries)))

    def apart(self) -> Self:
        """The same, but with word searches of its own: those of one line of changes share a store."""
        return type(self)(self.generation, self._layout, self._nearest, self._views.apart())

    def since(self, before: Self | None) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """What this says that an earlier one did not, and what that said and this does not, as `said` has it.

        An item that was changed is in both, as it is and as it was.
        """
        if not before: return self.said(self.items), []
        new = (number for number, item in self.items.items() if before.items.get(number) is not item)
        gone = (number for number, item in before.items.items() if self.items.get(number) is not item)
        return self.said(new), before.said(gone)

    def said(self, items: Iterable[int]) -> list[tuple[str, str]]:
        """What some items say, by id, each after whom it is for."""
        return self._views.said(items)

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

        `vector` is the question's [dims]; `without` leaves slugs out, as if they did not exist. What is hidden from the
        audiences changes nothing, among up to `kb.vectors.EXACT_UP_TO` texts.
        """
        if self._nearest is None: return []
        seen = self._views.of(audiences)
        left_out = [self._layout.place[item.id] for item in self._named(without)]
        if left_out: seen = self._less(seen, left_out)
        near, _ = self._nearest.nearest(vector, NEIGHBOURS, seen.rows)
        places = np.unique(self._layout.place_of_row[near])
        bm25 = self._words(text, seen, NEIGHBOURS + len(left_out), places)
        places = np.union1d(places, np.fromiter(bm25, dtype=np.int64, count=len(bm25)))
        return self._candidates(self._nearest, places, vector, bm25)

    def _words(self, text: str, seen: View, count: int, places: Rows) -> dict[int, float]:
        """BM25 by place: of the best that may be seen, and of those at some places."""
        near = [self._layout.items[place].id for place in places.tolist()]
        found = seen.lexical.search(text, count, near)
        known = self._layout.place
        return {known[n]: score for n, score in found.items() if n in known and seen.places[known[n]]}

    def _named(self, slugs: Collection[str]) -> list[Item]:
        return [item for slug in slugs for kind in ("article", "recipe") if (item := self.by_slug.get((kind, slug)))]

    def _less(self, seen: View, left_out: Sequence[int]) -> View:
        places = seen.places.copy()
        places[left_out] = False
        return replace(seen, places=places, rows=self._layout.bits(places))

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
            passage_cosine=body, three_cosine=three, whole_cosine=whole, audience=item.audience,
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
