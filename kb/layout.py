"""Where things stand in the index: an item has a place, and its rows, one for each of its entries, stand together."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.encoder import Vectors
from kb.vectors import Bits, Rows, packed

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

    `place` is that of an item by its id, `alive` [places] tells whether it is still the item's; `place_of_row` and
    `ordinals` [rows] tell whose a row is and which passage; an item's rows are `counts` many from `starts` on. The
    first `built` rows were there when the index was built.
    """

    items: Sequence[Item]
    place: dict[int, int]
    alive: NDArray[np.bool_]
    place_of_row: Rows
    ordinals: NDArray[np.int32]
    starts: Rows
    counts: Rows
    built: int

    @classmethod
    def of(cls, items: Sequence[Item], entries: Sequence[Entry]) -> Self:
        """Items in their order, and their entries item by item."""
        place = {item.id: number for number, item in enumerate(items)}
        rows = _places(entries, place)
        starts, counts = _spans(rows, len(items))
        return cls(
            items=items, place=place, alive=np.ones(len(items), dtype=bool), place_of_row=rows,
            ordinals=_ordinals(entries), starts=starts, counts=counts, built=len(rows),
        )  # fmt: skip

    def changed(self, gone: Collection[int], items: Sequence[Item], entries: Sequence[Entry]) -> Self:
        """Without some items by id, and with others behind; the places and rows of those that are gone stay empty."""
        place = self.place | {item.id: number for number, item in enumerate(items, start=len(self.items))}
        alive = np.append(self.alive, np.ones(len(items), dtype=bool))
        alive[[self.place[number] for number in gone]] = False
        rows = np.append(self.place_of_row, _places(entries, place))
        starts, counts = _spans(rows, len(alive))
        return type(self)(
            items=[*self.items, *items], place={n: place[n] for n in place if alive[place[n]]}, alive=alive,
            place_of_row=rows, ordinals=np.append(self.ordinals, _ordinals(entries)), starts=starts, counts=counts,
            built=self.built,
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
        starts, counts = self.starts[places], self.counts[places]
        first = np.cumsum(counts) - counts
        return np.repeat(starts - first, counts) + np.arange(counts.sum()), first

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


def _spans(place_of_row: Rows, places: int) -> tuple[Rows, Rows]:
    """The first row and the number of rows of each place."""
    counts = np.bincount(place_of_row[place_of_row != NO_PLACE], minlength=places)
    firsts = np.flatnonzero(np.diff(place_of_row, prepend=NO_PLACE - 1))
    firsts = firsts[place_of_row[firsts] != NO_PLACE]
    starts = np.zeros(places, dtype=np.int64)
    starts[place_of_row[firsts]] = firsts
    return starts, counts
