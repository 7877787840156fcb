"""Requests for actions on a real database: once a step, within their limits, one decision, and many hands at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import select

from core import events
from core.db import Database
from core.errors import NotAllowed, Stale
from core.outbox import OutboxItem
from core.people import Person, Role
from handoff.actions import ending, requests, rows
from handoff.actions.registry import Actions, load_actions
from handoff.actions.states import ActionRequest, Asked, Instead, State
from tests.fakes import FakeClock

THREADS = 8
T = TypeVar("T")
EMMA, BOSS = Person(id="U1", name="Emma"), Person(id="UBOSS", name="Boss")
AGENT = Person(id="UA", name="Liam", roles=frozenset({Role.AGENT}), level=2)
JUNIOR = Person(id="UJ", name="Jo", roles=frozenset({Role.AGENT}), level=1)


@pytest.fixture(scope="module")
def actions() -> Actions:
    """The shipped registry."""
    return load_actions(Path(__file__).parents[2] / "data" / "actions.yaml")


Ask = Callable[..., ActionRequest]


@pytest.fixture
def ask(database: Database, actions: Actions, clock: FakeClock) -> Ask:
    """Ask for an action at a step of a run."""

    def _ask(name: str, run: int = 1, seen: int = 1, by: Person = EMMA, **given: str) -> ActionRequest:
        with database.transaction() as session:
            return requests.request(session, actions, name, by, given, run, seen, clock(), about="I am locked out")

    return _ask


def do(database: Database, change: Callable[..., T], *values: object, **named: object) -> T:
    """One change in a transaction of its own."""
    with database.transaction() as session: return change(session, *values, **named)


def kinds(database: Database, request: int = 1) -> list[str]:
    """What the outbox has to do for a request."""
    with database.reading() as session:
        items = session.scalars(select(OutboxItem).order_by(OutboxItem.id)).all()
    return [item.kind for item in items if item.payload["request"] == request]


def history(database: Database, request: int = 1) -> list[str]:
    """What happened to it."""
    with database.reading() as session:
        return [event.kind.removeprefix("action.") for event in events.history(session, f"action:{request}")]


def at_once(work: Callable[[int], T]) -> list[T]:
    """What eight threads get that start together."""
    start = threading.Barrier(THREADS)

    def run(n: int) -> T:
        start.wait(30)
        return work(n)

    with ThreadPoolExecutor(THREADS) as pool: return list(pool.map(run, range(THREADS)))


def test_a_look_up_goes_straight_to_the_automation(database: Database, ask: Ask) -> None:
    """Nobody is asked."""
    made = ask("licence-look-up", product="Visio")
    assert (made.state, made.given, made.about) == (State.QUEUED, {"product": "Visio"}, "I am locked out")
    assert kinds(database) == ["action"]
    assert history(database) == ["requested"]


def test_a_step_asks_once(database: Database, ask: Ask) -> None:
    """The second time the first request comes back; a later visit of the step asks anew."""
    first, again, later = ask("unlock-account"), ask("unlock-account"), ask("unlock-account", seen=7)
    assert first.id == again.id != later.id
    assert kinds(database) == ["approval_end"]


def test_eight_clicks_at_once_make_one_request(database: Database, ask: Ask) -> None:
    """And one call."""
    assert len({made.id for made in at_once(lambda _: ask("device-look-up"))}) == 1
    assert kinds(database) == ["action"]


def test_what_is_given_holds_no_secret(ask: Ask) -> None:
    """A password is masked, a long text is cut."""
    made = ask("add-to-group", group="x" * 900, reason="my password is Hunter2!x")
    assert "Hunter2" not in made.given["reason"]
    assert len(made.given["group"]) == requests.MOST_GIVEN


def test_a_recipe_older_than_the_registry(database: Database, ask: Ask) -> None:
    """What the registry does not have, or does not take, fails at once with the reason, and the run can go on."""
    gone, odd = ask("make-coffee"), ask("licence-look-up", seen=2, colour="red")
    assert (gone.way, gone.why) == ("failed", requests.GONE)
    assert (odd.way, odd.why) == ("failed", "This action does not take colour.")
    assert [kinds(database, made.id) for made in (gone, odd)] == [[], []]
    assert history(database, gone.id) == ["requested", "failed"]


def test_a_role_that_may_not(database: Database, clock: FakeClock) -> None:
    """It is refused at once, and the automation hears nothing of it."""
    rule = {"title": "x", "tells": "x", "approval": "none", "who": "staff", "limit": {"person": 1, "all": 1}}
    staff_only = Actions.model_validate({"actions": {"wipe": rule}})
    made = do(database, requests.request, staff_only, "wipe", EMMA, {}, 1, 1, clock())
    assert (made.state, made.way, made.over) == (State.REFUSED, "refused", True)
    assert kinds(database) == []


def test_a_persons_limit_is_for_24_hours(ask: Ask, clock: FakeClock) -> None:
    """The request over it is refused, does not count itself, and a day later there is room again."""
    assert [ask("reset-mfa", seen=n).state for n in (1, 2, 3)] == [State.WAITING, State.REFUSED, State.REFUSED]
    assert ask("reset-mfa", run=2, by=BOSS).state is State.WAITING
    clock.advance(timedelta(hours=24))
    assert ask("reset-mfa", seen=4).state is State.WAITING


def test_the_limit_of_all(database: Database, clock: FakeClock) -> None:
    """It stops whoever comes after."""
    rule = {"title": "x", "tells": "x", "approval": "none", "limit": {"person": 5, "all": 3}}
    few = Actions.model_validate({"actions": {"wake": rule}})

    def want(n: int) -> ActionRequest:
        person = Person(id=f"U{n}", name=f"Person {n}")
        return do(database, requests.request, few, "wake", person, {}, n, 1, clock())

    assert [want(n).state for n in range(4)] == [State.QUEUED] * 3 + [State.REFUSED]


def test_eight_at_once_cannot_pass_a_limit(ask: Ask) -> None:
    """Two of one person's eight requests are taken, whichever come first."""
    states = [made.state for made in at_once(lambda n: ask("vpn-profile-renew", run=n + 1))]
    assert sorted(states) == [State.REFUSED] * 6 + [State.WAITING] * 2


def test_the_requester_confirms(database: Database, ask: Ask, clock: FakeClock) -> None:
    """Only they can, and then the automation is called."""
    made = ask("unlock-account")
    assert made.asked is Asked.REQUESTER
    for other in (BOSS, AGENT):
        with pytest.raises(NotAllowed): do(database, requests.approve, made.id, other, clock())
    assert do(database, requests.approve, made.id, EMMA, clock()).state is State.QUEUED
    assert kinds(database) == ["approval_end", "action"]
    assert history(database) == ["requested", "approved"]


def test_an_agent_of_level_2_approves(database: Database, ask: Ask, clock: FakeClock) -> None:
    """Nobody below, and nobody for themselves."""
    made = ask("reset-mfa")
    own = ask("reset-mfa", run=2, by=AGENT)
    for request, other in ((made, JUNIOR), (made, EMMA), (made, BOSS), (own, AGENT)):
        with pytest.raises(NotAllowed): do(database, requests.approve, request.id, other, clock())
    assert do(database, requests.approve, made.id, AGENT, clock()).decided_by == AGENT.id


def test_the_manager_approves_once_slack_has_told_who_that_is(database: Database, ask: Ask, clock: FakeClock) -> None:
    """An agent of L2 cannot do it in their place yet."""
    made = ask("add-to-group", group="finance")
    with pytest.raises(NotAllowed): do(database, requests.approve, made.id, BOSS, clock())
    do(database, requests.asked_of, made.id, BOSS.id, clock())
    with pytest.raises(NotAllowed): do(database, requests.approve, made.id, AGENT, clock())
    assert do(database, requests.approve, made.id, BOSS, clock()).state is State.QUEUED
    assert kinds(database) == ["approval", "approval_late", "approval_end", "action", "approval_over"]


def test_nobody_is_their_own_manager(database: Database, ask: Ask, clock: FakeClock) -> None:
    """Whoever Slack names."""
    made = ask("add-to-group", by=BOSS, group="finance")
    do(database, requests.asked_of, made.id, BOSS.id, clock())
    with pytest.raises(NotAllowed, match="own request"): do(database, requests.approve, made.id, BOSS, clock())


def test_of_eight_who_answer_at_once_one_does(database: Database, ask: Ask, clock: FakeClock) -> None:
    """The others are told who it was; there is one decision and one call."""
    made = ask("reset-mfa")

    def answer(n: int) -> str:
        by = Person(id=f"UA{n}", name=f"Agent {n}", roles=frozenset({Role.AGENT}), level=2)
        change = requests.approve if n % 2 else requests.refuse
        try:
            return do(database, change, made.id, by, clock()).decided_by
        except Stale as error:
            return str(error)

    told = at_once(answer)
    with database.reading() as session: kept = rows.get(session, made.id)
    assert told.count(kept.decided_by) == 1
    assert sum(f"<@{kept.decided_by}>" in one for one in told) == THREADS - 1
    assert kinds(database).count("action") == (1 if kept.state is State.QUEUED else 0)


def test_a_refusal_says_why(database: Database, ask: Ask, clock: FakeClock) -> None:
    """The run goes on as refused, and the reason is kept without secrets."""
    made = ask("reset-mfa")
    no = do(database, requests.refuse, made.id, AGENT, clock(), "could not reach her, password is Hunter2!x")
    assert (no.state, no.way, "Hunter2" in no.why) == (State.REFUSED, "refused", False)
    assert "action" not in kinds(database)
    with pytest.raises(Stale, match="refused this already"): do(database, requests.approve, made.id, AGENT, clock())


def test_a_manager_who_does_not_answer(database: Database, ask: Ask, clock: FakeClock) -> None:
    """L2 is asked beside them, once; either may answer."""
    made = ask("assign-licence", product="Visio")
    do(database, requests.asked_of, made.id, BOSS.id, clock())
    for _ in range(2): late = do(database, requests.to_agents, made.id, Instead.NO_ANSWER, clock())
    assert (late.asked, late.asked_why, late.approver) == (Asked.AGENTS, "no answer", BOSS.id)
    assert kinds(database).count("approval") == 2
    assert do(database, requests.approve, made.id, BOSS, clock()).decided_by == BOSS.id
    assert do(database, requests.to_agents, made.id, Instead.NO_ANSWER, clock()).state is State.QUEUED


def test_ones_own_no_does_not_count(database: Database, ask: Ask, clock: FakeClock) -> None:
    """Whoever says four times that they do not want it can still have it; a manager's no counts."""
    for seen in (1, 2, 3, 4): do(database, requests.refuse, ask("unlock-account", seen=seen).id, EMMA, clock())
    assert ask("unlock-account", seen=5).state is State.WAITING
    do(database, requests.refuse, ask("reset-mfa", seen=6).id, AGENT, clock())
    assert ask("reset-mfa", seen=7).state is State.REFUSED


def test_nobody_answers(database: Database, ask: Ask, clock: FakeClock) -> None:
    """It is refused in the end, once."""
    made = ask("reset-mfa")
    ended = do(database, requests.give_up, made.id, clock())
    assert ended is not None
    assert (ended.way, ended.why) == ("refused", requests.NOBODY_ANSWERED)
    assert do(database, requests.give_up, made.id, clock()) is None
    with pytest.raises(Stale, match="nobody answered"): do(database, requests.approve, made.id, AGENT, clock())


def test_going_on_without_it(database: Database, ask: Ask, clock: FakeClock) -> None:
    """What waits is withdrawn, approvers who click later are told, and unanswered questions to oneself do not count."""
    for seen in (1, 2, 3, 4):
        ask("unlock-account", seen=seen)
        do(database, requests.withdraw, 1, clock())
    made = ask("reset-mfa", seen=9)
    (gone,) = do(database, requests.withdraw, 1, clock())
    assert (gone.id, gone.state, gone.way) == (made.id, State.WITHDRAWN, "")
    with pytest.raises(Stale, match="no longer needed"): do(database, requests.approve, made.id, AGENT, clock())


def test_what_was_sent_is_not_withdrawn(database: Database, ask: Ask, clock: FakeClock) -> None:
    """It may have been done already; its answer is still kept."""
    made = ask("device-look-up")
    do(database, ending.begin_attempt, made.id, clock())
    assert do(database, requests.withdraw, 1, clock()) == []
    ended = do(database, ending.finish, made.id, State.DONE, clock(), outcome="done", results={"device": "BW-1"})
    assert ended is not None
    assert (ended.way, ended.results) == ("done", {"device": "BW-1"})


def test_two_answers_that_cross(database: Database, ask: Ask, clock: FakeClock) -> None:
    """The first one counts, the second changes nothing."""
    made = ask("device-look-up")

    def end(n: int) -> bool:
        return do(database, ending.finish, made.id, State.DONE, clock(), outcome=f"n{n}") is not None

    assert sorted(at_once(end)) == [False] * (THREADS - 1) + [True]


@pytest.mark.parametrize(("harmless", "state"), [(True, State.FAILED), (False, State.UNKNOWN)])
def test_no_answer_at_all(database: Database, ask: Ask, clock: FakeClock, *, harmless: bool, state: State) -> None:
    """When no attempt can have done anything, it failed; otherwise nobody knows. Recipes take both as failed."""
    made = ask("device-look-up")
    for attempt in (1, 2, 3):
        do(database, ending.begin_attempt, made.id, clock())
        ended = do(
            database, ending.attempt_failed, made.id, clock(), why="no connection", harmless=harmless or attempt > 1,
            most=3,
        )
        assert (ended is None) == (attempt < 3)
    assert ended is not None
    assert (ended.state, ended.way) == (state, "failed")


def test_an_attempt_in_which_the_process_died(database: Database, ask: Ask, clock: FakeClock) -> None:
    """It may have done something, although nothing was noted of it."""
    made = ask("device-look-up")
    do(database, ending.begin_attempt, made.id, clock())
    do(database, ending.begin_attempt, made.id, clock())
    ended = do(database, ending.attempt_failed, made.id, clock(), why="no connection", harmless=True, most=2)
    assert ended is not None
    assert ended.state is State.UNKNOWN


@pytest.mark.parametrize("harmless", [True, False])
def test_turned_away_at_last(database: Database, ask: Ask, clock: FakeClock, *, harmless: bool) -> None:
    """It failed only where no earlier attempt can have done anything; the automation's own `failed` always stands."""
    made = ask("device-look-up")
    do(database, ending.begin_attempt, made.id, clock())
    do(database, ending.attempt_failed, made.id, clock(), why="no answer", harmless=harmless, most=3)
    do(database, ending.begin_attempt, made.id, clock())
    away = do(database, ending.finish, made.id, State.FAILED, clock(), why="409", turned_away=True)
    said = ask("device-look-up", seen=2)
    do(database, ending.begin_attempt, said.id, clock())
    do(database, ending.attempt_failed, said.id, clock(), why="no answer", harmless=harmless, most=3)
    do(database, ending.begin_attempt, said.id, clock())
    own = do(database, ending.finish, said.id, State.FAILED, clock(), why="The automation said so.")
    assert away
    assert own
    assert (away.state, own.state) == (State.FAILED if harmless else State.UNKNOWN, State.FAILED)
