"""The worker: takes what is due from the outbox and has it delivered, in order within each lane."""

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from time import monotonic
from typing import Any, Protocol

from sqlalchemy.orm import Session

from core import outbox
from core.clock import Clock
from core.db import Database
from core.errors import CannotDeliver, TryLater, Unavailable
from core.outbox import LEASE, Attempt, OutboxItem

AT_ONCE = 4  # items of one claim; each begins with a whole lease
LOOK_EVERY = 0.25  # seconds between two looks when nothing was due: what a person notices as "at once"
LOOK_AROUND = 3.0  # seconds between two looks for what has become due; it is due in minutes or days
GaveUp = Callable[[Session, OutboxItem, str], None]  # an item that ends undelivered, and why
log = logging.getLogger(__name__)


class Outbound(Protocol):
    """Where items are delivered to."""

    def deliver(self, kind: str, payload: dict[str, Any], attempt: Attempt) -> None:
        """Do what one item says, or raise `TryLater` or `CannotDeliver`."""


class Bell:
    """Wakes one of several workers for each item, so that none of them has to look all the time.

    It rings for `workers` at most: whoever is busy looks anyway before it waits.
    """

    def __init__(self, workers: int = 1) -> None:
        self._workers, self._rings, self._rung = workers, 0, threading.Condition()

    def ring(self) -> None:
        """There is something to do."""
        with self._rung:
            self._rings = min(self._rings + 1, self._workers)
            self._rung.notify()

    def wait(self, seconds: float) -> bool:
        """Until it rings, at most for so long; whether it did."""
        with self._rung:
            rang = self._rung.wait_for(lambda: self._rings > 0, seconds)
            self._rings -= rang
            return rang


class Worker:
    """Delivers until it is stopped."""

    def __init__(
        self, database: Database, outbound: Outbound, clock: Clock, *, only: Collection[str] = (),
        but: Collection[str] = (), at_once: int = AT_ONCE, look: Callable[[], object] = lambda: None,
        gave_up: GaveUp = lambda *_: None, lease: timedelta = LEASE, forget: bool = False,
        bell: Bell | None = None, every: float = LOOK_EVERY,
    ) -> None:
        """Take the outbox's database and where its items go; kinds, number and lease are as in `outbox.claim`.

        `look` is called now and then, to find what has become due meanwhile; `gave_up` with each item that ends
        undelivered, in the transaction that ends it. `forget` takes the content out of what was delivered. The outbox
        is looked at `every` so many seconds, and when the bell rings.
        """
        self._database, self._outbound, self._clock = database, outbound, clock
        self._only, self._but, self._at_once = only, but, at_once
        self._look, self._next_look, self._gave_up = look, 0.0, gave_up
        self._lease, self._forget, self._bell, self._every = lease, forget, bell or Bell(), every
        self._stop, self._seen = threading.Event(), monotonic()
        self._thread = threading.Thread(target=self._run, name="firstline-worker", daemon=True)

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    def finish(self) -> None:
        """Take nothing more. Of workers that share a bell all are told, before `stop` waits for one."""
        self._stop.set()
        self._bell.ring()

    def stop(self, seconds: float = 30.0) -> None:
        """Finish the item in hand, then end; what takes longer is left to whoever takes it up later."""
        self.finish()
        if self._thread.is_alive(): self._thread.join(timeout=max(seconds, 0.0))

    def takes(self, kind: str) -> bool:
        """Whether items of a kind are this worker's."""
        return (not self._only or kind in self._only) and kind not in self._but

    def nudge(self) -> None:
        """Look at once: something was queued elsewhere."""
        self._bell.ring()

    @property
    def name(self) -> str:
        """What it works on."""
        return ", ".join(sorted(self._only)) or "the outbox"

    def idle_for(self) -> float | None:
        """Seconds since its last sign of life; None if it does not run."""
        return monotonic() - self._seen if self._thread.is_alive() else None

    def look(self) -> None:
        """Find what has become due, if the last look is some seconds ago."""
        if monotonic() < self._next_look: return
        self._next_look = monotonic() + LOOK_AROUND
        self._look()

    def work_once(self) -> int:
        """Deliver what is due now; how many items that were."""
        with self._database.transaction() as session:
            items = outbox.claim(
                session, self._clock(), self._at_once, only=self._only, but=self._but, lease=self._lease
            )
        for number, item in enumerate(items):
            if number and self._stop.is_set(): return self._give_back(items, number)
            self._seen = monotonic()
            if not number or self._renewed(item): self._deliver(item)
        return len(items)

    def _renewed(self, item: OutboxItem) -> bool:
        """Keep an item that had to wait for those before it; False if somebody else has it, as they took too long."""
        with self._database.transaction() as session:
            return outbox.renew(session, item, self._clock(), self._lease)

    def _give_back(self, items: Sequence[OutboxItem], done: int) -> int:
        """Asked to stop: of what was claimed, the rest is due for others at once. How many were dealt with."""
        with self._database.transaction() as session:
            for item in items[done:]: outbox.give_back(session, item, self._clock())
        return done

    def deliver_now(self, key: str) -> None:
        """Deliver one item that was just queued, in the caller's thread, unless it is not its turn."""
        with self._database.transaction() as session: item = outbox.claim_one(session, key, self._clock())
        if item: self._deliver(item)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._seen = monotonic()
            try:
                self.look()
                busy = self.work_once()
            except Unavailable as error:
                log.warning("the outbox could not be read: %s", error)
                busy = 0
            except Exception:  # whatever happens to one look, the next one may work; a dead worker posts no ticket
                log.exception("the outbox could not be worked on")
                busy = 0
            if not busy: self._bell.wait(self._every)

    def _deliver(self, item: OutboxItem) -> None:
        try:
            attempt = Attempt(key=item.key, number=item.attempts, since=item.created_at)
            self._outbound.deliver(item.kind, item.payload, attempt)
        except TryLater as error:
            self._later(item, str(error), error.wait)
        except CannotDeliver as error:
            log.warning("%s %s cannot be delivered: %s", item.kind, item.key, error)
            with self._database.transaction() as session:
                ended = outbox.abandon(session, item, str(error), self._clock(), forget=self._forget)
                if ended: self._gave_up(session, item, str(error))
        except Exception as error:  # one broken item must not stop the others; it is logged, kept and tried again
            log.exception("%s %s could not be delivered", item.kind, item.key)
            self._later(item, f"{type(error).__name__}: {error}", None)
        else:
            with self._database.transaction() as session:
                outbox.done(session, item, self._clock(), forget=self._forget)

    def _later(self, item: OutboxItem, error: str, wait: timedelta | None) -> None:
        log.warning("%s %s waits: %s", item.kind, item.key, error)
        with self._database.transaction() as session:
            ended = outbox.failed(session, item, error, self._clock(), wait, forget=self._forget)
            if ended: self._gave_up(session, item, error)
