"""Finding tickets: a person's own, what waits in the queues, and by words. Who may see what, the caller decides."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from core.people import HIGHEST, LOWEST, Person, PersonRow, Role
from handoff.desk import Desk
from handoff.states import OPEN, OVER, PREFIXES, WORKED, State
from handoff.tables import PlaceRow, TicketRow
from handoff.ticket import Ticket, ticket_of

NUMBER = re.compile(r"(INC|REQ)-([0-9]{1,12})", re.IGNORECASE)
PAUSING = WORKED - {State.CLAIMED}  # somebody has it, and waits for somebody else, or for a day
MOST_WORDS = 10  # of one search; each is a pass over the summaries


class Show(StrEnum):
    """Which open tickets of the queues somebody looks at."""

    ALL = "all"
    MINE = "mine"
    TIER = "tier"  # those of their own tier
    LATE = "late"
    WAITING = "waiting"  # for the requester, a day, or a vendor


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of the tickets that were found: from the `first` (from 0) of `total`, up to `size` of them."""

    tickets: tuple[Ticket, ...] = ()
    total: int = 0
    first: int = 0
    size: int = 0

    @property
    def more(self) -> int:
        """How many come after these."""
        return max(0, self.total - self.first - len(self.tickets))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for: every word in number or summary; each of the groups of people as requester or assignee.

    `states` empty means any; `requester` limits it to one person's own.
    """

    words: tuple[str, ...] = ()
    people: tuple[frozenset[str], ...] = ()
    states: frozenset[State] = frozenset()
    requester: str = ""


# -- a person's own ------------------------------------------------------------------------------------------------


def own(session: Session, person_id: str, since: datetime, *, first: int = 0, limit: int = 5) -> Page:
    """A person's tickets: what is open, the most urgent first, and then what was over since a moment, the newest first.

    One that goes on as another ticket is open as long as that one is.
    """
    other = aliased(TicketRow)
    goes_on = exists().where(other.id == TicketRow.merged_into, other.state.in_(OPEN))
    going = or_(TicketRow.state.in_(OPEN), and_(TicketRow.merged_into.is_not(None), goes_on))
    lately = func.coalesce(TicketRow.closed_at, TicketRow.resolved_at) >= since
    mine = and_(TicketRow.requester == person_id, or_(going, lately))
    asked = case((going, 0), (TicketRow.state == State.RESOLVED, 1), else_=2)
    urgent = case((going, TicketRow.priority), else_="")
    return _page(session, mine, (asked, urgent, TicketRow.id.desc()), first, limit)


# -- the queues ----------------------------------------------------------------------------------------------------


def queue(session: Session, person: Person, show: Show, now: datetime, *, first: int = 0, limit: int = 8) -> Page:
    """Open tickets: those of the person's tier and below first, of these what runs and breaches first."""
    level = max(person.level, LOWEST)
    above = case((_tier() > level, 1), else_=0) if not _everywhere(person) else case((true(), 0))
    stands = case((TicketRow.paused_at.is_(None), 0), else_=1)
    return _page(session, _shown(person, show, now), (above, stands, _due(), TicketRow.id), first, limit)


def counts(session: Session, person: Person, now: datetime) -> dict[Show, int]:
    """How many open tickets each kind of look has."""
    sums = [func.coalesce(func.sum(case((_shown(person, show, now), 1), else_=0)), 0) for show in Show]
    row = session.execute(select(*sums).where(TicketRow.state.in_(OPEN))).one()
    return dict(zip(Show, (int(count) for count in row), strict=True))


def by_queue(session: Session) -> dict[str, int]:
    """How many open tickets each queue has; queues without any are left out."""
    query = select(TicketRow.queue, func.count()).where(TicketRow.state.in_(OPEN)).group_by(TicketRow.queue)
    return {row[0]: row[1] for row in session.execute(query)}


def cards(session: Session, desk: Desk, found: Collection[Ticket]) -> Mapping[int, PlaceRow]:
    """Where the cards of these tickets stand now, by ticket."""
    query = select(PlaceRow).where(PlaceRow.ticket_id.in_([one.id for one in found])).order_by(PlaceRow.id)
    here = {one.id: desk.queue(one.queue).channel for one in found}
    return {place.ticket_id: place for place in session.scalars(query) if place.queue_channel == here[place.ticket_id]}


# -- by words ------------------------------------------------------------------------------------------------------


def search(session: Session, wanted: Wanted, *, first: int = 0, limit: int = 10) -> Page:
    """Tickets that have all that is wanted: what is open first, then the newest."""
    over = case((TicketRow.state.in_(OVER), 1), else_=0)
    return _page(session, _wanted(wanted), (over, TicketRow.id.desc()), first, limit)


def people_called(session: Session, name: str) -> frozenset[str]:
    """The ids of the people with this name, or a name or an e-mail address that begins with it."""
    begins = name.strip().lower()
    if not begins: return frozenset()
    named = func.lower(PersonRow.name)
    found = or_(
        named.startswith(begins, autoescape=True), named.contains(f" {begins}", autoescape=True),
        func.lower(PersonRow.email).startswith(begins, autoescape=True),
    )
    return frozenset(session.scalars(select(PersonRow.id).where(found)))


# -- inside --------------------------------------------------------------------------------------------------------


def _page(session: Session, where: ColumnElement[bool], order: tuple[Any, ...], first: int, limit: int) -> Page:
    """One page; one after the last is the last, one before the first is the first.

    Which tickets these are is read in one go from an index alone, and then the few tickets themselves.
    """
    first = max(0, first)
    found: Select[int, int] = select(TicketRow.id, func.count().over()).where(where).order_by(*order)
    rows = session.execute(found.offset(first).limit(limit)).all()
    if not rows and first > 0:
        total = session.scalar(select(func.count()).select_from(TicketRow).where(where)) or 0
        first = max(0, (total - 1) // limit * limit)
        rows = session.execute(found.offset(first).limit(limit)).all()
    if not rows: return Page(size=limit)
    return Page(tickets=_in_order(session, [number for number, _ in rows]), total=rows[0][1], first=first, size=limit)


def _in_order(session: Session, ids: Sequence[int]) -> tuple[Ticket, ...]:
    rows = {row.id: row for row in session.scalars(select(TicketRow).where(TicketRow.id.in_(ids)))}
    return tuple(ticket_of(rows[number]) for number in ids)


def _shown(person: Person, show: Show, now: datetime) -> ColumnElement[bool]:
    runs = TicketRow.paused_at.is_(None)
    only: dict[Show, ColumnElement[bool]] = {
        Show.ALL: true(), Show.MINE: TicketRow.assignee == person.id,
        Show.TIER: _tier() == max(person.level, LOWEST), Show.LATE: and_(runs, _due() < now),
        Show.WAITING: TicketRow.state.in_(PAUSING),
    }  # fmt: skip
    return and_(TicketRow.state.in_(OPEN), only[show])


def _due() -> ColumnElement[datetime]:
    """What falls due next: the first answer, and once that is given, the end."""
    return case((TicketRow.responded_at.is_(None), TicketRow.response_due), else_=TicketRow.resolution_due)


def _tier() -> ColumnElement[int]:
    """A ticket's tier, as levels of staff are counted: the highest looks after all above it, too."""
    return case((TicketRow.tier > HIGHEST, HIGHEST), else_=TicketRow.tier)


def _everywhere(person: Person) -> bool:
    return bool(person.roles & {Role.MANAGER, Role.ADMIN})


def _wanted(wanted: Wanted) -> ColumnElement[bool]:
    parts = [_has(word) for word in wanted.words[:MOST_WORDS]]
    parts += [_concerns(group) for group in wanted.people]
    if wanted.states: parts.append(TicketRow.state.in_(wanted.states))
    if wanted.requester: parts.append(TicketRow.requester == wanted.requester)
    return and_(true(), *parts)


def _has(word: str) -> ColumnElement[bool]:
    number = NUMBER.fullmatch(word)
    if number: return TicketRow.number == f"{number[1].upper()}-{int(number[2]):06d}"
    said = TicketRow.summary.icontains(word, autoescape=True)
    return or_(TicketRow.number.icontains(word, autoescape=True), said) if _is_of_a_number(word) else said


def _is_of_a_number(word: str) -> bool:
    """Whether a word can be a part of a ticket's number: to look for others there takes as long, and finds nothing."""
    letters = word.strip("0123456789").upper()
    return any(letters in f"{prefix}-" for prefix in PREFIXES.values())


def _concerns(group: frozenset[str]) -> ColumnElement[bool]:
    if not group: return false()
    return or_(TicketRow.requester.in_(group), TicketRow.assignee.in_(group))
