"""The database: is it there, safe, at the right version, and on time."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.exc import ArgumentError

from bot.check import Check, missing, well
from bot.cli.doctor import stored
from bot.clocks import compared
from core import migrate
from core.clock import utc_now
from core.db import Database
from core.errors import ConfigProblem, FirstlineError
from core.settings import Settings

PATIENCE = 4  # seconds for PostgreSQL to take a connection
MOUNTS = Path("/proc/self/mountinfo")
REMOTE = frozenset({  # file systems on which SQLite's locks do not hold (sqlite.org/faq.html, question 5)
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "lustre", "glusterfs", "fuse.glusterfs", "fuse.sshfs",
    "fuse.s3fs", "fuse.rclone", "virtiofs",
})  # fmt: skip
EXTENSION = "SELECT installed_version FROM pg_available_extensions WHERE name = 'vector'"
UPGRADE = "run `firstline db upgrade`; the next start does it, too."
REACH = "see that it runs and that FIRSTLINE_DATABASE_URL has the right host, name, user and password."


def look(settings: Settings) -> Iterator[Check]:
    """Whether it is there and what it holds is whole; what needs its tables is left out where they are not there."""
    url = settings.database_url
    file = sqlite_file(url)
    if file and not file.exists():
        yield missing("database", f"{file} is not there yet;", UPGRADE)
        return
    if file: yield from _safe(file)
    try:
        with opened(url) as database: yield from _answers(database, settings)
    except ConfigProblem as error:
        for problem in error.problems: yield missing("database", problem, "docs/settings.md tells how it is written.")
    except FirstlineError as error:
        damaged = "damaged" in str(error)
        says = str(error).rstrip(".").removesuffix("; nothing was changed")
        yield missing("database", f"{says}:", "docs/operating.md tells how to restore one." if damaged else REACH)


def _answers(database: Database, settings: Settings) -> Iterator[Check]:
    """The version of its tables, and what is in them."""
    found, known = migrate.current(database), migrate.revisions()
    if found not in known:
        yield _not_ours(found, known[-1])
        return
    if found != known[-1]:
        yield missing("database", f"is at version {found}, and this Firstline needs {known[-1]}:", UPGRADE)
        return
    yield well("database", f"answers, at version {found}.")
    if not database.is_sqlite: yield from _server(database, settings)
    yield from stored.look(database, settings)


def _not_ours(found: str, newest: str) -> Check:
    if not found: return missing("database", "answers, and has no tables yet;", UPGRADE)
    says = f"is at version {found}, which this Firstline ({newest}) does not know: a newer one has used it;"
    return missing("database", says, "install that one again, or restore an earlier backup.")


def _server(database: Database, settings: Settings) -> Iterator[Check]:
    """What only PostgreSQL can have wrong."""
    with database.reading() as session:
        theirs: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
        known = session.execute(text(EXTENSION)).one_or_none()
    yield compared("the database's", theirs, utc_now())
    if settings.vectors != "pgvector": return
    yield _extension(known is not None, bool(known and known[0]))


def _extension(available: bool, made: bool) -> Check:  # noqa: FBT001 - two answers of one question
    """Whether pgvector is installed on the server, and made in the database."""
    if made: return well("pgvector", "is there.")
    if available:
        mend = "the next start makes it, if it may; otherwise let an administrator run `CREATE EXTENSION vector` there."
        return missing("pgvector", "FIRSTLINE_VECTORS is pgvector, and the database lacks the extension:", mend)
    mend = "install its package there (postgresql-NN-pgvector), or set FIRSTLINE_VECTORS to memory."
    return missing("pgvector", "FIRSTLINE_VECTORS is pgvector, and PostgreSQL's server does not have it:", mend)


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """A database that is not waited for long.

    Raises:
        ConfigProblem: the address cannot be understood.
    """
    database = Database(_impatient(url))
    try:
        yield database
    finally:
        database.close()


def _impatient(url: str) -> str:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return url  # `Database` says what is wrong
    if not parsed.get_backend_name().startswith("postgres") or "connect_timeout" in parsed.query: return url
    return parsed.update_query_dict({"connect_timeout": str(PATIENCE)}).render_as_string(hide_password=False)


# -- SQLite's file -------------------------------------------------------------------------------------------------


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite database; None for another one, or one in memory."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return None
    named = parsed.database if parsed.get_backend_name() == "sqlite" else None
    return Path(named) if named and named != ":memory:" else None


def _safe(file: Path) -> Iterator[Check]:
    kind = file_system(file.resolve(), MOUNTS.read_text(encoding="utf-8") if MOUNTS.exists() else "")
    if kind in REMOTE:
        says = f"{file} is on a network file system ({kind}), where SQLite loses data:"
        yield missing("database", says, "put it on a disk of this machine, or use PostgreSQL.")
    if file.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH) and _reachable(file):
        yield missing("database", f"everybody on this machine may read {file}:", f"run `chmod o-rwx {file}*`.")


def _reachable(file: Path) -> bool:
    """Whether others may go through every folder above it."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in file.resolve().parents)


def file_system(path: Path, mounts: str) -> str:
    """The kind of file system that a path is on, from the text of /proc/self/mountinfo (proc(5)); empty if unknown."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        point = before.split()[4].replace("\\040", " ")
        if len(point) >= best and path.is_relative_to(point): best, kind = len(point), after.split()[0]
    return kind
