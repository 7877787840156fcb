"""The clocks, held against counting every minute on the wall."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handoff.agreed import DAYS, Hours
from handoff.sla import after_working, due, milestones, next_update, not_before
from tests.budgets import tries
from tests.calendars import MINUTE, MOMENTS, NIGHTS, OFFICE, calendars, is_open, policy
from tests.clocks import ZONES


def by_the_minute(hours: Hours, start: datetime, span: timedelta) -> datetime:
    """The same moment, found by looking at the clock on the wall in every single minute."""
    zone, moment, left = ZoneInfo(hours.time_zone), start.astimezone(UTC), span
    while left > timedelta(0):
        wall = moment.astimezone(zone)
        window = hours.days.get(DAYS[wall.weekday()]) if wall.date() not in hours.holidays else None
        if window and window[0] <= wall.time() < window[1]:
            left -= MINUTE
        moment += MINUTE
    return moment


@settings(max_examples=tries(120), deadline=None)
@given(calendars(), MOMENTS, st.integers(1, 1500))
@example(NIGHTS, datetime(2026, 3, 29, 0, 0, tzinfo=UTC), 301)
@example(NIGHTS, datetime(2026, 10, 24, 23, 0, tzinfo=UTC), 420)
def test_a_target_falls_due_when_that_many_open_minutes_have_passed(
    hours: Hours, start: datetime, minutes: int
) -> None:
    """In every zone, over holidays, weekends and changes of the clock."""
    assert after_working(hours, start, minutes * MINUTE) == by_the_minute(hours, start, minutes * MINUTE)


@settings(max_examples=tries(100), deadline=None)
@given(calendars(), MOMENTS, st.sampled_from(ZONES), st.integers(1, 3000), st.integers(1, 3000))
def test_clocks_run_forward_and_spans_add_up(hours: Hours, start: datetime, zone: str, first: int, second: int) -> None:
    """Whatever zone the start is told in, more time is never earlier, and two spans are as long as their sum."""
    local = start.astimezone(ZoneInfo(zone))
    middle = after_working(hours, local, first * MINUTE)
    assert start < middle
    assert after_working(hours, middle, second * MINUTE) == after_working(hours, start, (first + second) * MINUTE)


@settings(max_examples=tries(100), deadline=None)
@given(calendars(), MOMENTS, st.integers(1, 5000))
def test_a_target_never_falls_due_while_the_desk_is_closed(hours: Hours, start: datetime, minutes: int) -> None:
    """The last minute before it is an open one."""
    moment = (after_working(hours, start, minutes * MINUTE) - MINUTE).astimezone(ZoneInfo(hours.time_zone))
    window = hours.window(moment.date())
    assert window is not None
    assert window[0] <= moment.time() < window[1]


@settings(max_examples=tries(80), deadline=None)
@given(calendars(), MOMENTS, st.integers(1, 1500))
def test_an_update_comes_in_the_first_open_minute_after_its_interval(
    hours: Hours, told: datetime, minutes: int
) -> None:
    """Never before that many open minutes have passed, never later than the desk is open then, never at night."""
    moment = next_update(policy("office", update=f"{minutes}m"), hours, told)
    wanted = by_the_minute(hours, told, minutes * MINUTE)
    while not is_open(hours, wanted): wanted += MINUTE
    assert moment == wanted > told


@settings(max_examples=tries(80), deadline=None)
@given(calendars(), MOMENTS, st.integers(0, 5000), st.integers(1, 1500))
def test_who_is_told_later_hears_next_no_sooner(hours: Hours, told: datetime, later: int, minutes: int) -> None:
    """So that being told something never brings the next update forward; on either clock."""
    for clock in ("office", "always"):
        agreed = policy(clock, update=f"{minutes}m")
        assert next_update(agreed, hours, told) <= next_update(agreed, hours, told + later * MINUTE)


@settings(max_examples=tries(80), deadline=None)
@given(calendars(), MOMENTS, st.sampled_from(ZONES))
def test_the_first_moment_to_tell_is_now_or_the_next_opening(hours: Hours, now: datetime, zone: str) -> None:
    """An open moment is itself; a closed one is followed by closed ones alone until the desk opens."""
    moment = not_before(policy("office"), hours, now.astimezone(ZoneInfo(zone)))
    assert is_open(hours, moment)
    assert moment == now if is_open(hours, now) else moment > now
    assert after_working(hours, now, MINUTE) == moment + MINUTE  # no open minute was passed over
    assert not_before(policy("always"), hours, now.astimezone(ZoneInfo(zone))) == now


@pytest.mark.parametrize(
    ("clock", "start", "response", "resolution"),
    [
        # a Friday afternoon in winter: an hour on Friday, the day ends on Monday
        ("office", "2026-11-20T16:30Z", "2026-11-20T17:30Z", "2026-11-23T16:30Z"),
        # before opening: it counts from eight
        ("office", "2026-11-20T03:00Z", "2026-11-20T09:00Z", "2026-11-20T18:00Z"),
        # Christmas Eve: Friday and Monday are holidays
        ("office", "2026-12-24T17:30Z", "2026-12-29T08:30Z", "2026-12-29T17:30Z"),
        # the weekend of the change to summer time: eight in London is seven in UTC
        ("office", "2026-03-27T17:30Z", "2026-03-30T07:30Z", "2026-03-30T16:30Z"),
        # the year ends with the working day
        ("office", "2026-12-30T18:00Z", "2026-12-31T09:00Z", "2026-12-31T18:00Z"),
        # the other clock never stops
        ("always", "2026-12-24T17:30Z", "2026-12-24T18:30Z", "2026-12-25T17:30Z"),
    ],
)
def test_targets_of_known_days(clock: str, start: str, response: str, resolution: str) -> None:
    """Counted by hand."""
    reached = milestones(policy(clock), OFFICE, datetime.fromisoformat(start))
    assert reached.response_due == datetime.fromisoformat(response)
    assert reached.resolution_due == datetime.fromisoformat(resolution)


def test_a_clock_that_never_stops_counts_real_hours_over_a_change() -> None:
    """Four hours from eleven at night are four hours, in whatever zone the start is told."""
    start = datetime(2026, 3, 28, 23, 0, tzinfo=ZoneInfo("Europe/London"))
    assert due(policy("always", resolution="4h"), OFFICE, start, "resolution") == datetime(
        2026, 3, 29, 3, 0, tzinfo=UTC
    )


def test_a_calendar_that_is_closed_for_ever_is_told() -> None:
    """Better than looking for a day without an end."""
    closed = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(5000))
    hours = OFFICE.model_copy(update={"holidays": closed})
    with pytest.raises(ValueError, match="no open day"):
        after_working(hours, datetime(2026, 6, 1, tzinfo=UTC), timedelta(hours=1))


@pytest.mark.parametrize(
    ("zone", "window", "start", "minutes", "due_at"),
    [
        # opens at a time that is skipped: the clock goes from 1:00 to 2:00 on 29 March
        ("Europe/London", "01:30-03:00", "2026-03-29T00:00Z", 30, "2026-03-29T01:30Z"),
        # closes at a time that comes twice, at 0:30 and 1:30 in Greenwich, on 25 October
        ("Europe/London", "01:00-01:30", "2026-10-25T00:00Z", 45, "2026-10-25T01:15Z"),
        # midnight is skipped in Cairo on 24 April: the day begins at one
        ("Africa/Cairo", "00:00-02:00", "2026-04-23T21:00Z", 60, "2026-04-23T23:00Z"),
        # half an hour is given back on Lord Howe Island on 5 April, at two o'clock
        ("Australia/Lord_Howe", "01:00-03:00", "2026-04-04T14:00Z", 150, "2026-04-04T16:30Z"),
        # Samoa skipped the whole of 30 December 2011
        ("Pacific/Apia", "08:00-18:00", "2011-12-30T03:00Z", 120, "2011-12-30T19:00Z"),
    ],
)
def test_targets_of_days_on_which_clocks_change(zone: str, window: str, start: str, minutes: int, due_at: str) -> None:
    """Counted by hand: open is when the clock on the wall shows opening hours, each time that it does."""
    hours = Hours.model_validate({"time_zone": zone, "days": dict.fromkeys(DAYS, window)})
    began = datetime.fromisoformat(start)
    assert after_working(hours, began, minutes * MINUTE) == datetime.fromisoformat(due_at)
