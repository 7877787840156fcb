"""What waits in the database, looked up when somebody asks, and at most every few seconds."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select

from core.clock import Clock
from core.db import Database
from core.errors import Unavailable
from core.outbox import OutboxItem
from kb.service import KnowledgeBase

KEPT = timedelta(seconds=5)  # that an answer serves several who ask
INCOMING = "incoming"  # the kind of what was heard from Slack and is not answered yet

# One look through the index of what is open: it is short, however many items there were before.
_OPEN = (
    select(OutboxItem.kind, func.count(), func.min(OutboxItem.created_at))
    .where(OutboxItem.done_at.is_(None)).group_by(OutboxItem.kind)
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waited at one time: by kind, how many items and since when; `up` is whether the database answered."""

    at: datetime
    up: bool = True
    rows: Sequence[tuple[str, int, datetime]] = field(default=())


class Backlog(Collector):
    """The gauges of the database, which all processes share, and of this process's pool and knowledge base."""

    def __init__(self, database: Database, kb: KnowledgeBase, clock: Clock) -> None:
        """Take what is looked at."""
        self._database, self._kb, self._clock = database, kb, clock
        self._lock = threading.Lock()
        self._last: Waiting | None = None

    def describe(self) -> Iterator[Metric]:
        """Nothing: registering it asks no database."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The gauges as they are now."""
        found = self._waiting()
        yield GaugeMetricFamily("firstline_database_up", "Whether the database answered.", value=float(found.up))
        yield from _pool(self._database.engine.pool)
        if found.up: yield from _outbox(found)
        yield from self._knowing()

    def _waiting(self) -> Waiting:
        with self._lock:  # several who ask at once are told the same
            now = self._clock()
            if self._last is None or not timedelta() <= now - self._last.at < KEPT: self._last = self._look(now)
            return self._last

    def _look(self, now: datetime) -> Waiting:
        try:
            with self._database.reading() as session: rows = [tuple(row) for row in session.execute(_OPEN)]
        except Unavailable:
            return Waiting(at=now, up=False)
        return Waiting(at=now, rows=rows)  # type: ignore[arg-type]  # a row is a tuple of the three

    def _knowing(self) -> Iterator[Metric]:
        index = self._kb.held()
        if index is None: return
        yield GaugeMetricFamily("firstline_kb_generation", "The state that is searched.", value=index.generation)
        yield GaugeMetricFamily("firstline_kb_items", "Articles and recipes that can be found.", value=len(index.items))


def _outbox(found: Waiting) -> Iterator[Metric]:
    depth = GaugeMetricFamily("firstline_outbox_waiting", "Items to deliver.", labels=["kind"])
    age = GaugeMetricFamily("firstline_outbox_oldest_seconds", "Age of the oldest of them.", labels=["kind"])
    incoming, oldest = 0, 0.0
    for kind, count, since in found.rows:
        seconds = max((found.at - since).total_seconds(), 0.0)
        if kind == INCOMING: incoming, oldest = count, seconds
        else:
            depth.add_metric([kind], count)
            age.add_metric([kind], seconds)
    yield from (depth, age)
    yield GaugeMetricFamily("firstline_incoming_waiting", "Messages heard and not yet answered.", value=incoming)
    yield GaugeMetricFamily("firstline_incoming_oldest_seconds", "Age of the oldest of them.", value=oldest)


def _pool(pool: Any) -> Iterator[Metric]:
    in_use = pool.checkedout() if hasattr(pool, "checkedout") else 0
    yield GaugeMetricFamily("firstline_database_connections_in_use", "Connections of this process.", value=in_use)
