"""Brings a database's tables to what this version of Firstline needs, with the migrations packaged beside this file."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError

from core.db import Database, reason
from core.errors import BadInput, ConfigProblem, Unavailable

VERSION = "alembic_version"  # alembic's table
FOLDER = Path(__file__).with_name("migrations")
TABLES = (  # the modules in which tables are
    *("core.events", "core.outbox", "core.people", "core.received", "core.marks", "core.audit", "core.leases"),
    *("kb.tables", "handoff.tables", "handoff.actions.tables", "bot.tables"),
)
LONGEST_LOCK_MS = 10_000  # that a change waits for a table: whoever comes later waits behind it, so it rather gives up
LOCK = 7_163_442_091  # PostgreSQL's advisory locks are told apart by a number; this one is Firstline's


def upgrade(database: Database, to: str = "head") -> None:
    """Run the migrations that are missing, all or none; of several processes at once, one does it and the others wait.

    `to` stops at an earlier revision.

    Raises:
        ConfigProblem: the database is newer than this code, holds tables of something else, or refuses us.
        Unavailable: the database could not be reached or written.
    """
    if not pending(database): return
    try:
        with database.transaction() as session: _run(session.connection(), to)
    except (DatabaseError, Unavailable) as error:
        if plain := _plain(error if isinstance(error, DatabaseError) else error.__cause__): raise plain from error
        raise


def current(database: Database) -> str:
    """The revision of the database's tables; empty if there are none yet."""
    with database.reading() as session:
        if not inspect(session.connection()).has_table(VERSION): return ""
        return session.scalar(text(f"SELECT version_num FROM {VERSION}")) or ""  # noqa: S608 - our own constant


def pending(database: Database) -> bool:
    """Whether `upgrade` has something to do. Looks at file names only: alembic is imported when there is.

    Raises:
        ConfigProblem: the database is newer than this code.
    """
    found, known = current(database), revisions()
    if found and found not in known:
        unknown = f"The database is at revision {found}, which this version of Firstline does not know"
        raise ConfigProblem([f"{unknown}: a newer one has used it. Install that one, or restore an earlier backup."])
    return found != known[-1]


def must_be_current(database: Database) -> None:
    """Refuse a database that is not at this version: whoever only looks at it does not change its tables.

    Raises:
        BadInput: it is at an earlier version, or there is nothing in it.
        ConfigProblem: it is newer than this code.
    """
    if not pending(database): return
    said = "is not at this version" if current(database) else "has nothing in it; is it the right one?"
    raise BadInput(f"The database {said} (`firstline db upgrade` brings it there; make a backup first).")


def revisions() -> list[str]:
    """The revisions of this version, oldest first: a migration's file name begins with its own, and they count up."""
    return sorted(path.name.partition("_")[0] for path in FOLDER.glob("versions/[0-9]*.py"))


def _run(connection: Connection, to: str) -> None:
    """In a transaction; SQLite has taken its write lock at its begin."""
    _get_ready(connection)
    from alembic import command  # a tenth of a second that only a change of version needs

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _get_ready(connection: Connection) -> None:
    """One process after the other, and none that holds up the work for long."""
    if connection.dialect.name != "postgresql": return
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
    connection.execute(text(f"SET LOCAL lock_timeout = {LONGEST_LOCK_MS}"))


def _config() -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))  # a % would begin a variable
    return config


def _plain(error: BaseException | None) -> ConfigProblem | None:
    """What an operator can mend, as one line; None for everything else."""
    said = reason(error) if isinstance(error, DatabaseError) else ""
    if "already exists" in said:
        return ConfigProblem([f"The database holds tables that Firstline did not make ({said}); give it an empty one."])
    if "permission denied" in said:
        return ConfigProblem([f"The database user may not make tables ({said}); grant it CREATE on the schema."])
    return None
