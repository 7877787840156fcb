"""Watches work for the figures, and for the traces where somebody collects them."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from prometheus_client import Histogram

from bot.operations.metrics import Metrics
from core.watching import Told
from core.watching import Watch as Watching


class Watch:
    """Times stages; each is a span, too, where there are traces."""

    def __init__(self, metrics: Metrics, traces: Watching | None = None) -> None:
        """Take where durations are counted and, if there is one, who makes spans."""
        self._metrics, self._traces = metrics, traces
        self._own: dict[str, Histogram] = {"question": metrics.question, "index": metrics.index}

    @contextmanager
    def stage(self, name: str, **told: Told) -> Iterator[None]:
        """One stage; it counts however it ends."""
        began = perf_counter()
        try:
            if self._traces is None: yield
            else:
                with self._traces.stage(name, **told): yield
        finally:
            own = self._own.get(name) or self._metrics.stage.labels(name)
            own.observe(perf_counter() - began)
