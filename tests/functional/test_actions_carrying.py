"""From an approved request to its end, with the real HTTP service and both databases: attempts, waits, one end."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot import carrying
from bot.assistant import Parts
from bot.assistant.acting import ATTEMPTS, WAITS, Acting
from bot.carrying import AutomationOutbound
from bot.sandbox.seed import load_seed
from bot.sandbox.server import SandboxServer
from bot.worker import Worker
from core import people
from core.db import Database
from core.outbox import OutboxItem
from core.people import Person
from handoff.actions.answers import Answer, NoAnswer
from handoff.actions.calling import PATIENCE, HttpAutomation, NoAutomation
from handoff.actions.registry import load_actions
from handoff.actions.states import ActionRequest, State
from kb.tables import RunRow
from tests.functional.office import DATA, SEED, Json

EMMA = Person(id="U0EMMALARS", name="Emma Larsen", email="emma.larsen@brightwater.example")
BRIEF = 0.5  # seconds for one attempt, where nobody answers
LONG = timedelta(minutes=4)


class Clock:
    """The real time, as signatures need it; what is due later is waited for by looking ahead."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        """The time."""
        return datetime.now(UTC) + self.ahead


class Desk:
    """Acting over a database and a sandbox, with a worker for its calls."""

    def __init__(self, database: Database, server: SandboxServer, url: str = "") -> None:
        seed = load_seed(SEED).automation
        assert seed
        self.database, self.server, self.clock = database, server, Clock()
        self.ends: list[ActionRequest] = []
        automation = HttpAutomation(url or server.automation_url, seed.secret, BRIEF)
        parts = {"database": database, "clock": self.clock, "actions": load_actions(DATA / "actions.yaml")}
        self.acting = Acting(cast("Parts", SimpleNamespace(**parts, automation=automation)), self._ended)
        self.worker = Worker(database, AutomationOutbound(self.acting), self.clock, only=carrying.KINDS)
        self.slack = Worker(database, cast("Any", None), self.clock, but=carrying.KINDS)
        with database.transaction() as session: people.save(session, EMMA, self.clock())

    def _ended(self, _session: Session, request: ActionRequest) -> None:
        self.ends.append(request)

    def ask(self, name: str, **given: str) -> ActionRequest:
        """A request of Emma's, confirmed where she has to."""
        with self.database.transaction() as session:
            made = self.acting.ask(session, 1, 1, name, given, EMMA, self.clock())
            if made.state is not State.WAITING: return made
            return self.acting.confirm(session, 1, 1, EMMA, self.clock())

    def work(self, rounds: int = 1) -> None:
        """Make so many attempts, each after whatever wait there is."""
        for _ in range(rounds):
            assert self.worker.work_once() == 1
            self.clock.ahead += max(self.item().due_at - self.clock(), timedelta(0))
        self.clock.ahead = timedelta(0)

    def item(self) -> OutboxItem:
        """The outbox item of the call."""
        with self.database.reading() as session:
            return session.scalars(select(OutboxItem).where(OutboxItem.kind == "action")).one()

    def calls(self) -> list[Json]:
        """What the automation was called for, newest first."""
        found: list[Json] = self.server.get("/automation/state")["calls"]
        return found


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    """The sandbox with its automation."""
    with SandboxServer(load_seed(SEED)) as made: yield made


@pytest.fixture
def desk(database: Database, server: SandboxServer) -> Desk:
    """Everything as it begins."""
    server.reset()
    return Desk(database, server)


def switch(server: SandboxServer, action: str, mode: str) -> None:
    """Let an action fail, or work again."""
    server.post("/automation/switch", action=action, mode=mode)


def test_one_call_one_end(desk: Desk) -> None:
    """A confirmed request is carried out once, and the run hears of it with the facts."""
    desk.ask("vpn-profile-renew")
    desk.work()
    (end,) = desk.ends
    assert (end.state, end.way, list(end.results)) == (State.DONE, "done", ["valid_until"])
    assert desk.calls()[0]["requester"] == desk.calls()[0]["approved_by"] == EMMA.email
    assert desk.worker.work_once() == 0


def test_slacks_worker_leaves_calls_alone(desk: Desk) -> None:
    """A slow automation holds up no message."""
    desk.ask("device-look-up")
    assert desk.slack.work_once() == 0
    assert desk.worker.work_once() == 1


def test_it_took_effect_and_timed_out(desk: Desk) -> None:
    """The second attempt has the same id and gets the first answer: one licence is gone, and the run hears once."""
    switch(desk.server, "revoke-sessions", "late")
    desk.ask("revoke-sessions")
    desk.work()
    assert desk.ends == []
    assert desk.item().done_at is None
    desk.clock.ahead = timedelta(seconds=3)
    desk.worker.work_once()
    (end,) = desk.ends
    assert (end.state, end.results, end.attempts) == (State.DONE, {"sessions": "3"}, 2)
    assert [one["again"] for one in desk.calls()] == [True, False]
    assert len({one["id"] for one in desk.calls()}) == 1


def test_the_waits_grow(desk: Desk) -> None:
    """Each attempt is made after its wait; five of ten seconds each and all waits are over in under three minutes."""
    switch(desk.server, "unlock-account", "fail")
    desk.ask("unlock-account")
    for wait in WAITS:
        before = desk.clock()
        assert desk.worker.work_once() == 1
        waited = desk.item().due_at - before
        assert timedelta(seconds=wait) <= waited < timedelta(seconds=wait + 30)
        assert desk.worker.work_once() == 0
        desk.clock.ahead += waited
    desk.clock.ahead = timedelta(0)
    assert sum(WAITS) + ATTEMPTS * PATIENCE < 180


def test_it_never_answers(desk: Desk) -> None:
    """After five attempts nobody knows: the run hears once, goes on as failed, and nothing more is called."""
    switch(desk.server, "unlock-account", "fail")
    desk.ask("unlock-account")
    desk.work(ATTEMPTS)
    (end,) = desk.ends
    assert (end.state, end.way, end.attempts) == (State.UNKNOWN, "failed", ATTEMPTS)
    assert "nobody knows" in end.why
    assert len(desk.calls()) == ATTEMPTS
    desk.clock.ahead = timedelta(hours=1)
    assert desk.worker.work_once() == 0


def test_it_cannot_be_reached(database: Database, server: SandboxServer) -> None:
    """When no attempt got through, it surely was not done."""
    server.reset()
    desk = Desk(database, server, url="http://127.0.0.1:9/")
    desk.ask("unlock-account")
    desk.work(ATTEMPTS)
    (end,) = desk.ends
    assert (end.state, end.way) == (State.FAILED, "failed")


def test_a_refusal_of_the_automation_is_the_end(desk: Desk) -> None:
    """A 422 is not tried again; its note is kept."""
    switch(desk.server, "unlock-account", "refuse")
    desk.ask("unlock-account")
    desk.work()
    (end,) = desk.ends
    assert (end.state, "switch" in end.note) == (State.FAILED, True)


def test_turned_away_after_an_attempt_without_an_answer(desk: Desk) -> None:
    """The first attempt may have done it, so a 422 to the second one does not mean that it was not done."""
    switch(desk.server, "unlock-account", "fail")
    desk.ask("unlock-account")
    desk.work()
    switch(desk.server, "unlock-account", "refuse")
    desk.clock.ahead = timedelta(seconds=3)
    desk.worker.work_once()
    (end,) = desk.ends
    assert (end.state, end.way, end.attempts) == (State.UNKNOWN, "failed", 2)
    assert "nobody knows" in end.why
    assert "422" in end.why


def test_withdrawn_before_it_was_called(desk: Desk) -> None:
    """Nothing is called, and nobody is told of an end."""
    desk.ask("unlock-account")
    with desk.database.transaction() as session: desk.acting.withdraw(session, 1, desk.clock())
    desk.work()
    assert (desk.calls(), desk.ends) == ([], [])


def test_the_process_died_after_the_answer(desk: Desk) -> None:
    """The call is made again with the same id, and ends as the first one did."""
    made = desk.ask("revoke-sessions")

    def dies(_session: Session, _request: ActionRequest) -> None:
        raise KeyboardInterrupt

    desk.acting.ended, goes_on = dies, desk.acting.ended
    with pytest.raises(KeyboardInterrupt): desk.worker.work_once()
    assert desk.acting.get(made.id).state is State.QUEUED
    desk.acting.ended = goes_on
    desk.clock.ahead = timedelta(minutes=2)  # the lease of the dead one is over
    desk.worker.work_once()
    (end,) = desk.ends
    assert (end.state, end.results) == (State.DONE, {"sessions": "3"})


def test_an_action_that_left_the_registry(desk: Desk) -> None:
    """A request that still waits for it fails, with the reason."""
    desk.ask("unlock-account")
    parts = cast("Any", desk.acting)._parts  # noqa: SLF001 - what a new start with another file would bring
    parts.actions = parts.actions.model_copy(update={"actions": {}})
    desk.work()
    assert desk.ends[0].why == "This action is no longer in the registry."


def test_an_action_that_left_the_registry_between_two_attempts(desk: Desk) -> None:
    """Nobody knows what the first attempt did."""
    switch(desk.server, "unlock-account", "fail")
    desk.ask("unlock-account")
    desk.work()
    parts = cast("Any", desk.acting)._parts  # noqa: SLF001 - what a new start with another file would bring
    parts.actions = parts.actions.model_copy(update={"actions": {}})
    desk.clock.ahead = timedelta(seconds=3)
    desk.worker.work_once()
    (end,) = desk.ends
    assert end.state is State.UNKNOWN
    assert end.why.endswith("This action is no longer in the registry.")


def test_no_automation(desk: Desk) -> None:
    """Where none is connected, every action fails at once and says which setting is missing."""
    cast("Any", desk.acting)._parts.automation = NoAutomation()  # noqa: SLF001 - as bootstrap makes it without an address
    desk.ask("unlock-account")
    desk.work()
    assert "FIRSTLINE_ACTIONS_URL" in desk.ends[0].why


def test_asked_to_wait_for_long(database: Database, server: SandboxServer) -> None:
    """An automation that wants more than two minutes is not waited for."""

    class Busy:
        def call(self, *_: object) -> NoAnswer:
            return NoAnswer(why="The automation answered 429.", harmless=True, wait=LONG)

    server.reset()
    desk = Desk(database, server)
    cast("Any", desk.acting)._parts.automation = Busy()  # noqa: SLF001 - one that is busy
    desk.ask("unlock-account")
    desk.work()
    assert desk.ends[0].state is State.FAILED


def test_what_it_answers_is_masked(desk: Desk) -> None:
    """A password in a note is not kept."""
    made = desk.ask("unlock-account")
    desk.acting.finish(made.id, Answer(state=State.DONE, outcome="done", note="new password is Hunter2!x"))
    assert "Hunter2" not in desk.acting.get(made.id).note


def test_an_end_and_a_click_at_the_same_moment(postgres_database: Database, server: SandboxServer) -> None:
    """Both take the run first and the request second, so that neither waits for the other for ever."""
    server.reset()
    desk = Desk(postgres_database, server)
    made = desk.ask("device-look-up")
    now = desk.clock()
    desk.acting.ended = lambda session, _request: session.get(RunRow, 1, with_for_update=True)
    with postgres_database.transaction() as session:
        session.add(RunRow(
            id=1, recipe="x", revision=1, owner=EMMA.id, conversation_id=1, seen=1, progress={}, started_at=now,
            moved_at=now,
        ))  # fmt: skip
    with ThreadPoolExecutor(1) as pool:
        with postgres_database.transaction() as session:
            session.get(RunRow, 1, with_for_update=True)
            ended = pool.submit(desk.acting.finish, made.id, Answer(state=State.DONE, outcome="done"))
            while not session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")): pass
            desk.acting.withdraw(session, 1, now)
        ended.result(60)
    assert desk.acting.get(made.id).state is State.WITHDRAWN
