"""How honest and how useful a confidence is: calibration, and what is wrong among the surest. Pure.

Everywhere `sure` [n] is how sure something was, 0 to 1, and `right` [n] whether it was right.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10  # of the expected calibration error (Naeini et al. 2015)

Sure = NDArray[np.float64]
Right = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """The cases of one tenth of the confidence: how many, how sure they were, and the share that was right."""

    cases: int
    sure: float
    right: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """With a limit: the share of all cases that reach it, and the share of those that is wrong."""

    limit: float
    answered: float
    wrong: float


def bins(sure: Sure, right: Right) -> list[Bin]:
    """The tenths that have cases, the least sure first."""
    of = np.minimum((sure * BINS).astype(int), BINS - 1)
    groups = [of == number for number in np.unique(of)]
    return [Bin(cases=int(g.sum()), sure=float(sure[g].mean()), right=float(right[g].mean())) for g in groups]


def calibration_error(sure: Sure, right: Right) -> float:
    """The mean gap between how sure it was and how often it was right, over `BINS` equal bins, weighted by size."""
    return sum((abs(b.sure - b.right) * b.cases / len(sure) for b in bins(sure, right)), 0.0)


def auroc(score: Sure, positive: Right) -> float | None:
    """The chance that a positive has the higher score than a negative; None when all are of one kind."""
    from sklearn.metrics import roc_auc_score  # seconds that nobody who asks a question waits for

    if positive.all() or not positive.any(): return None
    return float(roc_auc_score(positive, score))


def risk_coverage(sure: Sure, right: Right) -> list[Point]:
    """A point for each limit that makes a difference, the highest first; equal ones reach it together."""
    order = np.argsort(-sure, kind="stable")
    ranked, wrong = sure[order], np.cumsum(~right[order])
    last = np.nonzero(np.diff(ranked, append=-np.inf) < 0)[0]
    return [
        Point(limit=float(ranked[n]), answered=(n + 1) / len(sure), wrong=float(wrong[n]) / (n + 1))
        for n in last.tolist()
    ]


def area(curve: list[Point]) -> float:
    """AURC, the mean of `wrong` over all shares answered: 0 is perfect.

    The curve: Geifman and El-Yaniv 2017, "Selective Classification for Deep Neural Networks"; its area: Geifman et
    al. 2019, "Bias-Reduced Uncertainty Estimation for Deep Neural Classifiers".
    """
    before = [0.0, *(point.answered for point in curve)]
    return sum((p.wrong * (p.answered - b) for p, b in zip(curve, before, strict=False)), 0.0)


def at_limit(sure: Sure, right: Right, limit: float) -> Point:
    """The point of one limit; nothing wrong where nothing reaches it."""
    reached = sure >= limit
    wrong = float((~right[reached]).mean()) if reached.any() else 0.0
    return Point(limit=limit, answered=float(reached.mean()) if len(sure) else 0.0, wrong=wrong)
