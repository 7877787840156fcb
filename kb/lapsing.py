"""When what is published has to be checked again, and that it is noted: once, in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from core import events
from core.events import Event
from kb.articles import ARTICLE, RUNBOOK
from kb.tables import PUBLISHED, ItemRow, RevisionRow

VERIFIED: Final = (ARTICLE, RUNBOOK)  # the kinds that somebody verifies; recipes are tested
DATE, NOT_HELPFUL, REOPENED, WRONG = "date", "not_helpful", "reopened", "wrong"  # why a verification lapses


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A published item that is taken for right so far; `since` is when it was last published, or lapsed."""

    id: int
    kind: str
    slug: str
    title: str
    owner: str
    revision: int
    verified: date | None
    review_every: int
    since: datetime


def due_on(verified: date | None, review_every: int) -> date | None:
    """The day of the next check. `review_every` is in days, 0 for never."""
    return verified + timedelta(days=review_every) if verified and review_every else None


def is_due(verified: date | None, review_every: int, today: date) -> bool:
    """Whether that day has passed."""
    day = due_on(verified, review_every)
    return day is not None and day < today


def standing(session: Session) -> list[Standing]:
    """Every published article and run-book whose verification has not lapsed."""
    before = _lapses(session)
    columns = (ItemRow.id, ItemRow.kind, ItemRow.slug, ItemRow.revision, RevisionRow.title, RevisionRow.saved_at)
    front = [RevisionRow.fields[name].as_string() for name in ("owner", "verified")]
    every = RevisionRow.fields["review_every"].as_integer()
    newest = (RevisionRow.item_id == ItemRow.id) & (RevisionRow.number == ItemRow.revision)
    query = select(*columns, *front, every).join(RevisionRow, newest).order_by(ItemRow.id)
    query = query.where(ItemRow.state == PUBLISHED, ItemRow.kind.in_(VERIFIED), ItemRow.lapsed_at.is_(None))
    return [
        Standing(
            id=id_, kind=kind, slug=slug, revision=revision, title=title, owner=owner or "",
            verified=date.fromisoformat(verified) if verified else None, review_every=review_every or 0,
            since=max(saved_at, before.get(id_, saved_at)),
        )
        for id_, kind, slug, revision, title, saved_at, owner, verified, review_every in session.execute(query)
    ]  # fmt: skip


def _lapses(session: Session) -> dict[int, datetime]:
    """When each item lapsed last: what was bad before that was told then."""
    kinds = [f"{kind}.lapsed" for kind in VERIFIED]
    query = select(Event.subject, func.max(Event.at)).where(Event.kind.in_(kinds)).group_by(Event.subject)
    return {int(subject.partition(":")[2]): at for subject, at in session.execute(query)}


def lapse(session: Session, item: Standing, why: str, count: int, now: datetime) -> bool:
    """Note that an item has to be checked again; False if another process did, or it was published meanwhile."""
    as_seen = (ItemRow.id == item.id) & (ItemRow.revision == item.revision) & (ItemRow.state == PUBLISHED)
    query = update(ItemRow).where(as_seen, ItemRow.lapsed_at.is_(None)).values(lapsed_at=now, lapse=told(why, count))
    done = session.execute(query)
    if not isinstance(done, CursorResult) or done.rowcount != 1: return False
    facts = {"slug": item.slug, "revision": item.revision, "why": why, "count": count}
    events.record(session, f"{item.kind}.lapsed", f"{item.kind}:{item.id}", actor="firstline", at=now, **facts)
    return True


def told(why: str, count: int) -> str:
    """A reason as `ItemRow.lapse` keeps it, such as `date` or `not_helpful:3`."""
    return f"{why}:{count}" if count else why


def untold(lapse_: str) -> tuple[str, int]:
    """The reason and the count of what `told` made."""
    why, _, count = lapse_.partition(":")
    return why, int(count) if count.isdecimal() else 0


def first_reason(
    item: Standing, counts: Sequence[tuple[str, int]], limits: Sequence[tuple[str, int]], today: date
) -> tuple[str, int] | None:
    """Why a verification lapses, with the count; None while it stands. A limit of 0 counts for nothing.

    `counts` and `limits` are of the same reasons, in the order in which they are told.
    """
    if is_due(item.verified, item.review_every, today): return DATE, 0
    bad = ((why, count) for (why, count), (_, limit) in zip(counts, limits, strict=True) if 0 < limit <= count)
    return next(bad, None)
