"""What is to be done about one file and its item, and what a sync did."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from core.files import Problem
from kb.taking.comparing import Turn
from kb.taking.pieces import Piece

MOST_LINES = 200  # of a conflict's diff
FILE, FIRSTLINE = "file", "firstline"  # who wins a conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One file and its item, and what is to be done. `piece` is what the file says; `source` what Firstline has.

    `by` and `at` tell who published what Firstline has, and when; `diff` is what is different in a conflict, `why` what
    it is about; `moved` is the path that the item's file had before; `was` that of another item's file that is gone and
    had the same bytes; `sure`: a person said that what is gone on one side goes on the other; `done`: it went.
    """

    turn: Turn
    path: str
    kind: str
    slug: str
    revision: int = 0
    item: int = 0
    piece: Piece | None = None
    source: str = ""
    known: str = ""
    by: str = ""
    at: datetime | None = None
    diff: str = ""
    why: str = ""
    moved: str = ""
    was: str = ""
    sure: bool = False
    done: bool = False


@dataclass(slots=True, kw_only=True)
class Synced:
    """What a sync did, or would do: the steps other than "same" in the order of their paths."""

    steps: list[Step] = field(default_factory=list)
    same: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def of(self, wanted: Turn) -> list[Step]:
        """The steps of a kind."""
        return [step for step in self.steps if step.turn is wanted]


def settled(step: Step, prefer: Mapping[str, str]) -> Step:
    """A conflict that a person has decided: `prefer` tells `file` or `firstline` by path.

    A side that has nothing any more wins by taking it from the other side too.
    """
    side = prefer.get(step.path) if step.turn is Turn.CONFLICT else None
    if side == FILE: return replace(step, turn=Turn.PUBLISH) if step.piece else replace(step, turn=Turn.GONE, sure=True)
    if side != FIRSTLINE: return step
    return replace(step, turn=Turn.WRITE) if step.revision else replace(step, turn=Turn.RETIRED, sure=True)


def shown(step: Step, ours: str) -> Step:
    """A conflict with what it is about, and the lines that differ: `-` in Firstline, `+` in the file."""
    theirs = step.piece.draft.source if step.piece else ""
    lines = difflib.unified_diff(ours.splitlines(), theirs.splitlines(), "Firstline", "file", lineterm="")
    return replace(step, why=step.why or _why(step), diff="\n".join(list(lines)[:MOST_LINES]))


def _why(step: Step) -> str:
    if step.piece is None: return "the file was deleted, and it was changed in Firstline"
    if not step.revision: return "changed in the file, and retired in Firstline"
    return "changed in the file, and in Firstline"
