"""When a desk is open: how much open time lies between two moments, and when so much of it has passed. Pure.

It is counted in real elapsed time while the clock on the desk's wall shows opening hours, so that a day on which the
clocks change has an hour more or less. A year's openings are worked out once and then looked up.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from handoff.agreed import Hours

FARTHEST = 10  # years to look ahead for an open day; a calendar closed for longer is a mistake
CALENDARS = 128  # kept in mind at once; one takes about 50 kB a year that was asked for
DAY, NO_TIME = timedelta(days=1), timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """The open stretches of one year, in order, in UTC; `before` is how much of its open time precedes each."""

    opens: list[datetime]
    closes: list[datetime]
    before: list[timedelta]
    total: timedelta

    def passed(self, moment: datetime) -> timedelta:
        """The open time of the year before a moment."""
        n = bisect_right(self.opens, moment) - 1
        return self.before[n] + min(moment, self.closes[n]) - self.opens[n] if n >= 0 else NO_TIME

    def moment(self, passed: timedelta) -> datetime:
        """When so much open time of the year, more than none and no more than all of it, has just passed."""
        n = bisect_left(self.before, passed) - 1
        return self.opens[n] + (passed - self.before[n])


class Opening:
    """The opening times of a calendar. All moments are in UTC."""

    def __init__(self, hours: Hours) -> None:
        self._hours, self._zone, self._years = hours, ZoneInfo(hours.time_zone), dict[int, Year]()

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """How much open time lies between two moments, the first no later than the second."""
        first, last = self._year_of(begin), self._year_of(end)
        whole = sum((self._year(n).total for n in range(first, last)), NO_TIME)
        return whole + self._year(last).passed(end) - self._year(first).passed(begin)

    def after(self, begin: datetime, span: timedelta) -> datetime:
        """The moment at which `span` of open time has passed; of no span, the first open moment.

        Raises:
            ValueError: there is no open day within ten years.
        """
        if span <= NO_TIME: return self._next(begin)
        n = self._year_of(begin)
        passed = span + self._year(n).passed(begin)
        while passed > self._year(n).total:
            passed -= self._year(n).total
            n = self._later(n)
        return self._year(n).moment(passed)

    def _next(self, begin: datetime) -> datetime:
        """The moment itself if it is an open one, or the next opening."""
        n = self._year_of(begin)
        while not self._year(n).closes or self._year(n).closes[-1] <= begin: n = self._later(n)
        year = self._year(n)
        return max(begin, year.opens[bisect_right(year.closes, begin)])

    def _later(self, year: int) -> int:
        """The next year with an opening."""
        for n in range(year + 1, year + 1 + FARTHEST):
            if self._year(n).total: return n
        raise ValueError("the office hours have no open day")

    def _year_of(self, moment: datetime) -> int:
        return moment.astimezone(self._zone).year

    def _year(self, year: int) -> Year:
        if year not in self._years: self._years[year] = self._table(year)
        return self._years[year]

    def _table(self, year: int) -> Year:
        days = (date(year, 1, 1) + n * DAY for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days))
        windows = ((day, window) for day in days if (window := self._hours.window(day)))
        stretches = sorted(stretch for day, window in windows for stretch in _shown(self._zone, day, window))
        *before, total = accumulate((end - begin for begin, end in stretches), initial=NO_TIME)
        return Year(opens=[s[0] for s in stretches], closes=[s[1] for s in stretches], before=before, total=total)


class RoundTheClock:
    """The opening times of a desk that never closes."""

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """How much time lies between two moments."""
        return end - begin

    def after(self, begin: datetime, span: timedelta) -> datetime:
        """The moment at which `span` has passed."""
        return begin + span


def opening(hours: Hours) -> Opening:
    """The opening times of a calendar; equal calendars share what was worked out for them."""
    return _opening(hours.time_zone, tuple(hours.days.items()), hours.holidays)  # a calendar itself has no hash


@lru_cache(maxsize=CALENDARS)
def _opening(zone: str, days: tuple[tuple[str, tuple[time, time]], ...], holidays: frozenset[date]) -> Opening:
    return Opening(Hours.model_construct(time_zone=zone, days=dict(days), holidays=holidays))  # type: ignore[arg-type]  # they were its own


def _shown(zone: ZoneInfo, day: date, window: tuple[time, time]) -> list[tuple[datetime, datetime]]:
    """When the clock on the wall shows that day and a time in the window; not at one stretch where it is put back."""
    opens, closes = (datetime.combine(day, at, UTC) for at in window)  # on a wall in Greenwich
    first, last = opens - DAY, closes + DAY
    before, after = _offset(zone, first), _offset(zone, last)
    if before == after: return [(opens - before, closes - before)]
    change = _change(zone, first, last)
    halves = (opens - before, min(closes - before, change)), (max(opens - after, change), closes - after)
    return [(begin, end) for begin, end in halves if begin < end]


def _change(zone: ZoneInfo, first: datetime, last: datetime) -> datetime:
    """The moment between two at which the clocks of a zone change, to the second."""
    before, second = _offset(zone, first), timedelta(seconds=1)
    seconds = range((last - first) // second)
    return first + second * bisect_right(seconds, False, key=lambda n: _offset(zone, first + n * second) != before)


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or NO_TIME
