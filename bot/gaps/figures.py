"""How well questions are brought together, on a set whose questions are labelled with what they mean. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.gaps.grouping import grouped
from core.encoder import Vectors

ORDERS = 3  # in which the questions come in, since that can matter
SEED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """One threshold, over all orders.

    `precision` is the share of the pairs of questions in one group that mean the same, `recall` the share of the pairs
    that mean the same that are in one group, `rand` the adjusted Rand index (Hubert and Arabie 1985) and `spread` how
    much the orders differ in it, `v_measure` that of Rosenberg and Hirschberg (2007).
    """

    at: float
    precision: float
    recall: float
    rand: float
    spread: float
    v_measure: float
    groups: int


def chosen(labels: Sequence[str], each: int) -> list[int]:
    """The places of up to `each` questions of every label, at random but always the same."""
    had, kept = Counter[str](), list[int]()
    for place in np.random.default_rng(SEED).permutation(len(labels)).tolist():
        had[labels[place]] += 1
        if had[labels[place]] <= each: kept.append(place)
    return sorted(kept)


def measure(vectors: Vectors, labels: Sequence[str], at: float) -> Figures:
    """The figures of a threshold on questions [questions, dims] and what each means."""
    rows = np.array([_once(vectors, labels, at, order) for order in range(ORDERS)])
    precision, recall, rand, v_measure, groups = (float(mean) for mean in rows.mean(axis=0))
    return Figures(
        at=at, precision=precision, recall=recall, rand=rand, spread=float(np.ptp(rows[:, 2])), v_measure=v_measure,
        groups=round(groups),
    )  # fmt: skip


def _once(vectors: Vectors, labels: Sequence[str], at: float, order: int) -> tuple[float, ...]:
    from sklearn.metrics import adjusted_rand_score, v_measure_score  # takes a second to import
    from sklearn.metrics.cluster import pair_confusion_matrix

    places = np.random.default_rng(SEED + order).permutation(len(labels))
    meant, found = [labels[place] for place in places], grouped(vectors[places], at)
    (_, wrong), (missed, right) = pair_confusion_matrix(meant, found)
    return (
        right / max(1, right + wrong), right / max(1, right + missed), adjusted_rand_score(meant, found),
        v_measure_score(meant, found), max(found) + 1,
    )  # fmt: skip
