"""How to learn from a labelled set: a few ways, and which of them suits the set at hand."""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from classifier.training import EXACT, ROUNDS, SEED, Seen, as_columns
from core.encoder import Vectors

SPLITS = 3
MANY = 6_000  # messages; from here on a third of them, held out once, tells enough


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A learner, its inverse regularisation, and the length of a message's grams beside its vector's 1."""

    margin: bool
    strength: float
    grams: float

    def model(self) -> Any:
        """An untrained model: a linear support vector machine, each class against the others, or a regression."""
        if self.margin: return LinearSVC(C=self.strength, tol=EXACT, max_iter=ROUNDS, random_state=SEED)
        return LogisticRegression(C=self.strength, max_iter=ROUNDS, tol=EXACT)


# A regression is better with few messages of a class (BANKING77, ten of each: .852 against .836), a margin with many
# (CLINC150's validation part: .968 against .956).
SETTINGS = (
    Setting(margin=False, strength=10.0, grams=0.5), Setting(margin=False, strength=10.0, grams=1.0),
    Setting(margin=True, strength=1.0, grams=1.0),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """The rows that a model is trained on, and those that it is tried on."""

    fit: NDArray[np.int64]
    held: NDArray[np.int64]


def splits(y: NDArray[Any]) -> list[Split]:
    """Three ways to hold a third of the messages out, or as many as the rarest class has messages; one of many."""
    fewest = int(np.unique(y, return_counts=True)[1].min())
    dealt = StratifiedKFold(n_splits=max(2, min(SPLITS, fewest)), shuffle=True, random_state=SEED)
    found = [Split(fit=fit, held=held) for fit, held in dealt.split(y, y)]
    return found[:1] if len(y) >= MANY else found


def fitted(setting: Setting, x: Any, y: NDArray[Any]) -> Any:
    """A trained model. One that stops before it has settled is good enough: another round moves no figure."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return setting.model().fit(x, y)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How a setting did on messages that it had not seen: its scores [messages, classes], split by split."""

    setting: Setting
    seen: Seen
    scores: tuple[NDArray[np.float64], ...]
    accuracy: float


def tried(setting: Setting, seen: Seen, y: NDArray[Any], parts: Sequence[Split]) -> Trial:
    """One setting on every split."""
    scores = [
        as_columns(fitted(setting, seen.matrix[part.fit], y[part.fit]).decision_function(seen.matrix[part.held]))
        for part in parts
    ]
    truth = np.searchsorted(np.unique(y), y)
    hits = [found.argmax(axis=1) == truth[part.held] for found, part in zip(scores, parts, strict=True)]
    return Trial(setting=setting, seen=seen, scores=tuple(scores), accuracy=float(np.concatenate(hits).mean()))


def clearly_best(trials: Sequence[Trial], held: int) -> Trial:
    """The first, unless a later one is better by more than one standard error of an accuracy over so many messages."""
    best = trials[0]
    for trial in trials[1:]:
        noise = math.sqrt(best.accuracy * (1 - best.accuracy) / held)
        if trial.accuracy > best.accuracy + noise: best = trial
    return best


def near(vectors: Vectors, others: Vectors, count: int = 3, at_once: int = 1_000) -> NDArray[np.float64]:
    """The mean cosine [vectors] to the `count` nearest of the others."""
    count = min(count, len(others))
    found = []
    for start in range(0, len(vectors), at_once):
        cosines = vectors[start : start + at_once] @ others.T
        found.append(np.partition(cosines, -count, axis=1)[:, -count:].mean(axis=1))
    return np.concatenate(found).astype(np.float64) if found else np.empty(0)
