"""Figures of a question set: what share was right, handed off, wrong, and how honest the confidence was. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.decide import Limits
from classifier.curves import Point, Right, Sure, area, at_limit, auroc, calibration_error, risk_coverage

Slug = tuple[str, str]  # kind and slug
Slugs = tuple[Slug, ...]
NAMED = 3  # right among this many
GIVEN = ("answer", "recipe")  # the decisions that show something as the answer
SAID = {"answer": "answer", "clarify": "ask back"}  # the limits as they are told
STEPS = 20  # of the limit, from 0 to 1, that the curve tells


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one question.

    `shown` is what the person got to see, `ranked` what search put first, `first` what would be quoted if it was sure
    enough, and `confidence` how likely that is right. `why` is the rule that decided.
    """

    right: frozenset[Slug]
    outside: bool
    decision: str
    shown: Slugs
    ranked: Slugs
    ms: float
    id: str = ""
    text: str = ""
    why: str = ""
    first: Slug | None = None
    confidence: float = 0.0

    @property
    def fate(self) -> str:
        """What that was for the person: right, unhelpful (asked or handed off in vain), or wrong."""
        if self.right.intersection(self.shown): return "right"
        if self.decision in GIVEN: return "wrong"
        return "unhelpful" if self.right or self.shown else "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Shares are 0 to 1, times are milliseconds; None where there is nothing to tell by.

    `hit1`, `hit3` and `mrr` (the mean of 1 / rank of the first right one) are of search alone, over the answerable
    questions. `settled` is the share of those that were answered right or asked back with the right one among the
    choices. `wrong` is over all questions: a wrong article or recipe was shown as the answer. `handed` and `held` are
    over the questions without an answer: handed off, and not answered in whatever way. `coverage` is the share of all
    that was answered, `wrong_of_answered` the share of those that is wrong.

    `ece`, `auroc` and `aurc` are of the confidence that the first candidate is right, over all questions. `curve` tells
    for limits from 0 to 1 what share of all would reach it and what share of those is wrong; `limits` has the same for
    the ones that are used.
    """

    questions: int
    answerable: int
    hit1: float
    hit3: float
    settled: float
    wrong: float
    handed: float
    held: float
    ms_p50: float
    ms_p99: float
    mrr: float
    coverage: float
    wrong_of_answered: float
    ece: float
    auroc: float | None
    aurc: float
    decisions: dict[str, int]
    limits: dict[str, Point]
    curve: tuple[Point, ...]

    def table(self) -> str:
        """For a terminal."""
        rows = [
            ("questions", f"{self.questions} ({self.answerable} with an answer)"),
            ("right one first", f"{self.hit1:.1%}"), ("right one among three", f"{self.hit3:.1%}"),
            ("mean reciprocal rank", f"{self.mrr:.3f}"),
            ("settled", f"{self.settled:.1%}"), ("answered wrongly, of all", f"{self.wrong:.1%}"),
            ("answered", f"{self.coverage:.1%} (wrong of those: {self.wrong_of_answered:.1%})"),
            ("without an answer: handed off", f"{self.handed:.1%}"), (
                "without an answer: not answered", f"{self.held:.1%}"
            ),
            ("confidence: calibration error", f"{self.ece:.3f}"),
            ("confidence: AUROC", "none to tell by" if self.auroc is None else f"{self.auroc:.3f}"),
            ("confidence: AURC", f"{self.aurc:.3f}"),
            *((f"limit to {SAID[name]}: {p.limit:.2f}", _at(p)) for name, p in self.limits.items()),
            ("decisions", ", ".join(f"{name} {count}" for name, count in self.decisions.items())),
            ("time per question", f"p50 {self.ms_p50:.1f} ms, p99 {self.ms_p99:.1f} ms"),
        ]  # fmt: skip
        return "\n".join(f"{name:34}{value}" for name, value in rows)


def figures(outcomes: Sequence[Outcome], limits: Limits) -> Figures:
    """The figures of a set that was decided with these limits."""
    known = [o for o in outcomes if o.right]
    unknown = [o for o in outcomes if not o.right]
    gave = [o for o in outcomes if o.decision in GIVEN]
    wrong = len([o for o in gave if o.fate == "wrong"])
    times, (sure, right) = sorted(o.ms for o in outcomes), confidence(outcomes)
    return Figures(
        questions=len(outcomes), answerable=len(known),
        hit1=_share([bool(o.right.intersection(o.ranked[:1])) for o in known]),
        hit3=_share([bool(o.right.intersection(o.ranked[:NAMED])) for o in known]),
        settled=_share([bool(o.right.intersection(o.shown)) for o in known]),
        wrong=wrong / max(len(outcomes), 1),
        handed=_share([o.decision == "handoff" or (o.outside and o.decision == "outside") for o in unknown]),
        held=_share([o.decision not in GIVEN for o in unknown]),
        ms_p50=times[len(times) // 2] if times else 0.0, ms_p99=times[int(len(times) * 0.99)] if times else 0.0,
        mrr=sum(_reciprocal(o) for o in known) / max(len(known), 1), coverage=len(gave) / max(len(outcomes), 1),
        wrong_of_answered=wrong / max(len(gave), 1), ece=calibration_error(sure, right), auroc=auroc(sure, right),
        aurc=area(risk_coverage(sure, right)), decisions=dict(Counter(o.decision for o in outcomes).most_common()),
        limits={name: at_limit(sure, right, getattr(limits, name)) for name in SAID},
        curve=tuple(at_limit(sure, right, step / STEPS) for step in range(STEPS + 1)),
    )


def confidence(outcomes: Sequence[Outcome]) -> tuple[Sure, Right]:
    """How sure each first candidate was, and whether it was right; nothing found is never right."""
    return np.array([o.confidence for o in outcomes]), np.array([o.first in o.right for o in outcomes], dtype=bool)


def worst(outcomes: Sequence[Outcome], most: int) -> list[Outcome]:
    """The questions that went wrong, the surest first; then those that were of no help, the surest first."""
    bad = [o for o in outcomes if o.fate != "right"]
    return sorted(bad, key=lambda o: (o.fate != "wrong", -o.confidence))[:most]


def _at(point: Point) -> str:
    return f"{point.answered:.1%} reach it (wrong of those: {point.wrong:.1%})"


def _reciprocal(outcome: Outcome) -> float:
    ranks = (rank for rank, found in enumerate(outcome.ranked, 1) if found in outcome.right)
    return 1 / next(ranks, float("inf"))


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0
