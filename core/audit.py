"""The history sealed: a chain of hashes over the events, so that one that was changed or taken out is noticed.

Each event gets a seal: its place in the chain, a digest of what it says, and the hash of the seal before it together
with that digest (a hash chain as in RFC 9162's ancestors; HMAC-SHA-256 where the company has set a key, SHA-256 where
not). Without a key whoever can write to the database could make the whole chain anew; with one they cannot, nor can
they have Firstline do it for them where it knows the newest seal from elsewhere (`core.noted`).

What was sealed stays as it was: that is proven. Whether an event was true when it was sealed is not: one that somebody
writes into the database is sealed like any other, and from then on cannot be changed either.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, bindparam, exists, func, insert, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import events, marks
from core.db import Base
from core.erasing import ERASED
from core.errors import FirstlineError
from core.events import Event
from core.noted import Known

MARK = "audit"  # the place of the newest seal
NO_SEAL = "have no seal"  # what is told of events that wait for theirs
AT_ONCE = 1_000  # events sealed in one transaction, or read in one go
BEHIND = 10_000  # ids: a transaction that began this many events ago has ended
LATE = timedelta(hours=1)  # an event that has no seal by then should have one
BEGINNING = "0" * 64  # what the first seal follows
ERASURE = "audit.erased"  # the kind of the event that tells what was left of others whose facts were taken out
ERASING = "audit:erasing"  # the mark of whoever takes facts out: one at a time
TOLD_AT_ONCE = 200  # events of which one tells


class SealRow(Base):
    """The seal of one event. The digest stays when the event's content has to be erased."""

    __tablename__ = "event_seals"

    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What a check of the whole chain found: how many events hold, wait for a seal, were erased; and what is wrong.

    `head` is the hash of the newest seal: kept elsewhere, it proves later that nothing before it was changed. `emptied`
    are events without content, by id with the digest of what is left, of whose erasing no later event tells.
    """

    sealed: int = 0
    waiting: int = 0
    erased: int = 0
    head: str = BEGINNING
    problems: list[str] = field(default_factory=list)
    emptied: dict[int, str] = field(default_factory=dict)


class Gone(FirstlineError):
    """A seal that was there is not there any more."""


def seal(session: Session, key: bytes = b"", known: Known | None = None) -> int:
    """Seal the events that have no seal yet, in the caller's transaction; how many these were.

    Several processes may seal at once: they take turns. An event of a transaction that ended late is sealed late.
    `known` is a seal that was there before, kept outside of the database.

    Raises:
        Gone: that seal, or the newest one, is not there: whoever sealed on would make a rewritten history look whole.
    """
    mark = marks.locked(session, MARK)
    last, newest = session.get(SealRow, mark.number), session.scalar(select(func.max(SealRow.place))) or 0
    if mark.number != newest: raise Gone(f"The newest seal is at place {newest:,}, and should be at {mark.number:,}.")
    if known and not holds(session, known): raise Gone(f"The seal at place {known.place:,} is not the one that was.")
    before = last.hash if last else BEGINNING
    rows: list[dict[str, int | str]] = []
    for event in _unsealed(session):
        mark.number, content = mark.number + 1, digest(event)
        before = _chained(before, content, key)
        rows.append({"place": mark.number, "event_id": event.id, "digest": content, "hash": before})
    if rows: session.execute(insert(SealRow), rows)
    return len(rows)


def newest(session: Session) -> Known | None:
    """The newest seal, to be kept outside of the database."""
    row = session.scalars(select(SealRow).order_by(SealRow.place.desc()).limit(1)).first()
    return Known(place=row.place, hash=row.hash) if row else None


def holds(session: Session, known: Known) -> bool:
    """Whether a seal that was kept is still where it was."""
    row = session.get(SealRow, known.place)
    return row is not None and row.hash == known.hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What is to be left of an event: its facts hold `"erased": true` and nothing that was not there before."""

    event: Event
    actor: str
    data: dict[str, Any]


def erase(session: Session, all_left: Sequence[Left], *, at: datetime) -> None:
    """Take facts out of events, in the caller's transaction; events that tell of it come first.

    The database lets only this through; see the migration `0009_people`.
    """
    marks.locked(session, ERASING)
    connection = session.connection()
    for start in range(0, len(all_left), TOLD_AT_ONCE):
        some = all_left[start : start + TOLD_AT_ONCE]
        of = {str(one.event.id): _digest(one.event, one.actor, one.data) for one in some}
        events.record(session, ERASURE, ERASING, actor="firstline", at=at, of=of)
        connection.execute(_ERASE, [{"event": one.event.id, "by": one.actor, "left": one.data} for one in some])


_ERASE = (
    update(Event.__table__)  # type: ignore[arg-type]  # it is a Table
    .where(Event.__table__.c.id == bindparam("event")).values(actor=bindparam("by"), data=bindparam("left"))
)  # fmt: skip


def verify(
    session: Session, now: datetime, key: bytes = b"", head: str = "", known: Known | None = None
) -> Verdict:
    """Go through the whole chain; `head` is one that was noted earlier, empty for none.

    `known` is the newest seal that Firstline kept outside of the database.

    The events and seals are read in parts: memory does not grow with their number.
    """
    found, seen = Verdict(), not head
    for place, row, event in _sealed(session):
        if row.place != place: found.problems.append(f"The seal at place {place} is missing.")
        if row.hash != _chained(found.head, row.digest, key):
            found.problems.append(f"The seal of event {row.event_id} does not follow the one before it.")
        _check(row, event, found)
        found.head, seen = row.hash, seen or row.hash == head
        if found.problems: return found  # what follows a broken link proves nothing
    for number in found.emptied: found.problems.append(f"Event {number} was emptied, and no later event tells of it.")
    if known and not holds(session, known):
        found.problems.append(f"The seal at place {known.place:,} is not the one that was kept outside the database.")
    if not seen: found.problems.append("The chain does not contain the hash that was noted earlier.")
    _count_waiting(session, now, found)
    return found


def digest(event: Event) -> str:
    """What an event says, as a hash of its canonical JSON (keys sorted, no spaces, UTC)."""
    return _digest(event, event.actor, event.data)


def _digest(event: Event, actor: str, data: dict[str, Any]) -> str:
    said = [event.id, event.at.isoformat(), event.kind, event.subject, actor, data]
    plain = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def _chained(before: str, content: str, key: bytes) -> str:
    link = f"{before}{content}".encode()
    return hmac.new(key, link, hashlib.sha256).hexdigest() if key else hashlib.sha256(link).hexdigest()


def _check(row: SealRow, event: Event | None, found: Verdict) -> None:
    found.sealed += 1
    if event is None: found.problems.append(f"Event {row.event_id} was taken out.")
    elif digest(event) == row.digest: _take_note(event, found)
    elif event.data.get(ERASED) is True: _empty(event, found)
    else: found.problems.append(f"Event {event.id} ({event.kind}, {event.at:%Y-%m-%d %H:%M}) was changed.")


def _empty(event: Event, found: Verdict) -> None:
    """An event whose facts were taken out: what is left has to be told of by a later one."""
    found.emptied[event.id] = digest(event)
    _take_note(event, found)  # it may itself tell of others


def _take_note(event: Event, found: Verdict) -> None:
    """Count the erasures that an event tells of, if nothing else of the emptied ones was changed."""
    of = event.data.get("of") if event.kind == ERASURE else None
    if not isinstance(of, dict): return
    for number, left in of.items():
        if found.emptied.get(int(number)) != left: continue
        del found.emptied[int(number)]
        found.erased += 1


def _unsealed(session: Session) -> list[Event]:
    has_seal = exists().where(SealRow.event_id == Event.id)
    query = select(Event).where(Event.id > _reach(session), ~has_seal).order_by(Event.id).limit(AT_ONCE)
    return list(session.scalars(query))


def _reach(session: Session) -> int:
    """The id up to which no event is sealed any more: its transaction cannot have been under way."""
    return (session.scalar(select(func.max(SealRow.event_id))) or 0) - BEHIND


def _sealed(session: Session) -> Iterator[tuple[int, SealRow, Event | None]]:
    """Every seal with the place where it should be, and its event."""
    place = 0
    joined = select(SealRow, Event).outerjoin(Event, Event.id == SealRow.event_id).order_by(SealRow.place)
    while rows := session.execute(joined.where(SealRow.place > place).limit(AT_ONCE)).all():
        for expected, (row, event) in enumerate(rows, place + 1): yield expected, row, event
        place = rows[-1][0].place
        session.expunge_all()


def _count_waiting(session: Session, now: datetime, found: Verdict) -> None:
    unsealed = ~exists().where(SealRow.event_id == Event.id)
    query = select(func.count(), func.min(Event.at)).where(unsealed)
    found.waiting, oldest = session.execute(query).one()
    if oldest and oldest < now - LATE:
        found.problems.append(f"{found.waiting} events {NO_SEAL}, the oldest since {oldest:%Y-%m-%d %H:%M}.")
    late = select(func.min(Event.id)).where(unsealed, or_(Event.id <= _reach(session), Event.at > now + LATE))
    if (first := session.scalar(late)) is not None:
        found.problems.append(f"Events {NO_SEAL} that were put in later, or in the future; the first is {first}.")
