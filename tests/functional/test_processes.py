"""Several processes on one PostgreSQL, two that hear Slack and two that deliver: nothing is lost or doubled."""

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from bot.bootstrap import open_core
from bot.sandbox.seed import load_seed
from bot.sandbox.server import SandboxServer
from bot.slack import ids
from core.db import Database
from core.moving import move
from core.settings import load_settings
from kb.service import KnowledgeBase
from kb.writing import Draft, article_draft
from tests.functional.conftest import Prepared
from tests.functional.office import (
    DATA,
    EMMA,
    LEVEL2,
    LIAM,
    NOOR,
    NUMBER,
    ROOM,
    SEED,
    SMOKE,
    VPN,
    Colleague,
    actions_of,
    number_of,
    said,
    said_by_bot,
)
from tests.functional.programs import Place
from tests.postgres import PostgresServer

LIMIT = 240  # seconds until a process is up, where several start at once on two cores
PATIENCE = 90.0  # seconds for an answer that should take one; a retry or two may be in it
CALM = {"retry_seconds": (0.0, 1.0, 2.0), "rate_limits": False, "ack_seconds": PATIENCE}  # of the workspace
ROLES = ("bot", "bot", "worker", "worker", "web")
TIME_PASSES = (  # what a dead process held runs out
    "UPDATE outbox SET due_at = now() - interval '1 minute' WHERE done_at IS NULL",
    "UPDATE leases SET until = now() - interval '1 minute'",
)
EDITED, MARK = DATA / "articles" / "calendar-room.md", "beside the quokka"
QUESTIONS = ("how do I add a shared mailbox?", "how do I print double sided?", "how do I change my password?", ROOM)

Program = subprocess.Popen[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A workspace with the processes that serve it."""

    server: SandboxServer
    place: Place
    url: str
    database: Database
    kb: KnowledgeBase
    programs: list[tuple[str, Program]] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)  # where the help pages are

    def start(self, role: str) -> Program:
        """A process with one role; `up` waits for it."""
        program = self.place.start(
            "serve", "--role", role, FIRSTLINE_DATABASE_URL=self.url, FIRSTLINE_PUBLIC_URL="https://it.example.com"
        )
        self.programs.append((role, program))
        return program

    def of(self, role: str) -> list[Program]:
        """The processes with a role."""
        return [program for own, program in self.programs if own == role]

    def kill(self, program: Program) -> None:
        """End a process as `kill -9` does, and let what it held run out."""
        program.kill()
        program.communicate()
        self.programs[:] = [(role, one) for role, one in self.programs if one is not program]

    def time_passes(self) -> None:
        """As if a minute had gone by."""
        with self.database.transaction() as session:
            for statement in TIME_PASSES: session.execute(text(statement))

    def silence(self) -> None:
        """As if nobody had touched a recipe for long: everybody in one is to be reminded."""
        with self.database.transaction() as session:
            session.execute(text("UPDATE kb_runs SET wakes_at = now() - interval '1 minute' WHERE \"end\" = ''"))

    def value(self, query: str) -> object:
        """One value out of the database."""
        with self.database.reading() as session: return session.scalar(text(query))


def up(program: Program) -> str:
    """What a process says once it is up."""
    assert program.stdout is not None
    line = next((one for one in program.stdout if "Ctrl+C" in one), "")
    assert line, program.communicate(timeout=LIMIT)
    return line


@pytest.fixture(scope="module")
def company(
    prepared: Prepared, postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Company]:
    """Five processes over a copy of what was prepared, moved to PostgreSQL."""
    folder: Path = tmp_path_factory.mktemp("company")
    prepared.copy(folder)
    name = postgres.create()
    seed = load_seed(SEED).model_copy(update=CALM)
    with ExitStack() as stack:
        server = stack.enter_context(SandboxServer(seed))
        old, new = Database(f"sqlite:///{folder}/firstline.db"), Database(postgres.url(name))
        for one in (old, new): stack.callback(one.close)
        move(old, new)
        settings = load_settings(database_url=postgres.url(name), state_dir=folder)
        core = stack.enter_context(open_core(settings, encoder=prepared.encoder))
        place = Place(folder=folder, server=server)
        made = Company(server=server, place=place, url=postgres.url(name), database=new, kb=core.kb)
        stack.callback(lambda: [program.kill() or program.communicate() for _, program in made.programs])
        lines = [up(program) for program in [made.start(role) for role in ROLES]]
        made.pages.extend(re.findall(r"pages at (\S+/help)\.", " ".join(lines)))
        assert server.get("/ui/_test/deliveries")["connections"] == ROLES.count("bot")
        yield made


@pytest.fixture
def person(company: Company) -> Iterator[Callable[[str], Colleague]]:
    """People at the page until the end of the test."""
    with ExitStack() as stack: yield lambda user: stack.enter_context(Colleague(company.server.url, user))


def heard(colleague: Colleague, ts: str) -> dict[str, object]:
    """What Firstline says next in a thread; a process may have died over it."""
    return colleague.message(lambda one: one.get("thread_ts") == ts and said_by_bot(one), PATIENCE)


def test_every_question_is_answered_once(company: Company, person: Callable[[str], Colleague]) -> None:
    """Forty questions of four people, each delivered to either process: one turn and one reply each."""
    people = [person(user) for user in (EMMA, LIAM, NOOR)]
    before = company.value("SELECT count(*) FROM turns")
    asked = [(one, one.post(one.dm, QUESTIONS[n % 4])) for n in range(12) for one in people]
    for one, ts in asked: heard(one, ts)
    for one in people: one.settle()
    assert [len(one.replies(one.dm, ts)) for one, ts in asked] == [1] * len(asked)
    assert company.value("SELECT count(*) FROM turns") == before + len(asked) + len(people)  # type: ignore[operator]


@pytest.mark.usefixtures("company")
def test_each_ticket_is_there_once_with_one_card(person: Callable[[str], Colleague]) -> None:
    """Six urgent messages: six tickets, each with one card in the queue's channel."""
    emma, liam = person(EMMA), person(LIAM)
    asked = [emma.post(emma.dm, f"{SMOKE}, it is laptop {n}") for n in range(6)]
    numbers = {number_of(heard(emma, ts)) for ts in asked}
    assert len(numbers) == len(asked)
    for number in numbers: liam.message(lambda one, number=number: number in said(one), PATIENCE)
    emma.settle()
    cards = [said(one) for one in liam.history(LEVEL2)]
    assert [sum(number in card for card in cards) for number in numbers] == [1] * len(numbers)


def test_an_edit_answers_the_next_question_everywhere(company: Company, person: Callable[[str], Colleague]) -> None:
    """What one process publishes is what each of the others quotes and shows from then on, whoever is asked."""
    draft = article_draft(EDITED.name, EDITED.read_text().replace(", create a", f" {MARK}, create a"))
    assert isinstance(draft, Draft)
    company.kb.save(draft, by=NOOR)
    emma = person(EMMA)
    asked = [emma.post(emma.dm, ROOM) for _ in range(6)]
    told = [said(heard(emma, ts)) for ts in asked]
    assert [one for one in told if MARK not in one] == []
    assert MARK in httpx.get(f"{company.pages[0]}/{EDITED.stem}").text


def test_what_becomes_due_is_told_once(company: Company, person: Callable[[str], Colleague]) -> None:
    """Two workers are up, and the turn to sweep changes hands in between: each silent recipe is reminded of once."""
    people = [person(user) for user in (EMMA, LIAM, NOOR)]
    begun = [(one, one.post(one.dm, VPN)) for one in people]
    for one, ts in begun: assert ids.STEP_BACK not in actions_of(heard(one, ts))
    company.silence()
    for one, ts in begun: heard(one, ts)
    company.time_passes()
    for one, ts in begun:
        one.settle()
        assert len(one.replies(one.dm, ts)) == 2


def test_what_a_killed_process_held_goes_on(company: Company, person: Callable[[str], Colleague]) -> None:
    """A bot and the worker that sweeps die with their hands full: all is answered, carded and swept."""
    emma, liam = person(EMMA), person(LIAM)
    begun = emma.post(emma.dm, VPN)
    heard(emma, begun)
    sweeper = int(str(company.value("SELECT holder FROM leases WHERE name = 'sweep'")).split(":")[1])
    worker = next(one for one in company.of("worker") if one.pid == sweeper)
    asked = [emma.post(emma.dm, QUESTIONS[n % 4]) for n in range(8)] + [emma.post(emma.dm, SMOKE) for _ in range(3)]
    company.kill(company.of("bot")[0])
    company.kill(worker)
    company.time_passes()
    company.silence()
    told = [said(heard(emma, ts)) for ts in asked]
    company.time_passes()
    numbers = [found[0] for one in told[8:] if (found := NUMBER.search(one))]
    assert len(numbers) == 3
    for number in numbers: liam.message(lambda one, number=number: number in said(one), PATIENCE)
    heard(emma, begun)
    emma.settle()
    assert [len(emma.replies(emma.dm, ts)) for ts in (*asked, begun)] == [1] * len(asked) + [2]
    cards = [said(one) for one in liam.history(LEVEL2)]
    assert [sum(number in card for card in cards) for number in numbers] == [1] * len(numbers)


