"""What staff say to the requester: written, taken back or sent. Nothing else that they write goes out.

A reply is a row: draft (it is being looked at), waiting (it goes out in ten seconds, and can be taken back), sending,
sent, withdrawn, or lost (Slack refused it for good). Every step is one conditional update, so that of two who press at
once one wins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import events, outbox
from core.db import insert
from core.errors import BadInput, NotAllowed, NotFound, Stale
from core.events import Event
from core.outbox import OutboxItem
from core.people import Action, Person
from handoff import updates, working
from handoff.changing import lock, locked
from handoff.desk import Desk
from handoff.destinations import syncing
from handoff.states import OVER
from handoff.tables import ReplyRow, TicketRow

UNDO_FOR = timedelta(seconds=10)  # long enough to see the slip, short enough that nobody waits for it
MOST_TEXT = 3_000  # characters: what one Slack input takes
MOST_FILES = 10
OUT, LINE = "to_requester", "reply_line"  # what the outbox calls a reply that goes out, and the line that tells of it

GAVE_UP = "gave_up"  # why a reply is lost that Slack did not take for hours
FACTS = ("ticket.reply_written", "ticket.reply_withdrawn", "ticket.replied", "ticket.reply_lost")


class ReplyState(StrEnum):
    """How far a reply is."""

    DRAFT = "draft"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"
    SENDING = "sending"
    SENT = "sent"
    LOST = "lost"


class Over(Stale):
    """The ticket is over: a reply would reach somebody who believes that it is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Something that staff wrote to a requester. `files` are ids of Slack's; `channel` and `ts` name its line."""

    id: int
    ticket_id: int
    by: str
    text: str
    files: tuple[str, ...]
    asks: bool
    state: ReplyState
    key: str
    written_at: datetime
    due_at: datetime
    channel: str
    ts: str


# -- writing -------------------------------------------------------------------------------------------------------


def draft(
    session: Session, desk: Desk, ticket_id: int, text: str, *, files: Sequence[str] = (), asks: bool = False,
    by: Person, key: str, now: datetime
) -> Reply:
    """Keep what somebody is about to send, while they look at it; `key` is their form's, and may come again.

    Raises:
        BadInput: there is no text, or too much.
        Over: the ticket is resolved or closed.
        Stale: what this form holds was sent before; or the ticket goes on as another one, which is over.
        NotAllowed: they may not work on the ticket.
    """
    _open(session, desk, ticket_id, by)
    values = {"text": _checked(text), "files": _some(files), "asks": asks, "written_at": now, "due_at": now}
    fixed = {"ticket_id": ticket_id, "by": by.id, "state": ReplyState.DRAFT, "key": key, "channel": "", "ts": ""}
    new = insert(session, ReplyRow).values(**fixed, **values)
    still = (ReplyRow.state == ReplyState.DRAFT) & (ReplyRow.by == by.id) & (ReplyRow.ticket_id == ticket_id)
    kept = new.on_conflict_do_update(index_elements=["key"], set_=values, where=still).returning(ReplyRow.id)
    reply = session.scalar(kept)
    if reply is None: raise Stale("You have sent this already.")
    return get(session, reply)


def send(session: Session, desk: Desk, key: str, *, by: Person, now: datetime) -> Reply:
    """Let a draft go out in ten seconds; the same form a second time changes nothing.

    Raises:
        Over: the ticket was resolved or closed meanwhile.
        NotFound: there is no such draft of this person.
    """
    known = session.scalar(select(ReplyRow).where(ReplyRow.key == key, ReplyRow.by == by.id))
    if known is None: raise NotFound("This reply does not exist any more. Please write it once more.")
    if known.state != ReplyState.DRAFT: return _reply(known)
    _open(session, desk, known.ticket_id, by)
    due = now + UNDO_FOR
    if not _step(session, known.id, ReplyState.DRAFT, ReplyState.WAITING, written_at=now, due_at=due):
        return get(session, known.id)
    reply = get(session, known.id)
    facts = {"text": reply.text, "files": list(reply.files), "asks": reply.asks}
    _note(session, reply, "reply_written", by.id, now, **facts)
    outbox.put_later(
        session, OUT, key=f"{OUT}:{reply.id}", lane=f"requester:{reply.ticket_id}", now=now, due=due, reply=reply.id
    )
    _draw(session, reply, now)
    return reply


def write(
    session: Session, desk: Desk, ticket_id: int, text: str, *, files: Sequence[str] = (), asks: bool = False,
    by: Person, key: str, now: datetime
) -> Reply:
    """Draft and send in one, for what was written without a form; `key` makes a second time harmless."""
    known = session.scalar(select(ReplyRow).where(ReplyRow.key == key, ReplyRow.by == by.id))
    if known is None: draft(session, desk, ticket_id, text, files=files, asks=asks, by=by, key=key, now=now)
    return send(session, desk, key, by=by, now=now)


def withdraw(session: Session, reply_id: int, *, by: Person, now: datetime) -> Reply:
    """Take a reply back before it goes out. Twice changes nothing.

    Raises:
        NotAllowed: somebody else wrote it, and this is no manager.
        Stale: it has gone out.
    """
    by.must(Action.WORK_TICKETS)
    reply = get(session, reply_id)
    if reply.by != by.id and not by.may(Action.MANAGE_DESK):
        raise NotAllowed(f"<@{reply.by}> wrote this; only they or a manager can take it back.")
    if reply.state is ReplyState.WITHDRAWN: return reply
    if not _step(session, reply_id, ReplyState.WAITING, ReplyState.WITHDRAWN):
        raise Stale("It has gone out already.")
    back = get(session, reply_id)
    _note(session, back, "reply_withdrawn", by.id, now)
    _draw(session, back, now)
    return back


# -- sending -------------------------------------------------------------------------------------------------------


def take(session: Session, reply_id: int) -> Reply | None:
    """The reply that is to be posted now; None if it was taken back, or went out before.

    One that is being sent is answered again: its worker died, and nobody knows whether Slack had it. To say something
    twice is better than to lose it.
    """
    _step(session, reply_id, ReplyState.WAITING, ReplyState.SENDING)
    reply = get(session, reply_id)
    return reply if reply.state is ReplyState.SENDING else None


def sent(session: Session, desk: Desk, reply_id: int, now: datetime) -> Reply:
    """It has been posted: the requester has been answered, and where an answer is wanted, the clock stands.

    Where the ticket goes on as another one it is that one's clock, whose own requester has heard nothing.
    """
    reply = get(session, reply_id)
    row, main = _rows(session, reply.ticket_id)
    if not _step(session, reply_id, ReplyState.SENDING, ReplyState.SENT): return get(session, reply_id)
    done = get(session, reply_id)
    facts = {"text": reply.text, "files": list(reply.files), "asks": reply.asks}
    _note(session, done, "replied", reply.by, now, **facts)
    if desk.connected: syncing.note(session, row, now)
    if main is row:
        working.responded(row, now)
        updates.told(session, desk, row.id, now)
    if reply.asks and not _answered(session, reply, row.requester, main):
        working.wait_for_requester(session, desk, main, by=reply.by, now=now)
    _draw(session, done, now)
    return done


def lost(session: Session, reply_id: int, why: str, now: datetime) -> Reply:
    """Slack refused it for good: its line tells the staff. Twice changes nothing."""
    if not _step(session, reply_id, ReplyState.SENDING, ReplyState.LOST): return get(session, reply_id)
    reply = get(session, reply_id)
    _note(session, reply, "reply_lost", "firstline", now, why=why)
    _draw(session, reply, now)
    return reply


def gave_up(session: Session, item: OutboxItem, now: datetime) -> None:
    """An item of the outbox ends undelivered; nobody goes on believing that a reply in it goes out."""
    if item.kind == OUT: lost(session, item.payload["reply"], GAVE_UP, now)


def line_at(session: Session, reply_id: int, channel: str, ts: str) -> None:
    """Remember where the line stands that tells the staff of a reply."""
    session.execute(update(ReplyRow).where(ReplyRow.id == reply_id).values(channel=channel, ts=ts))


# -- looking -------------------------------------------------------------------------------------------------------


def get(session: Session, reply_id: int) -> Reply:
    """A reply by its id; `NotFound` if there is none."""
    row = session.get(ReplyRow, reply_id, populate_existing=True)
    if row is None: raise NotFound("This reply does not exist.")
    return _reply(row)


def drafted(session: Session, key: str, by: Person) -> Reply | None:
    """What somebody's form holds, if it holds something."""
    row = session.scalar(select(ReplyRow).where(ReplyRow.key == key, ReplyRow.by == by.id))
    return _reply(row) if row else None


def last_event(session: Session, reply: Reply) -> Event:
    """The newest fact about a reply that was sent off."""
    history = events.history(session, f"ticket:{reply.ticket_id}")
    return next(event for event in reversed(history) if event.kind in FACTS and event.data.get("reply") == reply.id)


# -- inside --------------------------------------------------------------------------------------------------------


def _open(session: Session, desk: Desk, ticket_id: int, by: Person) -> TicketRow:
    row = lock(session, desk, ticket_id, by)
    main = session.get_one(TicketRow, row.merged_into) if row.merged_into else row
    if main.state in OVER and main is not row:
        raise Stale(f"{row.number} goes on as {main.number}, which is {main.state} by now. Open that one again first.")
    if main.state in OVER:
        raise Over(f"{row.number} is {row.state} by now. Open it again first; your text is still here.")
    return row


def _rows(session: Session, ticket_id: int) -> tuple[TicketRow, TicketRow]:
    """A ticket and the one that it goes on as, or itself; locked in one order, as where two are merged."""
    into = session.get_one(TicketRow, ticket_id).merged_into or ticket_id
    rows = {one: locked(session, one) for one in sorted({ticket_id, into})}
    return rows[ticket_id], rows[into]


def _answered(session: Session, reply: Reply, requester: str, main: TicketRow) -> bool:
    """Whether the requester was faster than we are: they answered after it was posted, before this was written."""
    said = (Event.subject == f"ticket:{main.id}", Event.kind == "ticket.requester_said", Event.actor == requester)
    return session.scalar(select(Event.id).where(*said, Event.at > reply.due_at).limit(1)) is not None


def _checked(text: str) -> str:
    said = text.replace("\x00", "").strip()
    if not said: raise BadInput("Please write what the requester should read.")
    if len(said) > MOST_TEXT: raise BadInput(f"Please keep it under {MOST_TEXT:,} characters.")
    return said


def _some(files: Sequence[str]) -> list[str]:
    each = list(dict.fromkeys(files))
    if len(each) > MOST_FILES: raise BadInput(f"Please send at most {MOST_FILES} files at once.")
    return each


def _step(session: Session, reply_id: int, was: ReplyState, to: ReplyState, **more: datetime) -> bool:
    """From one state to the next, if nobody was faster."""
    query = update(ReplyRow).where(ReplyRow.id == reply_id, ReplyRow.state == was).values(state=to, **more)
    return session.execute(query.returning(ReplyRow.id)).first() is not None


def _note(session: Session, reply: Reply, what: str, by: str, now: datetime, **facts: object) -> None:
    subject = f"ticket:{reply.ticket_id}"
    events.record(session, f"ticket.{what}", subject, actor=by, at=now, reply=reply.id, **facts)


def _draw(session: Session, reply: Reply, now: datetime) -> None:
    """The line in the staff's thread that tells of the reply, as it is now."""
    key, lane = f"{LINE}:{reply.id}:{reply.state}", f"card:{reply.ticket_id}"
    outbox.put(session, LINE, key=key, lane=lane, now=now, reply=reply.id, ticket=reply.ticket_id)


def _reply(row: ReplyRow) -> Reply:
    same = {name: getattr(row, name) for name in Reply.__dataclass_fields__ if name not in ("files", "state")}
    return Reply(**same, files=tuple(row.files), state=ReplyState(row.state))
