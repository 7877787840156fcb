"""Brings a backup back, into a place where nothing is, and proves that it is what was put away."""

import json
import shutil
import sqlite3
import tarfile
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from sqlalchemy import Integer, column, func, select, table, update

from core import audit, migrate, moving, noted, outbox, private
from core.backup import (
    CHUNK,
    DATABASE,
    FORMAT,
    MANIFEST,
    MODELS,
    Manifest,
    Note,
    hash_of,
    must_be_sound,
    rows_of,
    silent,
)
from core.db import Database
from core.errors import BadInput, Unavailable
from core.events import Event
from core.noted import Known

AHEAD = 1_000  # numbers and ids that are left out: more than are given out between two backups
DONE = "database.restored"  # the event that tells of it
COUNTERS = table("ticket_counters", column("value", Integer))
MOST_ABOUT = 10_000_000  # bytes of a manifest; a real one has a few thousand


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What is back: rows in all, seals of the history that hold, model files, and when the backup was made."""

    rows: int
    sealed: int
    models: int
    made_at: str


def restore(
    file: Path, database: Database, state_dir: Path, now: datetime, key: bytes = b"", note: Note = silent
) -> Restored:
    """Bring everything of a backup into an empty database and state folder; all of it, or nothing.

    `key` is the one that the history was sealed with. A backup of an earlier version is brought to this one.

    Raises:
        BadInput: it is no backup, is damaged or does not match its manifest; or something is there already.
        ConfigProblem: a newer version made it.
        Unavailable: it could not be read or written.
    """
    target = Path(database.engine.url.database or "") if database.is_sqlite else None
    models = state_dir / MODELS
    for place in _places(target, models):
        if place.exists(): raise BadInput(f"{place} exists already; nothing is overwritten. Move it away first.")
    beside = target.absolute().parent if target else state_dir
    try:
        beside.mkdir(parents=True, exist_ok=True)
        state_dir.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=beside, prefix=".restore-") as folder:
            return _restore(file, Path(folder), database, target, models, _Proof(now=now, key=key), note)
    except OSError as error:
        raise Unavailable(f"The backup could not be brought back ({error.strerror or error}).") from error


def _places(target: Path | None, models: Path) -> list[Path]:
    """Where nothing may be: a database, its journal, models."""
    return [*([target, target.with_name(f"{target.name}-wal")] if target else []), models]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proof:
    """What the history is verified with."""

    now: datetime
    key: bytes


def _restore(
    file: Path, folder: Path, database: Database, target: Path | None, models: Path, proof: _Proof, note: Note
) -> Restored:
    manifest = _unpack(file, folder)
    copy = folder / DATABASE
    sealed = _proven(copy, manifest, proof)
    newest = _moved_on(copy, manifest, proof.now)
    found = [name for name in manifest.files if name.startswith(f"{MODELS}/")]
    if found:
        models.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(folder / MODELS, models)
    try:
        _put(copy, database, target, note)
    except BaseException:
        if found: shutil.rmtree(models, ignore_errors=True)
        raise
    if newest: noted.keep(models.with_name(noted.FILE), newest, proof.now)
    return Restored(rows=sum(manifest.rows.values()), sealed=sealed, models=len(found), made_at=manifest.made_at)


def _unpack(file: Path, folder: Path) -> Manifest:
    """Take out what a backup may hold, and compare each file with the manifest."""
    try:
        with tarfile.open(file, "r:") as archive:
            manifest = _manifest(archive)
            for member in archive: _take(archive, member, manifest, folder)
    except (tarfile.TarError, EOFError):
        raise BadInput(f"{file} is no backup of Firstline, or is damaged.") from None
    wrong = [name for name, known in manifest.files.items() if _hash(folder / name) != known]
    if wrong: raise BadInput(f"{file} is damaged: {wrong[0]} is not what was put into it.")
    return manifest


def _manifest(archive: tarfile.TarFile) -> Manifest:
    first = archive.next()
    opened = archive.extractfile(first) if first and first.name == MANIFEST and first.size <= MOST_ABOUT else None
    try:
        manifest = Manifest(**json.loads(opened.read() if opened else b""))
        known = manifest.format == FORMAT and DATABASE in manifest.files
    except (ValueError, TypeError, RecursionError):
        known = False
    if not known: raise BadInput(f"{archive.name!s} is no backup of Firstline, or a newer version made it.")
    return manifest


def _take(archive: tarfile.TarFile, member: tarfile.TarInfo, manifest: Manifest, folder: Path) -> None:
    """Write one plain file where it belongs: nothing outside of the folder, no links, nothing that was not put in."""
    if member.name == MANIFEST: return
    parts = PurePosixPath(member.name).parts
    plain = member.isreg() and ".." not in parts and not member.name.startswith("/")
    if not plain or member.name not in manifest.files or (parts[0] != MODELS and member.name != DATABASE):
        raise BadInput(f"{archive.name!s} holds something that no backup does; nothing was brought back.")
    place = folder.joinpath(*parts)
    place.parent.mkdir(parents=True, exist_ok=True)
    opened = archive.extractfile(member)
    if opened is None: raise tarfile.ReadError
    with opened, place.open("xb") as written: shutil.copyfileobj(opened, written, CHUNK)
    place.chmod(0o600)


def _hash(path: Path) -> str:
    return hash_of(path) if path.is_file() else ""


def _proven(copy: Path, manifest: Manifest, proof: _Proof) -> int:
    """Check pages, rows and history, and bring the copy to this version; how many events are sealed."""
    with closing(sqlite3.connect(copy)) as opened: must_be_sound(opened)
    with closing(Database(f"sqlite:///{copy}")) as made:
        if rows_of(made) != manifest.rows: raise BadInput("The backup does not hold the rows that it should.")
        migrate.upgrade(made)
        head = "" if manifest.head == audit.BEGINNING else manifest.head
        with made.reading() as session: verdict = audit.verify(session, proof.now, proof.key, head)
    wrong = [line for line in verdict.problems if audit.NO_SEAL not in line]  # they waited for theirs at that moment
    if wrong: raise BadInput(f"The history of the backup does not hold: {wrong[0]} Was it sealed with another key?")
    return verdict.sealed


def _moved_on(copy: Path, manifest: Manifest, now: datetime) -> Known | None:
    """Have numbers go on far ahead: those after the backup were given out, and other systems know them.

    An event tells of it, with an id far ahead as well. What was still to be delivered may have been since. The newest
    seal.
    """
    with closing(Database(f"sqlite:///{copy}")) as made, made.transaction() as session:
        session.execute(update(COUNTERS).values(value=COUNTERS.c.value + AHEAD))
        outbox.doubt(session)
        last = session.scalar(select(func.max(Event.id))) or 0
        what = {"id": last + AHEAD, "kind": DONE, "subject": "database:restored", "actor": "firstline", "at": now}
        if last: session.add(Event(**what, data={"made_at": manifest.made_at, "ahead": AHEAD}))
        return audit.newest(session)


def _put(copy: Path, database: Database, target: Path | None, note: Note) -> None:
    if target is None:
        with closing(Database(f"sqlite:///{copy}")) as made: moving.move(made, database, note)
        return
    with closing(sqlite3.connect(copy)) as opened: opened.execute("PRAGMA journal_mode=DELETE")
    try:
        private.place(copy, target)
    except FileExistsError:
        raise BadInput(f"{target} exists already; nothing is overwritten. Move it away first.") from None
