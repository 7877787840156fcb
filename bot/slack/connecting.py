"""The ends of Slack: the app that hears it, its connection, and what Firstline is to itself there."""

import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.assistant import Assistant
from bot.operations.operations import Operations
from bot.operations.readiness import slack
from bot.slack.directory import Directory
from bot.slack.signing_in import SlackDoor
from bot.slack.surface import SlackSurface, passing
from bot.slack.watched import WatchedApp
from core.clock import Clock
from core.errors import ConfigProblem, Unavailable
from core.settings import Settings
from core.watching import FollowingThreads
from handoff.destinations.snapshots import Link

log = logging.getLogger("firstline.slack")
log.setLevel(logging.WARNING)  # Bolt tells of every connection and event below that

SIGN_IN = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")  # Bolt that sees them expects to be installed by many workspaces
NOT_NOW = "Slack is busy, or has trouble of its own; try again in a minute."
LISTENERS = 10  # threads that handle clicks and forms; each is busy for a few milliseconds


def make_app(
    settings: Settings, client: WebClient, stack: ExitStack, ops: Operations, myself: AuthorizeResult
) -> App:
    """The app, with threads of its own until the end."""
    threads = FollowingThreads(max_workers=LISTENERS, thread_name_prefix="slack")
    stack.callback(threads.shutdown)
    secret = settings.slack_signing_secret.get_secret_value() or "unused-in-socket-mode"
    with _hushed(), _unseen(*SIGN_IN):  # Bolt warns of a token in the environment: it is the same one
        return WatchedApp(
            ops.metrics, ops.watch, client, signing_secret=secret, logger=log, authorize=lambda: myself,
            listener_executor=threads, raise_error_for_unhandled_request=False
        )


def who_am_i(client: WebClient) -> AuthorizeResult:
    """Who Firstline is in the workspace: asked once, before anything is heard.

    Bolt would ask with the first event, and acknowledge what came without a look at it when Slack does not answer.

    Raises:
        ConfigProblem: Slack refuses the token.
        Unavailable: Slack cannot be reached, or takes no more calls for now.
    """
    try:
        return AuthorizeResult.from_auth_test_response(auth_test_response=client.auth_test(), bot_token=client.token)
    except SlackApiError as error:
        if passing(error): raise Unavailable(NOT_NOW) from None
        raise ConfigProblem([f"SLACK_BOT_TOKEN: Slack answered {error.response['error']}; check the token."]) from None
    except OSError as error:
        raise Unavailable(f"Slack cannot be reached at {client.base_url} ({error}).") from None


def make_surface(client: WebClient, assistant: Assistant, clock: Clock, myself: AuthorizeResult) -> SlackSurface:
    """Firstline as it is met in Slack."""
    return SlackSurface(
        client=client, assistant=assistant, directory=Directory(client, assistant, clock),
        bot_user=str(myself.bot_user_id),
    )


def connect(settings: Settings, app: App, stack: ExitStack, ops: Operations) -> None:
    """Have Slack send what happens over a connection of ours, until the end.

    Raises:
        ConfigProblem: Slack refuses the token.
        Unavailable: Slack cannot be reached, or takes no more calls for now.
    """
    handler = SocketModeHandler(app, settings.slack_app_token.get_secret_value(), logger=log)
    try:
        with _hushed():  # a refusal is told below
            handler.connect()  # type: ignore[no-untyped-call]  # slack-bolt does not annotate it
    except SlackApiError as error:
        if passing(error): raise Unavailable(NOT_NOW) from None
        raise ConfigProblem([f"SLACK_APP_TOKEN: Slack answered {error.response['error']}; check the token."]) from None
    except OSError as error:
        raise Unavailable(f"Slack cannot be reached ({error}).") from None
    stack.callback(_hang_up, handler)
    ops.also(slack(handler.client.is_connected))


def _hang_up(handler: SocketModeHandler) -> None:
    """Close the connection. An event whose acknowledgement is cut off comes again: no reason for a traceback."""
    with _hushed(): handler.close()  # type: ignore[no-untyped-call]  # slack-bolt does not annotate it


@contextmanager
def _unseen(*names: str) -> Iterator[None]:
    """Take variables out of the environment for a while."""
    kept = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(kept)


@contextmanager
def _hushed() -> Iterator[None]:
    """Keep Bolt quiet about what is no problem, or is told in our own words."""
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(logging.WARNING)


def make_door(settings: Settings, client: WebClient, assistant: Assistant) -> SlackDoor | None:
    """Where people sign in on the web; nothing where the app could not prove itself to Slack."""
    name, secret = settings.slack_client_id, settings.slack_client_secret.get_secret_value()
    return SlackDoor(client, assistant, assistant.parts.clock, name, secret) if name and secret else None


def message_link(client: WebClient) -> Link:
    """How a message is addressed; https://api.slack.com/methods/chat.getPermalink tells the form."""
    workspace = str(client.auth_test().get("url", "")).rstrip("/")
    return lambda channel, ts: f"{workspace}/archives/{channel}/p{ts.replace('.', '')}" if workspace else ""
