"""A ticket as a value."""

from dataclasses import dataclass
from datetime import datetime

from handoff.brief import Brief
from handoff.desk import Level
from handoff.states import OVER, UNTAKEN, Kind, State
from handoff.tables import TicketRow


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """What is known when a ticket is opened. `channel` and `thread_ts` are where its requester hears of it.

    `queue` is where it goes, if somebody chose that; else its tier and category decide.
    """

    kind: Kind
    requester: str
    category: str
    impact: Level
    urgency: Level
    brief: Brief
    conversation_id: int | None = None
    channel: str = ""
    thread_ts: str = ""
    tier: int = 2
    queue: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket as it stands. Times are aware, in UTC; the columns are told in `handoff.tables`."""

    id: int
    number: str
    kind: Kind
    state: State
    version: int
    summary: str
    requester: str
    assignee: str
    category: str
    impact: str
    urgency: str
    priority: str
    priority_why: str
    queue: str
    tier: int
    goal: str
    brief: Brief
    opened_at: datetime
    response_due: datetime
    resolution_due: datetime
    update_due: datetime | None
    resolved_at: datetime | None
    resolution_code: str
    resolution: str
    conversation_id: int | None
    channel: str
    thread_ts: str
    responded_at: datetime | None = None
    paused_at: datetime | None = None
    warn_at: datetime | None = None
    wakes_at: datetime | None = None
    documented: str = ""
    closed_at: datetime | None = None
    closed_how: str = ""
    merged_into: int | None = None
    moves: int = 0
    reassigned: int = 0
    reopened: int = 0
    vendor: str = ""
    vendor_number: str = ""
    vendor_promised: datetime | None = None
    rating: int | None = None
    rating_note: str = ""

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state not in OVER

    @property
    def untaken(self) -> bool:
        """Whether it waits for somebody to take it."""
        return self.state in UNTAKEN


_SAME = tuple(name for name in Ticket.__dataclass_fields__ if name not in ("kind", "state", "brief"))


def ticket_of(row: TicketRow) -> Ticket:
    """The value of a row."""
    same = {name: getattr(row, name) for name in _SAME}
    return Ticket(**same, kind=Kind(row.kind), state=State(row.state), brief=Brief.from_json(row.brief))
