"""What a message is written with: its words, pairs of words, and pieces of words, weighted by how rare they are."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

WORD = re.compile(r"[^\W_]+")
PIECES = (3, 4)  # letters of a piece; a word's ends count as one
FEWEST = 2  # messages that a gram must stand in to be learnt from

Weights = NDArray[np.float32]


def grams(text: str) -> list[str]:
    """Words, pairs of neighbours, and pieces of words, as often as they occur."""
    words = WORD.findall(text.lower())
    pieces = [f"#{piece}" for word in words for piece in _pieces(f"<{word}>")]
    return [*words, *(f"{one} {two}" for one, two in pairwise(words)), *pieces]


def _pieces(word: str) -> list[str]:
    return [word[at : at + size] for size in PIECES for at in range(len(word) - size + 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The grams that were learnt, each with its place, and how rare each is [grams]."""

    places: Mapping[str, int]
    rarity: Weights

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        """The grams of at least `FEWEST` texts.

        Rarity is the smoothed inverse document frequency ln((1 + n) / (1 + df)) + 1 (scikit-learn user guide, 7.2.3.4).
        """
        counts = Counter(gram for text in texts for gram in set(grams(text)))
        kept = sorted(gram for gram, count in counts.items() if count >= FEWEST)
        rarity = [math.log((1 + len(texts)) / (1 + counts[gram])) + 1 for gram in kept]
        return cls(places={gram: n for n, gram in enumerate(kept)}, rarity=np.array(rarity, dtype=np.float32))

    def weigh(self, text: str) -> tuple[NDArray[np.int64], Weights]:
        """The places of a text's known grams, and their weights: (1 + ln count) times rarity, together of length 1."""
        found = Counter(place for gram in grams(text) if (place := self.places.get(gram)) is not None)
        places = np.fromiter(found, dtype=np.int64, count=len(found))
        counts = np.fromiter(found.values(), dtype=np.float32, count=len(found))
        weights = (1 + np.log(counts)) * self.rarity[places]
        return places, weights / max(float(np.linalg.norm(weights)), 1e-9)
