"""What must happen outside, written in the same transaction as the fact that caused it.

The worker delivers each item at least once, in order within its lane, with back-off; the key makes a second item
for the same cause impossible.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Index, Select, String, Text, Update, exists, select, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from core.db import Base, insert_of

KEY, LANE = 160, 80  # characters
LEASE = timedelta(seconds=60)  # six calls that take as long as they may; after that its worker must have died
AHEAD = timedelta(seconds=5)  # by which the clocks of two machines may differ
FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=15)
MAX_ATTEMPTS = 40  # with the waits above seven and a half hours, longer than any outage of Slack so far


class OutboxItem(Base):
    """One thing to do outside."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_open", "done_at", "due_at"), Index("ix_outbox_lane", "lane", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY), unique=True)
    lane: Mapped[str] = mapped_column(String(LANE))  # items of one lane go out in order, such as one thread's
    kind: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    gave_up: Mapped[bool] = mapped_column(default=False)
    error: Mapped[str] = mapped_column(Text, default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to deliver an item: its key, the how manieth try it is (1 for the first), and since when it waits."""

    key: str
    number: int
    since: datetime

    @property
    def again(self) -> bool:
        """Whether an earlier try may have done it, or a part of it, without anybody having noted that."""
        return self.number > 1


def put(session: Session, kind: str, *, key: str, lane: str, now: datetime, **payload: Any) -> bool:
    """Queue one item in the caller's transaction; False if its key was queued before."""
    return put_later(session, kind, key=key, lane=lane, now=now, due=now, **payload)


def put_later(
    session: Session, kind: str, *, key: str, lane: str, now: datetime, due: datetime, **payload: Any
) -> bool:
    """The same of an item that goes out when it is due, and not before.

    Until then it holds back the later items of its lane: what waits long has a lane of its own.
    """
    row = {"key": key, "lane": lane, "kind": kind, "payload": payload, "created_at": now, "due_at": due}
    row |= {"attempts": 0, "gave_up": False, "error": ""}
    connection = session.connection()  # past the unit of work: nothing else has to be written first
    return connection.execute(_put(connection.dialect.name), row).first() is not None


@cache
def _put(dialect: str) -> Any:
    """The statement of `put_later`, made once: every change of a ticket queues two or three items."""
    table: Any = OutboxItem.__table__
    return insert_of(dialect, table).on_conflict_do_nothing().returning(table.c.id)


def claim(
    session: Session, now: datetime, limit: int, *, only: Collection[str] = (), but: Collection[str] = (),
    lease: timedelta = LEASE,
) -> Sequence[OutboxItem]:
    """Take due items that are first in their lanes, and keep them from other workers for a while.

    `only` and `but` name kinds: a worker that takes nothing else, and one that leaves these to others.
    """
    query = _first_in_lane().where(OutboxItem.due_at <= now).limit(limit)
    if only: query = query.where(OutboxItem.kind.in_(only))
    if but: query = query.where(OutboxItem.kind.not_in(but))
    return [_taken(item, now, lease) for item in session.scalars(query).all()]


def claim_one(session: Session, key: str, now: datetime) -> OutboxItem | None:
    """Take one new item, due or not, to deliver it here and now; None where it is not its turn, or somebody has it.

    One whose turn has not come is due as soon as it does.
    """
    mine = (OutboxItem.key == key) & (OutboxItem.attempts == 0)
    item = session.scalar(_first_in_lane().where(mine))
    if item is None: session.execute(update(OutboxItem).where(mine, OutboxItem.done_at.is_(None)).values(due_at=now))
    return _taken(item, now, LEASE) if item else None


def _first_in_lane() -> Select[OutboxItem]:
    """Open items that nothing of their lane is before, past those that somebody else is about to take."""
    earlier = aliased(OutboxItem)
    blocked = exists().where(earlier.lane == OutboxItem.lane, earlier.id < OutboxItem.id, earlier.done_at.is_(None))
    query = select(OutboxItem).where(OutboxItem.done_at.is_(None), ~blocked).order_by(OutboxItem.id)
    return query.with_for_update(skip_locked=True)


def _taken(item: OutboxItem, now: datetime, lease: timedelta) -> OutboxItem:
    item.attempts += 1
    item.due_at = now + lease
    return item


def renew(session: Session, item: OutboxItem, now: datetime, lease: timedelta = LEASE) -> bool:
    """Keep a claimed item for a whole lease from now on; False if it is somebody else's by now."""
    return _changed(session, item, due_at=now + lease)


def set_right(session: Session, now: datetime) -> int:
    """Bring forward what a clock that was stepped back would hold up: how many items that were.

    What was queued in the future is taken as queued now, and what was tried waits no longer than any back-off.
    """
    ahead, late = OutboxItem.created_at > now + AHEAD, OutboxItem.due_at > now + LONGEST_WAIT + LEASE
    held = OutboxItem.done_at.is_(None) & (ahead | (late & (OutboxItem.attempts > 0)))
    items = session.scalars(select(OutboxItem).where(held).with_for_update(skip_locked=True)).all()
    for item in items:
        back = max(item.created_at - now, timedelta())
        item.created_at, item.due_at = item.created_at - back, item.due_at - back
        if item.attempts: item.due_at = min(item.due_at, now + LEASE)
    return len(items)


def doubt(session: Session) -> None:
    """Take it that of what is open an earlier try may have been made: each next one looks whether it was."""
    open_ = OutboxItem.done_at.is_(None) & (OutboxItem.attempts == 0)
    session.execute(update(OutboxItem).where(open_).values(attempts=1))


def done(session: Session, item: OutboxItem, now: datetime, *, forget: bool = False) -> None:
    """Delivered: it never goes out again. `forget` takes its content out, where nobody needs that any more."""
    _changed(session, item, done_at=now, error="", **_emptied(forget))


def failed(
    session: Session, item: OutboxItem, error: str, now: datetime, wait: timedelta | None = None, *,
    forget: bool = False,
) -> bool:
    """Not delivered: try again after `wait` or the back-off; True if it was given up for good by this."""
    values: dict[str, Any] = {"error": error[:2000], "due_at": now + (wait or _back_off(item.attempts))}
    gave_up = item.attempts >= MAX_ATTEMPTS
    if gave_up: values |= {"done_at": now, "gave_up": True, **_emptied(forget)}
    return _changed(session, item, **values) and gave_up


def _back_off(attempts: int) -> timedelta:
    return min(FIRST_WAIT * (1 << min(attempts - 1, 20)), LONGEST_WAIT)


def _emptied(forget: bool) -> dict[str, Any]:  # noqa: FBT001 - as `done` was told
    return {"payload": {}} if forget else {}


def _changed(session: Session, item: OutboxItem, **values: Any) -> bool:
    """Change an item in hand, unless it is somebody else's by now, or ended; whether it was."""
    return session.execute(_still_ours(item).values(**values).returning(OutboxItem.id)).first() is not None


def give_back(session: Session, item: OutboxItem, now: datetime) -> None:
    """Not tried after all: due at once, for whoever comes first, and this was no attempt."""
    session.execute(_still_ours(item).values(due_at=now, attempts=item.attempts - 1))


def _still_ours(item: OutboxItem) -> Update:
    """What a worker whose lease ran out reports late must not undo what the next one did."""
    return update(OutboxItem).where(
        OutboxItem.id == item.id, OutboxItem.attempts == item.attempts, OutboxItem.done_at.is_(None)
    )


def abandon(session: Session, item: OutboxItem, error: str, now: datetime, *, forget: bool = False) -> bool:
    """Trying again cannot help (the channel is gone): keep the item and its error, and let the lane go on.

    False if it was somebody else's by now.
    """
    return _changed(session, item, error=error[:2000], done_at=now, gave_up=True, **_emptied(forget))


def untouched(session: Session, kind: str, lane: str) -> Sequence[OutboxItem]:
    """Items of a lane that nobody has begun with, and nobody begins with before the caller's transaction ends."""
    query = select(OutboxItem).where(OutboxItem.kind == kind, OutboxItem.lane == lane, OutboxItem.done_at.is_(None))
    return session.scalars(query.where(OutboxItem.attempts == 0).with_for_update(skip_locked=True)).all()


def waits_in(session: Session, lane: str) -> bool:
    """Whether something of a lane is still to be delivered."""
    open_ = select(OutboxItem.id).where(OutboxItem.lane == lane, OutboxItem.done_at.is_(None))
    return session.scalar(open_.limit(1)) is not None


def waiting(session: Session) -> list[OutboxItem]:
    """Items still to deliver, oldest first."""
    open_ = OutboxItem.done_at.is_(None)
    return list(session.scalars(select(OutboxItem).where(open_).order_by(OutboxItem.id)))
