"""What a clock tells of itself, and machines whose clocks are wrong."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from handoff.sla import Clock, Mark, Pause, falls_due, left, reached, stands, told, used
from tests.calendars import OFFICE, policy

HOUR = timedelta(hours=1)


def at(moment: str) -> datetime:
    """A moment of a Friday in winter, by Greenwich, which is the wall clock's time in London."""
    return datetime.fromisoformat(f"2026-11-20T{moment}Z")


def paused(began: str, ended: str | None, why: str = "waiting") -> Pause:
    """A pause on that day."""
    return Pause(began=at(began), ended=at(ended) if ended else None, why=why)


def clock(*pauses: Pause, started: str = "09:32", kind: str = "office") -> Clock:
    """Four hours from the start."""
    return Clock(policy=policy(kind, resolution="4h"), hours=OFFICE, started=at(started), pauses=pauses)


def test_a_clock_tells_its_pauses_when_it_is_due_and_which_steps_are_ahead() -> None:
    """A step that has been climbed is told no more; the others in their order."""
    pause = paused("10:02", "11:40")
    facts = told(clock(pause), "resolution", [100, 50, 75], at("13:30"))
    assert facts.pauses == (pause,)
    assert (facts.due, facts.left) == (at("15:10"), HOUR + timedelta(minutes=40))
    assert facts.ahead == (Mark(percent=75, at=at("14:10")), Mark(percent=100, at=at("15:10")))
    assert (facts.stands, facts.opens) == (False, None)


def test_what_is_due_moves_on_while_a_clock_stands() -> None:
    """By as much as has gone by; the same time is left."""
    standing = clock(paused("10:32", None))
    assert falls_due(standing, "resolution", at("10:32")) == at("13:32")
    assert falls_due(standing, "resolution", at("12:00")) == at("15:00")
    assert left(standing, "resolution", at("12:00")) == left(standing, "resolution", at("10:32")) == 3 * HOUR
    assert told(standing, "resolution", [], at("12:00")).stands


def test_a_clock_says_when_it_opens_while_it_is_closed() -> None:
    """On a Friday night: on Monday at eight; a clock that never closes says nothing."""
    night = at("22:00")
    assert told(clock(), "resolution", [], night).opens == datetime(2026, 11, 23, 8, tzinfo=UTC)
    assert told(clock(kind="always"), "resolution", [], night).opens is None


def test_time_after_what_was_due_is_counted_as_late() -> None:
    """Open time: of the night nothing."""
    assert left(clock(), "resolution", at("15:32")) == -2 * HOUR
    assert left(clock(started="13:00"), "resolution", at("23:00")) == -HOUR
    assert reached(clock(), "resolution", 125, at("15:32")) == at("14:32")


def test_what_falls_due_as_a_pause_begins_is_due_then() -> None:
    """Not when it ends; and at that moment it is no longer ahead."""
    standing = clock(paused("13:32", None))
    assert falls_due(standing, "resolution", at("15:00")) == at("13:32")
    assert told(standing, "resolution", [100], at("13:32")).ahead == ()


def test_pauses_stop_a_clock_that_never_closes_too() -> None:
    """Around the clock is no reason to count time in which nobody could go on."""
    never = clock(paused("20:00", "23:00"), started="19:00", kind="always")
    assert falls_due(never, "resolution", at("23:30")) == datetime(2026, 11, 21, 2, tzinfo=UTC)
    assert used(never, at("23:30")) == 1.5 * HOUR


def test_only_pauses_that_stopped_a_clock_are_told() -> None:
    """In their order; not those that were over before it started or were none. One that lasts is told at once."""
    early, late, lasts = paused("09:00", "10:00", "held"), paused("11:00", "11:30"), paused("12:00", None)
    over, none = paused("08:30", "09:30"), paused("11:10", "11:10")
    facts = told(clock(lasts, none, late, over, early), "resolution", [], at("12:00"))
    assert facts.pauses == (early, late, lasts)


def test_a_machine_whose_clock_is_put_back_takes_no_time_away() -> None:
    """A pause that ended before it began was none; before the start nothing was used and nothing falls due sooner."""
    put_back = clock(paused("11:00", "10:30"))
    assert falls_due(put_back, "resolution", at("10:31")) == at("13:32")
    assert used(put_back, at("12:32")) == 3 * HOUR
    assert used(clock(), at("08:32")) == timedelta(0)
    assert falls_due(clock(paused("11:00", None)), "resolution", at("10:00")) == at("13:32")
    assert stands(clock(paused("11:00", None)))


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system's processes keep one time zone")
@pytest.mark.parametrize("zone", ["Pacific/Apia", "America/Los_Angeles", "Australia/Lord_Howe"])
def test_the_machines_own_time_zone_plays_no_part(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    """Nor does a change of its clocks: only the zone of the desk's hours counts."""
    one = clock(paused("10:02", "11:40"))
    facts = told(one, "resolution", [75, 100], at("13:30"))
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        assert told(one, "resolution", [75, 100], at("13:30")) == facts
    finally:
        monkeypatch.undo()
        time.tzset()
