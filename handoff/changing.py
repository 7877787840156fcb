"""How a ticket changes: one conditional step in the caller's transaction, which everybody sees who must.

Every change writes its event, and to the outbox what people are to see of it: the card in the queue's channel, and the
news in the requester's own thread. The payloads say what happened; how it looks is decided where it is delivered.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from core import events, noting, outbox
from core.errors import BadInput, NotAllowed, NotFound, Stale
from core.people import Action, Person, Role
from handoff import clocks, updates
from handoff.desk import Desk
from handoff.destinations import syncing
from handoff.sla import after_working
from handoff.states import OVER, State
from handoff.tables import TicketRow
from handoff.ticket import Ticket, ticket_of

MAX_NOTE = 3000  # characters of a note: what one Slack input takes
_LOCK = select(TicketRow).where(TicketRow.id == bindparam("ticket")).with_for_update()  # made once
_ANEW = {"populate_existing": True}  # what this session knew of the row may be old
MANAGERS = frozenset({Role.MANAGER, Role.ADMIN})


def locked(session: Session, ticket_id: int) -> TicketRow:
    """A ticket's row, for this transaction alone until it ends."""
    row = session.scalars(_LOCK, {"ticket": ticket_id}, execution_options=_ANEW).first()
    if row is None: raise NotFound("This ticket does not exist.")
    return row


def lock(session: Session, desk: Desk, ticket_id: int, by: Person, seen_tier: int | None = None) -> TicketRow:
    """The same, for a member of staff who may work on it; `seen_tier` is where they saw it.

    Raises:
        NotAllowed: they are no staff, or the ticket is above their tier, or with the IT operations manager.
        Stale: it is no longer at the tier that they saw.
    """
    by.must(Action.WORK_TICKETS)
    row = locked(session, ticket_id)
    if seen_tier not in (None, row.tier) and row.state not in OVER:
        raise Stale(f"{row.number} has already moved to tier {row.tier}.")
    must_work(desk, row, by)
    return row


def must_work(desk: Desk, row: TicketRow, by: Person) -> None:
    """Raise `NotAllowed` unless the person may work on tickets where this one is."""
    if desk.queue(row.queue).review and not by.roles & MANAGERS:
        raise NotAllowed(f"{row.number} is with the IT operations manager for review.")
    if not by.works_at(row.tier):
        raise NotAllowed(f"{row.number} is with tier {row.tier}. Write in its thread what they should know.")


def must_be_open(row: TicketRow) -> None:
    """Raise `Stale` if a ticket is over."""
    if row.state == State.CLOSED: raise Stale(f"{row.number} is already closed.")
    if row.state in OVER: raise Stale(f"{row.number} is already resolved.")


def enter(
    session: Session, desk: Desk, row: TicketRow, state: State, now: datetime, *, until: datetime | None = None
) -> dict[str, Any]:
    """Bring a ticket into a state, with its clock, and with what follows by itself; the fact for its event.

    `until` is when it is looked at again, where the state does not say that.
    """
    was, row.state = row.state, state
    row.reminded = 0
    clocks.keep_time(session, desk, row, now)
    row.wakes_at = until or _wakes(session, desk, row, now)
    return {"state": [was, state.value]}


def _wakes(session: Session, desk: Desk, row: TicketRow, now: datetime) -> datetime | None:
    waits = {State.WAITING: desk.after.resolve, State.RESOLVED: desk.after.close}
    span = waits.get(State(row.state))
    if span is None: return None
    _, hours = clocks.agreed(session, desk, row)
    return after_working(hours, now, span.within(hours.working_day()))


def changed(
    session: Session, desk: Desk, row: TicketRow, what: str, by: str, now: datetime, *, tell: bool = True, **facts: Any
) -> Ticket:
    """End a change: a new version, its event with these facts, the card, and (`tell`) word to the requester.

    Whoever is told something waits a whole interval for the next update; after the end there is none.
    """
    row.version += 1
    row.update_due = _next_update(session, desk, row, now, told=tell)
    events.record(session, f"ticket.{what}", subject(row), actor=by, at=now, **facts)
    noting.note(session, "ticket", what=what, tier=row.tier, queue=row.queue, **_clock_facts(facts))
    if desk.connected: syncing.note(session, row, now)
    show(session, desk, row, now)
    if tell: tell_requesters(session, row, what, by, facts.get("note", ""), now)
    return ticket_of(row)


def _clock_facts(facts: dict[str, Any]) -> dict[str, Any]:
    """Of a warning: which promise it is about, and the steps of the ladder that it tells of."""
    return {name: facts[name] for name in ("target", "rungs") if name in facts}


def _next_update(session: Session, desk: Desk, row: TicketRow, now: datetime, *, told: bool) -> datetime | None:
    if row.state in OVER: return None
    return updates.following(session, desk, row, now) if told else updates.sooner(session, desk, row, now)


def tell_requesters(
    session: Session, row: TicketRow, what: str, by: str, note: str, now: datetime, *, own: bool = True
) -> None:
    """Word of a change to the requester (`own`), and to those whose own tickets were merged into this one."""
    merged = updates.merged_into(session, row.id) if row.version > 1 else ()
    for heard in (*([row.id] if own else []), *merged):
        payload = {"ticket": row.id, "to": heard, "what": what, "by": by, "note": note}
        key = f"notice:{row.id}:{row.version}" + (f":{heard}" if heard != row.id else "")
        outbox.put(session, "notice", key=key, lane=f"requester:{heard}", now=now, **payload)


def announce(session: Session, row: TicketRow, what: str, by: str, now: datetime, **facts: Any) -> None:
    """Say it in the channel too: a card that changes where it stands notifies nobody."""
    payload = {"ticket": row.id, "what": what, "by": by, **facts}
    key = f"news:{row.id}:{row.version}:{what}"
    outbox.put(session, "staff_news", key=key, lane=f"card:{row.id}", now=now, **payload)


def show(session: Session, desk: Desk, row: TicketRow, now: datetime) -> None:
    """Draw the card anew, in every place that it stands."""
    payload = {"ticket": row.id, "queue_channel": desk.queue(row.queue).channel}
    outbox.put(session, "card", key=f"card:{row.id}:{row.version}", lane=f"card:{row.id}", now=now, **payload)


def subject(row: TicketRow) -> str:
    """What a ticket's events are about."""
    return f"ticket:{row.id}"


def checked(note: str) -> str:
    """A note as it is kept.

    Raises:
        BadInput: it is too long.
    """
    text = note.strip()
    if len(text) > MAX_NOTE: raise BadInput(f"Please keep the note under {MAX_NOTE:,} characters.")
    return text
