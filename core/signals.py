"""What PostgreSQL tells every process at once: an item was queued, something was published.

Triggers (migration 0008) say so in the transaction that does it, so that nobody is told of what did not happen. It
makes things quick and nothing else: whoever hears nothing, on SQLite, or behind a pooler that does not pass it on,
looks by itself a moment later.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any

import psycopg

from core.db import Database

CHANNEL = "firstline"
PUBLISHED = "published"  # the knowledge base has changed
QUEUED = "outbox:"  # and the kind of the item
MISSED = ""  # the connection is new: anything may have happened before
QUIET = 0.5  # seconds between two looks whether to stop
ASK_EVERY = 30  # of these: a connection that broke without a word is noticed by asking over it
AGAIN = 1.0  # seconds until a lost connection is tried anew
ALIVE = {"connect_timeout": 10, "keepalives_idle": 15, "keepalives_interval": 5, "tcp_user_timeout": 15_000}
log = logging.getLogger(__name__)


class Listener:
    """Hears what is told, on a connection and in a thread of its own, until it is stopped."""

    def __init__(self, database: Database, heard: Callable[[str], None]) -> None:
        """Take what to do with each signal; it is called in this thread, and must not take long or raise."""
        self._database, self._heard = database, heard
        self._stop = threading.Event()
        self.listens = threading.Event()
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)

    def start(self) -> None:
        """Begin, where there is something to hear."""
        if not self._database.is_sqlite: self._thread.start()

    def stop(self) -> None:
        """Hear no more."""
        self._stop.set()
        if self._thread.is_alive(): self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                with self._connect() as connection: self._listen(connection)
            except (psycopg.Error, OSError) as error:
                log.warning("what other processes tell is not heard for now: %s", " ".join(str(error).split()))
            self.listens.clear()
            self._stop.wait(AGAIN)

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        url = self._database.engine.url
        _, how = self._database.engine.dialect.create_connect_args(url)
        settings: dict[str, Any] = {**ALIVE, **how}
        return psycopg.connect(autocommit=True, **settings)

    def _listen(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        self.listens.set()
        self._heard(MISSED)
        quiet = 0
        while not self._stop.is_set():
            told = [one.payload for one in connection.notifies(timeout=QUIET, stop_after=1)]
            for payload in told: self._heard(payload)
            quiet = 0 if told else quiet + 1
            if quiet % ASK_EVERY == ASK_EVERY - 1: connection.execute("SELECT 1")
