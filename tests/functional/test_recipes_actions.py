"""Recipes that ask for a goal, and that have the company's automation do something."""

from collections.abc import Iterator

import pytest

from bot.slack import ids, texts
from tests.functional.conftest import Prepared
from tests.functional.office import Colleague, Json, Office, actions_of, number_of, open_office, said
from tests.functional.recipes import press, run_of, save, write

pytestmark = pytest.mark.usefixtures("no_errors")

DOOR = """
title: The tea lift does not move
category: other
triggers: [the tea lift does not move, our tea lift is stuck between floors, tea lift hangs]
goal: Who is waiting for the tea?
handoff: L2 looks at the tea lift.
start: unlock
steps:
  unlock:
    action: unlock-account
    say: I can unlock the tea lift now.
    on: {done: moves, not-locked: moves, blocked: handoff, refused: message, failed: message}
  moves:
    say: Does it move?
    check: true
    choices: {"It moves": solved, "It does not": message}
  message:
    say: What does its display say?
    input: {name: display, label: Display}
    next: handoff
"""

KETTLE = """
title: The kettle needs a licence
category: other
triggers: [the kettle needs a licence, our kettle says licence missing, kettle licence expired]
handoff: L2 looks at the kettle.
start: order
steps:
  order:
    action: assign-licence
    with: {product: Visio, reason: tea}
    on: {done: boils, already-assigned: boils, none-left: handoff, unknown-product: handoff}
  boils: {say: "Does it boil?", check: true, choices: {"It boils": solved, "It does not": handoff}}
"""


@pytest.fixture(scope="module")
def office(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A running Firstline with one recipe more."""
    with open_office(prepared, tmp_path_factory.mktemp("office")) as made:
        save(made, "tea-lift-stuck", DOOR)
        save(made, "kettle-licence", KETTLE)
        yield made


def lift(office: Office, who: Colleague) -> Json:
    """Begin the recipe; it asks for the goal first."""
    return who.ask(office.asked_as("recipe", "the tea lift does not move", "our tea lift is stuck between floors"))


def test_goal_and_action_reach_the_ticket(office: Office, emma: Colleague, liam: Colleague):
    """The goal is asked first and once; she confirms the action, it is done, and the run goes on by itself."""
    shown = lift(office, emma)
    assert texts.RECIPE_GOAL in said(shown)
    shown = write(emma, shown, "The board, at noon")
    assert {ids.STEP_DO, ids.STEP_DO_NOT} <= set(actions_of(shown))
    emma.press(shown, ids.STEP_DO)
    shown = emma.changed(shown, lambda one: "Does it move?" in said(one))
    assert "Does it move?" in emma.reply_in(shown["thread_ts"])["text"]
    emma.press(shown, ids.STEP_STUCK)
    shown = emma.changed(shown, lambda one: ids.STATUS in actions_of(one))
    card = said(liam.card(number_of(shown)))
    assert "The board, at noon" in card
    assert "I can unlock the tea lift now." in card


def test_a_manager_is_told_by_name(office: Office, emma: Colleague):
    """Also one whom Firstline has never met."""
    shown = emma.ask(office.asked_as("recipe", "the kettle needs a licence", "our kettle says licence missing"))
    shown = emma.changed(shown, lambda one: "to approve it" in said(one) and "your manager" not in said(one))
    assert "I asked Marcus Webb to approve it" in said(shown)


def test_no_is_no(office: Office, emma: Colleague):
    """What she does not want is not asked of the automation."""
    shown = press(emma, press(emma, lift(office, emma), texts.SKIP), texts.DO_NOT)
    assert "What does its display say?" in said(shown)
    run = run_of(office, shown, "id")
    assert office.rows("select state, attempts from action_requests where run = ?", run) == [("refused", 0)]


def test_the_goal_is_asked_once_in_a_conversation(office: Office, noor: Colleague):
    """A second start in the same thread knows it."""
    shown = write(noor, lift(office, noor), "The board, at noon")
    write(noor, shown, "stop")
    noor.post(noor.dm, "the tea lift does not move", shown["thread_ts"])
    again = noor.hear(lambda one: one.get("thread_ts") == shown["thread_ts"] and one.get("blocks") is not None)
    assert ids.STEP_DO in actions_of(again)
    assert texts.RECIPE_GOAL not in said(again)


def test_a_failure_leads_on(office: Office, priya: Colleague):
    """An automation that refuses the call is told in the trail; the recipe has a way for it."""
    assert office.server.post("/automation/switch", action="unlock-account", mode="refuse")
    try:
        shown = press(priya, lift(office, priya), texts.SKIP)
        priya.press(shown, ids.STEP_DO)
        shown = priya.changed(shown, lambda one: "What does its display say?" in said(one))
        assert texts.STEP_FAILED in said(shown)
    finally:
        assert office.server.post("/automation/switch", action="unlock-account", mode="work")


