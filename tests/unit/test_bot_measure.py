"""The figures of a question set, on outcomes worked out by hand."""

from dataclasses import asdict
from typing import Any

import pytest

from bot.decide import Limits
from bot.measure import Outcome, figures, worst
from classifier.curves import Point

A, B, C, R = ("article", "a"), ("article", "b"), ("article", "c"), ("recipe", "r")


def outcome(**changes: Any) -> Outcome:
    """A question that `A` answers, and that was answered with it."""
    values: dict[str, Any] = {"right": frozenset({A}), "outside": False, "decision": "answer", "ms": 10.0}
    return Outcome(**(values | {"shown": (A,), "ranked": (A,)} | changes))


NONE: frozenset[Any] = frozenset()
LIMITS = Limits(answer=0.6, clarify=0.2)
SURE = [
    outcome(confidence=0.9, first=A), outcome(confidence=0.7, first=B), outcome(confidence=0.3, first=A),
    outcome(confidence=0.1, first=None),
]  # fmt: skip
ALL = [
    outcome(ms=1.0),  # answered right
    outcome(ranked=(B, C, A), shown=(B,), ms=2.0),  # answered wrongly, right among three
    outcome(ranked=(B, C, R, A), decision="clarify", shown=(B, C, R), ms=3.0),  # asked back, right one not among them
    outcome(ranked=(B, A), decision="clarify", shown=(B, A), ms=4.0),  # asked back with the right one
    outcome(right=NONE, decision="handoff", shown=(), ranked=(B,), ms=5.0),  # no answer, handed off
    outcome(right=NONE, decision="answer", shown=(B,), ranked=(B,), ms=6.0),  # no answer, answered wrongly
    outcome(right=NONE, outside=True, decision="outside", shown=(), ranked=(), ms=7.0),  # outside, told so
    outcome(right=NONE, decision="outside", shown=(), ranked=(), ms=8.0),  # a matter for people, told it was outside
]


def test_by_hand():
    """First: 1 of 4, among three: 3. Settled: 2 of 4. Wrong: 2 of 8. Without an answer: 2 of 4 handed, 3 held."""
    found = asdict(figures(ALL, LIMITS))
    expected = {
        "questions": 8, "answerable": 4, "hit1": 0.25, "hit3": 0.75, "settled": 0.5, "wrong": 0.25, "handed": 0.5,
        "held": 0.75, "ms_p50": 5.0, "ms_p99": 8.0, "coverage": 3 / 8, "wrong_of_answered": 2 / 3,
        "decisions": {"answer": 3, "clarify": 2, "outside": 2, "handoff": 1},
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    assert found["mrr"] == pytest.approx((1 + 1 / 3 + 1 / 4 + 1 / 2) / 4)


def test_the_confidence_by_hand():
    """0.9 right, 0.7 wrong, 0.3 right, 0.1 nothing found; the limits lie on the curve of what is wrong."""
    found = figures(SURE, LIMITS)
    assert found.limits == {
        "answer": Point(limit=0.6, answered=0.5, wrong=0.5), "clarify": Point(limit=0.2, answered=0.75, wrong=1 / 3),
    }  # fmt: skip
    assert found.auroc == pytest.approx(3 / 4)
    assert found.aurc == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)
    assert found.ece == pytest.approx((0.1 + 0.7 + 0.7 + 0.1) / 4)
    assert [(p.answered, p.wrong) for p in (found.curve[0], found.curve[-1])] == [(1.0, 0.5), (0.0, 0.0)]


def test_fates():
    """What it was for the person: asked back in vain, and not answered though there is one, is unhelpful."""
    assert [o.fate for o in ALL] == ["right", "wrong", "unhelpful", "right", "right", "wrong", "right", "right"]
    assert outcome(decision="handoff", shown=()).fate == "unhelpful"
    assert outcome(right=NONE, decision="clarify", shown=(B,)).fate == "unhelpful"


def test_the_worst():
    """Wrong answers first, the surest first; then what was of no help."""
    vain = outcome(decision="handoff", shown=(), confidence=0.99)
    slight, bad = (outcome(shown=(B,), confidence=sure) for sure in (0.7, 0.9))
    assert worst([outcome(), vain, slight, bad], 9) == [bad, slight, vain]
    assert worst([outcome(), vain, slight, bad], 1) == [bad]


def test_a_recipe_counts_as_an_answer():
    """A wrong recipe is a wrong answer, a right one settles."""
    wrong = outcome(decision="recipe", shown=(R,), ranked=(R,))
    right = outcome(right=frozenset({R}), decision="recipe", shown=(R,))
    assert (figures([wrong], LIMITS).wrong, figures([right], LIMITS).settled) == (1.0, 1.0)


def test_nothing():
    """No questions are no figures, and no error."""
    found = figures([], LIMITS)
    assert (found.questions, found.hit1, found.mrr, found.ece, found.auroc, found.ms_p99) == (0, 0, 0, 0, None, 0)
    assert "none to tell by" in found.table()


@pytest.mark.parametrize("words", [
    "8 (4 with an answer)", "25.0%", "75.0%", "p50 5.0 ms, p99 8.0 ms", "limit to ask back: 0.20",
    "answer 3, clarify 2",
])
def test_table(words):
    """The table tells each figure."""
    assert words in figures(ALL, LIMITS).table()
