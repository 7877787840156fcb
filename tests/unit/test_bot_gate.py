"""Whether new models may go live, worked out by hand."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gate import MOST, change, refusal, standard_error


def cases(both: int, lost: int, won: int, neither: int) -> tuple[list[bool], list[bool]]:
    """What was right with the old models and with the new ones: so many cases of each kind."""
    old = [True] * (both + lost) + [False] * (won + neither)
    new = [True] * both + [False] * lost + [True] * won + [False] * neither
    return old, new


class TestChange:
    """One figure."""

    def test_by_hand(self):
        """Of 400, twelve were lost and three won: 80 % became 77.75 %; one error is sqrt(16 - 81 / 402) / 402."""
        found = change("settled", *cases(308, 12, 3, 77))
        assert (found.old, found.new) == (0.8, 0.7775)
        assert found.allowed == pytest.approx(sqrt(16 - 81 / 402) / 402)
        assert found.loss == pytest.approx(0.0225)
        assert found.worse
        assert found.told() == "settled 80.0% before, 77.8% now: worse by 2.25 points, of which 0.99 may be chance"

    @pytest.mark.parametrize(
        ("lost", "won", "worse"),
        [(0, 0, False), (1, 0, False), (2, 0, True), (2, 1, False), (3, 1, False), (4, 1, True), (0, 9, False)],
    )
    def test_noise(self, lost, won, worse):
        """One case that changed is chance, two that all got worse are not; better ones make up for worse ones."""
        assert change("settled", *cases(300, lost, won, 20)).worse is worse

    def test_wrong_is_better_when_it_is_less(self):
        """More wrong answers are worse, fewer are fine."""
        old, new = cases(10, 0, 6, 600)
        assert change("wrong", old, new, less_is_better=True).worse
        assert not change("wrong", new, old, less_is_better=True).worse

    def test_a_noisy_set_does_not_allow_everything(self):
        """Where so much changes that one error is over a point, a point is all that may be lost."""
        found = change("settled", *cases(100, 60, 48, 100))
        assert standard_error(*cases(100, 60, 48, 100)) > MOST["settled"]
        assert found.allowed == MOST["settled"]
        assert found.worse

    def test_a_small_set(self):
        """One question of sixty is more than a point, and still chance."""
        assert not change("settled", *cases(50, 1, 0, 9)).worse
        assert change("settled", *cases(50, 2, 0, 8)).worse

    def test_nothing_to_go_by(self):
        """No case at all is no reason to refuse."""
        assert not change("settled", [], []).worse

    @given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=60))
    def test_what_is_not_worse_is_never_refused(self, rows):
        """Whatever the cases: equal or better passes, and of two ways round at most one is worse."""
        old, new = ([row[n] for row in rows] for n in (0, 1))
        one, other = change("settled", old, new), change("settled", new, old)
        assert not (one.worse and other.worse)
        if sum(new) >= sum(old): assert not one.worse


def test_a_refusal_names_what_is_worse_alone():
    """A better share that is settled does not make up for wrong answers."""
    better = change("settled", *cases(300, 0, 20, 20))
    worse = change("wrong", *cases(10, 0, 6, 600), less_is_better=True)
    assert refusal([better]) == ""
    assert refusal([better, worse]) == worse.told()
    assert "wrong 1.6% before, 2.6% now" in worse.told()
