"""The ladder of a clock: who hears when a promise comes near, and when it is broken. Each step once."""

from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from core import outbox
from handoff import clocks
from handoff.agreed import Rung
from handoff.changing import changed
from handoff.desk import Desk
from handoff.states import OVER
from handoff.tables import TicketRow

_DUE = (
    select(TicketRow.id).where(TicketRow.warn_at <= bindparam("now")).order_by(TicketRow.warn_at)
    .limit(bindparam("limit"))
)  # fmt: skip
KIND = "warning"  # what the outbox calls it


def due(session: Session, now: datetime, limit: int) -> list[int]:
    """Tickets whose clock has reached a step, those that wait longest first."""
    return list(session.scalars(_DUE, {"now": now, "limit": limit}))


def take(session: Session, desk: Desk, ticket_id: int, now: datetime) -> bool:
    """Tell whom the ladder names, if its step is still due; of several who try at once one does.

    Where several steps of a target have passed, such as after a change of priority, the highest is told.
    """
    row = session.get(TicketRow, ticket_id, with_for_update=True, populate_existing=True)
    if row is None or row.warn_at is None or row.warn_at > now: return False
    if row.state in OVER:
        row.warn_at = None
        return False
    found = clocks.rungs(session, desk, row, clocks.clock(session, desk, row), now)
    passed = [(target, rung) for target, rung, moment in found if moment <= now]
    for target in dict.fromkeys(target for target, _ in passed):
        _climb(session, desk, row, target, [rung for one, rung in passed if one == target], now)
    row.warn_at = min((moment for _, _, moment in found if moment > now), default=None)
    return bool(passed)


def postpone(session: Session, ticket_id: int, now: datetime, until: datetime) -> None:
    """Look at a ticket's ladder later, if that is still due."""
    query = update(TicketRow).where(TicketRow.id == ticket_id, TicketRow.warn_at <= now)
    session.execute(query.values(warn_at=until))


def _climb(session: Session, desk: Desk, row: TicketRow, target: str, rungs: list[Rung], now: datetime) -> None:
    top = max(rungs, key=lambda rung: rung.at)
    due_at = row.response_due if target == "response" else row.resolution_due
    facts = {"target": target, "falls_due": due_at.isoformat()}
    payload = facts | {"at": top.at, "tell": list(top.tell)}
    key = f"sla:{row.id}:{target}:{top.at}:{row.clock_from:%Y%m%dT%H%M%S}"
    if outbox.put(session, KIND, key=key, lane=f"card:{row.id}", now=now, ticket=row.id, **payload):
        rest = facts | {"percent": top.at, "told": list(top.tell), "rungs": [rung.at for rung in rungs]}
        changed(session, desk, row, "warned", "firstline", now, tell=False, **rest)
