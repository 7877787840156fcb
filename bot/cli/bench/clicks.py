"""Clicks on a recipe's steps: how long Firstline takes for one, and how long until the message shows it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot import conversations
from bot.assistant import Assistant
from bot.bootstrap import Core, Note, import_content, make_assistant, open_core
from bot.cli.bench.figures import Times, times
from bot.learning import train_models
from bot.question import Question, StepReply, Surface
from bot.sandbox.visitor import Visitor
from bot.slack import ids
from bot.slack.render import render
from bot.starting import running, sandbox
from core.people import Person
from kb.cookbook import Kind
from kb.cookbook.language import Path as TestPath

PERSON = Person(id="U0EMMALARS", name="Emma Larsen", email="emma.larsen@brightwater.example")
FIX = "vpn is stuck on connecting"  # begins a recipe whose first step has choices
PAUSE = 0.05  # seconds between two clicks: people are not faster
SHOWN = 60  # clicks a round that are watched until the message shows them


@dataclass(frozen=True, slots=True, kw_only=True)
class Clicks:
    """Milliseconds a click: in Firstline alone (load, move, commit, draw), and until the local workspace shows it."""

    recipes: int
    clicks: int
    rounds: int
    own: Times
    shown: Times

    def table(self) -> str:
        """For a terminal."""
        first = f"{self.clicks} clicks through {self.recipes} recipes, {self.rounds} rounds"
        rows = (("in Firstline", self.own), ("until shown", self.shown))
        said = [f"{name:13} p50 {one.p50.say('ms', 2):28} p99 {one.p99.say('ms', 2)}" for name, one in rows]
        return "\n".join([first, *said])


def measure(core: Core, count: int, note: Note) -> Clicks:
    """Every recipe's test paths, `count` times, in a database that is gone at the end."""
    with elsewhere(core, note) as other:
        assistant = make_assistant(other)
        assistant.parts.meet(PERSON)
        slugs = sorted(slug for kind, slug in other.kb.index().by_slug if kind == "recipe")
        own = []
        for number in range(count):
            note("clicking", number, count)
            own.append([ms for slug in slugs for ms in _recipe(assistant, slug, number)])
        shown = [_shown(other, note) for _ in range(count)]
    return Clicks(recipes=len(slugs), clicks=len(own[0]), rounds=count, own=times(own), shown=times(shown))


@contextmanager
def elsewhere(core: Core, note: Note) -> Iterator[Core]:
    """The shipped content in a folder of its own, with the models of the first one."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        changes = {"database_url": f"sqlite:///{place}/clicks.db", "vectors": "memory", "state_dir": folder}
        changes |= {"sandbox_port": 0, "web_port": 0}
        with open_core(core.settings.model_copy(update=changes), encoder=core.encoder) as other:
            import_content(other, note)
            train_models(other, note)
            yield other


def _recipe(assistant: Assistant, slug: str, number: int) -> Iterator[float]:
    """The clicks of a recipe's test paths; one ends where the automation would have to answer."""
    recipe, _ = assistant.parts.kb.recipe(slug)
    for path_number, path in enumerate(recipe.tests):
        yield from _path(assistant, slug, path, f"{slug}.{number}.{path_number}")


def _path(assistant: Assistant, slug: str, path: TestPath, thread: str) -> Iterator[float]:
    reply = _begun(assistant, slug, thread)
    for move in path.path:
        click = _click(assistant, reply, move.said())
        if click is None: return
        began = time.perf_counter()
        reply = click()
        render(reply, assistant.parts.link_base)
        yield (time.perf_counter() - began) * 1000


def _click(assistant: Assistant, reply: StepReply, said: str) -> Callable[[], StepReply] | None:
    step, fixing = reply.step, assistant.fixing
    if step is None: return None
    if step.kind is Kind.WAIT: return lambda: fixing.ready(reply.run, reply.seen, PERSON)
    if step.kind is Kind.CHOICE and said in step.choices:
        return lambda: fixing.choose(reply.run, reply.seen, list(step.choices).index(said), PERSON)
    listed = bool(reply.options) and said not in reply.options
    return (lambda: fixing.type_in(reply.run, reply.seen, said, PERSON)) if step.input and not listed else None


def _begun(assistant: Assistant, slug: str, thread: str) -> StepReply:
    now = assistant.parts.clock()
    question = Question(
        person=PERSON.id, text=slug, channel="D0", ts=thread, thread_ts=thread, surface=Surface.TERMINAL
    )
    with assistant.parts.database.transaction() as session:
        conversation = conversations.begin(session, question, now)
        return assistant.fixing.begin_once(session, slug, conversation, PERSON, now)


def _shown(core: Core, note: Note) -> list[float]:
    """Clicks there and back in the local workspace, from the press until the page hears of the changed message."""
    with (
        sandbox(core.settings) as (server, settings), running(replace(core, settings=settings)),
        Visitor(server.url, PERSON.id) as emma,
    ):  # fmt: skip
        return _there_and_back(emma, note)


def _there_and_back(emma: Visitor, note: Note) -> list[float]:
    found = []
    channel = next(str(one["id"]) for one in emma.get("workspace")["ims"])
    ts = emma.post(channel, FIX)
    message = emma.message(lambda one: one.get("thread_ts") == ts and bool(one.get("bot_id")))
    for number in range(SHOWN):
        if not number % 20: note("clicking in the local workspace", number, SHOWN)
        action = ids.STEP_BACK if number % 2 else f"{ids.STEP_CHOICE}_0"
        time.sleep(PAUSE)
        began = time.perf_counter()
        emma.click(channel, message, action)
        message = emma.push("message_changed", _shows(message["ts"], number + 1))["message"]
        found.append((time.perf_counter() - began) * 1000)
    return found


def _shows(ts: str, seen: int) -> Callable[[dict[str, Any]], bool]:
    """Whether a push is the message as it looks after so many moves: the row of its answers is named after them."""

    def match(push: dict[str, Any]) -> bool:
        names = [str(block.get("block_id")) for block in push["message"].get("blocks", ())]
        return push["message"]["ts"] == ts and any(name.endswith(f"|{seen}") for name in names)

    return match
