"""Routing: which queue a ticket belongs to, and how soon it must be seen to. Pure."""

from handoff.desk import Desk, Level, Queue


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
