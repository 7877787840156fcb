"""Routing: which queue a ticket belongs to, how soon it must be seen to, and who is placed best to do that. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from core.clock import NO_ZONE
from core.people import HIGHEST, LOWEST, Person, Role
from handoff.agreed import Hours
from handoff.desk import Desk, Level, Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """One of the staff, and how many open tickets they have."""

    person: Person
    open: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Somebody who may get a ticket: what of it they know (empty: a bit of everything), and until when they work."""

    person: Person
    knows: str
    open: int
    until: datetime


def priority(desk: Desk, category: str, impact: Level, urgency: Level) -> tuple[str, str]:
    """The priority of a ticket and why, from the matrix or from a category that may not wait."""
    rule = desk.straight(category)
    if rule: return rule.priority, f"every {category} matter is {rule.priority}"
    return desk.priorities[impact][urgency], f"{impact} impact, {urgency} urgency"


def queue_for(desk: Desk, tier: int, category: str) -> Queue | None:
    """The queue of a tier that names the category, else the one that takes the rest; None if the tier has none."""
    own = [queue for queue in desk.queues if queue.tier == tier and not queue.review]
    named = [queue for queue in own if category in queue.categories]
    return next(iter(named or [queue for queue in own if not queue.categories] or own), None)


def without_procedure(desk: Desk) -> list[str]:
    """The queues that tickets can be escalated from, and that do not say how."""
    top = max(queue.tier for queue in desk.queues)
    return [q.name for q in desk.queues if q.tier < top and q.procedure is None and not q.review]


def next_queue(desk: Desk, tier: int, category: str) -> Queue | None:
    """Where an escalation from a tier goes: the nearest higher tier that has a queue."""
    higher = sorted({queue.tier for queue in desk.queues if queue.tier > tier and not queue.review})
    return queue_for(desk, higher[0], category) if higher else None


def fits(staff: Iterable[Colleague], queue: Queue, category: str, hours: Hours, now: datetime) -> list[Fit]:
    """Who of the staff may get a ticket of a queue and is at work, the best placed first.

    First those of the queue's own tier who name the category; then those of it who name none, as a queue without
    categories takes the rest; a higher tier only where it names the category. Of equals the one with the fewest open
    tickets, then the queue's lead. `hours` are the queue's.
    """
    found = []
    for one in staff:
        until, rank = at_work_until(hours, one.person.tz, now), _rank(one.person, queue, category)
        if until is None or rank is None: continue
        knows = category if category in one.person.platforms else ""
        leads = one.person.email.lower() == queue.lead.lower()
        fit = Fit(person=one.person, knows=knows, open=one.open, until=until)
        found.append(((rank, one.open, not leads, one.person.name, one.person.id), fit))
    return [fit for _, fit in sorted(found, key=lambda row: row[0])]


def at_work_until(hours: Hours, tz: str, now: datetime) -> datetime | None:
    """Until when a person works today, in UTC; None if they are not at work now.

    They keep the queue's hours on their own wall: what a company agrees about its days holds wherever somebody sits, so
    a colleague five hours ahead begins five hours earlier. Holidays are the queue's; others are not known.
    """
    local = now.astimezone(_zone(tz))
    window = hours.window(local.date())
    if window is None or not window[0] <= local.time() < window[1]: return None
    return datetime.combine(local.date(), window[1], local.tzinfo).astimezone(UTC)


def _rank(person: Person, queue: Queue, category: str) -> int | None:
    """How well somebody fits by tier and skill, 0 is best; None if not at all."""
    if queue.watch: return None
    if queue.review: return 0 if Role.MANAGER in person.roles else None
    if Role.AGENT not in person.roles or not person.works_at(queue.tier): return None
    own = max(person.level, LOWEST) == min(queue.tier, HIGHEST)
    if category in person.platforms: return 0 if own else 2
    return 1 if own and not person.platforms else None


def _zone(tz: str) -> ZoneInfo:
    try:
        return ZoneInfo(tz)
    except NO_ZONE:
        return ZoneInfo("UTC")
