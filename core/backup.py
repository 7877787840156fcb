"""A copy of everything in one file, made while Firstline works, and brought back with proof that it is whole.

The file is an uncompressed tar archive: `firstline.db`, an SQLite database of everything at one moment, whichever
database is in use; `models/`, the trained models of the state folder; and `manifest.json`, which tells of the version,
the rows of each table, the newest seal of the history, and the SHA-256 of every other file. It holds what the database
holds: keep it as safe.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, inspect, select, table

from core import audit, migrate, moving, private
from core.db import Database
from core.errors import BadInput, Unavailable

DATABASE, MANIFEST, MODELS = "firstline.db", "manifest.json", "models"
FORMAT = 1  # of the archive; a later one may add, but what this one has stays
PAGES = 2_000  # of SQLite, 8 MB, that are copied before writers get a turn
CHUNK = 1 << 20  # bytes read at once
Note = Callable[[str, int, int], None]  # what is being done, how far, out of how many


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds. `rows` counts each table, `head` is the newest seal, `files` are hashes by name."""

    made_at: str
    revision: str
    format: int = FORMAT
    rows: Mapping[str, int] = field(default_factory=dict)
    head: str = audit.BEGINNING
    files: Mapping[str, str] = field(default_factory=dict)


def silent(_what: str, _done: int, _all: int) -> None:
    """Tell nobody how far it is."""


# -- making --------------------------------------------------------------------------------------------------------


def make(database: Database, state_dir: Path, file: Path, now: datetime, note: Note = silent) -> Manifest:
    """Write a backup into a new file; writers go on meanwhile, and it holds the database as it was at one moment.

    Raises:
        BadInput: the file exists already, or the database is not at this version.
        Unavailable: the database could not be read, or the file could not be written.
    """
    taken = BadInput(f"{file} exists already; a backup never overwrites anything. Choose another name.")
    if file.exists(): raise taken
    if migrate.pending(database):
        raise BadInput("The database is not at this version; run `firstline db upgrade` first.")
    try:
        with TemporaryDirectory(dir=file.absolute().parent, prefix=".backup-") as folder:
            copy = Path(folder) / DATABASE
            _snapshot(database, copy, note)
            models = _models(state_dir, Path(folder))
            told = _described(copy, now, {DATABASE: copy} | models)
            partial = Path(folder) / "partial"
            _pack(partial, told, {DATABASE: copy} | models)
            private.place(partial, file)
    except FileExistsError:
        raise taken from None
    except OSError as error:
        raise Unavailable(f"The backup could not be written to {file} ({error.strerror or error}).") from error
    return told


def _snapshot(database: Database, copy: Path, note: Note) -> None:
    """The database at one moment, as an SQLite file: by SQLite's own online backup, or row by row from PostgreSQL."""
    if database.is_sqlite:
        _online(Path(database.engine.url.database or ""), copy, note)
        return
    with closing(Database(f"sqlite:///{copy}")) as target: moving.move(database, target, note)
    _settle(copy)


def _online(source: Path, copy: Path, note: Note) -> None:
    """A copy in parts (https://www.sqlite.org/backup.html), of the moment at which it begins: so WAL mode has it."""
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as old:
            old.execute("BEGIN")
            old.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the moment
            with closing(sqlite3.connect(copy)) as new:
                old.backup(new, pages=PAGES, progress=lambda _, left, all_: note("copying", all_ - left, all_))
    except sqlite3.Error as error:
        raise Unavailable(f"The database could not be copied ({error}).") from error
    _settle(copy)


def _settle(copy: Path) -> None:
    """One file without a journal beside it, checked page by page."""
    with closing(sqlite3.connect(copy)) as made:
        made.execute("PRAGMA journal_mode=DELETE")
        must_be_sound(made)


def must_be_sound(connection: sqlite3.Connection) -> None:
    """Have SQLite check every page; `BadInput` where one is damaged."""
    try:
        [(said,), *_] = connection.execute("PRAGMA integrity_check(1)").fetchall()
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok": raise BadInput(f"The copy of the database is damaged ({said}); make or take another one.")


def _models(state_dir: Path, beside: Path) -> dict[str, Path]:
    """Copies: training may put others there before they are packed."""
    folder = beside / MODELS
    if (state_dir / MODELS).is_dir(): shutil.copytree(state_dir / MODELS, folder, symlinks=True)
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {f"{MODELS}/{path.relative_to(folder).as_posix()}": path for path in found if ".partial" not in str(path)}


def _described(copy: Path, now: datetime, files: Mapping[str, Path]) -> Manifest:
    with closing(Database(f"sqlite:///{copy}")) as database:
        revision, rows, head = migrate.current(database), rows_of(database), _head(database)
    _settle(copy)  # looking at it made it a journal
    return Manifest(
        made_at=now.isoformat(), revision=revision, rows=rows, head=head,
        files={name: hash_of(path) for name, path in files.items()},
    )


def rows_of(database: Database) -> dict[str, int]:
    """How many rows each table of an SQLite database has."""
    with database.reading() as session:
        names = inspect(session.connection()).get_table_names()
        return {name: session.scalar(select(func.count()).select_from(table(name))) or 0 for name in sorted(names)}


def _head(database: Database) -> str:
    newest = select(audit.SealRow.hash).order_by(audit.SealRow.place.desc()).limit(1)
    with database.reading() as session: return session.scalar(newest) or audit.BEGINNING


def hash_of(path: Path) -> str:
    """A file's SHA-256 in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as opened:
        while part := opened.read(CHUNK): digest.update(part)
    return digest.hexdigest()


def _pack(file: Path, manifest: Manifest, files: Mapping[str, Path]) -> None:
    about = file.with_name(MANIFEST)
    about.write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
    with tarfile.open(file, "x", format=tarfile.PAX_FORMAT) as archive:
        for name, path in ({MANIFEST: about} | dict(files)).items(): archive.add(path, name, filter=_plain)
    file.chmod(0o600)
    with file.open("rb") as written: os.fsync(written.fileno())


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """A file without its owner, which only its owner may read."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mode = 0o600
    return member
