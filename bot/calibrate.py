"""Fits what comes first, and how sure search and classifier must look to be right.

Each training question is looked up twice: as it is, and with its own articles taken out, as if they had never been
written. The second shows what a question without an answer looks like, on any knowledge base. A question is always
judged by models that did not see it, in either form.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.confidence import NAMES, TRAITS, Confidence, Point, inputs, traits
from bot.decide import Limits
from bot.question_set import Labelled, digest
from bot.reading import clean
from classifier.labels import Prediction
from classifier.model import Classifier
from core.encoder import Encoder
from core.errors import BadInput
from kb.index import words
from kb.ranking import Candidate
from kb.service import KnowledgeBase

ALLOWED_WRONG = 0.02  # of all questions
ALLOWED_BOTHER = 0.20  # of the questions without an answer are asked back or answered; the others go to people
FEWEST = 50  # questions; with fewer a limit is a guess
AUDIENCES = frozenset({"employees", "staff"})
# Inverse regularisation of the order and of the confidence. The right one is first for 88.2 % of data/training at .01
# (5-fold), 87.5 % at .1; the area under the confidence's ROC is .899 from .01 to 1.
ORDER_STRENGTH, SURE_STRENGTH = 0.01, 0.03
LEAST_SPREAD = 0.01  # of an input; one that hardly differs in training must not decide when it does later
FOLDS = 5
SEED = 1
POINTS = 50  # of the curve that is kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One question, looked up once, with its own articles there (`real`) or not."""

    question: Labelled
    words: int
    ranked: tuple[Candidate, ...]
    prediction: Prediction
    real: bool

    @property
    def answerable(self) -> bool:
        """Whether there is something to be found."""
        return bool(self.question.right) and self.real

    def is_right(self, one: Candidate) -> bool:
        """Whether a candidate answers the question."""
        return (one.kind, one.slug) in self.question.right


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a look came to once its candidates were in order: the inputs of `NAMES`, and whether the first was right."""

    inputs: tuple[float, ...]
    right: bool
    answerable: bool
    real: bool


def fit(
    questions: Sequence[Labelled], kb: KnowledgeBase, classifier: Classifier, encoder: Encoder,
    note: Callable[[int, int], None] = lambda _d, _a: None
) -> Confidence:
    """Fit order and confidence, and choose the limits on held-out folds of the questions.

    Raises:
        BadInput: there are too few questions, or all of one kind.
    """
    looks: list[Look] = []
    texts = [kb.read(clean(question.text), AUDIENCES) for question in questions]
    vectors = encoder.encode(texts)
    for number, (question, text, vector) in enumerate(zip(questions, texts, vectors, strict=True), 1):
        prediction, count = classifier.predict(vector, text), len(words(text))
        for hole in _holes(question):
            ranked = tuple(kb.search(vector, text, AUDIENCES, without=hole))
            looks.append(Look(question=question, words=count, ranked=ranked, prediction=prediction, real=not hole))
        note(number, len(questions))
    return _fitted(looks, questions)


def _holes(question: Labelled) -> Iterator[frozenset[str]]:
    yield frozenset()
    if question.right: yield frozenset(slug for _, slug in question.right)


def _fitted(looks: Sequence[Look], questions: Sequence[Labelled]) -> Confidence:
    rights = [any(map(look.is_right, look.ranked)) for look in looks]
    if len(looks) < FEWEST or all(rights) or not any(rights):
        raise BadInput(f"The confidence needs at least {FEWEST} questions, some with and some without an answer.")
    parts = _parts(looks, questions)
    seen = [_see(look, order) for look, order in zip(looks, _orders(looks, parts), strict=True)]
    odds = _held_out(seen, parts)
    scale, shift = honest(odds, seen)
    held_out = 1 / (1 + np.exp(-(scale * odds + shift)))
    weights, bias = fit_sure(seen)
    return Confidence(
        order=fit_order(looks), weights=tuple(map(float, scale * weights)), bias=scale * bias + shift,
        limits=choose_limits(held_out, seen), data=digest(questions), curve=risk_coverage(held_out, seen),
    )


def _held_out(seen: Sequence[Seen], parts: NDArray[np.int64]) -> NDArray[np.float64]:
    """The log odds of each look by a model of the other folds."""
    inputs_, odds = np.array([one.inputs for one in seen]), np.empty(len(seen))
    for part in np.unique(parts):
        weights, bias = fit_sure([one for one, p in zip(seen, parts, strict=True) if p != part])
        odds[parts == part] = inputs_[parts == part] @ weights + bias
    return odds


def honest(odds: NDArray[np.float64], seen: Sequence[Seen]) -> tuple[float, float]:
    """What log odds are multiplied with, and what is added, so that they are those of real questions.

    With holes half of all looks have no answer, which makes the model shier than it need be (Platt 1999, "Probabilistic
    Outputs for Support Vector Machines", section 2).
    """
    real, wrong, _ = _columns(seen)
    if wrong[real].all() or not wrong[real].any(): return 1.0, 0.0
    model = LogisticRegression(C=1e6).fit(odds[real].reshape(-1, 1), ~wrong[real])
    return max(float(model.coef_[0, 0]), 1e-3), float(model.intercept_[0])


def _parts(looks: Sequence[Look], questions: Sequence[Labelled]) -> NDArray[np.int64]:
    """The fold of each look; both looks at a question are in the same one."""
    dealt = np.random.default_rng(SEED).permutation(len(questions)) % FOLDS
    fold = {id(question): int(part) for question, part in zip(questions, dealt, strict=True)}
    return np.array([fold[id(look.question)] for look in looks])


def _orders(looks: Sequence[Look], parts: NDArray[np.int64]) -> list[tuple[float, ...]]:
    """For each look the order's weights from the other folds."""
    fitted = {
        part: fit_order([look for look, p in zip(looks, parts, strict=True) if p != part]) for part in np.unique(parts)
    }
    return [fitted[part] for part in parts]


def _see(look: Look, order: tuple[float, ...]) -> Seen:
    model = Confidence(
        order=order, weights=(0.0,) * len(NAMES), bias=0.0, limits=Limits(answer=1.0, clarify=1.0), data=""
    )
    ranked = model.rank(look.ranked, look.prediction)
    return Seen(
        inputs=inputs(ranked, look.words, look.prediction),
        right=bool(ranked) and look.is_right(ranked[0]), answerable=look.answerable, real=look.real,
    )


def fit_order(looks: Sequence[Look]) -> tuple[float, ...]:
    """Weights over `TRAITS` that put the right candidate before the others.

    A logistic regression on the differences between a question's right candidate and each other one (Joachims 2002,
    "Optimizing Search Engines using Clickthrough Data", section 4, with the logistic loss). Without any pair, cosine.
    """
    pairs = [difference for look in looks for difference in _differences(look)]
    if not pairs: return (1.0,) + (0.0,) * (len(TRAITS) - 1)
    rows = np.array(pairs)
    scale = rows.std(axis=0).clip(min=LEAST_SPREAD)
    x, y = np.vstack([rows, -rows]) / scale, np.repeat([True, False], len(rows))
    model = LogisticRegression(C=ORDER_STRENGTH, fit_intercept=False, max_iter=1000).fit(x, y)
    return tuple(map(float, model.coef_[0] / scale))


def _differences(look: Look) -> Iterator[NDArray[np.float64]]:
    right = next((one for one in look.ranked if look.is_right(one)), None)
    if right is None: return
    best = np.array(traits(right, look.prediction))
    for one in look.ranked[:12]:
        if not look.is_right(one): yield best - np.array(traits(one, look.prediction))


def fit_sure(seen: Sequence[Seen]) -> tuple[NDArray[np.float64], float]:
    """Weights over `NAMES` and the bias of the log odds that the first candidate is right."""
    x, y = np.array([one.inputs for one in seen]), np.array([one.right for one in seen])
    if y.all() or not y.any(): raise BadInput("The confidence needs questions with and without an answer.")
    middle, scale = x.mean(axis=0), x.std(axis=0).clip(min=LEAST_SPREAD)
    model = LogisticRegression(C=SURE_STRENGTH, max_iter=1000).fit((x - middle) / scale, y)
    weights = model.coef_[0] / scale
    return weights, float(model.intercept_[0] - weights @ middle)


def choose_limits(sure: NDArray[np.float64], seen: Sequence[Seen]) -> Limits:
    """The lowest limits that keep `ALLOWED_WRONG` (safely) and `ALLOWED_BOTHER`, from held-out confidences [looks]."""
    real, wrong, answerable = _columns(seen)
    answer = lowest(sure[real], wrong[real], safely(ALLOWED_WRONG, int(real.sum())))
    without = real & ~answerable
    clarify = lowest(sure[without], np.ones(without.sum(), dtype=bool), int(ALLOWED_BOTHER * without.sum()))
    return Limits(answer=answer, clarify=min(clarify, answer))


def safely(share: float, count: int) -> int:
    """How many of `count` may be wrong so that the true share is likely below `share`: one standard error less."""
    return int((share - math.sqrt(share * (1 - share) / count)) * count) if count else 0


def _columns(seen: Sequence[Seen]) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Which looks were real, wrong, answerable."""
    rows = np.array([(one.real, not one.right, one.answerable) for one in seen], dtype=bool).reshape(-1, 3)
    return rows[:, 0], rows[:, 1], rows[:, 2]


def lowest(sure: NDArray[np.float64], bad: NDArray[np.bool_], allowed: int) -> float:
    """The lowest limit at or above which at most `allowed` of the cases are bad; above 1 when none is."""
    order = np.argsort(-sure)
    ranked = sure[order]
    last_of_equals = np.diff(ranked, append=-1.0) < 0  # equal ones stand above a limit together or not at all
    good = np.nonzero((np.cumsum(bad[order]) <= allowed) & last_of_equals)[0]
    return float(ranked[good[-1]]) if len(good) else 1.01


def risk_coverage(sure: NDArray[np.float64], seen: Sequence[Seen]) -> tuple[Point, ...]:
    """The curve of the real questions, from few answered to all (El-Yaniv and Wiener 2010)."""
    real, wrong, _ = _columns(seen)
    limits, missed = sure[real], wrong[real]
    order = np.argsort(-limits)
    answered = np.arange(1, len(order) + 1)
    risks = np.cumsum(missed[order]) / answered
    kept = np.unique(np.linspace(0, len(order) - 1, POINTS).astype(int))
    return tuple(
        Point(limit=float(limits[order][n]), coverage=float(answered[n] / len(order)), risk=float(risks[n]))
        for n in kept
    )
