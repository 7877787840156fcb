"""Takes people out of rows, as `bot.erasing.declared` says of each column. In the caller's transaction."""

import secrets
from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import ColumnElement, RowMapping, and_, delete, or_, select, update
from sqlalchemy import Table as SqlTable
from sqlalchemy.orm import Session

from bot.erasing.declared import TABLES, End, How, Table
from bot.erasing.scope import Scope
from core.erasing import ERASED, Named, blanked, empty

New = Callable[[RowMapping], dict[str, Any]]
IDS = (How.PERSON, How.EACH)
TEXTS = (How.WORDS, How.QUIET, How.EMPTY, How.SHAPE, How.COMPANY, How.KEY)  # which may name somebody in others' rows


def sql(table: Table) -> SqlTable:
    """A table as SQL has it."""
    return cast("SqlTable", table.of.__table__)


def strip(session: Session, scope: Scope) -> dict[str, int]:
    """Empty or delete the rows that belong to these things; how many of each table."""
    return {table.of.__tablename__: count for table in TABLES if (count := _own(session, table, scope))}


def without(session: Session, scope: Scope) -> dict[str, int]:
    """Take one person out of everybody else's rows; how many of each table changed."""
    return {table.of.__tablename__: count for table in TABLES if (count := _others(session, table, scope))}


def _own(session: Session, table: Table, scope: Scope) -> int:
    if table.own is None or table.end is End.BY_HAND: return 0
    column, done = sql(table).c[table.own[0]], 0
    for part in scope.parts(table.own[1]):
        where = column.in_(part)
        if table.end is End.DELETE: done += session.execute(delete(table.of).where(where)).rowcount  # type: ignore[attr-defined]  # a DELETE has it
        else: done += _change(session, table, where, lambda row: _stripped(table, row, scope))
    return done


def _others(session: Session, table: Table, scope: Scope) -> int:
    named, columns = scope.named, sql(table).c
    if named is None: return 0
    how = table.columns()
    tests = [columns[name] == scope.person for name, one in how.items() if one in IDS]
    tests += [named.found_in(columns[name]) for name, one in how.items() if one in TEXTS]
    tests += [columns[name].in_(named.ids) for name, one in how.items() if one is How.PLACE]
    return _change(session, table, or_(*tests), lambda row: _unnamed(table, row, scope, named)) if tests else 0


def _change(session: Session, table: Table, where: ColumnElement[bool], new: New) -> int:
    """Write the rows that are not as they should be; how many."""
    made, done = sql(table), 0
    for row in session.execute(select(made).where(where)).mappings().all():
        values = {name: value for name, value in new(row).items() if value != row[name]}
        if not values: continue
        same = and_(*(column == row[column.name] for column in made.primary_key.columns))
        session.execute(update(table.of).where(same).values(**values))
        done += 1
    return done


def _stripped(table: Table, row: RowMapping, scope: Scope) -> dict[str, Any]:
    key = "-".join(str(row[column.name]) for column in sql(table).primary_key.columns)
    return {name: _own_value(how, row[name], key, scope) for name, how in table.columns().items()}


def _own_value(how: How, value: Any, key: str, scope: Scope) -> Any:
    match how:
        case How.PERSON | How.EACH: return _person(how, value, scope)
        case How.WORDS | How.EMPTY | How.PLACE: return empty(value)
        case How.QUIET: return ""
        case How.SHAPE: return _unnamed_value(blanked(value), scope.named)
        case How.KEY: return f"{ERASED}-{key}"
        case How.COMPANY: return _unnamed_value(value, scope.named)
        case _: return value


def _unnamed(table: Table, row: RowMapping, scope: Scope, named: Named) -> dict[str, Any]:
    how = table.columns()
    ids = {name: _person(one, row[name], scope) for name, one in how.items() if one in IDS}
    texts = {name: named.without(row[name]) for name, one in how.items() if one in (*TEXTS, How.PLACE)}
    return ids | texts


def _person(how: How, value: str, scope: Scope) -> str:
    """The id of whoever is meant goes; without one, everybody's."""
    meant = value == scope.person if scope.person else bool(value)
    if not meant: return value
    return somebody() if how is How.EACH else ERASED


def somebody() -> str:
    """Stands for a person in a key, and leads back to nobody: another one in every row."""
    return f"{ERASED}-{secrets.token_hex(8)}"


def _unnamed_value(value: Any, named: Named | None) -> Any:
    return named.without(value) if named else value
