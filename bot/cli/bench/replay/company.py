"""The desk that a log of incidents comes from: its groups are queues of one tier, its priorities the log's own."""

from collections.abc import Iterable

from bot.cli.bench.replay.log import Row
from core.people import Person, Role
from handoff.desk import Desk

NOBODY = "not assigned"  # the queue of incidents that no group has
VENDOR_QUEUE = "with a vendor"
TIER = 2
NEVER = "9999d"  # the log tells when each incident was closed: nothing follows by itself
CODE, REASON = "fixed", "vendor"
POLICIES = {
    "version": 1,
    "ladder": [
        {"at": 75, "tell": ["assignee"]}, {"at": 90, "tell": ["lead"]}, {"at": 100, "tell": ["lead", "manager"]},
    ],
    "P1": {"response": "15m", "resolution": "4h", "update": "30m", "clock": "always"},
    "P2": {"response": "30m", "resolution": "8h", "update": "2h", "clock": "office"},
    "P3": {"response": "2h", "resolution": "2d", "update": "1d", "clock": "office"},
    "P4": {"response": "4h", "resolution": "4d", "update": "2d", "clock": "office"},
    "P5": {"response": "1d", "resolution": "10d", "update": "5d", "clock": "office"},
}  # fmt: skip
MATRIX = {  # impact, urgency; as in the log, which has no incident of high impact and low urgency
    "high": {"high": "P1", "medium": "P2", "low": "P3"},
    "medium": {"high": "P2", "medium": "P3", "low": "P4"},
    "low": {"high": "P3", "medium": "P4", "low": "P4"},
}
HOURS = {
    "time_zone": "Europe/London",
    "days": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-18:00"),
    "holidays": ["2016-03-25", "2016-03-28", "2016-05-02", "2016-12-26", "2016-12-27", "2017-01-02"],
}


KEPT = ("tickets", "conversations", "people")  # for ever


def queue_of(group: str) -> str:
    """The queue of a group; an incident without one waits in a queue, too."""
    return group or NOBODY


def desk_of(rows: Iterable[Row]) -> Desk:
    """A desk with a queue for each group that the log names."""
    groups = sorted({queue_of(row.group) for row in rows} | {NOBODY})
    queues = [{"name": name, "tier": TIER, "channel": "desk", "hours": "office"} for name in groups]
    queues.append({"name": VENDOR_QUEUE, "tier": 4, "channel": "desk", "hours": "office", "watch": True})
    return Desk.model_validate({
        "staff": [{"email": "manager@example.com", "roles": ["manager"]}], "retention": dict.fromkeys(KEPT, 0),
        "tiers": [{"level": TIER, "name": "Groups"}, {"level": 4, "name": "Vendors"}], "queues": queues,
        "priorities": MATRIX, "policies": POLICIES, "hours": {"office": HOURS},
        "escalation_reasons": {REASON: "It is a matter for a vendor"}, "resolution_codes": {CODE: "Fixed"},
        "after": {"remind": NEVER, "resolve": NEVER, "close": NEVER, "reopen": NEVER}, "bounced_after": 1_000_000,
    })  # fmt: skip


def dispatcher(number: str) -> Person:
    """Who made an event: they may give an incident to others and take it from them."""
    return Person(id=f"U{number}", name=number, roles=frozenset({Role.AGENT, Role.MANAGER}), level=3)


def resolver(number: str) -> Person:
    """Whom an incident is assigned to; the log numbers them apart from those who make events."""
    return Person(id=f"R{number}", name=number, roles=frozenset({Role.AGENT}), level=3)
