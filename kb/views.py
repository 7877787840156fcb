"""What some audiences may see of an index, and the words of just that.

How rare a word is counts for BM25. It is counted among what the audiences may see alone: what is hidden from somebody
changes nothing of what they find, neither which articles nor their order.
"""

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.people import PUBLIC
from kb.layout import Layout
from kb.lexical import LexicalIndex, Text
from kb.vectors import Bits

MOST = 16  # sets of audiences whose words are kept at hand, those asked for last; some 15 MB each at 10,000 passages


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Items by place, rows by bit, and the word search of what some audiences may see."""

    places: NDArray[np.bool_]
    rows: Bits
    lexical: LexicalIndex


@dataclass(slots=True, kw_only=True)
class _Place:
    """Where the view of some audiences is or will be, with the word search that is known before it."""

    lexical: LexicalIndex | None = None
    view: View | None = None
    making: threading.Lock = field(default_factory=threading.Lock)


class Views:
    """The views of one index, each made when it is asked for first: there are as many as there are kinds of people."""

    def __init__(
        self, layout: Layout, texts: Mapping[int, Text], lexical: Mapping[frozenset[str], LexicalIndex] | None = None
    ) -> None:
        """Take where the items stand, their texts by id, and the word searches that there are already."""
        self._layout, self._texts = layout, texts
        self._audiences = frozenset(text.audience for text in texts.values())
        found = (lexical or {}).items()
        self._places = OrderedDict((audiences, _Place(lexical=own)) for audiences, own in found)
        self._finding = threading.Lock()

    def of(self, audiences: frozenset[str]) -> View:
        """What these audiences may see; those of whom there is no item make no difference."""
        wanted = audiences & self._audiences
        place = self._place(wanted)
        if place.view: return place.view
        with place.making:  # others do not wait for it
            if not place.view: place.view = self._made(wanted, place)
            return place.view

    def changed(self, layout: Layout, gone: Collection[int], texts: Sequence[Text]) -> Self:
        """Those of the index without the items of some ids, and with others; these stay as they are."""
        left = {number: text for number, text in self._texts.items() if number not in gone}
        now = left | {text.item: text for text in texts}
        with self._finding: held = [(whose, place.lexical) for whose, place in self._places.items() if place.lexical]
        return type(self)(layout, now, {
            audiences: lexical.changed(
                [n for n in gone if self._texts[n].audience in audiences],
                [text for text in texts if text.audience in audiences],
            )
            for audiences, lexical in held
        })  # fmt: skip

    def said(self, items: Iterable[int]) -> list[tuple[str, str]]:
        """What some items say, by id, each after whom it is for."""
        return [(own.audience, f"{own.names}\n{own.body}") for own in map(self._texts.__getitem__, items)]

    def apart(self) -> Self:
        """The same, whose word searches are made anew when they are asked for, and shared with nobody."""
        return type(self)(self._layout, self._texts)

    @property
    def kept(self) -> int:
        """How many sets of audiences there is a word search for, or is being made."""
        return len(self._places)

    def _place(self, audiences: frozenset[str]) -> _Place:
        """The place of some audiences, before which that asked for longest ago makes room.

        What everybody may see stays: it is asked for most.
        """
        everybody = PUBLIC & self._audiences
        with self._finding:
            place = self._places.setdefault(audiences, _Place())
            self._places.move_to_end(audiences)
            if len(self._places) > MOST: del self._places[next(one for one in self._places if one != everybody)]
            return place

    def _made(self, audiences: frozenset[str], place: _Place) -> View:
        items, alive = self._layout.items, self._layout.alive
        places = np.array([item.audience in audiences for item in items], dtype=bool) & alive
        own = (text for text in self._texts.values() if text.audience in audiences)
        place.lexical = place.lexical or LexicalIndex(own)
        return View(places=places, rows=self._layout.bits(places), lexical=place.lexical)
