"""Keeping nothing longer than the desk file says."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.assistant.parts import Parts
from bot.assistant.sweeping import carefully
from bot.erasing.retention import APPLIED, AT_ONCE, KINDS, apply
from core import events
from core.errors import Stale
from handoff.misfits import MONTH

EVERY = timedelta(hours=1)  # between two looks of one process at a kind of which nothing was left to do
DRAFTS = "drafts"


class Retaining:
    """Looks for what is kept too long, some of it at a time, each kind in a transaction of its own."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts
        self._next: dict[str, datetime] = {}

    def look(self) -> int:
        """Take on what is due; how much that was. Several processes may do so at once."""
        now = self._parts.clock()
        return sum(self._kind(kind, now) for kind in (*KINDS, DRAFTS))

    def _kind(self, kind: str, now: datetime) -> int:
        months = getattr(self._parts.desk.retention, kind)
        if not months or now < self._next.get(kind, now): return 0
        done = list[int]()
        carefully(f"retention of {kind}", self._taking(kind, now - months * MONTH, now, done), lambda: None)
        if sum(done) < AT_ONCE: self._next[kind] = now + EVERY
        return sum(done)

    def _taking(self, kind: str, before: datetime, now: datetime, done: list[int]) -> Callable[[], object]:
        def take() -> None:
            if kind == DRAFTS: done.append(self._drafts(before, now))
            else:
                with self._parts.database.transaction() as session: count = apply(session, kind, before, now)
                done.append(count)

        return take

    def _drafts(self, before: datetime, now: datetime) -> int:
        """Throw away drafts that nobody has touched since; what is published stays."""
        drafts = self._parts.kb.drafts
        dropped = sum(self._drop(one.slug, one.kind, one.version) for one in drafts.all() if one.saved_at < before)
        if dropped:
            with self._parts.database.transaction() as session:
                told = {"count": dropped, "until": before.isoformat()}
                events.record(session, APPLIED, f"retention:{DRAFTS}", actor="firstline", at=now, **told)
        return dropped

    def _drop(self, slug: str, kind: str, version: int) -> bool:
        try:
            self._parts.kb.drafts.drop(slug, kind, by="firstline", seen_version=version)
        except Stale:
            return False  # somebody has just gone on with it
        return True
