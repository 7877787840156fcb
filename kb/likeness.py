"""Items that say the same, by the vectors of their texts. Pure: texts and vectors in, pairs out.

Two items are alike when they are as wholes: the means of their passages' vectors are near, or their titles are and the
wholes nearly so. What exactly they both say are the passages that are near one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.encoder import Vectors
from kb.layout import Entry, Item

# Read by eye on 1,449 imported articles of four makers: above 0.9 a pair is one text with a few words changed, or two
# parts of one; between 0.85 and 0.9 it is where the titles are near as well, and mere neighbours where they are not.
ALIKE_AT = 0.9  # cosine of two wholes
WITH_TITLES_AT = 0.85  # the same where the titles say so, too
TITLES_AT = 0.85  # cosine of two titles
REPEATS_AT = 0.9  # cosine of two passages that say the same
FIRST_WORDS = 60  # characters of a passage without a heading
MOST_REPEATS = 10  # passages told of one pair
AT_ONCE = 512  # rows multiplied together: with 10,000 others some 20 MB


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """Items, their searched texts item by item, and the vector of each text as a row of `rows` [texts, dims]."""

    items: Sequence[Item]
    entries: Sequence[Entry]
    rows: Vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeated:
    """A passage of the first item, and the one of the second that says the same: their headings, and how near."""

    first: str
    second: str
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Two items that say the same; `likeness` is the cosine of the wholes, `titles` that of their titles."""

    first: Item
    second: Item
    likeness: float
    titles: float
    repeated: tuple[Repeated, ...] = ()


def alike(texts: Texts) -> list[Alike]:
    """Every pair of items that are alike, the likest first; of 10,000 items in seconds."""
    if len(texts.items) < 2: return []  # noqa: PLR2004 - a pair is two
    wholes, titles = _wholes(texts), _titles(texts)
    pairs = [_pair(texts, *found) for found in _near(wholes, titles)]
    return sorted(pairs, key=lambda one: (-one.likeness, one.first.title, one.second.title))


def _near(wholes: Vectors, titles: Vectors) -> Iterator[tuple[int, int, float, float]]:
    """The places of two items that are alike, with both cosines."""
    for start in range(0, len(wholes), AT_ONCE):
        block = slice(start, start + AT_ONCE)
        products, named = wholes[block] @ wholes.T, titles[block] @ titles.T
        near = (products >= ALIKE_AT) | ((products >= WITH_TITLES_AT) & (named >= TITLES_AT))
        for row, other in np.argwhere(near).tolist():
            first = start + row
            if first < other: yield first, other, float(products[row, other]), float(named[row, other])


def _pair(texts: Texts, first: int, second: int, likeness: float, titles: float) -> Alike:
    one, other = texts.items[first], texts.items[second]
    return Alike(
        first=one, second=other, likeness=min(1.0, likeness), titles=min(1.0, titles),
        repeated=tuple(_repeated(texts, one.id, other.id)),
    )


def _repeated(texts: Texts, first: int, second: int) -> list[Repeated]:
    """The passages that both have, the nearest first; each stands in one pair."""
    own, others = passages_of(texts, first), passages_of(texts, second)
    if not len(own) or not len(others): return []
    products = texts.rows[own] @ texts.rows[others].T
    found: list[Repeated] = []
    while len(found) < MOST_REPEATS and products.max() >= REPEATS_AT:
        row, column = np.unravel_index(int(products.argmax()), products.shape)
        names = heading(texts.entries[own[row]]), heading(texts.entries[others[column]])
        near = min(1.0, float(products[row, column]))
        found.append(Repeated(first=names[0], second=names[1], likeness=near))
        products[row, :] = products[:, column] = -1.0
    return found


def heading(entry: Entry) -> str:
    """How a passage is named to people: by its heading, or by its first words."""
    words = " ".join(entry.text.split())
    return entry.heading or (words if len(words) <= FIRST_WORDS else f"{words[:FIRST_WORDS].rsplit(' ', 1)[0]} …")


def passages_of(texts: Texts, item: int) -> NDArray[np.int64]:
    """The rows of an item's passages."""
    own = [row for row, entry in enumerate(texts.entries) if entry.item == item and entry.kind == "passage"]
    return np.array(own, dtype=np.int64)


def owners(texts: Texts) -> NDArray[np.int64]:
    """The place of each text's item among the items."""
    place = {item.id: number for number, item in enumerate(texts.items)}
    return np.array([place[entry.item] for entry in texts.entries], dtype=np.int64)


def _wholes(texts: Texts) -> Vectors:
    """The mean of each item's passages, of unit length; of all its texts where it has none, as recipes."""
    body = np.array([entry.kind == "passage" for entry in texts.entries], dtype=bool)
    places = owners(texts)
    has_body = np.zeros(len(texts.items), dtype=bool)
    has_body[places[body]] = True
    return _means(texts, places, body | ~has_body[places])


def _titles(texts: Texts) -> Vectors:
    titles = np.array([entry.kind == "title" for entry in texts.entries], dtype=bool)
    return _means(texts, owners(texts), titles)


def _means(texts: Texts, places: NDArray[np.int64], wanted: NDArray[np.bool_]) -> Vectors:
    sums = np.zeros((len(texts.items), texts.rows.shape[1]), dtype=np.float32)
    np.add.at(sums, places[wanted], texts.rows[wanted])
    lengths = np.linalg.norm(sums, axis=1, keepdims=True).clip(min=1e-6)
    found: Vectors = (sums / lengths).astype(np.float32)
    return found
