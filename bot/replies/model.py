"""The model as it serves: how likely each choice, a question in between, and neither is. It needs numpy only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from bot.replies.traits import ALIKE, ITSELF, SIGNED, Said
from core import arrays
from core.arrays import Arrays, Page

FORMAT = 1  # raised when an older file will not do any more: also when the traits or the tables of words change
WHAT = "model of replies"
GRAM, VECTOR = 0.5, 2.0  # the length of a gram and of a reply's vector beside a trait's 1

Weights = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where everything stands in the one row of weights.

    What leans to yes or no (traits, then grams); its traits once more for questions with a not; how a reply is like a
    choice; traits, grams and vector for a question in between; the same for neither.
    """

    grams: Mapping[str, int]
    dims: int

    @property
    def sizes(self) -> tuple[int, ...]:
        """The length of each of the five parts."""
        itself = len(ITSELF) + len(self.grams) + self.dims
        return len(SIGNED) + len(self.grams), len(SIGNED), len(ALIKE), itself, itself

    @property
    def ends(self) -> tuple[int, ...]:
        """Where each part begins, and where the last one ends."""
        return tuple(accumulate(self.sizes, initial=0))

    def rows(self, said: Said) -> Weights:
        """A reply's inputs [choices + 2, weights]: rows for each choice, a question in between, neither."""
        lean, denied, alike, aside, neither, end = self.ends
        rows = np.zeros((len(said.signs) + 2, end))
        counts = np.zeros(len(self.grams))
        counts[[self.grams[gram] for gram in said.grams if gram in self.grams]] = GRAM
        signs = np.array(said.signs, dtype=np.float64)[:, None]
        rows[:-2, lean:denied] = signs * np.concatenate([said.signed, counts])
        rows[:-2, denied:alike] = signs * said.signed * said.negated
        rows[:-2, alike:aside] = said.alike
        itself = np.concatenate([said.itself, counts, VECTOR * np.asarray(said.vector, dtype=np.float64)])
        rows[-2, aside:neither] = rows[-1, neither:] = itself
        return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Weights, and how sure a choice must be.

    `sure_at` is the probability from which a choice is taken; `data` is the hash of the examples that it was fitted on.
    """

    layout: Layout
    weights: Weights
    temperature: float
    sure_at: float
    encoder: str
    data: str

    def probabilities(self, said: Said) -> Weights:
        """What a reply means [choices + 2]: each choice, a question in between, neither; they sum to 1."""
        return softmax(self.layout.rows(said) @ self.weights / self.temperature)

    def save(self, path: Path) -> None:
        """Write it to one file; see `core.arrays.save`."""
        page = {
            "format": FORMAT, "grams": list(self.layout.grams), "dims": self.layout.dims,
            "temperature": self.temperature,
            "sure_at": self.sure_at, "encoder": self.encoder, "data": self.data,
        }  # fmt: skip
        arrays.save(path, WHAT, page, {"weights": self.weights})

    @classmethod
    def load(cls, path: Path, encoder: str) -> Self:
        """Read a model that was fitted with this encoder; see `core.arrays.load`."""
        return arrays.load(path, WHAT, version=FORMAT, encoder=encoder, read=cls._read)

    @classmethod
    def _read(cls, page: Page, found: Arrays) -> Self:
        layout = Layout(grams={gram: n for n, gram in enumerate(page["grams"])}, dims=int(page["dims"]))
        weights = np.asarray(found["weights"], dtype=np.float64)
        temperature, sure_at = float(page["temperature"]), float(page["sure_at"])
        if weights.shape != (layout.ends[-1],) or not np.isfinite(weights).all(): raise ValueError("other weights")
        if not 0 < temperature < np.inf or not 0 <= sure_at <= 1: raise ValueError("no number")
        return cls(
            layout=layout, weights=weights, temperature=temperature, sure_at=sure_at, encoder=page["encoder"],
            data=page["data"],
        )


def softmax(scores: Sequence[float] | Weights) -> Weights:
    """Log odds to shares that sum to 1."""
    powers = np.exp(np.asarray(scores) - np.max(scores))
    return np.asarray(powers / powers.sum(), dtype=np.float64)
