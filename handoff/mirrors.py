"""What the requester says, as the staff see it: the message in their thread follows its edits and its end; their files.

A message keeps its first text in its event; what it says now is read from the events of its changes, the newest first.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import events, outbox
from core.db import insert
from core.events import Event
from handoff.tables import MirrorRow, PlaceRow

SAID, EDITED, DELETED = "ticket.requester_said", "ticket.requester_edited", "ticket.requester_deleted"
STAFF_FILE = "ticket.staff_file"
CHANGE, COPY = "staff_edit", "file_copy"  # what the outbox calls them
MOST_FILES = 10  # of one message that are copied


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message of a requester's thread as it is now. `known` tells whether the staff were told of it before."""

    by: str
    text: str
    files: tuple[str, ...]
    edited: bool
    deleted: bool
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffFile:
    """A file that staff posted in their thread."""

    id: str
    name: str


# -- messages ------------------------------------------------------------------------------------------------------


def remember(session: Session, ticket_id: int, origin: tuple[str, str], copy: tuple[str, str]) -> None:
    """Keep that what stands at `origin` (channel, ts) was brought to `copy`."""
    values = {"from_channel": origin[0], "from_ts": origin[1], "to_channel": copy[0], "to_ts": copy[1]}
    new = insert(session, MirrorRow).values(ticket_id=ticket_id, **values)
    place = ["from_channel", "from_ts", "to_channel"]
    session.execute(new.on_conflict_do_update(index_elements=place, set_={"to_ts": copy[1]}))


def copies(session: Session, ticket_id: int, origin: tuple[str, str]) -> list[tuple[str, str]]:
    """Where something was brought: (channel, ts), the first first."""
    query = select(MirrorRow).where(
        MirrorRow.ticket_id == ticket_id, MirrorRow.from_channel == origin[0], MirrorRow.from_ts == origin[1]
    )
    return [(row.to_channel, row.to_ts) for row in session.scalars(query.order_by(MirrorRow.id))]


def change(
    session: Session, ticket_id: int, *, origin: tuple[str, str], text: str | None, at: str, by: str, now: datetime
) -> None:
    """The requester edited a message, or (no text) deleted it; `at` names the change, and orders several."""
    channel, ts = origin
    facts: dict[str, Any] = {"channel": channel, "ts": ts, "change": at} | ({} if text is None else {"text": text})
    kind = DELETED if text is None else EDITED
    events.record(session, kind, f"ticket:{ticket_id}", actor=by, at=now, **facts)
    payload = {"ticket": ticket_id, "channel": channel, "ts": ts, "by": by}
    key = f"{CHANGE}:{ticket_id}:{channel}:{ts}:{at}"
    outbox.put(session, CHANGE, key=key, lane=f"card:{ticket_id}", now=now, **payload)
    redraw(session, ticket_id, f"{ts}:{at}", now)


def redraw(session: Session, ticket_id: int, why: str, now: datetime) -> None:
    """Draw the card anew for something that is no change of the ticket itself; `why` names it."""
    key = f"card:{ticket_id}:said:{why}"
    outbox.put(session, "card", key=key, lane=f"card:{ticket_id}", now=now, ticket=ticket_id)


def since(history: Sequence[Event]) -> list[tuple[datetime, Said]]:
    """What was written in a requester's thread since the handoff, as it reads now, oldest first; none deleted."""
    first = [event for event in history if event.kind == SAID]
    told = [(one.at, _now(history, _place(one), one)) for one in first]
    return [(at, said) for at, said in told if not said.deleted]


def now_says(session: Session, ticket_id: int, origin: tuple[str, str], by: str) -> Said:
    """What a message says after everything that happened to it."""
    history = events.history(session, f"ticket:{ticket_id}")
    first = next((event for event in history if event.kind == SAID and _place(event) == origin), None)
    return _now(history, origin, first, by)


def _now(history: Sequence[Event], origin: tuple[Any, Any], first: Event | None, by: str = "") -> Said:
    own = [one for one in history if one.kind in (EDITED, DELETED) and _place(one) == origin]
    edits = sorted((event for event in own if event.kind == EDITED), key=_when)
    text = edits[-1] if edits else first
    return Said(
        by=first.actor if first else by, text=text.data["text"] if text else "",
        files=tuple(first.data["files"]) if first else (), edited=bool(edits),
        deleted=any(event.kind == DELETED for event in own), known=first is not None,
    )


def _place(event: Event) -> tuple[Any, Any]:
    return event.data.get("channel"), event.data.get("ts")


# -- files ---------------------------------------------------------------------------------------------------------


def bring_files(
    session: Session, ticket_id: int, files: Sequence[str], *, by: str, now: datetime, out: int = 0
) -> None:
    """Copy files to the other lane, each by itself: to the staff, or (`out` is a reply) to the requester.

    `files` are addresses or ids of Slack's; each is copied once, and no more than `MOST_FILES` at once.
    """
    for file in list(dict.fromkeys(files))[:MOST_FILES]:
        key = f"{COPY}:{ticket_id}:{out}:{hashlib.sha256(file.encode()).hexdigest()[:16]}"
        payload = {"ticket": ticket_id, "file": file, "by": by, "reply": out}
        outbox.put(session, COPY, key=key, lane=f"files:{ticket_id}:{out}", now=now, **payload)


def staff_file(session: Session, ticket_id: int, file: StaffFile, by: str, now: datetime) -> None:
    """Somebody posted a file in the staff's thread: it can be sent along with a reply."""
    if file in staff_files(session, ticket_id): return
    facts = {"file": file.id, "name": file.name}
    events.record(session, STAFF_FILE, f"ticket:{ticket_id}", actor=by, at=now, **facts)


def staff_files(session: Session, ticket_id: int) -> list[StaffFile]:
    """The files that staff posted in their thread, the newest first."""
    query = select(Event).where(Event.subject == f"ticket:{ticket_id}", Event.kind == STAFF_FILE)
    rows = session.scalars(query.order_by(Event.id.desc()))
    return [StaffFile(id=event.data["file"], name=event.data["name"]) for event in rows]


def ticket_at(session: Session, channel: str, thread_ts: str) -> int | None:
    """The ticket whose card stands over a thread."""
    query = select(PlaceRow.ticket_id).where(PlaceRow.channel == channel, PlaceRow.ts == thread_ts)
    return session.scalar(query.order_by(PlaceRow.id.desc()).limit(1))


def _when(event: Event) -> tuple[str, int]:
    return event.data["change"], event.id
