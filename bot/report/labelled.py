"""The report on a labelled set."""

import numpy as np

from bot.report import plots
from bot.report.canvas import BLUE, VERMILION
from bot.report.page import Page, Plot, Table, Tile, number, percent
from classifier.curves import Point, Right, Sure, at_limit, bins
from classifier.curves import risk_coverage as points
from classifier.figures import FATES, LabelledFigures, confusion, fates, said
from classifier.labelled import Guess, Report

MOST = 60  # messages of the table
GOOD = {FATES[0], FATES[3]}  # the fates that are as they should be


def labelled_report(report: Report, found: LabelledFigures, oos_label: str | None, name: str) -> Page:
    """The page on a labelled set; `name` tells which files."""
    about = f"{name}: {found.messages:,} messages, {found.out_of_scope:,} of them out of scope; {found.classes} classes"
    return Page(
        title="Classifier", about=about, tiles=_tiles(found, oos_label), plots=_plots(report, oos_label),
        tables=[_worst(report, oos_label)]
    )


def _tiles(found: LabelledFigures, oos_label: str | None) -> list[Tile]:
    rows = [*([] if oos_label is None else _scope_tiles(found)), *_other_tiles(found, oos_label)]
    return [Tile(name=name, value=value, means=means) for name, value, means in rows]


def _scope_tiles(found: LabelledFigures) -> list[tuple[str, str, str]]:
    at = percent(found.in_scope_accuracy_at_threshold)
    return [
        ("In-scope accuracy", percent(found.in_scope_accuracy), f"whatever the threshold; with it {at}"),
        ("Out-of-scope recall", percent(found.oos_recall), "of the messages out of scope, said to be"),
        ("Out-of-scope precision", percent(found.oos_precision), "of those said to be out of scope, are"),
        ("Out-of-scope AUROC", number(found.auroc), "how well the two are told apart; 1 is perfect"),
        ("Threshold", number(found.threshold), "below it a message is said to be out of scope"),
    ]  # fmt: skip


def _other_tiles(found: LabelledFigures, oos_label: str | None) -> list[tuple[str, str, str]]:
    accuracy = [("Accuracy", percent(found.in_scope_accuracy), "of all messages")] if oos_label is None else []
    return [
        *accuracy,
        ("Macro F1", number(found.macro_f1), "each label counts the same"),
        ("MCC", number(found.mcc), "1 is perfect, 0 is chance"),
        ("Calibration error", number(found.ece), "gap between how sure and how often right; 0 is honest"),
        ("AURC", number(found.aurc), "mean share wrong over all shares answered; 0 is perfect"),
        ("Time", f"{found.seconds:.1f} s", "to learn and to judge"),
    ]  # fmt: skip


def _plots(report: Report, oos_label: str | None) -> list[Plot]:
    sure, known = (np.array([getattr(g, name) for g in report.guesses]) for name in ("sure", "known"))
    right = np.array([g.guess == g.truth for g in report.guesses])
    inside = np.array([g.truth != oos_label for g in report.guesses])
    drawn = [_risk(sure, right), _honest(sure[inside], right[inside])]
    if oos_label is not None: drawn.append(_fates(report, oos_label))
    if not inside.all(): drawn.append(_scope(known, inside, report.threshold))
    return [*drawn, _confusion(report, oos_label)]


def _risk(sure: Sure, right: Right) -> Plot:
    half: dict[str, Point] = {"50 % sure or more": at_limit(sure, right, 0.5)}
    return Plot(
        title="Wrong guesses against guesses", svg=plots.risk_coverage(points(sure, right), half),
        says="When only the surest guesses are taken, fewer are wrong. The lower the curve, the better. A guess for a "
        "message out of scope counts as wrong.",
    )  # fmt: skip


def _honest(sure: Sure, right: Right) -> Plot:
    return Plot(
        title="Is the probability honest?", svg=plots.reliability(bins(sure, right)),
        says="Of the guesses that it was 80 % sure of, 80 % should be right: on the line it is honest, above it too "
        "shy, below it too sure. Messages in scope; the bars tell how many a point stands for.",
    )  # fmt: skip


def _fates(report: Report, oos_label: str) -> Plot:
    found = {name: {"right" if name in GOOD else "wrong": n} for name, n in fates(report, oos_label).items()}
    return Plot(
        title="What became of the messages", svg=plots.bars(found, {"right": BLUE, "wrong": VERMILION}),
        says="With the threshold: what looks less like any class is said to be out of scope.",
    )  # fmt: skip


def _scope(known: Sure, inside: Right, threshold: float) -> Plot:
    return Plot(
        title="In scope and out of it", svg=plots.scope(known, inside, threshold),
        says="The less the two overlap, the better. What is left of the threshold is said to be out of scope.",
    )  # fmt: skip


def _confusion(report: Report, oos_label: str | None) -> Plot:
    found = confusion(report, oos_label)
    others = any(found.others)
    rows = [[*row, *([rest] if others else [])] for row, rest in zip(found.counts, found.others, strict=True)]
    columns = [*found.labels, *(["(others)"] if others else [])]
    which = "All labels." if len(found.labels) == found.all_labels else (
        f"The {len(found.labels)} of {found.all_labels} labels that were mixed up most."
    )
    return Plot(
        title="Which labels are mixed up", wide=True, says=f"{which} The darker, the larger the share of the row.",
        svg=plots.matrix(found.labels, columns, np.array(rows), ("is", "was said to be")),
    )  # fmt: skip


def _worst(report: Report, oos_label: str | None) -> Table:
    pairs = zip(report.guesses, said(report, oos_label).tolist(), strict=True)
    wrong = sorted(((g, word) for g, word in pairs if g.truth != word), key=lambda pair: -pair[0].sure)
    rows = [(g.text, g.truth, _told(g, word), percent(g.sure), number(g.known)) for g, word in wrong[:MOST]]
    return Table(
        title="Worst messages, with what happened",
        says=f"The surest first. {len(rows)} of {len(wrong):,}." if rows else "None: every message was judged right.",
        columns=("Message", "Is", "Was said to be", "Sure", "Looks like a class"), rows=rows,
        wrong=[word == g.guess for g, word in wrong[:MOST]],
    )  # fmt: skip


def _told(guess: Guess, word: str) -> str:
    return word if word == guess.guess else f"{word} (the guess: {guess.guess})"
