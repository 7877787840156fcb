"""Learning from any labelled set of messages, and judging other messages by it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from classifier.labelled_files import Labelled, read_labelled
from classifier.model import FOLDS, SEED, STRENGTH, Head, fit_temperature
from core.encoder import Encoder, Vectors

__all__ = ["Guess", "Labelled", "Note", "Report", "judge", "read_labelled"]

MISSED = 0.05  # share of the training messages that may be said to be out of scope

Note = Callable[[str, int, int], None]  # what is being done, how far, out of how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What one message was taken for.

    `guess` is the likeliest class and `sure` the probability that it is the right one; `known` is how much the
    message looks like any of the classes, 0 to 1.
    """

    text: str
    truth: str
    guess: str
    sure: float
    known: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The guesses for a test set. Below `threshold` of `known` a message is said to be out of scope.

    `seconds` is what learning and judging took, `classes` are those that were learnt.
    """

    guesses: tuple[Guess, ...]
    threshold: float
    seconds: float
    classes: tuple[str, ...]


def judge(
    train: Sequence[Labelled], test: Sequence[Labelled], encoder: Encoder, oos_label: str | None, note: Note
) -> Report:
    """Learn from one set (at least two classes, each with two messages), guess the labels of another."""
    start = time.perf_counter()
    note("learning", 0, 1)
    scope = [row for row in train if row.label != oos_label]
    head, threshold = _learnt(encoder.encode([row.text for row in scope]), np.array([row.label for row in scope]))
    note("judging", 0, 1)
    chances = head.probabilities(encoder.encode([row.text for row in test]))
    best, top = chances.argmax(axis=1).tolist(), chances.max(axis=1).tolist()
    guesses = tuple(
        Guess(text=row.text, truth=row.label, guess=head.classes[label], sure=sure, known=sure)
        for row, label, sure in zip(test, best, top, strict=True)
    )
    seconds = time.perf_counter() - start
    return Report(guesses=guesses, threshold=threshold, seconds=seconds, classes=tuple(head.classes))


def _learnt(x: Vectors, y: NDArray[Any]) -> tuple[Head, float]:
    """A calibrated head, and the probability that all but `MISSED` of the held-out messages reach."""
    model = LogisticRegression(C=STRENGTH, max_iter=2000)
    labels, counts = np.unique(y, return_counts=True)
    folds = StratifiedKFold(n_splits=max(2, min(FOLDS, int(counts.min()))), shuffle=True, random_state=SEED)
    held_out = cross_val_predict(model, x, y, cv=folds, method="predict_log_proba")
    temperature = fit_temperature(held_out, np.searchsorted(labels, y))
    sure = softmax(held_out / temperature, axis=1).max(axis=1)
    return Head(model=model.fit(x, y), temperature=temperature), float(np.quantile(sure, MISSED))
