"""Counts what transactions did, once they are committed."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.operations.metrics import Metrics
from core.noting import Noted

BREACH = 100  # percent of a promised time that are used up when the promise is broken


class FactCounter:
    """Told by the database of every committed transaction."""

    def __init__(self, metrics: Metrics) -> None:
        """Take where to count."""
        self._metrics = metrics

    def __call__(self, noted: Sequence[Noted]) -> None:
        """Count what one transaction did."""
        for one in noted: self._count(one.about, one.facts)

    def _count(self, about: str, facts: Mapping[str, Any]) -> None:
        match about:
            case "fact": self._metrics.facts.labels(facts["kind"]).inc()
            case "turn": self._metrics.questions.labels(facts["decision"]).inc()
            case "action": self._metrics.actions.labels(facts["name"], facts["what"]).inc()
            case "again": self._metrics.duplicates.inc()
            case "ticket": self._ticket(facts)

    def _ticket(self, facts: Mapping[str, Any]) -> None:
        where = (str(facts["tier"]), facts["queue"])
        match facts["what"]:
            case "opened": self._metrics.opened.labels(*where).inc()
            case "resolved": self._metrics.resolved.labels(*where).inc()
            case "warned" if BREACH in facts.get("rungs", ()):
                self._metrics.breaches.labels(facts["target"], *where).inc()
