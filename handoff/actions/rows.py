"""Looking at requests for actions in the database."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import insert
from core.errors import NotFound
from handoff.actions.states import ActionRequest, Asked, State
from handoff.actions.tables import ActionRow, ApprovalPlaceRow


def get(session: Session, request_id: int) -> ActionRequest:
    """A request by its id; `NotFound` if there is none."""
    row = session.get(ActionRow, request_id, populate_existing=True)
    if row is None: raise NotFound("This request does not exist any more.")
    return view(row)


def of_step(session: Session, run: int, seen: int) -> ActionRequest | None:
    """The request that a step of a run made, if it made one."""
    row = session.scalar(select(ActionRow).where(ActionRow.run == run, ActionRow.seen == seen))
    return view(row) if row else None


def of_run(session: Session, run: int) -> list[ActionRequest]:
    """The requests of a run, oldest first."""
    return [view(row) for row in session.scalars(select(ActionRow).where(ActionRow.run == run).order_by(ActionRow.id))]


def places(session: Session, request_id: int) -> list[tuple[str, str]]:
    """Channel and timestamp of each message that asks for the approval."""
    rows = session.scalars(select(ApprovalPlaceRow).where(ApprovalPlaceRow.request_id == request_id))
    return [(row.channel, row.ts) for row in rows]


def stands_at(session: Session, request_id: int, channel: str, ts: str) -> None:
    """Remember a message that asks for the approval."""
    first = insert(session, ApprovalPlaceRow).values(request_id=request_id, channel=channel, ts=ts)
    session.execute(first.on_conflict_do_update(index_elements=["request_id", "channel"], set_={"ts": ts}))


_SAME = (
    "id", "run", "seen", "name", "approval", "dry_run", "requester", "given", "about", "approver", "asked_why",
    "requested_at", "decided_by", "decided_at", "why", "attempts", "outcome", "results", "note", "ended_at",
)  # fmt: skip


def view(row: ActionRow) -> ActionRequest:
    """A row as a value."""
    same: dict[str, Any] = {name: getattr(row, name) for name in _SAME}
    return ActionRequest(**same, state=State(row.state), asked=Asked(row.asked))


def locked(session: Session, request_id: int) -> ActionRow:
    """A request's row, for nobody else until the transaction ends; `NotFound` if there is none."""
    row = session.get(ActionRow, request_id, with_for_update=True, populate_existing=True)
    if row is None: raise NotFound("This request does not exist any more.")
    return row
