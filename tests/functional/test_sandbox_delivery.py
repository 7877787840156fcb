"""How the sandbox delivers: redelivery, lost connections, several connections, silence, and signed HTTP."""

import json
import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import pytest
from slack_bolt import BoltRequest
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from bot.sandbox.errors import Refused
from bot.sandbox.http_delivery import signature
from bot.sandbox.server import SandboxServer
from bot.sandbox.visitor import Visitor
from tests.functional.sandbox_app import BOT, EMMA, HELP, PATIENCE, Heard, build_app, client, connected, seed


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    """A sandbox that is quick to try again."""
    with SandboxServer(seed(retry_seconds=(0.0, 0.05))) as running:
        yield running


@pytest.fixture
def hasty(server: SandboxServer) -> SandboxServer:
    """The same, quick to give up too."""
    server.post("/ui/_test/settings", ack_seconds=0.4)
    return server


@pytest.fixture
def emma(server: SandboxServer) -> Iterator[Visitor]:
    """Emma at the page."""
    with server.visitor(EMMA) as visitor:
        yield visitor


class SilentApp:
    """A Socket Mode client that acknowledges only what it is told to."""

    def __init__(self, server: SandboxServer, acknowledge: Callable[[SocketModeRequest], bool]) -> None:
        self.requests: queue.Queue[SocketModeRequest] = queue.Queue()
        self._acknowledge = acknowledge
        self._greeted = threading.Event()
        self._client = SocketModeClient("xapp-sandbox-firstline", web_client=client(server))
        self._client.on_message_listeners.append(lambda text: self._greeted.set() if '"hello"' in text else None)
        self._client.socket_mode_request_listeners.append(self._take)

    def _take(self, connection: Any, request: SocketModeRequest) -> None:
        self.requests.put(request)
        if self._acknowledge(request):
            connection.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    def __enter__(self) -> Self:
        self._client.connect()
        assert self._greeted.wait(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()


class TestSocketMode:
    def test_an_event_is_redelivered_until_it_is_acknowledged(self, hasty, emma):
        """No acknowledgement: the same event comes again with retry_attempt and retry_reason."""
        with SilentApp(hasty, lambda request: request.retry_attempt == 2) as app:
            emma.post(HELP, "hello")
            got = [app.requests.get(timeout=PATIENCE) for _ in range(3)]
        assert [(one.retry_attempt, one.retry_reason) for one in got] == [(0, ""), (1, "timeout"), (2, "timeout")]
        assert len({one.payload["event_id"] for one in got}) == 1

    def test_an_acknowledged_event_comes_once(self, server, emma):
        """After the acknowledgement nothing is under way any more."""
        heard = Heard()
        with connected(build_app(server, heard)):
            emma.post(HELP, "hello")
            heard.next("message")
            emma.post(HELP, f"<@{BOT}> second")
            heard.next("app_mention")
            assert heard.next("message")["event"]["text"].endswith("second")
        assert heard.nothing("message")

    def test_a_test_can_redeliver_an_event(self, server, emma):
        """/ui/_test/redeliver sends the last event again, marked as asked for; Bolt sees the header."""
        heard = Heard()
        with connected(build_app(server, heard)):
            emma.post(HELP, "hello")
            first = heard.next("message")
            server.post("/ui/_test/redeliver", retry_attempt=1, event_id=first["event_id"])
            again = heard.next("message")
        assert again["event_id"] == first["event_id"]
        assert again["headers"]["x-slack-retry-num"] == ["1"]

    def test_events_are_kept_while_nobody_is_connected(self, server, emma):
        """What happened before the app came is delivered in order when it connects."""
        for text in ("one", "two", "three"):
            emma.post(HELP, text)
        heard = Heard()
        with connected(build_app(server, heard)):
            texts = {heard.next("message")["event"]["text"] for _ in range(3)}
        assert texts == {"one", "two", "three"}

    def test_only_so_many_events_are_kept(self):
        """Beyond kept_events the oldest are dropped."""
        with SandboxServer(seed(kept_events=2)) as server, server.visitor(EMMA) as emma:
            for text in ("one", "two", "three"):
                emma.post(HELP, text)
            heard = Heard()
            with connected(build_app(server, heard)):
                texts = {heard.next("message")["event"]["text"] for _ in range(2)}
            assert texts == {"two", "three"}
            assert heard.nothing("message")

    @pytest.mark.parametrize("warned", [False, True])
    def test_the_app_reconnects_after_its_socket_is_dropped(self, server, emma, warned):
        """With or without a warning, Bolt comes back and hears what was said meanwhile."""
        heard = Heard()
        with connected(build_app(server, heard)):
            emma.push("app", lambda push: push["connected"])
            assert server.post("/ui/_test/drop_socket", warned=warned)["dropped"] == 1
            emma.post(HELP, "still there?")
            assert heard.next("message")["event"]["text"] == "still there?"

    def test_two_connections_share_the_events(self):
        """Each event goes to one connection, once, however slow the app is; together they get all of them."""
        heard = Heard()
        with SandboxServer(seed()) as patient, patient.visitor(EMMA) as emma:
            app = build_app(patient, heard)
            with connected(app), connected(app):
                assert patient.get("/ui/_test/deliveries")["connections"] == 2
                for number in range(10): emma.post(HELP, str(number))
                texts = {heard.next("message")["event"]["text"] for _ in range(10)}
        assert texts == {str(number) for number in range(10)}
        assert heard.nothing("message")

    def test_an_eleventh_connection_is_turned_away(self, server):
        """Ten connections are the most that one app may have."""
        def url() -> str:
            return str(client(server).apps_connections_open(app_token="xapp-sandbox-firstline")["url"])

        with ExitStack() as ten:
            greetings = [ten.enter_context(connect(url(), proxy=None)).recv() for _ in range(10)]
            assert [json.loads(one)["num_connections"] for one in greetings] == list(range(1, 11))
            with connect(url(), proxy=None) as eleventh:
                assert json.loads(eleventh.recv())["reason"] == "too_many_websockets"

    def test_a_ticket_opens_one_connection(self, server):
        """The url of apps.connections.open cannot be used twice."""
        url = client(server).apps_connections_open(app_token="xapp-sandbox-firstline")["url"]
        with connect(url, proxy=None) as first:
            assert json.loads(first.recv())["type"] == "hello"
        with pytest.raises(InvalidStatus), connect(url, proxy=None):
            pass


class TestSilence:
    def test_nobody_connected_is_told_to_the_person(self, emma):
        """A command without an app shows that it is not responding."""
        assert emma.act("command", channel=HELP, command="/it", text="") == {"ok": False, "error": "dispatch_failed"}
        assert emma.push("notice")["text"].startswith("Firstline is not responding.")
        assert emma.get("workspace")["app"]["connected"] is False

    def test_no_acknowledgement_in_time_is_told_too(self, hasty, emma):
        """A click that the app does not acknowledge is told to the person, once."""
        with SilentApp(hasty, lambda _: False) as app:
            assert emma.act("shortcut", callback_id="ask_global")["ok"] is False
            assert app.requests.get(timeout=PATIENCE).type == "interactive"
            assert emma.push("notice")["text"] == "Firstline is not responding."
            assert app.requests.empty()

    def test_an_unacknowledged_submission_keeps_the_modal(self, hasty, emma):
        """The modal shows the reason and stays open."""
        with SilentApp(hasty, lambda _: False) as app:
            emma.act("shortcut", callback_id="ask_global")
            trigger = app.requests.get(timeout=PATIENCE).payload["trigger_id"]
            view = client(hasty).views_open(trigger_id=trigger, view={
                "type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [{"type": "divider"}]})["view"]
            with pytest.raises(Refused, match="not responding"):
                emma.submit(view, {})
            client(hasty).views_update(view_id=view["id"], view={
                "type": "modal", "title": {"type": "plain_text", "text": "U"}, "blocks": []})


class RequestUrl:
    """A tiny HTTP server in front of a Bolt app; `fail` answers 500 to that many requests first."""

    def __init__(self) -> None:
        self.fail = 0
        self.seen: queue.Queue[tuple[dict[str, str], str]] = queue.Queue()
        self.app: Any = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.take(self)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}/slack/events"

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request through Bolt, or fail it."""
        body = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
        headers = {name.lower(): value for name, value in handler.headers.items()}
        if '"url_verification"' not in body:
            self.seen.put((headers, body))
        if self.fail and '"url_verification"' not in body:
            self.fail -= 1
            handler.send_error(500)
            return
        answer = self.app.dispatch(BoltRequest(body=body, headers=headers))
        handler.send_response(answer.status)
        for name, value in answer.first_headers().items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write((answer.body or "").encode())

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENCE)


@pytest.fixture
def over_http() -> Iterator[tuple[RequestUrl, Heard, Visitor]]:
    """A sandbox that posts to a Bolt app's request url."""
    with RequestUrl() as address:
        app = seed().app.model_copy(update={"delivery": "http", "request_url": address.url})
        with SandboxServer(seed(app=app, retry_seconds=(0.0, 0.05))) as server, server.visitor(EMMA) as emma:
            heard = Heard()
            address.app = build_app(server, heard)
            emma.push("app", lambda push: push["connected"])
            yield address, heard, emma


class TestHttp:
    def test_events_come_signed(self, over_http):
        """Bolt accepts the signature, which is Slack's v0 HMAC over the raw body."""
        address, heard, emma = over_http
        emma.post(HELP, "hello")
        assert heard.next("message")["event"]["text"] == "hello"
        headers, body = address.seen.get(timeout=PATIENCE)
        assert headers["x-slack-signature"] == signature(
            "sandbox-signing-secret", headers["x-slack-request-timestamp"], body)

    def test_commands_and_modals_work(self, over_http):
        """Commands are forms, interactions are a payload field, answers are in the response."""
        _, heard, emma = over_http
        emma.act("command", channel=HELP, command="/it", text="x")
        assert heard.next("/it")["command"] == "/it"
        assert emma.message(lambda one: bool(one.get("ephemeral")))["text"] == "Looking…"
        ts = emma.post(HELP, "printer")
        emma.act("shortcut", callback_id="ask_firstline", channel=HELP, ts=ts)
        view = emma.push("view_open")["view"]
        assert emma.submit(view, {"title": {"value": "bad"}})["errors"] == {"what": "Too vague"}

    def test_a_failed_event_is_sent_again_with_its_number(self, over_http):
        """A 500 is retried with X-Slack-Retry-Num and X-Slack-Retry-Reason."""
        address, heard, emma = over_http
        address.fail = 1
        emma.post(HELP, "hello")
        assert heard.next("message")["headers"]["x-slack-retry-num"] == ["1"]
        assert "x-slack-retry-num" not in address.seen.get(timeout=PATIENCE)[0]
        assert address.seen.get(timeout=PATIENCE)[0]["x-slack-retry-reason"] == "http_error"


def test_a_balancer_sends_to_any_that_is_up():
    """Of two processes behind one address both get events; when one is gone the other gets them all."""
    with RequestUrl() as one, ExitStack() as stack:
        other = stack.enter_context(RequestUrl())
        app = seed().app.model_copy(update={"delivery": "http", "request_urls": (one.url, other.url)})
        with SandboxServer(seed(app=app, retry_seconds=(0.0, 0.05))) as server, server.visitor(EMMA) as emma:
            heard = Heard()
            one.app = other.app = build_app(server, heard)
            emma.push("app", lambda push: push["connected"])
            for number in range(20):
                emma.post(HELP, str(number))
                heard.next("message")
            assert not one.seen.empty()
            assert not other.seen.empty()
            stack.close()
            for number in range(5):
                emma.post(HELP, str(number))
                heard.next("message")


def test_a_taken_port_is_one_clear_line():
    """Starting on a port that is in use raises OSError with what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"Port {port} of 127.0.0.1 is taken"):
            SandboxServer(seed(), port).start()
