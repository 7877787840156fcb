"""Tasks for the editors, which tickets leave behind: what was missing, wrong, or not enough."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import events
from core.errors import NotFound, Stale
from core.people import Action, Person
from handoff.desk import Desk
from handoff.tables import TaskRow, TicketRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task: the reason of the escalation that it came from, the ticket, and the article or recipe it is about."""

    id: int
    kind: str
    ticket: str
    slug: str
    note: str
    opened_at: datetime


def open_for(session: Session, desk: Desk, row: TicketRow, reason: str, note: str, now: datetime) -> None:
    """Leave the task that a reason stands for; none where the desk file names none, or where it is open already."""
    if reason not in desk.editor_tasks: return
    known = select(TaskRow.id).where(
        TaskRow.ticket_id == row.id, TaskRow.kind == reason, TaskRow.done_at.is_(None)
    )
    if session.scalar(known) is not None: return
    session.add(TaskRow(kind=reason, ticket_id=row.id, slug=_about(row), note=note, opened_at=now))
    events.record(session, "task.opened", f"ticket:{row.id}", actor="firstline", at=now, reason=reason)


def waiting(session: Session, limit: int = 20) -> list[Task]:
    """The tasks that nobody has done yet, oldest first."""
    query = select(TaskRow, TicketRow.number).join(TicketRow, TicketRow.id == TaskRow.ticket_id)
    query = query.where(TaskRow.done_at.is_(None)).order_by(TaskRow.id).limit(limit)
    return [
        Task(id=r.id, kind=r.kind, ticket=number, slug=r.slug, note=r.note, opened_at=r.opened_at)
        for r, number in session.execute(query)
    ]  # fmt: skip


def done(session: Session, task_id: int, *, by: Person, now: datetime) -> None:
    """An editor has done a task.

    Raises:
        Stale: somebody else had.
    """
    by.must(Action.EDIT_ARTICLES)
    row = session.get(TaskRow, task_id, with_for_update=True)
    if row is None: raise NotFound("This task does not exist.")
    if row.done_at: raise Stale("This task was done before.")
    row.done_at, row.done_by = now, by.id
    events.record(session, "task.done", f"ticket:{row.ticket_id}", actor=by.id, at=now, task=row.id, reason=row.kind)


def _about(row: TicketRow) -> str:
    """What was shown and did not help, if anything was."""
    return next((str(one["slug"]) for one in row.brief["found"] if one["rejected"]), "")
