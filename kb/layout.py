"""Where things stand in the index: an item has a place, and its rows, one for each of its entries, stand together."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.encoder import Vectors
from kb.vectors import Bits, Elsewhere, Rows, packed

KINDS = {"title": 0, "alias": 1, "trigger": 1, "passage": 2}
NEAREST = 3  # texts of an item that are looked at together
ITEMS_AT_ONCE = 1_000  # whose vectors are summed up together: some ten megabytes
NOT_QUOTED = -1  # the ordinal of an entry that is no passage
NO_PLACE = -1  # of a row whose item is not published


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
class Layout:
    """The items by place, and what stands in each row.

    `place` is that of an item by its id, `alive` [places] tells whether it is still the item's; `place_of_row`,
    `ordinals` and `kinds` [rows] tell whose a row is, which passage, and of which of `KINDS`; an item's rows are
    `counts` many from `starts` on, and `lengths` that of their mean. The first `built` rows were there when the index
    was built.
    """

    items: Sequence[Item]
    place: dict[int, int]
    alive: NDArray[np.bool_]
    place_of_row: Rows
    ordinals: NDArray[np.int32]
    kinds: NDArray[np.int8]
    starts: Rows
    counts: Rows
    lengths: NDArray[np.float64]
    built: int

    @classmethod
    def of(cls, items: Sequence[Item], entries: Sequence[Entry], rows: Vectors | Elsewhere) -> Self:
        """Items in their order, their entries item by item, and the vector of each entry."""
        place = {item.id: number for number, item in enumerate(items)}
        owners = _places(entries, place)
        starts, counts = _spans(owners, len(items))
        return cls(
            items=items, place=place, alive=np.ones(len(items), dtype=bool), place_of_row=owners,
            ordinals=_ordinals(entries), kinds=_kinds(entries), starts=starts, counts=counts,
            lengths=_mean_lengths(rows, starts, counts), built=len(owners),
        )  # fmt: skip

    def changed(
        self, gone: Collection[int], items: Sequence[Item], entries: Sequence[Entry], rows: Vectors | Elsewhere
    ) -> Self:
        """Without some items by id, and with others behind; the places and rows of those that are gone stay empty."""
        new = type(self).of(items, entries, rows)
        kept = {number: at for number, at in self.place.items() if number not in gone}
        owners = np.where(new.place_of_row == NO_PLACE, NO_PLACE, new.place_of_row + len(self.items))
        alive = self.alive.copy()
        alive[[self.place[number] for number in gone]] = False
        return type(self)(
            items=[*self.items, *items], place=kept | {n: at + len(self.items) for n, at in new.place.items()},
            alive=np.append(alive, new.alive), place_of_row=np.append(self.place_of_row, owners),
            ordinals=np.append(self.ordinals, new.ordinals), kinds=np.append(self.kinds, new.kinds),
            starts=np.append(self.starts, new.starts + len(self.place_of_row)),
            counts=np.append(self.counts, new.counts), lengths=np.append(self.lengths, new.lengths), built=self.built,
        )  # fmt: skip

    def drift(self) -> float:
        """The share of rows that came after the building, or belong to what is no longer there."""
        rows, kept = len(self.place_of_row), int(self.counts[self.alive].sum())
        return (rows - kept + rows - self.built) / max(rows, 1)

    def bits(self, places: NDArray[np.bool_]) -> Bits:
        """The rows of some items, as `VectorIndex.nearest` takes them; one of no item is never seen."""
        return packed(np.append(places, False)[self.place_of_row])

    def rows_of(self, places: Rows) -> tuple[Rows, Rows]:
        """The rows of some items one after another, and where in them each item begins."""
        return _in_turn(self.starts[places], self.counts[places])

    def cosines(self, places: Rows, rows: Rows, first: Rows, products: Vectors) -> NDArray[np.float64]:
        """Of items from their texts' products [6, items]: nearest, title, name, passage, nearest three, whole."""
        kinds, counts = self.kinds[rows], np.diff(first, append=len(products))
        by_kind = [np.maximum.reduceat(np.where(kinds == kind, products, 0), first) for kind in (0, 1, 2)]
        order = np.lexsort((-products, np.repeat(np.arange(len(first)), counts)))
        number = np.arange(len(products)) - np.repeat(first, counts)  # of a text among its item's, the nearest first
        three = np.add.reduceat(np.where(number < NEAREST, products[order], 0), first) / np.minimum(counts, NEAREST)
        whole = np.add.reduceat(products, first) / counts / self.lengths[places]
        return np.array([np.maximum.reduceat(products, first), *by_kind, three, whole], dtype=np.float64)

    def quoted(self, rows: Rows, first: Rows, products: Vectors) -> NDArray[np.int32]:
        """The ordinal of each item's nearest passage, the last of equals; 0 when it has none."""
        ordinals = self.ordinals[rows]
        passages = np.where(ordinals == NOT_QUOTED, -np.inf, products)
        best = np.repeat(np.maximum.reduceat(passages, first), np.diff(first, append=len(products)))
        return np.maximum.reduceat(np.where(passages == best, ordinals, 0), first).clip(min=0)


def _places(entries: Sequence[Entry], place: Mapping[int, int]) -> Rows:
    return np.array([place.get(entry.item, NO_PLACE) for entry in entries], dtype=np.int64)


def _ordinals(entries: Sequence[Entry]) -> NDArray[np.int32]:
    return np.array([e.ordinal if e.kind == "passage" else NOT_QUOTED for e in entries], dtype=np.int32)


def _kinds(entries: Sequence[Entry]) -> NDArray[np.int8]:
    return np.array([KINDS[entry.kind] for entry in entries], dtype=np.int8)


def _in_turn(starts: Rows, counts: Rows) -> tuple[Rows, Rows]:
    first = np.cumsum(counts) - counts
    return np.repeat(starts - first, counts) + np.arange(counts.sum()), first


def _mean_lengths(rows: Vectors | Elsewhere, starts: Rows, counts: Rows) -> NDArray[np.float64]:
    """The length of the mean of each item's rows: what its products' mean is divided by to be a cosine."""
    found = np.ones(len(counts))
    filled = np.flatnonzero(counts)
    for part in np.array_split(filled, len(filled) // ITEMS_AT_ONCE + 1):
        if not len(part): continue
        own, first = _in_turn(starts[part], counts[part])
        found[part] = np.linalg.norm(np.add.reduceat(rows[own], first, axis=0), axis=1) / counts[part]
    return found.clip(min=1e-6)


def _spans(place_of_row: Rows, places: int) -> tuple[Rows, Rows]:
    """The first row and the number of rows of each place."""
    counts = np.bincount(place_of_row[place_of_row != NO_PLACE], minlength=places)
    firsts = np.flatnonzero(np.diff(place_of_row, prepend=NO_PLACE - 1))
    firsts = firsts[place_of_row[firsts] != NO_PLACE]
    starts = np.zeros(places, dtype=np.int64)
    starts[place_of_row[firsts]] = firsts
    return starts, counts
