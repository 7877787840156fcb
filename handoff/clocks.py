"""The clock of a ticket: what it was promised, when its clock stood, and when somebody hears of it next."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core.events import Event
from handoff import agreements
from handoff.agreed import Hours, Policy, Rung
from handoff.agreements import Agreement
from handoff.desk import Desk
from handoff.sla import Clock, Pause, Target, falls_due, reached
from handoff.states import OVER, State
from handoff.tables import PauseRow, TicketRow

WARNED = "ticket.warned"
TARGETS: tuple[Target, ...] = ("response", "resolution")
# Every change of a ticket asks these two, so they are made once. They go past the unit of work, which would write the
# ticket half changed: pauses are written as they begin and end.
_PAUSES = (
    select(PauseRow.began_at, PauseRow.ended_at, PauseRow.why, PauseRow.note)
    .where(PauseRow.ticket_id == bindparam("ticket"))
    .where(PauseRow.ended_at.is_(None) | (PauseRow.ended_at > bindparam("since"))).order_by(PauseRow.id)
)  # fmt: skip
_WARNED = select(Event.data).where(
    Event.subject == bindparam("subject"), Event.kind == WARNED, Event.at >= bindparam("since")
)


def agreement(session: Session, desk: Desk, row: TicketRow) -> Agreement:
    """What a ticket was promised under."""
    return agreements.of(session, desk, row.policy_version)


def agreed(session: Session, desk: Desk, row: TicketRow) -> tuple[Policy, Hours]:
    """The policy and the calendar of a ticket's promise; one from before that was kept has its queue's calendar."""
    known = agreement(session, desk, row)
    return known.policies.of(row.priority), known.calendar(row.hours or desk.queue(row.queue).hours)


def clock(session: Session, desk: Desk, row: TicketRow) -> Clock:
    """The clock of a ticket's present promise, with every pause since it began."""
    policy, hours = agreed(session, desk, row)
    return Clock(policy=policy, hours=hours, started=row.clock_from, pauses=pauses(session, row))


def pauses(session: Session, row: TicketRow) -> tuple[Pause, ...]:
    """When the clock of the present promise stood, oldest first."""
    if row.id is None: return ()  # it is just being opened
    found = session.connection().execute(_PAUSES, {"ticket": row.id, "since": row.clock_from})
    return tuple(Pause(began=began, ended=ended, why=why, note=note) for began, ended, why, note in found)


def begin(session: Session, desk: Desk, row: TicketRow, now: datetime) -> None:
    """A new promise from now on, under what is agreed today; a clock that stood goes on."""
    row.policy_version, row.hours = desk.policies.version, row.hours or desk.queue(row.queue).hours
    row.clock_from, row.responded_at = now, None
    _go(session, row, now)
    keep_time(session, desk, row, now)


def keep_time(session: Session, desk: Desk, row: TicketRow, now: datetime) -> None:
    """Let the clock stand or go as the ticket's state says, and work out anew what falls due when."""
    stops = agreement(session, desk, row).policies.stops
    if row.state in stops: _stand(session, row, now)
    elif row.paused_at: _go(session, row, now)
    if row.state not in OVER: promise(session, desk, row, now)
    else: row.warn_at = None


def promise(session: Session, desk: Desk, row: TicketRow, now: datetime) -> None:
    """Work out when response and resolution of an open ticket fall due, and when the ladder is climbed next."""
    running = clock(session, desk, row)
    if row.responded_at is None: row.response_due = falls_due(running, "response", now)
    row.resolution_due = falls_due(running, "resolution", now)
    row.warn_at = None if row.paused_at else next_rung(session, desk, row, running, now)


def next_rung(session: Session, desk: Desk, row: TicketRow, running: Clock, now: datetime) -> datetime | None:
    """When the next step of the ladder is reached; None at its end."""
    return min((moment for _, _, moment in rungs(session, desk, row, running, now)), default=None)


def rungs(
    session: Session, desk: Desk, row: TicketRow, running: Clock, now: datetime
) -> list[tuple[Target, Rung, datetime]]:
    """The steps of the ladder that nobody was told of yet: the target, the step, and when it is reached."""
    ladder = agreement(session, desk, row).policies.ladder
    told = warned(session, row) if ladder and row.id is not None else set()
    return [
        (target, rung, reached(running, target, rung.at, now))
        for target in _targets(row) for rung in ladder if (target, rung.at) not in told
    ]  # fmt: skip


def warned(session: Session, row: TicketRow) -> set[tuple[str, int]]:
    """Which steps of which target somebody was told of under the present promise."""
    found = session.connection().execute(_WARNED, {"subject": f"ticket:{row.id}", "since": row.clock_from})
    return {(data["target"], at) for (data,) in found for at in data["rungs"]}


def _targets(row: TicketRow) -> Iterable[Target]:
    return TARGETS[1:] if row.responded_at else TARGETS


def _stand(session: Session, row: TicketRow, now: datetime) -> None:
    """Stop the clock; a pause of another kind ends where this one begins."""
    last = _lasting(session, row)
    if last and last.why == row.state: return
    if last: last.ended_at = now
    session.add(PauseRow(ticket_id=row.id, why=State(row.state), by=row.assignee, note="", began_at=now))
    row.paused_at = now
    session.flush()


def _go(session: Session, row: TicketRow, now: datetime) -> None:
    if row.id is None or row.paused_at is None: return
    last = _lasting(session, row)
    if last: last.ended_at = now
    row.paused_at = None
    session.flush()


def _lasting(session: Session, row: TicketRow) -> PauseRow | None:
    query = select(PauseRow).where(PauseRow.ticket_id == row.id, PauseRow.ended_at.is_(None))
    return session.scalars(query.order_by(PauseRow.id.desc())).first()
