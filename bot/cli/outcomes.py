"""What came of recipes, as the terminal shows it."""

from collections.abc import Sequence
from dataclasses import asdict

from kb.outcomes import Outcomes

_COLUMNS = ("begun", "confirmed", "assumed", "handed_off", "stopped", "abandoned", "came_back", "running")
_LEGEND = (
    "confirmed: the person said that it works, and did not come back. assumed: it ended with an article.\n"
    "Of the runs that are over, between the two shares were handled: confirmed alone, and with what is assumed."
)


def as_row(row: Outcomes) -> dict[str, object]:
    """A recipe's outcomes with both shares, for JSON."""
    return asdict(row) | {"share_confirmed": row.share_confirmed, "share_handled": row.share_handled}


def table(rows: Sequence[Outcomes]) -> str:
    """A line for each recipe, the last one for all, and what the columns mean."""
    if not rows[-1].begun: return "No recipe was begun."
    wide = max(len(row.recipe) for row in rows)
    head = [" " * wide, *(name.replace("_", " ").rjust(10) for name in _COLUMNS), "     handled"]
    lines = [[row.recipe.ljust(wide), *(f"{getattr(row, name):10}" for name in _COLUMNS), _shares(row)] for row in rows]
    return "\n".join([*(" ".join(line).rstrip() for line in (head, *lines)), "", _LEGEND])


def _shares(row: Outcomes) -> str:
    if row.share_confirmed is None or row.share_handled is None: return "-".rjust(12)
    return f"{100 * row.share_confirmed:.0f} to {100 * row.share_handled:.0f} %".rjust(12)
