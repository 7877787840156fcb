"""Bringing in a new version without a pause: its migrations leave the code of the version before working.

The rule is in docs/operating.md: expand, migrate, contract. It holds from revision 0007 on.
"""

import ast
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import JSON, MetaData, Table, func, inspect, select, update
from sqlalchemy.orm import Session

from core import migrate
from core.db import Database
from core.errors import Unavailable

FIRST = "0007"  # the first migration that follows the rule
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
AT_LEAST = 3  # rounds of writing before, and after, the upgrade
REVISIONS = [revision for revision in migrate.revisions() if revision >= FIRST]
TAKEN_AWAY = {"drop_table", "drop_column", "rename_table", "create_unique_constraint", "create_check_constraint",
              "create_foreign_key", "create_exclusion_constraint"}
FACTS = {"events"}  # tables whose rows never change: the database refuses it
TAKES_AWAY = ("DROP", "RENAME", "ALTER", "DELETE")  # in SQL


def value(column: Any, number: int) -> Any:
    """Something that the version before would have put into a column."""
    kind = column.type
    if isinstance(kind, JSON): return {"n": number}
    known: dict[type, Any] = {int: number, float: 0.5, bool: True, datetime: NOW, date: NOW.date(), bytes: b"x"}
    return known[kind.python_type] if kind.python_type in known else f"{number}"[: getattr(kind, "length", None) or 9]


class VersionBefore:
    """Code of an earlier version: statements over the tables and columns that it knew, and over no others."""

    def __init__(self, database: Database) -> None:
        known = MetaData()
        known.reflect(database.engine)
        self._database = database
        self.tables = [table for table in known.sorted_tables if table.name != migrate.VERSION]
        self.written = 0

    def work(self) -> None:
        """Write a row into every table, change it and read it, each in a transaction of its own."""
        self.written += 1
        for table in self.tables:
            with self._database.transaction() as session: self._use(session, table, self.written)

    def rows(self, table: Table) -> list[Any]:
        """What it sees of a table."""
        query = select(table).order_by(*table.primary_key.columns)
        with self._database.reading() as session: return [tuple(row) for row in session.execute(query)]

    def _use(self, session: Session, table: Table, number: int) -> None:
        row = {column.name: value(column, number) for column in table.columns}
        session.execute(table.insert(), row)
        key = [column == row[column.name] for column in table.primary_key.columns]
        if table.name not in FACTS: session.execute(update(table).where(*key).values(row))
        found = session.execute(select(table).where(*key)).one()
        assert len(found) == len(table.columns)


@pytest.fixture(params=REVISIONS)
def step(request: pytest.FixtureRequest, empty_database: Database) -> tuple[Database, str]:
    """A database at the revision before one, and that one."""
    known = migrate.revisions()
    migrate.upgrade(empty_database, known[known.index(request.param) - 1])
    return empty_database, request.param


def test_the_version_before_goes_on(step: tuple[Database, str]):
    """Its code writes and reads before, while and after the tables are changed; nothing fails, and no row is lost."""
    database, revision = step
    old = VersionBefore(database)
    failed, stop, warm = list[Exception](), threading.Event(), threading.Event()

    def working() -> None:
        try:
            while not stop.is_set():
                old.work()
                if old.written >= AT_LEAST: warm.set()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
            failed.append(error)
            warm.set()

    worker = threading.Thread(target=working)
    worker.start()
    try:
        assert warm.wait(60)
        migrate.upgrade(database, revision)
    finally:
        stop.set()
        worker.join()
    assert failed == []
    assert migrate.current(database) == revision
    for _ in range(AT_LEAST): old.work()
    for table in old.tables: assert len(old.rows(table)) == old.written, table.name


def test_what_was_there_stays(step: tuple[Database, str]):
    """Each row says what it said before, in the columns that the version before knows."""
    database, revision = step
    old = VersionBefore(database)
    for _ in range(AT_LEAST): old.work()
    before = {table.name: old.rows(table) for table in old.tables}
    migrate.upgrade(database, revision)
    assert {table.name: old.rows(table) for table in old.tables} == before


LOOSER = {"0009": ["execute"] * 3}  # a trigger is put in another's place that forbids less; no version changes an event


@pytest.mark.parametrize("revision", REVISIONS)
def test_migrations_only_add(revision: str):
    """Nothing is dropped, renamed or narrowed; a new column has a default; new rules are on new tables only."""
    [file] = migrate.FOLDER.glob(f"versions/{revision}_*.py")
    assert list(breaches(ast.parse(file.read_text(encoding="utf-8")))) == LOOSER.get(revision, [])


@pytest.mark.parametrize(("code", "why"), [
    ('op.drop_column("people", "tz")', "drop_column"),
    ('op.rename_table("people", "persons")', "rename_table"),
    ('op.alter_column("people", "tz", new_column_name="zone")', "alter_column"),
    ('table.alter_column("tz", nullable=False)', "alter_column"),
    ('op.add_column("people", sa.Column("a", sa.Integer, nullable=False))', "add_column"),
    ('op.add_column("people", sa.Column("a", sa.Integer, unique=True))', "add_column"),
    ('op.create_index("ix", "people", ["a"], unique=True)', "create_index"),
    ('op.execute("DROP TABLE people")', "execute"),
    ('op.execute("ALTER TABLE people DROP COLUMN tz")', "execute"),
])
def test_what_would_take_something_away(code: str, why: str):
    """The check finds each way to break the version before."""
    assert list(breaches(ast.parse(code))) == [why]


@pytest.mark.parametrize("code", [
    'op.add_column("people", sa.Column("a", sa.Integer, nullable=False, server_default="0"))',
    'op.add_column("people", sa.Column("a", sa.Integer, nullable=True))',
    'op.alter_column("people", "tz", nullable=True)',
    'op.create_index("ix", "people", ["a"])',
    'op.create_table("new", sa.Column("a", unique=True)); op.create_index("ix", "new", ["a"], unique=True)',
])
def test_what_only_adds(code: str):
    """And lets pass what does not."""
    assert list(breaches(ast.parse(code))) == []


def breaches(code: ast.AST) -> Iterator[str]:
    """The calls of a migration that would break the code of the version before."""
    calls = [node for node in ast.walk(code) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    made = {_text(call.args[0]) for call in calls if _name(call) == "create_table"}
    for call in calls:
        if _breaks(call, made): yield _name(call)


def _breaks(call: ast.Call, made: set[str]) -> bool:
    given = {word.arg: word.value for word in call.keywords}
    match _name(call):
        case "create_index": return _true(given.get("unique")) and _text(call.args[1]) not in made
        case "alter_column": return not (set(given) <= {"nullable", "existing_type"} and _true(given.get("nullable")))
        case "add_column": return _demands(call.args[-1])
        case "execute": return any(f"{word} " in _text(call.args[0]).upper() for word in TAKES_AWAY)
        case name: return name in TAKEN_AWAY


def _demands(column: ast.expr) -> bool:
    """Whether the version before, which does not know of a column, could not write a row."""
    if not isinstance(column, ast.Call): return True
    given = {word.arg: word.value for word in column.keywords}
    needed = "nullable" in given and not _true(given["nullable"]) and "server_default" not in given
    return needed or _true(given.get("unique")) or _true(given.get("primary_key"))


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def _text(node: ast.expr) -> str:
    return "".join(str(part.value) for part in ast.walk(node) if isinstance(part, ast.Constant))


def _true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def test_a_change_does_not_queue_everybody(postgres_database: Database, monkeypatch: pytest.MonkeyPatch):
    """Where a long transaction holds a table, the upgrade gives up instead of keeping all others waiting behind it."""
    monkeypatch.setattr(migrate, "LONGEST_LOCK_MS", 50)
    known = migrate.revisions()
    monkeypatch.setattr(migrate, "revisions", lambda: [*known, "9999"])

    def change(connection: Any, _to: str) -> None:
        migrate_before(connection)
        connection.exec_driver_sql("ALTER TABLE people ADD COLUMN later integer")

    migrate_before = migrate._get_ready  # noqa: SLF001 - what comes before the migrations
    monkeypatch.setattr(migrate, "_run", change)
    with postgres_database.transaction() as holding:
        holding.execute(select(func.count()).select_from(Table("people", MetaData())))
        with pytest.raises(Unavailable, match="lock timeout"): migrate.upgrade(postgres_database)
    with postgres_database.reading() as session:
        assert "later" not in {column["name"] for column in inspect(session.connection()).get_columns("people")}
    migrate.upgrade(postgres_database)
    with postgres_database.reading() as session:
        assert "later" in {column["name"] for column in inspect(session.connection()).get_columns("people")}
