"""Questions of one meaning brought together as they come in, one by one. Pure.

A group is kept as the mean of its questions' vectors, each of length 1: the product of a question's vector and that
mean is the average of its cosines to all of them (average linkage). A question goes to the group where that is highest,
if it is high enough.
"""

from collections.abc import Sequence

import numpy as np

from core.encoder import Vectors

# Average cosine. docs/benchmarks.md has the figures: below it too many are put together that need another answer, above
# it too few; and what was taken apart is easier brought together by an editor than the other way round.
ALIKE_AT = 0.5
MAX_TITLE = 200  # characters


def nearest(vector: Vectors, means: Vectors, at: float = ALIKE_AT) -> int | None:
    """The place of the mean [groups, dims] that a question [dims] belongs to; None if it is like none of them."""
    if not len(means): return None
    likeness = means @ vector
    best = int(likeness.argmax())
    return best if likeness[best] >= at else None


def joined(mean: Vectors, size: int, vector: Vectors) -> Vectors:
    """The mean of a group of that size when a question comes to it."""
    made: Vectors = mean + (vector - mean) * np.float32(1 / (size + 1))
    return made


def left(mean: Vectors, size: int, vector: Vectors) -> Vectors:
    """The mean of a group of that size when a question leaves it; of none, nothing."""
    if size <= 1: return np.zeros_like(mean)
    made: Vectors = mean + (mean - vector) * np.float32(1 / (size - 1))
    return made


def middle(vectors: Vectors, mean: Vectors) -> int:
    """The place of the question [questions, dims] that is nearest to the mean; of several, the first."""
    return int((vectors @ mean).argmax())


def title_of(text: str) -> str:
    """A question as a title: its words as they are, on one line, the end of a long one left out."""
    words = " ".join(text.split())
    return words if len(words) <= MAX_TITLE else words[: MAX_TITLE - 1].rstrip() + "…"


class Means:
    """The means of groups, by the groups' ids."""

    def __init__(self, ids: Sequence[int], means: Vectors) -> None:
        """Take the ids, and their means [groups, dims], which are kept here from now on."""
        self._places, self._ids, self._means = {one: n for n, one in enumerate(ids)}, list(ids), means

    def nearest(self, vector: Vectors) -> int | None:
        """The id of the group that a question [dims] belongs to."""
        place = nearest(vector, self._means)
        return None if place is None else self._ids[place]

    def put(self, group: int, mean: Vectors) -> None:
        """Keep a group's mean [dims], its first or a new one."""
        if group in self._places:
            self._means[self._places[group]] = mean
            return
        self._places[group] = len(self._ids)
        self._ids.append(group)
        self._means = np.vstack([self._means, mean[None]]) if len(self._means) else mean[None].copy()

    def drop(self, group: int) -> None:
        """Forget a group, if it is here: nothing is like a mean of no length."""
        if group in self._places: self._means[self._places[group]] = 0.0


def grouped(vectors: Vectors, at: float = ALIKE_AT) -> list[int]:
    """The group of each question [questions, dims] when they come in one after another, counted from 0."""
    means, sizes, found = np.zeros_like(vectors), [0] * len(vectors), list[int]()
    count = 0
    for vector in vectors:
        place = nearest(vector, means[:count], at)
        if place is None: place, count = count, count + 1
        means[place] = joined(means[place], sizes[place], vector)
        sizes[place] += 1
        found.append(place)
    return found
