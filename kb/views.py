"""What some audiences may see of an index, and the words of just that.

How rare a word is counts for BM25. It is counted among what the audiences may see alone: what is hidden from somebody
changes nothing of what they find, neither which articles nor their order.
"""

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.people import PUBLIC
from kb.layout import Layout
from kb.lexical import LexicalIndex, Text
from kb.vectors import Bits

MOST = 16  # sets of audiences whose words are kept at hand; each takes some 15 MB at 10,000 passages


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Items by place, rows by bit, and the word search of what some audiences may see."""

    places: NDArray[np.bool_]
    rows: Bits
    lexical: LexicalIndex


class Views:
    """The views of one index, each made when it is asked for first: there are as many as there are kinds of people."""

    def __init__(
        self, layout: Layout, texts: Mapping[int, Text], lexical: Mapping[frozenset[str], LexicalIndex] | None = None
    ) -> None:
        """Take where the items stand, their texts by id, and the word searches that there are already."""
        self._layout, self._texts = layout, texts
        self._audiences = frozenset(text.audience for text in texts.values())
        self._lexical = dict(lexical or {})
        self._views: dict[frozenset[str], View] = {}
        self._making = threading.Lock()

    def of(self, audiences: frozenset[str]) -> View:
        """What these audiences may see; those of whom there is no item make no difference."""
        wanted = audiences & self._audiences
        known = self._views.get(wanted)
        if known: return known
        with self._making:
            if len(self._views) >= MOST: self._forget()
            return self._views.setdefault(wanted, self._made(wanted))

    def changed(self, layout: Layout, gone: Collection[int], texts: Sequence[Text]) -> Self:
        """Those of the index without the items of some ids, and with others; these stay as they are."""
        left = {number: text for number, text in self._texts.items() if number not in gone}
        now = left | {text.item: text for text in texts}
        held = {audiences: view.lexical for audiences, view in list(self._views.items())}
        return type(self)(layout, now, {
            audiences: lexical.changed(
                [n for n in gone if self._texts[n].audience in audiences],
                [text for text in texts if text.audience in audiences],
            )
            for audiences, lexical in (self._lexical | held).items()
        })  # fmt: skip

    def apart(self) -> Self:
        """The same, whose word searches are made anew when they are asked for, and shared with nobody."""
        return type(self)(self._layout, self._texts)

    def _made(self, audiences: frozenset[str]) -> View:
        items, alive = self._layout.items, self._layout.alive
        places = np.array([item.audience in audiences for item in items], dtype=bool) & alive
        lexical = self._lexical.pop(audiences, None)
        if lexical is None: lexical = LexicalIndex(t for t in self._texts.values() if t.audience in audiences)
        return View(places=places, rows=self._layout.bits(places), lexical=lexical)

    def _forget(self) -> None:
        """All but what everybody may see, which is asked for most."""
        everybody = PUBLIC & self._audiences
        self._views = {audiences: view for audiences, view in self._views.items() if audiences == everybody}
