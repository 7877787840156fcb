"""What a ticket system is told of a ticket, and what it has to be able to do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from handoff.states import Kind, State


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """A person, as a ticket system may know them; both texts are empty where nobody is meant."""

    name: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing that happened. `point` grows with each; an `internal` one must never reach the requester."""

    point: int
    at: datetime
    by: str
    text: str
    internal: bool = True

    def line(self) -> str:
        """As staff read it: when, who, what."""
        return f"{self.at:%Y-%m-%d %H:%M} UTC, {self.by}: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A ticket as it stands, and what happened since the system was last told. Times are aware, in UTC.

    `point` is that of the newest thing that happened, so that two snapshots of a ticket can be told apart; `url` leads
    to its card, or is empty.
    """

    number: str
    kind: Kind
    state: State
    version: int
    point: int
    summary: str
    description: str
    requester: Who
    assignee: Who
    category: str
    impact: str
    urgency: str
    priority: str
    queue: str
    tier: int
    opened_at: datetime
    response_due: datetime
    resolution_due: datetime
    resolved_at: datetime | None = None
    resolution_code: str = ""
    resolution: str = ""
    url: str = ""
    news: Sequence[News] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A ticket as the system knows it: its number there, and where a person reads it."""

    reference: str
    url: str = ""


class TicketSystem(Protocol):
    """Where tickets are kept beside Slack. Both calls may be repeated: neither doubles anything over there.

    Both raise `TryLater` or `CannotDeliver`; what they say holds no secret.
    """

    name: str
    settles: timedelta  # how long a call without an answer may go on, and stay unfound, over there

    def open(self, snapshot: Snapshot) -> Reference:
        """The ticket over there: found by our number, or made."""

    def update(self, snapshot: Snapshot, known: Reference) -> Reference:
        """Bring it to what the snapshot says, and add the news that it does not have yet."""

    def check(self) -> str:
        """Ask it something harmless, for whoever sets it up; what it answered, in a few words."""


def pages(news: Sequence[News], most: int) -> Iterator[tuple[int, str]]:
    """The news as texts of up to `most` characters, each with the point that it leads up to."""
    text, point = "", 0
    for one in news:
        line = one.line() if len(one.line()) <= most else one.line()[: most - 1] + "…"
        if text and len(text) + 1 + len(line) > most:
            yield point, text
            text = ""
        text, point = f"{text}\n{line}".lstrip("\n"), one.point
    if text: yield point, text
