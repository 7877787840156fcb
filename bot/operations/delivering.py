"""Counts deliveries around whoever makes them."""

from datetime import UTC, datetime
from time import perf_counter
from typing import Any, Protocol

from bot.operations.metrics import Metrics
from core.clock import Clock
from core.errors import CannotDeliver, TryLater
from core.outbox import Attempt
from core.watching import Watch, stage, trace, watched

REPLY, REPLY_KEY = "reply", ("reply", "channel", "ts", "number")  # a kind, and the parts of its key: ts of the message
HEARD = "in:"  # what the key of an event that was written down begins with; the rest is the event's id


class Delivers(Protocol):
    """Whoever delivers items."""

    def deliver(self, kind: str, payload: dict[str, Any], attempt: Attempt) -> None:
        """Do what an item of a kind says."""


class CountedOutbound:
    """Another one's deliveries, each counted by its kind and how it ended."""

    def __init__(self, outbound: Delivers, metrics: Metrics, clock: Clock, watch: Watch) -> None:
        """Take who delivers, and who is told of it."""
        self._outbound, self._metrics, self._clock, self._watch = outbound, metrics, clock, watch

    def deliver(self, kind: str, payload: dict[str, Any], attempt: Attempt) -> None:
        """Make one attempt. What belongs to an event goes by the event's id in the log and in traces."""
        began, outcome = perf_counter(), "failed"
        try:
            with watched(self._watch, trace() or attempt.key.removeprefix(HEARD)), stage("delivery", kind=kind):
                self._outbound.deliver(kind, payload, attempt)
            outcome = "delivered"
            if kind == REPLY: self._replied(attempt.key)
        except TryLater:
            outcome = "later"
            raise
        except CannotDeliver:
            outcome = "refused"
            raise
        finally:
            self._metrics.deliveries.labels(kind, outcome).inc()
            self._metrics.delivery.labels(kind).observe(perf_counter() - began)

    def _replied(self, key: str) -> None:
        """Count how long somebody waited: Slack names a message by the time at which it got it."""
        parts = key.split(":")
        if len(parts) != len(REPLY_KEY): return
        try:
            asked = datetime.fromtimestamp(float(parts[2]), UTC)
        except (ValueError, OverflowError, OSError):
            return
        self._metrics.reply.observe(max((self._clock() - asked).total_seconds(), 0.0))
