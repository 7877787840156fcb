"""Counts deliveries around whoever makes them."""

from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, Protocol

from bot.operations.metrics import Metrics
from core.clock import Clock
from core.errors import CannotDeliver, TryLater
from core.watching import Watch, stage, watched

REPLY = "reply"  # the kind whose key names the message that is replied to: `reply:CHANNEL:TS:N`


class Delivers(Protocol):
    """Whoever delivers items."""

    @property
    def deliver(self) -> Callable[..., Any]:
        """Do what an item of a kind says, with its payload and whatever else the worker knows."""


class CountedOutbound:
    """Another one's deliveries, each counted by its kind and how it ended."""

    def __init__(self, outbound: Delivers, metrics: Metrics, clock: Clock, watch: Watch) -> None:
        """Take who delivers, and who is told of it."""
        self._outbound, self._metrics, self._clock, self._watch = outbound, metrics, clock, watch

    def deliver(self, kind: str, payload: dict[str, Any], **known: Any) -> Any:
        """Deliver one item; `known` is what the worker knows beside it, such as its key."""
        began, outcome, key = perf_counter(), "failed", str(known.get("key", ""))
        try:
            with watched(self._watch, key), stage("delivery", kind=kind):
                result = self._outbound.deliver(kind, payload, **known)
            outcome = "delivered"
            if kind == REPLY: self._replied(key)
        except TryLater:
            outcome = "later"
            raise
        except CannotDeliver:
            outcome = "refused"
            raise
        finally:
            self._metrics.deliveries.labels(kind, outcome).inc()
            self._metrics.delivery.labels(kind).observe(perf_counter() - began)
        return result

    def _replied(self, key: str) -> None:
        """Count how long somebody waited: Slack names a message by the time at which it got it."""
        parts = key.split(":")
        try:
            asked = datetime.fromtimestamp(float(parts[2]), UTC)
        except (IndexError, ValueError, OverflowError, OSError):
            return
        self._metrics.reply.observe(max((self._clock() - asked).total_seconds(), 0.0))
