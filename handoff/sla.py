"""Clocks: when a target falls due, in business hours or around the clock, without the pauses. Pure.

A clock runs in open time from `started` on, and stands in pauses. A pause that still lasts is counted up to `now`: what
is due moves on while it stands. All moments come with a zone and go out in UTC.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from handoff.agreed import Hours, Policy, Span
from handoff.opening import DAY, NO_TIME, Opening, RoundTheClock, opening

Target = Literal["response", "resolution"]
ALWAYS = RoundTheClock()
WHOLE = 100  # percent of an agreed time: the moment it falls due


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A time in which a clock stands; one without an end still lasts, one that ended before it began was none."""

    began: datetime
    ended: datetime | None
    why: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """One promise: what was agreed, since when it counts, and its pauses, in any order, which may overlap."""

    policy: Policy
    hours: Hours
    started: datetime
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A moment at which a share of an agreed time is used up."""

    percent: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a clock has to say for itself at one moment; if it stands, as if it ran on from then."""

    due: datetime
    left: timedelta  # open time; negative when late
    pauses: tuple[Pause, ...]  # since it started, in order
    ahead: tuple[Mark, ...]  # steps of the ladder that are still to come, the next one first
    stands: bool
    opens: datetime | None  # the next opening; None if the clock's hours are open now


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestones:
    """The moments a ticket's clock reaches."""

    response_due: datetime
    resolution_due: datetime


# -- a clock with its pauses ---------------------------------------------------------------------------------------


def falls_due(clock: Clock, target: Target, now: datetime) -> datetime:
    """When a target falls due. Errors: see `after_working`."""
    return reached(clock, target, WHOLE, now)


def reached(clock: Clock, target: Target, percent: int, now: datetime) -> datetime:
    """When that share of a target's time (1 to 1000 percent) is used up. Errors: see `after_working`."""
    rest, face = agreed(clock, target) * percent / WHOLE, _face(clock.policy, clock.hours)
    *stretches, (last, _) = _running(clock, now)
    for begin, end in stretches:
        run = face.between(begin, end)
        if run >= rest: return face.after(begin, rest)
        rest -= run
    return face.after(last, rest)


def used(clock: Clock, now: datetime) -> timedelta:
    """How much open time the clock has run until `now`: the same for every target."""
    face, now = _face(clock.policy, clock.hours), now.astimezone(UTC)
    stretches = ((begin, min(end, now)) for begin, end in _running(clock, now) if begin < now)
    return sum((face.between(begin, end) for begin, end in stretches), NO_TIME)


def left(clock: Clock, target: Target, now: datetime) -> timedelta:
    """How much open time a target still has at `now`; negative when it is late."""
    return agreed(clock, target) - used(clock, now)


def agreed(clock: Clock, target: Target) -> timedelta:
    """How much open time a target has."""
    return _span(clock.policy, clock.hours, target)


def stands(clock: Clock) -> bool:
    """Whether a pause still lasts."""
    return any(pause.ended is None for pause in clock.pauses)


def ahead(clock: Clock, target: Target, ladder: Iterable[int], now: datetime) -> tuple[Mark, ...]:
    """The steps of a ladder (percents of the agreed time) that are still to come after `now`, the next one first."""
    marks = (Mark(percent=percent, at=reached(clock, target, percent, now)) for percent in sorted(ladder))
    return tuple(mark for mark in marks if mark.at > now)


def told(clock: Clock, target: Target, ladder: Iterable[int], now: datetime) -> Told:
    """What the clock has to say for itself at `now`, about one target."""
    opens = not_before(clock.policy, clock.hours, now)
    return Told(
        due=falls_due(clock, target, now), left=left(clock, target, now), pauses=_counted(clock, now),
        ahead=ahead(clock, target, ladder, now), stands=stands(clock), opens=opens if opens > now else None,
    )  # fmt: skip


# -- targets without pauses ----------------------------------------------------------------------------------------


def milestones(policy: Policy, hours: Hours, start: datetime) -> Milestones:
    """When first response and resolution fall due for a ticket opened at `start` (aware)."""
    return Milestones(
        response_due=due(policy, hours, start, "response"), resolution_due=due(policy, hours, start, "resolution")
    )


def due(policy: Policy, hours: Hours, start: datetime, target: str) -> datetime:
    """When one target of a policy falls due."""
    return _face(policy, hours).after(start.astimezone(UTC), _span(policy, hours, target))


def next_update(policy: Policy, hours: Hours, told: datetime) -> datetime:
    """When a requester who was told something at `told` (aware) must hear from us again, news or none."""
    return not_before(policy, hours, due(policy, hours, told, "update"))


def not_before(policy: Policy, hours: Hours, moment: datetime) -> datetime:
    """The moment itself, in UTC, or the next opening if the clock keeps office hours and the desk is closed then."""
    return _face(policy, hours).after(moment.astimezone(UTC), NO_TIME)


def after_working(hours: Hours, start: datetime, span: timedelta) -> datetime:
    """The moment, in UTC, at which `span` of opening time has passed since `start`; of no span, the first open moment.

    Counted in real elapsed time, so that a day on which the clocks change has an hour more or less.

    Raises:
        ValueError: the hours have no open day within ten years.
    """
    return opening(hours).after(start.astimezone(UTC), span)


# -- inside --------------------------------------------------------------------------------------------------------


def _face(policy: Policy, hours: Hours) -> Opening | RoundTheClock:
    return ALWAYS if policy.clock == "always" else opening(hours)


def _span(policy: Policy, hours: Hours, target: str) -> timedelta:
    span: Span = getattr(policy, target)
    return span.within(DAY if policy.clock == "always" else hours.working_day())


def _running(clock: Clock, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The stretches, in UTC and in order, in which the clock runs; the last one has no end but that of all time."""
    begin = clock.started.astimezone(UTC)
    for began, ended in sorted(_times(pause, now) for pause in clock.pauses):
        if ended <= began: continue
        if began > begin: yield begin, began
        begin = max(begin, ended)
    yield begin, datetime.max.replace(tzinfo=UTC)


def _times(pause: Pause, now: datetime) -> tuple[datetime, datetime]:
    return pause.began.astimezone(UTC), (pause.ended or now).astimezone(UTC)


def _counted(clock: Clock, now: datetime) -> tuple[Pause, ...]:
    """The pauses that have stopped the clock or still last, in order."""
    started, counted = clock.started.astimezone(UTC), []
    for pause in clock.pauses:
        began, ended = _times(pause, now)
        if pause.ended is None or ended > max(began, started): counted.append((began, pause))
    return tuple(pause for _, pause in sorted(counted, key=lambda each: each[0]))
