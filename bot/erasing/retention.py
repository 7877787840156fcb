"""What is kept no longer: storage limitation, Article 5(1)(e) of the GDPR. One kind, some of it, in one transaction.

Several processes may do this at once: on PostgreSQL each takes rows that no other holds, on SQLite they take turns.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, exists, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from bot.erasing import facts, rows
from bot.erasing.scope import Scope, of_conversations, of_tickets
from bot.tables import ConversationRow, GapQuestionRow, ItemPersonRow, TurnRow, WebSessionRow
from core import events
from core.erasing import ERASED
from core.outbox import OutboxItem
from core.people import PersonRow
from core.received import Received
from handoff.destinations.syncing import SYNC
from handoff.states import State
from handoff.tables import AffectedRow, OutageRow, TicketRow
from kb.tables import RunRow

AT_ONCE = 100  # rows of one transaction: others wait for it on SQLite
APPLIED = "retention.applied"  # the event that tells how many of what are kept no longer


def apply(session: Session, kind: str, before: datetime, now: datetime) -> int:
    """Empty or delete what is older than `before`, some of it; how many that were, which is told in an event."""
    done = KINDS[kind](session, before, now)
    if done:
        facts_ = {"count": done, "until": before.isoformat()}
        events.record(session, APPLIED, f"retention:{kind}", actor="firstline", at=now, **facts_)
    return done


def _conversations(session: Session, before: datetime, now: datetime) -> int:
    """Those without a message since, in which nothing is open."""
    of = ConversationRow.id
    later = exists().where(TurnRow.conversation_id == of, TurnRow.at >= before)
    open_ = exists().where(TicketRow.conversation_id == of, TicketRow.state != State.CLOSED)
    walking = exists().where(RunRow.conversation_id == of, or_(RunRow.end == "", RunRow.moved_at >= before))
    old = select(of).where(ConversationRow.person != ERASED, ConversationRow.opened_at < before)
    found = _taken(session, old.where(~later, ~open_, ~walking), of)
    return _emptied(session, of_conversations(session, found), now, len(found))


def _tickets(session: Session, before: datetime, now: datetime) -> int:
    """Those that have been closed for long, and none into which an open one was merged."""
    other = aliased(TicketRow)
    joined = exists().where(other.merged_into == TicketRow.id, other.state != State.CLOSED)
    old = select(TicketRow.id).where(TicketRow.state == State.CLOSED, TicketRow.closed_at < before, ~joined)
    found = _taken(session, old.where(TicketRow.requester != ERASED), TicketRow.id)
    return _emptied(session, of_tickets(found), now, len(found))


def _emptied(session: Session, scope: Scope, now: datetime, count: int) -> int:
    if not count: return 0
    facts.gaps(session, scope, now)
    session.flush()
    rows.strip(session, scope)
    facts.events(session, scope, now)
    session.expire_all()
    return count


def _questions(session: Session, before: datetime, now: datetime) -> int:
    old = select(GapQuestionRow.turn_id).where(GapQuestionRow.at < before).order_by(GapQuestionRow.turn_id)
    turns = session.scalars(old.limit(AT_ONCE)).all()
    return facts.gaps(session, Scope(things={"turn": frozenset(turns)}), now)


def _bookkeeping(session: Session, before: datetime, now: datetime) -> int:  # noqa: ARG001 - as all of these
    """What went out, came in, and who was told of outages that are over; what a ticket system refused is kept."""
    refused = OutboxItem.gave_up & (OutboxItem.kind == SYNC)
    over = select(AffectedRow.id).join(OutageRow, OutageRow.id == AffectedRow.outage_id)
    return (
        _gone(session, OutboxItem.id, select(OutboxItem.id).where(OutboxItem.done_at < before, ~refused))
        + _gone(session, Received.key, select(Received.key).where(Received.at < before))
        + _gone(session, AffectedRow.id, over.where(OutageRow.ended_at < before))
    )


def _sessions(session: Session, before: datetime, now: datetime) -> int:  # noqa: ARG001 - as all of these
    return _gone(session, WebSessionRow.token, select(WebSessionRow.token).where(WebSessionRow.expires_at < before))


def _people(session: Session, before: datetime, now: datetime) -> int:  # noqa: ARG001 - as all of these
    """Whom nobody has met since, and of whom nothing is left; and who found an item of help."""
    asked = exists().where(ConversationRow.person == PersonRow.id)
    opened = exists().where(or_(TicketRow.requester == PersonRow.id, TicketRow.assignee == PersonRow.id))
    old = select(PersonRow.id).where(PersonRow.seen_at < before, ~asked, ~opened)
    return _gone(session, PersonRow.id, old) + _unnamed(session, before)


def _unnamed(session: Session, before: datetime) -> int:
    """Whom an item was shown to stays counted, under a number."""
    one = ItemPersonRow
    times = [func.coalesce(at, one.shown_at, one.said_at, one.ticket_at, one.failed_at) for at in
             (one.shown_at, one.said_at, one.ticket_at, one.failed_at)]  # fmt: skip
    old = select(one.item, one.person).where(*(at < before for at in times), ~one.person.startswith(ERASED))
    found = session.execute(old.limit(AT_ONCE)).all()
    for item, person in found:
        session.execute(update(one).where(one.item == item, one.person == person).values(person=rows.somebody()))
    return len(found)


def _taken(session: Session, query: Select[Any], key: InstrumentedAttribute[int]) -> list[int]:
    """Some of what is found, held for this transaction, without what others hold."""
    return list(session.scalars(query.order_by(key).limit(AT_ONCE).with_for_update(skip_locked=True, of=key.class_)))


def _gone(session: Session, key: InstrumentedAttribute[Any], query: Select[Any]) -> int:
    """Delete some of what is found."""
    found = session.scalars(query.limit(AT_ONCE)).all()
    if found: session.execute(delete(key.class_).where(key.in_(found)))
    return len(found)


KINDS: Mapping[str, Callable[[Session, datetime, datetime], int]] = {
    "conversations": _conversations, "tickets": _tickets, "questions": _questions, "bookkeeping": _bookkeeping,
    "sessions": _sessions, "people": _people,
}  # fmt: skip
