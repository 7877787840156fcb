"""The report on a question set."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from bot.measure import SAID, Figures, Outcome, confidence, worst
from bot.report import plots
from bot.report.canvas import BLUE, SOFT, VERMILION
from bot.report.page import Page, Plot, Table, Tile, number, percent
from classifier.curves import Point, bins
from classifier.curves import risk_coverage as points

MOST = 60  # questions of the table
FATES = {"right": BLUE, "wrong": VERMILION, "unhelpful": SOFT}
EXPECTED = ("an article or recipe", "people", "outside IT")


def question_report(outcomes: Sequence[Outcome], found: Figures, name: str) -> Page:
    """The page on a set of questions; `name` is the file's."""
    about = f"{name}: {found.questions:,} questions, {found.answerable:,} of them with an answer"
    return Page(
        title="Answers", about=about, tiles=_tiles(found), plots=_plots(outcomes, found), tables=[_worst(outcomes)]
    )


def _tiles(found: Figures) -> list[Tile]:
    rows = [
        ("Right one first", percent(found.hit1), "search alone, of the questions with an answer"),
        ("Right among three", percent(found.hit3), "the same, among the first three"),
        ("MRR", number(found.mrr), "mean of 1 / rank of the right one"),
        ("Settled", percent(found.settled), "answered right, or right one among the choices"),
        ("Answered wrongly", percent(found.wrong), "of all questions"),
        ("Answered", percent(found.coverage), f"of all; {percent(found.wrong_of_answered)} of those wrong"),
        ("Handed off", percent(found.handed), "of the questions without an answer"),
        ("Not answered", percent(found.held), "of the questions without an answer, in whatever way"),
        ("Calibration error", number(found.ece), "gap between how sure and how often right; 0 is honest"),
        ("AUROC", number(found.auroc), "how well confidence tells right from wrong; 1 is perfect"),
        ("AURC", number(found.aurc), "mean share wrong over all shares answered; 0 is perfect"),
        ("Time", f"{found.ms_p50:.1f} ms", f"half of the questions; 99 of 100 below {found.ms_p99:.1f} ms"),
    ]  # fmt: skip
    return [Tile(name=name, value=value, means=means) for name, value, means in rows]


def _plots(outcomes: Sequence[Outcome], found: Figures) -> list[Plot]:
    sure, right = confidence(outcomes)
    return [
        Plot(
            title="Wrong answers against answers", svg=plots.risk_coverage(points(sure, right), _marks(found)),
            says="As the limit is lowered, more is answered and more of it is wrong. The lower the curve, the better. "
            "As it was: with the rules that come before the limit, such as a wish for a person.",
        ),
        Plot(
            title="Is the confidence honest?", svg=plots.reliability(bins(sure, right)),
            says="Of the replies that it was 80 % sure of, 80 % should be right: on the line it is honest, above it "
            "too shy, below it too sure. The bars tell how many questions a point stands for.",
        ),
        Plot(
            title="What was decided", svg=plots.bars(_decisions(outcomes), FATES),
            says="Wrong: a wrong article or recipe was shown as the answer. Unhelpful: asked back without the right "
            "one among the choices, or not answered though there is an answer.",
        ),
        Plot(
            title="What was expected, and what was decided", svg=_expected(outcomes, list(found.decisions)),
            says="Counts; a cell is the darker, the larger its share of the row.",
        ),
    ]  # fmt: skip


def _marks(found: Figures) -> dict[str, Point]:
    marks = {f"limit to {SAID[name]}, {point.limit:.2f}": point for name, point in found.limits.items()}
    return marks | {"as it was": Point(limit=0.0, answered=found.coverage, wrong=found.wrong_of_answered)}


def _decisions(outcomes: Sequence[Outcome]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for outcome in outcomes: found.setdefault(outcome.decision, Counter())[outcome.fate] += 1
    return dict(sorted(found.items(), key=lambda pair: -pair[1].total()))


def _expected(outcomes: Sequence[Outcome], decisions: list[str]) -> str:
    pairs = Counter((_kind(o), o.decision) for o in outcomes)
    rows = [kind for kind in EXPECTED if any(pairs[kind, name] for name in decisions)]
    counts = np.array([[pairs[kind, name] for name in decisions] for kind in rows])
    return plots.matrix(rows, decisions, counts, ("expected", "decided"))


def _kind(outcome: Outcome) -> str:
    if outcome.right: return EXPECTED[0]
    return EXPECTED[2] if outcome.outside else EXPECTED[1]


def _worst(outcomes: Sequence[Outcome]) -> Table:
    shown, bad = worst(outcomes, MOST), sum(o.fate != "right" for o in outcomes)
    rows = [
        (o.text, _names(sorted(o.right)) or _kind(o), f"{o.decision}: {_names(o.shown)}".removesuffix(": "),
         percent(o.confidence), o.why) for o in shown
    ]  # fmt: skip
    return Table(
        title="Worst questions, with what happened",
        says=f"Wrong answers first, the surest first; then what was of no help. {len(rows)} of {bad}."
        if rows else "None: every question was answered or handed off as it should be.",
        columns=("Question", "Expected", "What happened", "Confidence", "Rule"), rows=rows,
        wrong=[o.fate == "wrong" for o in shown],
    )  # fmt: skip


def _names(slugs: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{kind} {slug}" for kind, slug in slugs)
