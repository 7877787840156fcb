"""A company's whole database from one kind to the other, row by row."""

import random
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    select,
)

from core import audit, events, moving
from core.alone import only_one, stopped
from core.db import Base, Database, UtcDateTime
from core.errors import BadInput, Unavailable
from core.leases import Lease, held_by_anybody
from core.migrate import upgrade
from tests.postgres import PostgresServer

NOW = datetime(2026, 11, 20, 9, 0, 0, 123456, tzinfo=UTC)
WORDS = ["", "ä ö ü 🖨️", "it's \"quoted\" \\ and\nbroken", "x" * 39]
ROWS = 700  # more than are moved at once


def value(column: Any, number: int, chance: random.Random) -> Any:
    """Something that fits into a column."""
    kind = column.type
    if column.foreign_keys: return chance.randrange(1, ROWS)
    if isinstance(kind, Integer): return number if column.primary_key or column.unique else chance.randrange(9)
    if isinstance(kind, (UtcDateTime, DateTime)): return NOW + timedelta(seconds=number)
    if isinstance(kind, Date): return (NOW + timedelta(days=number)).date()
    if isinstance(kind, JSON): return {"a": [1, 0.1, None, True, WORDS[number % 4]]}
    if isinstance(kind, LargeBinary): return chance.randbytes(9)
    if isinstance(kind, Float): return chance.random()
    if kind.python_type is bool: return bool(number % 2)
    return f"{number} {WORDS[number % 4]}"[: kind.length or 99]


def filled(database: Database) -> None:
    """Every table with many rows; what stands in them means nothing."""
    chance = random.Random(7)
    with database.transaction() as session:
        for table in moving._tables():  # noqa: SLF001 - the list that is moved
            rows = [row(table, number, chance) for number in range(1, ROWS + 1)]
            session.execute(table.insert(), rows)


def row(table: Table, number: int, chance: random.Random) -> dict[str, Any]:
    """A row of a table; its unique columns tell the number."""
    alone = {c.name for index in table.indexes if index.unique for c in index.columns}
    rules = [rule for rule in table.constraints if isinstance(rule, UniqueConstraint | PrimaryKeyConstraint)]
    alone |= {column.name for rule in rules for column in rule.columns}
    made = {c.name: value(c, number, chance) for c in table.columns}
    return made | {c.name: number for c in table.columns if c.name in alone and isinstance(c.type, Integer)}


@pytest.fixture
def old(tmp_path: Path) -> Database:
    """A company on SQLite."""
    database = Database(f"sqlite:///{tmp_path}/old.db")
    upgrade(database)
    filled(database)
    return database


def contents(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Everything in a database."""
    with database.reading() as session:
        return {
            table.name: sorted((dict(one) for one in session.execute(select(table)).mappings()), key=repr)
            for table in Base.metadata.sorted_tables
        }  # fmt: skip


def test_there_and_back(old: Database, postgres: PostgresServer, tmp_path: Path) -> None:
    """Every row of every table arrives in PostgreSQL as it was, and comes back so."""
    new, back = Database(postgres.url(postgres.create())), Database(f"sqlite:///{tmp_path}/back.db")
    moved = moving.move(old, new)
    assert set(moved.rows.values()) == {ROWS}
    assert contents(new) == contents(old)
    moving.move(new, back)
    assert contents(back) == contents(old)
    for database in (old, new, back): database.close()


def test_what_comes_next_has_the_next_number(tmp_path: Path, postgres: PostgresServer) -> None:
    """New rows are numbered on, and the sealed history still holds."""
    old, new = Database(f"sqlite:///{tmp_path}/old.db"), Database(postgres.url(postgres.create()))
    upgrade(old)
    with old.transaction() as session:
        for number in range(3): events.record(session, "a.b", "a:1", actor="U1", at=NOW, number=number, share=1e-7)
        audit.seal(session)
    moving.move(old, new)
    with new.transaction() as session:
        events.record(session, "a.c", "a:1", actor="U1", at=NOW)
        audit.seal(session)
        assert [one.id for one in events.history(session, "a:1")] == [1, 2, 3, 4]
        assert audit.verify(session, NOW).problems == []
    for database in (old, new): database.close()


def test_a_target_that_holds_something_is_refused(old: Database, tmp_path: Path) -> None:
    """And so is a source of an earlier version; nothing is written to either."""
    other = Database(f"sqlite:///{tmp_path}/other.db")
    upgrade(other)
    with other.transaction() as session: events.record(session, "a.b", "a:1", actor="U1", at=NOW)
    before = contents(other)
    with pytest.raises(BadInput, match="not empty: there are rows in events"): moving.move(old, other)
    assert contents(other) == before
    early = Database(f"sqlite:///{tmp_path}/early.db")
    upgrade(early, to="0003")
    with pytest.raises(BadInput, match="not at this version"): moving.move(early, other)
    for database in (old, other, early): database.close()


def test_what_works_with_a_database_is_stopped_first(database: Database):
    """On SQLite another process that serves holds its lock, on PostgreSQL a worker its lease."""
    holder = ExitStack()
    if database.is_sqlite: holder.enter_context(only_one(database))
    else:
        lease = Lease(database, "sweep", "another")
        assert lease.held()
        holder.callback(lease.give_up)
    with holder, pytest.raises(Unavailable, match="Stop all of its processes first"), stopped(database): pass
    with stopped(database): pass


def test_an_early_version_has_no_leases(empty_database: Database):
    """Whether somebody works with it is asked before its version is."""
    with stopped(empty_database), empty_database.reading() as session: assert not held_by_anybody(session)
