"""Tasks for the editors, which tickets leave behind: what was missing, wrong, or not enough."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import events, outbox
from core.errors import NotFound, Stale
from core.people import Action, Person
from handoff.desk import Desk
from handoff.tables import TaskRow, TicketRow

NEWS = "task_news"  # what the outbox calls word of a task to the editors' channel: that it is there, that it is done
TOLD = "task.told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task: the reason of the escalation that it came from, the ticket, and the article or recipe it is about.

    `ticket` is the number of the ticket, `ticket_id` its id.

    `done_by` is the editor who has done it, empty until then.
    """

    id: int
    kind: str
    ticket: str
    slug: str
    note: str
    opened_at: datetime
    done_by: str = ""
    ticket_id: int = 0


def open_for(session: Session, desk: Desk, row: TicketRow, reason: str, note: str, now: datetime) -> None:
    """Leave the task that a reason stands for; none where the desk file names none, or where it is open already."""
    if reason not in desk.editor_tasks: return
    known = select(TaskRow.id).where(
        TaskRow.ticket_id == row.id, TaskRow.kind == reason, TaskRow.done_at.is_(None)
    )
    if session.scalar(known) is not None: return
    task = TaskRow(kind=reason, ticket_id=row.id, slug=_about(row), note=note, opened_at=now)
    session.add(task)
    session.flush()
    events.record(session, "task.opened", f"ticket:{row.id}", actor="firstline", at=now, task=task.id, reason=reason)
    if not desk.editors_channel: return
    outbox.put(session, NEWS, key=f"task:{task.id}", lane=f"task:{task.id}", now=now, task=task.id)


def waiting(session: Session, limit: int = 20) -> list[Task]:
    """The tasks that nobody has done yet, oldest first."""
    query = _WITH_NUMBER.where(TaskRow.done_at.is_(None)).order_by(TaskRow.id).limit(limit)
    return [_task(row, number) for row, number in session.execute(query)]


def get(session: Session, task_id: int) -> Task:
    """A task by its id; `NotFound` if there is none."""
    found = session.execute(_WITH_NUMBER.where(TaskRow.id == task_id)).first()
    if found is None: raise NotFound("This task does not exist.")
    return _task(found[0], found[1])


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
    outbox.put(session, NEWS, key=f"task:{row.id}:done", lane=f"task:{row.id}", now=now, task=row.id)


def told_at(session: Session, task_id: int) -> tuple[str, str] | None:
    """Where the editors' channel was told of a task: channel and ts."""
    known = [one for one in events.history(session, f"task:{task_id}") if one.kind == TOLD]
    return (str(known[-1].data["channel"]), str(known[-1].data["ts"])) if known else None


def tell(session: Session, task_id: int, channel: str, ts: str, now: datetime) -> None:
    """Remember where the editors' channel was told of it."""
    events.record(session, TOLD, f"task:{task_id}", actor="firstline", at=now, channel=channel, ts=ts)


_WITH_NUMBER = select(TaskRow, TicketRow.number).join(TicketRow, TicketRow.id == TaskRow.ticket_id)


def _task(row: TaskRow, number: str) -> Task:
    return Task(
        id=row.id, kind=row.kind, ticket=number, slug=row.slug, note=row.note, opened_at=row.opened_at,
        done_by=row.done_by, ticket_id=row.ticket_id,
    )  # fmt: skip


def _about(row: TicketRow) -> str:
    """What was shown and did not help, if anything was."""
    return next((str(one["slug"]) for one in row.brief["found"] if one["rejected"]), "")
