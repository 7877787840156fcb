"""Clocks: when a target falls due, in business hours or around the clock. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handoff.agreed import Hours, Policy, Span

FARTHEST = 3660  # days to look ahead for an open day; a calendar closed for ten years is a mistake


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestones:
    """The moments a ticket's clock reaches."""

    response_due: datetime
    resolution_due: datetime


def milestones(policy: Policy, hours: Hours, start: datetime) -> Milestones:
    """When first response and resolution fall due for a ticket opened at `start` (aware)."""
    return Milestones(
        response_due=due(policy, hours, start, "response"), resolution_due=due(policy, hours, start, "resolution")
    )


def due(policy: Policy, hours: Hours, start: datetime, target: str) -> datetime:
    """When one target of a policy falls due."""
    span: Span = getattr(policy, target)
    if policy.clock == "always": return start.astimezone(UTC) + span.within(timedelta(days=1))
    return after_working(hours, start, span.within(hours.working_day()))


def next_update(policy: Policy, hours: Hours, told: datetime) -> datetime:
    """When a requester who was told something at `told` (aware) must hear from us again, news or none."""
    return not_before(policy, hours, due(policy, hours, told, "update"))


def not_before(policy: Policy, hours: Hours, moment: datetime) -> datetime:
    """The moment itself, in UTC, or the next opening if the clock keeps office hours and the desk is closed then."""
    if policy.clock == "always": return moment.astimezone(UTC)
    return after_working(hours, moment, timedelta(0))


def after_working(hours: Hours, start: datetime, span: timedelta) -> datetime:
    """The moment, in UTC, at which `span` of opening time has passed since `start`; of no span, the first open moment.

    Counted in real elapsed time, so that a day on which the clocks change has an hour more or less.

    Raises:
        ValueError: the hours have no open day within ten years.
    """
    zone, start = ZoneInfo(hours.time_zone), start.astimezone(UTC)  # sums in local time would skip a changed hour
    day, left = start.astimezone(zone).date(), span
    for _ in range(FARTHEST):
        opens, closes = _open(hours, zone, day)
        begin = max(opens, start)
        if closes > begin:
            if left <= closes - begin: return begin + left
            left -= closes - begin
        day += timedelta(days=1)
    raise ValueError("the office hours have no open day")


def _open(hours: Hours, zone: ZoneInfo, day: date) -> tuple[datetime, datetime]:
    """Opening and closing moments of a day in UTC; equal ones when closed."""
    window = hours.window(day) or (time(0), time(0))
    opens, closes = (datetime.combine(day, at, zone).astimezone(UTC) for at in window)
    return opens, closes
