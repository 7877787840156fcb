"""Traces: spans in memory and at a collector, none with anybody's words; and nothing at all without a collector."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot.operations.metrics import Metrics
from bot.operations.watching import Watch
from core import tracing
from core.db import Database
from core.encoder import HashingEncoder
from core.errors import BadInput, ConfigProblem
from core.people import PUBLIC
from core.remembering import Remembering
from core.tracing import Traces
from core.watching import FollowingThreads, stage, watched
from kb.service import KnowledgeBase
from tests.fakes import FakeClock

WORDS = "my printer in room 7 is on fire"


@pytest.fixture
def memory() -> InMemorySpanExporter:
    """Where spans go."""
    return InMemorySpanExporter()


@pytest.fixture
def watch(memory: InMemorySpanExporter) -> Iterator[Watch]:
    """Somebody who watches."""
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(memory))
    yield Watch(Metrics(), Traces(provider.get_tracer("test")))
    provider.shutdown()


def by_name(memory: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    """The last span of each name."""
    return {span.name: span for span in memory.get_finished_spans()}


def test_a_question_is_a_tree(
    watch: Watch, memory: InMemorySpanExporter, sqlite_database: Database, clock: FakeClock
):
    """Reading, encoding, searching and the transaction lie within the question, none with the person's words."""
    encoder = HashingEncoder()
    kb = KnowledgeBase(sqlite_database, encoder, clock)
    with watched(watch, "Ev0123"), stage("question"):
        kb.search(Remembering(encoder).encode([WORDS])[0], WORDS, PUBLIC)
        with sqlite_database.transaction(): pass
    found = by_name(memory)
    question = found["question"].context
    assert question
    for name in ("encode", "search", "transaction"):
        parent = found[name].parent
        assert parent
        assert parent.span_id == question.span_id
    assert {(span.attributes or {})["firstline.trace"] for span in found.values()} == {"Ev0123"}
    assert "printer" not in "".join(span.to_json() for span in found.values())


def test_threads_follow(watch: Watch, memory: InMemorySpanExporter):
    """What is handed to another thread belongs to the same trace."""
    def work() -> None:
        with stage("slack", method="chat.postMessage"): pass

    with FollowingThreads(max_workers=1) as threads, watched(watch), stage("slack_event"):
        done: Future[None] = threads.submit(work)
        done.result(30)
    found = by_name(memory)
    assert found["slack"].parent
    assert found["slack_event"].context
    assert found["slack"].parent.span_id == found["slack_event"].context.span_id
    assert (found["slack"].attributes or {})["firstline.method"] == "chat.postMessage"


def test_an_error_is_told_by_its_kind(watch: Watch, memory: InMemorySpanExporter):
    """Its message may hold anybody's words, and stays out."""
    with pytest.raises(BadInput, match="printer"), watched(watch), stage("question"): raise BadInput(WORDS)
    [span] = memory.get_finished_spans()
    assert (span.attributes or {})["error.type"] == "BadInput"
    assert not span.status.is_ok
    assert "printer" not in span.to_json()


class Collector(BaseHTTPRequestHandler):
    """An OTLP/HTTP receiver on this machine."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Take in spans."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, body, self.headers.get("Content-Encoding")))  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


def test_a_collector_gets_them(monkeypatch: pytest.MonkeyPatch):
    """Spans arrive over OTLP/HTTP, with the service's name, when the process ends at the latest."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"): monkeypatch.delenv(name, raising=False)
    server = HTTPServer(("127.0.0.1", 0), Collector)
    server.got = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with tracing.tracing(f"http://127.0.0.1:{server.server_port}") as traces:
            assert traces
            with traces.stage("question", decision="answer"): pass
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    [(path, body, packed)] = server.got  # type: ignore[attr-defined]
    assert (path, packed) == ("/v1/traces", None)
    [told] = ExportTraceServiceRequest.FromString(body).resource_spans
    assert {one.key: one.value.string_value for one in told.resource.attributes}["service.name"] == "firstline"
    assert [span.name for scope in told.scope_spans for span in scope.spans] == ["question"]


def test_without_the_packages(monkeypatch: pytest.MonkeyPatch):
    """A collector is set, but nothing is there to talk to it: one line that tells what to install."""
    monkeypatch.setattr(tracing, "find_spec", lambda _name: None)
    with pytest.raises(ConfigProblem, match=r"firstline\[traces\]"), tracing.tracing("http://127.0.0.1:4318"): pass


def test_without_a_collector_nothing_is_imported():
    """None of its packages is loaded, and a stage that nobody watches is the same nothing each time."""
    code = (
        "import sys, bot.starting, core.tracing as t\n"
        "with t.tracing('') as traces: assert traces is None\n"
        "assert not [name for name in sys.modules if name.startswith('opentelemetry')]"
    )
    ran = subprocess.run(  # noqa: S603 - this Python
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    assert stage("question") is stage("encode")
