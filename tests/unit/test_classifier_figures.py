"""The figures of a labelled set, on guesses worked out by hand, and against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import f1_score, matthews_corrcoef, roc_auc_score

from classifier.figures import FATES, confusion, fates, figures, said
from classifier.labelled import Guess, Report

OOS = "oos"
ROWS = [  # truth, guess, sure, known: the threshold is 0.5
    ("a", "a", 0.9, 0.9), ("a", "a", 0.8, 0.4), ("b", "a", 0.7, 0.7), ("b", "b", 0.6, 0.6),
    (OOS, "a", 0.3, 0.3), (OOS, "b", 0.9, 0.8), (OOS, "b", 0.2, 0.1),
]  # fmt: skip


def report(rows=ROWS, threshold: float = 0.5) -> Report:
    """A report with these guesses."""
    guesses = [Guess(text=f"{n}", truth=t, guess=g, sure=s, known=k) for n, (t, g, s, k) in enumerate(rows)]
    return Report(guesses=tuple(guesses), threshold=threshold, seconds=1.5, classes=("a", "b"))


class TestFigures:
    """The numbers."""

    def test_by_hand(self):
        """3 of 4 in scope guessed right, 2 of 4 at the threshold; 2 of 3 out of scope found, 2 of 3 said to be are."""
        found = figures(report(), OOS)
        assert (found.in_scope_accuracy, found.in_scope_accuracy_at_threshold) == (0.75, 0.5)
        assert (found.oos_recall, found.oos_precision) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
        assert (found.messages, found.out_of_scope, found.said_out_of_scope, found.classes) == (7, 3, 3, 2)
        assert (found.threshold, found.seconds) == (0.5, 1.5)
        # the surest first: two of 0.9 (one wrong), 0.8 right, 0.7 wrong, 0.6 right, 0.3 wrong, 0.2 wrong
        assert found.aurc == pytest.approx((2 / 2 * 1 + 1 / 3 + 2 / 4 + 2 / 5 + 3 / 6 + 4 / 7) / 7)

    def test_calibration_is_of_the_messages_in_scope(self):
        """0.9 and 0.8 right, 0.7 wrong, 0.6 right: gaps of 0.1, 0.2, 0.7 and 0.4 of a quarter each."""
        assert figures(report(), OOS).ece == pytest.approx((0.1 + 0.2 + 0.7 + 0.4) / 4)

    def test_as_scikit_learn_has_it(self):
        """Macro F1 and MCC of what is said in the end, AUROC of how much it looks like a class."""
        found, truth = figures(report(), OOS), [row[0] for row in ROWS]
        spoken = ["a", OOS, "a", "b", OOS, "b", OOS]
        assert said(report(), OOS).tolist() == spoken
        assert found.macro_f1 == pytest.approx(f1_score(truth, spoken, average="macro"))
        assert found.mcc == pytest.approx(matthews_corrcoef(truth, spoken))
        assert found.auroc == pytest.approx(roc_auc_score([t != OOS for t in truth], [row[3] for row in ROWS]))

    def test_without_out_of_scope(self):
        """Nothing is said to be out of scope, and what cannot be told is None."""
        found = figures(report(ROWS[:4], threshold=0.99), None)
        assert (found.oos_recall, found.oos_precision, found.auroc) == (None, None, None)
        assert found.in_scope_accuracy == found.in_scope_accuracy_at_threshold == 0.75
        assert found.said_out_of_scope == 0
        assert "none to tell by" in found.table()

    def test_nothing_said_to_be_out_of_scope(self):
        """Neither recall nor precision then."""
        found = figures(report(threshold=0.0), OOS)
        assert (found.oos_recall, found.oos_precision) == (0.0, 0.0)

    def test_only_out_of_scope(self):
        """No message in scope: no accuracy, and no error."""
        found = figures(report(ROWS[4:]), OOS)
        assert (found.in_scope_accuracy, found.ece, found.auroc) == (None, None, None)

    def test_one_label_only(self):
        """MCC is 0 by its definition."""
        assert figures(report([("a", "a", 0.9, 0.9)]), None).mcc == 0


class TestConfusion:
    """Who is taken for whom."""

    def test_by_hand(self):
        """Rows are what it is, columns what was said."""
        found = confusion(report(), OOS)
        assert found.labels == ("a", "b", OOS)
        assert found.counts == ((1, 0, 1), (1, 1, 0), (0, 1, 2))
        assert (found.others, found.all_labels) == ((0, 0, 0), 3)

    def test_the_most_mixed_up(self):
        """With many labels the ones with the most mistakes are kept; what is said beyond them is counted."""
        rows = [("x", "x", 1, 1)] * 9 + [("y", "z", 1, 1)] * 3 + [("y", "x", 1, 1)]
        found = confusion(report(rows), None, most=2)
        assert (found.labels, found.all_labels) == (("y", "z"), 3)
        assert found.counts == ((0, 3), (0, 0))
        assert found.others == (1, 0)

    def test_all_messages_are_counted(self):
        """No message is lost, however few labels are kept of the columns."""
        found = confusion(report(), OOS)
        assert np.sum(found.counts) + sum(found.others) == len(ROWS)


def test_fates():
    """One word for what became of each message."""
    assert fates(report(), OOS) == dict(zip(FATES, (2, 1, 1, 2, 1), strict=True))
    assert fates(report(ROWS[:4]), None) == {"right class": 3, "wrong class": 1}
