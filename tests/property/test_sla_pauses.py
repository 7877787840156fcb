"""Clocks that stand in pauses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from handoff.sla import Clock, Pause, agreed, ahead, falls_due, left, reached, stands, used
from tests.budgets import tries
from tests.calendars import MINUTE, MOMENTS, calendars, clocks, is_open, pauses_since, policy
from tests.clocks import cases

CASES = 100_000
NOWS = st.integers(-4000, 2_000_000).map(lambda seconds: timedelta(seconds=seconds))  # since a clock started


def test_what_is_due_is_what_counting_every_minute_says() -> None:
    """In a hundred thousand random cases: due, used and left, with pauses, in all zones; see `tests.clocks`."""
    assert [case for case in islice(cases(CASES, seed=2026), tries(CASES)) if case.wrong()] == []


@settings(max_examples=tries(150), deadline=None)
@given(clocks(), NOWS, NOWS)
def test_a_clock_never_runs_backwards(clock: Clock, since: timedelta, later: timedelta) -> None:
    """As time goes by no less is used up, by no more than has gone by, and nothing falls due sooner."""
    first, second = sorted((clock.started.astimezone(UTC) + since, clock.started.astimezone(UTC) + later))
    assert timedelta(0) <= used(clock, first) <= used(clock, second) <= used(clock, first) + (second - first)
    assert clock.started < falls_due(clock, "resolution", first) <= falls_due(clock, "resolution", second)


@settings(max_examples=tries(150), deadline=None)
@given(clocks(), NOWS)
def test_nothing_falls_due_in_a_pause_or_while_the_desk_is_closed(clock: Clock, since: timedelta) -> None:
    """The instant before it the desk is open, on an office clock, and no pause lasts."""
    now = clock.started.astimezone(UTC) + since
    before = falls_due(clock, "resolution", now) - timedelta(microseconds=1)
    assert clock.policy.clock == "always" or is_open(clock.hours, before)
    assert not any(p.began.astimezone(UTC) <= before < (p.ended or now) for p in clock.pauses)


@settings(max_examples=tries(150), deadline=None)
@given(clocks(), NOWS, st.data())
def test_more_pause_is_never_due_sooner_nor_uses_more(clock: Clock, since: timedelta, data: st.DataObject) -> None:
    """Whatever pauses there are already."""
    now, more = clock.started + since, data.draw(pauses_since(clock.started))
    paused = replace(clock, pauses=clock.pauses + more)
    assert falls_due(paused, "resolution", now) >= falls_due(clock, "resolution", now)
    assert used(paused, now) <= used(clock, now)


@settings(max_examples=tries(150), deadline=None)
@given(clocks(), NOWS, st.floats(0, 1), st.permutations(range(8)))
def test_a_pause_in_two_parts_is_the_same_pause(
    clock: Clock, since: timedelta, share: float, order: list[int]
) -> None:
    """Parts that touch count as one, in whatever order they come; each told twice changes nothing either."""
    now = clock.started.astimezone(UTC) + since
    halves = [half for whole in clock.pauses for half in _halves(whole, now, share)]
    parted = replace(clock, pauses=tuple(halves[n] for n in order if n < len(halves)))
    for other in (parted, replace(clock, pauses=clock.pauses * 2)):
        assert falls_due(other, "resolution", now) == falls_due(clock, "resolution", now)
        assert used(other, now) == used(clock, now)


def _halves(whole: Pause, now: datetime, share: float) -> tuple[Pause, Pause]:
    began = whole.began.astimezone(UTC)
    middle = began + ((whole.ended or now) - began) * share
    return replace(whole, ended=middle), replace(whole, began=middle)


@settings(max_examples=tries(100), deadline=None)
@given(calendars(), MOMENTS, st.integers(1, 3000), st.integers(0, 20_000))
def test_a_pause_while_the_desk_is_closed_changes_nothing(hours, started, minutes: int, later: int) -> None:
    """From any closed minute until the next opening."""
    began = started + later * MINUTE
    while is_open(hours, began): began += MINUTE
    ended = began
    while not is_open(hours, ended) and ended < began + timedelta(days=30): ended += MINUTE
    clock = Clock(policy=policy("office", resolution=f"{minutes}m"), hours=hours, started=started)
    paused = replace(clock, pauses=(Pause(began=began, ended=ended, why="held"),))
    assert falls_due(paused, "resolution", ended) == falls_due(clock, "resolution", ended)
    assert used(paused, ended) == used(clock, ended)


@settings(max_examples=tries(150), deadline=None)
@given(clocks(), NOWS, st.lists(st.integers(1, 1000), min_size=1, max_size=4, unique=True))
def test_shares_of_an_agreed_time_are_reached_in_their_order(
    clock: Clock, since: timedelta, ladder: list[int]
) -> None:
    """All of it is when it falls due; at that moment, if no pause lasts, nothing is left; those ahead are not past."""
    now = clock.started + since
    assert reached(clock, "resolution", 100, now) == falls_due(clock, "resolution", now)
    marks = ahead(clock, "resolution", ladder, clock.started - timedelta(days=30))
    assert [mark.percent for mark in marks] == sorted(ladder)
    assert all(one.at < other.at for one, other in pairwise(marks))
    assert all(mark.at > now.astimezone(UTC) for mark in ahead(clock, "resolution", ladder, now))
    assert used(clock, now) + left(clock, "resolution", now) == agreed(clock, "resolution")


@settings(max_examples=tries(150), deadline=None)
@given(clocks(), NOWS, st.integers(1, 1000))
def test_that_share_is_used_up_when_it_is_reached(clock: Clock, since: timedelta, percent: int) -> None:
    """Once all pauses are over."""
    now = clock.started + since
    over = replace(clock, pauses=tuple(p if p.ended else replace(p, ended=now) for p in clock.pauses))
    moment = reached(over, "resolution", percent, now)
    assert used(over, moment) == agreed(over, "resolution") * percent / 100
    assert left(over, "resolution", falls_due(over, "resolution", now)) == timedelta(0)


@settings(max_examples=tries(100), deadline=None)
@given(clocks(), NOWS, NOWS)
def test_while_a_clock_stands_nothing_is_used_up(clock: Clock, began: timedelta, lasts: timedelta) -> None:
    """However long it stands; what is not yet due stays as far ahead as it was."""
    first, second = sorted((clock.started.astimezone(UTC) + began, clock.started.astimezone(UTC) + lasts))
    standing = replace(clock, pauses=(*clock.pauses, Pause(began=first, ended=None, why="waiting")))
    assert stands(standing)
    assert left(standing, "resolution", first) == left(standing, "resolution", second)
