"""Everything by which a running process is operated, put together once."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib.metadata import version
from typing import Any

from sqlalchemy.orm import Session

from bot.operations import readiness
from bot.operations.backlog import Backlog
from bot.operations.delivering import CountedOutbound, Delivers
from bot.operations.exposing import exposition, refusal
from bot.operations.facts import FactCounter
from bot.operations.metrics import Metrics
from bot.operations.readiness import Check, Lives
from bot.operations.watching import Watch
from bot.pairs import Pairs
from core.clock import Clock
from core.db import Database
from core.outbox import OutboxItem
from core.settings import Settings
from core.tracing import tracing
from core.watching import watched
from kb.service import KnowledgeBase

ANSWERING = frozenset({"bot", "web"})  # roles that look things up
GaveUp = Callable[[Session, OutboxItem, str], None]


class Operations:
    """The figures, the readiness and the watch of one process. `workers` are the ones whose life it depends on."""

    def __init__(
        self, settings: Settings, database: Database, kb: KnowledgeBase, clock: Clock, watch: Watch, metrics: Metrics
    ) -> None:
        """Take what is looked at."""
        self.metrics, self.watch, self._clock, self._settings = metrics, watch, clock, settings
        self.workers: list[Lives] = []
        self._checks: list[Check] = [
            readiness.database(database), readiness.workers(lambda: self.workers), readiness.room(settings.database_url)
        ]  # fmt: skip
        metrics.registry.register(Backlog(database, kb, clock))
        database.committed = FactCounter(metrics)

    def also(self, check: Check) -> None:
        """Be ready only if this holds, too."""
        self._checks.append(check)

    def ready(self) -> list[str]:
        """Why this process should get no traffic yet; nothing when it is ready."""
        return readiness.reasons(self._checks)

    def figures(self) -> bytes:
        """What /metrics tells."""
        return exposition(self.metrics.registry)

    def refusal(self, authorization: str) -> str:
        """Why somebody may not read that; see `exposing.refusal`."""
        return refusal(self._settings, authorization)

    def outbound(self, outbound: Delivers) -> CountedOutbound:
        """Somebody's deliveries, counted."""
        return CountedOutbound(outbound, self.metrics, self._clock, self.watch)

    def gave_up(self, then: GaveUp = lambda *_: None) -> GaveUp:
        """What happens with an item that ends undelivered, counted."""

        def counted(session: Session, item: OutboxItem, error: str) -> None:
            self.metrics.given_up.labels(item.kind).inc()
            then(session, item, error)

        return counted

    def look(self, look: Callable[[], object]) -> Callable[[], object]:
        """A look around, watched."""

        def seen() -> object:
            with self.watching(): return look()

        return seen

    def watching(self) -> AbstractContextManager[Any]:
        """The work in hand, watched."""
        return watched(self.watch)


@contextmanager
def operating(
    settings: Settings, database: Database, kb: KnowledgeBase, encoder: str, clock: Clock, roles: Sequence[str] = ()
) -> Iterator[Operations]:
    """A process's figures, readiness and watch; traces that were made go out at the end.

    `encoder` is the name of the one that the models belong to. Where no question is answered, `roles` being other ones,
    neither an index nor models are asked for.
    """
    metrics = Metrics()
    metrics.info.labels(version("firstline"), ",".join(roles) or "all").set(1)
    with tracing(settings.traces_url) as traces:
        watch = Watch(metrics, traces)
        made = Operations(settings, database, kb, clock, watch, metrics)
        if not roles or ANSWERING & set(roles):
            made.also(readiness.knowledge(lambda: len(kb.index().items)))
            made.also(readiness.models(lambda: Pairs(settings.state_dir).serving(encoder)))
        with watched(watch): yield made
