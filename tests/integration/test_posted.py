"""What anybody may post to /slack/events: nothing of it is believed, or written into the log, before it is signed."""

import io
import json
import logging
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt.adapter.asgi import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.operations.metrics import Metrics
from bot.operations.watching import Watch
from bot.sandbox.http_delivery import signature
from bot.slack.signed import Signed
from bot.slack.watched import WatchedApp
from bot.web.app import _slack_routes
from bot.web.posted import Posted
from core import logs

PATH, SECRET, JSON, FORM = "/slack/events", "a signing secret", "application/json", "application/x-www-form-urlencoded"
FORGED = "Ev1]\n2026-11-22 10:00:00,000 INFO firstline.audit: The history is as it was written ["
NO_EVENTS = [
    (JSON, "[]"), (JSON, "1"), (JSON, "null"), (JSON, '"x"'), (JSON, "{"), (JSON, "[" * 100_000),
    (JSON, '{"authorizations":[1]}'), (JSON, '{"event":"x","team":7}'), (FORM, urlencode({"payload": "null"})),
    (FORM, urlencode({"payload": "[]"})), (FORM, urlencode({"payload": "{"})),
]  # fmt: skip


@pytest.fixture(scope="module")
def app() -> WatchedApp:
    """Bolt's app, as `serve` makes it."""
    metrics, log = Metrics(), logging.getLogger("firstline.slack")
    me = AuthorizeResult(enterprise_id=None, team_id="T1", bot_user_id="U0", bot_token="xoxb-1")
    made = WatchedApp(
        metrics, Watch(metrics), WebClient("xoxb-1"), signing_secret=SECRET, logger=log, authorize=lambda: me,
        raise_error_for_unhandled_request=False, process_before_response=True,
    )
    made.event("message")(lambda event: logging.getLogger("heard").error("heard %s", event["text"]))
    return made


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What is written into the log."""
    written, root = io.StringIO(), logging.getLogger()
    ours = logs.handler("text", stream=written)
    root.addHandler(ours)
    yield written
    root.removeHandler(ours)


@pytest.fixture
def client(app: WatchedApp) -> TestClient:
    """Whoever reaches the address."""
    handler: Any = SlackRequestHandler(app, path=PATH)
    return TestClient(Starlette(routes=_slack_routes(Posted(handler, Signed(SECRET)))))


def post(client: TestClient, body: str | bytes, kind: str = JSON, *, at: str = "", secret: str = "") -> int:
    """Post something, signed where there is a secret; the status."""
    at = at or str(int(time.time()))
    signed = signature(secret, at, body if isinstance(body, str) else body.decode("latin-1")) if secret else "v0=1"
    headers = {"content-type": kind, "x-slack-request-timestamp": at, "x-slack-signature": signed}
    return client.post(PATH, content=body, headers=headers).status_code


@pytest.mark.parametrize("at", ["", "soon", "-1", "1.5", "9" * 400, "²"])
def test_an_event_that_is_not_signed_forges_no_line(client: TestClient, log: io.StringIO, at: str) -> None:
    """It gets 401, and one line of ours, whatever it says and whenever it says that it was sent."""
    headers = {"x-slack-request-timestamp": at.encode()} if at else {}
    body = json.dumps({"event_id": FORGED, "type": "event_callback"})
    assert client.post(PATH, content=body, headers={"content-type": JSON, **headers}).status_code == 401
    said = [line for line in log.getvalue().splitlines() if "firstline.audit" in line or "bot.web" in line]
    words = "A request to /slack/events was refused: not signed by Slack"
    assert [line.partition("bot.web.posted: ")[2] for line in said] == [words]


@pytest.mark.parametrize(("kind", "body"), NO_EVENTS)
def test_what_is_no_event_is_refused(client: TestClient, log: io.StringIO, kind: str, body: str) -> None:
    """Unsigned it gets 401 as everything does, signed 400; neither leaves a traceback."""
    assert [post(client, body, kind), post(client, body, kind, secret=SECRET)] == [401, 400]
    assert "Traceback" not in log.getvalue()


def test_a_body_that_is_no_text_is_refused(client: TestClient) -> None:
    """The signature is over bytes, and is looked at first."""
    assert post(client, b"\xff\xfe") == 401


def test_an_event_of_slack_is_heard(client: TestClient, log: io.StringIO) -> None:
    """Signed and whole it gets to its listener, and the lines that it leaves carry its id; not one that is none."""
    def body(name: str) -> str:
        event = {"type": "message", "channel": "C1", "user": "U1", "text": "hello", "ts": "1.2"}
        return json.dumps({"type": "event_callback", "event_id": name, "event": event, "team_id": "T1"})

    assert [post(client, body(name), secret=SECRET) for name in ("Ev0123", FORGED)] == [200, 200]
    assert [line.partition("heard: ")[2] for line in log.getvalue().splitlines() if " heard: " in line] == [
        "heard hello [Ev0123]", "heard hello"]
    assert post(client, body("Ev0123"), at=str(int(time.time()) - 600), secret=SECRET) == 401
