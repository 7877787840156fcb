"""The figures as Prometheus reads them, and who may."""

from collections.abc import Iterator
from hmac import compare_digest
from ipaddress import ip_address

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.registry import Collector

from core.settings import Settings


class _Shown(Collector):
    """A registry's figures without the time at which each was made: twice as many lines that nobody asks for."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def describe(self) -> Iterator[Metric]:
        """Nothing: the figures are collected once, when they are shown."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        for metric in self._registry.collect():
            metric.samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
            yield metric


def exposition(registry: CollectorRegistry) -> bytes:
    """Every figure in Prometheus's text format."""
    shown = CollectorRegistry()
    shown.register(_Shown(registry))
    return generate_latest(shown)


def refusal(settings: Settings, authorization: str) -> str:
    """Why somebody may not read the figures; empty if they may.

    With a token, whoever shows it may. Without one, only where nobody else can come: the server listens on this machine
    alone, and has no public address whose proxy would pass others on.
    """
    token = settings.metrics_token.get_secret_value()
    if token:
        shown = authorization.encode("utf-8", "replace")
        return "" if compare_digest(shown, f"Bearer {token}".encode()) else "The token is missing or wrong."
    if _alone(settings): return ""
    return "Set FIRSTLINE_METRICS_TOKEN: others could reach this page."


def _alone(settings: Settings) -> bool:
    if settings.web_host == "localhost": return not settings.public_url
    try:
        return ip_address(settings.web_host).is_loopback and not settings.public_url
    except ValueError:
        return False
