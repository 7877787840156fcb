"""Known outages: one answers matching questions while it lasts, and who was told hears once when it is over."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import events, outbox
from core.db import insert
from core.encoder import Vectors
from core.errors import BadInput, NotFound, Stale
from core.people import Action, Person
from handoff.tables import AffectedRow, OutageRow

# Cosine of message and outage text. With the outages and reports of tests/unit/test_handoff_likeness.py 76 % of
# the reports reach it, and 0.3 % of data/training's incidents of other categories do (at 0.45: 85 % and 0.5 %; at 0.55:
# 61 % and 0.2 %). A miss costs a ticket that a person closes, a false match an answer that the person can refuse.
MATCHES_AT = 0.5
MAX_TEXT = 500  # characters
LASTING = select(OutageRow).where(OutageRow.ended_at.is_(None)).order_by(OutageRow.id)  # every question asks it


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A known fault. `likeness` is the cosine to the message it was matched with."""

    id: int
    text: str
    declared_at: datetime
    likeness: float = 1.0


def declare(session: Session, text: str, vector: Vectors, encoder: str, *, by: Person, now: datetime) -> Outage:
    """Make a fault known; `vector` is its text's [dims]."""
    by.must(Action.DECLARE_OUTAGE)
    if not text.strip(): raise BadInput("Say what is down, for example: /it outage The VPN in Lisbon is down.")
    if len(text) > MAX_TEXT: raise BadInput(f"Please say it in at most {MAX_TEXT} characters.")
    data = vector.astype("<f4").tobytes()
    known = next((row for row in _lasting(session) if row.text == text.strip()), None)
    if known: return Outage(id=known.id, text=known.text, declared_at=known.declared_at)  # a second click
    row = OutageRow(text=text.strip(), encoder=encoder, vector=data, declared_by=by.id, declared_at=now)
    session.add(row)
    session.flush()
    events.record(session, "outage.declared", f"outage:{row.id}", actor=by.id, at=now, text=row.text)
    return Outage(id=row.id, text=row.text, declared_at=now)


def current(session: Session) -> list[Outage]:
    """The outages that last, oldest first."""
    return [Outage(id=r.id, text=r.text, declared_at=r.declared_at) for r in _lasting(session)]


def matching(session: Session, vector: Vectors, encoder: str) -> Outage | None:
    """The lasting outage that a message is most likely about, if any is near enough."""
    rows = [row for row in _lasting(session) if row.encoder == encoder]
    near = [(float(np.frombuffer(row.vector, dtype="<f4") @ vector), row) for row in rows]
    likeness, row = max(near, key=lambda pair: pair[0], default=(0.0, None))
    if row is None or likeness < MATCHES_AT: return None
    return Outage(id=row.id, text=row.text, declared_at=row.declared_at, likeness=likeness)


def affect(session: Session, outage_id: int, person: str, *, channel: str, thread_ts: str, now: datetime) -> int:
    """Note that a person is hit and was told; the how-manieth one that is.

    An outage that was ended meanwhile is told to be over at once.
    """
    outage = session.get(OutageRow, outage_id, with_for_update={"read": True})
    if outage is None: raise NotFound("This outage does not exist.")
    row = {"outage_id": outage_id, "person": person, "channel": channel, "thread_ts": thread_ts, "at": now}
    session.execute(insert(session, AffectedRow).values(**row).on_conflict_do_nothing())
    if outage.ended_at: _tell(session, outage, person, channel, thread_ts, now)
    own = select(AffectedRow.id).where(AffectedRow.outage_id == outage_id, AffectedRow.person == person)
    before = (AffectedRow.outage_id == outage_id) & (AffectedRow.id <= own.scalar_subquery())
    return session.scalar(select(func.count()).where(before)) or 0


def end(session: Session, outage_id: int, *, by: Person, now: datetime) -> int:
    """The fault is mended: tell everybody who was told of it, once. How many that are.

    Raises:
        Stale: it was ended before.
    """
    by.must(Action.DECLARE_OUTAGE)
    row = session.get(OutageRow, outage_id, with_for_update=True)
    if row is None or row.ended_at: raise Stale("This outage is already over.")
    row.ended_at = now
    events.record(session, "outage.ended", f"outage:{row.id}", actor=by.id, at=now)
    people = session.scalars(select(AffectedRow).where(AffectedRow.outage_id == outage_id)).all()
    for one in people: _tell(session, row, one.person, one.channel, one.thread_ts, now)
    return len(people)


def _tell(session: Session, row: OutageRow, person: str, channel: str, thread_ts: str, now: datetime) -> None:
    payload = {"channel": channel, "thread_ts": thread_ts, "person": person, "text": row.text}
    lane = f"outage:{row.id}:{person}"
    outbox.put(session, "outage_over", key=f"over:{row.id}:{person}", lane=lane, now=now, **payload)


def _lasting(session: Session) -> list[OutageRow]:
    return list(session.scalars(LASTING))
