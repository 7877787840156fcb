"""Time comes in as an argument; this is where it comes from at the edge."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfoNotFoundError

NO_ZONE = (ZoneInfoNotFoundError, ValueError, OSError, RecursionError)  # of `ZoneInfo`, by a name that is none
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)
