"""Firstline up and running: Slack, web and worker around the core, on a real workspace or on the local one."""

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.asgi import SlackRequestHandler

from bot import crew
from bot.assistant import Assistant
from bot.bootstrap import Core, make_assistant
from bot.duties import ALL, Duty, check, check_clock
from bot.hosting import make_web
from bot.operations.operations import Operations, operating
from bot.sandbox.seed import load_seed
from bot.sandbox.server import SandboxServer
from bot.slack import intake
from bot.slack.connecting import connect, make_app, make_door, make_surface, who_am_i
from bot.slack.listeners import register
from bot.slack.preview import previewer
from bot.slack.signed import Signed
from bot.slack.surface import TIMEOUT, SlackSurface
from bot.slack.watched import WatchedClient
from bot.web.posted import Posted
from bot.web.server import WebServer
from bot.web.studio.visit import Studio
from bot.worker import Bell, Worker
from core import private
from core.alone import only_one
from core.errors import Unavailable
from core.settings import Settings, need_slack


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A Firstline that is up. `help_url` is where its articles are read; `worker` posts replies as they are made."""

    assistant: Assistant
    app: App
    worker: Worker
    help_url: str


@contextmanager
def running(core: Core, duties: Collection[Duty] = ALL) -> Iterator[Running]:
    """Slack, web and worker, as far as they are duties of this process, up until the end of the block.

    Raises:
        ConfigProblem: settings are missing, or Slack refuses the tokens; a line for each.
        Unavailable: Slack cannot be reached, a port is taken, or another process has the SQLite file.
    """
    settings = core.settings
    need_slack(settings, connects=Duty.BOT in duties)
    check(settings, duties)
    check_clock(core.database)
    with ExitStack() as stack:
        roles = () if set(duties) >= ALL else sorted(duties)
        ops = stack.enter_context(operating(settings, core.database, core.kb, core.encoder.name, core.clock, roles))
        token, api = settings.slack_bot_token.get_secret_value(), settings.slack_api_url
        client = WatchedClient(ops.metrics, token=token, base_url=api, timeout=TIMEOUT)
        myself = who_am_i(client)
        stack.enter_context(only_one(core.database))  # before anything is written, until everything has ended
        app = make_app(settings, client, stack, ops, myself)
        web = WebServer(None, settings.web_host, settings.web_port)
        stack.callback(web.stop)
        web.listen()
        address = settings.public_url.rstrip("/") or web.url
        assistant = make_assistant(core, address)
        assistant.staffing.enrol()
        surface = make_surface(client, assistant, core.clock, myself)
        worker = crew.poster(stack, core, surface, ops)
        surface.direct.deliver = lambda key: worker.deliver_now(key)  # noqa: PLW0108 - so that a test can take it away
        bell = Bell(crew.HEARERS)
        surface.direct.wake = bell.ring
        intake.register(app, surface, bell.ring)
        register(app, surface)
        web.serve(make_web(core, _studio(core, surface, address), duties, _posted(settings, app, duties, ops), ops))
        workers: list[Worker] = []
        if Duty.WORKER in duties: workers += crew.deliver(stack, core, surface, worker, ops)
        if Duty.BOT in duties: workers += crew.hear(stack, core, surface, bell, ops)
        crew.listen(stack, core, workers)
        if Duty.BOT in duties and settings.slack_mode == "socket": connect(settings, app, stack, ops)
        yield Running(assistant=assistant, app=app, worker=worker, help_url=f"{web.url}/help")


def _studio(core: Core, surface: SlackSurface, address: str) -> Studio:
    """What the editors' pages work with; where they sign in is told in Slack as well."""
    assistant = surface.assistant
    door = make_door(core.settings, surface.client, assistant)
    if door: assistant.overviews.studio = f"{address}/studio"
    return Studio(
        assistant=assistant, address=address, door=door, preview=previewer(assistant.parts),
        thread=surface.directory.message_link, clock=core.clock,
    )


def _posted(settings: Settings, app: App, duties: Collection[Duty], ops: Operations) -> Any:
    """What takes the events that Slack posts; nothing where they come over a connection, or to another process."""
    if settings.slack_mode != "http" or Duty.BOT not in duties: return None
    refused = ops.metrics.events.labels("other", "refused")
    handler: Any = SlackRequestHandler(app, path="/slack/events")
    return Posted(handler, Signed(settings.slack_signing_secret.get_secret_value()), refused.inc)


@contextmanager
def sandbox(settings: Settings) -> Iterator[tuple[SandboxServer, Settings]]:
    """A local Slack workspace, and the settings that make Firstline connect to it."""
    seed = load_seed(settings.data_dir / "sandbox.yaml")
    private.folder(settings.state_dir)
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


