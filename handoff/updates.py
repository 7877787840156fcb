"""Word to the requester at the agreed intervals, also when there is no news.

A ticket's `update_due` is when its requester must hear from us next; it moves on whenever they are told anything, and
is empty once the ticket is over.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from core import events, outbox
from core.events import Event
from handoff import clocks
from handoff.agreed import Hours, Policy
from handoff.desk import Desk
from handoff.sla import next_update, not_before
from handoff.states import State
from handoff.tables import TicketRow

KIND = "ticket.updated"
NOTICE = "update"  # what the outbox calls it
TURNS = (  # what begins a waiting or a working
    "ticket.opened", "ticket.claimed", "ticket.assigned", "ticket.handed_back", "ticket.moved", "ticket.escalated",
    "ticket.waiting", "ticket.held", "ticket.resumed", "ticket.vendor", "ticket.reopened",
)  # fmt: skip

_MERGED = select(TicketRow.id).where(TicketRow.merged_into == bindparam("ticket"))  # made once


def following(session: Session, desk: Desk, row: TicketRow, told: datetime) -> datetime:
    """When the requester of an open ticket hears from us next, who was told something just now."""
    return next_update(*_agreed(session, desk, row), told)


def sooner(session: Session, desk: Desk, row: TicketRow, now: datetime) -> datetime:
    """The same of a change that they were not told of: what was promised holds, or comes sooner."""
    after = following(session, desk, row, now)
    return min(row.update_due, after) if row.update_due else after


def due(session: Session, now: datetime, limit: int) -> list[int]:
    """Tickets whose requester must hear from us now, those who wait longest first."""
    query = select(TicketRow.id).where(TicketRow.update_due <= now)
    return list(session.scalars(query.order_by(TicketRow.update_due).limit(limit)))


def take(session: Session, desk: Desk, ticket_id: int, now: datetime) -> bool:
    """Send one ticket's requester their update, if it is still due, and those whose own tickets were merged into it.

    Of several who try at once one does. While the desk is closed it waits for the opening instead.
    """
    row = session.get(TicketRow, ticket_id)
    if row is None or row.update_due is None or row.update_due > now: return False
    seen, opens = row.update_due, opens_at(session, desk, ticket_id, now)
    after = opens if opens > now else following(session, desk, row, now)
    if not _moved(session, ticket_id, seen, after): return False
    if opens > now: return False
    facts = {"due": seen.isoformat(), "next": after.isoformat(), "state": row.state}
    events.record(session, KIND, f"ticket:{ticket_id}", actor="firstline", at=now, **facts)
    for heard in (ticket_id, *merged_into(session, ticket_id)):
        key = f"{NOTICE}:{ticket_id}:{seen.isoformat()}" + (f":{heard}" if heard != ticket_id else "")
        payload = {"ticket": ticket_id, "to": heard, "next": after.isoformat()}
        outbox.put(session, NOTICE, key=key, lane=f"{NOTICE}:{heard}", now=now, **payload)
    return True


def merged_into(session: Session, ticket_id: int) -> Sequence[int]:
    """The tickets that go on as this one: their requesters hear of it too."""
    return session.scalars(_MERGED, {"ticket": ticket_id}).all()


def postpone(session: Session, ticket_id: int, now: datetime, until: datetime) -> None:
    """Tell a ticket's requester later, if that is still due."""
    query = update(TicketRow).where(TicketRow.id == ticket_id, TicketRow.update_due <= now)
    session.execute(query.values(update_due=until))


def told(session: Session, desk: Desk, ticket_id: int, now: datetime) -> None:
    """The requester of an open ticket has just been told how it stands: the next update is that much later."""
    row = session.get(TicketRow, ticket_id, with_for_update=True, populate_existing=True)
    if row and row.update_due: row.update_due = following(session, desk, row, now)


def opens_at(session: Session, desk: Desk, ticket_id: int, now: datetime) -> datetime:
    """`now` if a ticket's requester may be told now, else when they may: nobody hears an update in the night."""
    return not_before(*_agreed(session, desk, session.get_one(TicketRow, ticket_id)), now)


def since(session: Session, ticket_id: int) -> datetime | None:
    """Since when an open ticket waits, or is worked on; None if nothing is known of it."""
    query = select(Event.at).where(Event.subject == f"ticket:{ticket_id}", Event.kind.in_(TURNS))
    return session.scalar(query.order_by(Event.id.desc()).limit(1))


# -- inside --------------------------------------------------------------------------------------------------------


def _agreed(session: Session, desk: Desk, row: TicketRow) -> tuple[Policy, Hours]:
    """What counts for updates: while a ticket waits for its requester or rests, word comes as often as a reminder."""
    policy, hours = clocks.agreed(session, desk, row)
    if row.state in {State.WAITING, State.HELD}: policy = policy.model_copy(update={"update": desk.after.remind})
    return policy, hours


def _moved(session: Session, ticket_id: int, seen: datetime, after: datetime) -> bool:
    """Move on what is due, if nobody has meanwhile."""
    query = update(TicketRow).where(TicketRow.id == ticket_id, TicketRow.update_due == seen).values(update_due=after)
    return session.execute(query.returning(TicketRow.id)).first() is not None
