"""The figures of a labelled set from the guesses for it. Pure.

A message is in scope unless its true label is `oos_label`. It is said to be out of scope when it is known less than the
threshold; without an `oos_label` nothing is.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, matthews_corrcoef, precision_score, recall_score

from classifier.curves import area, auroc, calibration_error, risk_coverage
from classifier.labelled import Guess, Report

MOST = 20  # labels of a confusion matrix that can still be read


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledFigures:
    """Shares are 0 to 1; None where the test set has no message of that kind.

    `in_scope_accuracy` is of the guesses alone, whatever the threshold; `in_scope_accuracy_at_threshold` counts a
    message in scope that is said to be out of it as wrong. `oos_recall` is the share of the messages out of scope that
    are said to be, `oos_precision` the share of those said to be that are. `auroc` is how well `known` tells the two
    apart. `macro_f1` and `mcc` (-1 to 1) are of what is said in the end, out of scope being one more class. `ece` is of
    the messages in scope, `ece_of_all` and `aurc` count a guess for a message out of scope as wrong.
    """

    in_scope_accuracy: float | None
    oos_recall: float | None
    oos_precision: float | None
    auroc: float | None
    macro_f1: float
    mcc: float
    ece: float | None
    threshold: float
    seconds: float
    in_scope_accuracy_at_threshold: float | None
    ece_of_all: float
    aurc: float
    messages: int
    out_of_scope: int
    said_out_of_scope: int
    classes: int

    def table(self) -> str:
        """For a terminal."""
        rows = [
            ("messages", f"{self.messages:,} ({self.out_of_scope:,} out of scope), {self.classes} classes"),
            ("in-scope accuracy", _share(self.in_scope_accuracy)),
            ("in-scope accuracy at the threshold", _share(self.in_scope_accuracy_at_threshold)),
            ("out-of-scope recall", _share(self.oos_recall)), ("out-of-scope precision", _share(self.oos_precision)),
            ("out-of-scope AUROC", _number(self.auroc)), ("macro F1", _number(self.macro_f1)),
            ("MCC", _number(self.mcc)), ("calibration error", _number(self.ece)),
            ("AURC", _number(self.aurc)), ("threshold", _number(self.threshold)), ("seconds", f"{self.seconds:.1f}"),
        ]  # fmt: skip
        return "\n".join(f"{name:36}{value}" for name, value in rows)


def figures(report: Report, oos_label: str | None) -> LabelledFigures:
    """The figures of a report that has at least one guess."""
    truth, spoken = np.array([g.truth for g in report.guesses]), said(report, oos_label)
    sure, known = (np.array([getattr(g, name) for g in report.guesses]) for name in ("sure", "known"))
    guessed = np.array([g.guess == g.truth for g in report.guesses])
    outside, told = (np.array([label == oos_label for label in labels]) for labels in (truth, spoken))
    inside, some = ~outside, bool(outside.any())
    return LabelledFigures(
        in_scope_accuracy=_mean(guessed[inside]), in_scope_accuracy_at_threshold=_mean((spoken == truth)[inside]),
        oos_recall=float(recall_score(outside, told)) if some else None,
        oos_precision=float(precision_score(outside, told, zero_division=0.0)) if some else None,
        auroc=auroc(known, inside), macro_f1=float(f1_score(truth, spoken, average="macro", zero_division=0.0)),
        mcc=_mcc(truth, spoken), ece=calibration_error(sure[inside], guessed[inside]) if inside.any() else None,
        ece_of_all=calibration_error(sure, guessed), aurc=area(risk_coverage(sure, guessed)),
        threshold=report.threshold, seconds=report.seconds, messages=len(truth), out_of_scope=int(outside.sum()),
        said_out_of_scope=int(told.sum()), classes=len(report.classes),
    )


def said(report: Report, oos_label: str | None) -> NDArray[np.str_]:
    """What is said of each message [guesses]: its guess, or the out-of-scope label below the threshold."""
    return np.array([
        g.guess if oos_label is None or g.known >= report.threshold else oos_label for g in report.guesses
    ])


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """How often each true label (a row) was said to be which (a column); `others` holds what is in no column."""

    labels: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    others: tuple[int, ...]
    all_labels: int


def confusion(report: Report, oos_label: str | None, most: int = MOST) -> Confusion:
    """The matrix of the labels that were mixed up most, as themselves or as another."""
    pairs = Counter(zip((g.truth for g in report.guesses), said(report, oos_label).tolist(), strict=True))
    mixed = Counter({label: 0 for pair in pairs for label in pair})
    for (truth, other), count in pairs.items():
        if truth != other: mixed.update({truth: count, other: count})
    labels = tuple(sorted(sorted(mixed, key=lambda label: (-mixed[label], label))[:most]))
    counts = tuple(tuple(pairs[truth, other] for other in labels) for truth in labels)
    others = tuple(sum(n for (t, o), n in pairs.items() if t == truth and o not in labels) for truth in labels)
    return Confusion(labels=labels, counts=counts, others=others, all_labels=len(mixed))


def fates(report: Report, oos_label: str | None) -> dict[str, int]:
    """What became of the messages, in words; kinds that cannot be are missing."""
    spoken = said(report, oos_label).tolist()
    found = Counter(_fate(guess, word, oos_label) for guess, word in zip(report.guesses, spoken, strict=True))
    return {name: found[name] for name in FATES if found[name]}


FATES = (
    "right class", "wrong class", "in scope, said to be out", "out of scope, told so", "out of scope, given a class",
)  # fmt: skip


def _fate(guess: Guess, spoken: str, oos_label: str | None) -> str:
    if guess.truth == oos_label: return FATES[3] if spoken == oos_label else FATES[4]
    if spoken == oos_label: return FATES[2]
    return FATES[0] if spoken == guess.truth else FATES[1]


def _mean(hits: NDArray[np.bool_]) -> float | None:
    return float(hits.mean()) if len(hits) else None


def _mcc(truth: NDArray[np.str_], spoken: NDArray[np.str_]) -> float:
    """Matthews' coefficient; 0 by its definition when there is only one label."""
    return float(matthews_corrcoef(truth, spoken)) if len({*truth, *spoken}) > 1 else 0.0


def _share(value: float | None) -> str:
    return "none to tell by" if value is None else f"{value:.1%}"


def _number(value: float | None) -> str:
    return "none to tell by" if value is None else f"{value:.3f}"
