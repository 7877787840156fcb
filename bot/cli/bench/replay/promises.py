"""What the promises of a log's incidents come to, worked out from its lines alone.

This knows nothing of `handoff.sla` and `handoff.clocks`, which it is to judge: every minute is looked at on the wall of
the desk, and the open ones are counted.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.cli.bench.replay.company import HOURS, MATRIX, POLICIES
from bot.cli.bench.replay.log import Row

MINUTE, BEYOND = timedelta(minutes=1), timedelta(days=60)  # promised times may lie behind the end of the log
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OVER = ("Resolved", "Closed")
STANDS = ("Awaiting User Info", "Awaiting Problem", "Awaiting Evidence")
UNKNOWN = "-100"  # what the log says where it knows no state: it stays what it was
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Breach:
    """A promise that was broken: which, when it was due, and when that could be seen; minutes since 1970."""

    number: str
    target: str
    due: int
    seen: int


def minute_of(moment: datetime) -> int:
    """Minutes since 1970."""
    return (moment - EPOCH) // MINUTE


class Wall:
    """How many open minutes there were before each minute, on the desk's wall and on one that never closes."""

    def __init__(self, first: datetime, last: datetime) -> None:
        self._first = minute_of(first)
        self._open = array("l", [0])
        for n in range(self._first, minute_of(last + BEYOND)): self._open.append(self._open[-1] + _is_open(n))

    def used(self, clock: str, begin: int, end: int) -> int:
        """Open minutes between two."""
        if clock == "always": return end - begin
        return self._open[end - self._first] - self._open[begin - self._first]

    def moment(self, clock: str, begin: int, span: int) -> int:
        """The end of the `span`-th open minute since `begin`."""
        if clock == "always": return begin + span
        return self._first + bisect_left(self._open, self._open[begin - self._first] + span)


def _is_open(minute: int) -> bool:
    wall = (EPOCH + minute * MINUTE).astimezone(ZoneInfo(str(HOURS["time_zone"])))
    days: dict[str, str] = HOURS["days"]  # type: ignore[assignment]  # the other two are no dict
    window = days.get(DAYS[wall.weekday()])
    if window is None or f"{wall:%Y-%m-%d}" in HOURS["holidays"]: return False
    opens, closes = window.split("-")
    return opens <= f"{wall:%H:%M}" < closes


@dataclass(slots=True, kw_only=True)
class _Promise:
    """One promise: in which stretches its clock ran, and what is known to be broken."""

    ran: list[tuple[int, int]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    responded: bool = False

    def open_targets(self) -> Iterator[str]:
        """What can still be broken."""
        if not self.responded and "response" not in self.broken: yield "response"
        if "resolution" not in self.broken: yield "resolution"


def breaches(rows: Sequence[Row], wall: Wall) -> list[Breach]:
    """The broken promises of one incident, from its lines. What ends in the minute in which it is due is in time."""
    found, promise, state = list[Breach](), _Promise(), "New"
    for row, following in zip(rows, (*rows[1:], None), strict=True):
        if state in OVER and row.state not in OVER: promise = _Promise()
        state = row.state if row.state != UNKNOWN else state
        promise.responded |= state != "New"
        begin = minute_of(row.at)
        end = minute_of(following.at) if following else begin
        if state in OVER or state in STANDS: continue
        for target in tuple(promise.open_targets()):
            due = _due(wall, promise.ran, begin, row, target)
            if max(due, begin) >= end: continue
            promise.broken.add(target)
            found.append(Breach(row.number, target, due, max(due, begin)))
        promise.ran.append((begin, end))
    return found


def _due(wall: Wall, ran: Sequence[tuple[int, int]], begin: int, row: Row, target: str) -> int:
    """When the agreed minutes of a target are used up, if the clock runs on from `begin`."""
    policy: dict[str, str] = POLICIES[MATRIX[row.impact][row.urgency]]  # type: ignore[assignment]  # of a priority
    clock, rest = policy["clock"], _minutes(policy[target], policy["clock"])
    for start, stop in ran:
        run = wall.used(clock, start, stop)
        if run >= rest: return wall.moment(clock, start, rest)
        rest -= run
    return wall.moment(clock, begin, rest)


def _minutes(span: str, clock: str) -> int:
    day = 24 * 60 if clock == "always" else 10 * 60  # eight to six
    return int(span[:-1]) * {"m": 1, "h": 60, "d": day}[span[-1]]
