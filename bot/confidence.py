"""One calibrated number for "the first candidate is right", from what search and classifier saw. Pure."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from bot.decide import Limits
from classifier.labels import Intent, Prediction
from core.errors import BadInput
from kb.ranking import FEATURES, Candidate, features

NAMES = (*FEATURES, "outside")


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """A logistic regression over `NAMES`, and the limits that were chosen with it."""

    weights: tuple[float, ...]
    bias: float
    limits: Limits
    data: str

    def of(self, inputs: Sequence[float]) -> float:
        """The probability, 0 to 1, that a candidate with these features is right."""
        odds = self.bias + sum(w * x for w, x in zip(self.weights, inputs, strict=True))
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))

    def save(self, path: Path) -> None:
        """Write it as JSON, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
        partial.replace(path)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read it again.

        Raises:
            BadInput: it is missing or damaged; says what to do.
        """
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            weights, bias = tuple(float(w) for w in data["weights"]), float(data["bias"])
            limits = Limits(**{name: float(value) for name, value in data["limits"].items()})
            _check(weights, (*weights, bias, limits.answer, limits.clarify))
            return cls(weights=weights, bias=bias, limits=limits, data=data["data"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            problem = f"{path}: no usable confidence model ({type(error).__name__})"
            raise BadInput(f"{problem}; run `firstline classifier train`.") from None


def _check(weights: Sequence[float], numbers: Sequence[float]) -> None:
    if len(weights) != len(NAMES): raise ValueError("other features")
    if not all(map(math.isfinite, numbers)): raise ValueError("no number")


def inputs(ranked: Sequence[Candidate], words: int, prediction: Prediction) -> tuple[float, ...]:
    """The features of one message in the order of `NAMES`."""
    aside = sum(
        prediction.intents.get(intent, 0.0) for intent in (
            Intent.OUTSIDE, Intent.SMALLTALK, Intent.PERSON, Intent.STATUS
        )
    )
    return (*features(ranked, words), aside)
