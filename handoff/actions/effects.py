"""What a change of a request sets off: its event, and what the outbox has to do outside."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core import events, noting, outbox
from handoff.actions.registry import Actions
from handoff.actions.states import Asked
from handoff.actions.tables import ActionRow

FIRSTLINE = "firstline"  # the actor of what nobody decided
CALL = "action"  # kinds of outbox items: call the automation,
POST = "approval"  # ask for an approval,
OVER = "approval_over"  # show in each message that asked how it ended,
LATE = "approval_late"  # see that a manager did not answer,
END = "approval_end"  # and that nobody did


def record(session: Session, row: ActionRow, what: str, by: str, now: datetime, **facts: Any) -> None:
    """Write the event of a change."""
    events.record(session, f"action.{what}", f"action:{row.id}", actor=by, at=now, **facts)
    noting.note(session, "action", what=what, name=row.name)


def ask(session: Session, actions: Actions, row: ActionRow, now: datetime) -> None:
    """Have the approval asked for, and have it looked at again when nobody answers."""
    post(session, row, now)
    if row.asked == Asked.MANAGER: _put(session, row, LATE, "late", now, now + actions.late)
    _put(session, row, END, "end", now, now + actions.end)


def post(session: Session, row: ActionRow, now: datetime) -> None:
    """Ask those who have to answer; the requester is asked by the recipe's own step."""
    if row.asked in (Asked.MANAGER, Asked.AGENTS): _put(session, row, POST, row.asked, now, now, asked=row.asked)


def show_over(session: Session, row: ActionRow, now: datetime) -> None:
    """Show the decision wherever it was asked for; in the lane of those messages, so that it comes after them."""
    if row.approval in ("manager", "agent"): _put(session, row, OVER, "over", now, now)


def call(session: Session, row: ActionRow, now: datetime) -> None:
    """Have the automation called."""
    _put(session, row, CALL, "call", now, now)


_LANES = {OVER: POST}  # what is due later has a lane of its own


def _put(session: Session, row: ActionRow, kind: str, what: str, now: datetime, due: datetime, **more: Any) -> None:
    lane = f"{_LANES.get(kind, kind)}:{row.id}"
    key = f"action:{row.id}:{what}"
    outbox.put_later(session, kind, key=key, lane=lane, now=now, due=due, request=row.id, **more)
