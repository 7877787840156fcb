"""What a process does with what others tell it: wake its workers, take in what was published."""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from core.db import Database
from core.errors import FirstlineError
from core.signals import MISSED, PUBLISHED, QUEUED, Listener

log = logging.getLogger(__name__)


class Sleeper(Protocol):
    """Somebody who waits for items of the outbox."""

    def takes(self, kind: str) -> bool:
        """Whether such items are theirs."""

    def nudge(self) -> None:
        """Look at once."""


class Listening:
    """Hears what other processes tell; `refresh` takes in what was published, before anybody asks."""

    def __init__(self, database: Database, workers: Sequence[Sleeper], refresh: Callable[[], object]) -> None:
        """Take who is to be woken, and what to do when something was published."""
        self._workers, self._refresh = workers, refresh
        self._listener = Listener(database, self._heard)
        self._new, self._stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._keep_fresh, name="refresh", daemon=True)

    def start(self) -> None:
        """Begin to hear."""
        self._thread.start()
        self._listener.start()

    def stop(self) -> None:
        """Hear no more, and wait until what was heard is done."""
        self._listener.stop()
        self._stop.set()
        self._new.set()
        self._thread.join()

    def _heard(self, signal: str) -> None:
        if signal in (PUBLISHED, MISSED): self._new.set()
        kind = signal.removeprefix(QUEUED)
        for worker in self._workers:
            if signal == MISSED or (signal.startswith(QUEUED) and worker.takes(kind)): worker.nudge()

    def _keep_fresh(self) -> None:
        """In a thread of its own: an index may take seconds, and wakes nobody the later."""
        while self._new.wait() and not self._stop.is_set():
            self._new.clear()
            try:
                self._refresh()
            except FirstlineError as error:  # the next question takes it in
                log.warning("what was published was not taken in at once: %s", error)
            except Exception:  # nor may this thread end
                log.exception("what was published was not taken in at once")
