"""Keeps a folder and the knowledge base in step: each item by itself, and a conflict is shown and never settled."""

import difflib
import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.clock import Clock
from core.db import Database
from core.errors import BadInput, Stale
from core.files import Problem
from kb import files
from kb.publishing import bump, find, item_row, live, retire
from kb.sources import Origin, folder_key, origins, path_key, remember
from kb.tables import PUBLISHED, ItemRow, RevisionRow, SourceRow
from kb.taking.comparing import Sides, Turn, turn
from kb.taking.keeping import SYNC, name_of, save
from kb.taking.pieces import Gathered, Piece
from kb.vectorstore import Note, VectorStore, silent
from kb.writing import RECIPE

EXPORT = ".firstline.json"
FOLDERS = {"article": "articles", "runbook": "runbooks", RECIPE: "cookbook"}
NOTHING: Mapping[str, str] = {}
MOST_LINES = 200  # of a conflict's diff


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One file and its item, and what is to be done. `piece` is what the file says; `source` what Firstline has.

    `by` and `at` tell who published what Firstline has, and when; `diff` is what is different in a conflict;
    `moved` is the path that the item's file had before; `was` that of another item's file that is gone and had the
    same bytes.
    """

    turn: Turn
    path: str
    kind: str
    slug: str
    revision: int = 0
    item: int = 0
    piece: Piece | None = None
    source: str = ""
    known: str = ""
    by: str = ""
    at: datetime | None = None
    diff: str = ""
    moved: str = ""
    was: str = ""


@dataclass(slots=True, kw_only=True)
class Synced:
    """What a sync did, or would do: the steps other than "same" in the order of their paths."""

    steps: list[Step] = field(default_factory=list)
    same: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def of(self, wanted: Turn) -> list[Step]:
        """The steps of a kind."""
        return [step for step in self.steps if step.turn is wanted]


class Mirror:
    """A folder's other half."""

    def __init__(self, database: Database, vectors: VectorStore, clock: Clock) -> None:
        """Take the database, and what embeds what is published."""
        self._database, self._vectors, self._clock = database, vectors, clock

    def sync(
        self, folder: Path, gathered: Gathered, *, dry: bool = False, retiring: bool = False,
        prefer: Mapping[str, str] = NOTHING, note: Note = silent,
    ) -> Synced:
        """Bring each side what only the other one changed. `retiring`: what is gone on one side goes on the other.

        `prefer` settles conflicts: `file` or `firstline` by path.

        Each item is a transaction, and each file is written whole; what was done stands whatever happens after it.
        """
        synced = Synced(problems=list(gathered.left), notes=list(gathered.notes))
        steps = [settled(step, prefer) for step in self.plan(folder, gathered)]
        synced.same = sum(step.turn is Turn.SAME for step in steps)
        todo = [step for step in steps if step.turn is not Turn.SAME]
        if not dry:
            self._vectors.embed([e for s in todo if s.piece and s.turn is Turn.PUBLISH for e in s.piece.draft.entries])
        for n, step in enumerate(todo, start=1):
            synced.steps.append(step if dry else self._do(folder, step, retiring=retiring))
            note(n, len(todo))
        return synced

    # -- what is to be done ----------------------------------------------------------------------------------------

    def plan(self, folder: Path, gathered: Gathered) -> list[Step]:
        """What is to be done about every file and item."""
        with self._database.reading() as session:
            every, key = origins(session), folder_key(folder)
            known = {one.path: one for own in every.values() for one in own if one.folder == key}
            elsewhere = {number for number, own in every.items() if all(one.folder != key for one in own)}
            paths = {path_key(piece.path) for piece in gathered.pieces}
            broken = {path_key(problem.file) for problem in gathered.left}
            steps = [self._of_file(session, piece, every, key, paths) for piece in gathered.pieces]
            here = {(step.kind, step.slug) for step in steps}
            gone = [one for path, one in known.items() if path not in paths | broken]
            steps += [step for one in gone if (step := self._of_gone(session, one, here)) is not None]
            seen = (
                {step.item for step in steps} | {one.item for path, one in known.items() if path in broken} | elsewhere
            )
            steps += self._of_new(session, folder, seen)
        return sorted(_renamed(steps, known), key=lambda step: step.path)

    def _of_file(
        self, session: Session, piece: Piece, every: Mapping[int, Sequence[Origin]], folder: str, paths: Collection[str]
    ) -> Step:
        draft = piece.draft
        row = session.scalar(select(ItemRow).where(ItemRow.kind == draft.kind, ItemRow.slug == draft.slug))
        known = _origin(every.get(row.id, []) if row else [], folder, piece.path, paths)
        step = Step(turn=Turn.PUBLISH, path=piece.path, kind=draft.kind, slug=draft.slug, piece=piece)
        if row is None: return step
        sides = Sides(
            known=known.hash if known else "", at=known.revision if known else 0, file=piece.hash,
            revision=row.revision, live=row.state == PUBLISHED, equal=row.hash == draft.hash(),
        )
        here = known is not None and known.folder == folder
        moved = known.path if known and here and known.path != path_key(piece.path) else ""
        decided = turn(sides)
        if (moved or not here) and decided is Turn.SAME: decided = Turn.NOTE
        step = replace(step, turn=decided, revision=live(row), item=row.id, known=piece.hash, moved=moved)
        return self._with_item(session, step, row)

    def _of_gone(self, session: Session, known: Origin, here: Iterable[tuple[str, str]]) -> Step | None:
        row = session.get_one(ItemRow, known.item)
        if (row.kind, row.slug) in here: return None
        sides = Sides(known=known.hash, at=known.revision, revision=row.revision, live=row.state == PUBLISHED)
        step = Step(turn=turn(sides), path=known.path, kind=row.kind, slug=row.slug, revision=live(row), item=row.id)
        return self._with_item(session, step, row)

    def _of_new(self, session: Session, folder: Path, seen: Iterable[int]) -> list[Step]:
        """Items that no file is known of, here or in another folder."""
        rows = session.scalars(select(ItemRow).where(ItemRow.state == PUBLISHED))
        new = [row for row in rows if row.id not in seen]
        return [
            self._with_item(
                session,
                Step(
                    turn=Turn.WRITE,
                    path=_place(folder, row),
                    kind=row.kind,
                    slug=row.slug,
                    revision=row.revision,
                    item=row.id,
                ),
                row,
            )
            for row in new
        ]

    def _with_item(self, session: Session, step: Step, row: ItemRow) -> Step:
        if step.turn not in (Turn.WRITE, Turn.CONFLICT, Turn.RETIRED): return step
        query = select(RevisionRow).where(RevisionRow.item_id == row.id, RevisionRow.number == row.revision)
        newest = session.scalar(query)
        if newest is None: return step
        by = name_of(session, newest.saved_by)
        diff = _diff(newest.source, step.piece.draft.source if step.piece else "") if step.turn is Turn.CONFLICT else ""
        return replace(step, source=newest.source, by=by, at=newest.saved_at, diff=diff)

    # -- doing it --------------------------------------------------------------------------------------------------

    def _do(self, folder: Path, step: Step, *, retiring: bool) -> Step:
        try:
            match step.turn:
                case Turn.PUBLISH: self._publish(folder, step)
                case Turn.WRITE: self._write(folder, step)
                case Turn.NOTE: self._note(folder, step, step.known, step.revision)
                case Turn.GONE if retiring: self._retire(step)
                case Turn.RETIRED if retiring: self._unlink(folder, step)
                case _: pass
        except Stale:
            return replace(step, turn=Turn.CONFLICT, by=step.by or "somebody, just now")
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
        from kb.taking.exporting import write

        path = folder / step.path
        if _hash(path) != (step.piece.hash if step.piece else ""): raise Stale("The file was changed meanwhile.")
        shown = files.Files(self._database).of(files.shown(step.source)) if step.kind != RECIPE else []
        for picture in shown: write(path.parent / picture.link, picture.data)
        data = step.source.encode()
        write(path, data)
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

    def _retire(self, step: Step) -> None:
        with self._database.transaction() as session:
            if live(find(session, step.kind, step.slug, lock=True)) != step.revision: raise Stale("It was changed.")
            if retire(session, step.kind, step.slug, by=SYNC, now=self._clock(), note=f"{step.path} is gone"):
                bump(session)

    def _unlink(self, folder: Path, step: Step) -> None:
        path = folder / step.path
        if step.piece is None or _hash(path) != step.piece.hash: raise Stale("The file was changed meanwhile.")
        path.unlink()
        with self._database.transaction() as session: _forget(session, folder, step.path)


def _origin(own: Sequence[Origin], folder: str, path: str, paths: Collection[str]) -> Origin | None:
    """What is known of an item's file: of this one, of one that was moved, or of an import of the same files."""
    path = path_key(path)
    here = next((one for one in own if (one.folder, one.path) == (folder, path)), None)
    moved = next((one for one in own if one.folder == folder and one.path not in paths), None)
    return here or moved or next((one for one in own if one.is_file(folder, path)), None)


def settled(step: Step, prefer: Mapping[str, str]) -> Step:
    """A conflict that a person has decided: `prefer` tells `file` or `firstline` by path."""
    side = prefer.get(step.path) if step.turn is Turn.CONFLICT else None
    if side == "file" and step.piece: return replace(step, turn=Turn.PUBLISH)
    return replace(step, turn=Turn.WRITE) if side == "firstline" and step.source and step.revision else step


def check_folder(folder: Path) -> None:
    """One clear line if a folder cannot be kept in step."""
    if not folder.is_dir(): raise BadInput(f"{folder}: there is no such folder.")


def _forget(session: Session, folder: Path, path: str) -> None:
    own = (SourceRow.folder == folder_key(folder)) & (SourceRow.path == path_key(path))
    session.execute(delete(SourceRow).where(own))


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _place(folder: Path, row: ItemRow) -> str:
    """Where a new item's file goes: as an export would put it, or at the top of a folder that has another order."""
    name = f"{row.slug}.{'yaml' if row.kind == RECIPE else 'md'}"
    as_export = (folder / EXPORT).is_file() or (folder / FOLDERS[row.kind]).is_dir() or not any(folder.iterdir())
    return f"{FOLDERS[row.kind]}/{name}" if as_export or row.kind != "article" else name


def _renamed(steps: Sequence[Step], known: dict[str, Origin]) -> list[Step]:
    """A file that is gone and a new one with its bytes are one that was renamed: the new one tells of the old."""
    gone = {known[step.path].hash: step.path for step in steps if step.turn is Turn.GONE and step.path in known}
    return [
        replace(step, was=gone[step.piece.hash])
        if step.turn is Turn.PUBLISH and not step.moved and step.piece and step.piece.hash in gone else step
        for step in steps
    ]


def _diff(ours: str, theirs: str) -> str:
    """What a conflict is about, as lines of a diff: `-` in Firstline, `+` in the file."""
    lines = difflib.unified_diff(ours.splitlines(), theirs.splitlines(), "Firstline", "file", lineterm="")
    return "\n".join(list(lines)[:MOST_LINES])
