"""What came of each item, kept by person, day and ticket, and the figures that are counted from it.

Everything here is in the caller's transaction. An item is counted again when something has happened with it, or when a
day has gone by: how much else there is makes no difference.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from bot.assistant.editorial.facts import HELPED, OPENED, REOPENED, SHOWN, UP, Named, Outcome
from bot.assistant.editorial.figures import Figures
from bot.tables import ItemDayRow, ItemFiguresRow, ItemPersonRow, ItemTicketRow
from core.db import insert

NEVER = datetime(2000, 1, 1, tzinfo=UTC)
AGAIN = timedelta(days=1)  # for which the figures of an item stand though days fall out of their time
PEOPLE = ("shown_at", "helped", "said_at", "ticket_at", "failed_at")


def keep(session: Session, outcomes: Sequence[Outcome]) -> None:
    """Count what came of items, in its order."""
    people: dict[tuple[str, str], dict[str, Any]] = defaultdict(lambda: dict.fromkeys(PEOPLE))
    days: Counter[tuple[str, Any]] = Counter()
    for one in outcomes:
        people[_key(one.item), one.person] |= _of_person(one)
        if one.what == SHOWN: days[_key(one.item), one.at.date()] += 1
    on = [
        {"item": _key(one.item), "what": one.what, "ticket_id": one.ticket, "at": one.at} for one in outcomes
        if one.ticket
    ]
    _add_people(session, [{"item": item, "person": who} | own for (item, who), own in people.items()])
    _add_days(session, [{"item": item, "day": day, "shown": count} for (item, day), count in days.items()])
    if on: session.execute(insert(session, ItemTicketRow).on_conflict_do_nothing(), on)
    _stale(session, {item for item, _ in people})


def due(session: Session, now: datetime, limit: int) -> list[Named]:
    """The items whose figures have to be counted again, those first that were counted longest ago."""
    own = or_(ItemFiguresRow.stale, ItemFiguresRow.counted_at < now - AGAIN)
    query = select(ItemFiguresRow.item).where(own).order_by(ItemFiguresRow.stale.desc(), ItemFiguresRow.counted_at)
    return [_named(item) for item in session.scalars(query.limit(limit))]


def recount(session: Session, items: Collection[Named], since: datetime, now: datetime) -> None:
    """Count the figures of some items from a moment on, and keep them."""
    found = counted(session, since, items)
    rows = [
        {"item": _key(one), "stale": False, "counted_at": now, "figures": asdict(found.get(one, Figures()))}
        for one in items
    ]
    made = insert(session, ItemFiguresRow)
    new = {name: made.excluded[name] for name in ("stale", "counted_at", "figures")}
    if rows: session.execute(made.on_conflict_do_update(index_elements=["item"], set_=new), rows)


def kept(session: Session) -> dict[Named, Figures]:
    """The figures of every item as they were counted last."""
    rows = session.execute(select(ItemFiguresRow.item, ItemFiguresRow.figures).where(ItemFiguresRow.counted_at > NEVER))
    return {_named(item): Figures(**figures) for item, figures in rows}


def counted(session: Session, since: datetime, items: Collection[Named] | None = None) -> dict[Named, Figures]:
    """The figures from a moment on; of every item (None) it takes as long as there are people who were shown any."""
    people = {row.item: row for row in session.execute(_some(_people(since), ItemPersonRow.item, items))}
    shown = select(ItemDayRow.item, func.sum(ItemDayRow.shown)).where(ItemDayRow.day >= since.date())
    times = {item: int(count) for item, count in session.execute(_some(shown, ItemDayRow.item, items))}
    on: dict[str, dict[str, int]] = defaultdict(dict)
    tickets = select(ItemTicketRow.item, ItemTicketRow.what, func.count()).where(ItemTicketRow.at >= since)
    for item, what, count in session.execute(_some(tickets, ItemTicketRow.item, items).group_by(ItemTicketRow.what)):
        on[item][what] = count
    return {_named(item): _figures(row, times.get(item, 0), on[item]) for item, row in people.items()}


def bad(session: Session, item: Named, since: datetime) -> tuple[int, Counter[str]]:
    """The people whom an item did not help after a moment, by their last word; and the tickets, by what they say."""
    own = ItemPersonRow.item == _key(item), ItemPersonRow.helped.is_(False), ItemPersonRow.said_at > since
    people = session.scalar(select(func.count()).where(*own)) or 0
    query = select(ItemTicketRow.what, func.count()).where(ItemTicketRow.item == _key(item), ItemTicketRow.at > since)
    rows = session.execute(query.group_by(ItemTicketRow.what))
    return people, Counter({what.removeprefix(UP) if what != REOPENED else what: count for what, count in rows})


# -- inside --------------------------------------------------------------------------------------------------------


def _of_person(one: Outcome) -> dict[str, Any]:
    match one.what:
        case "shown": return {"shown_at": one.at}
        case "helped" | "not_helped": return {"helped": one.what == HELPED, "said_at": one.at}
        case "opened": return {"ticket_at": one.at}
        case _: return {"failed_at": one.at}


def _add_people(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    made = insert(session, ItemPersonRow)
    newest = {name: func.coalesce(made.excluded[name], getattr(ItemPersonRow, name)) for name in PEOPLE}
    if rows: session.execute(made.on_conflict_do_update(index_elements=["item", "person"], set_=newest), rows)


def _add_days(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    made = insert(session, ItemDayRow)
    more = {"shown": ItemDayRow.shown + made.excluded.shown}
    if rows: session.execute(made.on_conflict_do_update(index_elements=["item", "day"], set_=more), rows)


def _stale(session: Session, items: Iterable[str]) -> None:
    rows = [{"item": item, "stale": True, "counted_at": NEVER, "figures": {}} for item in sorted(items)]
    made = insert(session, ItemFiguresRow).on_conflict_do_update(index_elements=["item"], set_={"stale": True})
    if rows: session.execute(made, rows)


def _people(since: datetime) -> Any:
    """Each person in one place: failed, confirmed, with a ticket, or quiet; see `Figures`."""
    row = ItemPersonRow
    shown, said, ticket, failed_ = (
        and_(at.is_not(None), at >= since) for at in (row.shown_at, row.said_at, row.ticket_at, row.failed_at)
    )
    unhelped = and_(said, row.helped.is_(False))
    failed, helped = or_(unhelped, failed_), and_(said, row.helped.is_(True))
    confirmed = and_(helped, not_(failed))
    quiet = and_(shown, not_(failed), not_(helped), not_(ticket))
    return select(row.item, _count(unhelped, "not_helpful"), _count(failed, "failed"), _count(confirmed, "confirmed"),
                  _count(quiet, "assumed"))  # fmt: skip


def _count(which: ColumnElement[bool], name: str) -> Any:
    return func.count().filter(which).label(name)


def _some(query: Any, column: Any, items: Collection[Named] | None) -> Any:
    wanted = query if items is None else query.where(column.in_([_key(one) for one in items]))
    return wanted.group_by(column)


def _figures(row: Any, shown: int, on: dict[str, int]) -> Figures:
    codes = {what.removeprefix(UP): count for what, count in sorted(on.items()) if what.startswith(UP) and what != UP}
    return Figures(
        shown=shown, confirmed=row.confirmed, assumed=row.assumed, not_helpful=row.not_helpful,
        tickets=on.get(OPENED, 0), reopened=on.get(REOPENED, 0), escalations=codes, failed=row.failed,
    )  # fmt: skip


def _key(item: Named) -> str:
    return f"{item[0]}:{item[1]}"


def _named(key: str) -> Named:
    kind, _, slug = key.partition(":")
    return kind, slug
