"""Days as people name them, as moments of a calendar. Pure."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.errors import BadInput
from handoff.agreed import Hours
from handoff.sla import after_working

FARTHEST = timedelta(days=730)  # what is farther away than two years is a slip of the keys
EVENING = time(18)  # when a day ends on which nobody works
SAY_DAY = "Please write the day as 2026-12-01."
NO_TIME = timedelta(0)


def day_of(text: str) -> date:
    """A day as it is typed or picked, such as 2026-12-01.

    Raises:
        BadInput: it is none.
    """
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text.strip()): raise BadInput(SAY_DAY)
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(SAY_DAY) from None


def begins(hours: Hours, day: date, now: datetime) -> datetime:
    """The first open moment of a day to come, or after it.

    Raises:
        BadInput: the day is not to come, or too far away.
    """
    if day <= now.astimezone(ZoneInfo(hours.time_zone)).date():
        raise BadInput("Please choose a day that is still to come.")
    return after_working(hours, _at(hours, _near(day, now), time.min), NO_TIME)


def ends(hours: Hours, day: date, now: datetime) -> datetime:
    """When a day ends: at closing time.

    Raises:
        BadInput: the day is too far away.
    """
    window = hours.window(_near(day, now))
    return _at(hours, day, window[1] if window else EVENING)


def _near(day: date, now: datetime) -> date:
    if abs(day - now.date()) > FARTHEST: raise BadInput("Please choose a day within the next two years.")
    return day


def _at(hours: Hours, day: date, wall: time) -> datetime:
    return datetime.combine(day, wall, ZoneInfo(hours.time_zone)).astimezone(UTC)
