"""Who is placed best for a ticket: named when it waits, or given it where its queue says so."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import people
from handoff.changing import changed, enter
from handoff.desk import Desk
from handoff.routing import Colleague, Fit, fits
from handoff.states import OPEN, UNTAKEN, State
from handoff.tables import TicketRow
from handoff.ticket import Ticket

__all__ = ["Fit", "best", "give", "staff"]
FIRSTLINE = "firstline"


def best(session: Session, desk: Desk, ticket: Ticket | TicketRow, now: datetime) -> Fit | None:
    """Who is placed best for a ticket that waits to be taken; None if it is taken, or nobody fits who is at work."""
    if ticket.state not in UNTAKEN: return None
    queue = desk.queue(ticket.queue)
    others = [one for one in staff(session, desk) if one.person.id != ticket.requester]
    return next(iter(fits(others, queue, ticket.category, desk.hours[queue.hours], now)), None)


def staff(session: Session, desk: Desk) -> list[Colleague]:
    """The staff of the desk file, as far as Firstline knows them, with the number of tickets that each has open."""
    known = people.with_emails(session, [one.email for one in desk.staff])
    ids = [person.id for person in known]
    query = select(TicketRow.assignee, func.count()).where(TicketRow.assignee.in_(ids), TicketRow.state.in_(OPEN))
    load = {row[0]: row[1] for row in session.execute(query.group_by(TicketRow.assignee))}
    return [Colleague(person=person, open=load.get(person.id, 0)) for person in known]


def give(session: Session, desk: Desk, row: TicketRow, now: datetime) -> bool:
    """Give a new ticket to whoever is placed best, where its queue says so; the time to answer runs until they do."""
    fit = best(session, desk, row, now) if desk.queue(row.queue).assign else None
    if fit is None: return False
    row.assignee = fit.person.id
    facts = enter(session, desk, row, State.CLAIMED, now)
    facts |= {"from": "", "to": row.assignee, "internal": ""}
    changed(session, desk, row, "assigned", FIRSTLINE, now, tell=False, **facts)  # its card calls them when it comes
    return True
