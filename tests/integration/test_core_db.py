"""The database on SQLite and PostgreSQL: transactions, times, and what goes wrong as one clear line."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from core import migrate
from core.db import Database
from core.errors import ConfigProblem, Unavailable
from core.received import Received, first_time
from tests.fakes import FakeClock
from tests.postgres import PostgresServer

NOBODY = 65534


@contextmanager
def an_ordinary_user() -> Iterator[None]:
    """Permissions do not bind root, so root is somebody else for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def one_line(error: Exception) -> str:
    """The message, which must be one line that a person can read, without SQL in it."""
    message = str(error)
    assert len(message.splitlines()) == 1
    assert "SELECT" not in message
    assert "sqlalche.me" not in message
    return message


# Transactions


def test_all_or_nothing(database: Database, clock: FakeClock) -> None:
    """A use case that fails half way leaves nothing behind."""
    def use_case() -> None:
        with database.transaction() as session:
            first_time(session, ["a"], clock())
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError): use_case()
    with database.reading() as session: assert session.query(Received).count() == 0


def test_reading_changes_nothing(database: Database, clock: FakeClock) -> None:
    """What is written while only looking is not kept."""
    with database.reading() as session: first_time(session, ["a"], clock())
    with database.reading() as session: assert session.query(Received).count() == 0


def test_a_look_is_consistent(database: Database, clock: FakeClock) -> None:
    """What others commit while somebody looks is not seen before the next look."""
    with database.reading() as looking:
        assert looking.query(Received).count() == 0
        with database.transaction() as session: first_time(session, ["a"], clock())
        assert looking.query(Received).count() == 0
    with database.reading() as looking: assert looking.query(Received).count() == 1


def test_readers_do_not_wait_for_writers(database: Database, clock: FakeClock) -> None:
    """Looking works while a transaction is open, and shows what was there before it."""
    with database.transaction() as writing:
        first_time(writing, ["a"], clock())
        with database.reading() as session: assert session.query(Received).count() == 0


def test_mistakes_of_ours_stay_visible(database: Database, clock: FakeClock) -> None:
    """A broken constraint is a bug, and is not dressed up as an outage."""
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add_all([Received(key="a", at=clock()), Received(key="a", at=clock())])


def test_times_come_back_in_utc(database: Database) -> None:
    """A time in any zone is the same moment when it is read, in UTC, to the microsecond."""
    given = datetime(2026, 10, 25, 2, 30, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    with database.transaction() as session: session.add(Received(key="a", at=given))
    with database.transaction() as session:
        if not database.is_sqlite: session.execute(text("SET LOCAL TIME ZONE 'Asia/Tokyo'"))
        found = session.get_one(Received, "a").at
    assert found == given
    assert found.tzinfo is UTC


def test_times_without_a_zone_are_refused(database: Database) -> None:
    """A naive time would mean something else on each server."""
    with pytest.raises(Exception, match="without its zone"), database.transaction() as session:
        session.add(Received(key="a", at=datetime(2026, 1, 1)))  # noqa: DTZ001 - that is the point


# What can go wrong


@pytest.mark.parametrize(
    "url", ["", "firstline.db", "mysql://u:secret@h/d", "nonsense://u:secret@h", "postgresql://u:secret@h:port/d", "://"]
)
def test_addresses_that_cannot_be_used(url: str) -> None:
    """An address of no database we know is one clear line, which does not repeat its password."""
    with pytest.raises(ConfigProblem, match="FIRSTLINE_DATABASE_URL") as caught: Database(url)
    assert "secret" not in one_line(caught.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg2", "postgresql+asyncpg"])
def test_every_way_to_write_postgresql(scheme: str) -> None:
    """Addresses as hosting companies print them work, with the driver that is installed."""
    database = Database(f"{scheme}://user@host/name")
    assert database.engine.url.drivername == "postgresql+psycopg"
    assert not database.is_sqlite


def test_a_folder_is_made(tmp_path: Path) -> None:
    """The folder of a new SQLite file need not be there."""
    database = Database(f"sqlite:///{tmp_path / 'a' / 'b' / 'c.db'}")
    migrate.upgrade(database)
    database.close()
    assert (tmp_path / "a" / "b" / "c.db").is_file()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """A path through a file is one clear line."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigProblem, match="cannot be made") as caught: Database(f"sqlite:///{tmp_path}/file/x/y.db")
    one_line(caught.value)


@pytest.fixture
def locked_folder() -> Iterator[Path]:
    """A folder that an ordinary user can enter and cannot write to."""
    with tempfile.TemporaryDirectory() as above:  # pytest's own folders are closed to other users
        Path(above).chmod(0o755)
        folder = Path(above) / "locked"
        folder.mkdir(mode=0o555)
        yield folder


def test_an_unwritable_folder(locked_folder: Path) -> None:
    """A SQLite file in a folder one may not write to is one clear line."""
    with an_ordinary_user():
        database = Database(f"sqlite:///{locked_folder / 'x.db'}")
        with pytest.raises(Unavailable, match="unable to open database file") as caught: migrate.upgrade(database)
    one_line(caught.value)
    with an_ordinary_user(), pytest.raises(ConfigProblem, match="Permission denied"):
        Database(f"sqlite:///{locked_folder / 'deeper' / 'x.db'}")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """A file with something else in it is one clear line, and stays as it is."""
    file = tmp_path / "notes.db"
    file.write_text("These are my notes. " * 100)
    database = Database(f"sqlite:///{file}")
    for look in (database.reading, database.transaction):
        with pytest.raises(Unavailable, match="damaged") as caught, look() as session: session.execute(text("SELECT 1"))
        one_line(caught.value)
    with pytest.raises(Unavailable, match="damaged"): migrate.upgrade(database)
    assert file.read_text() == "These are my notes. " * 100


def test_a_full_disk(sqlite_database: Database, clock: FakeClock) -> None:
    """When the disk is full, one clear line is all that happens, and work goes on once there is room."""
    room = "PRAGMA max_page_count = {}"
    with sqlite_database.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    limit = [pages]
    event.listen(
        sqlite_database.engine, "checkout", lambda connection, *_: connection.execute(room.format(limit[0])) and None
    )
    keys = [f"{number:0100}" for number in range(1000)]
    with pytest.raises(Unavailable, match="disk is full") as caught, sqlite_database.transaction() as session:
        first_time(session, keys, clock())
    assert "nothing was changed" in one_line(caught.value)
    limit[0] = pages + 1000
    with sqlite_database.transaction() as session: assert first_time(session, keys, clock())


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    """A PostgreSQL that cannot be reached is one clear line without the password."""
    database = Database(f"postgresql://user:secret@/name?host={tmp_path}")
    for look in (database.reading, database.transaction):
        with pytest.raises(Unavailable, match="did not answer") as caught, look() as session:
            session.execute(text("SELECT 1"))
        assert "secret" not in one_line(caught.value)
    with pytest.raises(Unavailable): migrate.pending(database)


def test_a_server_that_goes_away(postgres_database: Database, postgres: PostgresServer, clock: FakeClock) -> None:
    """A connection lost in the middle of a use case is one clear line, nothing is kept, and the next one works."""
    def use_case() -> None:
        with postgres_database.transaction() as session:
            first_time(session, ["a"], clock())
            postgres.end_connection(session.scalar(text("SELECT pg_backend_pid()")))
            first_time(session, ["b"], clock())

    with pytest.raises(Unavailable) as caught: use_case()
    assert "nothing was changed" in one_line(caught.value)
    with postgres_database.transaction() as session: assert first_time(session, ["a", "b"], clock())


def test_a_server_that_comes_back(postgres_database: Database, postgres: PostgresServer) -> None:
    """After all idle connections were cut, the next use case gets a new one without noticing."""
    with postgres_database.reading() as session: mine = session.scalar(text("SELECT pg_backend_pid()"))
    postgres.end_connection(mine)
    with postgres_database.reading() as session: assert session.scalar(text("SELECT pg_backend_pid()")) != mine
