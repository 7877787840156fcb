"""What goes wrong in a run: chosen by its seed, before anything happens."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

SQLITE, POSTGRES, SEVERAL, KILLED, KILLED_TOO = "sqlite", "postgres", "several", "killed", "killed-postgres"
KILLS, SERVED = (KILLED, KILLED_TOO), (POSTGRES, SEVERAL, KILLED_TOO)  # places with kill -9; those over PostgreSQL
PATIENCE = 0.25  # seconds that Firstline waits for Slack here; what is answered "late" comes after them
LATE = 0.4
FEW, MANY = (1, 2), (2, 6)  # how many calls or envelopes in a row
METHODS = (None, None, "chat.postMessage", "chat.postMessage", "chat.update", "views.open", "chat.postEphemeral")
MOST_ACTS = 8  # of people, in which something may begin
MOST_COMMITS = 24  # of a process, after which it may be killed

CALLS: Mapping[str, tuple[str, dict[str, Any]]] = {  # as the sandbox counts them, and what it is told
    "ratelimited": ("429 with Retry-After", {}),
    "internal_error": ("an error of Slack's own", {}),
    "http_503": ("503 in place of an answer", {}),
    "http_500 after": ("500 after the call took effect", {"after": True}),
    "cut": ("connection cut before the call", {}),
    "cut after": ("connection cut after the call took effect", {"after": True}),
    "late": ("time-out after the call took effect", {"seconds": LATE}),
}
ENVELOPES: Mapping[str, str] = {
    "events_api lost": "event lost at first", "events_api unheard": "acknowledgement of an event lost",
    "events_api twice": "event twice at once", "events_api late": "event late",
    "events_api behind": "events out of order", "interactive lost": "click or form lost",
    "interactive unheard": "acknowledgement of a click or form lost", "interactive late": "click or form late",
    "slash_commands unheard": "acknowledgement of a command lost", "slash_commands lost": "command lost",
}  # fmt: skip
DROPPED, WARNED = "connection dropped", "connection ended with a warning"
FORWARD, BACK = "clock stepped forward", "clock stepped back"
FULL, GONE = "write to a full disk", "connection to the database cut"
BEFORE, AFTER = "kill -9 before a commit", "kill -9 after a commit"
NAMES = (
    *(name for name, _ in CALLS.values()), *ENVELOPES.values(), DROPPED, WARNED, FORWARD, BACK, FULL, GONE, BEFORE,
    AFTER,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that goes wrong: `how` with `fields`, before the people's act number `at` and until act `until`."""

    how: str
    at: int = 0
    until: int = 0
    fields: Mapping[str, Any] = field(default_factory=dict)


def chosen(random: Random, place: str) -> list[Trouble]:
    """What goes wrong in a run at such a place."""
    kinds: list[Callable[[Random], Trouble]] = [_call, _call, _call, _envelope, _envelope, _envelope, _socket, _clock]
    kinds += [_full, _full] if place == SQLITE else [_gone, _gone, _gone] if place in SERVED else []
    some = [random.choice(kinds)(random) for _ in range(random.randint(2, 4))]
    return some + ([_kill(random) for _ in range(random.randint(1, 3))] if place in KILLS else [])


def _call(random: Random) -> Trouble:
    name = random.choice(sorted(CALLS))
    told = {"error": name.partition(" ")[0], "method": random.choice(METHODS), **CALLS[name][1]}
    told |= {"count": random.randint(*random.choice((FEW, MANY))), "skip": random.choice((0, 0, 1, 2, 4))}
    return Trouble(how="fault", at=random.randrange(MOST_ACTS // 2), fields=told)


def _envelope(random: Random) -> Trouble:
    kind, what = random.choice(sorted(ENVELOPES)).split()
    told = {"what": what, "kind": kind, "count": random.randint(*FEW), "skip": random.choice((0, 0, 0, 1, 2))}
    return Trouble(how="mishap", at=random.randrange(MOST_ACTS // 2), fields=told | {"seconds": LATE / 2})


def _socket(random: Random) -> Trouble:
    return Trouble(how="socket", at=random.randrange(MOST_ACTS), fields={"warned": random.random() < 0.5})


def _clock(random: Random) -> Trouble:
    minutes = random.choice((-90, -10, -1, 1, 10, 90))
    return Trouble(how="clock", at=random.randrange(MOST_ACTS), fields={"minutes": minutes})


def _full(random: Random) -> Trouble:
    at = random.randrange(MOST_ACTS)
    return Trouble(how="full", at=at, until=at + random.randint(2, 6))


def _gone(random: Random) -> Trouble:
    return Trouble(how="gone", at=random.randrange(MOST_ACTS))


def _kill(random: Random) -> Trouble:
    told = {"commit": random.randrange(MOST_COMMITS), "before": random.random() < 0.5}
    return Trouble(how="kill", fields=told)


def named(counted: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """What the sandbox counted, by the names of the table."""
    calls = {CALLS[name][0]: count for name, count in counted["calls"].items()}
    return calls | {ENVELOPES[name]: count for name, count in counted["envelopes"].items()}


def told(troubles: Sequence[Trouble]) -> str:
    """What goes wrong, a line each."""
    return "\n".join(f"  before act {one.at}: {one.how} {dict(one.fields)}" for one in troubles)
