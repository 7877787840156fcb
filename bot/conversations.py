"""Conversations and their turns, in the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.question import Question, Surface
from bot.tables import ConversationRow, TurnRow
from core import events, noting
from core.db import insert
from core.errors import NotFound

KEPT_TEXT = 8_000  # characters of a message that are stored; nobody reads more, and the model reads far less


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message and what was decided on it."""

    id: int
    conversation_id: int
    ts: str
    text: str
    files: tuple[str, ...]
    decision: str
    confidence: float
    trace: dict[str, Any]
    feedback: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One thread between a person and Firstline."""

    id: int
    channel: str
    thread_ts: str
    person: str
    private: bool


def of_thread(session: Session, channel: str, thread_ts: str) -> Conversation | None:
    """The conversation in a thread, if there is one."""
    query = select(ConversationRow).where(ConversationRow.channel == channel, ConversationRow.thread_ts == thread_ts)
    row = session.scalar(query)
    return _conversation(row) if row else None


def get(session: Session, conversation_id: int) -> Conversation:
    """A conversation by its id."""
    row = session.get(ConversationRow, conversation_id)
    if row is None: raise NotFound("This conversation does not exist any more.")
    return _conversation(row)


def begin(session: Session, question: Question, now: datetime) -> Conversation:
    """The conversation that a message belongs to; a new one if its thread has none."""
    known = of_thread(session, question.channel, question.thread_ts)
    if known: return known
    row = {
        "channel": question.channel, "thread_ts": question.thread_ts, "person": question.person,
        "surface": question.surface, "opened_at": now,
    }
    session.execute(insert(session, ConversationRow).values(**row).on_conflict_do_nothing())
    begun = of_thread(session, question.channel, question.thread_ts)
    if begun is None: raise NotFound("This conversation does not exist any more.")
    return begun


def lock(session: Session, conversation_id: int) -> None:
    """Keep others from making a second ticket of a conversation until the caller's transaction ends."""
    session.get(ConversationRow, conversation_id, with_for_update=True)


def add_turn(
    session: Session, conversation: Conversation, question: Question, decision: str, *, confidence: float = 0.0,
    trace: dict[str, Any], now: datetime
) -> int:
    """Record a message and the decision on it (`step` for an answer to a recipe's step); the turn's id."""
    row = TurnRow(
        conversation_id=conversation.id, ts=question.ts, text=question.text[:KEPT_TEXT], files=list(question.files),
        decision=decision, confidence=confidence, trace=trace, at=now,
    )
    session.add(row)
    session.flush()
    facts = {"decision": decision, "confidence": round(confidence, 4), "surface": question.surface}
    facts |= {"shown": trace.get("shown") or []}
    noting.note(session, "turn", decision=decision)
    events.record(
        session, "turn.answered", f"conversation:{conversation.id}", actor=question.person, at=now, turn=row.id,
        **facts
    )
    return row.id


def turns(session: Session, conversation_id: int) -> list[Turn]:
    """A conversation's turns, oldest first."""
    query = select(TurnRow).where(TurnRow.conversation_id == conversation_id).order_by(TurnRow.id)
    return [_turn(row) for row in session.scalars(query)]


def turn(session: Session, turn_id: int) -> Turn:
    """A turn by its id."""
    row = session.get(TurnRow, turn_id)
    if row is None: raise NotFound("This answer does not exist any more.")
    return _turn(row)


def rate(session: Session, turn_id: int, feedback: str, *, by: str, now: datetime) -> bool:
    """Keep what the person said of an answer; False if they had said the same before."""
    found = turn(session, turn_id)
    if found.feedback == feedback: return False
    session.execute(update(TurnRow).where(TurnRow.id == turn_id).values(feedback=feedback))
    slugs = [slug for _, slug in found.trace.get("shown", [])]
    events.record(
        session, "answer.rated", f"conversation:{found.conversation_id}", actor=by, at=now, turn=turn_id,
        feedback=feedback, slugs=slugs
    )
    return True


def show(session: Session, turn_id: int, kind: str, slug: str, *, by: str, now: datetime) -> None:
    """Note which article or recipe the person got to see for a message, by their choice."""
    found = turn(session, turn_id)
    trace = found.trace | {"shown": [[kind, slug]]}
    session.execute(update(TurnRow).where(TurnRow.id == turn_id).values(trace=trace))
    conversation = f"conversation:{found.conversation_id}"
    events.record(session, "turn.chosen", conversation, actor=by, at=now, turn=turn_id, shown=[[kind, slug]])


def _conversation(row: ConversationRow) -> Conversation:
    private = Surface(row.surface).private
    return Conversation(
        id=row.id, channel=row.channel, thread_ts=row.thread_ts, person=row.person, private=private
    )


def _turn(row: TurnRow) -> Turn:
    return Turn(
        id=row.id, conversation_id=row.conversation_id, ts=row.ts, text=row.text, files=tuple(row.files),
        decision=row.decision,
        confidence=row.confidence, trace=row.trace, feedback=row.feedback, at=row.at,
    )
