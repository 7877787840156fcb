"""Traces by OpenTelemetry, where a collector is set. Without one nothing is imported, and nothing is slower.

A span has a name and kinds, methods and counts; never a person's words. Spans go out in the background, over OTLP/HTTP;
a collector that is away costs nobody anything but the spans.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

from core import watching
from core.errors import ConfigProblem
from core.watching import Told

PREFIX = "firstline."  # of what is known of a span
NEEDED = "opentelemetry.exporter"


class Traces:
    """Makes a span of each stage; `tracer` is OpenTelemetry's."""

    def __init__(self, tracer: Any) -> None:
        """Take the tracer."""
        self._tracer = tracer

    @contextmanager
    def stage(self, name: str, **told: Told) -> Iterator[None]:
        """One span. What went wrong is told by the kind of the error alone: its message may hold anybody's words."""
        known = {f"{PREFIX}{key}": value for key, value in told.items()}
        if trace := watching.trace(): known[f"{PREFIX}trace"] = trace
        begun = self._tracer.start_as_current_span(
            name, attributes=known, record_exception=False, set_status_on_exception=False
        )
        with begun as span:
            try:
                yield
            except Exception as error:
                _failed(span, error)
                raise


def _failed(span: Any, error: Exception) -> None:
    from opentelemetry.trace import Status, StatusCode

    span.set_status(Status(StatusCode.ERROR))
    span.set_attribute("error.type", type(error).__name__)


@contextmanager
def tracing(url: str) -> Iterator[Traces | None]:
    """Traces to a collector's OTLP/HTTP address, such as http://127.0.0.1:4318; None without an address.

    Raises:
        ConfigProblem: the packages are not installed.
    """
    if not url:
        yield None
        return
    provider = _provider(url)
    try:
        yield Traces(provider.get_tracer("firstline"))
    finally:
        provider.shutdown()


def _provider(url: str) -> Any:
    if not find_spec("opentelemetry") or not find_spec(NEEDED):
        raise ConfigProblem(["FIRSTLINE_TRACES_URL: traces need more packages; run `pip install 'firstline[traces]'`."])
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create({"service.name": "firstline", "service.version": version("firstline")})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{url.rstrip('/')}/v1/traces")))
    return provider
