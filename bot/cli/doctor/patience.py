"""Looking at many things at once, and at none of them for too long."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from bot.check import Check, missing
from core.errors import new_reference

log = logging.getLogger("firstline.doctor")

LIMIT = 10.0  # seconds for everything: with the start of the program under 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Checks that are made one after the other. `late` is what is told where they did not end in time."""

    what: str
    look: Callable[[], Iterator[Check]]
    late: Check | None = None


def told(groups: Sequence[Group], limit: float = LIMIT) -> Iterator[Check]:
    """What all groups find, in their order; they look at the same time, `limit` seconds at most."""
    until = time.monotonic() + limit
    for look in [_Looking(group, limit) for group in groups]: yield from look.found(until)


class _Looking:
    """One group at work in a thread of its own, which does not keep the program from ending."""

    def __init__(self, group: Group, limit: float) -> None:
        self._group, self._limit = group, limit
        self._told: SimpleQueue[Check | None] = SimpleQueue()
        threading.Thread(target=self._look, name=f"doctor {group.what}", daemon=True).start()

    def _look(self) -> None:
        try:
            for check in self._group.look(): self._told.put(check)
        except Exception:
            reference = new_reference()
            log.exception("%s", reference)
            mend = "the log tells more; please report it."
            self._told.put(missing(self._group.what, f"something went wrong that should not ({reference}):", mend))
        self._told.put(None)

    def found(self, until: float) -> Iterator[Check]:
        try:
            while check := self._told.get(timeout=max(until - time.monotonic(), 0.001)): yield check
        except Empty:
            says, mend = f"did not answer within {self._limit:.0f} s:", "see what keeps it, and look again."
            yield self._group.late or missing(self._group.what, says, mend)
