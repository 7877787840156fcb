"""What was agreed with the company: targets by priority, when the clock stands, who hears when, and opening hours."""

import re
from datetime import date, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    field_serializer,
    field_validator,
    model_serializer,
    model_validator,
)

from core.clock import NO_ZONE

Priority = Literal["P1", "P2", "P3", "P4", "P5"]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
YEAR = 366  # days
BREACH = 100  # percent of the agreed time


class Part(BaseModel):
    """A part of the desk file: nothing unknown in it, and never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _duration(value: Any) -> Any:
    match = re.fullmatch(r"(\d{1,4})([mhd])", str(value))
    if not match: raise ValueError("write a number and m, h or d, such as 30m, 4h or 2d")
    return {"amount": int(match[1]), "unit": match[2]}


class Span(Part):
    """A length of time as it was agreed; a day is a working day where the clock keeps office hours."""

    amount: int = Field(ge=1)
    unit: Literal["m", "h", "d"]

    @model_serializer
    def __str__(self) -> str:
        """As it is written in the desk file."""
        return f"{self.amount}{self.unit}"

    def within(self, working_day: timedelta) -> timedelta:
        """The span as clock time, given how long a day is on that clock."""
        return self.amount * {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": working_day}[self.unit]


Duration = Annotated[Span, BeforeValidator(_duration)]


class Policy(Part):
    """What was agreed for a priority: until first response, until resolution, and between two updates."""

    response: Duration
    resolution: Duration
    update: Duration
    clock: Literal["office", "always"]


class Rung(Part):
    """A step of the ladder: who hears when `at` percent of an agreed time is used up; 100 is the breach."""

    at: int = Field(ge=1, le=1000)
    tell: list[Literal["assignee", "lead", "manager"]] = Field(min_length=1)


class Policies(Part):
    """The policies of all priorities, as one version; `stops` are the states of a ticket in which its clock stands."""

    version: int = Field(ge=1)
    stops: frozenset[Literal["waiting", "held", "vendor"]] = frozenset({"waiting", "held"})
    ladder: list[Rung] = Field(default_factory=list)
    P1: Policy
    P2: Policy
    P3: Policy
    P4: Policy
    P5: Policy

    @field_serializer("stops")
    def _in_order(self, stops: frozenset[str]) -> list[str]:
        return sorted(stops)

    def of(self, priority: str) -> Policy:
        """The policy of one priority."""
        found: Policy = getattr(self, priority)
        return found


def _window(value: Any) -> Any:
    match = re.fullmatch(r"(\d\d:\d\d) ?- ?(\d\d:\d\d)", str(value))
    if not match: raise ValueError('write opening and closing time, such as "08:00-18:00"')
    opens, closes = time.fromisoformat(match[1]), time.fromisoformat(match[2])
    if opens >= closes: raise ValueError("the closing time must come after the opening time")
    return (opens, closes)


def _hours(window: tuple[time, time]) -> str:
    return f"{window[0]:%H:%M}-{window[1]:%H:%M}"


Window = Annotated[tuple[time, time], BeforeValidator(_window), PlainSerializer(_hours)]


class Hours(Part):
    """When a queue works: one window a weekday, in its time zone, but not on holidays."""

    time_zone: str
    days: dict[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], Window] = Field(min_length=1)
    holidays: frozenset[date] = frozenset()

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except NO_ZONE:
            raise ValueError(f'there is no time zone "{name}"') from None
        return name

    @model_validator(mode="after")
    def _opens(self) -> "Hours":
        """A calendar that closes for a whole year is a mistake: what is agreed in its hours would hardly fall due."""
        for shut in sorted(self.holidays):
            year = range(shut.toordinal(), shut.toordinal() + YEAR)
            if not any(self.window(date.fromordinal(day)) for day in year):
                raise ValueError(f"the holidays leave no open day in the year from {shut}")
        return self

    @field_serializer("holidays")
    def _in_order(self, holidays: frozenset[date]) -> list[str]:
        return sorted(map(str, holidays))

    def window(self, day: date) -> tuple[time, time] | None:
        """Opening and closing time of one day, or None when closed."""
        return None if day in self.holidays else self.days.get(DAYS[day.weekday()])  # type: ignore[call-overload]  # the tuple holds the literals

    def working_day(self) -> timedelta:
        """The length of the longest working day: what "1d" means."""
        spans = [timedelta(hours=c.hour - o.hour, minutes=c.minute - o.minute) for o, c in self.days.values()]
        return max(spans)
