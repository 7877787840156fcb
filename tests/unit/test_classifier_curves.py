"""Calibration and risk against coverage, on cases worked out by hand, and against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.metrics import roc_auc_score

from classifier.curves import Bin, Point, area, at_limit, auroc, bins, calibration_error, risk_coverage

SURE, RIGHT = np.array([0.9, 0.6, 0.8, 0.6]), np.array([True, False, False, True])


def cases(most: int = 40) -> st.SearchStrategy[tuple[np.ndarray, np.ndarray]]:
    """Confidences, many of them equal, and whether they were right."""
    many, tenths = st.shared(st.integers(1, most), key="n"), st.integers(0, 10).map(lambda tenth: tenth / 10)
    return st.tuples(arrays.arrays(np.float64, many, elements=tenths), arrays.arrays(np.bool_, many))


class TestCurve:
    """What is wrong among the surest."""

    def test_by_hand(self):
        """0.9 right, 0.8 wrong, and the two of 0.6 come together: one right, one wrong."""
        assert risk_coverage(SURE, RIGHT) == [
            Point(limit=0.9, answered=0.25, wrong=0.0), Point(limit=0.8, answered=0.5, wrong=0.5),
            Point(limit=0.6, answered=1.0, wrong=0.5),
        ]  # fmt: skip

    def test_area_by_hand(self):
        """A quarter at 0, a quarter at 1/2, a half at 1/2."""
        assert area(risk_coverage(SURE, RIGHT)) == pytest.approx(0.375)

    def test_area_without_equals_is_the_mean_over_all_coverages(self):
        """The definition: the mean, over k, of what is wrong among the k surest."""
        sure, right = np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, False, True, False])
        assert area(risk_coverage(sure, right)) == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)

    @given(cases())
    def test_the_curve_and_a_limit_agree(self, case):
        """At each point's limit so many are answered and so many of them wrong; it ends with everything."""
        sure, right = case
        curve = risk_coverage(sure, right)
        for point in curve:
            there = at_limit(sure, right, point.limit)
            assert (there.answered, there.wrong) == (pytest.approx(point.answered), pytest.approx(point.wrong))
        assert curve[-1].answered == 1
        assert 0 <= area(curve) <= 1

    def test_a_limit_that_nothing_reaches(self):
        """Nothing answered is nothing wrong."""
        assert at_limit(SURE, RIGHT, 1.01) == Point(limit=1.01, answered=0.0, wrong=0.0)

    def test_nothing_at_all(self):
        """No cases are no curve and no error."""
        none = np.array([]), np.array([], dtype=bool)
        assert (risk_coverage(*none), bins(*none), calibration_error(*none), auroc(*none)) == ([], [], 0.0, None)
        assert at_limit(*none, 0.5).answered == 0


class TestBins:
    """How honest it was."""

    def test_by_hand(self):
        """Two in the sixth tenth, one of them right; 1.0 belongs to the last tenth."""
        found = bins(np.array([0.55, 0.52, 1.0]), np.array([True, False, True]))
        assert [(b.cases, b.right) for b in found] == [(2, 0.5), (1, 1.0)]
        assert found[0].sure == pytest.approx(0.535)
        assert found[1] == Bin(cases=1, sure=1.0, right=1.0)

    @given(cases())
    def test_the_error_is_a_share(self, case):
        """From 0 to 1, and every case is in one bin."""
        assert 0 <= calibration_error(*case) <= 1
        assert sum(b.cases for b in bins(*case)) == len(case[0])


class TestAuroc:
    """Telling two kinds apart."""

    @given(cases())
    def test_as_scikit_learn_has_it(self, case):
        """None where there is only one kind."""
        sure, right = case
        if right.all() or not right.any(): assert auroc(sure, right) is None
        else: assert auroc(sure, right) == pytest.approx(roc_auc_score(right, sure))
