"""The brief: everything the next tier reads, so that nobody has to ask again. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An article or recipe that search brought up, and whom it was for.

    `score` is how near it is to what was asked: the cosine, at most 1. (Tickets of old have a sum that ranks, above 1.)
    """

    kind: str
    slug: str
    title: str
    score: float
    rejected: bool = False
    audience: str = "employees"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunBook:
    """A run-book that is near the ticket's words; `likeness` is how near, -1 to 1."""

    slug: str
    title: str
    category: str
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One step that the person went through, and what came of it.

    `outcome` is done, failed, skipped or left; `at` when that was (ISO 8601, or empty); `note` what else is known of
    it, such as who approved an action; `audience` whom the recipe is for.
    """

    recipe: str
    step: str
    answer: str
    outcome: str = "done"
    at: str = ""
    note: str = ""
    audience: str = "employees"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """Asked, goal, found, tried, rejected, how sure; and why it became a ticket.

    `runbooks` are those that may be for it; which are shown depends on the ticket's category. `named` are the mentions
    that were given where a colleague was asked for: no other one may call anybody.
    """

    asked: tuple[str, ...]
    reason: str
    goal: str = ""
    found: tuple[Found, ...] = ()
    tried: tuple[Tried, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    note: str = ""
    confidence: float = 0.0
    why: tuple[str, ...] = ()
    runbooks: tuple[RunBook, ...] = ()
    named: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain data for the database."""
        return asdict(self) | {"answers": dict(self.answers)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The brief that `to_json` wrote."""
        found = tuple(Found(**row) for row in data["found"])
        tried = tuple(Tried(**row) for row in data["tried"])
        lists = {name: tuple(data.get(name, ())) for name in ("asked", "files", "why", "named")}  # the last one is new
        runbooks = tuple(RunBook(**row) for row in data.get("runbooks", []))  # briefs of before had none
        return cls(**{**data, **lists, "found": found, "tried": tried, "runbooks": runbooks})


MAX_SUMMARY = 120  # characters: fits a card's header and a list's line


def summary(asked: Sequence[str]) -> str:
    """A ticket's one-line title: the start of what the person first said."""
    words = " ".join(asked[0].split()) if asked else ""
    return words if len(words) <= MAX_SUMMARY else words[: MAX_SUMMARY - 1].rstrip() + "…"
