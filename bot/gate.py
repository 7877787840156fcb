"""Whether new models may go live: they must not be worse than the present ones, noise aside. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

# What a figure may lose. One standard error of the difference: models that are equally good fall behind by more than
# that in one training of six, and are then kept aside for a person to look at; ones that are worse by three errors
# pass in one of forty. `MOST` bounds what many trainings, each a little worse, can add up to on a large or noisy set:
# a share of the questions. One question more or less never decides.
ERRORS = 1.0
MOST = {"settled": 0.01, "wrong": 0.005}
MOST_OTHERS = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One figure of the present models and of the new ones, 0 to 1, and by how much it may get worse."""

    name: str
    old: float
    new: float
    allowed: float
    less_is_better: bool = False

    @property
    def loss(self) -> float:
        """How much worse the new one is; negative when it is better."""
        return self.new - self.old if self.less_is_better else self.old - self.new

    @property
    def worse(self) -> bool:
        """Whether it is worse by more than it may be."""
        return self.loss > self.allowed + 1e-12

    def told(self) -> str:
        """In words."""
        told = f"{self.name} {self.old:.1%} before, {self.new:.1%} now"
        if not self.worse: return told
        return f"{told}: worse by {100 * self.loss:.2f} points, of which {100 * self.allowed:.2f} may be chance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How new models compare, figure by figure, and `by` what; `changes` is empty where there is nothing to go by."""

    changes: tuple[Change, ...] = ()
    by: str = ""


def change(name: str, old: Sequence[bool], new: Sequence[bool], *, less_is_better: bool = False) -> Change:
    """A figure from what was true of each case [cases] with the present models and with the new ones."""
    most = max(MOST.get(name, MOST_OTHERS), 1 / max(len(old), 1))
    return Change(
        name=name, old=_share(old), new=_share(new), allowed=min(ERRORS * standard_error(old, new), most),
        less_is_better=less_is_better,
    )


def standard_error(old: Sequence[bool], new: Sequence[bool]) -> float:
    """The standard error of the difference of two shares of the same cases.

    Agresti and Min 2005, "Simple improved confidence intervals for comparing matched proportions", with half a case
    added to each cell: without it, one case that changed would already be more than chance.
    """
    if not old: return 0.0
    lost = sum(a and not b for a, b in zip(old, new, strict=True)) + 0.5
    won = sum(b and not a for a, b in zip(old, new, strict=True)) + 0.5
    cases = len(old) + 2
    return math.sqrt(lost + won - (won - lost) ** 2 / cases) / cases


def refusal(changes: Sequence[Change]) -> str:
    """Why the new models must not go live; empty when they may."""
    return "; ".join(one.told() for one in changes if one.worse)


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0
