"""Ranking: scores in, order out."""

import pytest

from kb.ranking import LEXICAL_WEIGHT, Candidate, fused, normalised, ordered


def candidate(slug: str, cosine: float, lexical: float, bm25: float = 0.0, kind: str = "article") -> Candidate:
    """A candidate with a fused score."""
    score = fused(cosine, lexical)
    return Candidate(
        kind=kind, slug=slug, title=slug, category="", score=score, cosine=cosine, lexical=lexical, bm25=bm25
    )


def test_the_fused_score_is_cosine_plus_weighted_words() -> None:
    """A full hit of the words is worth `LEXICAL_WEIGHT` of cosine."""
    assert fused(0.5, 1.0) == pytest.approx(0.5 + LEXICAL_WEIGHT)
    assert fused(-0.2, 0.0) == -0.2


def test_words_are_scored_as_shares_of_the_best() -> None:
    """Without any hit there are no shares, and no division by nothing."""
    assert normalised({1: 8.0, 2: 2.0}) == {1: 1.0, 2: 0.25}
    assert normalised({}) == {}
    assert normalised({1: 0.0}) == {}


def test_equal_scores_come_in_the_order_of_their_slugs() -> None:
    """The same question gives the same list every time."""
    rows = [
        candidate("b", 0.5, 0),
        candidate("a", 0.5, 0),
        candidate("c", 0.9, 0),
        candidate("a", 0.5, 0, kind="recipe"),
    ]
    assert [(c.slug, c.kind) for c in ordered(rows)] == [
        ("c", "article"), ("a", "article"), ("b", "article"), ("a", "recipe"),
    ]  # fmt: skip
