"""The database: typed declarative base, one engine, one transaction per use case.

SQLite (WAL) by default and PostgreSQL by URL run the same code and the same migrations.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Engine, MetaData, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, Dialect
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from core import private
from core.errors import BadInput, ConfigProblem, Unavailable
from core.noting import Noted, noted
from core.watching import stage

POOL = 16  # connections of one process; five processes stay below the 100 that a new PostgreSQL takes
POOL_WAIT = 30.0  # seconds until somebody who waits for a connection is told that all are busy
BUSY = "Every connection to the database is busy; nothing was changed. Try again."
BUSY_MS = 10_000  # how long a SQLite writer waits for the one before it; a use case takes a few milliseconds
ERASES = "secure_delete=ON"  # of SQLite: what is deleted is overwritten; whoever was erased is not in the file either
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
NAMES = {  # without names, a later migration could not change a constraint
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC, on databases with and without time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - signature is SQLAlchemy's
        """Refuse naive times: they would mean something else on each server."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without its zone cannot be stored")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - signature is SQLAlchemy's
        """SQLite forgets the zone, and PostgreSQL answers in its own; everything stored is UTC."""
        if value is None: return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of every table in Firstline."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar = {datetime: UtcDateTime, dict[str, Any]: JSON, list[str]: JSON, list[Any]: JSON}


class Database:
    """One engine and the two ways of using it: `transaction` to change things, `reading` to look.

    A thread that changes something may look meanwhile, over a second connection; a look within a look shares its
    connection. So no thread has more than two, and as only half as many threads as there are connections are let in
    at once, the second is always there: none waits for another that waits for it.
    """

    def __init__(self, url: str, pool: int = POOL) -> None:
        """Make the engine, of at most `pool` connections (two or more); nothing is connected yet.

        Raises:
            ConfigProblem: the URL cannot be understood, or a SQLite file's folder cannot be made.
        """
        parsed = _url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        in_memory = self.is_sqlite and (parsed.database or ":memory:") == ":memory:"  # one connection a thread
        if self.is_sqlite: _make_folder(parsed.database or ":memory:")
        kept = {} if in_memory else {"pool_size": pool, "max_overflow": 0, "pool_timeout": POOL_WAIT}
        self.committed: Callable[[Sequence[Noted]], object] = lambda _noted: None  # told what a transaction has done
        self.engine: Engine = create_engine(parsed, pool_pre_ping=not self.is_sqlite, **kept)
        self._doors, self._own = threading.BoundedSemaphore(pool // 2), _Own()
        if self.is_sqlite: _prepare_sqlite(self.engine, "" if in_memory else str(parsed.database))

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One use case: everything in it is committed together, or not at all.

        Raises:
            Unavailable: the database could not be reached or written (locked, disk full, gone).
        """
        with self._let_in(), _plain_errors(), stage("transaction"), self._session() as session:
            with session.begin(): yield session
            self.committed(noted(session))

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A consistent look that takes no write lock.

        Raises:
            Unavailable: the database could not be read.
        """
        if outer := self._own.look:
            with _plain_errors(), _sharing(outer) as session: yield session
            return
        how = {"sqlite_begin": "BEGIN"} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with self._let_in(), _plain_errors(), self._session() as session:
            self._own.look = session.connection(execution_options=how)
            try:
                yield session
            finally:
                self._own.look = None

    def _session(self) -> Session:
        return Session(self.engine, expire_on_commit=False)

    @contextmanager
    def _let_in(self) -> Iterator[None]:
        """Wait until there are two connections left for this thread, unless it has come in before."""
        if self._own.inside:
            yield
            return
        if not self._doors.acquire(timeout=POOL_WAIT): raise Unavailable(BUSY)
        self._own.inside = True
        try:
            yield
        finally:
            self._own.inside = False
            self._doors.release()

    def settle(self) -> None:
        """Empty SQLite's log, where what was overwritten still stands, if nobody reads at this moment."""
        if not self.is_sqlite: return
        with _plain_errors(), self.engine.connect() as connection:
            connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


class _Own(threading.local):
    """What one thread has of a database: whether it was let in, and the connection over which it looks."""

    inside = False
    look: Connection | None = None


def _sharing(connection: Connection) -> Session:
    """A session over a connection that another one has, and keeps."""
    return Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only")


def insert(session: Session, table: type[Base]) -> Any:
    """An INSERT of the session's own dialect: it knows ON CONFLICT, which both databases write alike."""
    return insert_of(session.get_bind().dialect.name, table)


def insert_of(dialect: str, table: Any) -> Any:
    """The same by the name of a dialect; of a table or a class."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)


def existing(url: str) -> Database:
    """A database that must be there: a command that only looks at it, or takes away, never makes an empty one.

    Raises:
        BadInput: the SQLite file is not there; a command that was typed without the service's settings means another.
        ConfigProblem: see `Database`.
    """
    parsed = _url(url)
    file = parsed.database or ":memory:"
    if parsed.get_backend_name() == "sqlite" and file != ":memory:" and not Path(file).exists():
        here = f"There is no database at {Path(file).absolute()}, and none was made."
        raise BadInput(f"{here} Is FIRSTLINE_DATABASE_URL set as the service has it? docs/operating.md tells how.")
    return Database(url)


def _url(url: str) -> URL:
    try:
        parsed = make_url(url)
        return parsed.set(drivername=DRIVERS[parsed.get_backend_name()])
    except (ArgumentError, ValueError, KeyError):  # what they say may hold the URL's password
        known = "sqlite:///folder/file.db or postgresql://user:password@host/name"
        raise ConfigProblem([f"FIRSTLINE_DATABASE_URL: not a database Firstline knows; write {known}."]) from None


def _make_folder(file: str) -> None:
    if file == ":memory:": return
    try:
        private.folder(Path(file).parent)
    except OSError as error:
        why = f"the folder of {file} cannot be made ({error.strerror})"
        raise ConfigProblem([f"FIRSTLINE_DATABASE_URL: {why}; choose another."]) from None


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except PoolTimeoutError as error:
        raise Unavailable(BUSY) from error
    except (OperationalError, InterfaceError) as error:
        raise Unavailable(f"The database did not answer ({reason(error)}); nothing was changed.") from error
    except DatabaseError as error:
        if "malformed" in str(error.orig) or "not a database" in str(error.orig):
            raise Unavailable(f"The database file is damaged ({reason(error)}); restore it from a backup.") from error
        raise


def reason(error: DBAPIError) -> str:
    """What the database itself said, on one line, without the statement and its values."""
    return " ".join(str(error.orig).split())


def _prepare_sqlite(engine: Engine, file: str) -> None:
    @event.listens_for(engine, "do_connect")
    def _private(*_: object) -> None:
        if file:
            with suppress(OSError): private.file(Path(file))  # why it cannot be written is told when it is opened

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # so that BEGIN below is ours, not the driver's
        for pragma in (f"busy_timeout={BUSY_MS}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", ERASES):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer takes its lock at once: a reader that turns writer could otherwise fail half way.
        how = connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE")
        connection.exec_driver_sql(how)
