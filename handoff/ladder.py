"""The ladder of tiers: up to the next one, to the IT operations manager for review, out to a vendor and back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import BadInput, Stale
from core.events import Event
from core.people import Person
from handoff import tasks
from handoff.changing import announce, changed, checked, enter, lock, must_be_open, subject
from handoff.desk import Desk, Queue
from handoff.routing import next_queue
from handoff.sla import after_working
from handoff.states import State
from handoff.tables import TicketRow
from handoff.ticket import Ticket
from handoff.working import go_to, responded

MAX_VENDOR = 80  # characters of a vendor's name, and of its case number


@dataclass(frozen=True, slots=True, kw_only=True)
class VendorCase:
    """What is known of a case at a vendor; the number and the promised time may come later."""

    vendor: str
    number: str = ""
    promised: datetime | None = None


def escalate(
    session: Session, desk: Desk, ticket_id: int, *, seen_tier: int, reason: str, note: str, reviewed: bool,
    by: Person, now: datetime, case: VendorCase | None = None
) -> Ticket:
    """Move the ticket one tier up; it waits there for somebody to claim it, or stays with its owner for a vendor.

    Raises:
        BadInput: the earlier work was not reviewed, the reason is not one of the desk's, there is no tier above, or no
            vendor is named where the next tier is one.
        Stale: it is over, or no longer at the tier that the person saw.
    """
    row = lock(session, desk, ticket_id, by, seen_tier)
    must_be_open(row)
    if not reviewed: raise BadInput("Please read what was already tried, and tick that you did.")
    if reason not in desk.escalation_reasons: raise BadInput("Please choose a reason for the escalation.")
    queue = next_queue(desk, row.tier, row.category)
    if queue is None: raise BadInput(f"There is no tier above {row.tier} for {row.number}.")
    left, facts = desk.queue(row.queue), _left(desk, row, reason, note) | {"queue": queue.name}
    tasks.open_for(session, desk, row, reason, facts["internal"], now)
    if queue.watch: return _to_vendor(session, desk, row, queue, case, facts, by, now)
    go_to(row, queue)
    moved = changed(
        session, desk, row, "escalated", by.id, now, **facts, **enter(session, desk, row, State.ESCALATED, now)
    )
    if left.channel == queue.channel: announce(session, row, "escalated", by.id, now)
    return moved


def to_review(session: Session, desk: Desk, ticket_id: int, *, note: str, by: Person, now: datetime) -> Ticket:
    """Ask the IT operations manager to look at a ticket that is stuck.

    Raises:
        BadInput: there is no such queue, or no word on what is the matter.
        Stale: it is there already, or over.
    """
    row = lock(session, desk, ticket_id, by)
    must_be_open(row)
    queue = desk.review_queue()
    if queue is None: raise BadInput("The desk file names no queue for review.")
    if row.queue == queue.name: raise Stale(f"{row.number} is with the IT operations manager already.")
    why = checked(note)
    if not why: raise BadInput("Please write what the IT operations manager should decide.")
    left = desk.queue(row.queue)
    facts: dict[str, Any] = {"from_tier": row.tier, "from_queue": row.queue, "queue": queue.name, "internal": why}
    go_to(row, queue)
    facts |= enter(session, desk, row, State.ESCALATED, now)
    moved = changed(session, desk, row, "reviewing", by.id, now, **facts)
    if left.channel == queue.channel: announce(session, row, "escalated", by.id, now)
    return moved


def vendor_news(
    session: Session, desk: Desk, ticket_id: int, *, case: VendorCase, by: Person, now: datetime
) -> Ticket:
    """Keep what the vendor said: another number, another date. They are chased when that date has passed.

    Raises:
        Stale: no vendor works on it.
    """
    row = lock(session, desk, ticket_id, by)
    if row.state != State.VENDOR: raise Stale(f"No vendor works on {row.number}.")
    before = {"vendor": row.vendor, "number": row.vendor_number, "promised": _told(row.vendor_promised)}
    _keep(row, case)
    facts = enter(session, desk, row, State.VENDOR, now, until=_chase(desk, row, now))
    after = {"vendor": row.vendor, "number": row.vendor_number, "promised": _told(row.vendor_promised)}
    tell = before["promised"] != after["promised"]
    return changed(session, desk, row, "vendor_news", by.id, now, tell=tell, before=before, after=after, **facts)


def vendor_done(session: Session, desk: Desk, ticket_id: int, *, note: str, by: Person, now: datetime) -> Ticket:
    """The vendor has answered: the ticket is back in the queue that it came from, with its owner.

    Raises:
        Stale: no vendor works on it.
    """
    row = lock(session, desk, ticket_id, by)
    if row.state != State.VENDOR: raise Stale(f"No vendor works on {row.number}.")
    back = came_from(session, desk, row)
    facts: dict[str, Any] = {"from_queue": row.queue, "queue": back.name}
    row.queue, row.tier, row.assignee = back.name, back.tier, row.assignee or by.id
    facts |= enter(session, desk, row, State.CLAIMED, now)
    return changed(session, desk, row, "vendor_done", by.id, now, internal=checked(note), vendor=row.vendor, **facts)


def chase(session: Session, desk: Desk, row: TicketRow, now: datetime) -> None:
    """Remind the owner of a ticket that the vendor's date has passed; again after the vendor's interval."""
    row.reminded += 1
    row.wakes_at = _later(desk, row, now)
    changed(session, desk, row, "chased", "firstline", now, tell=False, vendor=row.vendor, times=row.reminded)
    announce(session, row, "chase", "firstline", now, to=row.assignee, vendor=row.vendor, case=row.vendor_number)


def came_from(session: Session, desk: Desk, row: TicketRow) -> Queue:
    """The queue that a ticket was in before it went to a vendor."""
    query = select(Event).where(Event.subject == subject(row), Event.kind == "ticket.vendor").order_by(Event.id.desc())
    went = session.scalars(query).first()
    return desk.queue(went.data["from_queue"]) if went else desk.queues[0]


# -- inside --------------------------------------------------------------------------------------------------------


def _left(desk: Desk, row: TicketRow, reason: str, note: str) -> dict[str, Any]:
    """What is kept of a ticket's leaving its tier; the procedure as it was seen, since the desk file may change."""
    facts: dict[str, Any] = {"from_tier": row.tier, "from_queue": row.queue, "reason": reason}
    facts["internal"] = checked(note)
    left = desk.queue(row.queue)
    return facts | ({"procedure": left.procedure.model_dump()} if left.procedure else {})


def _to_vendor(
    session: Session, desk: Desk, row: TicketRow, queue: Queue, case: VendorCase | None, facts: dict[str, Any],
    by: Person, now: datetime
) -> Ticket:
    """Somebody outside works on it; whoever had it, or sends it, stays its owner."""
    if case is None or not case.vendor.strip(): raise BadInput("Please name the vendor.")
    _keep(row, case)
    responded(row, now)
    row.moves += 1
    row.queue, row.tier, row.assignee = queue.name, queue.tier, row.assignee or by.id
    facts |= enter(session, desk, row, State.VENDOR, now, until=_chase(desk, row, now))
    facts |= {"vendor": row.vendor, "number": row.vendor_number, "promised": _told(row.vendor_promised)}
    return changed(session, desk, row, "vendor", by.id, now, **facts)


def _keep(row: TicketRow, case: VendorCase) -> None:
    names = (case.vendor.strip() or row.vendor, case.number.strip())
    if any(len(name) > MAX_VENDOR for name in names):
        raise BadInput(f"Please keep the vendor and its number under {MAX_VENDOR} characters each.")
    row.vendor, row.vendor_number = names
    row.vendor_promised = case.promised


def _chase(desk: Desk, row: TicketRow, now: datetime) -> datetime:
    """When the vendor is chased: once the promised time has passed; without one, after the usual interval."""
    return row.vendor_promised if row.vendor_promised and row.vendor_promised > now else _later(desk, row, now)


def _later(desk: Desk, row: TicketRow, now: datetime) -> datetime:
    hours = desk.hours[desk.queue(row.queue).hours]
    return after_working(hours, now, desk.vendor(row.vendor).chase.within(hours.working_day()))


def _told(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
