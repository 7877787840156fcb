"""Takes people out of the history, of what waits in the outbox, of what was received, and of gaps."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from bot.erasing.scope import AT_ONCE, Scope, some_of
from bot.gaps import rows as gap_rows
from bot.tables import GapQuestionRow, GapRow
from core import audit, marks
from core.audit import Left
from core.erasing import ERASED, left_of
from core.events import Event
from core.outbox import OutboxItem
from core.received import Received

OWN_WORDS = ("ticket.requester_", "turn.", "answer.", "run.", "action.requested", "runbook.not_helpful")  # kinds
THINGS = {"ticket": "ticket", "run": "run", "request": "request"}  # which thing a payload names, by its key


def events(session: Session, scope: Scope, now: datetime) -> int:
    """Take the facts out of events; how many events changed."""
    found = {event.id: event for part in _parts(scope) for event in session.scalars(select(Event).where(part))}
    own, changed = set(scope.subjects()), list[Left]()
    for event in sorted(found.values(), key=lambda one: one.id):
        session.expunge(event)
        left = _left(event, scope, own=event.subject in own)
        if left: changed.append(left)
    audit.erase(session, changed, at=now)
    return len(changed)


def _parts(scope: Scope) -> Iterator[ColumnElement[bool]]:
    subjects = scope.subjects()
    for start in range(0, len(subjects), AT_ONCE): yield Event.subject.in_(subjects[start : start + AT_ONCE])
    if scope.person: yield Event.actor == scope.person
    if scope.named: yield scope.named.found_in(Event.data)


def _left(event: Event, scope: Scope, *, own: bool) -> Left | None:
    """What is to be left of an event; None if that is all of it. Who works for others keeps the work, not the name."""
    did = event.actor == scope.person if scope.person else own and event.actor != "firstline"
    own = own or (did and event.kind.startswith(OWN_WORDS))
    actor, data = ERASED if did else event.actor, left_of(event.data, scope.named, own=own)
    whole = {key: value for key, value in data.items() if key != ERASED}
    if actor == event.actor and whole == {key: value for key, value in event.data.items() if key != ERASED}: return None
    return Left(event=event, actor=actor, data=data)


def outbox(session: Session, scope: Scope) -> int:
    """Delete what is to be told of a person's things, and name them nowhere else; how many items changed.

    What was delivered is of no use any more where it names them.
    """
    changed, useless = 0, list[int]()
    for item in session.scalars(select(OutboxItem).order_by(OutboxItem.id).execution_options(yield_per=AT_ONCE)):
        own = any(item.payload.get(key) in scope.of(kind) for key, kind in THINGS.items()) or _said(item, scope)
        if not (own or _names(item, scope)): continue
        if own or item.done_at: useless.append(item.id)
        else: _unname(item, scope)
        changed += 1
    session.flush()
    for some in some_of(useless): session.execute(delete(OutboxItem).where(OutboxItem.id.in_(some)))
    return changed


def _said(item: OutboxItem, scope: Scope) -> bool:
    """Whether it is what they wrote, or belongs to their direct messages or one of their threads."""
    ids = scope.named.ids if scope.named else ()
    if (item.payload.get("channel"), item.payload.get("thread_ts")) in scope.threads: return True
    return any(_under(item.payload, key) in ids for key in ("person", "user", "channel"))


def _under(data: Any, key: str) -> Any:
    """The first value of a key, however deep."""
    if not isinstance(data, dict): return None
    if key in data: return data[key]
    return next((found for value in data.values() if (found := _under(value, key)) is not None), None)


def _names(item: OutboxItem, scope: Scope) -> bool:
    return bool(scope.named and scope.named.within([item.payload, item.key, item.lane, item.error]))


def _unname(item: OutboxItem, scope: Scope) -> None:
    if scope.named is None: return
    for name in ("payload", "lane", "error"): setattr(item, name, scope.named.without(getattr(item, name)))
    if scope.named.within(item.key): item.key = f"{ERASED}-{item.id}"


def received(session: Session, scope: Scope) -> int:
    """Forget what was received in somebody's direct messages."""
    if scope.named is None: return 0
    tests = [Received.key.contains(one, autoescape=True) for one in scope.named.ids]
    keys = [key for key in session.scalars(select(Received.key).where(or_(*tests))) if scope.named.within(key)]
    for start in range(0, len(keys), AT_ONCE):
        session.execute(delete(Received).where(Received.key.in_(keys[start : start + AT_ONCE])))
    return len(keys)


def gaps(session: Session, scope: Scope, now: datetime) -> int:
    """Take questions out of their gaps, which are named after what is left; how many that were."""
    if not scope.of("turn"): return 0
    marks.locked(session, gap_rows.BOARD)
    asked = [one for part in scope.parts("turn") for one in _asked(session, part)]
    touched = {one.gap_id for one in asked}
    for one in asked:
        gap_rows.take_out(session, gap_rows.locked(session, one.gap_id), one, now)
        session.delete(one)
    session.flush()
    for number in touched: _entitle(session, gap_rows.locked(session, number))
    return len(asked)


def _asked(session: Session, turns: list[int | str]) -> list[GapQuestionRow]:
    return list(session.scalars(select(GapQuestionRow).where(GapQuestionRow.turn_id.in_(turns))))


def _entitle(session: Session, gap: GapRow) -> None:
    if gap.size: gap_rows.entitle(session, gap)
    else: gap.title, gap.vector = ERASED, bytes(len(gap.vector))
    session.flush()
