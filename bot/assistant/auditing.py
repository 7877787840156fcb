"""Sealing the history as it grows."""

from datetime import datetime, timedelta

from bot.assistant.parts import Parts
from core import audit

EVERY = timedelta(seconds=30)  # between two sealings of one process


class Auditing:
    """Seals the events now and then. Several processes may do so: they take turns."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts
        self._next: datetime | None = None

    def look(self) -> int:
        """Seal what has no seal yet, if it is time to; how many events that were."""
        now = self._parts.clock()
        if self._next and now < self._next: return 0
        with self._parts.database.transaction() as session: sealed = audit.seal(session, self._parts.audit_key)
        if sealed < audit.AT_ONCE: self._next = now + EVERY
        return sealed
