"""The search index: immutable, built from entries, replaced whole by one assignment."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.encoder import Vectors
from kb.lexical import LexicalIndex, Text, words
from kb.ranking import Candidate, fused, normalised, ordered
from kb.vectors import Bits, Rows, VectorIndex, packed, vector_index

__all__ = ["Entry", "Item", "SearchIndex", "words"]

NEIGHBOURS = 60  # entries taken from each search; an item has about ten, so at least six items come through
KINDS = {"title": 0, "alias": 1, "trigger": 1, "passage": 2}
NEAREST = 3  # texts of an item that are looked at together
NOT_QUOTED = -1  # the ordinal of an entry that is no passage


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What some audiences may see: items by place, rows by bit; and the audiences whose items they may not."""

    places: NDArray[np.bool_]
    rows: Bits
    hidden: frozenset[str]


class SearchIndex:
    """Everything one search needs, of one generation of the knowledge base.

    An item's place is its number in the order of the items; its rows stand together, in the order of its entries.
    """

    def __init__(
        self,
        generation: int,
        items: Sequence[Item],
        entries: Sequence[Entry],
        rows: Vectors,
        vectors: Callable[[Vectors], VectorIndex] = vector_index,
    ) -> None:
        """Take the items, their entries item by item, and the vector of each entry as a row of `rows`."""
        self.generation = generation
        self.items = {item.id: item for item in items}
        self.by_slug = {(item.kind, item.slug): item for item in items}
        self._listed = list(items)
        self._place = {item.id: place for place, item in enumerate(items)}
        self._place_of_row = np.array([self._place.get(entry.item, -1) for entry in entries], dtype=np.int64)
        self._ordinals = np.array([e.ordinal if e.kind == "passage" else NOT_QUOTED for e in entries], dtype=np.int32)
        self._kinds = np.array([KINDS[entry.kind] for entry in entries], dtype=np.int8)
        self._starts, self._counts = _spans(self._place_of_row, len(items))
        self._lengths = _mean_lengths(rows, self._place_of_row, self._counts)
        self._nearest = vectors(rows) if len(rows) else None
        self._lexical = LexicalIndex(_texts(items, entries))
        self._views: dict[frozenset[str], _Seen] = {}

    def search(
        self, vector: Vectors, text: str, audiences: frozenset[str], *, without: frozenset[str] = frozenset()
    ) -> list[Candidate]:
        """Candidates for one question, best first: articles and recipes that the audiences may see.

        `vector` is the question's [dims]; `without` leaves slugs out, as if they did not exist.
        """
        if self._nearest is None: return []
        seen = self._seen(audiences)
        left_out = [self._place[item.id] for item in self._named(without)]
        if left_out: seen = self._less(seen, left_out)
        near, _ = self._nearest.nearest(vector, NEIGHBOURS, seen.rows)
        places = np.unique(self._place_of_row[near])
        own = [self._listed[place].id for place in places.tolist()]
        found = self._lexical.search(text, NEIGHBOURS + len(left_out), seen.hidden, own)
        bm25 = {place: score for item, score in found.items() if seen.places[place := self._place[item]]}
        places = np.union1d(places, np.fromiter(bm25, dtype=np.int64, count=len(bm25)))
        return self._candidates(self._nearest, places, vector, bm25)

    def _named(self, slugs: Collection[str]) -> list[Item]:
        return [item for slug in slugs for kind in ("article", "recipe") if (item := self.by_slug.get((kind, slug)))]

    def _seen(self, audiences: frozenset[str]) -> _Seen:
        """Worked out once for each set of audiences: there are as many as there are kinds of people."""
        if audiences not in self._views:
            places = np.array([item.audience in audiences for item in self._listed], dtype=bool)
            hidden = frozenset(item.audience for item in self._listed) - audiences
            self._views[audiences] = _Seen(places=places, rows=self._bits(places), hidden=hidden)
        return self._views[audiences]

    def _less(self, seen: _Seen, left_out: Sequence[int]) -> _Seen:
        places = seen.places.copy()
        places[left_out] = False
        return _Seen(places=places, rows=self._bits(places), hidden=seen.hidden)

    def _bits(self, places: NDArray[np.bool_]) -> Bits:
        """The rows of some items; one of no item is never seen."""
        return packed(np.append(places, False)[self._place_of_row])

    def _candidates(
        self, index: VectorIndex, places: Rows, vector: Vectors, bm25: dict[int, float]
    ) -> list[Candidate]:
        if not len(places): return []
        rows, first = _rows_of(self._starts[places], self._counts[places])
        products = index.products(rows, vector)
        share, quoted = normalised(bm25), _quoted(products, self._ordinals[rows], first)
        cosines = _cosines(products, self._kinds[rows], first, self._lengths[places])
        return ordered([
            self._candidate(place, share.get(place, 0.0), bm25.get(place, 0.0), passage, own)
            for place, passage, *own in zip(places.tolist(), quoted.tolist(), *cosines.tolist(), strict=True)
        ])

    def _candidate(
        self, place: int, lexical: float, bm25: float, passage: int, cosines: Sequence[float]
    ) -> Candidate:
        item, (cosine, title, name, body, three, whole) = self._listed[place], cosines
        return Candidate(
            kind=item.kind, slug=item.slug, title=item.title, category=item.category, score=fused(cosine, lexical),
            cosine=cosine, lexical=lexical, bm25=bm25, passage=passage, title_cosine=title, name_cosine=name,
            passage_cosine=body, three_cosine=three, whole_cosine=whole,
        )


def _texts(items: Sequence[Item], entries: Sequence[Entry]) -> list[Text]:
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


def _spans(place_of_row: Rows, places: int) -> tuple[Rows, Rows]:
    """The first row and the number of rows of each place."""
    known = place_of_row[place_of_row >= 0]
    counts = np.bincount(known, minlength=places)
    starts = np.zeros(places, dtype=np.int64)
    firsts = np.flatnonzero(np.diff(place_of_row, prepend=-2))
    starts[place_of_row[firsts]] = firsts
    return starts, counts


def _rows_of(starts: Rows, counts: Rows) -> tuple[Rows, Rows]:
    """The rows of some items one after another, and where in them each item begins."""
    first = np.cumsum(counts) - counts
    return np.repeat(starts - first, counts) + np.arange(counts.sum()), first


def _quoted(products: Vectors, ordinals: NDArray[np.int32], first: Rows) -> NDArray[np.int32]:
    """The ordinal of each item's nearest passage, the last of equals; 0 when it has none."""
    passages = np.where(ordinals == NOT_QUOTED, -np.inf, products)
    best = np.repeat(np.maximum.reduceat(passages, first), np.diff(first, append=len(products)))
    return np.maximum.reduceat(np.where(passages == best, ordinals, 0), first).clip(min=0)


def _mean_lengths(rows: Vectors, place_of_row: Rows, counts: Rows) -> NDArray[np.float64]:
    """The length of the mean of each item's rows: what its products' mean is divided by to be a cosine."""
    sums = np.zeros((len(counts), rows.shape[1]))
    known = np.flatnonzero(place_of_row >= 0)
    for part in np.array_split(known, max(1, len(known) // 10_000)): np.add.at(sums, place_of_row[part], rows[part])
    return np.asarray(np.linalg.norm(sums, axis=1) / np.maximum(counts, 1)).clip(min=1e-6)


def _cosines(
    products: Vectors, kinds: NDArray[np.int8], first: Rows, lengths: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The cosines of items [6, items] from their texts': nearest, title, name, passage, nearest three, whole."""
    by_kind = [np.maximum.reduceat(np.where(kinds == kind, products, 0), first) for kind in (0, 1, 2)]
    counts = np.diff(first, append=len(products))
    item = np.repeat(np.arange(len(first)), counts)
    order = np.lexsort((-products, item))
    place = np.arange(len(products)) - np.repeat(first, counts)  # of a text among its item's, the nearest first
    best = np.where(place < NEAREST, products[order], 0)
    three = np.add.reduceat(best, first) / np.minimum(counts, NEAREST)
    whole = np.add.reduceat(products, first) / counts / lengths
    return np.array([np.maximum.reduceat(products, first), *by_kind, three, whole], dtype=np.float64)
