"""Ranking as functions of scores: fuse the two searches and order the candidates. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

# Of the normalised BM25 beside the cosine. Mean reciprocal rank of the questions of data/training/questions.jsonl that
# have an answer: 0.862 at 0 (no BM25), 0.905 at 0.1, 0.894 at 0.2, 0.883 at 0.3, 0.871 at 0.5, 0.837 at 1.
LEXICAL_WEIGHT = 0.1

# Cosine from which an article is worth listing to somebody who looks for themselves. On data/training 94 % of the
# questions see a right one (0.45 loses 3 % of them), and three in four messages that are not about IT see none.
LISTED_AT = 0.42


Score = TypeVar("Score", float, NDArray[np.float64])


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article or recipe that may be the answer.

    `score` orders candidates; `cosine` is -1 to 1; `lexical` is BM25 as a share of the best one's, 0 to 1;
    `bm25` is the raw score. `passage` is the ordinal of the passage to quote. The other cosines are those of the
    title, of the nearest alias or trigger, of the nearest passage (0 where there is none), the mean of the three
    nearest texts, and that of the mean of all its texts. `audience` is whom it is for.
    """

    kind: str
    slug: str
    title: str
    category: str
    score: float
    cosine: float
    lexical: float
    bm25: float
    passage: int = 0
    title_cosine: float = 0.0
    name_cosine: float = 0.0
    passage_cosine: float = 0.0
    three_cosine: float = 0.0
    whole_cosine: float = 0.0
    audience: str = "employees"


def fused(cosine: Score, lexical: Score) -> Score:
    """Cosine plus a weighted normalised BM25."""
    return cosine + LEXICAL_WEIGHT * lexical


def normalised(bm25: Mapping[int, float]) -> dict[int, float]:
    """BM25 scores as shares of the best of them."""
    best = max(bm25.values(), default=0.0)
    return {key: value / best for key, value in bm25.items()} if best > 0 else {}


def ordered(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Best first; equal scores in the order of their slugs, so that a result is the same every time."""
    return sorted(candidates, key=lambda c: (-c.score, c.kind, c.slug))
