"""Firstline in one process, with a company at work in it: the real core, listeners and pages over a `Quiet` Slack.

Every case begins with the same database: what it did is undone.
"""

import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import slack_bolt.context.respond.respond as responding
from slack_bolt import App, BoltRequest
from slack_bolt.adapter.asgi import SlackRequestHandler
from slack_sdk.errors import SlackApiError
from sqlalchemy import Connection, event
from starlette.applications import Starlette

from bot import carrying
from bot.assistant.syncing import Incoming
from bot.bootstrap import Core, make_assistant, open_core
from bot.sandbox.seed import load_seed
from bot.slack import intake
from bot.slack.directory import Directory
from bot.slack.listeners import messages, register
from bot.slack.outbound import SlackOutbound
from bot.slack.preview import previewer
from bot.slack.signed import Signed
from bot.slack.signing_in import SlackDoor
from bot.slack.surface import SlackSurface
from bot.web.app import create_web
from bot.web.posted import Posted
from bot.web.studio.visit import Studio
from bot.worker import Worker
from core.errors import TryLater, Unavailable
from core.outbox import Attempt
from tests.fakes import FakeClock
from tests.functional.office import SEED, Prepared, settings_over
from tests.fuzz.engine import Wrong
from tests.fuzz.workspace import Quiet

SIGNING = "0123456789abcdef"
SECRET = "whsec_" + "c2VjcmV0" * 4
ADDRESS = "https://it.example"
TOKENS = {
    "slack_bot_token": "xoxb-fuzz", "slack_app_token": "xapp-fuzz", "slack_signing_secret": SIGNING,
    "slack_client_id": "1.2", "slack_client_secret": "secret", "actions_url": "http://127.0.0.1:9/",
    "actions_secret": SECRET, "tickets_system": "webhook", "tickets_url": "http://127.0.0.1:9/", "tickets_secret": SECRET,
}  # fmt: skip
ITEMS = 12  # of the outbox, that a case may bring about and that are delivered within it


class Hearing:
    """Deals with what was written down, and lets what is no refusal be logged at the first attempt."""

    def __init__(self, surface: SlackSurface) -> None:
        """Take the surface that it was said on."""
        self._surface, self._heard = surface, intake.Heard(surface)

    def deliver(self, kind: str, payload: dict[str, Any], attempt: Attempt) -> None:
        """As `Heard.deliver`.

        Raises:
            Exception: something unexpected, which `Heard` tries again.
        """
        try:
            self._heard.deliver(kind, payload, attempt)
        except TryLater as error:
            unexpected = error.__cause__ if not isinstance(error.__cause__, (Unavailable, SlackApiError, OSError)) else None
            raise unexpected or error from error


class AtOnce(Executor):
    """Runs a listener before anything else goes on."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run it now."""
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


class Listed(App):
    """The Bolt app, which also tells what was connected to it: kind and constraints of each listener, in order."""

    def __init__(self, **rest: Any) -> None:
        """Nothing is connected yet."""
        self.connected: list[tuple[str, Any]] = []
        super().__init__(**rest)

    def _init_context(self, req: BoltRequest) -> None:
        """Let Bolt itself call this Slack too, instead of a client of its own."""
        super()._init_context(req)
        req.context["client"] = self.client

    def _noting(self, kind: str, constraints: Any, *rest: Any, **more: Any) -> Any:
        self.connected.append((kind, constraints))
        return getattr(super(), kind)(constraints, *rest, **more)

    def event(self, event: Any, *rest: Any, **more: Any) -> Any:
        """See App."""
        return self._noting("event", event, *rest, **more)

    def action(self, constraints: Any, *rest: Any, **more: Any) -> Any:
        """See App."""
        return self._noting("action", constraints, *rest, **more)

    def view(self, constraints: Any, *rest: Any, **more: Any) -> Any:
        """See App."""
        return self._noting("view", constraints, *rest, **more)

    def command(self, command: Any, *rest: Any, **more: Any) -> Any:
        """See App."""
        return self._noting("command", command, *rest, **more)

    def shortcut(self, constraints: Any, *rest: Any, **more: Any) -> Any:
        """See App."""
        return self._noting("shortcut", constraints, *rest, **more)

    def options(self, constraints: Any, *rest: Any, **more: Any) -> Any:
        """See App."""
        return self._noting("options", constraints, *rest, **more)


class World:
    """One Firstline."""

    def __init__(self, core: Core, clock: FakeClock) -> None:
        """Put it together as `bot.starting` does, without sockets and threads."""
        self.core, self.clock, self.slack = core, clock, Quiet(load_seed(SEED))
        self.wrote: set[tuple[str, str]] = set()
        self.odd: list[str] = []
        self._engine, self._kept = core.database.engine, self.slack.state()
        self._connection: Connection
        self.assistant = make_assistant(core, ADDRESS)
        self.assistant.staffing.enrol()
        directory = Directory(self.slack, self.assistant, clock)
        self.surface = SlackSurface(
            client=self.slack, assistant=self.assistant, directory=directory, bot_user=self.slack.seed.app.bot_user
        )
        self.app = Listed(
            client=self.slack, signing_secret=SIGNING, token_verification_enabled=False, listener_executor=AtOnce(),
            raise_error_for_unhandled_request=False,
        )
        intake.register(self.app, self.surface, lambda: None)
        register(self.app, self.surface)
        self.app.connected += [("event", kind) for kind in sorted(messages.TYPES)]  # taken in before any listener
        self.hearer = Worker(core.database, Hearing(self.surface), clock, only=carrying.INCOMING, at_once=4, forget=True)
        self.worker = Worker(
            core.database, SlackOutbound(self.surface), clock, but=carrying.KINDS, gave_up=self.assistant.replying.gave_up
        )
        for user in self.slack.users: directory.person(user)
        event.listen(core.database.engine, "before_cursor_execute", self._look)

    @cached_property
    def web(self) -> Starlette:
        """The pages and hooks."""
        core, assistant = self.core, self.assistant
        door = SlackDoor(self.slack, assistant, self.clock, "1.2", "secret")
        studio = Studio(
            assistant=assistant, address=ADDRESS, door=door, preview=previewer(assistant.parts),
            thread=self.surface.directory.message_link, clock=self.clock,
        )
        take = Incoming(core.database, assistant.parts.desk, self.clock, "webhook", SECRET).take
        pictures = core.settings.data_dir / "pictures"
        handler: Any = SlackRequestHandler(self.app, path="/slack/events")
        slack = Posted(handler, Signed(SIGNING), lambda: None)
        return create_web(
            core.kb, lambda text: core.encoder.encode([text])[0], list, "extension 4400", slack, pictures=pictures,
            tickets=take, studio=studio, clock=self.clock,
        )

    def dispatch(self, body: Any) -> Any:
        """What Slack sends, to the listener that takes it; what Bolt answers. None: Bolt itself cannot read it."""
        try:
            request = BoltRequest(body=body, mode="socket_mode")
        except (TypeError, AttributeError, KeyError, ValueError):
            return None
        return self.app.dispatch(request)

    def deliver(self, most: int = ITEMS) -> None:
        """Deliver what waits in the outbox."""
        while most > 0 and (done := self.hearer.work_once() + self.worker.work_once()): most -= done

    # -- undoing ---------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """From here on every case begins."""
        self.core.kb.settle()
        self._kept, self._connection = self.slack.state(), self._engine.connect()
        self._begin()
        self.core.database.engine = self._connection  # type: ignore[assignment]  # sessions take either

    def settle_again(self) -> None:
        """Let what was done since `settle` stand too."""
        self._connection.get_transaction().commit()  # type: ignore[union-attr]  # there is always one
        self._begin()

    @property
    def cookie(self) -> str:
        """The name of the session's cookie."""
        return "__Host-firstline"

    def close(self) -> None:
        """Give the database back."""
        if self.core.database.engine is self._engine: return
        self._connection.close()
        self.core.database.engine = self._engine

    def _begin(self) -> None:
        self._connection.begin()
        self._connection.begin_nested()
        self.wrote.clear()
        self.odd.clear()

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What happens within is undone. Sessions join its transaction, and take their savepoints in it."""
        now = self.clock.now
        self.wrote.clear()
        self.odd.clear()
        try:
            yield
        finally:
            self.clock.now = now
            self.slack.back_to(self._kept)
            if self.wrote:
                self._connection.get_transaction().rollback()  # type: ignore[union-attr]  # there is always one
                self._begin()

    def _look(self, _conn: Any, _cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:  # noqa: FBT001 - SQLAlchemy's
        """Note what is written, and what PostgreSQL would refuse of it though SQLite takes it."""
        words = statement.split(None, 3)
        if words[0] not in ("INSERT", "UPDATE", "DELETE"): return
        table = words[2] if words[0] in ("INSERT", "DELETE") else words[1]
        self.wrote |= {(words[0], name) for name in _names(table.strip('"'), words[0], context)}
        for row in parameters if many and isinstance(parameters[0], (tuple, dict)) else [parameters]:
            for value in row.values() if isinstance(row, dict) else row:
                if isinstance(value, str) and "\x00" in value: self.odd.append(f"NUL into {table}")
        self._lengths(table, context)

    def _lengths(self, table: str, context: Any) -> None:
        compiled = getattr(context, "compiled", None)
        for row in getattr(context, "compiled_parameters", None) or ():
            for name, value in row.items():
                bind = compiled.binds.get(name)
                most = getattr(getattr(bind, "type", None), "length", None)
                if most and isinstance(value, str) and len(value) > most: self.odd.append(f"too long for {table}.{name}")
                if isinstance(value, int) and abs(value) > 2**63 - 1: self.odd.append(f"too large for {table}.{name}")

    def must_be_sound(self) -> None:
        """Raise what was noted.

        Raises:
            Wrong: a value that PostgreSQL refuses was written, or somebody was told a reference.
        """
        if self.odd: raise Wrong(self.odd[0])
        told = next((text for text in self.slack.said if "E-" in text and "reference" in text.lower()), None)
        if told: raise Wrong("a reference was told")


def _names(table: str, verb: str, context: Any) -> set[str]:
    """A table as `World.wrote` calls it; of the outbox with whose words it is where people ask, as `outbox of U1`."""
    if (verb, table) != ("INSERT", "outbox"): return {table}
    rows = getattr(context, "compiled_parameters", None) or [{}]
    return {f"outbox of {row['payload']['event'].get('user')}" if row.get("kind") in carrying.INCOMING else table for row in rows}


class Responded:
    """What takes the answer to a `response_url`, in the place of Slack's client for it."""

    def __init__(self, url: Any, **_rest: Any) -> None:
        """Take the address."""
        if not isinstance(url, str) or not url.startswith("https://"): raise ValueError(f"unknown url type: {url!r}")

    def send_dict(self, body: dict[str, Any]) -> None:
        """Take an answer."""
        if not body: raise ValueError("nothing is said")


@contextmanager
def open_world(prepared: Prepared) -> Iterator[World]:
    """A Firstline in a folder of memory, gone at the end."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder in memory, where there is one; every name in it is new
    clock = FakeClock()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None))
        shutil.copytree(prepared.folder, folder, dirs_exist_ok=True)  # the encoder is in memory already
        settings = settings_over(Path(folder), **TOKENS)
        core = stack.enter_context(open_core(settings, encoder=prepared.encoder, clock=clock))
        event.listen(core.database.engine, "connect", _fast)
        before, responding.WebhookClient = responding.WebhookClient, Responded  # type: ignore[misc]
        stack.callback(setattr, responding, "WebhookClient", before)
        world = World(core, clock)
        stack.callback(world.close)
        yield world


def _fast(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")
