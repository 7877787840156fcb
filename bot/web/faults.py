"""Known faults on top of the help page: what everybody is told of in Slack, and when that was looked up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One that lasts, and since when, in the zone of the company's first queue."""

    text: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Those that last, the oldest first, and when it was looked; in the same zone."""

    lasting: tuple[Fault, ...]
    at: datetime


Current = Callable[[], Faults | None]


def unknown() -> Faults | None:
    """Where nobody tells of faults, the page does not speak of them either."""
    return None
