"""What a database is asked while something is done: for tests of how much that is."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from core.db import Database


@contextmanager
def asked(database: Database) -> Iterator[list[str]]:
    """Every statement that is sent meanwhile, on one line each."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(" ".join(statement.split()))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
