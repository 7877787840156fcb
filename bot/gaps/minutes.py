"""What a question cost the person who asked it, in minutes of the desk's working hours.

It counts from the question until the person's problem was solved: until their ticket was resolved, or, while it is
open, until now; without a ticket until the last message of the thread. Only time in which the desk is open counts, by
the calendar of the ticket's clock (without a ticket: of the desk's first queue), and never more than one working day:
whoever waits longer has found something else to do.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.tables import GapQuestionRow, TurnRow
from handoff.agreed import Hours
from handoff.desk import Desk
from handoff.opening import NO_TIME, opening
from handoff.states import OPEN
from handoff.tables import TicketRow

STILL_OPEN_FOR = timedelta(days=30)  # after which what an open ticket costs has long reached its most
AT_ONCE = 500  # conversations
MINUTE = timedelta(minutes=1)


def lost(hours: Hours, asked: datetime, over: datetime) -> int:
    """The minutes between two moments (aware) in which a calendar is open, up to one working day."""
    span = opening(hours).between(asked, over) if over > asked else NO_TIME
    return min(span, hours.working_day()) // MINUTE


def count(session: Session, desk: Desk, conversation_ids: Collection[int], now: datetime) -> None:
    """Work out anew what the questions of these conversations cost, as far as they belong to a gap."""
    asked = _questions(session, conversation_ids)
    if not asked: return
    tickets, said = _tickets(session, asked), _last_said(session, asked)
    for conversation, rows in asked.items():
        last = said[conversation]
        for row in rows:
            ticket = _ticket_of(tickets[conversation], row.at)
            row.minutes = _of_ticket(desk, ticket, row.at, now) if ticket else _of_thread(desk, row.at, last)


def waiting(session: Session, now: datetime, after: int = 0) -> list[int]:
    """Conversations of questions in a gap whose ticket is still open, as what they cost grows: the next after one."""
    query = (
        select(TurnRow.conversation_id).join(GapQuestionRow, GapQuestionRow.turn_id == TurnRow.id)
        .join(TicketRow, TicketRow.conversation_id == TurnRow.conversation_id)
        .where(TicketRow.state.in_(OPEN), GapQuestionRow.at >= now - STILL_OPEN_FOR)
        .where(TurnRow.conversation_id > after).distinct().order_by(TurnRow.conversation_id).limit(AT_ONCE)
    )  # fmt: skip
    return list(session.scalars(query))


def conversations_of(session: Session, ticket_id: int) -> list[int]:
    """The conversations that a ticket came out of: its own, and those of the tickets that were merged into it."""
    own = (TicketRow.id == ticket_id) | (TicketRow.merged_into == ticket_id)
    found = session.scalars(select(TicketRow.conversation_id).where(own, TicketRow.conversation_id.is_not(None)))
    return [one for one in found if one is not None]


def _of_ticket(desk: Desk, ticket: TicketRow, asked: datetime, now: datetime) -> int:
    name = ticket.hours or desk.queue(ticket.queue).hours
    return lost(desk.hours.get(name) or _usual(desk), asked, ticket.resolved_at or now)


def _of_thread(desk: Desk, asked: datetime, last: datetime) -> int:
    return lost(_usual(desk), asked, last)


def _usual(desk: Desk) -> Hours:
    return desk.hours[desk.queues[0].hours]


def _questions(session: Session, ids: Collection[int]) -> dict[int, list[GapQuestionRow]]:
    query = select(GapQuestionRow, TurnRow.conversation_id).join(TurnRow, TurnRow.id == GapQuestionRow.turn_id)
    found = defaultdict(list)
    for row, one in session.execute(query.where(TurnRow.conversation_id.in_(ids))): found[one].append(row)
    return found


def _tickets(session: Session, ids: Iterable[int]) -> dict[int, list[TicketRow]]:
    """The tickets of each conversation, oldest first; for one that was merged, the one that goes on instead."""
    found = defaultdict(list)
    query = select(TicketRow).where(TicketRow.conversation_id.in_(list(ids))).order_by(TicketRow.id)
    for row in session.scalars(query):
        conversation = row.conversation_id or 0
        while row.merged_into: row = session.get_one(TicketRow, row.merged_into)  # noqa: PLW2901 - the one that goes on
        found[conversation].append(row)
    return found


def _ticket_of(tickets: Sequence[TicketRow], asked: datetime) -> TicketRow | None:
    """The ticket that a question went to: of those that were not over when it was asked, the first."""
    return next((row for row in tickets if row.resolved_at is None or row.resolved_at >= asked), None)


def _last_said(session: Session, ids: Iterable[int]) -> dict[int, datetime]:
    last = func.max(TurnRow.at)
    query = select(TurnRow.conversation_id, last).where(TurnRow.conversation_id.in_(list(ids)))
    return {row[0]: row[1] for row in session.execute(query.group_by(TurnRow.conversation_id))}
