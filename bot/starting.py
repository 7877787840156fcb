"""Firstline up and running: Slack, web and worker around the core, on a real workspace or on the local one."""

import logging
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt import App
from slack_bolt.adapter.asgi import SlackRequestHandler
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import carrying
from bot.assistant import Assistant, Parts
from bot.assistant.syncing import Incoming
from bot.bootstrap import Core, make_assistant
from bot.carrying import AutomationOutbound
from bot.lookup import Lookup
from bot.sandbox.seed import load_seed
from bot.sandbox.server import SandboxServer
from bot.slack import intake
from bot.slack.busy import Busy
from bot.slack.directory import Directory
from bot.slack.listeners import register
from bot.slack.once import OnceClient
from bot.slack.outbound import SlackOutbound
from bot.slack.preview import previewer
from bot.slack.roll import Roll
from bot.slack.signing_in import SlackDoor
from bot.slack.surface import SlackSurface
from bot.web.app import create_web
from bot.web.faults import Fault, Faults
from bot.web.hooks import Take
from bot.web.server import WebServer
from bot.web.studio.visit import Studio
from bot.worker import Bell, Worker
from core.errors import ConfigProblem, Unavailable
from core.settings import Settings, need_slack
from handoff import outages
from handoff.desk import Desk
from handoff.destinations.kinds import TicketSystem
from handoff.destinations.snapshots import Link
from handoff.destinations.syncing import Syncing

log = logging.getLogger("firstline.slack")
log.setLevel(logging.WARNING)  # Bolt tells of every connection and event below that

CALLERS = 3  # threads that call the automation: while one waits ten seconds for an answer, the others go on
SYNCERS = 2  # threads that tell the ticket system
LISTENERS = 10  # threads that handle clicks and forms; each is busy for a few milliseconds
SIGN_IN = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")  # Bolt that sees them expects to be installed by many workspaces
HEARERS = 10  # threads that answer messages; mostly they wait for Slack to take the reply
LEFT_BEHIND = 2.0  # seconds between two looks of each of them for what others have left


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A Firstline that is up. `help_url` is where its articles are read."""

    assistant: Assistant
    app: App
    worker: Worker
    help_url: str


@contextmanager
def running(core: Core) -> Iterator[Running]:
    """Slack, web and worker, up until the end of the block.

    Raises:
        ConfigProblem: settings are missing, or Slack refuses the tokens; a line for each.
        Unavailable: Slack cannot be reached, or a port is taken.
    """
    settings = core.settings
    need_slack(settings)
    with ExitStack() as stack:
        client = OnceClient(token=settings.slack_bot_token.get_secret_value(), base_url=settings.slack_api_url)
        myself = _myself(client)
        app = _app(settings, client, stack, myself)
        web = WebServer(None, settings.web_host, settings.web_port)
        stack.callback(web.stop)
        web.listen()
        address = settings.public_url.rstrip("/") or web.url
        assistant = make_assistant(core, address)
        assistant.staffing.enrol()
        surface = SlackSurface(
            client=client, assistant=assistant, directory=Directory(client, assistant, core.clock),
            bot_user=str(myself.bot_user_id),
        )
        bell = Bell()
        intake.register(app, surface, bell.ring)
        register(app, surface)
        door = _door(settings, client, assistant)
        if door: assistant.overviews.studio = f"{address}/studio"
        studio = Studio(
            assistant=assistant, address=address, door=door, preview=previewer(assistant.parts),
            thread=surface.directory.message_link, clock=core.clock,
        )
        web.serve(_web(core, app, studio))
        outbound, busy = SlackOutbound(surface), Busy(surface)
        look = lambda: assistant.look() + busy.look()  # noqa: E731 - one expression
        _call_the_roll(surface, stack)
        gave_up = assistant.replying.gave_up
        worker = _work(
            stack, Worker(core.database, outbound, core.clock, but=carrying.KINDS, look=look, gave_up=gave_up)
        )
        surface.direct.wake = bell.ring
        surface.direct.deliver = lambda key: worker.deliver_now(key)  # noqa: PLW0108 - so that a test can take it away
        _hear(stack, core, surface, bell)
        calls = AutomationOutbound(assistant.acting)
        for _ in range(CALLERS):
            _work(stack, Worker(core.database, calls, core.clock, only=carrying.ACTIONS, at_once=1))
        _sync(stack, core, assistant.parts.system, client)
        if settings.slack_mode == "socket": _connect(settings, app, stack)
        yield Running(assistant=assistant, app=app, worker=worker, help_url=f"{web.url}/help")


def _work(stack: ExitStack, worker: Worker) -> Worker:
    """Let a worker work until the end."""
    stack.callback(worker.stop)
    worker.start()
    return worker


def _hear(stack: ExitStack, core: Core, surface: SlackSurface, bell: Bell) -> None:
    """Deal with what people say: at once when this process has taken it in, soon when another one that died had."""
    heard = intake.Heard(surface)
    for _ in range(HEARERS):
        _work(
            stack,
            Worker(
                core.database, heard, core.clock, only=carrying.INCOMING, at_once=1, lease=intake.LEASE, forget=True,
                bell=bell, every=LEFT_BEHIND,
            ),
        )  # fmt: skip


def _call_the_roll(surface: SlackSurface, stack: ExitStack) -> None:
    roll = Roll(surface.directory, surface.assistant)
    stack.callback(roll.stop)
    roll.start()


def _sync(stack: ExitStack, core: Core, system: TicketSystem | None, client: WebClient) -> None:
    """Keep the ticket system told, if there is one."""
    if system is None: return
    syncing = Syncing(core.database, system, core.clock, _message_link(client))
    syncing.catch_up()
    for _ in range(SYNCERS):
        kinds, gave_up = carrying.SYNCS, syncing.gave_up
        _work(stack, Worker(core.database, syncing, core.clock, only=kinds, at_once=1, gave_up=gave_up))


def _message_link(client: WebClient) -> Link:
    """How a message is addressed; https://api.slack.com/methods/chat.getPermalink tells the form."""
    workspace = str(client.auth_test().get("url", "")).rstrip("/")
    return lambda channel, ts: f"{workspace}/archives/{channel}/p{ts.replace('.', '')}" if workspace else ""


def _myself(client: WebClient) -> AuthorizeResult:
    """Who Firstline is here: asked once, before anything is heard.

    Bolt would ask with the first event, and acknowledge what came without a look at it when Slack does not answer.
    """
    try:
        return AuthorizeResult.from_auth_test_response(auth_test_response=client.auth_test(), bot_token=client.token)
    except SlackApiError as error:
        raise ConfigProblem([f"SLACK_BOT_TOKEN: Slack answered {error.response['error']}; check the token."]) from None
    except OSError as error:
        raise Unavailable(f"Slack cannot be reached at {client.base_url} ({error}).") from None


def _app(settings: Settings, client: WebClient, stack: ExitStack, myself: AuthorizeResult) -> App:
    threads = ThreadPoolExecutor(max_workers=LISTENERS, thread_name_prefix="slack")
    stack.callback(threads.shutdown)
    secret = settings.slack_signing_secret.get_secret_value() or "unused-in-socket-mode"
    with _hushed(), _unseen(*SIGN_IN):  # Bolt warns of a token in the environment: it is the same one
        return App(
            client=client, signing_secret=secret, logger=log, authorize=lambda: myself,
            listener_executor=threads, raise_error_for_unhandled_request=False
        )


def _connect(settings: Settings, app: App, stack: ExitStack) -> None:
    handler = SocketModeHandler(app, settings.slack_app_token.get_secret_value(), logger=log)
    try:
        with _hushed():  # a refusal is told below
            handler.connect()  # type: ignore[no-untyped-call]  # slack-bolt does not annotate it
    except SlackApiError as error:
        raise ConfigProblem([f"SLACK_APP_TOKEN: Slack answered {error.response['error']}; check the token."]) from None
    stack.callback(_hang_up, handler)


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


def _door(settings: Settings, client: WebClient, assistant: Assistant) -> SlackDoor | None:
    """Where people sign in on the web; nothing where the app could not prove itself to Slack."""
    name, secret = settings.slack_client_id, settings.slack_client_secret.get_secret_value()
    return SlackDoor(client, assistant, assistant.parts.clock, name, secret) if name and secret else None


def _web(core: Core, app: App, studio: Studio) -> Any:
    desk = studio.assistant.parts.desk
    contact = f"{desk.contact.phone}, {desk.contact.hours}"
    events: Any = SlackRequestHandler(app, path="/slack/events") if core.settings.slack_mode == "http" else None
    return create_web(
        core.kb, lambda text: core.encoder.encode([text])[0], lambda: _not_ready(core), contact, events,
        pictures=core.settings.data_dir / "pictures", tickets=_incoming(core, desk), studio=studio, clock=core.clock,
        rank=_rank(studio.assistant.parts), faults=lambda: _faults(core, desk),
    )


def _rank(parts: Parts) -> Lookup:
    return Lookup(kb=parts.kb, encode=parts.encode, classifier=parts.classifier, confidence=parts.confidence)


def _faults(core: Core, desk: Desk) -> Faults:
    """The outages that last, as everybody is told of them, in the zone of the first queue."""
    zone = ZoneInfo(desk.hours[desk.queues[0].hours].time_zone)
    with core.database.reading() as session: lasting = outages.current(session)
    told = tuple(Fault(text=one.text, since=one.declared_at.astimezone(zone)) for one in lasting)
    return Faults(lasting=told, at=core.clock().astimezone(zone))


def _incoming(core: Core, desk: Desk) -> Take | None:
    """What takes the ticket system's calls; nothing where they could not be verified."""
    system, secret = core.settings.tickets_system, core.settings.tickets_secret.get_secret_value()
    return Incoming(core.database, desk, core.clock, system, secret).take if system and secret else None


def _not_ready(core: Core) -> list[str]:
    """Why this process should get no traffic yet; nothing when it is ready."""
    try:
        return [] if core.kb.index().items else ["The knowledge base is empty."]
    except Unavailable as error:
        return [str(error)]


@contextmanager
def sandbox(settings: Settings) -> Iterator[tuple[SandboxServer, Settings]]:
    """A local Slack workspace, and the settings that make Firstline connect to it."""
    seed = load_seed(settings.data_dir / "sandbox.yaml")
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    server = SandboxServer(seed, settings.sandbox_port, settings.state_dir / "sandbox.db")
    try:
        server.start()
    except OSError:
        problem = f"Port {settings.sandbox_port} is in use; set FIRSTLINE_SANDBOX_PORT to a free one."
        raise Unavailable(problem) from None
    tokens = {
        "slack_api_url": server.api_url, "slack_bot_token": seed.app.bot_token, "slack_app_token": seed.app.app_token,
        "slack_signing_secret": seed.app.signing_secret, "slack_client_id": seed.app.client_id,
        "slack_client_secret": seed.app.client_secret,
    }  # fmt: skip
    if seed.automation: tokens |= {"actions_url": server.automation_url, "actions_secret": seed.automation.secret}
    try:
        yield server, Settings.model_validate(settings.model_dump() | tokens)
    finally:
        server.stop()


