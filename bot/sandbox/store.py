"""The state file: one SQLite table of JSON documents, so that a restart keeps the conversations."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING

from bot.sandbox.errors import SandboxError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.sandbox.ids import Json


class Store:
    """Documents by kind and key, in a file or (without a path) in memory."""

    def __init__(self, path: Path | None) -> None:
        try:
            # One event loop uses it, but the loop's thread is not the one that built the app.
            self._db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.execute("CREATE TABLE IF NOT EXISTS document"
                             " (kind TEXT, key TEXT, body TEXT, data BLOB, PRIMARY KEY (kind, key))")
        except sqlite3.Error as error:
            raise SandboxError(f"{path}: cannot be used as the state file ({error}).") from error

    def put(self, kind: str, key: str, body: Json, data: bytes | None = None) -> None:
        """Write or replace one document, with bytes beside it for files."""
        self._db.execute("INSERT OR REPLACE INTO document VALUES (?, ?, ?, ?)", (kind, key, json.dumps(body), data))

    def drop(self, kind: str, key: str) -> None:
        """Forget one document."""
        self._db.execute("DELETE FROM document WHERE kind = ? AND key = ?", (kind, key))

    def all(self, kind: str) -> Iterator[tuple[str, Json, bytes | None]]:
        """Every document of a kind, by key."""
        rows = self._db.execute("SELECT key, body, data FROM document WHERE kind = ? ORDER BY key", (kind,))
        for key, body, data in rows.fetchall():
            yield key, json.loads(body), data

    def clear(self) -> None:
        """Forget everything."""
        self._db.execute("DELETE FROM document")

    def close(self) -> None:
        """Close the file."""
        self._db.close()
