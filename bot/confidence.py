"""Which candidate comes first, and one calibrated number for "it is right". Pure.

Both are linear functions that `bot.calibrate` fits, from what search and classifier saw together.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

from bot.decide import Limits
from classifier.labels import Intent, Prediction
from core.errors import BadInput
from kb.ranking import Candidate

LOOKED_AT = 20  # candidates that are put in order; a right one that search puts further behind is one in 300
ASIDE = (Intent.OUTSIDE, Intent.SMALLTALK, Intent.PERSON, Intent.STATUS)

TRAITS = (
    "cosine", "title", "name", "passage", "three", "whole", "words", "category", "recipe for an incident",
    "article for a question", "recipe",
)  # fmt: skip
NAMES = (
    *TRAITS, "lead", "lead over the third", "agreement", "BM25 a word", "no question about IT", "outside",
    "sure of the category", "length",
)  # fmt: skip


def traits(one: Candidate, prediction: Prediction) -> tuple[float, ...]:
    """What tells how well one candidate fits a message, in the order of `TRAITS`."""
    recipe, intents = one.kind == "recipe", prediction.intents
    return (
        one.cosine, one.title_cosine, one.name_cosine, one.passage_cosine, one.three_cosine, one.whole_cosine,
        one.lexical, prediction.categories.get(one.category, 0.0),
        intents.get(Intent.INCIDENT, 0.0) if recipe else 0.0, 0.0 if recipe else intents.get(Intent.QUESTION, 0.0),
        float(recipe),
    )  # fmt: skip


def inputs(ranked: Sequence[Candidate], words: int, prediction: Prediction) -> tuple[float, ...]:
    """What tells whether the first of the ranked candidates is right, in the order of `NAMES`.

    A lead is in score; there is agreement when both searches put the same candidate first; `words` is the number of
    the message's, and its length is ln(words + 1).
    """
    if not ranked: return (0.0,) * len(NAMES)
    first, scores = ranked[0], [one.score for one in ranked[:3]]
    nearest = max(ranked, key=lambda one: one.cosine)
    aside = sum(prediction.intents.get(intent, 0.0) for intent in ASIDE)
    return (
        *traits(first, prediction), scores[0] - scores[min(1, len(scores) - 1)], scores[0] - scores[-1],
        float(first.lexical == 1.0) + float(nearest is first), first.bm25 / max(words, 1), aside,
        prediction.intents.get(Intent.OUTSIDE, 0.0), prediction.category_p, math.log(words + 1),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place on the risk-coverage curve: above this limit a share of all is answered, and a share of those wrongly."""

    limit: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Confidence:
    """The order's weights over `TRAITS`, a logistic regression over `NAMES`, and the limits chosen with them.

    `curve` is what the training questions showed, each judged by a model that had not seen it.
    """

    order: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    limits: Limits
    data: str
    curve: tuple[Point, ...] = ()

    def rank(self, candidates: Sequence[Candidate], prediction: Prediction) -> list[Candidate]:
        """The candidates in the order of how well they fit, best first, with the score that says so."""
        looked_at = [
            replace(one, score=_sum(self.order, traits(one, prediction))) for one in candidates[:LOOKED_AT]
        ]
        return sorted(looked_at, key=lambda one: (-one.score, one.kind, one.slug))

    def of(self, seen: Sequence[float]) -> float:
        """The probability, 0 to 1, that a first candidate with these inputs is right."""
        odds = self.bias + _sum(self.weights, seen)
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))

    def parts(self, seen: Sequence[float]) -> dict[str, float]:
        """What each input adds to the log odds, by its name."""
        return {name: w * x for name, w, x in zip(NAMES, self.weights, seen, strict=True)}

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
            return cls._read(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            problem = f"{path}: no usable confidence model ({type(error).__name__})"
            raise BadInput(f"{problem}; run `firstline classifier train`.") from None

    @classmethod
    def _read(cls, data: Mapping[str, Any]) -> Self:
        order, weights = _numbers(data["order"], len(TRAITS)), _numbers(data["weights"], len(NAMES))
        limits = Limits(**{name: float(value) for name, value in data["limits"].items()})
        curve = tuple(Point(**point) for point in data["curve"])
        _numbers([data["bias"], limits.answer, limits.clarify], 3)
        return cls(
            order=order, weights=weights, bias=float(data["bias"]), limits=limits, data=data["data"], curve=curve
        )


def _sum(weights: Sequence[float], values: Sequence[float]) -> float:
    return sum(w * x for w, x in zip(weights, values, strict=True))


def _numbers(values: Sequence[Any], count: int) -> tuple[float, ...]:
    numbers = tuple(map(float, values))
    if len(numbers) != count: raise ValueError("other inputs")
    if not all(map(math.isfinite, numbers)): raise ValueError("no number")
    return numbers
