"""Tickets: open, claim, escalate, resolve, reopen. Each change is one conditional step in the caller's transaction.

Every change writes its event, and to the outbox what people are to see of it: the card in the queue's channel, and
the news in the requester's own thread. The payloads say what happened; how it looks is decided where it is delivered.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from core import events, outbox
from core.db import insert
from core.errors import BadInput, NotAllowed, NotFound, Stale
from core.people import Action, Person
from handoff import brief as briefs
from handoff import updates
from handoff.brief import Brief
from handoff.desk import Desk, Level, Queue
from handoff.routing import next_queue, priority, queue_for
from handoff.sla import milestones
from handoff.tables import CounterRow, PlaceRow, TicketRow

CONFIRMED = "confirmed"  # the code of a ticket that its requester closed; the desk's codes are for staff
WORKS_AGAIN = "The requester says that it works again."
REOPEN_FOR = timedelta(days=14)
MAX_NOTE = 3000  # characters of a note: what one Slack input takes


class Kind(StrEnum):
    """A service request is not an incident."""

    INCIDENT = "incident"
    REQUEST = "request"


class State(StrEnum):
    """Where a ticket is in its life."""

    NEW = "new"
    CLAIMED = "claimed"
    RESOLVED = "resolved"


PREFIXES = {Kind.INCIDENT: "INC", Kind.REQUEST: "REQ"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """What is known when a ticket is opened. `channel` and `thread_ts` are where its requester hears of it."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A ticket as it stands. Times are aware, in UTC."""

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

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state is not State.RESOLVED


# -- changes -------------------------------------------------------------------------------------------------------


def open_ticket(session: Session, desk: Desk, new: NewTicket, *, by: str, now: datetime, tell: bool = False) -> Ticket:
    """Give a new ticket its number, priority, queue and promised times, and post its card.

    `tell` sends its requester a message as well.
    """
    level, why = priority(desk, new.category, new.impact, new.urgency)
    queue = queue_for(desk, new.tier, new.category) or desk.queues[0]
    row = TicketRow(
        number=_next_number(session, PREFIXES[new.kind]), kind=new.kind, state=State.NEW, version=1,
        summary=briefs.summary(new.brief.asked), requester=new.requester, category=new.category, impact=new.impact,
        urgency=new.urgency, priority=level, priority_why=why, queue=queue.name, tier=queue.tier, goal=new.brief.goal,
        brief=new.brief.to_json(), conversation_id=new.conversation_id, channel=new.channel, thread_ts=new.thread_ts,
        opened_at=now, policy_version=desk.policies.version, **promises(desk, level, queue, now),
        update_due=updates.following(desk, level, queue.name, now),
    )
    session.add(row)
    session.flush()
    facts = {"number": row.number, "queue": queue.name, "priority": level, "category": new.category}
    facts["reason"] = new.brief.reason
    events.record(session, "ticket.opened", _subject(row), actor=by, at=now, **facts)
    _show(session, row, queue, now)
    if tell: _tell(session, row, "opened", by, "", now)
    return _ticket(row)


def claim(session: Session, desk: Desk, ticket_id: int, *, by: Person, now: datetime) -> Ticket:
    """One agent takes the ticket.

    Raises:
        Stale: somebody already has it, or it is over; says who or what.
    """
    row = lock(session, ticket_id, by)
    if row.state == State.RESOLVED: raise Stale(f"{row.number} is already resolved.")
    if row.state == State.CLAIMED and row.assignee == by.id: raise Stale(f"{row.number} is already yours.")
    if row.state == State.CLAIMED: raise Stale(f"{row.number} was claimed by <@{row.assignee}> a moment ago.")
    row.state, row.assignee, row.responded_at = State.CLAIMED, by.id, row.responded_at or now
    return changed(session, desk, row, "claimed", by.id, now)


def escalate(
    session: Session, desk: Desk, ticket_id: int, *, seen_tier: int, reason: str, note: str, reviewed: bool,
    by: Person, now: datetime
) -> Ticket:
    """Move the ticket one tier up; it waits there for somebody to claim it.

    Raises:
        BadInput: the earlier work was not reviewed, the reason is not one of the desk's, or there is no tier above.
        Stale: it is over, or no longer at the tier that the person saw.
    """
    row = lock(session, ticket_id, by)
    if row.state == State.RESOLVED: raise Stale(f"{row.number} is already resolved.")
    if row.tier != seen_tier: raise Stale(f"{row.number} has already moved to tier {row.tier}.")
    if not reviewed: raise BadInput("Please read what was already tried, and tick that you did.")
    if reason not in desk.escalation_reasons: raise BadInput("Please choose a reason for the escalation.")
    queue = next_queue(desk, row.tier, row.category)
    if queue is None: raise BadInput(f"There is no tier above {row.tier} for {row.number}.")
    facts: dict[str, Any] = {"from_tier": row.tier, "from_queue": row.queue, "reason": reason, "note": _note(note)}
    left = desk.queue(row.queue)
    if left.procedure: facts["procedure"] = left.procedure.model_dump()  # as it was seen: the desk file may change
    row.tier, row.queue, row.state, row.assignee = queue.tier, queue.name, State.NEW, ""
    moved = changed(session, desk, row, "escalated", by.id, now, **facts)
    if left.channel == queue.channel: _announce(session, row, "escalated", by.id, now)
    return moved


def resolve(
    session: Session, desk: Desk, ticket_id: int, *, seen_tier: int, code: str, note: str, by: Person, now: datetime
) -> Ticket:
    """The work is done; `note` is what the requester is told.

    Raises:
        BadInput: the code is not one of the desk's, or the note is empty.
        Stale: it was resolved before, or is no longer at the tier that the person saw.
    """
    row = lock(session, ticket_id, by)
    if row.state == State.RESOLVED: raise Stale(f"{row.number} is already resolved.")
    if row.tier != seen_tier: raise Stale(f"{row.number} has already moved to tier {row.tier}.")
    if code not in desk.resolution_codes: raise BadInput("Please choose how the ticket ended.")
    done = _note(note)
    if not done: raise BadInput("Please write what was done; the requester reads it.")
    row.state, row.assignee, row.resolved_at = State.RESOLVED, row.assignee or by.id, now
    row.responded_at = row.responded_at or now
    row.resolution_code, row.resolution = code, done
    return changed(session, desk, row, "resolved", by.id, now, code=code, note=row.resolution)


def confirm(session: Session, desk: Desk, ticket_id: int, *, by: Person, now: datetime) -> Ticket:
    """The requester says that it works again: their ticket is done, and its staff are told.

    Raises:
        NotAllowed: somebody else's ticket.
        Stale: it is resolved.
    """
    row = _locked_row(session, ticket_id)
    if by.id != row.requester: raise NotAllowed(f"{row.number} is not your ticket.")
    if row.state == State.RESOLVED: raise Stale(f"{row.number} is already resolved.")
    row.state, row.resolved_at, row.responded_at = State.RESOLVED, now, row.responded_at or now
    row.resolution_code, row.resolution = CONFIRMED, WORKS_AGAIN
    done = changed(session, desk, row, "resolved", by.id, now, tell=False, code=CONFIRMED, note=WORKS_AGAIN)
    _announce(session, row, "confirmed", by.id, now)
    return done


def reopen(session: Session, desk: Desk, ticket_id: int, *, by: Person, now: datetime) -> Ticket:
    """The requester (or an agent) says that it is not fixed: it waits in its queue again, with new promised times.

    Raises:
        Stale: it is open anyway.
        BadInput: it was resolved too long ago.
    """
    row = _locked_row(session, ticket_id)
    if by.id != row.requester: by.must(Action.WORK_TICKETS)
    if row.state != State.RESOLVED or row.resolved_at is None: raise Stale(f"{row.number} is already open.")
    if now - row.resolved_at > REOPEN_FOR:
        raise BadInput(f"{row.number} was resolved more than {REOPEN_FOR.days} days ago. Please ask again as new.")
    was: dict[str, Any] = {"resolution_code": row.resolution_code, "resolution": row.resolution}
    row.state, row.assignee, row.responded_at, row.resolved_at = State.NEW, "", None, None
    row.resolution_code = row.resolution = ""
    for name, moment in promises(desk, row.priority, desk.queue(row.queue), now).items(): setattr(row, name, moment)
    opened = changed(session, desk, row, "reopened", by.id, now, **was)
    _announce(session, row, "reopened", by.id, now)
    return opened


def set_goal(session: Session, desk: Desk, ticket_id: int, goal: str, *, by: Person, now: datetime) -> Ticket:
    """Keep what the requester is trying to get done; the card shows it.

    Raises:
        NotAllowed: somebody else's ticket.
        Stale: it is over.
    """
    row = _locked_row(session, ticket_id)
    if by.id != row.requester: raise NotAllowed(f"{row.number} is not your ticket.")
    if row.state == State.RESOLVED: raise Stale(f"{row.number} is already resolved.")
    if not goal.strip(): raise BadInput("Please write what you are trying to get done.")
    row.goal = _note(goal)
    return changed(session, desk, row, "goal", by.id, now, tell=False, goal=row.goal)


def action_over(session: Session, desk: Desk, ticket_id: int, title: str, outcome: str, now: datetime) -> Ticket:
    """The automation has finished something that was asked for before the handoff: the card tells it."""
    row = _locked_row(session, ticket_id)
    return changed(session, desk, row, "action", "firstline", now, tell=False, title=title, outcome=outcome)


def requester_said(
    session: Session, ticket: Ticket, text: str, *, ts: str, now: datetime, files: Sequence[str] = (), by: str = ""
) -> None:
    """Bring what the requester, or somebody else (`by`), wrote in their thread to the staff's thread under the card."""
    said = {"text": text, "files": list(files)}
    writer = by or ticket.requester
    events.record(session, "ticket.requester_said", f"ticket:{ticket.id}", actor=writer, at=now, **said)
    payload = {"ticket": ticket.id, "person": writer, "text": text, "files": list(files)}
    outbox.put(session, "staff_note", key=f"said:{ticket.id}:{ts}", lane=f"card:{ticket.id}", now=now, **payload)


# -- looking -------------------------------------------------------------------------------------------------------


def get(session: Session, ticket_id: int) -> Ticket:
    """A ticket by its id; `NotFound` if there is none."""
    row = session.get(TicketRow, ticket_id)
    if row is None: raise NotFound("This ticket does not exist.")
    return _ticket(row)


def by_number(session: Session, number: str) -> Ticket | None:
    """A ticket by its number, whatever its case and with or without leading zeros: `inc-7` is `INC-000007`."""
    prefix, _, digits = number.strip().upper().partition("-")
    if not re.fullmatch(r"[0-9]{1,12}", digits): return None
    row = session.scalar(select(TicketRow).where(TicketRow.number == f"{prefix}-{int(digits):06d}"))
    return _ticket(row) if row else None


def of_requester(session: Session, person_id: str, limit: int = 10) -> list[Ticket]:
    """A person's tickets: open ones first, of those the most urgent first, then the newest."""
    done = TicketRow.state == State.RESOLVED
    urgent = case((done, ""), else_=TicketRow.priority)
    query = select(TicketRow).where(TicketRow.requester == person_id).order_by(done, urgent, TicketRow.id.desc())
    query = query.limit(limit)
    return [_ticket(row) for row in session.scalars(query)]


def of_conversation(session: Session, conversation_id: int) -> Ticket | None:
    """The newest ticket that came out of a conversation."""
    query = select(TicketRow).where(TicketRow.conversation_id == conversation_id).order_by(TicketRow.id.desc())
    row = session.scalars(query).first()
    return _ticket(row) if row else None


def waiting(session: Session, tier: int | None = None, limit: int = 20) -> list[Ticket]:
    """Open tickets, of one tier or all, the most urgent and oldest first."""
    query = select(TicketRow).where(TicketRow.state != State.RESOLVED)
    if tier is not None: query = query.where(TicketRow.tier == tier)
    return [_ticket(row) for row in session.scalars(query.order_by(TicketRow.priority, TicketRow.id).limit(limit))]


def places(session: Session, ticket_id: int) -> list[PlaceRow]:
    """Where the ticket's card stands, in the order in which it came there."""
    return list(session.scalars(select(PlaceRow).where(PlaceRow.ticket_id == ticket_id).order_by(PlaceRow.id)))


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


def promises(desk: Desk, level: str, queue: Queue, now: datetime) -> dict[str, datetime]:
    """The promised times of a priority, by their column, counted from `now`."""
    reached = milestones(desk.policies.of(level), desk.hours[queue.hours], now)
    return {"response_due": reached.response_due, "resolution_due": reached.resolution_due}


def _locked_row(session: Session, ticket_id: int) -> TicketRow:
    row = session.get(TicketRow, ticket_id, with_for_update=True)
    if row is None: raise NotFound("This ticket does not exist.")
    return row


def lock(session: Session, ticket_id: int, by: Person) -> TicketRow:
    """A ticket's row, for a member of staff alone until the transaction ends."""
    by.must(Action.WORK_TICKETS)
    return _locked_row(session, ticket_id)


def changed(
    session: Session, desk: Desk, row: TicketRow, what: str, by: str, now: datetime, *, tell: bool = True, **facts: Any
) -> Ticket:
    """End a change: a new version, its event with these facts, the card, and (`tell`) word to the requester.

    Whoever is told something waits a whole interval for the next update; after the end there is none.
    """
    row.version += 1
    row.update_due = _next_update(desk, row, now, told=tell)
    events.record(session, f"ticket.{what}", _subject(row), actor=by, at=now, **facts)
    _show(session, row, desk.queue(row.queue), now)
    if tell: _tell(session, row, what, by, facts.get("note", ""), now)
    return _ticket(row)


def _next_update(desk: Desk, row: TicketRow, now: datetime, *, told: bool) -> datetime | None:
    if row.state == State.RESOLVED: return None
    return updates.following(desk, row.priority, row.queue, now) if told else updates.sooner(desk, row, now)


def _tell(session: Session, row: TicketRow, what: str, by: str, note: str, now: datetime) -> None:
    payload = {"ticket": row.id, "what": what, "by": by, "note": note}
    outbox.put(session, "notice", key=f"notice:{row.id}:{row.version}", lane=f"requester:{row.id}", now=now, **payload)


def _announce(session: Session, row: TicketRow, what: str, by: str, now: datetime) -> None:
    """Say it in the channel too: a card that changes where it stands notifies nobody."""
    payload = {"ticket": row.id, "what": what, "by": by}
    outbox.put(session, "staff_news", key=f"news:{row.id}:{row.version}", lane=f"card:{row.id}", now=now, **payload)


def _show(session: Session, row: TicketRow, queue: Queue, now: datetime) -> None:
    payload = {"ticket": row.id, "queue_channel": queue.channel}
    outbox.put(session, "card", key=f"card:{row.id}:{row.version}", lane=f"card:{row.id}", now=now, **payload)


def _subject(row: TicketRow) -> str:
    return f"ticket:{row.id}"


def _note(note: str) -> str:
    text = note.strip()
    if len(text) > MAX_NOTE: raise BadInput(f"Please keep the note under {MAX_NOTE:,} characters.")
    return text


_SAME = (
    "id", "number", "version", "summary", "requester", "assignee", "category", "impact", "urgency", "priority",
    "priority_why", "queue", "tier", "goal", "opened_at", "response_due", "resolution_due", "update_due",
    "resolved_at", "resolution_code", "resolution", "conversation_id", "channel", "thread_ts",
)  # fmt: skip


def _ticket(row: TicketRow) -> Ticket:
    same = {name: getattr(row, name) for name in _SAME}
    return Ticket(**same, kind=Kind(row.kind), state=State(row.state), brief=Brief.from_json(row.brief))
