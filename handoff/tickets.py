"""Tickets: open one, say something on it, look at it. What staff do with it is in the modules beside this one."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session

from core import events, noting, outbox
from core.db import insert
from core.errors import BadInput, NotAllowed, NotFound
from core.people import Person
from handoff import brief as briefs
from handoff import clocks, mirrors, placing, updates, working
from handoff.changing import MAX_NOTE, changed, checked, locked, must_be_open, show, subject, tell_requesters
from handoff.desk import Desk
from handoff.destinations import syncing
from handoff.routing import priority, queue_for
from handoff.states import OPEN, OVER, PREFIXES, Kind, State
from handoff.tables import CounterRow, PlaceRow, ReplyRow, TicketRow
from handoff.ticket import NewTicket, Ticket, ticket_of

__all__ = ["MAX_NOTE", "Kind", "NewTicket", "State", "Ticket"]


def open_ticket(session: Session, desk: Desk, new: NewTicket, *, by: str, now: datetime, tell: bool = False) -> Ticket:
    """Give a new ticket its number, priority, queue and promised times, and post its card.

    `tell` sends its requester a message as well. Where its queue assigns, somebody has it at once.
    """
    row = _row(session, desk, new, now)
    clocks.begin(session, desk, row, now)
    row.update_due = updates.following(session, desk, row, now)
    session.add(row)
    session.flush()
    facts = {"number": row.number, "queue": row.queue, "priority": row.priority, "category": new.category}
    facts["reason"] = new.brief.reason
    events.record(session, "ticket.opened", subject(row), actor=by, at=now, **facts)
    noting.note(session, "ticket", what="opened", tier=row.tier, queue=row.queue)
    if desk.connected: syncing.note(session, row, now)
    show(session, desk, row, now)
    mirrors.bring_files(session, row.id, new.brief.files, by=new.requester, now=now)
    if tell: tell_requesters(session, row, "opened", by, "", now)
    placing.give(session, desk, row, now)
    return ticket_of(row)


def _row(session: Session, desk: Desk, new: NewTicket, now: datetime) -> TicketRow:
    level, why = priority(desk, new.category, new.impact, new.urgency)
    chosen = desk.queue(new.queue) if new.queue else queue_for(desk, new.tier, new.category)
    queue = chosen or desk.queues[0]
    return TicketRow(
        number=_next_number(session, PREFIXES[new.kind]), kind=new.kind, state=State.NEW, version=1,
        summary=briefs.summary(new.brief.asked), requester=new.requester, assignee="", category=new.category,
        impact=new.impact, urgency=new.urgency, priority=level, priority_why=why, queue=queue.name, tier=queue.tier,
        goal=new.brief.goal, brief=new.brief.to_json(), conversation_id=new.conversation_id, channel=new.channel,
        thread_ts=new.thread_ts, opened_at=now, hours=queue.hours,
    )


def set_goal(session: Session, desk: Desk, ticket_id: int, goal: str, *, by: Person, now: datetime) -> Ticket:
    """Keep what the requester is trying to get done; the card shows it.

    Raises:
        NotAllowed: somebody else's ticket.
        Stale: it is over.
    """
    row = locked(session, ticket_id)
    if by.id != row.requester: raise NotAllowed(f"{row.number} is not your ticket.")
    must_be_open(row)
    if not goal.strip(): raise BadInput("Please write what you are trying to get done.")
    row.goal = checked(goal)
    return changed(session, desk, row, "goal", by.id, now, tell=False, goal=row.goal)


def action_over(session: Session, desk: Desk, ticket_id: int, title: str, outcome: str, now: datetime) -> Ticket:
    """The automation has finished something that was asked for before the handoff: the card tells it."""
    row = locked(session, ticket_id)
    return changed(session, desk, row, "action", "firstline", now, tell=False, title=title, outcome=outcome)


def requester_said(
    session: Session, desk: Desk, ticket: Ticket, text: str, *, ts: str, now: datetime, files: Sequence[str] = (),
    by: str = "", channel: str = ""
) -> None:
    """Bring what the requester, or somebody else (`by`), wrote in their thread to the staff's thread under the card.

    `channel` and `ts` name the message, so that its changes can follow. A ticket that waited for its requester goes on.
    """
    said = {"text": text, "files": list(files), "channel": channel, "ts": ts}
    writer = by or ticket.requester
    events.record(session, "ticket.requester_said", f"ticket:{ticket.id}", actor=writer, at=now, **said)
    if desk.connected: syncing.note(session, ticket, now)
    payload = {"ticket": ticket.id, "person": writer, **said}
    outbox.put(session, "staff_note", key=f"said:{ticket.id}:{ts}", lane=f"card:{ticket.id}", now=now, **payload)
    mirrors.redraw(session, ticket.id, ts, now)
    mirrors.bring_files(session, ticket.id, files, by=writer, now=now)
    if locked(session, ticket.id).state == State.WAITING and _waits_for(session, ticket, writer):
        working.resume(session, desk, ticket.id, by=writer, now=now, why="answered", tell=False)


def _waits_for(session: Session, ticket: Ticket, person: str) -> bool:
    """Whether a ticket that waits goes on with what somebody says: its requester, or whoever was asked last."""
    if person == ticket.requester: return True
    either = or_(TicketRow.id == ticket.id, TicketRow.merged_into == ticket.id)
    asked = select(TicketRow.requester).join(ReplyRow, ReplyRow.ticket_id == TicketRow.id)
    asked = asked.where(either, ReplyRow.asks.is_(True), ReplyRow.state == "sent").order_by(ReplyRow.due_at.desc())
    return session.scalar(asked.limit(1)) == person


# -- looking -------------------------------------------------------------------------------------------------------


def get(session: Session, ticket_id: int, *, lock: bool = False) -> Ticket:
    """A ticket by its id, with `lock` for this transaction alone; `NotFound` if there is none."""
    row = locked(session, ticket_id) if lock else session.get(TicketRow, ticket_id)
    if row is None: raise NotFound("This ticket does not exist.")
    return ticket_of(row)


def joined(session: Session, ticket_id: int, person_id: str) -> int | None:
    """A person's own ticket that goes on as this one, if there is one."""
    own = select(TicketRow.id).where(TicketRow.merged_into == ticket_id, TicketRow.requester == person_id)
    return session.scalar(own.order_by(TicketRow.id).limit(1))


def by_number(session: Session, number: str) -> Ticket | None:
    """A ticket by its number, whatever its case and with or without leading zeros: `inc-7` is `INC-000007`."""
    prefix, _, digits = number.strip().upper().partition("-")
    if not re.fullmatch(r"[0-9]{1,12}", digits): return None
    row = session.scalar(select(TicketRow).where(TicketRow.number == f"{prefix}-{int(digits):06d}"))
    return ticket_of(row) if row else None


def of_requester(session: Session, person_id: str, limit: int = 10) -> list[Ticket]:
    """A person's tickets: open ones first, of those the most urgent first, then the newest."""
    done = TicketRow.state.in_(OVER)
    urgent = case((done, ""), else_=TicketRow.priority)
    query = select(TicketRow).where(TicketRow.requester == person_id).order_by(done, urgent, TicketRow.id.desc())
    query = query.limit(limit)
    return [ticket_of(row) for row in session.scalars(query)]


def of_conversation(session: Session, conversation_id: int) -> Ticket | None:
    """The newest ticket that came out of a conversation, or the one that it was merged into."""
    query = select(TicketRow).where(TicketRow.conversation_id == conversation_id).order_by(TicketRow.id.desc())
    row = session.scalars(query).first()
    while row and row.merged_into: row = session.get_one(TicketRow, row.merged_into)
    return ticket_of(row) if row else None


def waiting(session: Session, tier: int | None = None, limit: int = 20) -> list[Ticket]:
    """Open tickets, of one tier or all, the most urgent and oldest first."""
    query = select(TicketRow).where(TicketRow.state.in_(OPEN))
    if tier is not None: query = query.where(TicketRow.tier == tier)
    return [ticket_of(row) for row in session.scalars(query.order_by(TicketRow.priority, TicketRow.id).limit(limit))]


def places(session: Session, ticket_id: int) -> list[PlaceRow]:
    """Where the ticket's card stands, in the order in which it came there."""
    return list(session.scalars(select(PlaceRow).where(PlaceRow.ticket_id == ticket_id).order_by(PlaceRow.id)))


def at_place(session: Session, channel: str, ts: str) -> Ticket | None:
    """The ticket whose card stands, or stood before it moved, in a message; None if that is no card."""
    query = select(TicketRow).join(PlaceRow, PlaceRow.ticket_id == TicketRow.id)
    row = session.scalars(query.where(PlaceRow.channel == channel, PlaceRow.ts == ts)).first()
    return ticket_of(row) if row else None


def stands_at(session: Session, ticket_id: int, *, queue_channel: str, channel: str, ts: str) -> None:
    """Remember in which message a card now stands."""
    place = {"queue_channel": queue_channel, "ts": ts}
    first = insert(session, PlaceRow).values(ticket_id=ticket_id, channel=channel, **place)
    session.execute(first.on_conflict_do_update(index_elements=["ticket_id", "channel"], set_=place))


# -- inside --------------------------------------------------------------------------------------------------------


def _next_number(session: Session, prefix: str) -> str:
    first = insert(session, CounterRow).values(prefix=prefix, value=1)
    query = first.on_conflict_do_update(index_elements=["prefix"], set_={"value": CounterRow.value + 1})
    return f"{prefix}-{session.execute(query.returning(CounterRow.value)).scalar_one():06d}"
