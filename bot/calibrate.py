"""Fits the confidence model: how sure search and classifier must look to be right.

Each training question is looked up twice: as it is, and with its own articles taken out, as if they had never been
written. The second shows what a question without an answer looks like, on any knowledge base.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.preprocessing import StandardScaler

from bot.confidence import Confidence, inputs
from bot.decide import Limits
from bot.question_set import Labelled, digest
from classifier.model import Classifier
from core.encoder import Encoder
from core.errors import BadInput
from kb.index import words
from kb.ranking import Candidate
from kb.service import KnowledgeBase

ALLOWED_WRONG = 0.03  # of all questions; nearer to the goal of 0.02 it asks back too often
ALLOWED_BOTHER = 0.10  # of the questions without an answer are asked back or answered; the others go to people
FEWEST = 50  # questions; with fewer a limit is a guess
AUDIENCES = frozenset({"employees", "staff"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One question, looked up once: whether the first candidate was right, and with its own articles there or not."""

    features: tuple[float, ...]
    right: bool
    answerable: bool
    real: bool


def fit(
    questions: Sequence[Labelled], kb: KnowledgeBase, classifier: Classifier, encoder: Encoder,
    note: Callable[[int, int], None] = lambda _d, _a: None
) -> Confidence:
    """Fit the confidence and choose its limits on held-out folds of the questions.

    Raises:
        BadInput: there are too few questions, or all of one kind.
    """
    looks: list[Look] = []
    vectors = encoder.encode([q.text for q in questions])
    for number, (question, vector) in enumerate(zip(questions, vectors, strict=True)):
        prediction, count = classifier.predict(vector, question.text), len(words(question.text))
        holes = [frozenset[str]()] + ([frozenset(slug for _, slug in question.right)] if question.right else [])
        for hole in holes:
            ranked = kb.search(vector, question.text, AUDIENCES, without=hole)
            seen = inputs(ranked, count, prediction)
            right = _is_right(ranked, question)
            looks.append(Look(features=seen, right=right, answerable=bool(question.right) and not hole, real=not hole))
        note(number + 1, len(questions))
    return _fitted(looks, questions)


def _is_right(ranked: Sequence[Candidate], question: Labelled) -> bool:
    return bool(ranked) and (ranked[0].kind, ranked[0].slug) in question.right


def _fitted(looks: Sequence[Look], questions: Sequence[Labelled]) -> Confidence:
    x, y = np.array([look.features for look in looks]), np.array([look.right for look in looks])
    if len(looks) < FEWEST or y.all() or not y.any():
        raise BadInput(f"The confidence needs at least {FEWEST} questions, some with and some without an answer.")
    scaler = StandardScaler().fit(x)
    model = LogisticRegression(C=1.0)
    held_out = cross_val_predict(model, scaler.transform(x), y, cv=5, method="predict_proba")[:, 1]
    model.fit(scaler.transform(x), y)
    weights = model.coef_[0] / scaler.scale_
    limits = choose_limits(held_out, looks)
    bias = float(model.intercept_[0] - weights @ scaler.mean_)
    return Confidence(weights=tuple(map(float, weights)), bias=bias, limits=limits, data=digest(questions))


def choose_limits(sure: NDArray[np.float64], looks: Sequence[Look]) -> Limits:
    """The lowest limits that keep `ALLOWED_WRONG` and `ALLOWED_BOTHER`, from held-out confidences [looks]."""
    real = np.array([look.real for look in looks])
    wrong = np.array([not look.right for look in looks])
    answerable = np.array([look.answerable for look in looks])
    answer = lowest(sure[real], wrong[real], int(ALLOWED_WRONG * real.sum()))
    bothered = real & ~answerable
    clarify = lowest(sure[bothered], np.ones(bothered.sum(), dtype=bool), int(ALLOWED_BOTHER * bothered.sum()))
    return Limits(answer=answer, clarify=min(clarify, answer))


def lowest(sure: NDArray[np.float64], bad: NDArray[np.bool_], allowed: int) -> float:
    """The lowest limit at or above which at most `allowed` of the cases are bad; above 1 when none is."""
    order = np.argsort(-sure)
    ranked = sure[order]
    last_of_equals = np.diff(ranked, append=-1.0) < 0  # equal ones stand above a limit together or not at all
    good = np.nonzero((np.cumsum(bad[order]) <= allowed) & last_of_equals)[0]
    return float(ranked[good[-1]]) if len(good) else 1.01
