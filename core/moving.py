"""Takes everything from one database to another, such as from SQLite to PostgreSQL, and proves it row by row."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from sqlalchemy import Table, func, select, tuple_
from sqlalchemy.exc import InterfaceError, OperationalError, StatementError
from sqlalchemy.orm import Session

from core.db import Base, Database
from core.errors import BadInput
from core.migrate import TABLES, current, revisions, upgrade

AT_ONCE = 500  # rows read, written and compared together
Note = Callable[[str, int, int], None]  # which table, how far, out of how many rows


@dataclass(slots=True, kw_only=True)
class Moved:
    """How many rows of each table are in both databases, and equal."""

    rows: dict[str, int] = field(default_factory=dict)


def move(source: Database, target: Database, note: Note = lambda _table, _done, _all: None) -> Moved:
    """Copy every row of `source` into the empty `target`, and compare each; all of it, or nothing.

    Nobody may write to the source meanwhile: what is written after the beginning is not taken along.

    Raises:
        BadInput: the source is not at this version, or the target holds something already.
    """
    if current(source) != revisions()[-1]:
        raise BadInput("The database to move is not at this version; run `firstline db upgrade` first.")
    upgrade(target)
    moved = Moved()
    with source.reading() as old, target.transaction() as new:
        tables = _tables()
        _must_be_empty(new, tables)
        for table in tables:
            moved.rows[table.name] = _copy(old, new, table, note)
            _compare(old, new, table)
        _go_on_counting(new, tables)
    return moved


def _tables() -> Sequence[Table]:
    for module in TABLES: import_module(module)
    return Base.metadata.sorted_tables


def _must_be_empty(session: Session, tables: Sequence[Table]) -> None:
    filled = [table.name for table in tables if session.execute(select(table).limit(1)).first()]
    if not filled: return
    raise BadInput(f"The target is not empty: there are rows in {', '.join(filled[:3])}. Use a new database.")


def _copy(old: Session, new: Session, table: Table, note: Note) -> int:
    count, done = old.scalar(select(func.count()).select_from(table)) or 0, 0
    for rows in _rows(old, table):
        _write(new, table, rows)
        done += len(rows)
        note(table.name, done, count)
    return done


def _write(new: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows; of those that do not fit, SQLite being less strict than others, the first is named."""
    if _fit(new, table, rows): return
    bad = next((row for row in rows if not _fit(new, table, [row])), rows[0])
    name = tuple(bad[column.name] for column in table.primary_key.columns)
    raise BadInput(f"Row {name} of {table.name} does not fit into the target; nothing was moved.")


def _fit(new: Session, table: Table, rows: Sequence[dict[str, Any]]) -> bool:
    """Write rows if the database takes them all, otherwise none; one that is gone is no fault of theirs."""
    try:
        with new.begin_nested(): new.execute(table.insert(), rows)
    except (OperationalError, InterfaceError):
        raise
    except (StatementError, ValueError):
        return False
    return True


def _rows(session: Session, table: Table) -> Iterator[list[dict[str, Any]]]:
    query = select(table).order_by(*table.primary_key.columns)
    found, done = session.execute(query, execution_options={"yield_per": AT_ONCE}).mappings().partitions(AT_ONCE), 0
    while True:
        try:
            part = next(found, None)
        except (TypeError, ValueError):
            name = _unreadable(session, table, done)
            raise BadInput(f"Row {name} of {table.name} cannot be read; nothing was moved.") from None
        if part is None: return
        yield [dict(row) for row in part]
        done += len(part)


def _unreadable(session: Session, table: Table, done: int) -> tuple[Any, ...]:
    """The key of the first row that cannot be read, after so many that can."""
    key = list(table.primary_key.columns)
    for name in session.execute(select(*key).order_by(*key).offset(done).limit(AT_ONCE)).all():
        try:
            session.execute(select(table).where(tuple_(*key) == tuple_(*name))).all()
        except (TypeError, ValueError):
            return tuple(name)
    return ("unknown",)


def _compare(old: Session, new: Session, table: Table) -> None:
    """Read every row back, by its key; nothing is kept when one is not the same."""
    key = list(table.primary_key.columns)
    for rows in _rows(old, table):
        wanted = [tuple(row[column.name] for column in key) for row in rows]
        found = new.execute(select(table).where(tuple_(*key).in_(wanted))).mappings()
        copies = {tuple(row[column.name] for column in key): dict(row) for row in found}
        for name, row in zip(wanted, rows, strict=True):
            if copies.get(name) == row: continue
            raise BadInput(f"Row {name} of {table.name} would not be the same; nothing was moved.")
    count = new.scalar(select(func.count()).select_from(table))
    if count != old.scalar(select(func.count()).select_from(table)):
        raise BadInput(f"{table.name} has {count} rows, which is not what was there; nothing was moved.")


def _go_on_counting(session: Session, tables: Sequence[Table]) -> None:
    """PostgreSQL numbers new rows by a sequence, which rows that come with a number do not move."""
    if session.connection().dialect.name != "postgresql": return
    for table in tables:
        column = table.autoincrement_column
        if column is None: continue
        name = session.scalar(select(func.pg_get_serial_sequence(table.name, column.name)))
        last = session.scalar(select(func.max(column)))
        if name and last: session.execute(select(func.setval(name, last)))
