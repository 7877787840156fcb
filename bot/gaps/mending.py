"""Putting right what was brought together wrongly, in the caller's transaction."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.gaps import rows
from bot.gaps.rows import LIVE, unpacked
from bot.tables import GapQuestionRow, GapRow
from core import marks
from core.errors import BadInput, NotFound


def merge(session: Session, gap_id: int, into: int, by: str, now: datetime, seen_version: int | None) -> None:
    """Bring all questions of a gap to another one, and close it."""
    if gap_id == into: raise BadInput("Please choose another gap.")
    marks.locked(session, rows.BOARD)
    source, target = rows.locked(session, gap_id, seen_version), rows.locked(session, into)
    _same_encoder(source, target)
    for one in _questions(session, gap_id): rows.take_in(session, target, one)
    source.vector, source.size = rows.packed(unpacked(source.vector) * 0), 0
    rows.entitle(session, target)
    rows.changed(session, target, "merged", by, now, other=gap_id)
    if source.state in LIVE: rows.shut(session, source, f"Goes on as gap {into}.", by, now)


def move(session: Session, question_id: int, to: int, by: str, now: datetime) -> int:
    """Bring a question to another gap, a new one if `to` is 0; that gap's id."""
    marks.locked(session, rows.BOARD)
    question = session.get(GapQuestionRow, question_id, populate_existing=True)
    if question is None: raise NotFound("There is no such question.")
    source = rows.locked(session, question.gap_id)
    if source.id == to: return to
    dims = len(unpacked(question.vector))
    target = rows.locked(session, to) if to else rows.opened(session, source.encoder, dims, question.at)
    _same_encoder(source, target)
    rows.take_in(session, target, question)
    rows.take_out(session, source, question, now)
    for gap in (source, target):
        rows.entitle(session, gap)
        rows.changed(session, gap, "moved", by, now, turn=question.turn_id, of=source.id, to=target.id)
    return target.id


def _questions(session: Session, gap_id: int) -> list[GapQuestionRow]:
    query = select(GapQuestionRow).where(GapQuestionRow.gap_id == gap_id).order_by(GapQuestionRow.id)
    return list(session.scalars(query))


def _same_encoder(source: GapRow, target: GapRow) -> None:
    if source.encoder != target.encoder: raise BadInput("These gaps are being read anew. Please try again later.")


