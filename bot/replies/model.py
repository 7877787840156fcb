"""The model as it serves: how likely each choice, a question in between, and neither is. It needs numpy only."""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from bot.replies.traits import ALIKE, ITSELF, SIGNED, Said
from core.errors import BadInput, Unavailable

FORMAT = 1  # raised when an older file will not do any more: also when the traits or the tables of words change
AGAIN = "run `firstline classifier train`"
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
        """Write it to one file; a reader sees the old one or the new one, never half.

        Raises:
            Unavailable: there is no room for it, or no right to write there.
        """
        partial = path.with_suffix(f".{os.getpid()}.partial")
        page = {
            "format": FORMAT, "grams": list(self.layout.grams), "dims": self.layout.dims,
            "temperature": self.temperature,
            "sure_at": self.sure_at, "encoder": self.encoder, "data": self.data,
        }  # fmt: skip
        text = np.frombuffer(json.dumps(page).encode(), dtype=np.uint8)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as file: np.savez(file, page=text, weights=self.weights)
            partial.replace(path)
        except OSError as error:
            with suppress(OSError): partial.unlink()
            raise Unavailable(f"{path}: the model of replies could not be written ({error.strerror}).") from None

    @classmethod
    def load(cls, path: Path, encoder: str) -> Self:
        """Read a model that was fitted with this encoder.

        Raises:
            BadInput: there is none, it is damaged, holds code, or belongs to another encoder; says what to do.
        """
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays: model = cls._read(arrays)
        except FileNotFoundError:
            raise BadInput(f"{path}: there is no model of replies yet; {AGAIN}.") from None
        except Exception as error:  # noqa: BLE001 - damaged bytes fail anywhere in zipfile, json or numpy; it means the same
            raise BadInput(f"{path}: the model of replies is damaged ({type(error).__name__}); {AGAIN}.") from None
        if model.encoder != encoder:
            raise BadInput(f"{path}: the model of replies was fitted with {model.encoder}, not {encoder}; {AGAIN}.")
        return model

    @classmethod
    def _read(cls, arrays: Mapping[str, Any]) -> Self:
        page = json.loads(arrays["page"].tobytes())
        if page["format"] != FORMAT: raise ValueError("another version's")
        layout = Layout(grams={gram: n for n, gram in enumerate(page["grams"])}, dims=int(page["dims"]))
        weights = np.asarray(arrays["weights"], dtype=np.float64)
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
