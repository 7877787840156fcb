"""Goes through every recipe in a process that is killed at each step: `python -m tests.killing FOLDER [SLUG ...]`.

Prints a JSON line a recipe: the steps at which it was killed, before and after the commit (at an action between its
own, as well), how often, and what was wrong then.
A process of its own, since a fork copes with no threads: each click is made by a child, and `kill -9` ends the child.
"""

import json
import os
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
from sqlalchemy import Connection, event, func, select

from bot import conversations
from bot.assistant import Assistant, Parts
from bot.question import Doing, Question, StepReply, Surface
from core import people
from core.clock import Clock
from core.db import Database
from core.encoder import HashingEncoder
from core.errors import Stale
from core.events import Event
from core.migrate import upgrade
from core.outbox import OutboxItem
from core.people import Person, Role
from handoff.actions import effects, rows
from handoff.actions.answers import Answer
from handoff.actions.registry import load_actions
from handoff.actions.states import ActionRequest, Asked, State
from handoff.actions.tables import ActionRow
from handoff.desk import load_desk
from handoff.tables import TicketRow
from kb.books import Books
from kb.cookbook import SKIP, Kind, Step
from kb.cookbook.inputs import example
from kb.cookbook.language import Move
from kb.lists import load_lists
from kb.service import KnowledgeBase
from kb.tables import RunRow

DATA = Path(__file__).parents[1] / "data"
EMMA = Person(id="U0EMMALARS", name="Emma Larsen", email="emma.larsen@brightwater.example")
AGENT = Person(id="U0PRIYANAI", name="Priya Nair", roles=frozenset({Role.EMPLOYEE, Role.AGENT}), level=3)
BOSS = Person(id="U0MARCUSWE", name="Marcus Webb")
BETWEEN = (1, 2)  # commits of an action: its manager is known, it is approved, it is done
MOST_RUNS = 80  # of one recipe; the longest has been to each of its steps after about thirty
A_DAY = timedelta(days=1, hours=1)  # after which the limits of actions count anew
OPENINGS = ("It does not work", "My Mac at home", "Windows in the office", "My iPhone", "Linux on the train", "Android")
TYPED = {"number": "3", "date": "2026-11-19", "email": "a@example.com", "person": "<@U0LIAMOKAF>"}


@dataclass
class Days:
    """The time of all processes; it stands until a run begins."""

    now: datetime = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The time."""
        return self.now


day = Days()


@dataclass
class Tour:
    """One recipe on its way: where it was killed, what went wrong, and how often each way was gone."""

    slug: str
    assistant: Assistant
    url: str
    results: Sequence[Move]  # what the recipe's own tests say that actions find out, so that decisions go both ways
    killed: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    gone: Counter[tuple[str, str]] = field(default_factory=Counter)
    clicks: int = 0
    kills: int = 0

    def go(self, run_number: int) -> None:
        """Once through the recipe, by the ways that were gone least."""
        day.now += A_DAY
        reply = begin(self.assistant, self.slug, f"{self.slug}.{run_number}", OPENINGS[run_number % len(OPENINGS)])
        while not reply.end and self.clicks < MOST_RUNS * 60:
            place = f"{where(self.assistant, reply)}"
            click = self._click(reply, place)
            first = place not in self.killed and place.startswith(f"{self.slug}/")
            reply = self._killed(reply, place, click) if first else click(self.assistant)
            self.clicks += 1

    def _click(self, reply: StepReply, place: str) -> Callable[[Assistant], StepReply]:
        """The next answer: the way from this step that was gone least."""
        ways = answers(reply, self.results)
        way = min(ways, key=lambda one: self.gone[place, one])
        self.gone[place, way] += 1
        return ways[way]

    def _killed(self, reply: StepReply, place: str, click: Callable[[Assistant], StepReply]) -> StepReply:
        """The same click in processes that are killed, before, between and after their commits; then by one more."""
        self.killed.add(place)
        before = facts(self.assistant, reply.run)
        self._die(click, commits=0)
        if facts(self.assistant, reply.run) != before: self.wrong.append(f"{place}: killed before, but changed")
        for commits in BETWEEN if reply.deed else (): self._die(click, commits)
        self._die(click)
        after = facts(self.assistant, reply.run)
        if after["seen"] <= before["seen"]: self.wrong.append(f"{place}: killed after, but lost")
        again = self._answered_again(reply, place) if reply.deed else click(self.assistant)
        if facts(self.assistant, reply.run) != after: self.wrong.append(f"{place}: the second click counted, too")
        return again

    def _die(self, click: Callable[[Assistant], StepReply], commits: int | None = None) -> None:
        self.kills += 1
        die(self.url, click, commits)

    def _answered_again(self, reply: StepReply, place: str) -> StepReply:
        """An action is approved, refused and carried out once more: each comes too late, and it was called once."""
        asked = requests_of(self.assistant, reply)
        called = calls_of(self.assistant, asked)
        wanted = [0 if one.state is State.REFUSED else 1 for one in asked]
        if len(asked) != 1 or called != wanted: self.wrong.append(f"{place}: asked {len(asked)}, called {called} times")
        acting = self.assistant.acting
        for request in asked:
            for what in (acting.approve, acting.refuse):
                if not too_late(what, request.id, by(reply)): self.wrong.append(f"{place}: answered a second time")
            acting.finish(request.id, Answer(state=State.DONE, outcome="done"))
        return self.assistant.fixing.where(reply.run, EMMA)


def requests_of(assistant: Assistant, reply: StepReply) -> list[ActionRequest]:
    """What the step of a reply has asked for."""
    with assistant.parts.database.reading() as session:
        return [one for one in rows.of_run(session, reply.run) if one.seen == reply.seen]


def calls_of(assistant: Assistant, asked: list[ActionRequest]) -> list[int]:
    """How often the automation is to be called for each of these."""
    with assistant.parts.database.reading() as session:
        items = session.scalars(select(OutboxItem).where(OutboxItem.kind == effects.CALL)).all()
        return [sum(item.payload["request"] == one.id for item in items) for one in asked]


def too_late(what: Callable[[int, Person], ActionRequest], request: int, person: Person) -> bool:
    """Whether an answer is refused because there is one."""
    try:
        what(request, person)
    except Stale:
        return True
    return False


def facts(assistant: Assistant, run_id: int) -> dict[str, Any]:
    """Everything that a click could change, lose or double."""
    with assistant.parts.database.reading() as session:
        run = session.get(RunRow, run_id)
        assert run is not None
        moved = select(func.count()).where(Event.subject == f"run:{run_id}", Event.kind == "run.moved")
        tickets = select(func.count()).where(TicketRow.conversation_id == run.conversation_id)
        asked = select(ActionRow.seen, ActionRow.state).where(ActionRow.run == run_id).order_by(ActionRow.id)
        return {
            "seen": run.seen, "end": run.end, "progress": run.progress, "moved": session.scalar(moved),
            "tickets": session.scalar(tickets), "asked": [tuple(row) for row in session.execute(asked)],
        }


def die(url: str, click: Callable[[Assistant], StepReply], commits: int | None) -> None:
    """Make a click in another process, and end that by `kill -9`: after so many commits, or after the last."""
    pid = os.fork()
    if pid:
        _, status = os.waitpid(pid, 0)
        assert os.WIFSIGNALED(status), f"the click raised an error (exit code {status})"
        return
    try:
        database = Database(url)
        if commits is not None: event.listen(database.engine, "commit", mortal(commits))
        click(assistant_over(database))
        kill()
    except Exception:  # noqa: BLE001 - told here, where the process ends
        traceback.print_exc()
    finally:
        os._exit(1)


def mortal(commits: int) -> Callable[[Connection], None]:
    """Ends the process just before the commit that comes after so many others."""
    left = iter(range(commits))
    return lambda _connection: None if next(left, None) is not None else kill()


def kill() -> None:
    """End this process as `kill -9` does."""
    os.kill(os.getpid(), signal.SIGKILL)


# -- answering -----------------------------------------------------------------------------------------------------


def answers(reply: StepReply, results: Sequence[Move]) -> dict[str, Callable[[Assistant], StepReply]]:
    """Every way on from where a run stands, by a name."""
    step, run, seen = cast("Step", reply.step), reply.run, reply.seen
    if step.kind is Kind.ACTION: return actions(reply, step, results)
    if step.kind is Kind.WAIT: return {"ready": lambda a: a.fixing.ready(run, seen, EMMA)}
    if step.input:
        texts = [typed(step, reply.options), *([SKIP] if step.input.optional else [])]
        return {text: lambda a, text=text: a.fixing.type_in(run, seen, text, EMMA) for text in texts}  # type: ignore[misc]
    return {
        label: lambda a, place=place: a.fixing.choose(run, seen, place, EMMA)  # type: ignore[misc]
        for place, label in enumerate(step.choices)
    }


def typed(step: Step, options: tuple[str, ...]) -> str:
    """A text that an input takes."""
    wanted = step.input
    assert wanted is not None
    if options: return options[0]
    if wanted.form: return example(wanted.form)
    if wanted.type == "number" and wanted.least is not None: return f"{wanted.least:g}"
    return TYPED.get(wanted.type, "none")


def actions(reply: StepReply, step: Step, results: Sequence[Move]) -> dict[str, Callable[[Assistant], StepReply]]:
    """Every outcome of the action at which a run stands, with whatever it may find out."""
    run, seen = reply.run, reply.seen

    def end(assistant: Assistant, outcome: str, found: Mapping[str, str]) -> StepReply:
        with assistant.parts.database.reading() as session: asked = rows.of_step(session, run, seen)
        assert asked is not None
        if asked.asked is Asked.MANAGER: assistant.acting.asked_of(asked.id, BOSS.id)
        if asked.state is State.WAITING and outcome == "refused": assistant.acting.refuse(asked.id, by(reply), "no")
        else:
            if asked.state is State.WAITING: assistant.acting.approve(asked.id, by(reply))
            state = State.FAILED if outcome in ("failed", "refused") else State.DONE
            good = "" if state is State.FAILED else outcome
            assistant.acting.finish(asked.id, Answer(state=state, outcome=good, results=found if good else {}))
        return assistant.fixing.where(run, EMMA)

    bare = [Move(action=outcome) for outcome in (*step.on, "failed")]
    return {
        f"{one.action} {one.results}": lambda a, one=one: end(a, one.action, one.results)  # type: ignore[misc]
        for one in (*bare, *(move for move in results if move.action in step.on))
    }


def by(reply: StepReply) -> Person:
    """Who has to say yes."""
    whose = {Doing.ASKS_PERSON: EMMA, Doing.ASKS_MANAGER: BOSS}
    return whose.get(reply.deed.doing, AGENT) if reply.deed else AGENT


def begin(assistant: Assistant, slug: str, thread: str, text: str) -> StepReply:
    """A new conversation in a recipe."""
    question = Question(
        person=EMMA.id, text=text, channel="D1", ts=thread, thread_ts=thread, surface=Surface.DM
    )
    with assistant.parts.database.transaction() as session:
        conversation = conversations.begin(session, question, day())
        conversations.add_turn(session, conversation, question, "recipe", trace={}, now=day())
        return assistant.fixing.begin_once(session, slug, conversation, EMMA, day())


def where(assistant: Assistant, reply: StepReply) -> str:
    """The recipe and the step at which a run stands."""
    with assistant.parts.database.reading() as session:
        run = session.get(RunRow, reply.run)
        assert run is not None
        return f"{run.progress['recipe']}/{run.progress['step']}"


# -- what it stands on ---------------------------------------------------------------------------------------------


def assistant_over(database: Database, clock: Clock = day) -> Assistant:
    """The use cases over a database, without the models: clicks need none."""
    encoder, nobody = HashingEncoder(), cast("Any", None)
    kb = KnowledgeBase(database, encoder, clock)
    return Assistant(
        Parts(
            database=database, encoder=encoder, kb=kb, books=Books(kb, lists()), classifier=nobody,
            confidence=nobody, replies=nobody, desk=desk(), clock=clock, link_base="http://help",
            forms=np.zeros((0, encoder.dims), dtype=np.float32), form_slugs=(), actions=registry(),
        )
    )


desk = cache(lambda: load_desk(DATA / "desk.yaml"))  # read once, for all the children
registry = cache(lambda: load_actions(DATA / "actions.yaml"))
lists = cache(lambda: load_lists(DATA / "lists.yaml"))


def prepared(folder: Path) -> tuple[str, Assistant]:
    """A database with the shipped recipes and three people, and the use cases over it."""
    url = f"sqlite:///{folder}/killed.db"
    database = Database(url)
    upgrade(database)
    assistant = assistant_over(database)
    assistant.parts.kb.import_folders(None, DATA / "cookbook")
    with database.transaction() as session:
        for person in (EMMA, AGENT, BOSS): people.save(session, person, day())
    return url, assistant


def main(folder: Path, slugs: list[str]) -> None:
    """Each recipe in turn, a line each."""
    url, assistant = prepared(folder)
    for slug in slugs or sorted(path.stem for path in (DATA / "cookbook").glob("*.yaml")):
        recipe, _ = assistant.parts.kb.recipe(slug)
        steps = {f"{slug}/{name}" for name, step in recipe.steps.items() if step.kind not in (Kind.DECIDE, Kind.RECIPE)}
        results = [move for path in recipe.tests for move in path.path if move.action]
        tour = Tour(slug=slug, assistant=assistant, url=url, results=results)
        for number in range(MOST_RUNS):
            if steps <= tour.killed: break
            tour.go(number)
        line = {"recipe": slug, "killed": len(tour.killed & steps), "missed": sorted(steps - tour.killed)}
        sys.stdout.write(json.dumps(line | {"kills": tour.kills, "clicks": tour.clicks, "wrong": tour.wrong}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__": main(Path(sys.argv[1]), sys.argv[2:])
