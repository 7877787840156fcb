"""How a ticket ends: resolved by staff, confirmed by its requester or closed in time; opened again; rated once."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import BadInput, NotAllowed, Stale
from core.events import Event
from core.people import Action, Person
from handoff import clocks
from handoff.changing import announce, changed, checked, enter, lock, locked, must_be_open, subject, tell_requesters
from handoff.desk import Desk
from handoff.ladder import came_from
from handoff.routing import next_queue
from handoff.states import OVER, Closed, State
from handoff.tables import TicketRow
from handoff.ticket import Ticket
from handoff.working import go_to, responded

CONFIRMED = "confirmed"  # the code of a ticket that its requester closed; the desk's codes are for staff
NO_ANSWER = "no-answer"  # of one whose requester was asked and did not answer
WORKS_AGAIN = "The requester says that it works again."
ASKED_IN_VAIN = "We asked you something and have not heard from you."
DOCUMENTED_FROM = 3  # the tier from which a fix has to be written down for the tiers below, or said not to be of use
MAX_DOCUMENTED = 200  # characters
FIRSTLINE = "firstline"
DAY = timedelta(days=1)
BEST = 5  # of a rating; 1 is the worst


def resolve(
    session: Session, desk: Desk, ticket_id: int, *, seen_tier: int, code: str, note: str, documented: str = "",
    by: Person, now: datetime, takes: bool = True
) -> Ticket:
    """The work is done; `note` is what the requester is told, `documented` where tiers 1 and 2 find it from now on.

    `documented` is `recipe:slug`, `article:slug`, `runbook:slug`, or `no:` and why it is of no use to them; needed
    from tier 3. Whoever resolves what nobody has takes it (`takes`), but for another system.

    Raises:
        BadInput: the code is not one of the desk's, the note is empty, or it is not told where it is documented.
        Stale: it was resolved before, or is no longer at the tier that the person saw.
    """
    row = lock(session, desk, ticket_id, by, seen_tier)
    must_be_open(row)
    if code not in desk.resolution_codes: raise BadInput("Please choose how the ticket ended.")
    done = checked(note)
    if not done: raise BadInput("Please write what was done; the requester reads it.")
    row.documented = _documented(row, documented)
    if takes: row.assignee = row.assignee or by.id
    return _resolved(session, desk, row, code, done, by.id, now)


def unanswered(session: Session, desk: Desk, row: TicketRow, now: datetime) -> None:
    """The requester was asked something, and reminded, and has not answered."""
    _resolved(session, desk, row, NO_ANSWER, ASKED_IN_VAIN, "firstline", now)


def confirm(session: Session, desk: Desk, ticket_id: int, *, by: Person, now: datetime) -> Ticket:
    """The requester says that it works again: their ticket is over for good, and its staff are told.

    Raises:
        NotAllowed: somebody else's ticket.
        Stale: it is closed.
    """
    row = _own(session, ticket_id, by)
    if row.state == State.CLOSED: raise Stale(f"{row.number} is already closed.")
    if row.state != State.RESOLVED: row.resolution_code, row.resolution = CONFIRMED, WORKS_AGAIN
    facts: dict[str, Any] = {"code": row.resolution_code, "note": row.resolution}
    done = _close(session, desk, row, Closed.CONFIRMED, by.id, now, tell=False, **facts)
    tell_requesters(session, row, "closed", by.id, "", now, own=False)
    announce(session, row, "confirmed", by.id, now)
    return done


def expire(session: Session, desk: Desk, row: TicketRow, now: datetime) -> None:
    """Nobody said that it is not fixed: close it, and ask once how it went."""
    _close(session, desk, row, Closed.ASSUMED, "firstline", now, tell=True)


def closed_as_merged(
    session: Session, desk: Desk, row: TicketRow, into: str, by: str, now: datetime
) -> Ticket:
    """End a ticket that goes on as another one; see `handoff.relating.merge`."""
    row.resolution = f"Goes on as {into}."
    return _close(session, desk, row, Closed.MERGED, by, now, tell=True, note=into)


def closed_as_erased(session: Session, desk: Desk, row: TicketRow, now: datetime) -> Ticket:
    """End a ticket whose requester is erased: there is nobody left to help, and nobody to ask how it went."""
    if row.state not in OVER: row.resolution_code = Closed.ERASED
    return _close(session, desk, row, Closed.ERASED, FIRSTLINE, now, tell=False)


def reopen(session: Session, desk: Desk, ticket_id: int, *, by: Person, now: datetime) -> Ticket:
    """The requester (or staff) says that it is not fixed: it goes straight to the next tier, with a new promise.

    Raises:
        Stale: it is open anyway.
        BadInput: it was resolved too long ago, or goes on as another ticket.
    """
    row = locked(session, ticket_id)
    if by.id != row.requester and not _joined(session, row, by): by.must(Action.WORK_TICKETS)
    if row.state not in OVER or row.resolved_at is None: raise Stale(f"{row.number} is already open.")
    if row.closed_how == Closed.ERASED: raise BadInput(f"{row.number} is empty: its requester had it erased.")
    if row.merged_into: raise BadInput(f"{row.number} goes on as another ticket; please write in its thread.")
    if now > reopens_until(desk, row.resolved_at):
        days = desk.after.reopen.amount
        raise BadInput(f"{row.number} was resolved more than {days} days ago. Please ask again as new.")
    facts: dict[str, Any] = {"resolution_code": row.resolution_code, "resolution": row.resolution}
    facts |= {"from_queue": row.queue, "closed_how": row.closed_how}
    _again(session, desk, row, now)
    facts["queue"] = row.queue
    facts |= enter(session, desk, row, State.REOPENED, now)
    opened = changed(session, desk, row, "reopened", by.id, now, **facts)
    announce(session, row, "reopened", by.id, now)
    return opened


def rate(
    session: Session, desk: Desk, ticket_id: int, rating: int, *, note: str = "", by: Person, now: datetime
) -> Ticket:
    """The requester says how it went, 1 to 5, once.

    Raises:
        NotAllowed: somebody else's ticket.
        Stale: they said so before, or it is not over.
    """
    row = _own(session, ticket_id, by)
    if row.state != State.CLOSED: raise Stale(f"{row.number} is not closed yet.")
    if row.rating is not None: raise Stale("You have told us already. Thank you.")
    if not 1 <= rating <= BEST: raise BadInput(f"Please choose 1 to {BEST}.")
    row.rating, row.rating_note = rating, checked(note)
    return changed(session, desk, row, "rated", by.id, now, tell=False, rating=rating, internal=row.rating_note)


def comment(session: Session, desk: Desk, ticket_id: int, note: str, *, by: Person, now: datetime) -> Ticket:
    """The requester says why they rated it so, once.

    Raises:
        NotAllowed: somebody else's ticket.
        Stale: they said so before, or have not rated it.
        BadInput: it is empty, or too long.
    """
    row = _own(session, ticket_id, by)
    if row.rating is None: raise Stale(f"Please rate {row.number} first.")
    if row.rating_note: raise Stale("You have told us already. Thank you.")
    said = checked(note)
    if not said: raise BadInput("Please write a few words, or leave it.")
    row.rating_note = said
    return changed(session, desk, row, "commented", by.id, now, tell=False, rating=row.rating, internal=said)


def reopens_until(desk: Desk, resolved_at: datetime) -> datetime:
    """Until when a ticket that was resolved at a moment can be opened again; counted in days of the calendar."""
    return resolved_at + desk.after.reopen.within(DAY)


# -- inside --------------------------------------------------------------------------------------------------------


def _own(session: Session, ticket_id: int, by: Person) -> TicketRow:
    row = locked(session, ticket_id)
    if by.id != row.requester: raise NotAllowed(f"{row.number} is not your ticket.")
    return row


def _joined(session: Session, row: TicketRow, by: Person) -> bool:
    """Whether a ticket of theirs goes on as this one: then it is not fixed for them either."""
    own = select(TicketRow.id).where(TicketRow.merged_into == row.id, TicketRow.requester == by.id)
    return session.scalar(own.limit(1)) is not None


def _documented(row: TicketRow, told: str) -> str:
    """Where the fix is written down, or why it is not; tiers 1 and 2 work by what is written down already."""
    kind, _, rest = told.strip().partition(":")
    if kind in ("recipe", "article", "runbook", "no") and rest.strip(): return told.strip()[:MAX_DOCUMENTED]
    if row.tier < DOCUMENTED_FROM: return ""
    raise BadInput("Please say where this is written down for tiers 1 and 2, or why it is of no use to them.")


def _resolved(
    session: Session, desk: Desk, row: TicketRow, code: str, note: str, by: str, now: datetime
) -> Ticket:
    facts: dict[str, Any] = _from_vendor(session, desk, row)
    if by != FIRSTLINE: responded(row, now)
    row.resolved_at, row.resolution_code, row.resolution = now, code, note
    facts |= {"code": code, "note": note, "documented": row.documented}
    return changed(session, desk, row, "resolved", by, now, **facts, **enter(session, desk, row, State.RESOLVED, now))


def _close(
    session: Session, desk: Desk, row: TicketRow, how: Closed, by: str, now: datetime, *, tell: bool, **facts: Any
) -> Ticket:
    """Over for good; `asks` tells whether its requester is now asked how it went, which happens once."""
    row.resolved_at, row.closed_at, row.closed_how = row.resolved_at or now, now, how
    asked = select(Event.id).where(Event.subject == subject(row), Event.kind == "ticket.closed").limit(1)
    facts |= _from_vendor(session, desk, row)
    facts |= {"how": how.value, "asks": session.scalar(asked) is None and how not in (Closed.MERGED, Closed.ERASED)}
    facts |= enter(session, desk, row, State.CLOSED, now)
    return changed(session, desk, row, "closed", by, now, tell=tell, **facts)


def _from_vendor(session: Session, desk: Desk, row: TicketRow) -> dict[str, Any]:
    """A ticket that ends with a vendor is the desk's once more: opened again, it waits where people are. The facts."""
    left = row.queue
    if desk.queue(left).watch: row.queue, row.tier = (back := came_from(session, desk, row)).name, back.tier
    return {"from_queue": left, "queue": row.queue}


def _again(session: Session, desk: Desk, row: TicketRow, now: datetime) -> None:
    """Open once more, one tier up where people are there, with a new promise."""
    up = next_queue(desk, row.tier, row.category)
    row.reopened += 1
    go_to(row, up if up and not up.watch else desk.queue(row.queue))
    row.resolved_at = row.closed_at = None
    row.resolution_code = row.resolution = row.closed_how = row.documented = ""
    clocks.begin(session, desk, row, now)
