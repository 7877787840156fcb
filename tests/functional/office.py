"""Firstline at work in Brightwater: the real thing over a real connection, and the people who talk to it."""

import re
import shutil
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from threading import Barrier
from time import monotonic
from typing import Any

from slack_sdk import WebClient

from bot.bootstrap import Core, import_content, open_core
from bot.learning import train_models
from bot.sandbox.errors import Refused
from bot.sandbox.seed import App, Seed, load_seed
from bot.sandbox.server import SandboxServer
from bot.sandbox.visitor import Visitor
from bot.slack import ids, texts
from bot.slack.connecting import LISTENERS
from bot.starting import Running, running
from core.clock import Clock, utc_now
from core.encoder import Encoder
from core.settings import Settings, load_settings
from kb.cookbook import Recipe
from tests.sharing import link

DATA = Path(__file__).parents[2] / "data"
SEED = DATA / "sandbox.yaml"
EMMA, LIAM, PRIYA, NOOR, MARCUS = "U0EMMALARS", "U0LIAMOKAF", "U0PRIYANAI", "U0NOORHADD", "U0MARCUSWE"
BOT = "U0FIRSTBOT"
HELP, GENERAL, LEVEL2, LEVEL3, OPS = "C0ITHELP01", "C0GENERAL1", "C0ITL20001", "C0ITL30001", "C0ITOPS001"
BUSY = texts.BUSY.partition("{")[0]  # how the word begins that a message waits
PATIENCE = 60.0  # seconds to wait for what should take one: two busy cores may train a model meanwhile

ROOM = "how do I book a meeting room with a screen?"
VPN = "vpn is stuck on connecting"
SMOKE = "there is smoke coming out of my laptop"
LUNCH = "what's a good place for lunch?"
HUMAN = "please let me talk to a human about this"
NUMBER = re.compile(r"(?:INC|REQ)-\d{6}")
CLOSED = {"action": "close", "view": None}  # what a modal's page does after a submission that was taken

Json = dict[str, Any]


# -- Firstline ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What a first start makes: a full database, trained models, an encoder. It is copied, and never used itself."""

    folder: Path
    exported: Path
    encoder: Encoder

    def copy(self, folder: Path) -> None:
        """Put it all into a folder. The encoder's files, nearly all of it, are links: nothing ever changes them."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        link(self.exported, folder)

    def settings(self, folder: Path, **changes: Any) -> Settings:
        """Settings over a copy of it in a folder."""
        self.copy(folder)
        return settings_over(folder, **changes)


def settings_over(folder: Path, **changes: Any) -> Settings:
    """Settings that keep everything in one folder, and take any free port."""
    places = {"database_url": f"sqlite:///{folder}/firstline.db", "state_dir": folder, "data_dir": DATA}
    return load_settings(**(places | {"web_port": 0, "public_url": "", "encoder": ""} | changes))


def prepare(folder: Path, encoder: Encoder) -> None:
    """Load the shipped articles and recipes, and train the models: over half a minute."""
    with open_core(settings_over(folder), encoder=encoder) as core:
        import_content(core)
        train_models(core)


def tokens(server: SandboxServer, app: App) -> Json:
    """The settings that connect Firstline to a sandbox."""
    return {"slack_api_url": server.api_url, "slack_bot_token": app.bot_token, "slack_app_token": app.app_token,
            "slack_signing_secret": app.signing_secret, "slack_client_id": app.client_id,
            "slack_client_secret": app.client_secret}


def automation(server: SandboxServer, seed: Seed) -> Json:
    """The settings that connect Firstline to a sandbox's sample automation."""
    if seed.automation is None: return {}
    return {"actions_url": server.automation_url, "actions_secret": seed.automation.secret}


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """One workspace with a Firstline in it."""

    server: SandboxServer
    core: Core
    up: Running

    def person(self, user: str) -> "Colleague":
        """Somebody at the page, who hears everything from here on."""
        return Colleague(self.server.url, user)

    def bot(self) -> WebClient:
        """Firstline's own hands, for what a test does in its name."""
        return WebClient(token=self.core.settings.slack_bot_token.get_secret_value(), base_url=self.server.api_url)

    def recipe(self, slug: str) -> Recipe:
        """A recipe as Firstline has it."""
        found, _ = self.core.kb.recipe(slug)
        return found

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database holds."""
        database = sqlite3.connect(self.core.settings.state_dir / "firstline.db")
        try:
            return database.execute(query, values).fetchall()
        finally:
            database.close()

    def all_heard(self) -> None:
        """Wait until everything that was said or pressed has been dealt with."""
        late = monotonic() + PATIENCE
        while self.server.get("/ui/_test/deliveries")["waiting"]: assert monotonic() < late
        gate = Barrier(LISTENERS + 1)  # passed once none of the listeners' threads is at anything else
        for _ in range(LISTENERS): self.up.app.listener_runner.listener_executor.submit(gate.wait, PATIENCE)
        gate.wait(PATIENCE)
        while self.rows("select id from outbox where kind = 'incoming' and done_at is null"):
            assert monotonic() < late

    def calls(self, method: str) -> list[Json]:
        """The API calls of one method that the workspace has seen."""
        seen: list[Json] = self.server.get(f"/ui/_test/calls?method={method}")["calls"]
        return seen

    def asked_as(self, decision: str, *texts: str) -> str:
        """The first of these texts on which Firstline decides in a certain way, so that a test survives a new model."""
        judge = self.up.assistant.understanding.judge
        employees = frozenset({"employees"})
        return next(text for text in texts if judge(text, employees, own=text).decision.name == decision)


@contextmanager
def open_office(
    prepared: Prepared, folder: Path, *, seed: Seed | None = None, clock: Clock = utc_now, **changes: Any
) -> Iterator[Office]:
    """A sandbox and a Firstline that begins with a copy of what was prepared."""
    seed = (seed or load_seed(SEED)).model_copy(update={"ack_seconds": PATIENCE})
    with SandboxServer(seed) as server:
        settings = prepared.settings(folder, **(tokens(server, seed.app) | automation(server, seed) | changes))
        with open_core(settings, encoder=prepared.encoder, clock=clock) as core, running(core) as up:
            yield Office(server=server, core=core, up=up)


# -- people -------------------------------------------------------------------------------------------------------


class Colleague(Visitor):
    """A person who asks Firstline, or works on its tickets."""

    @cached_property
    def dm(self) -> str:
        """The direct messages with Firstline."""
        return next(str(one["id"]) for one in self.get("workspace")["ims"] if one["with"] == BOT)

    def hear(self, match: Callable[[Json], bool]) -> Json:
        """The next message that matches."""
        return self.message(match, PATIENCE)

    def ask(self, text: str, channel: str = "", thread_ts: str | None = None) -> Json:
        """Write something, and wait for what Firstline says in its thread."""
        ts = self.post(channel or self.dm, text, thread_ts)
        return self.reply_in(thread_ts or ts)

    def reply_in(self, thread_ts: str) -> Json:
        """What Firstline says next in a thread, to everybody there; not that this waits, as on a slow machine."""
        def fits(one: Json) -> bool:
            return one.get("thread_ts") == thread_ts and said_by_bot(one) and BUSY not in said(one)

        return self.hear(fits)

    def whispered(self) -> Json:
        """What Firstline says next for this person's eyes alone."""
        return self.hear(lambda one: bool(one.get("ephemeral")))

    def changed(self, message: Json, match: Callable[[Json], bool] = bool) -> Json:
        """A message as it is after its next change that matches; drawn again as it was, it has not changed."""
        def it(push: Json) -> bool:
            new = push["message"]
            return new["ts"] == message["ts"] and said(new) != said(message) and match(new)

        new: Json = self.push("message_changed", it, PATIENCE)["message"]
        return new

    def press(self, message: Json, action: str, channel: str = "", **chosen: Any) -> None:
        """Use a button of a message; the app must acknowledge it."""
        assert self.click(channel or message.get("channel") or self.dm, message, action, **chosen)["ok"]

    def more(self, card: Json, verb: str, channel: str = "") -> None:
        """Choose from the menu of a card."""
        self.press(card, ids.MORE, channel, selected_option=offered(card)[verb])

    def press_view(self, view: Json, action: str, value: str = "") -> None:
        """Use the button of a modal or a Home that carries this value; the app must acknowledge it."""
        parts = [(block, [*block.get("elements", []), block.get("accessory") or {}]) for block in view["blocks"]]
        named = [(block, one) for block, all_ in parts for one in all_ if one.get("action_id") == action]
        block, element = next(row for row in named if row[1].get("value", "") == value)
        where = {"type": "view", "view_id": view["id"]}
        pressed = {"block_id": block["block_id"], "action_id": action, "action": {"type": element["type"]}}
        assert self.act("action", container=where, state={"values": {}}, **pressed)["ok"]

    def modal(self) -> Json:
        """The modal that opens next."""
        view: Json = self.push("view_open", seconds=PATIENCE)["view"]
        return view

    def opening(self) -> Json:
        """The form for a ticket that staff open, once it is filled in from the message; and what it holds."""
        self.modal()
        view: Json = self.push("view_update", lambda push: inputs_of(push["view"]))["view"]
        return view

    def fill(self, view: Json, **values: str) -> Json:
        """Submit a modal with texts, dates and choices by name, and every box ticked."""
        inputs = inputs_of(view)
        boxes = {name: one["options"] for name, one in inputs.items() if one["type"] == "checkboxes"}
        ticked = {name: {"selected_options": options} for name, options in boxes.items()}
        given = {name: _value(inputs[name], value) for name, value in values.items()}
        answer: Json = self.submit(view, ticked | given)
        return answer

    def card(self, number: str, channel: str = LEVEL2) -> Json:
        """The ticket's card, once it is posted in a queue's channel."""
        return self.push_in(channel, lambda one: number in said(one) and not one.get("thread_ts"))

    def push_in(self, channel: str, match: Callable[[Json], bool]) -> Json:
        """The next message in a channel that matches, with its channel."""
        told = self.push("message", lambda push: push["channel"] == channel and match(push["message"]), PATIENCE)
        return told["message"] | {"channel": channel}

    def home(self, match: Callable[[str], bool] = bool) -> Json:
        """The App Home, once it is published anew and its words match."""
        self.forget("home")
        self.get("home")
        view: Json = self.push("home", lambda push: match(said(push["view"])), PATIENCE)["view"]
        return view

    def command(self, text: str, channel: str = HELP) -> str:
        """Use `/it`; what it says to this person alone."""
        assert self.act("command", channel=channel, command="/it", text=text)["ok"]
        return str(self.whispered()["text"])

    def settle(self) -> None:
        """Ask something else and hear the answer: what was said before, not pressed, has been dealt with by then."""
        self.ask(LUNCH)

    def replies(self, channel: str, ts: str) -> list[Json]:
        """Everything that Firstline has said in a thread."""
        return [one for one in self.thread(channel, ts)[1:] if said_by_bot(one)]


def _value(element: Json, value: str) -> Json:
    if element["type"] == "datepicker": return {"selected_date": value}
    if element["type"] == "users_select": return {"selected_user": value}
    if element["type"] != "static_select": return {"value": value}
    groups = element.get("option_groups", [element])
    return {"selected_option": next(one for group in groups for one in group["options"] if one["value"] == value)}


def said_by_bot(message: Json) -> bool:
    """Whether Firstline says this to everybody in the channel."""
    return bool(message.get("bot_id")) and not message.get("ephemeral")


def press_as_it_was(office: Office, who: Colleague, old: Json, button: str) -> None:
    """Press a button of a message as it looked before, as on a screen that was not refreshed.

    A click that was overtaken, or a colleague's, may draw the message as it is now: then it is shown as it was again.
    """
    late = monotonic() + PATIENCE
    while True:
        try:
            return who.press(old, button)
        except Refused as error:
            if error.status != HTTPStatus.CONFLICT or monotonic() > late: raise
        where = old.get("channel") or who.dm
        office.bot().chat_update(channel=where, ts=old["ts"], text=old["text"], blocks=old["blocks"])


# -- reading ------------------------------------------------------------------------------------------------------


def said(shown: Any) -> str:
    """Every word of a message or view, with the labels of its buttons, a line each."""
    return "\n".join(_words(shown.get("blocks") or shown.get("text") or ""))


READ = ("text", "fields", "elements", "accessory", "element", "label", "hint", "placeholder")  # hold words


def _words(part: Any) -> Iterator[str]:
    if isinstance(part, str): yield part
    elif isinstance(part, list):
        for one in part: yield from _words(one)
    elif isinstance(part, dict):
        for name in READ: yield from _words(part.get(name))


def inputs_of(view: Json) -> dict[str, Json]:
    """The inputs of a form by name."""
    return {block["element"]["action_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}


def filled_in(view: Json) -> dict[str, str]:
    """What a form holds before anybody touched it."""
    kept = {"initial_user", "initial_value", "initial_option"}
    held = {name: next((one[key] for key in kept if key in one), "") for name, one in inputs_of(view).items()}
    return {name: one["value"] if isinstance(one, dict) else one for name, one in held.items() if one}


def offered(card: Json) -> dict[str, Json]:
    """What the menu of a card offers: the options by their verbs."""
    elements = [element for block in card["blocks"] for element in block.get("elements", [])]
    options = [one for element in elements if element.get("action_id") == ids.MORE for one in element["options"]]
    return {one["value"].partition("|")[0]: one for one in options}


def actions_of(message: Json) -> list[str]:
    """The names of what can be pressed."""
    elements = [element for block in message["blocks"] for element in block.get("elements", [])]
    return [element["action_id"] for element in elements if "action_id" in element]


def number_of(message: Json) -> str:
    """The ticket number that a message names."""
    found = NUMBER.search(said(message))
    assert found, said(message)
    return found[0]


def plain_part(template: str) -> str:
    """The longest piece of a text that holds no blank to fill in: what a rendered message must hold."""
    return max(re.split(r"\{\w+\}", template), key=len).strip(" *_")


def way_to(recipe: Recipe, end: str) -> list[tuple[str, str]]:
    """The shortest way through a recipe to a step or an ending, by pressing alone: (step, label) for each press.

    A handoff may have any reason.
    """
    seen, waiting = {recipe.start}, deque([(recipe.start, [])])
    while waiting:
        here, way = waiting.popleft()
        step = recipe.steps[here]
        for label, choice in step.choices.items():
            target = choice.to
            if target == end or target.startswith(f"{end}:"): return [*way, (here, label)]
            if target in recipe.steps and target not in seen:
                seen.add(target)
                waiting.append((target, [*way, (here, label)]))
    raise LookupError(f"{recipe.slug} has no way to {end}")


def at_once(*things: Callable[[], Any]) -> list[Any]:
    """Do several things at the same moment; what each answered."""
    with ThreadPoolExecutor(len(things)) as pool:
        return [done.result() for done in [pool.submit(thing) for thing in things]]


