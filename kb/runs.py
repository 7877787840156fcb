"""Runs in the database: begin one, move one, and refuse a move that was drawn for an earlier state."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from core import events
from kb.cookbook import Book, Done, End, Kind, Outcome, Progress, step_of
from kb.tables import RunRow

REMIND_AFTER = timedelta(days=7)  # of silence: people are on holiday, or fixed it and forgot
ABANDON_AFTER = timedelta(days=3)  # after the reminder
CAME_BACK_FOR = timedelta(days=14)  # after a fix, in which "it came back" takes its success away


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Who begins a recipe where. `revisions` are those of the recipe and of all within it: a run keeps them."""

    owner: str
    conversation_id: int
    revisions: Mapping[str, int]


def begin(session: Session, book: Book, progress: Progress, start: Start, now: datetime) -> RunRow:
    """Record that a person began a recipe."""
    run = RunRow(
        recipe=progress.root, revision=start.revisions[progress.root], owner=start.owner,
        conversation_id=start.conversation_id, seen=progress.seen,
        progress=_to_json(progress) | {"revisions": dict(start.revisions)},
        end=progress.end or "", started_at=now, moved_at=now, wakes_at=wakes_at(book, progress, now),
    )
    session.add(run)
    session.flush()
    facts = {"recipe": run.recipe, "revision": run.revision}
    events.record(session, "run.began", f"run:{run.id}", actor=run.owner, at=now, **facts)
    return run


def move(session: Session, run: RunRow, book: Book, progress: Progress, *, seen: int, now: datetime, by: str) -> bool:
    """Take a run to `progress`; False if it is no longer at move number `seen` (somebody was faster)."""
    values: dict[str, Any] = {
        "seen": progress.seen, "progress": _to_json(progress) | {"revisions": revisions(run)},
        "end": progress.end or "",
        "moved_at": now, "wakes_at": wakes_at(book, progress, now), "reminded_at": None,
    }
    onward = len(progress.trail) > len(run.progress["trail"])
    query = update(RunRow).where(RunRow.id == run.id, RunRow.seen == seen, RunRow.end == "").values(**values)
    result = session.execute(query)
    moved = isinstance(result, CursorResult) and result.rowcount == 1
    kind, facts = ("run.moved", _answered(progress)) if onward else ("run.turned", {})
    facts |= {"recipe": progress.recipe, "to": progress.step, "end": progress.end or ""}
    if moved: events.record(session, kind, f"run:{run.id}", actor=by, at=now, **facts)
    return moved


def _answered(progress: Progress) -> dict[str, str]:
    last = progress.trail[-1]
    return {"step": last.step, "answer": last.answer, "outcome": last.outcome.value}


def wakes_at(book: Book, progress: Progress, now: datetime) -> datetime | None:
    """When a run has to be looked after if nobody touches it: at the end of a wait, or after a long silence."""
    if progress.end: return None
    return now + (step_of(book, progress).wait or REMIND_AFTER)


def revisions(run: RunRow) -> dict[str, int]:
    """The revisions of the recipes that a run may come to."""
    return dict(run.progress.get("revisions") or {run.recipe: run.revision})


def progress_of(run: RunRow) -> Progress:
    """Where a run stands."""
    data = run.progress
    kept = {field.name: data[field.name] for field in fields(Progress) if field.name in data}
    kept |= {"trail": tuple(_done(done, run.recipe) for done in data["trail"]), "seen": run.seen}
    kept["earlier"] = tuple(_done(done, run.recipe) for done in data.get("earlier", ()))
    kept["callers"] = tuple((recipe, step) for recipe, step in data.get("callers", ()))
    kept["end"] = End(data["end"]) if data["end"] else None
    return Progress(**{"root": run.recipe, "recipe": run.recipe} | kept)


def _done(data: Mapping[str, Any], recipe: str) -> Done:
    kinds = {"kind": Kind(data.get("kind", Kind.CHOICE)), "outcome": Outcome(data.get("outcome", Outcome.DONE))}
    return Done(**{"recipe": recipe, **data, **kinds})


def get(session: Session, run_id: int, *, lock: bool = False) -> RunRow | None:
    """A run by its id."""
    return session.get(RunRow, run_id, with_for_update=lock or None)


def of_conversation(session: Session, conversation_id: int) -> list[RunRow]:
    """The runs of a conversation, oldest first."""
    return list(session.scalars(select(RunRow).where(RunRow.conversation_id == conversation_id).order_by(RunRow.id)))


def current(session: Session, conversation_id: int) -> RunRow | None:
    """The run that a conversation is in, if any."""
    running = (RunRow.conversation_id == conversation_id) & (RunRow.end == "")
    return session.scalars(select(RunRow).where(running).order_by(RunRow.id.desc()).limit(1)).first()


def waiting_in(session: Session, owner: str, channel: str, since: datetime) -> RunRow | None:
    """The newest run that waits for a person in a channel, if they moved it lately."""
    own = (RunRow.owner == owner) & (RunRow.channel == channel) & (RunRow.end == "") & (RunRow.moved_at >= since)
    return session.scalars(select(RunRow).where(own).order_by(RunRow.id.desc()).limit(1)).first()


def drawn(session: Session, run_id: int, seen: int) -> bool:
    """Note that a run's message shows this move; False if a later one was drawn before, which is covered up now."""
    session.execute(update(RunRow).where(RunRow.id == run_id, RunRow.shown < seen).values(shown=seen))
    return session.scalar(select(RunRow.shown).where(RunRow.id == run_id)) == seen


def covered(session: Session, run_id: int, seen: int) -> None:
    """Note that a run's message shows an older move than it did before."""
    session.execute(update(RunRow).where(RunRow.id == run_id).values(shown=seen))


def postpone(session: Session, run_id: int, until: datetime) -> None:
    """Look after a running run later, and take its message for drawn: what cannot be read cannot be drawn."""
    own = update(RunRow).where(RunRow.id == run_id)
    session.execute(own.values(shown=RunRow.seen))
    session.execute(own.where(RunRow.wakes_at.is_not(None)).values(wakes_at=until))


def due(session: Session, now: datetime, limit: int) -> list[int]:
    """The ids of running runs that somebody has to look after now, the longest due first."""
    query = select(RunRow.id).where(RunRow.end == "", RunRow.wakes_at <= now).order_by(RunRow.wakes_at).limit(limit)
    return list(session.scalars(query))


def stale(session: Session, since: datetime, until: datetime, limit: int) -> list[int]:
    """The ids of runs that moved within a time, whose message does not show it: Firstline fell, or Slack did."""
    behind = (RunRow.shown < RunRow.seen) & (RunRow.message_ts != "")
    query = select(RunRow.id).where(behind, RunRow.moved_at >= since, RunRow.moved_at < until).order_by(RunRow.id)
    return list(session.scalars(query.limit(limit)))


def remind(session: Session, run: RunRow, now: datetime) -> bool:
    """Note that a silent run's person is reminded; False if another process did it first, or the run moved."""
    values = {"reminded_at": now, "wakes_at": now + ABANDON_AFTER}
    query = update(RunRow).where(RunRow.id == run.id, RunRow.seen == run.seen, RunRow.reminded_at.is_(None))
    result = session.execute(query.where(RunRow.end == "").values(**values))
    reminded = isinstance(result, CursorResult) and result.rowcount == 1
    if reminded: events.record(session, "run.reminded", f"run:{run.id}", actor="firstline", at=now)
    return reminded


def came_back(session: Session, run: RunRow, now: datetime) -> bool:
    """A fix did not last, or an article did not do: note it once; False if it was noted before, or too long ago."""
    if run.end not in (End.SOLVED, End.ARTICLE) or now - run.moved_at > CAME_BACK_FOR: return False
    query = update(RunRow).where(RunRow.id == run.id, RunRow.came_back_at.is_(None)).values(came_back_at=now)
    result = session.execute(query)
    noted = isinstance(result, CursorResult) and result.rowcount == 1
    if noted: events.record(session, "run.came_back", f"run:{run.id}", actor=run.owner, at=now, recipe=run.recipe)
    return noted


def _to_json(progress: Progress) -> dict[str, Any]:
    data = {field.name: getattr(progress, field.name) for field in fields(Progress)}
    data |= {"trail": [asdict(done) for done in progress.trail], "end": progress.end or ""}
    data["earlier"] = [asdict(done) for done in progress.earlier]
    return data | {name: dict(data[name]) for name in ("known", "answers", "visits")} | {
        "callers": [list(pair) for pair in progress.callers]
    }
