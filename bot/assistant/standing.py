"""How a ticket stands, looked up: since when, what is waited for, and the last word of the staff."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.standing import Ended, Standing, Word
from core.events import Event
from handoff import tickets, updates
from handoff.desk import Desk
from handoff.ending import reopens_until
from handoff.tables import ReplyRow
from handoff.tickets import State, Ticket

RESOLVED, CLOSED, HELD = "ticket.resolved", "ticket.closed", "ticket.held"
SENT = "sent"  # the state of a reply that its requester has


def stand(session: Session, desk: Desk, ticket: Ticket, now: datetime) -> Standing:
    """How a ticket stands now, for its requester and for staff."""
    into = tickets.get(session, ticket.merged_into) if ticket.merged_into else None
    contact = ", ".join(part for part in (desk.contact.phone, desk.contact.hours) if part)
    held = last(session, ticket, HELD) if ticket.state is State.HELD else None
    return Standing(
        ticket=ticket, since=updates.since(session, ticket.id) or ticket.opened_at, now=now, contact=contact,
        question=_question(session, ticket), why=str(held.data["note"]) if held else "", word=_word(session, ticket),
        review=desk.queue(ticket.queue).review,
        reopens_until=reopens_until(desk, ticket.resolved_at) if ticket.resolved_at else None,
        into=replace(outline(stand(session, desk, into, now)), own=False) if into else None,
    )


def outline(standing: Standing) -> Standing:
    """The same without what the ticket is about."""
    ticket = replace(standing.ticket, summary="", resolution="", goal="")
    return replace(standing, ticket=ticket, question="", why="", word=None, outline=True)


def ended(session: Session, desk: Desk, ticket: Ticket, heard_by: int, now: datetime) -> Ended:
    """What is told of a ticket's end to the requester of the ticket `heard_by`, which may have been merged into it."""
    resolved, closed = last(session, ticket, RESOLVED), last(session, ticket, CLOSED)
    own = heard_by == ticket.id
    asks = own and closed is not None and bool(closed.data["asks"]) and ticket.rating is None
    until = reopens_until(desk, ticket.resolved_at) if ticket.resolved_at and ticket.merged_into is None else None
    return Ended(
        ticket=ticket, by=resolved.actor if resolved else "", heard_as="" if own else _number(session, heard_by),
        asks=asks and ticket.state is State.CLOSED, closes_at=ticket.wakes_at, reopens_until=until, now=now,
    )  # fmt: skip


def last(session: Session, ticket: Ticket, kind: str) -> Event | None:
    """The newest event of a kind."""
    query = select(Event).where(Event.subject == f"ticket:{ticket.id}", Event.kind == kind)
    return session.scalars(query.order_by(Event.id.desc()).limit(1)).first()


def _number(session: Session, ticket_id: int) -> str:
    return tickets.get(session, ticket_id).number


def _question(session: Session, ticket: Ticket) -> str:
    """What a ticket that waits for its requester waits for."""
    if ticket.state is not State.WAITING: return ""
    row = session.scalars(_sent(ticket).where(ReplyRow.asks.is_(True)).limit(1)).first()
    return row.text if row else ""


def _word(session: Session, ticket: Ticket) -> Word | None:
    row = session.scalars(_sent(ticket).limit(1)).first()
    return Word(text=row.text, by=row.by, at=row.due_at) if row else None


def _sent(ticket: Ticket) -> Select[ReplyRow]:
    """What was sent to a ticket's requester, the newest first."""
    sent = select(ReplyRow).where(ReplyRow.ticket_id == ticket.id, ReplyRow.state == SENT)
    return sent.order_by(ReplyRow.id.desc())
