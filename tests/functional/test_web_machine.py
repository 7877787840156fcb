"""What machines ask of the web application: health, readiness, Slack's events; and what happens when things break."""

import logging
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.app import SLACK_BODY_LIMIT, create_web
from bot.web.guard import SECURITY_HEADERS
from bot.web.server import WebServer
from core.clock import utc_now
from core.db import Base, Database
from core.encoder import HashingEncoder, Vectors
from core.errors import Unavailable
from kb.service import KnowledgeBase

ENCODER = HashingEncoder()
THREADS = 40  # anyio's default number of worker threads


class Slack:
    """Takes Slack's posts, and tells how many bytes came."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the length of the body."""
        body = await Request(scope, receive).body()
        await PlainTextResponse(f"{len(body)} bytes, signed {scope['path']}")(scope, receive, send)


def encode(text: str) -> Vectors:
    """One text's vector."""
    row: Vectors = ENCODER.encode([text])[0]
    return row


def broken(_text: str) -> Vectors:
    """An encoder that fails, as one without memory does."""
    raise MemoryError("nothing left for secret words")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """A database with its tables."""
    made = Database(f"sqlite:///{tmp_path}/kb.db")
    Base.metadata.create_all(made.engine)
    return made


@contextmanager
def serving(app: ASGIApp) -> Iterator[httpx.Client]:
    """A client of the running application."""
    with WebServer(app, "127.0.0.1", 0) as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        yield client


@pytest.fixture
def kb(database: Database) -> KnowledgeBase:
    """An empty knowledge base."""
    return KnowledgeBase(database, ENCODER, utc_now)


def test_health_and_readiness_differ(kb: KnowledgeBase) -> None:
    """A process that lives but cannot work is healthy and not ready, and says why."""
    reasons = ["The database has no tables."]
    with serving(create_web(kb, encode, lambda: reasons, "")) as client:
        assert client.get("/health").json() == {"status": "ok"}
        answer = client.get("/ready")
        assert (answer.status_code, answer.json()) == (503, {"ready": False, "reasons": reasons})
        reasons.clear()
        answer = client.get("/ready")
        assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": []})


def test_health_answers_while_everything_is_busy(kb: KnowledgeBase) -> None:
    """With every worker thread held up, /health still answers."""
    release, held = threading.Event(), threading.Semaphore(0)

    def slow() -> list[str]:
        held.release()
        release.wait(20)
        return []

    with serving(create_web(kb, encode, slow, "")) as client:
        ask = partial(httpx.get, f"{client.base_url}/ready", trust_env=False, timeout=120)
        with ThreadPoolExecutor(THREADS) as askers:
            answers = [askers.submit(ask) for _ in range(THREADS)]
            assert all(held.acquire(timeout=60) for _ in range(THREADS))
            assert client.get("/health").status_code == 200
            release.set()
            assert {answer.result().status_code for answer in answers} == {200}


def test_slack_events_are_passed_on(kb: KnowledgeBase) -> None:
    """A post to /slack/events reaches Slack's application whole, in one piece or in many."""
    with serving(create_web(kb, encode, list, "", Slack())) as client:
        assert client.post("/slack/events", content=b"x" * 300_000).text == "300000 bytes, signed /slack/events"
        assert client.post("/slack/events", content=iter([b"ab", b"", b"c"])).text == "3 bytes, signed /slack/events"
        assert client.post("/slack/events", content=b"x" * SLACK_BODY_LIMIT).status_code == 200


def test_slack_events_have_a_limit(kb: KnowledgeBase) -> None:
    """A body over 1 MB is refused, whether it tells its length or comes in pieces; the next request works."""
    with serving(create_web(kb, encode, list, "", Slack())) as client:
        assert client.post("/slack/events", content=b"x" * (SLACK_BODY_LIMIT + 1)).status_code == 413
        pieces = (b"x" * 1_000 for _ in range(SLACK_BODY_LIMIT // 1_000 + 1))
        assert client.post("/slack/events", content=pieces).status_code == 413
        assert client.post("/slack/events", content=b"x").status_code == 200


def test_without_slack_there_is_no_such_address(kb: KnowledgeBase) -> None:
    """In Socket Mode nothing listens for Slack's posts."""
    with serving(create_web(kb, encode, list, "")) as client:
        assert client.post("/slack/events", content=b"x").status_code == 404


def test_other_methods_are_refused(kb: KnowledgeBase) -> None:
    """The pages only take GET and HEAD, and say so."""
    with serving(create_web(kb, encode, list, "", Slack())) as client:
        answer = client.post("/help")
        assert (answer.status_code, set(answer.headers["allow"].split(", "))) == (405, {"GET", "HEAD"})
        assert "Method not allowed" in answer.text
        assert client.get("/slack/events").status_code == 405
        assert client.head("/help").status_code == 200


@pytest.mark.parametrize(
    "path", ["/help", "/help?q=x", "/help/none", "/", "/health", "/ready", "/static/help.css", f"/help?q={'x' * 501}"]
)
def test_every_answer_has_the_security_headers(kb: KnowledgeBase, path: str) -> None:
    """Pages, errors, files and JSON carry the same careful headers, and no name of a server."""
    with serving(create_web(kb, encode, list, "")) as client:
        headers = client.get(path).headers
        assert {name: headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
        assert "server" not in headers


def test_an_error_has_a_reference(kb: KnowledgeBase, caplog: pytest.LogCaptureFixture) -> None:
    """What breaks is one page with a reference; the log has it too, with the cause, and not what was searched for."""
    with serving(create_web(kb, broken, list, "extension 4400")) as client, caplog.at_level(logging.ERROR):
        answer = client.get("/help?q=my+own+words")
    assert answer.status_code == 500
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "nothing left" not in answer.text
    assert "Traceback" not in answer.text
    reference = re.search(r"E-[0-9A-F]{6}", answer.text)
    assert reference
    record = next(record for record in caplog.records if reference[0] in record.getMessage())
    assert record.exc_info
    assert "my own words" not in caplog.text
    assert [r for r in caplog.records if r.exc_info] == [record]


def test_a_database_that_is_away(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Without its database the process lives on: 503 with plain words and a reference, and health is fine."""
    empty = KnowledgeBase(Database(f"sqlite:///{tmp_path}/no-tables.db"), ENCODER, utc_now)
    with serving(create_web(empty, encode, list, "")) as client, caplog.at_level(logging.ERROR):
        answer = client.get("/help")
        assert answer.status_code == 503
        assert "taking a short break" in answer.text
        assert "no such table" not in answer.text
        assert client.get("/health").status_code == 200
    reference = re.search(r"E-[0-9A-F]{6}", answer.text)
    assert reference
    assert reference[0] in caplog.text


def test_an_error_in_the_middle_breaks_the_connection(caplog: pytest.LogCaptureFixture, kb: KnowledgeBase) -> None:
    """An answer that fails half way is not passed off as whole."""

    class HalfWay:
        async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"10")]})
            await send({"type": "http.response.body", "body": b"half", "more_body": True})
            raise RuntimeError("gone")

    with serving(create_web(kb, encode, list, "", HalfWay())) as client, caplog.at_level(logging.CRITICAL):
        with pytest.raises(httpx.RemoteProtocolError): client.post("/slack/events", content=b"x")
        assert client.get("/health").status_code == 200


def test_a_taken_port_is_named(kb: KnowledgeBase) -> None:
    """A second server on a port says which one, and what to set."""
    app = create_web(kb, encode, list, "")
    with WebServer(app, "127.0.0.1", 0) as first:
        with pytest.raises(Unavailable, match=rf"Port {first.port} is in use.*FIRSTLINE_WEB_PORT"):
            WebServer(app, "127.0.0.1", first.port).start()
        assert httpx.get(f"{first.url}/health", trust_env=False).status_code == 200


def test_a_host_that_is_not_ours_is_named(kb: KnowledgeBase) -> None:
    """An address of another machine cannot be listened on; the message names the setting."""
    with pytest.raises(Unavailable, match=r"192\.0\.2\.1.*FIRSTLINE_WEB_HOST"):
        WebServer(create_web(kb, encode, list, ""), "192.0.2.1", 0).start()


def test_a_stopped_server_gives_its_port_back(kb: KnowledgeBase) -> None:
    """After a stop, and a second one, the same port can be taken again at once."""
    app = create_web(kb, encode, list, "")
    first = WebServer(app, "127.0.0.1", 0).start()
    assert httpx.get(f"{first.url}/health", trust_env=False).status_code == 200
    first.stop()
    first.stop()
    with pytest.raises(httpx.ConnectError): httpx.get(f"{first.url}/health", trust_env=False)
    with WebServer(app, "127.0.0.1", first.port) as second: assert second.url == first.url


def test_an_address_for_everybody_is_shown_as_this_machine(kb: KnowledgeBase) -> None:
    """A server on all addresses tells an address that a browser here can open."""
    everywhere = "0.0.0.0"  # noqa: S104 - the address under test
    with WebServer(create_web(kb, encode, list, ""), everywhere, 0) as server:
        assert server.url == f"http://127.0.0.1:{server.port}"
        assert httpx.get(f"{server.url}/health", trust_env=False).status_code == 200
