"""Ranking as functions of scores: fuse the two searches, order the candidates, and say what tells a good one. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Of the normalised BM25 beside the cosine. Mean reciprocal rank of the questions of data/training/questions.jsonl that
# have an answer: 0.862 at 0 (no BM25), 0.905 at 0.1, 0.894 at 0.2, 0.883 at 0.3, 0.871 at 0.5, 0.837 at 1.
LEXICAL_WEIGHT = 0.1

# Cosine from which an article is worth listing to somebody who looks for themselves. On data/training 94 % of the
# questions see a right one (0.45 loses 3 % of them), and three in four messages that are not about IT see none.
LISTED_AT = 0.42


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article or recipe that may be the answer.

    `score` orders candidates; `cosine` is -1 to 1; `lexical` is BM25 as a share of the best one's, 0 to 1;
    `bm25` is the raw score. `passage` is the ordinal of the passage to quote.
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


def fused(cosine: float, lexical: float) -> float:
    """Cosine plus a weighted normalised BM25."""
    return cosine + LEXICAL_WEIGHT * lexical


def normalised(bm25: Mapping[int, float]) -> dict[int, float]:
    """BM25 scores as shares of the best of them."""
    best = max(bm25.values(), default=0.0)
    return {key: value / best for key, value in bm25.items()} if best > 0 else {}


def ordered(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Best first; equal scores in the order of their slugs, so that a result is the same every time."""
    return sorted(candidates, key=lambda c: (-c.score, c.kind, c.slug))


FEATURES = ("cosine", "margin", "lexical", "bm25", "agreement")


def features(ranked: Sequence[Candidate], words: int) -> tuple[float, ...]:
    """What tells whether the first of the ranked candidates is right, in the order of `FEATURES`.

    `margin` is its lead in score over the second, `bm25` is per word of the question (at least one),
    `agreement` is 1 when both searches put the same candidate first.
    """
    if not ranked: return (0.0,) * len(FEATURES)
    first = ranked[0]
    margin = first.score - ranked[1].score if len(ranked) > 1 else first.score
    nearest = max(ranked, key=lambda c: c.cosine)
    agreement = float(first.lexical == 1.0 and nearest is first)
    return (first.cosine, margin, first.lexical, first.bm25 / max(words, 1), agreement)
