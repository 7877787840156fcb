"""What follows by itself: a pause ends, a question stays unanswered, a vendor is late, a resolved ticket closes."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handoff import clocks, ending, ladder, working
from handoff.desk import Desk
from handoff.sla import not_before
from handoff.states import State
from handoff.tables import TicketRow


def due(session: Session, now: datetime, limit: int) -> list[int]:
    """Tickets whose state has to be looked at now, those that wait longest first."""
    query = select(TicketRow.id).where(TicketRow.wakes_at <= now)
    return list(session.scalars(query.order_by(TicketRow.wakes_at).limit(limit)))


def take(session: Session, desk: Desk, ticket_id: int, now: datetime) -> bool:
    """Do what is due with one ticket, if it still is; of several who try at once one does.

    While the desk is closed it waits for the opening: nobody is written to in the night.
    """
    row = session.get(TicketRow, ticket_id, with_for_update=True, populate_existing=True)
    if row is None or row.wakes_at is None or row.wakes_at > now: return False
    opens = not_before(*clocks.agreed(session, desk, row), now)
    if opens > now:
        row.wakes_at = opens
        return False
    _wake(session, desk, row, now)
    return True


def postpone(session: Session, ticket_id: int, now: datetime, until: datetime) -> None:
    """Look at a ticket later, if that is still due."""
    query = update(TicketRow).where(TicketRow.id == ticket_id, TicketRow.wakes_at <= now)
    session.execute(query.values(wakes_at=until))


def _wake(session: Session, desk: Desk, row: TicketRow, now: datetime) -> None:
    match row.state:
        case State.HELD: working.resume(session, desk, row.id, by="firstline", now=now, why="over")
        case State.WAITING: ending.unanswered(session, desk, row, now)
        case State.VENDOR: ladder.chase(session, desk, row, now)
        case State.RESOLVED: ending.expire(session, desk, row, now)
        case _: row.wakes_at = None
