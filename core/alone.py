"""What only one process may do at a time, or at all, told by locks that end with their process."""

import logging
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import make_url, text

from core import leases
from core.db import Database
from core.errors import Unavailable

log = logging.getLogger(__name__)

BEGINNING = 7_163_442_092  # the number of PostgreSQL's lock; `core.migrate` has another one
SERVES = "Firstline works with this database. Stop all of its processes first: what they write now would stay behind."
TAKEN = "Another Firstline serves from this SQLite file: one process does everything there. Stop it, or use PostgreSQL."


@contextmanager
def in_turn(database: Database) -> Iterator[None]:
    """Of several processes that share a PostgreSQL one at a time is in this block; the others wait.

    For what takes seconds: the lock is a transaction's, which keeps its connection and holds back the server's tidying.
    """
    with ExitStack() as stack:
        if not database.is_sqlite:
            session = stack.enter_context(database.transaction())
            session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))  # or the server ends the wait
            session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": BEGINNING})
        yield


@contextmanager
def in_turn_at(folder: Path) -> Iterator[None]:
    """Of several processes that share a folder one at a time is in this block; with folders of their own none waits."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with (folder / "turn").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError as error:  # a network's folder without locks
            log.warning("%s cannot be locked (%s): let one process alone train there", folder, error.strerror)
        yield


@contextmanager
def only_one(database: Database) -> Iterator[None]:
    """On SQLite the only process that serves from this file, until the end of the block; on PostgreSQL any number.

    Raises:
        Unavailable: there is one already.
    """
    file = make_url(str(database.engine.url)).database if database.is_sqlite else None
    if not file or sys.platform == "win32":
        yield
        return
    import fcntl

    with open(f"{file}-serve", "w") as lock:  # noqa: PTH123 - beside the file, with a name that SQLite does not use
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Unavailable(TAKEN) from None
        yield


@contextmanager
def stopped(database: Database) -> Iterator[None]:
    """A block in which nobody works with a database, and on SQLite nobody begins to.

    Of a PostgreSQL its leases tell: a process with the role of a worker holds one, and one that was killed still does
    for half a minute.

    Raises:
        Unavailable: somebody works with it.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(only_one(database))
        except Unavailable:
            raise Unavailable(SERVES) from None
        with database.reading() as session:
            if leases.held_by_anybody(session): raise Unavailable(SERVES)
        yield
