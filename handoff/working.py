"""What staff do with a ticket in its queue: take it, give it back or on, ask its requester, let it rest."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import BadInput, NotAllowed, Stale
from core.events import Event
from core.people import Action, Person
from handoff.changing import announce, changed, checked, enter, lock, locked, must_be_open, must_work, subject
from handoff.desk import Desk, Queue
from handoff.states import UNTAKEN, WORKED, State
from handoff.tables import TicketRow
from handoff.ticket import Ticket

_MOVED = "ticket.moved"
_LEAVES = (_MOVED, "ticket.escalated", "ticket.vendor")  # how a ticket leaves its queue


def claim(session: Session, desk: Desk, ticket_id: int, *, by: Person, now: datetime) -> Ticket:
    """One agent takes the ticket; whoever was given it says in this way that they begin, which is the first response.

    Raises:
        Stale: somebody already has it, or it is over; says who or what.
    """
    row = lock(session, desk, ticket_id, by)
    must_be_open(row)
    given = row.assignee == by.id and row.state == State.CLAIMED and row.responded_at is None
    if row.assignee == by.id and not given: raise Stale(f"{row.number} is already yours.")
    if row.assignee and not given: raise Stale(f"{row.number} was claimed by <@{row.assignee}> a moment ago.")
    _give(row, by.id)
    responded(row, now)
    return changed(session, desk, row, "claimed", by.id, now, **enter(session, desk, row, State.CLAIMED, now))


def hand_back(session: Session, desk: Desk, ticket_id: int, *, note: str, by: Person, now: datetime) -> Ticket:
    """Whoever has the ticket puts it back into its queue; `note` is for the next one.

    Raises:
        Stale: nobody has it, or it is over.
        NotAllowed: somebody else has it, and this is no manager.
        BadInput: a vendor works on it.
    """
    row = lock(session, desk, ticket_id, by)
    must_be_open(row)
    _must_be_here(row)
    if not row.assignee: raise Stale(f"{row.number} is in its queue already.")
    _must_have(row, by)
    facts: dict[str, Any] = {"from": row.assignee, "note": "", "internal": checked(note)}
    row.assignee = ""
    back = changed(session, desk, row, "handed_back", by.id, now, **facts, **enter(session, desk, row, State.NEW, now))
    announce(session, row, "handed_back", by.id, now)
    return back


def assign(
    session: Session, desk: Desk, ticket_id: int, *, to: Person, seen: str, note: str = "", by: Person, now: datetime
) -> Ticket:
    """Give a ticket to somebody; `seen` is who had it when that was decided, or empty.

    Raises:
        Stale: somebody else got it meanwhile, or it is over.
        BadInput: they are no staff, or it is above their tier.
    """
    row = lock(session, desk, ticket_id, by)
    must_be_open(row)
    if row.assignee == to.id: raise Stale(f"<@{to.id}> has {row.number} already.")
    if row.assignee != seen: raise Stale(f"{row.number} went to {_who(row)} a moment ago.")
    try:
        to.must(Action.WORK_TICKETS)
        must_work(desk, row, to)
    except NotAllowed:
        raise BadInput(f"<@{to.id}> does not work on tickets of tier {row.tier}.") from None
    facts: dict[str, Any] = {"from": row.assignee, "to": to.id, "internal": checked(note)}
    _give(row, to.id)
    if to.id == by.id: responded(row, now)
    state = State(row.state) if row.state in WORKED else State.CLAIMED
    facts |= enter(session, desk, row, state, now, until=row.wakes_at) if row.state != state else {}
    given = changed(session, desk, row, "assigned", by.id, now, **facts)
    if to.id != by.id: announce(session, row, "assigned", by.id, now, to=to.id, note=facts["internal"])
    return given


def move(
    session: Session, desk: Desk, ticket_id: int, *, queue: str, seen: str, note: str, by: Person, now: datetime
) -> Ticket:
    """Send a ticket to another queue of its tier or of one below; `seen` is the queue that it was in.

    One that was sent about too often goes to the IT operations manager instead.

    Raises:
        BadInput: there is no such queue, or it is above: that is an escalation.
        Stale: it has moved meanwhile, or is over.
    """
    row = lock(session, desk, ticket_id, by)
    must_be_open(row)
    if row.queue != seen: raise Stale(f"{row.number} went to {row.queue} a moment ago.")
    to, review = _open_to(desk, row, queue, by), desk.review_queue()
    bounced = review is not None and not desk.queue(row.queue).review and _bounced(session, desk, row, by)
    if review and bounced: to = review
    facts: dict[str, Any] = {"from_queue": row.queue, "queue": to.name, "internal": checked(note), "bounced": bounced}
    go_to(row, to)
    facts |= enter(session, desk, row, State.NEW, now)
    moved = changed(session, desk, row, "moved", by.id, now, **facts)
    announce(session, row, "bounced" if bounced else "moved", by.id, now, note=facts["internal"])
    return moved


def note(session: Session, desk: Desk, ticket_id: int, text: str, *, by: Person, now: datetime) -> Ticket:
    """Keep what staff note about a ticket, open or over; it stays with them.

    Raises:
        BadInput: there is no text, or too much of it.
    """
    row = lock(session, desk, ticket_id, by)
    noted = checked(text)
    if not noted: raise BadInput("Please write what to note.")
    return changed(session, desk, row, "noted", by.id, now, tell=False, internal=noted)


def wait_for_requester(session: Session, desk: Desk, row: TicketRow, *, by: str, now: datetime) -> None:
    """The requester was asked something: the clock stands until they answer. `row` is locked by the caller."""
    if row.state not in {State.CLAIMED, State.WAITING, *UNTAKEN}: return
    again = row.state == State.WAITING
    facts = enter(session, desk, row, State.WAITING, now)
    if not again: changed(session, desk, row, "waiting", by, now, tell=False, **facts)


def hold(
    session: Session, desk: Desk, ticket_id: int, *, until: datetime, note: str, by: Person, now: datetime
) -> Ticket:
    """Let a ticket rest until a moment; `note` is what the requester is told.

    Raises:
        BadInput: the moment is past, there is no reason, or a vendor works on it.
        Stale: it is over, or rests already.
    """
    row = lock(session, desk, ticket_id, by)
    must_be_open(row)
    _must_be_here(row)
    if row.state == State.HELD: raise Stale(f"{row.number} is paused already.")
    if until <= now: raise BadInput("Please choose a day that is still to come.")
    why = checked(note)
    if not why: raise BadInput("Please write why; the requester reads it.")
    responded(row, now)
    facts = enter(session, desk, row, State.HELD, now, until=until)
    return changed(session, desk, row, "held", by.id, now, note=why, until=until.isoformat(), **facts)


def resume(
    session: Session, desk: Desk, ticket_id: int, *, by: str, now: datetime, why: str = "", tell: bool = True
) -> Ticket:
    """Go on with a ticket that waited for its requester, or rested; its role is checked by the caller.

    Raises:
        Stale: it neither waits nor rests.
    """
    row = locked(session, ticket_id)
    if row.state not in {State.WAITING, State.HELD}: raise Stale(f"{row.number} is not paused.")
    to = State.CLAIMED if row.assignee else State.NEW
    facts = enter(session, desk, row, to, now)
    on = changed(session, desk, row, "resumed", by, now, tell=tell, why=why, **facts)
    announce(session, row, "resumed", by, now, why=why, to=row.assignee)
    return on


def responded(row: TicketRow, now: datetime) -> None:
    """A person has answered: the first time ends the clock of the response."""
    row.responded_at = row.responded_at or now


def go_to(row: TicketRow, queue: Queue) -> None:
    """Into a queue, for somebody to take."""
    row.moves += row.queue != queue.name
    row.queue, row.tier, row.assignee = queue.name, queue.tier, ""


# -- inside --------------------------------------------------------------------------------------------------------


def _give(row: TicketRow, person: str) -> None:
    row.reassigned += bool(row.assignee) and row.assignee != person
    row.assignee = person


def _must_be_here(row: TicketRow) -> None:
    """Raise `BadInput` while a vendor works on a ticket: it waits for them anyway, and keeps its owner."""
    if row.state == State.VENDOR: raise BadInput(f"A vendor works on {row.number}; say first that they have answered.")


def _must_have(row: TicketRow, by: Person) -> None:
    if row.assignee != by.id and not by.may(Action.MANAGE_DESK):
        raise NotAllowed(f"{row.number} is with {_who(row)}; only they or a manager can do this.")


def _who(row: TicketRow) -> str:
    return f"<@{row.assignee}>" if row.assignee else "its queue"


def _open_to(desk: Desk, row: TicketRow, name: str, by: Person) -> Queue:
    """The queue by that name, if a ticket may be sent there from where it is."""
    to = next((one for one in desk.queues if one.name == name), None)
    if to is None: raise BadInput("Please choose one of the queues.")
    if to.name == row.queue: raise BadInput(f"{row.number} is in that queue already.")
    here = desk.queue(row.queue)
    if to.watch: raise BadInput("To a vendor it goes by Escalate.")
    if to.tier > row.tier and not here.review and not by.may(Action.MANAGE_DESK):
        raise BadInput(f"{to.name} is a tier above: please escalate.")
    return to


def _bounced(session: Session, desk: Desk, row: TicketRow, by: Person) -> bool:
    """Whether one more move is one too many, since the ticket was last in review; never where a manager decides."""
    if by.may(Action.MANAGE_DESK): return False
    query = select(Event).where(Event.subject == subject(row), Event.kind.in_(_LEAVES)).order_by(Event.id)
    reviewing, moves = {queue.name for queue in desk.queues if queue.review}, 0
    for went in session.scalars(query):
        moves = 0 if went.data["from_queue"] in reviewing else moves + (went.kind == _MOVED)
    return moves + 1 >= desk.bounced_after
