"""Random clocks, held against looking at every minute: `python -m tests.clocks [CASES [SEED]]`.

The slow calculation knows nothing of the code under test, only a zone's clock and the numbers of a calendar: it lists
every minute in which the desk is open, strikes out those in pauses, and counts. It prints how many cases went wrong,
and the first of them.
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from handoff.agreed import DAYS, Hours, Policy
from handoff.sla import Clock, Pause, left, reached, used

# Whose clocks jump at night, at midnight, by half an hour or two hours, for Ramadan, backwards in winter, or never.
ZONES = [
    "Europe/London", "Europe/Dublin", "Atlantic/Azores", "Africa/Cairo", "Africa/Casablanca", "Antarctica/Troll",
    "America/New_York", "America/Havana", "America/Santiago", "America/Nuuk", "America/St_Johns", "Asia/Beirut",
    "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham", "UTC",
]  # fmt: skip
BEGIN, DAYS_LONG = datetime(2026, 1, 1, tzinfo=UTC), 540  # clocks start in the first year
MINUTE, HOUR, DAY = 1, 60, 1440
QUARTER = 15  # zones change their clocks at a quarter of an hour
EACH = 250  # cases of a calendar
Minutes = NDArray[np.int64]  # counted from BEGIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """What a zone's clock shows in each minute: the day (an ordinal), its weekday (Monday is 0), its minute."""

    day: Minutes
    weekday: Minutes
    minute: Minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A clock, a moment to look at it and a share of its time, and what is counted of it."""

    clock: Clock
    now: datetime
    percent: int
    reached: datetime
    used: timedelta

    def wrong(self) -> bool:
        """Whether the code under test says something else."""
        right = reached(self.clock, "resolution", self.percent, self.now) == self.reached
        rest = self.clock.policy.resolution.amount * timedelta(minutes=1) - self.used
        return not right or (used(self.clock, self.now), left(self.clock, "resolution", self.now)) != (self.used, rest)


def wall(zone: str) -> Wall:
    """The clock of a zone, asked every quarter of an hour."""
    place = ZoneInfo(zone)
    asked = (BEGIN + timedelta(minutes=n) for n in range(0, DAYS_LONG * DAY, QUARTER))
    offsets = [(moment.astimezone(place).utcoffset() or timedelta(0)).total_seconds() for moment in asked]
    ahead = np.repeat(np.array(offsets, dtype=np.int64) // 60, QUARTER)
    day, minute = np.divmod(np.arange(DAYS_LONG * DAY) + BEGIN.toordinal() * DAY + ahead, DAY)
    return Wall(day=day, weekday=(day - 1) % 7, minute=minute)  # day 1 was a Monday


def open_minutes(shown: Wall, hours: Hours) -> Minutes:
    """Every minute in which the clock on the wall shows opening hours, in order."""
    windows = [hours.days.get(day) for day in DAYS]  # type: ignore[call-overload]  # the tuple holds the literals
    opens, closes = np.array([[at.hour * HOUR + at.minute for at in w] if w else [0, 0] for w in windows]).T
    is_open = (shown.minute >= opens[shown.weekday]) & (shown.minute < closes[shown.weekday])
    return np.flatnonzero(is_open & ~np.isin(shown.day, [day.toordinal() for day in hours.holidays]))


def running(minutes: Minutes, started: int, pauses: list[tuple[int, int]], most: int) -> Minutes:
    """The first minutes, `most` of them or more, in which a clock runs."""
    first = int(np.searchsorted(minutes, started))
    run = minutes[first : first + most + sum(max(0, end - begin) for begin, end in pauses)]
    for begin, end in pauses: run = run[(run < begin) | (run >= end)]
    return run


def after(run: Minutes, hundredths: int) -> datetime:
    """The moment at which so many hundredths of a minute have been run."""
    whole, rest = divmod(hundredths, 100)
    if not rest: return moment(int(run[whole - 1]) + 1)
    return moment(int(run[whole])) + timedelta(minutes=rest) / 100


def moment(minute: int) -> datetime:
    """The moment at which a minute begins."""
    return BEGIN + timedelta(minutes=minute)


def calendar(random: Random, zone: str) -> Hours:
    """Opening hours of any minutes, on any days, with some holidays; some are open while a clock jumps."""
    days = {}
    for day in random.sample(DAYS, random.randint(1, 7)):
        marks = [0, 1439, *random.sample(range(1, 1439), 2), *random.sample(range(1, 240), 2), 8 * HOUR, 18 * HOUR]
        opens, closes = sorted(random.sample(sorted(set(marks)), 2))
        days[day] = f"{opens // HOUR:02}:{opens % HOUR:02}-{closes // HOUR:02}:{closes % HOUR:02}"
    holidays = [(BEGIN + timedelta(days=random.randrange(450))).date() for _ in range(random.choice([0, 5, 60]))]
    return Hours.model_validate({"time_zone": zone, "days": days, "holidays": holidays})


def a_pause(random: Random, started: int) -> tuple[int, int | None]:
    """A pause that may begin before the clock, touch another, be of no length, end before it began, or last."""
    step = random.choice([1, 30, 240])
    began = started + random.randrange(-DAY, 20 * DAY) // step * step
    length = random.choice([0, -HOUR, random.randrange(HOUR), random.randrange(DAY), random.randrange(10 * DAY)])
    return began, (None if random.random() < 0.2 else began + length // step * step)


def cases_of(random: Random, hours: Hours, minutes: Minutes, policies: list[Policy]) -> Iterator[Case]:
    """Endless cases of a calendar, of whose `minutes` the desk is open."""
    while True:
        started, agreed = random.randrange(3 * DAY, 365 * DAY), random.choice(policies)
        now = started + random.choice([-HOUR, 0, random.randrange(DAY), random.randrange(30 * DAY)])
        pauses = [a_pause(random, started) for _ in range(random.choice([0, 1, 1, 2, 4]))]
        closed = [(began, now if ended is None else ended) for began, ended in pauses]
        always = np.arange(started, started + 80 * DAY) if agreed.clock == "always" else minutes
        hundredths = agreed.resolution.amount * (percent := random.choice([100, 100, random.randint(1, 150)]))
        run = running(always, started, closed, max(hundredths // 100 + 1, now - started))
        if len(run) * 100 <= hundredths: continue  # too rarely open
        yield Case(
            clock=Clock(
                policy=agreed, hours=hours, started=moment(started),
                pauses=tuple(
                    Pause(began=moment(began), ended=None if ended is None else moment(ended), why="waiting")
                    for began, ended in pauses
                ),
            ),
            now=moment(now), percent=percent, reached=after(run, hundredths),
            used=timedelta(minutes=int((run < now).sum())),
        )  # fmt: skip


def policies(random: Random) -> list[Policy]:
    """Some targets on either clock."""
    spans = [(random.choice([10, 600, 6000]), clock) for clock in ("office", "office", "office", "always")]
    return [
        Policy.model_validate(
            {"response": "1h", "resolution": f"{random.randint(1, most)}m", "update": "1h", "clock": clock}
        )
        for most, clock in spans
    ]


def cases(count: int, seed: int) -> Iterator[Case]:
    """So many cases, in all zones; the same for the same seed."""
    random, calendars = Random(seed), -(-count // (EACH * len(ZONES)))
    for zone in ZONES:
        shown = wall(zone)
        for _ in range(calendars):
            hours = calendar(random, zone)
            some = cases_of(random, hours, open_minutes(shown, hours), policies(random))
            yield from islice(some, -(-count // (calendars * len(ZONES))))


def main() -> None:
    """Check the cases and tell."""
    count, seed = (int(sys.argv[n]) if len(sys.argv) > n else default for n, default in ((1, 100_000), (2, 1)))
    began = time.perf_counter()
    wrong = [case for case in islice(cases(count, seed), count) if case.wrong()]
    took = time.perf_counter() - began
    sys.stdout.write(f"{count} cases, {len(wrong)} wrong, {took:.1f} s\n" + (f"{wrong[0]}\n" if wrong else ""))
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
