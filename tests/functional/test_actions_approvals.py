"""Approvals in Slack: who is asked, what they read, the decision in place, and everybody who comes too late."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from queue import Queue

import pytest

from bot.slack import ids, texts
from core.people import Person
from handoff.actions.states import ActionRequest, Asked, Instead, State
from tests.functional.conftest import Prepared
from tests.functional.office import (
    EMMA,
    LEVEL2,
    LIAM,
    MARCUS,
    NOOR,
    PATIENCE,
    PRIYA,
    Colleague,
    Json,
    Office,
    actions_of,
    at_once,
    open_office,
    plain_part,
    press_as_it_was,
    said,
)

pytestmark = pytest.mark.usefixtures("no_errors")
RUNS = count(1)
ENDS: "Queue[ActionRequest]" = Queue()  # what runs are told
EMAILS = {EMMA: "emma.larsen", LIAM: "liam.okafor", NOOR: "noor.haddad", PRIYA: "priya.nair", MARCUS: "marcus.webb"}
Asks = Callable[..., ActionRequest]


class Ahead:
    """The real time, which a test may push forward."""

    def __init__(self) -> None:
        self.by = timedelta(0)

    def __call__(self) -> datetime:
        """The time."""
        return datetime.now(UTC) + self.by


@pytest.fixture(scope="module")
def office(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory, time: Ahead) -> Iterator[Office]:
    """A running Firstline whose clock can be pushed, and whose runs are the test."""
    with open_office(prepared, tmp_path_factory.mktemp("office"), clock=time) as made:
        made.up.assistant.acting.ended = lambda _session, request: ENDS.put(request)
        yield made


@pytest.fixture
def ask(office: Office) -> Asks:
    """Ask for an action as a step of a recipe does."""

    def _ask(user: str, name: str, **given: str) -> ActionRequest:
        parts = office.up.assistant.parts
        person = parts.meet(Person(id=user, name=user, email=f"{EMAILS[user]}@brightwater.example"))
        with office.core.database.transaction() as session:
            return office.up.assistant.acting.ask(session, next(RUNS), 1, name, given, person, office.core.clock())

    return _ask


def buttons(message: Json) -> list[str]:
    """What can be pressed."""
    return [name for name in actions_of(message) if name in (ids.APPROVE, ids.REFUSE)]


def asked(one: Json) -> bool:
    """Whether a message asks for an approval."""
    return ids.APPROVE in actions_of(one) if one.get("blocks") else False


def ends(request: ActionRequest, state: State) -> ActionRequest:
    """A request as its run hears that it is over."""
    while (found := ENDS.get(timeout=PATIENCE)).id != request.id: pass
    assert found.state is state, found
    return found


def account(office: Office, user: str = EMMA) -> Json:
    """Somebody's account at the sample automation."""
    found: Json = office.server.get("/automation/state")["company"]["accounts"][f"{EMAILS[user]}@brightwater.example"]
    return found


def test_an_agent_approves(office: Office, ask: Asks, liam: Colleague):
    """L2 reads who asks for what, makes sure of them, approves; the automation does it, and the message tells who."""
    request = ask(EMMA, "reset-mfa")
    message = liam.push_in(LEVEL2, asked)
    words = said(message)
    assert [one in words for one in (f"<@{EMMA}>", "Reset sign-in approval", texts.APPROVAL_CHECK)] == [True] * 3
    liam.press(message, ids.APPROVE)
    done = liam.changed(message, lambda one: not buttons(one))
    assert f"Approved by <@{LIAM}>" in said(done)
    end = ends(request, State.DONE)
    assert (end.decided_by, end.results, account(office)["mfa"]) == (LIAM, {"devices": "2"}, [])


def test_the_manager_approves(office: Office, ask: Asks, marcus: Colleague):
    """In their direct messages, with what the recipe knows; L2 hears nothing of it."""
    request = ask(EMMA, "add-to-group", group="project-atlas", reason="I join <!channel> on Monday")
    message = marcus.push_in(marcus.dm, asked)
    assert "project-atlas" in said(message)
    assert "&lt;!channel&gt;" in said(message)
    marcus.press(message, ids.APPROVE, marcus.dm)
    marcus.changed(message, lambda one: f"Approved by <@{MARCUS}>" in said(one))
    ends(request, State.DONE)
    assert account(office)["groups"] == ["project-atlas"]
    assert not [one for one in office.calls("chat.postMessage") if "project-atlas" in str(one) and LEVEL2 in str(one)]


def test_a_refusal_with_a_reason(office: Office, ask: Asks, marcus: Colleague):
    """The reason is asked for in a modal, stands in the message, and nothing is done."""
    request = ask(EMMA, "assign-licence", product="Visio", reason="drawing")
    message = marcus.push_in(marcus.dm, asked)
    marcus.press(message, ids.REFUSE, marcus.dm)
    marcus.fill(marcus.modal(), why="The free viewer will do <for now>.")
    shown = said(marcus.changed(message, lambda one: not buttons(one)))
    assert "The free viewer will do &lt;for now&gt;." in shown
    end = ends(request, State.REFUSED)
    assert end.way == "refused"
    assert "Visio" not in account(office)["licences"]


def test_whoever_shows_the_run_hears_who_is_asked(office: Office, ask: Asks, liam: Colleague):
    """First the manager by name; L2 in their place is news as well."""
    told: Queue[ActionRequest] = Queue()
    office.up.assistant.acting.asked = lambda _session, request: told.put(request)
    request = ask(LIAM, "assign-licence", product="Tableau", reason="charts")
    assert (told.get(timeout=PATIENCE).approver, request.approver) == (MARCUS, "")
    office.up.assistant.acting.to_agents(request.id, Instead.NO_ANSWER)
    assert told.get(timeout=PATIENCE).asked is Asked.AGENTS
    liam.push_in(LEVEL2, asked)


def test_no_manager(ask: Asks, liam: Colleague):
    """Where the profile names none, L2 is asked and reads why."""
    ask(NOOR, "assign-licence", product="Tableau", reason="charts")
    assert texts.INSTEAD["no manager"] in said(liam.push_in(LEVEL2, asked))


def test_slack_does_not_tell_managers(office: Office, ask: Asks, liam: Colleague):
    """Without the permission, or on a server that lacks the method, L2 is asked."""
    office.server.post("/ui/_test/settings", lacks=["team.profile.get"])
    try:
        ask(PRIYA, "assign-licence", product="Tableau", reason="graphs")
        assert texts.INSTEAD["no manager"] in said(liam.push_in(LEVEL2, asked))
    finally:
        office.server.post("/ui/_test/settings", lacks=[])


def test_the_manager_left(office: Office, ask: Asks, liam: Colleague):
    """A deactivated account is not asked; L2 reads who it was."""
    office.server.post("/ui/_test/deactivate", user=MARCUS)
    try:
        ask(LIAM, "add-to-group", group="team-photos", reason="the party")
        words = said(liam.push_in(LEVEL2, asked))
    finally:
        office.server.post("/ui/_test/deactivate", user=MARCUS, back=True)
    assert texts.INSTEAD["left"].format(approver=MARCUS) in words


def test_nobody_approves_their_own(ask: Asks, liam: Colleague):
    """Liam is an agent, and is whispered to when he asks himself."""
    ask(LIAM, "reset-mfa")
    message = liam.push_in(LEVEL2, asked)
    liam.press(message, ids.APPROVE)
    assert "Nobody approves their own request" in said(liam.whispered())
    liam.press(message, ids.REFUSE)
    assert "Nobody approves their own request" in said(liam.whispered())


def test_two_agents_at_once(office: Office, ask: Asks, liam: Colleague, priya: Colleague):
    """One of them approves, the other is told who did."""
    request, both = ask(NOOR, "reset-mfa"), (liam, priya)
    at_once(*[lambda who=who: press_as_it_was(office, who, who.push_in(LEVEL2, asked), ids.APPROVE) for who in both])
    end = ends(request, State.DONE)
    loser = priya if end.decided_by == LIAM else liam
    assert f"<@{end.decided_by}> approved this already." in said(loser.whispered())
    events = office.rows("SELECT kind FROM events WHERE subject = ?", f"action:{request.id}")
    assert [kind for (kind,) in events].count("action.approved") == 1


def test_a_modal_that_was_open_too_long(ask: Asks, liam: Colleague, priya: Colleague):
    """Whoever refuses after somebody approved reads that in the modal."""
    ask(MARCUS, "reset-mfa")
    message = liam.push_in(LEVEL2, asked)
    liam.press(message, ids.REFUSE)
    view = liam.modal()
    priya.press(priya.push_in(LEVEL2, asked), ids.APPROVE)
    liam.changed(message, lambda one: not buttons(one))
    answer = liam.fill(view, why="I do not know him")
    assert re.search("approved this already", str(answer))


def test_no_longer_needed(office: Office, ask: Asks, liam: Colleague):
    """The person went on without it: the message says so, and a late click is told."""
    request = ask(EMMA, "assign-licence", product="Visio", reason="drawing")
    office.up.assistant.acting.to_agents(request.id, Instead.NO_ANSWER)
    message = liam.push_in(LEVEL2, asked)
    with office.core.database.transaction() as session:
        office.up.assistant.acting.withdraw(session, request.run, office.core.clock())
    shown = liam.changed(message, lambda one: not buttons(one))
    assert texts.APPROVAL_WITHDRAWN in said(shown)


def test_a_click_on_a_message_that_is_over(office: Office, ask: Asks, marcus: Colleague):
    """What was drawn before the decision still stands open in another window: a whisper tells who decided."""
    ask(LIAM, "assign-licence", product="Tableau", reason="charts")
    message = marcus.push_in(marcus.dm, asked)
    office.server.post("/ui/_test/fault", error="internal_error", method="chat.update", count=3)
    marcus.press(message, ids.APPROVE, marcus.dm)
    marcus.press(message, ids.APPROVE, marcus.dm)
    assert f"<@{MARCUS}> approved this already." in said(marcus.whispered())
    marcus.changed(message, lambda one: not buttons(one))


def test_a_manager_who_does_not_answer(ask: Asks, time: Ahead, liam: Colleague, marcus: Colleague):
    """After four hours L2 is asked as well, and reads why; after a day it counts as refused, in both places."""
    request = ask(EMMA, "add-to-group", group="team-photos", reason="the party")
    first = marcus.push_in(marcus.dm, asked)
    time.by = timedelta(hours=4, minutes=1)
    second = liam.push_in(LEVEL2, asked)
    assert texts.INSTEAD["no answer"].format(approver=MARCUS) in said(second)
    time.by = timedelta(hours=24, minutes=1)
    assert ends(request, State.REFUSED).why == "Nobody answered in time."
    for one, message in ((marcus, first), (liam, second)):
        assert plain_part(texts.APPROVAL_NOBODY) in said(one.changed(message, lambda new: not buttons(new)))
