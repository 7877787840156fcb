"""What is under way with somebody ends before they are erased: their runs, requests and tickets, and their work."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.erasing.scope import Scope
from core.people import Person, Role
from handoff import ending, working
from handoff.actions import requests
from handoff.changing import locked
from handoff.desk import Desk
from handoff.states import OVER, State
from handoff.tables import TicketRow
from kb.cookbook import End
from kb.tables import RunRow

FIRSTLINE = Person(id="firstline", name="Firstline", roles=frozenset({Role.MANAGER}))  # acts for the desk itself


def let_go(session: Session, desk: Desk, scope: Scope, now: datetime) -> list[str]:
    """End it all, in the caller's transaction; the numbers of tickets that want another owner.

    Their own open tickets are closed, unless somebody else's go on in them; what they worked on waits in its queue
    again, but for what is with a vendor: that stays there.
    """
    walking = select(RunRow).where(RunRow.owner == scope.person, RunRow.end == "")
    for run in session.scalars(walking).all(): _leave(session, run, now)
    for ticket in _own(session, scope): ending.closed_as_erased(session, desk, ticket, now)
    return [row.number for row in _worked(session, scope) if not _given_back(session, desk, row, now)]


def _leave(session: Session, run: RunRow, now: datetime) -> None:
    requests.withdraw(session, run.id, now)
    run.end, run.wakes_at = End.ABANDONED, None
    run.progress = run.progress | {"end": End.ABANDONED.value}


def _own(session: Session, scope: Scope) -> Iterator[TicketRow]:
    query = select(TicketRow.id).where(TicketRow.requester == scope.person, TicketRow.state != State.CLOSED)
    for number in list(session.scalars(query.order_by(TicketRow.id))):
        if not _shared(session, number, scope): yield locked(session, number)


def _shared(session: Session, ticket_id: int, scope: Scope) -> bool:
    """Whether tickets of others go on in this one."""
    others = select(TicketRow.id).where(TicketRow.merged_into == ticket_id, TicketRow.requester != scope.person)
    return session.scalar(others.limit(1)) is not None


def _worked(session: Session, scope: Scope) -> list[TicketRow]:
    query = select(TicketRow.id).where(TicketRow.assignee == scope.person, TicketRow.state.not_in(OVER))
    return [locked(session, number) for number in list(session.scalars(query.order_by(TicketRow.id)))]


def _given_back(session: Session, desk: Desk, row: TicketRow, now: datetime) -> bool:
    if row.state == State.VENDOR: return False
    working.hand_back(session, desk, row.id, note="", by=FIRSTLINE, now=now)
    return True
