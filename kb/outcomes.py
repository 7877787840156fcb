"""What came of recipes: how many runs were fixes, and how many only look like it. Each run counts in one place."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from kb.cookbook import End
from kb.tables import RunRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """How the runs of a recipe ended; each run is in exactly one of the counts beside `begun`.

    `confirmed`: the person said that it works, and did not come back so far. `assumed`: it ended with an article, and
    nobody knows. `came_back`: a fix, or an article, that did not do after all. `stopped` by the person, `abandoned`
    in silence.
    """

    recipe: str
    begun: int = 0
    confirmed: int = 0
    assumed: int = 0
    handed_off: int = 0
    stopped: int = 0
    abandoned: int = 0
    came_back: int = 0
    running: int = 0

    @property
    def ended(self) -> int:
        """The runs that are over, which are those that can be judged."""
        return self.begun - self.running

    @property
    def share_confirmed(self) -> float | None:
        """Fixes that held, of all runs that are over: what was handled for sure. None before the first end."""
        return self.confirmed / self.ended if self.ended else None

    @property
    def share_handled(self) -> float | None:
        """The same with what is only assumed; the true share of what was handled lies between the two."""
        return (self.confirmed + self.assumed) / self.ended if self.ended else None


def outcomes(session: Session, since: datetime | None = None) -> list[Outcomes]:
    """The outcomes of every recipe that was begun (since then), by its slug."""
    counts = [func.sum(case((holds, 1), else_=0)).label(name) for name, holds in _COUNTED.items()]
    query = select(RunRow.recipe, func.count().label("begun"), *counts).group_by(RunRow.recipe).order_by(RunRow.recipe)
    if since: query = query.where(RunRow.started_at >= since)
    return [Outcomes(**row._mapping) for row in session.execute(query)]  # noqa: SLF001 - SQLAlchemy's public name


def together(rows: list[Outcomes], name: str = "all") -> Outcomes:
    """The sum of all recipes."""
    counts = [field.name for field in fields(Outcomes) if field.name != "recipe"]
    return Outcomes(recipe=name, **{count: sum(getattr(row, count) for row in rows) for count in counts})


def _ended(end: End) -> ColumnElement[bool]:
    return and_(RunRow.end == end.value, RunRow.came_back_at.is_(None))


_COUNTED: dict[str, ColumnElement[bool]] = {
    "confirmed": _ended(End.SOLVED), "assumed": _ended(End.ARTICLE), "handed_off": _ended(End.HANDOFF),
    "stopped": _ended(End.STOPPED), "abandoned": _ended(End.ABANDONED),
    "came_back": and_(RunRow.end != "", RunRow.came_back_at.is_not(None)), "running": RunRow.end == "",
}  # fmt: skip
