"""What is known of a ticket, read into the value that a ticket system is told."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import people
from core.events import Event
from handoff.brief import Brief
from handoff.destinations.kinds import News, Snapshot, Who
from handoff.masking import public
from handoff.states import Kind, State
from handoff.tables import PlaceRow, TicketRow

FIRSTLINE = "firstline"
SAID_THERE = "ticket.system_said"
MOST_LINE = 3_500  # characters of one thing that happened; a note has up to 3,000
TOLD = frozenset({"opened", "requester_said", "replied", "resolved", "confirmed", "reopened", "closed"})
SAID = ("text", "note", "internal", "title", "outcome", "reason", "why", "vendor", "other")  # facts that tell something
LEFT_OUT = frozenset({SAID_THERE, "ticket.reply_written", "ticket.reply_withdrawn", "ticket.updated"})
Link = Callable[[str, str], str]  # the address of a message, by its channel and time stamp


def snapshot(session: Session, row: TicketRow, seen: int, link: Link) -> Snapshot:
    """A ticket with its news after the point `seen`."""
    found = _events(session, row, seen)
    return Snapshot(
        number=row.number, kind=Kind(row.kind), state=State(row.state), version=row.version,
        point=found[-1].id if found else seen, summary=row.summary, description=description(row),
        requester=_who(session, row.requester), assignee=_who(session, row.assignee), category=row.category,
        impact=row.impact, urgency=row.urgency, priority=row.priority, queue=row.queue, tier=row.tier,
        opened_at=row.opened_at, response_due=row.response_due, resolution_due=row.resolution_due,
        resolved_at=row.resolved_at, resolution_code=row.resolution_code, resolution=row.resolution,
        url=_url(session, row, link), news=_news(session, found),
    )  # fmt: skip


def description(row: TicketRow) -> str:
    """The brief as plain text: what was asked and is wanted, what is known, what was tried and shown in vain.

    What is not for everybody is not told: who reads it there is not known here.
    """
    brief = public(Brief.from_json(row.brief))
    parts = [
        ("Asked", brief.asked), ("Goal", (row.goal,)), ("Note", (brief.note,)),
        ("Answers", [f"{name}: {value}" for name, value in brief.answers.items()]),
        ("Tried", [f"{one.step}: {one.answer} ({one.outcome})" for one in brief.tried]),
        ("Found", [f"{one.title}{' (did not help)' if one.rejected else ''}" for one in brief.found]),
        ("Files", brief.files), ("Why it needs people", (brief.reason,)),
    ]  # fmt: skip
    return "\n\n".join(_part(title, lines) for title, lines in parts if any(lines))


def _part(title: str, lines: Sequence[str]) -> str:
    kept = [line for line in lines if line]
    return f"{title}: {kept[0]}" if len(kept) == 1 else "\n".join([f"{title}:", *(f"- {line}" for line in kept)])


def _events(session: Session, row: TicketRow, seen: int) -> list[Event]:
    query = select(Event).where(Event.subject == f"ticket:{row.id}", Event.id > seen).order_by(Event.id)
    return list(session.scalars(query))


def _news(session: Session, found: Sequence[Event]) -> tuple[News, ...]:
    """What happened, but for what was said over there, what was taken back, and that nothing is new."""
    names = {id_: _who(session, id_).name or id_ for id_ in {event.actor for event in found}}
    return tuple(_one(event, names[event.actor]) for event in found if event.kind not in LEFT_OUT)


def _one(event: Event, by: str) -> News:
    """One event. Whatever is not known to be told to requesters is internal."""
    what = event.kind.removeprefix("ticket.")
    told = what in TOLD and not event.data.get("internal")
    return News(point=event.id, at=event.at, by=by, text=_words(what, event.data)[:MOST_LINE], internal=not told)


def _words(what: str, data: Mapping[str, Any]) -> str:
    state = data.get("state")
    changed = f" ({state[0]} to {state[1]})" if isinstance(state, list) and state[0] != state[1] else ""
    said = [str(data[key]) for key in SAID if data.get(key)]
    files = [f"file: {name}" for name in data.get("files") or ()]
    return ": ".join([what.replace("_", " ").replace(".", " ") + changed, *said, *files])


def _who(session: Session, person_id: str) -> Who:
    if person_id == FIRSTLINE: return Who(name="Firstline")
    found = people.find(session, person_id) if person_id else None
    return Who(name=found.name, email=found.email) if found else Who(name=person_id)


def _url(session: Session, row: TicketRow, link: Link) -> str:
    """Where the card stands that was posted last."""
    place = session.scalars(select(PlaceRow).where(PlaceRow.ticket_id == row.id).order_by(PlaceRow.id.desc())).first()
    return link(place.channel, place.ts) if place else ""


def stamp(moment: datetime | None) -> str | None:
    """A time as JSON has it."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None
