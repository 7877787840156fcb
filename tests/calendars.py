"""Strategies for opening hours, moments and pauses; an office, and targets for it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from handoff.agreed import DAYS, Hours, Policy
from handoff.sla import Clock, Pause
from tests.clocks import ZONES

MINUTE = timedelta(minutes=1)
OFFICE = Hours.model_validate(
    {
        "time_zone": "Europe/London",
        "days": dict.fromkeys(DAYS[:5], "08:00-18:00"),
        "holidays": ["2026-12-25", "2026-12-28"],
    }
)
NIGHTS = Hours.model_validate({"time_zone": "Europe/London", "days": {"sun": "00:00-06:00"}})
MOMENTS = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone is added
    # around the changes of 2026 in these zones
    st.sampled_from([(3, 7), (3, 28), (4, 4), (4, 23), (9, 5), (9, 26), (10, 3), (10, 24), (10, 31)]).flatmap(
        lambda day: st.integers(0, 72 * 60).map(lambda m: datetime(2026, *day, tzinfo=UTC) + m * MINUTE)
    ),
).map(lambda moment: moment.replace(second=0, microsecond=0))
MARKS = st.one_of(  # whole half hours, so that times coincide; any minute of the night, when clocks jump
    st.integers(0, 47).map(lambda n: time(n // 2, n % 2 * 30)), st.times(time(0), time(4)), st.just(time(23, 59))
)


@st.composite
def calendars(draw: st.DrawFn) -> Hours:
    """Opening hours in some zone; they may open, close and be open where a clock jumps."""
    days = {}
    for day in draw(st.sets(st.sampled_from(DAYS), min_size=1)):
        opens, closes = sorted(draw(st.lists(MARKS.map("{:%H:%M}".format), min_size=2, max_size=2, unique=True)))
        days[day] = f"{opens}-{closes}"
    holidays = draw(st.sets(st.dates(date(2026, 3, 1), date(2026, 12, 1)), max_size=5))
    return Hours.model_validate({"time_zone": draw(st.sampled_from(ZONES)), "days": days, "holidays": holidays})


@st.composite
def pauses_since(draw: st.DrawFn, started: datetime) -> tuple[Pause, ...]:
    """Pauses of a clock, to the second; they may overlap, touch, begin before it, be of no length, last."""
    lengths = st.one_of(st.none(), st.integers(-4000, 400_000))
    spans = draw(st.lists(st.tuples(st.integers(-90_000, 900_000), lengths), max_size=4))
    return tuple(_pause(started, began, length) for began, length in spans)


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    """A promise on either clock, with its pauses; the moments are told in any zones."""
    started = draw(MOMENTS).astimezone(ZoneInfo(draw(st.sampled_from(ZONES))))
    agreed = policy(draw(st.sampled_from(["office", "always"])), resolution=f"{draw(st.integers(1, 3000))}m")
    return Clock(policy=agreed, hours=draw(calendars()), started=started, pauses=draw(pauses_since(started)))


def _pause(started: datetime, began: int, length: int | None) -> Pause:
    begin = started.astimezone(UTC) + timedelta(seconds=began)
    ended = None if length is None else begin + timedelta(seconds=length)
    return Pause(began=begin.astimezone(started.tzinfo), ended=ended, why="waiting")


def policy(clock: str, **targets: str) -> Policy:
    """A policy with some targets."""
    return Policy.model_validate({"response": "1h", "resolution": "1d", "update": "1h", "clock": clock} | targets)


def is_open(hours: Hours, moment: datetime) -> bool:
    """Whether the desk works at a moment, by the clock on its wall."""
    wall = moment.astimezone(ZoneInfo(hours.time_zone))
    window = hours.window(wall.date())
    return window is not None and window[0] <= wall.time() < window[1]
