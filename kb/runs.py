"""Runs in the database: begin one, move one, and refuse a move that was drawn for an earlier state."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from core import events
from kb.cookbook import Done, End, Progress, Recipe
from kb.tables import RunRow


def begin(
    session: Session, recipe: Recipe, revision: int, progress: Progress, *,
    owner: str, conversation_id: int, now: datetime,
) -> RunRow:  # fmt: skip
    """Record that a person began a recipe; the run keeps this revision to its end."""
    run = RunRow(
        recipe=recipe.slug, revision=revision, owner=owner, conversation_id=conversation_id, seen=progress.seen,
        progress=_to_json(progress), started_at=now, moved_at=now,
    )
    session.add(run)
    session.flush()
    events.record(session, "run.began", f"run:{run.id}", actor=owner, at=now, recipe=recipe.slug, revision=revision)
    return run


def move(session: Session, run: RunRow, progress: Progress, *, seen: int, now: datetime) -> bool:
    """Take a run to `progress`; False if it is no longer at move number `seen` (somebody was faster)."""
    values = {"seen": progress.seen, "progress": _to_json(progress), "end": progress.end or "", "moved_at": now}
    query = update(RunRow).where(RunRow.id == run.id, RunRow.seen == seen, RunRow.end == "").values(**values)
    result = session.execute(query)
    moved = isinstance(result, CursorResult) and result.rowcount == 1
    if moved:
        last = progress.trail[-1] if progress.trail else None
        facts = {"step": last.step, "answer": last.answer} if last else {}
        facts |= {"to": progress.step, "end": progress.end or ""}
        events.record(session, "run.moved", f"run:{run.id}", actor=run.owner, at=now, **facts)
    return moved


def progress_of(run: RunRow) -> Progress:
    """Where a run stands."""
    data = run.progress
    trail = tuple(Done(**done) for done in data["trail"])
    end = End(data["end"]) if data["end"] else None
    return Progress(
        step=data["step"], seen=run.seen, trail=trail, answers=data["answers"], end=end, article=data["article"]
    )


def of_conversation(session: Session, conversation_id: int) -> list[RunRow]:
    """The runs of a conversation, oldest first."""
    return list(session.scalars(select(RunRow).where(RunRow.conversation_id == conversation_id).order_by(RunRow.id)))


def current(session: Session, conversation_id: int) -> RunRow | None:
    """The run that a conversation is in, if any."""
    running = [run for run in of_conversation(session, conversation_id) if not run.end]
    return running[-1] if running else None


def _to_json(progress: Progress) -> dict[str, Any]:
    trail = [asdict(done) for done in progress.trail]
    return {
        "step": progress.step, "trail": trail, "answers": dict(progress.answers),
        "end": progress.end or "", "article": progress.article,
    }
