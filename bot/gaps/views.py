"""Gaps as editors see them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_
from sqlalchemy.orm import Session

from bot.gaps.rows import GapState
from bot.question import Surface
from bot.tables import ConversationRow, GapQuestionRow, GapRow, TurnRow
from core.people import PersonRow
from kb.tables import PUBLISHED, DraftRow, ItemRow

Show = Literal["open", "mine", "snoozed", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A gap: what its questions mean in the words of one of them, how many they are, of how many people.

    `minutes` is what they cost together (`bot.gaps.minutes`); `assignee` is a person's id, `assignee_name` how they
    are called; `draft` is what is being written about it, as `kind:slug`, and `draft_state` how far that is: writing,
    review, published or gone.
    """

    id: int
    title: str
    count: int
    people: int
    minutes: int
    state: str
    version: int
    opened_at: datetime
    last_at: datetime
    assignee: str = ""
    assignee_name: str = ""
    snoozed_until: datetime | None = None
    draft: str = ""
    draft_state: str = ""
    closed_at: datetime | None = None
    closed_why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapQuestion:
    """One question, word for word: who asked it, why it belongs to a gap (`bot.gaps.whys`), and what it cost.

    `shown` is what was shown for it (kind, slug), if anything was. `channel` and `thread_ts` name its thread where
    others may read along too; they are empty for a direct message, which nobody else can open.
    """

    id: int
    text: str
    person: str
    why: str
    minutes: int
    at: datetime
    shown: tuple[str, str] | None = None
    channel: str = ""
    thread_ts: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GapPage:
    """Some gaps, the worst first, from place `first` of `total`."""

    gaps: tuple[Gap, ...]
    total: int
    first: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GapView:
    """A gap with its questions, the newest first; `more` are left out."""

    gap: Gap
    questions: tuple[GapQuestion, ...]
    more: int = 0


def page(session: Session, show: Show, person: str, first: int, limit: int) -> GapPage:
    """Gaps of one kind; `mine` are those that `person` has and that are not closed. The closed ones newest first."""
    which = _which(show, person)
    worst = (_COUNT * _MINUTES).desc(), _COUNT.desc(), GapRow.last_at.desc(), GapRow.id
    order = (GapRow.closed_at.desc(), GapRow.id.desc()) if show == "closed" else worst
    found = session.execute(_GAPS.where(which).order_by(*order).offset(first).limit(limit)).all()
    total = session.scalar(select(func.count()).select_from(GapRow).where(which)) or 0
    return GapPage(gaps=tuple(_gaps(session, found)), total=total, first=first)


def one(session: Session, gap_id: int) -> Gap | None:
    """A gap by its id."""
    return next(iter(_gaps(session, session.execute(_GAPS.where(GapRow.id == gap_id)).all())), None)


def questions(session: Session, gap_id: int, limit: int) -> tuple[GapQuestion, ...]:
    """The newest questions of a gap."""
    query = _QUESTIONS.where(GapQuestionRow.gap_id == gap_id).order_by(GapQuestionRow.turn_id.desc()).limit(limit)
    return tuple(_question(row, turn, talk, name) for row, turn, talk, name in session.execute(query))


_COUNTED = (
    select(
        GapQuestionRow.gap_id, func.count().label("count"), func.sum(GapQuestionRow.minutes).label("minutes"),
        func.count(GapQuestionRow.person.distinct()).label("people"),
    ).group_by(GapQuestionRow.gap_id).subquery()
)  # fmt: skip
_COUNT, _PEOPLE, _MINUTES = (func.coalesce(_COUNTED.c[name], 0) for name in ("count", "people", "minutes"))
_GAPS: Select[*tuple[Any, ...]] = (
    select(
        GapRow.id, GapRow.title, GapRow.state, GapRow.version, GapRow.opened_at, GapRow.last_at, GapRow.assignee,
        GapRow.snoozed_until, GapRow.draft, GapRow.closed_at, GapRow.closed_why, _COUNT.label("count"),
        _PEOPLE.label("people"), _MINUTES.label("minutes"),
    )
    .outerjoin(_COUNTED, _COUNTED.c.gap_id == GapRow.id)
)  # fmt: skip
_QUESTIONS = (
    select(GapQuestionRow, TurnRow, ConversationRow, PersonRow.name)
    .join(TurnRow, TurnRow.id == GapQuestionRow.turn_id)
    .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
    .outerjoin(PersonRow, PersonRow.id == GapQuestionRow.person)
)  # fmt: skip


def _which(show: Show, person: str) -> ColumnElement[bool]:
    if show == "mine": return (GapRow.assignee == person) & (GapRow.state != GapState.CLOSED)
    return GapRow.state == GapState(show)


def _gaps(session: Session, found: Sequence[Row[*tuple[Any, ...]]]) -> Iterable[Gap]:
    drafts = _drafts(session, {row.draft for row in found} - {""})
    known = {row.assignee for row in found} - {""}
    names = _names(session, known) if known else {}
    for row in (one._mapping for one in found):  # noqa: SLF001 - SQLAlchemy's public name
        name = names.get(row["assignee"], row["assignee"])
        yield Gap(**row, assignee_name=name, draft_state=drafts.get(row["draft"], "gone") if row["draft"] else "")


def _names(session: Session, ids: Collection[str]) -> dict[str, str]:
    query = select(PersonRow.id, PersonRow.name).where(PersonRow.id.in_(ids))
    return {row[0]: row[1] for row in session.execute(query)}


def _drafts(session: Session, named: Collection[str]) -> dict[str, str]:
    """How far what is being written is, by `kind:slug`; what there is no more is left out."""
    if not named: return {}
    pairs = [tuple(one.split(":", 1)) for one in named]
    query = select(ItemRow.kind, ItemRow.slug, ItemRow.state, DraftRow.state)
    query = query.outerjoin(DraftRow, DraftRow.item_id == ItemRow.id)
    found = session.execute(query.where(tuple_(ItemRow.kind, ItemRow.slug).in_(pairs)))
    return {f"{kind}:{slug}": draft or _end(state) for kind, slug, state, draft in found}


def _end(state: str) -> str:
    return PUBLISHED if state == PUBLISHED else "gone"


def _question(row: GapQuestionRow, turn: TurnRow, talk: ConversationRow, name: str | None) -> GapQuestion:
    shown = next(iter(turn.trace.get("shown") or ()), None)
    others = not Surface(talk.surface).private
    return GapQuestion(
        id=row.id, text=turn.text, person=name or row.person, why=row.why, minutes=row.minutes, at=row.at,
        shown=(shown[0], shown[1]) if shown else None, channel=talk.channel if others else "",
        thread_ts=talk.thread_ts if others else "",
    )
