"""Figures of a question set: what share was right, handed off, wrong. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

Slugs = tuple[tuple[str, str], ...]
NAMED = 3  # right among this many


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one question. `shown` is what the person got to see, `ranked` what search put first."""

    right: frozenset[tuple[str, str]]
    outside: bool
    decision: str
    shown: Slugs
    ranked: Slugs
    ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Shares are 0 to 1, times are milliseconds.

    `hit1` and `hit3` are of search alone, over the answerable questions. `settled` is the share of those that were
    answered right or asked back with the right one among the choices. `wrong` is over all questions: a wrong article
    or recipe was shown as the answer. `handed` and `held` are over the questions without an answer: handed off, and
    not answered in whatever way.
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

    def table(self) -> str:
        """For a terminal."""
        rows = [
            ("questions", f"{self.questions} ({self.answerable} with an answer)"),
            ("right one first", f"{self.hit1:.1%}"), ("right one among three", f"{self.hit3:.1%}"),
            ("settled", f"{self.settled:.1%}"), ("answered wrongly, of all", f"{self.wrong:.1%}"),
            ("without an answer: handed off", f"{self.handed:.1%}"), (
                "without an answer: not answered", f"{self.held:.1%}"
            ),
            ("time per question", f"p50 {self.ms_p50:.1f} ms, p99 {self.ms_p99:.1f} ms"),
        ]  # fmt: skip
        return "\n".join(f"{name:34}{value}" for name, value in rows)


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """The figures of a set."""
    known = [o for o in outcomes if o.right]
    unknown = [o for o in outcomes if not o.right]
    gave = [o for o in outcomes if o.decision in ("answer", "recipe")]
    times = sorted(o.ms for o in outcomes)
    return Figures(
        questions=len(outcomes), answerable=len(known),
        hit1=_share([bool(o.right.intersection(o.ranked[:1])) for o in known]),
        hit3=_share([bool(o.right.intersection(o.ranked[:NAMED])) for o in known]),
        settled=_share([bool(o.right.intersection(o.shown)) for o in known]),
        wrong=len([o for o in gave if not o.right.intersection(o.shown)]) / max(len(outcomes), 1),
        handed=_share([o.decision == "handoff" or (o.outside and o.decision == "outside") for o in unknown]),
        held=_share([o.decision not in ("answer", "recipe") for o in unknown]),
        ms_p50=times[len(times) // 2] if times else 0.0, ms_p99=times[int(len(times) * 0.99)] if times else 0.0,
    )


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0
