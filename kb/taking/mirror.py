"""Keeps a folder and the knowledge base in step: each item by itself, and a conflict is shown and never settled."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.clock import Clock
from core.db import Database
from core.errors import BadInput, Stale
from kb import files
from kb.publishing import bump, find, item_row, live, retire
from kb.sources import Origin, folder_key, path_key, remember
from kb.tables import SourceRow
from kb.taking.comparing import Turn
from kb.taking.keeping import SYNC, save
from kb.taking.pieces import Gathered
from kb.taking.planning import planned
from kb.taking.steps import Step, Synced, settled
from kb.taking.storing import write
from kb.vectorstore import Note, VectorStore, silent
from kb.writing import RECIPE

NOTHING: Mapping[str, str] = {}
FEW = 2  # files: so many may be taken away at once, however small the folder is
MOST = 3  # of the others, up to one in three


class Mirror:
    """A folder's other half."""

    def __init__(self, database: Database, vectors: VectorStore, clock: Clock) -> None:
        """Take the database, and what embeds what is published."""
        self._database, self._vectors, self._clock = database, vectors, clock

    def sync(
        self, folder: Path, gathered: Gathered, *, dry: bool = False, retiring: bool = False, many: bool = False,
        prefer: Mapping[str, str] = NOTHING, note: Note = silent,
    ) -> Synced:
        """Bring each side what only the other one changed. `retiring`: what is gone on one side goes on the other.

        `many` confirms that more than a third goes; `prefer` settles conflicts: `file` or `firstline` by path.

        Each item is a transaction, and each file is written whole; what was done stands whatever happens after it.

        Raises:
            BadInput: `prefer` names a path that there is not, or too much would go. Nothing was done.
        """
        synced = Synced(problems=list(gathered.left), notes=list(gathered.notes))
        plan = self.plan(folder, gathered)
        _check_paths(plan, prefer)
        steps = [settled(step, prefer) for step in plan]
        if retiring and not (dry or many): _check_going(steps)
        synced.same = sum(step.turn is Turn.SAME for step in steps)
        todo = [step for step in steps if step.turn is not Turn.SAME]
        if not dry:
            self._vectors.embed([e for s in todo if s.piece and s.turn is Turn.PUBLISH for e in s.piece.draft.entries])
        for n, step in enumerate(todo, start=1):
            synced.steps.append(step if dry else self._do(folder, step, retiring=retiring))
            note(n, len(todo))
        return synced

    def plan(self, folder: Path, gathered: Gathered) -> list[Step]:
        """What is to be done about every file and item."""
        with self._database.reading() as session: return planned(session, folder, gathered)

    def _do(self, folder: Path, step: Step, *, retiring: bool) -> Step:
        try:
            match step.turn:
                case Turn.PUBLISH: self._publish(folder, step)
                case Turn.WRITE: self._write(folder, step)
                case Turn.NOTE: self._note(folder, step, step.known, step.revision)
                case Turn.GONE if retiring or step.sure: return self._retire(step)
                case Turn.RETIRED if retiring or step.sure: return self._unlink(folder, step)
                case _: pass
        except Stale as error:
            return replace(step, turn=Turn.CONFLICT, by=step.by or "somebody, just now", why=str(error), diff="")
        return step

    def _publish(self, folder: Path, step: Step) -> None:
        if step.piece is None: raise Stale("There is no file.")
        now = self._clock()
        with self._database.transaction() as session:
            number = save(session, step.piece, by=SYNC, now=now, seen=step.revision)
            item = item_row(session, step.kind, step.slug).id
            bump(session)
            self._remember(session, folder, replace(step, item=item), step.piece.hash, number, now)

    def _write(self, folder: Path, step: Step) -> None:
        """The file first, whole; if nothing else is done any more, the next sync sees that both are equal."""
        path = folder / step.path
        if _hash(path) != (step.piece.hash if step.piece else ""): raise Stale("The file was changed meanwhile.")
        shown = files.Files(self._database).of(files.shown(step.source)) if step.kind != RECIPE else []
        data = step.source.encode()
        try:
            for picture in shown: write(folder, path.parent / picture.link, picture.data)
            write(folder, path, data)
        except BadInput as error:
            raise Stale(str(error)) from None
        self._note(folder, step, hashlib.sha256(data).hexdigest(), step.revision)

    def _note(self, folder: Path, step: Step, file: str, revision: int) -> None:
        with self._database.transaction() as session:
            self._remember(session, folder, step, file, revision, self._clock())

    def _remember(
        self, session: Session, folder: Path, step: Step, file: str, revision: int, now: datetime
    ) -> None:
        if step.moved: _forget(session, folder, step.moved)
        origin = Origin(folder=folder_key(folder), path=step.path, item=step.item, hash=file, revision=revision)
        remember(session, [origin], now)

    def _retire(self, step: Step) -> Step:
        with self._database.transaction() as session:
            if live(find(session, step.kind, step.slug, lock=True)) != step.revision: raise Stale("It was changed.")
            if retire(session, step.kind, step.slug, by=SYNC, now=self._clock(), note=f"{step.path} is gone"):
                bump(session)
        return replace(step, done=True)

    def _unlink(self, folder: Path, step: Step) -> Step:
        path = folder / step.path
        if step.piece is None or _hash(path) != step.piece.hash: raise Stale("The file was changed meanwhile.")
        path.unlink()
        with self._database.transaction() as session: _forget(session, folder, step.path)
        return replace(step, done=True)


def check_folder(folder: Path) -> None:
    """One clear line if a folder cannot be kept in step."""
    if not folder.is_dir(): raise BadInput(f"{folder}: there is no such folder.")


def _check_paths(steps: Sequence[Step], prefer: Mapping[str, str]) -> None:
    unknown = sorted(prefer.keys() - {step.path for step in steps})
    if unknown: raise BadInput(f"{unknown[0]}: is no file that is kept in step here. Write its path as sync shows it.")


def _check_going(steps: Sequence[Step]) -> None:
    """A folder that is not whole, such as one that is not checked out yet, must not take the knowledge base away."""
    going = sum(step.turn in (Turn.GONE, Turn.RETIRED) and not step.sure for step in steps)
    if going <= FEW or going * MOST <= len(steps): return
    raise BadInput(
        f"{going} of {len(steps)} would be taken away, and nothing was done. Look at them with --dry-run; if it is"
        " meant, say --retire-many."
    )


def _forget(session: Session, folder: Path, path: str) -> None:
    own = (SourceRow.folder == folder_key(folder)) & (SourceRow.path == path_key(path))
    session.execute(delete(SourceRow).where(own))


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
