"""The figures of a question set, on outcomes worked out by hand."""

from dataclasses import asdict
from typing import Any

import pytest

from bot.measure import Figures, Outcome, figures

A, B, C, R = ("article", "a"), ("article", "b"), ("article", "c"), ("recipe", "r")


def outcome(**changes: Any) -> Outcome:
    """A question that `A` answers, and that was answered with it."""
    values: dict[str, Any] = {"right": frozenset({A}), "outside": False, "decision": "answer", "ms": 10.0}
    return Outcome(**(values | {"shown": (A,), "ranked": (A,)} | changes))


NONE: frozenset[Any] = frozenset()
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
    found = figures(ALL)
    assert asdict(found) == {
        "questions": 8, "answerable": 4, "hit1": 0.25, "hit3": 0.75, "settled": 0.5, "wrong": 0.25, "handed": 0.5,
        "held": 0.75, "ms_p50": 5.0, "ms_p99": 8.0,
    }  # fmt: skip


def test_a_recipe_counts_as_an_answer():
    """A wrong recipe is a wrong answer, a right one settles."""
    wrong = outcome(decision="recipe", shown=(R,), ranked=(R,))
    right = outcome(right=frozenset({R}), decision="recipe", shown=(R,))
    assert (figures([wrong]).wrong, figures([right]).settled) == (1.0, 1.0)


def test_nothing():
    """No questions are no figures, and no error."""
    assert figures([]) == Figures(
        questions=0, answerable=0, hit1=0, hit3=0, settled=0, wrong=0, handed=0, held=0, ms_p50=0, ms_p99=0
    )


@pytest.mark.parametrize("words", ["8 (4 with an answer)", "25.0%", "75.0%", "p50 5.0 ms, p99 8.0 ms"])
def test_table(words):
    """The table tells each figure."""
    assert words in figures(ALL).table()
