"""Corrections: staff say what a ticket is really about. Its priority follows, and the classifier learns from it."""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import BadInput, Stale
from core.events import Event
from core.people import Person
from handoff import clocks, tickets
from handoff.changing import changed, lock, must_be_open
from handoff.desk import Desk, Level
from handoff.routing import priority
from handoff.tables import TicketRow
from handoff.tickets import Kind, Ticket

KIND = "ticket.corrected"
AGAIN = "Please close this and press the button again to see what it is now."


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What a ticket is taken for."""

    kind: Kind
    category: str
    impact: Level
    urgency: Level

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> Self:
        """From plain values, such as those of a form.

        Raises:
            BadInput: one of them cannot be.
        """
        if values.get("kind") not in set(Kind): raise BadInput("Please choose incident or service request.")
        for name in ("impact", "urgency"):
            if values.get(name) not in get_args(Level): raise BadInput(f"Please choose high, medium or low {name}.")
        return cls(
            kind=Kind(values["kind"]), category=str(values.get("category", "")), impact=values["impact"],
            urgency=values["urgency"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What staff last made of a ticket, and what it was taken for at first.

    `event` is the id of the fact, which grows; `text` the ticket's first question, without secrets; `reason` why it
    became a ticket.
    """

    event: int
    number: str
    text: str
    reason: str
    first: Labels
    labels: Labels


def correct(
    session: Session, desk: Desk, ticket_id: int, *, seen: Labels, wanted: Labels, categories: Collection[str],
    by: Person, now: datetime
) -> Ticket:
    """Say what an open ticket is really about; equal labels change nothing.

    A new priority comes with new promised times, counted from when the ticket was opened (or opened again); its
    requester is told only if one of them that is still to come has changed.

    Raises:
        BadInput: the category is none of `categories`, nor the present one.
        Stale: it is over, or no longer taken for what the person saw.
    """
    row = lock(session, desk, ticket_id, by)
    must_be_open(row)
    was = _labels(row)
    if wanted == was: return tickets.get(session, ticket_id)
    if seen != was: raise Stale(f"{row.number} was corrected a moment ago. {AGAIN}")
    if wanted.category not in {*categories, was.category}: raise BadInput("Please choose one of the categories.")
    promised, before = _promised(row), row.priority
    row.kind, row.category, row.impact, row.urgency = wanted.kind, wanted.category, wanted.impact, wanted.urgency
    _prioritise(session, desk, row, now)
    facts = {"before": asdict(was), "after": asdict(wanted), "from_priority": before, "priority": row.priority}
    facts |= {"number": row.number, "text": next(iter(row.brief["asked"]), ""), "reason": row.brief["reason"]}
    return changed(session, desk, row, "corrected", by.id, now, tell=_promised(row) != promised, **facts)


def newest(session: Session, until: int | None = None) -> list[Correction]:
    """What staff last made of each ticket that they corrected, in the order of its first correction.

    `until` is the id of a fact: later ones are taken as not yet known.
    """
    query = select(Event).where(Event.kind == KIND).order_by(Event.id)
    if until is not None: query = query.where(Event.id <= until)
    first: dict[str, Event] = {}
    last: dict[str, Event] = {}
    for event in session.scalars(query):
        first.setdefault(event.subject, event)
        last[event.subject] = event
    return [_correction(first[subject], event) for subject, event in last.items()]


# -- inside --------------------------------------------------------------------------------------------------------


def _prioritise(session: Session, desk: Desk, row: TicketRow, now: datetime) -> None:
    """Work the priority out anew, and what it promises, under what was agreed then and with every pause so far."""
    level, why = priority(desk, row.category, _level(row.impact), _level(row.urgency))
    moved, row.priority, row.priority_why = level != row.priority, level, why
    if moved: clocks.promise(session, desk, row, now)


def _promised(row: TicketRow) -> tuple[datetime | None, datetime]:
    """The promised times that are still to come."""
    return (None if row.responded_at else row.response_due, row.resolution_due)


def _labels(row: TicketRow) -> Labels:
    return Labels(
        kind=Kind(row.kind), category=row.category, impact=_level(row.impact), urgency=_level(row.urgency)
    )


def _level(value: str) -> Level:
    return next(level for level in get_args(Level) if level == value)


def _correction(first: Event, last: Event) -> Correction:
    data = last.data
    return Correction(
        event=last.id, number=data["number"], text=data["text"], reason=data["reason"],
        first=Labels.read(first.data["before"]), labels=Labels.read(data["after"]),
    )
