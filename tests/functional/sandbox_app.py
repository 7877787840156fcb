"""A tiny real Bolt app for the tests of the sandbox: it writes down what it hears and answers a little."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from slack_bolt import Ack, App, Respond, Say
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.sandbox.seed import Seed, load_seed
from bot.sandbox.server import SandboxServer

PATIENCE = 60.0  # seconds to wait for something that should happen at once
WATCHED = 0.5  # seconds between two looks of the client at its connection: how soon it notices a lost one
HELP, GENERAL, LEVEL2, OPS = "C0ITHELP01", "C0GENERAL1", "C0ITL20001", "C0ITOPS001"
EMMA, LIAM, NOOR, BOT = "U0EMMALARS", "U0LIAMOKAF", "U0NOORHADD", "U0FIRSTBOT"
SEED = Path(__file__).parents[2] / "data" / "sandbox.yaml"
# What the sandbox can do beyond what Firstline asks for.
MORE_EVENTS = ("member_joined_channel", "reaction_added")
MORE_SCOPES = (
    "channels:join", "chat:write.customize", "im:read", "reactions:read", "reactions:write", "team:read",
)

Json = dict[str, Any]


def seed(**changes: Any) -> Seed:
    """The demo's workspace, its app allowed and told everything that the sandbox knows, with changes.

    It waits long for an acknowledgement: a slow machine is sent nothing twice.
    """
    demo = load_seed(SEED)
    app = demo.app.model_copy(update={"events": demo.app.events + MORE_EVENTS, "scopes": demo.app.scopes + MORE_SCOPES})
    return demo.model_copy(update={"app": app, "ack_seconds": PATIENCE} | changes)


class Clock:
    """Real time that a test may push forward."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def __call__(self) -> float:
        """Unix seconds."""
        return time.time() + self._ahead

    def forward(self, seconds: float) -> None:
        """Let seconds pass at once."""
        self._ahead += seconds


class Heard:
    """What the app was told, by kind, in order."""

    def __init__(self) -> None:
        self._queues: dict[str, queue.Queue[Json]] = {}
        self._lock = threading.Lock()

    def _queue(self, kind: str) -> "queue.Queue[Json]":
        with self._lock:
            return self._queues.setdefault(kind, queue.Queue())

    def note(self, kind: str, body: Json) -> None:
        """Write one thing down."""
        self._queue(kind).put(body)

    def next(self, kind: str, seconds: float = PATIENCE) -> Json:
        """The next thing of a kind; queue.Empty if it does not come."""
        return self._queue(kind).get(timeout=seconds)

    def nothing(self, kind: str) -> bool:
        """Whether nothing of a kind is left."""
        return self._queue(kind).empty()

    def forget(self) -> None:
        """Start anew."""
        with self._lock:
            self._queues.clear()


def client(server: SandboxServer) -> WebClient:
    """A Web API client of the app."""
    return WebClient(token="xoxb-sandbox-firstline", base_url=server.api_url)


BUTTONS = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "Did that *help*?"}},
    {"type": "actions", "elements": [
        {"type": "button", "text": {"type": "plain_text", "text": "Yes"}, "action_id": "yes", "value": "run-1"},
        {"type": "button", "text": {"type": "plain_text", "text": "Form"}, "action_id": "form", "value": "run-1"},
        {"type": "static_select", "action_id": "pick", "options": [
            {"text": {"type": "plain_text", "text": "One"}, "value": "1"},
            {"text": {"type": "plain_text", "text": "Two"}, "value": "2"}]},
    ]},
    {"type": "context_actions", "elements": [
        {"type": "feedback_buttons", "action_id": "feedback",
         "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "good"},
         "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "bad"}}]},
]


def form(title: str = "New ticket", callback_id: str = "ticket", **more: Any) -> Json:
    """A modal with one required and one optional input."""
    return {
        "type": "modal", "callback_id": callback_id, "private_metadata": "run-1",
        "title": {"type": "plain_text", "text": title}, "submit": {"type": "plain_text", "text": "Send"},
        "blocks": [
            {"type": "input", "block_id": "what", "label": {"type": "plain_text", "text": "What"},
             "element": {"type": "plain_text_input", "action_id": "title"}},
            {"type": "input", "block_id": "more", "optional": True, "label": {"type": "plain_text", "text": "More"},
             "element": {"type": "plain_text_input", "action_id": "details", "multiline": True}},
        ],
    } | more


def build_app(server: SandboxServer, heard: Heard, **settings: Any) -> App:
    """The app, with all its listeners."""
    logger = logging.getLogger("sandbox-test-app")
    logger.setLevel(logging.CRITICAL)
    app = App(client=client(server), logger=logger, signing_secret="sandbox-signing-secret", **settings)
    for register in (_events, _actions, _views, _commands):
        register(app, heard)
    return app


def _events(app: App, heard: Heard) -> None:
    @app.event("message")
    def message(body: Json, event: Json, say: Say, request: Any) -> None:
        heard.note("message", body | {"headers": request.headers})
        if event.get("text") == "buttons":
            say(text="Did that help?", blocks=BUTTONS, thread_ts=event["ts"])

    @app.event("app_mention")
    def mention(body: Json, event: Json, say: Say) -> None:
        heard.note("app_mention", body)
        say(text="Here I am", thread_ts=event["ts"])

    @app.event("app_home_opened")
    def home(body: Json, event: Json, client: WebClient) -> None:
        heard.note("app_home_opened", body)
        if event["tab"] == "home":
            client.views_publish(user_id=event["user"], view={
                "type": "home", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Welcome"}}]})

    @app.event("reaction_added")
    def reaction(body: Json) -> None:
        heard.note("reaction_added", body)

    @app.event("member_joined_channel")
    def joined(body: Json) -> None:
        heard.note("member_joined_channel", body)


def _actions(app: App, heard: Heard) -> None:
    def noted(action_id: str, then: Callable[[Json, WebClient, Respond], None] | None = None) -> None:
        @app.action(action_id)
        def listener(ack: Ack, body: Json, client: WebClient, respond: Respond) -> None:
            ack()
            if then:
                then(body, client, respond)
            heard.note(action_id, body)

    noted("yes", lambda _, __, respond: respond(text="Glad to hear it", replace_original=True))
    noted("form", lambda body, client, _: client.views_open(trigger_id=body["trigger_id"], view=form()))
    for name in ("pick", "feedback", "home_button"):
        noted(name)


def _views(app: App, heard: Heard) -> None:
    @app.view("ticket")
    def ticket(ack: Ack, body: Json, view: Json) -> None:
        title = view["state"]["values"]["what"]["title"]["value"]
        answers: dict[str, Json] = {
            "bad": {"response_action": "errors", "errors": {"what": "Too vague"}},
            "next": {"response_action": "push", "view": form("Second")},
            "again": {"response_action": "update", "view": form("Changed")},
            "all": {"response_action": "clear"},
        }
        ack(**answers.get(title, {}))
        heard.note("ticket", body)

    @app.view_closed("ticket")
    def closed(ack: Ack, body: Json) -> None:
        ack()
        heard.note("closed", body)


def _commands(app: App, heard: Heard) -> None:
    @app.command("/it")
    def command(ack: Ack, body: Json, respond: Respond) -> None:
        ack("Looking…")
        heard.note("/it", body)
        respond(text=f"Asked: {body['text']}", response_type="in_channel")

    @app.shortcut("ask_firstline")
    def on_message(ack: Ack, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=form("From a message"))
        heard.note("shortcut", body)

    @app.shortcut("ask_global")
    def anywhere(ack: Ack, body: Json) -> None:
        ack()
        heard.note("shortcut", body)


@contextmanager
def connected(app: App) -> Iterator[SocketModeHandler]:
    """The app over Socket Mode, from its first hello on."""
    handler = SocketModeHandler(app, "xapp-sandbox-firstline", ping_interval=WATCHED)
    greeted = threading.Event()
    handler.client.on_message_listeners.append(lambda text: greeted.set() if '"hello"' in text else None)
    handler.connect()
    assert greeted.wait(PATIENCE)
    try:
        yield handler
    finally:
        handler.close()
