"""What takes long to work out, kept for whoever asks next."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Held(Generic[Value]):
    """The newest value of one thing, worked out by one thread at a time: others wait for it, and take it."""

    def __init__(self, lasts: timedelta | None = None) -> None:
        """Keep it for so long, or (None) until what it is of has changed."""
        self._lasts, self._lock = lasts, Lock()
        self._known: tuple[object, datetime, Value] | None = None

    def of(self, state: object, now: datetime, make: Callable[[], Value]) -> Value:
        """The value for a state of what it is made of, such as the generation of the knowledge base."""
        with self._lock:
            if self._known and self._known[0] == state and not self._old(self._known[1], now): return self._known[2]
            value = make()
            self._known = state, now, value
            return value

    def _old(self, since: datetime, now: datetime) -> bool:
        return self._lasts is not None and now - since >= self._lasts
