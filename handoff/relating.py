"""Tickets that belong together: linked, merged into one, or split in two."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.db import insert
from core.errors import BadInput
from core.people import Person
from handoff import tickets
from handoff.brief import Brief, RunBook
from handoff.changing import announce, changed, checked, lock, must_be_open
from handoff.corrections import Labels
from handoff.desk import Desk
from handoff.ending import closed_as_merged
from handoff.ladder import came_from
from handoff.tables import LinkRow, TicketRow
from handoff.ticket import NewTicket, Ticket, ticket_of

RELATED, MERGED, SPLIT = "related", "merged", "split"


def link(session: Session, desk: Desk, ticket_id: int, other_id: int, *, by: Person, now: datetime) -> Ticket:
    """Tell that two tickets have to do with each other; twice changes nothing.

    Raises:
        BadInput: it is one ticket.
    """
    first, second = _both(session, desk, ticket_id, other_id, by)
    if not _join(session, first, second, RELATED): return ticket_of(first)
    changed(session, desk, second, "linked", by.id, now, tell=False, other=first.number)
    return changed(session, desk, first, "linked", by.id, now, tell=False, other=second.number)


def merge(session: Session, desk: Desk, ticket_id: int, into_id: int, *, by: Person, now: datetime) -> Ticket:
    """End a ticket in favour of another one about the same; its requester hears of that one from now on.

    Raises:
        BadInput: it is one ticket.
        Stale: one of them is over.
    """
    row, into = _both(session, desk, ticket_id, into_id, by)
    must_be_open(row)
    must_be_open(into)
    row.merged_into = into.id
    for one in session.scalars(select(TicketRow).where(TicketRow.merged_into == row.id)).all():
        one.merged_into = into.id
        _join(session, one, into, MERGED)
    _join(session, row, into, MERGED)
    ended = closed_as_merged(session, desk, row, into.number, by.id, now)
    changed(session, desk, into, "joined", by.id, now, tell=False, other=row.number, requester=row.requester)
    announce(session, into, "joined", by.id, now, other=row.number)
    return ended


def split(
    session: Session, desk: Desk, ticket_id: int, text: str, labels: Labels, runbooks: tuple[RunBook, ...] = (), *,
    by: Person, now: datetime,
) -> Ticket:
    """Make a second ticket of one that is about two things; the requester hears of both.

    `labels` and `runbooks` are what the text is taken for and what is near it: the other thing may be of another kind,
    and as urgent as it is itself. It begins at the tier of the first.

    Raises:
        BadInput: no text.
    """
    row = lock(session, desk, ticket_id, by)
    must_be_open(row)
    about = checked(text)
    if not about: raise BadInput("Please write what the second ticket is about.")
    tier = came_from(session, desk, row).tier if desk.queue(row.queue).watch else row.tier
    asked, files = (about, *row.brief["asked"]), tuple(row.brief["files"])
    brief = Brief(asked=asked, reason=f"split from {row.number}", files=files, runbooks=runbooks)
    new = NewTicket(
        kind=labels.kind, requester=row.requester, category=labels.category, impact=labels.impact,
        urgency=labels.urgency, brief=brief, channel=row.channel, thread_ts=row.thread_ts, tier=tier,
    )
    second = tickets.open_ticket(session, desk, new, by=by.id, now=now, tell=True)
    _join(session, row, session.get_one(TicketRow, second.id), SPLIT)
    changed(session, desk, row, "split", by.id, now, tell=False, other=second.number)
    return second


def linked(session: Session, ticket_id: int) -> list[tuple[str, Ticket]]:
    """The tickets that belong to one: how (`related`, `merged` into it, `into` it went, `split`), and which."""
    own = or_(LinkRow.ticket_id == ticket_id, LinkRow.other_id == ticket_id)
    found = []
    for row in session.scalars(select(LinkRow).where(own).order_by(LinkRow.id)):
        mine = row.ticket_id == ticket_id
        kind = "into" if row.kind == MERGED and mine else row.kind
        found.append((kind, tickets.get(session, row.other_id if mine else row.ticket_id)))
    return found


# -- inside --------------------------------------------------------------------------------------------------------


def _both(
    session: Session, desk: Desk, ticket_id: int, other_id: int, by: Person
) -> tuple[TicketRow, TicketRow]:
    """Two tickets, locked in one order whoever asks: two merges at once never wait for each other."""
    if ticket_id == other_id: raise BadInput("That is the same ticket.")
    rows = {one: lock(session, desk, one, by) for one in sorted((ticket_id, other_id))}
    return rows[ticket_id], rows[other_id]


def _join(session: Session, row: TicketRow, other: TicketRow, kind: str) -> bool:
    """Keep a link; False if it is known in either direction."""
    known = select(LinkRow.id).where(
        LinkRow.ticket_id == other.id, LinkRow.other_id == row.id, LinkRow.kind == kind
    )
    if session.scalar(known) is not None: return False
    new = insert(session, LinkRow).values(ticket_id=row.id, other_id=other.id, kind=kind)
    return session.execute(new.on_conflict_do_nothing().returning(LinkRow.id)).first() is not None
