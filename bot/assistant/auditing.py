"""Sealing the history as it grows."""

import logging
from datetime import datetime, timedelta

from bot.assistant.parts import Parts
from core import audit, noted
from core.audit import Gone
from core.errors import ConfigProblem
from core.noted import Known

EVERY = timedelta(seconds=30)  # between two sealings of one process
TELLS = timedelta(hours=1)  # between two lines about it in the log
GONE = (
    "The history was cut off or rewritten, or an earlier database was put there: %s Nothing is sealed any more; "
    "docs/security.md tells what to do."
)

_log = logging.getLogger("firstline.audit")


class Auditing:
    """Seals the events now and then. Several processes may do so: they take turns.

    The newest seal is kept in the state folder as well. While one that was kept is gone from the database nothing is
    sealed: it would make a history that somebody rewrote look whole.
    """

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts
        self._next: datetime | None = None
        self._tells: datetime | None = None
        self._begun: datetime | None = None
        self._known: Known | None = None

    def look(self) -> int:
        """Seal what has no seal yet, if it is time to; how many events that were."""
        now = self._parts.clock()
        if self._next and now < self._next: return 0
        self._next, self._begun = now + EVERY, self._begun or now
        try:
            sealed, newest = self._seal()
            if newest and newest != self._known: self._keep(newest, now)
        except (Gone, ConfigProblem, OSError) as error:
            self._tell(now, logging.ERROR, GONE if isinstance(error, Gone) else "%s", error)
            return 0
        if sealed >= audit.AT_ONCE: self._next = now
        return sealed

    def _seal(self) -> tuple[int, Known | None]:
        if self._parts.seals: self._known = noted.read(self._parts.seals)
        with self._parts.database.transaction() as session:
            return audit.seal(session, self._parts.audit_key, self._known), audit.newest(session)

    def _keep(self, newest: Known, now: datetime) -> None:
        if self._parts.seals: noted.keep(self._parts.seals, newest, now)
        self._known = newest
        if self._begun and now - self._begun < TELLS: return  # the file has it; nobody who tries Firstline reads hashes
        self._tell(now, logging.INFO, "The newest seal of the history is %s, at place %d.", newest.hash, newest.place)

    def _tell(self, now: datetime, level: int, words: str, *of: object) -> None:
        """Write a line, not more often than is of use."""
        if self._tells and now < self._tells: return
        self._tells = now + TELLS
        _log.log(level, words, *of)
