"""What must be true of a ticket at any moment, worked out from its history alone."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.events import Event, history
from core.outbox import OutboxItem
from handoff import clocks
from handoff.desk import Desk
from handoff.sla import Clock, Pause, falls_due, reached, used
from handoff.states import OVER, State
from handoff.tables import PauseRow, TicketRow

OPEN = frozenset(State) - OVER
LIFE: dict[str, tuple[frozenset[State], frozenset[State]]] = {  # from, to: as the contract of states has it
    "claimed": (OPEN - {State.VENDOR}, frozenset({State.CLAIMED})),
    "assigned": (OPEN, frozenset({State.CLAIMED})),
    "handed_back": (OPEN - {State.VENDOR}, frozenset({State.NEW})),
    "moved": (OPEN, frozenset({State.NEW})),
    "waiting": (OPEN - {State.HELD, State.VENDOR}, frozenset({State.WAITING})),
    "held": (OPEN - {State.VENDOR, State.HELD}, frozenset({State.HELD})),
    "resumed": (frozenset({State.WAITING, State.HELD}), frozenset({State.CLAIMED, State.NEW})),
    "escalated": (OPEN, frozenset({State.ESCALATED})),
    "reviewing": (OPEN, frozenset({State.ESCALATED})),
    "vendor": (OPEN - {State.VENDOR}, frozenset({State.VENDOR})),
    "vendor_news": (frozenset({State.VENDOR}), frozenset({State.VENDOR})),
    "vendor_done": (frozenset({State.VENDOR}), frozenset({State.CLAIMED})),
    "resolved": (OPEN, frozenset({State.RESOLVED})),
    "closed": (frozenset(State) - {State.CLOSED}, frozenset({State.CLOSED})),
    "reopened": (OVER, frozenset({State.REOPENED})),
}
QUIET = (  # facts about a ticket that do not change it
    "requester_said", "requester_edited", "requester_deleted", "staff_file", "reply_written", "reply_withdrawn",
    "reply_lost", "replied", "updated",
)  # fmt: skip
FREED = ("handed_back", "moved", "escalated", "reviewing", "reopened")


@dataclass(slots=True, kw_only=True)
class Told:
    """A ticket as its history tells it."""

    state: str = State.NEW
    assignee: str = ""
    queue: str = ""
    priority: str = ""
    version: int = 0
    moves: int = 0
    reassigned: int = 0
    reopened: int = 0
    began: datetime | None = None
    responded: bool = False
    pauses: list[tuple[str, datetime, datetime | None]] = field(default_factory=list)
    warned: list[tuple[str, int]] = field(default_factory=list)


def told(events: Sequence[Event], stops: frozenset[str]) -> Told:
    """Read the history from its beginning; what it may not say fails."""
    now = Told()
    for event in events:
        subject, _, what = event.kind.partition(".")
        assert event.actor
        if subject != "ticket" or what in QUIET: continue
        now.version += 1
        _state(now, what, event, stops)
        _place(now, what, event)
        if what in ("opened", "corrected"): now.priority = event.data["priority"]
        if what == "warned": _warned(now, event)
    return now


def _state(now: Told, what: str, event: Event, stops: frozenset[str]) -> None:
    was, change = now.state, event.data.get("state")
    if change:
        froms, tos = LIFE[what]
        assert change[0] == was in froms, f"{what} from {change[0]}, was {was}"
        assert change[1] in tos, f"{what} to {change[1]}"
        now.state = change[1]
    else:
        assert what not in LIFE or what == "assigned", what
    if what in ("opened", "reopened"):
        now.began, now.warned, now.reopened = event.at, [], now.reopened + (what == "reopened")
    if now.state in stops and now.state != was: now.pauses.append((now.state, event.at, None))
    if was in stops and now.state != was: _end(now, was, event.at)


def _end(now: Told, was: str, at: datetime) -> None:
    place = next(n for n, (why, _, ended) in enumerate(now.pauses) if why == was and ended is None)
    now.pauses[place] = (was, now.pauses[place][1], at)


def _place(now: Told, what: str, event: Event) -> None:
    data, before = event.data, now.assignee
    queue = data.get("queue", now.queue)
    if "from_queue" in data: assert data["from_queue"] == now.queue
    if what not in ("opened", "resolved", "closed", "vendor_done"): now.moves += queue != now.queue
    now.queue = queue
    match what:
        case "claimed": now.assignee = event.actor
        case "assigned":
            assert data["from"] == before
            now.assignee = data["to"]
        case "vendor" | "vendor_done": now.assignee = before or event.actor
        case "resolved" if event.actor != "firstline": now.assignee = before or event.actor
        case _ if what in FREED: now.assignee = ""
    now.reassigned += bool(before and now.assignee and before != now.assignee)


def _warned(now: Told, event: Event) -> None:
    new = [(event.data["target"], rung) for rung in event.data["rungs"]]
    assert not set(new) & set(now.warned), "a step of the ladder was told twice"
    now.warned += new


def check(session: Session, desk: Desk, ticket_id: int, now: datetime) -> Clock | None:
    """Hold a ticket's row, pauses, clock and cards against its history; its clock, if it runs."""
    row, events = session.get_one(TicketRow, ticket_id), history(session, f"ticket:{ticket_id}")
    stops = clocks.agreement(session, desk, row).policies.stops
    tale = told(events, stops)
    for name in ("state", "assignee", "queue", "priority", "version", "moves", "reassigned", "reopened"):
        assert getattr(row, name) == getattr(tale, name), name
    assert row.clock_from == tale.began
    assert (row.update_due is None) == (row.state in OVER)
    assert (row.closed_at is not None) == (row.state == State.CLOSED) == bool(row.closed_how)
    _check_cards(session, row)
    _check_pauses(session, row, tale)
    _check_merged(session, row)
    return _check_clock(session, desk, row, tale, now) if row.state in OPEN else _over(row)


def _over(row: TicketRow) -> None:
    assert row.warn_at is None
    assert row.paused_at is None


def _check_cards(session: Session, row: TicketRow) -> None:
    """Every version has its card to draw; what the requester says has one beside."""
    keys = select(OutboxItem.key).where(OutboxItem.lane == f"card:{row.id}", OutboxItem.kind == "card")
    drawn = sorted(key for key in session.scalars(keys) if ":said:" not in key)
    assert drawn == sorted(f"card:{row.id}:{n}" for n in range(1, row.version + 1))


def _check_pauses(session: Session, row: TicketRow, tale: Told) -> None:
    rows = session.scalars(select(PauseRow).where(PauseRow.ticket_id == row.id).order_by(PauseRow.id)).all()
    assert [(one.why, one.began_at, one.ended_at) for one in rows] == tale.pauses
    for first, second in zip(tale.pauses, tale.pauses[1:], strict=False):
        assert first[2] is not None
        assert first[1] <= first[2] <= second[1]
    lasting = [began for _, began, ended in tale.pauses if ended is None]
    assert (row.paused_at is not None) == bool(lasting)


def _check_merged(session: Session, row: TicketRow) -> None:
    """A merged ticket goes on as one that was not merged itself."""
    if row.merged_into is None: return
    assert row.state == State.CLOSED
    assert session.get_one(TicketRow, row.merged_into).merged_into is None


def _check_clock(session: Session, desk: Desk, row: TicketRow, tale: Told, now: datetime) -> Clock:
    """What is promised, worked out anew from the history."""
    policy, hours = clocks.agreed(session, desk, row)
    pauses = tuple(Pause(began=began, ended=ended, why=why) for why, began, ended in tale.pauses)
    clock = Clock(policy=policy, hours=hours, started=row.clock_from, pauses=pauses)
    since = row.paused_at or now  # while it stands, what was worked out as it stopped moves on
    assert falls_due(clock, "resolution", since) <= row.resolution_due <= falls_due(clock, "resolution", now)
    if row.responded_at is None:
        assert falls_due(clock, "response", since) <= row.response_due <= falls_due(clock, "response", now)
    _check_ladder(session, desk, row, tale, clock, now)
    return clock


def _check_ladder(session: Session, desk: Desk, row: TicketRow, tale: Told, clock: Clock, now: datetime) -> None:
    ladder: Any = clocks.agreement(session, desk, row).policies.ladder
    targets: tuple[Any, ...] = ("resolution",) if row.responded_at else ("response", "resolution")
    left = [reached(clock, t, rung.at, now) for t in targets for rung in ladder if (t, rung.at) not in tale.warned]
    if row.paused_at: assert row.warn_at is None
    elif left: assert row.warn_at is not None and row.warn_at <= min(left)  # noqa: PT018 - the first makes the second


def spent(clock: Clock, now: datetime) -> Any:
    """How much of its time a clock has used."""
    return used(clock, now)
