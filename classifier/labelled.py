"""Learning from any labelled set of messages, and judging other messages by it."""

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifier.grams import WORD, Vocabulary
from classifier.labelled_files import Labelled, read_labelled
from classifier.model import Head
from classifier.scope import Scope, evidence, learn_scope
from classifier.settings import SETTINGS, Split, Trial, clearly_best, fitted, near, splits, tried
from classifier.training import fit_temperature, see
from core.encoder import Encoder, Vectors

__all__ = ["Guess", "Labelled", "Note", "Report", "judge", "read_labelled"]

FEW = 10  # messages of a class, in the middle of all classes
LETTERS = re.compile(r"[^\W\d_]{3}")
MISSED = 0.02  # share of the training messages that may be said to be out of scope
BOUNDS, TRIED = (0.005, 0.05), 19  # the same where real strangers show what suits, and how many limits are tried

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What was learnt from a labelled set: a head with its grams, the scope, and what it was learnt from."""

    head: Head
    vocabulary: Vocabulary
    scope: Scope | None
    vectors: Vectors
    threshold: float

    def judge(self, rows: Sequence[Labelled], vectors: Vectors) -> list[Guess]:
        """What each message, with its vector, is taken for."""
        scores = self.scores([row.text for row in rows], vectors)
        chances = self.head.probabilities(scores)
        known = self.known(scores, vectors).tolist()
        best, top = chances.argmax(axis=1).tolist(), chances.max(axis=1).tolist()
        return [
            Guess(text=row.text, truth=row.label, guess=self.head.classes[label], sure=sure, known=like)
            for row, label, sure, like in zip(rows, best, top, known, strict=True)
        ]

    def scores(self, texts: Sequence[str], vectors: Vectors) -> NDArray[np.float64]:
        """Log odds [messages, classes]."""
        rows = [self.head.scores(v, *self.vocabulary.weigh(text)) for v, text in zip(vectors, texts, strict=True)]
        return np.array(rows).reshape(len(rows), len(self.head.classes))

    def known(self, scores: NDArray[np.float64], vectors: Vectors) -> NDArray[np.float64]:
        """How much messages look like any of the classes [messages]."""
        return _known(self.head, self.scope, scores, near(vectors, self.vectors))


def judge(
    train: Sequence[Labelled], test: Sequence[Labelled], encoder: Encoder, oos_label: str | None, note: Note
) -> Report:
    """Learn from one set (at least two classes, each with two messages), guess the labels of another."""
    start = time.perf_counter()
    note("encoding", 0, 1)
    rows = [*train, *named(train, oos_label)]
    learnt = learn(rows, encoder.encode([row.text for row in rows]), oos_label, note)
    note("judging", 0, 1)
    guesses = learnt.judge(test, encoder.encode([row.text for row in test]))
    seconds = time.perf_counter() - start
    return Report(guesses=tuple(guesses), threshold=learnt.threshold, seconds=seconds, classes=learnt.head.classes)


def named(train: Sequence[Labelled], oos_label: str | None) -> list[Labelled]:
    """The name of each class, taken for a message of it, where there are few messages and names that are words.

    HWU64's test part with five of a class: .769 without, .782 with; with ten of a class the two are alike.
    """
    counts = Counter(row.label for row in train if row.label != oos_label)
    names = {label: " ".join(WORD.findall(label.replace("_", " "))) for label in counts}
    if median(counts.values()) > FEW or not all(map(LETTERS.search, names.values())): return []
    return [Labelled(text=name, label=label) for label, name in names.items()]


def learn(train: Sequence[Labelled], vectors: Vectors, oos_label: str | None, note: Note) -> Learnt:
    """Learn from messages with their vectors [messages, dims], those out of scope being no class.

    The way to learn is the one of `SETTINGS` that does best on messages held out; they also make the probabilities
    honest, and tell from where on a message is known.
    """
    inside = np.array([row.label != oos_label for row in train])
    texts, x = [row.text for row in train if row.label != oos_label], vectors[inside]
    y = np.array([row.label for row in train if row.label != oos_label])
    parts = splits(y)
    best = _best(texts, x, y, parts, note)
    note("learning", 0, 1)
    head = best.seen.head(fitted(best.setting, best.seen.matrix, y), _temperature(best, y, parts))
    learnt = Learnt(head=head, vocabulary=best.seen.vocabulary, scope=None, vectors=x, threshold=0.0)
    strange = learnt.scores([row.text for row in train if row.label == oos_label], vectors[~inside])
    note("learning what is none of it", 0, 1)
    scope = learn_scope(best, x, y, parts, evidence(strange, near(vectors[~inside], x)))
    learnt = replace(learnt, scope=scope)
    return replace(
        learnt, threshold=threshold(_held_out(learnt, best, parts), learnt.known(strange, vectors[~inside]))
    )


def _best(texts: Sequence[str], x: Vectors, y: NDArray[Any], parts: Sequence[Split], note: Note) -> Trial:
    trials = []
    for number, setting in enumerate(SETTINGS):
        note("choosing how to learn", number, len(SETTINGS))
        trials.append(tried(setting, see(texts, x, setting.grams), y, parts))
    return clearly_best(trials, sum(len(part.held) for part in parts))


def _temperature(trial: Trial, y: NDArray[Any], parts: Sequence[Split]) -> float:
    truth = np.searchsorted(np.unique(y), y)
    return fit_temperature(np.vstack(trial.scores), np.concatenate([truth[part.held] for part in parts]))


def threshold(known: NDArray[np.float64], strange: NDArray[np.float64]) -> float:
    """What all but `MISSED` of the held-out messages reach; with real strangers, what tells the two apart best.

    That is where the share of strangers below it is largest beside the share of messages (Youden's index), among the
    limits that miss from `BOUNDS[0]` to `BOUNDS[1]` of the messages.
    """
    if not len(strange): return float(np.quantile(known, MISSED))
    limits = np.quantile(known, np.linspace(*BOUNDS, TRIED))
    gains = [(strange < limit).mean() - (known < limit).mean() for limit in limits]
    return float(limits[int(np.argmax(gains))])


def _held_out(learnt: Learnt, trial: Trial, parts: Sequence[Split]) -> NDArray[np.float64]:
    """How much the messages look like a class to models that had not seen them."""
    x = learnt.vectors
    return np.concatenate([
        _known(learnt.head, learnt.scope, scores, near(x[part.held], x[part.fit]))
        for scores, part in zip(trial.scores, parts, strict=True)
    ])


def _known(
    head: Head, scope: Scope | None, scores: NDArray[np.float64], nearness: NDArray[np.float64]
) -> NDArray[np.float64]:
    """By the scope; where there is none, by the probability of the likeliest class."""
    if scope: return scope.known(evidence(scores, nearness))
    return np.asarray(head.probabilities(scores).max(axis=1), dtype=np.float64)
