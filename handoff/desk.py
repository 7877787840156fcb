"""The desk file: staff, queues, priorities, policies, hours, catalogue. Read once, checked whole, frozen."""

import re
from datetime import date, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from core.content import load, read_as
from core.files import Misfits
from core.files import Path as Place
from core.people import Role

Priority = Literal["P1", "P2", "P3", "P4", "P5"]
Level = Literal["high", "medium", "low"]
FIRST_PEOPLE = 2  # the first tier with people; the two below it are Firstline itself
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Contact(_Part):
    """Other ways to reach IT, shown where they help."""

    phone: str = ""
    hours: str = ""
    channel: str = ""


class Staff(_Part):
    """One member of staff, by e-mail address. `level` is the tier they work at."""

    email: str
    roles: list[Role]
    level: int = 0
    platforms: list[str] = Field(default_factory=list)


class Tier(_Part):
    """One tier of support."""

    level: int
    name: str


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=150)]
Lines = Annotated[list[Line], Field(min_length=1, max_length=8)]  # three of these fit on a form, and are still read


class Procedure(_Part):
    """How a ticket leaves a queue for the next tier: what is done before, whom it goes to, what must be on it."""

    before: Lines
    to: Lines
    facts: Lines


class Queue(_Part):
    """Where tickets wait: a channel, the categories it takes (none: all others), its hours, how they leave it."""

    name: str = Field(min_length=1, max_length=40)
    tier: int
    channel: str = Field(min_length=1, max_length=80)
    hours: str
    categories: list[str] = Field(default_factory=list)
    procedure: Procedure | None = None


class Straight(_Part):
    """A category that may not wait for anything."""

    category: str = Field(max_length=40)
    priority: Priority
    article: str = ""


def _duration(value: Any) -> Any:
    match = re.fullmatch(r"(\d{1,4})([mhd])", str(value))
    if not match: raise ValueError("write a number and m, h or d, such as 30m, 4h or 2d")
    return {"amount": int(match[1]), "unit": match[2]}


class Span(_Part):
    """A length of time as it was agreed; a day is a working day where the clock keeps office hours."""

    amount: int = Field(ge=1)
    unit: Literal["m", "h", "d"]

    def within(self, working_day: timedelta) -> timedelta:
        """The span as clock time, given how long a day is on that clock."""
        return self.amount * {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": working_day}[self.unit]


Duration = Annotated[Span, BeforeValidator(_duration)]


class Policy(_Part):
    """What was agreed for a priority: until first response, until resolution, and between two updates."""

    response: Duration
    resolution: Duration
    update: Duration
    clock: Literal["office", "always"]


class Policies(_Part):
    """The policies of all priorities, as one version."""

    version: int
    P1: Policy
    P2: Policy
    P3: Policy
    P4: Policy
    P5: Policy

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


Window = Annotated[tuple[time, time], BeforeValidator(_window)]


class Hours(_Part):
    """When a queue works: one window a weekday, in its time zone, but not on holidays."""

    time_zone: str
    days: dict[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], Window] = Field(min_length=1)
    holidays: frozenset[date] = frozenset()

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f'there is no time zone "{name}"') from None
        return name

    def window(self, day: date) -> tuple[time, time] | None:
        """Opening and closing time of one day, or None when closed."""
        return None if day in self.holidays else self.days.get(DAYS[day.weekday()])  # type: ignore[call-overload]  # the tuple holds the literals

    def working_day(self) -> timedelta:
        """The length of the longest working day: what "1d" means."""
        spans = [timedelta(hours=c.hour - o.hour, minutes=c.minute - o.minute) for o, c in self.days.values()]
        return max(spans)


class FormField(_Part):
    """One input of a catalogue form."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    label: str = Field(min_length=1, max_length=48)
    type: Literal["text", "date"] = "text"
    max: int = Field(default=200, ge=1, le=3000)
    long: bool = False


class CatalogueItem(_Part):
    """One thing that people can request through a form."""

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")
    title: str = Field(min_length=1, max_length=100)
    category: str
    triggers: list[str] = Field(min_length=1)
    fields: list[FormField] = Field(min_length=1, max_length=20)


class Desk(_Part):
    """Everything a company has agreed about its support."""

    contact: Contact = Contact()
    watched_channels: list[str] = Field(default_factory=list)
    staff: list[Staff] = Field(default_factory=list)
    tiers: list[Tier]
    queues: list[Queue] = Field(min_length=1)
    straight_to_people: list[Straight] = Field(default_factory=list)
    priorities: dict[Level, dict[Level, Priority]]
    policies: Policies
    hours: dict[str, Hours]
    escalation_reasons: dict[str, str] = Field(min_length=1)
    resolution_codes: dict[Annotated[str, Field(max_length=20)], str] = Field(min_length=1)
    catalogue: list[CatalogueItem] = Field(default_factory=list)

    @model_validator(mode="after")
    def _fits_together(self) -> "Desk":
        problems = [*self._matrix_gaps(), *self._queue_problems(), *self._twice()]
        if problems: raise Misfits(problems)
        return self

    def _matrix_gaps(self) -> list[tuple[Place, str]]:
        levels = get_args(Level)
        gaps = [(i, u) for i in levels for u in levels if u not in self.priorities.get(i, {})]
        return [(("priorities", i), f"priorities: no priority for {i} impact and {u} urgency") for i, u in gaps]

    def _queue_problems(self) -> list[tuple[Place, str]]:
        levels = {tier.level for tier in self.tiers}
        problems: list[tuple[Place, str]] = []
        for n, q in enumerate(self.queues):
            gaps = [] if q.hours in self.hours else [f'there are no hours "{q.hours}"']
            gaps += [] if q.tier in levels else [f"there is no tier {q.tier}"]
            problems += [(("queues", n), f"queue {q.name}: {gap}") for gap in gaps]
        if not any(q.tier == FIRST_PEOPLE and not q.categories for q in self.queues):
            problems.append((("queues",), f"queues: tier {FIRST_PEOPLE} needs a queue that takes every category"))
        return problems

    def _twice(self) -> list[tuple[Place, str]]:
        """What is looked up by a name that two have: the second would never be found."""
        named = {
            "staff": [s.email.lower() for s in self.staff], "queues": [q.name for q in self.queues],
            "tiers": [str(t.level) for t in self.tiers], "catalogue": [c.slug for c in self.catalogue],
            "straight_to_people": [r.category for r in self.straight_to_people],
        }  # fmt: skip
        return [
            ((part, n), f'{part}: "{name}" is there twice')
            for part, names in named.items() for n, name in enumerate(names) if name in names[:n]
        ]  # fmt: skip

    def queue(self, name: str) -> Queue:
        """A queue by name; a queue that was taken out of the file is stood in for by the first one."""
        return next((q for q in self.queues if q.name == name), self.queues[0])

    def staff_of(self, email: str) -> Staff | None:
        """The staff record of an e-mail address, whatever its case."""
        return next((s for s in self.staff if s.email.lower() == email.lower()), None)

    def item(self, slug: str) -> CatalogueItem | None:
        """A catalogue item by its slug."""
        return next((item for item in self.catalogue if item.slug == slug), None)

    def straight(self, category: str) -> Straight | None:
        """The rule for a category that may not wait, if it is one."""
        return next((rule for rule in self.straight_to_people if rule.category == category), None)


def load_desk(path: Path) -> Desk:
    """Read and check the desk file. Errors: see `core.content.load`."""
    return load(path, lambda file, text: read_as(file, text, Desk.model_validate))
