"""Gaps in the database, in the caller's transaction. What an editor can change is locked first, row by row."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.gaps.grouping import joined, left, middle, title_of
from bot.tables import GapQuestionRow, GapRow, TurnRow
from core import events
from core.encoder import Vectors
from core.errors import NotFound, Stale

BOARD = "gaps:board"  # the mark that is held, before any gap, by whoever changes several of them
FIRSTLINE = "firstline"  # the actor of what happens by itself
TITLED = 200  # questions that a title is chosen among, the newest
MAX_CLOSED_WHY = 200  # characters


class GapState(StrEnum):
    """What is to be done about a gap: something, nothing until a day, nothing any more."""

    OPEN = "open"
    SNOOZED = "snoozed"
    CLOSED = "closed"


LIVE = (GapState.OPEN, GapState.SNOOZED)


def packed(vector: Vectors) -> bytes:
    """A vector as it is kept; see `kb.tables.VectorRow`."""
    return vector.astype("<f4").tobytes()


def unpacked(data: bytes) -> Vectors:
    """A vector that was kept [dims]."""
    return np.frombuffer(data, dtype="<f4").astype(np.float32)


def locked(session: Session, gap_id: int, seen_version: int | None = None) -> GapRow:
    """A gap, for this transaction alone.

    Raises:
        NotFound: there is none.
        Stale: somebody changed it since `seen_version`.
    """
    row = session.get(GapRow, gap_id, with_for_update=True, populate_existing=True)
    if row is None: raise NotFound("There is no such gap.")
    if seen_version not in (None, row.version):
        raise Stale("Somebody else changed this gap meanwhile. Look at it again.")
    return row


def opened(session: Session, encoder: str, dims: int, at: datetime) -> GapRow:
    """A new gap without a question."""
    row = GapRow(
        title="", state=GapState.OPEN, encoder=encoder, vector=packed(np.zeros(dims, dtype=np.float32)), size=0,
        opened_at=at, last_at=at, snoozed_until=None, closed_at=None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def changed(session: Session, gap: GapRow, what: str, by: str, now: datetime, **facts: object) -> None:
    """End a change that editors must see: a new version, and its fact."""
    gap.version = (gap.version or 1) + 1
    note(session, gap, what, by, now, **facts)


def note(session: Session, gap: GapRow, what: str, by: str, now: datetime, **facts: object) -> None:
    """Record a fact of a gap."""
    events.record(session, f"gap.{what}", f"gap:{gap.id}", actor=by, at=now, **facts)


def take_in(session: Session, gap: GapRow, question: GapQuestionRow) -> None:
    """Count a question to a gap."""
    gap.vector = packed(joined(unpacked(gap.vector), gap.size, unpacked(question.vector)))
    gap.size += 1
    gap.opened_at, gap.last_at = min(gap.opened_at, question.at), max(gap.last_at, question.at)
    question.gap_id = gap.id
    session.add(question)
    session.flush()


def take_out(session: Session, gap: GapRow, question: GapQuestionRow, now: datetime) -> None:
    """Count a question no more; a gap that is left with none is closed."""
    gap.vector = packed(left(unpacked(gap.vector), gap.size, unpacked(question.vector)))
    gap.size -= 1
    if gap.size == 0 and gap.state in LIVE: shut(session, gap, NONE_LEFT, FIRSTLINE, now)


NONE_LEFT = "No question is left."


def shut(session: Session, gap: GapRow, why: str, by: str, now: datetime) -> None:
    """Close a gap, and say why."""
    gap.state, gap.closed_at, gap.closed_why = GapState.CLOSED, now, clipped(why)
    gap.snoozed_until = None
    changed(session, gap, "closed", by, now, why=gap.closed_why)


def open_again(session: Session, gap: GapRow, what: str, by: str, now: datetime, **facts: object) -> None:
    """Bring a gap back that was snoozed (`woke`) or closed (`reopened`)."""
    gap.state, gap.snoozed_until, gap.closed_at, gap.closed_why = GapState.OPEN, None, None, ""
    changed(session, gap, what, by, now, **facts)


def clipped(why: str) -> str:
    """A reason for closing, as far as it is kept."""
    words = " ".join(why.split())
    return words if len(words) <= MAX_CLOSED_WHY else words[: MAX_CLOSED_WHY - 1].rstrip() + "…"


def entitle(session: Session, gap: GapRow) -> None:
    """Give a gap the words of its question that is nearest to them all; a follow-up says too little by itself."""
    leans = func.coalesce(TurnRow.trace["leans"].as_boolean(), False)
    query = select(GapQuestionRow.vector, TurnRow.text).join(TurnRow, TurnRow.id == GapQuestionRow.turn_id)
    newest = query.where(GapQuestionRow.gap_id == gap.id).order_by(leans, GapQuestionRow.turn_id.desc()).limit(TITLED)
    alone = session.execute(newest.where(leans.is_(False))).all() or session.execute(newest).all()
    if not alone: return
    rows = sorted(alone, key=lambda row: row[1])  # of questions that are as near, always the same
    gap.title = title_of(rows[middle(np.stack([unpacked(data) for data, _ in rows]), unpacked(gap.vector))][1])


def renew(
    session: Session, gap_id: int, encoder: str, dims: int, vectors: Mapping[int, Vectors], now: datetime
) -> bool:
    """Give a gap's questions the vectors of another encoder, by turn; False if its questions are others by now."""
    gap = locked(session, gap_id)
    questions = session.scalars(select(GapQuestionRow).where(GapQuestionRow.gap_id == gap_id)).all()
    if gap.encoder == encoder or {one.turn_id for one in questions} != vectors.keys(): return False
    for one in questions: one.vector = packed(vectors[one.turn_id])
    mean = np.mean(list(vectors.values()), axis=0) if vectors else np.zeros(dims, dtype=np.float32)
    gap.vector, gap.encoder = packed(mean), encoder
    note(session, gap, "renewed", FIRSTLINE, now, encoder=encoder)
    return True
