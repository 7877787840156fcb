"""The modals: Slack takes each of them, whatever the desk, the recipes and the articles hold."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.explaining import Explanation
from bot.sandbox.blocks import check_view
from bot.slack import ids, modals, texts
from bot.slack.blocks import entered, entry_of, number, numbers, pack
from core.errors import BadInput
from handoff.desk import CatalogueItem, Desk, FormField, Procedure, load_desk
from kb.cookbook import Input, Recipe, parse_recipe
from tests.making import ticket
from tests.mrkdwn_reading import live_parts, texts_of

DATA = Path(__file__).parents[2] / "data"
NASTY = "<!channel> & <@U0BAD>"


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The shipped desk."""
    return load_desk(DATA / "desk.yaml")


def taken(view: dict[str, Any]) -> dict[str, Any]:
    """A view, once Slack would take it."""
    return check_view(view, "modal")


def inputs(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The inputs of a view by their names."""
    return {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}


def recipes() -> list[Recipe]:
    """The shipped recipes."""
    paths = sorted((DATA / "cookbook").glob("*.yaml"))
    found = [parse_recipe(path.name, path.read_text(encoding="utf-8")) for path in paths]
    return [one for one in found if isinstance(one, Recipe)]


def test_escalate(desk):
    """Escalating asks for a tick, a reason of the desk and a note, and remembers ticket and tier."""
    view = taken(modals.escalate(ticket(), desk))
    assert view["private_metadata"] == "7|2"
    asked = inputs(view)
    assert set(asked) == {"reviewed", "reason", "note"}
    assert [row["value"] for row in asked["reason"]["options"]] == list(desk.escalation_reasons)


def test_escalate_shows_how_its_queue_does_that(desk):
    """Every line of the queue's procedure stands above the tick, which names them; without one the form is shorter."""
    for queue in desk.queues:
        view = taken(modals.escalate(ticket(queue=queue.name, tier=queue.tier), desk))
        words = [part["text"] for part in texts_of(view["blocks"])]
        ticked = texts.ESCALATE_READ_TICK if queue.procedure else texts.ESCALATE_REVIEWED_TICK
        assert ticked in words
        shown = [line for part in words[: words.index(ticked)] for line in part.split("\n")]
        lines = [*queue.procedure.before, *queue.procedure.to, *queue.procedure.facts] if queue.procedure else []
        assert [line.removeprefix("• ") for line in shown if line.startswith("•")] == lines


def test_the_longest_procedure(desk):
    """Slack takes one as long as the desk file allows, and nothing in it is live."""
    lines = [NASTY.ljust(150, "&")] * 8
    how = Procedure(before=lines, to=lines, facts=lines)
    queues = [queue.model_copy(update={"procedure": how}) for queue in desk.queues]
    view = taken(modals.escalate(ticket(), desk.model_copy(update={"queues": queues})))
    assert [part for one in texts_of(view) if one["type"] == "mrkdwn" for part in live_parts(one["text"])] == []


def test_resolve(desk):
    """Resolving offers the desk's codes, the first one chosen, and a note."""
    view = taken(modals.resolve(ticket(summary=NASTY * 6), desk))
    assert inputs(view)["code"]["initial_option"]["value"] == next(iter(desk.resolution_codes))
    assert "<!channel>" not in texts_of(view)[0]["text"]


def test_correct():
    """Correcting shows what the ticket is taken for, remembers it, and fits however many categories there are."""
    view = taken(modals.correct(ticket(category="odd|one"), [f"category {n}" for n in range(300)]))
    assert view["private_metadata"] == "7|incident|low|medium|odd|one"
    asked = inputs(view)
    chosen = {name: element["initial_option"]["value"] for name, element in asked.items()}
    assert chosen == {"kind": "incident", "category": "odd|one", "impact": "low", "urgency": "medium"}
    assert len(asked["category"]["options"]) == modals.MOST_OPTIONS


@pytest.mark.parametrize("goal", ["", "x" * 3_000, NASTY])
@pytest.mark.parametrize("question", ["What for?", "q" * 400])
def test_goal(goal, question):
    """The goal starts with what is known, and any question fits as its label."""
    view = taken(modals.goal(ticket(goal=goal), question))
    assert inputs(view)["goal"].get("initial_value", "") == goal[:1_000]


def test_every_form(desk):
    """Every form of the catalogue opens, with an input a field; where it was offered is remembered."""
    for item in desk.catalogue:
        view = taken(modals.form(item, "C1", "1.5"))
        assert list(inputs(view)) == [field.name for field in item.fields]
        assert view["private_metadata"] == f"{item.slug}|C1|1.5"


def test_the_largest_form():
    """A form as large as the desk file allows opens."""
    fields = [FormField(name=f"f{n}", label="l" * 48, max=3_000, long=True) for n in range(20)]
    item = CatalogueItem(slug="s" * 60, title="t" * 100, category="c", triggers=["t"], fields=fields)
    taken(modals.form(item, "", ""))


def test_every_typed_step():
    """Every typed step of every shipped recipe opens."""
    steps = [step for recipe in recipes() for step in recipe.steps.values() if step.input]
    assert steps
    for step in steps:
        assert step.input
        taken(modals.step_input(1, 2, step.say, step.input))


@pytest.mark.parametrize("say", ["Which?", "x" * 2_000, "&amp;" * 2_000])
def test_the_largest_typed_step(say):
    """A typed step as large as a recipe allows opens; its place is remembered."""
    view = taken(modals.step_input(12, 3, say, Input(name="n", label="l" * 48, help="h" * 150, max=500)))
    assert view["private_metadata"] == "12|3"


@pytest.mark.parametrize("text", ["", "vpn is stuck", "x" * 3_000])
def test_new_ticket(text):
    """A ticket from a message starts with its text and names the requester."""
    view = taken(modals.new_ticket(text, "U0EMMALARS"))
    assert view["private_metadata"] == "U0EMMALARS|"


def test_ask():
    """A question from anywhere is one long input."""
    assert list(inputs(taken(modals.ask()))) == ["text"]


class TestValues:
    """What comes back."""

    def test_entered(self):
        """Each input by its name, whatever its kind; what was left out is an empty text."""
        values = {
            "a": {"a": {"type": "plain_text_input", "value": "text"}},
            "b": {"b": {"type": "datepicker", "selected_date": "2026-01-02"}},
            "c": {"c": {"type": "static_select", "selected_option": {"value": "fixed"}}},
            "d": {"d": {"type": "checkboxes", "selected_options": [{"value": "yes"}]}},
            "e": {"e": {"type": "checkboxes", "selected_options": []}},
            "f": {"f": {"type": "plain_text_input", "value": None}},
            "g": {"g": {"type": "static_select", "selected_option": None}},
        }  # fmt: skip
        assert entered({"state": {"values": values}}) == {
            "a": "text", "b": "2026-01-02", "c": "fixed", "d": "yes", "e": "", "f": "", "g": "",
        }  # fmt: skip

    @given(st.lists(st.integers(-(10**17), 10**17), min_size=1, max_size=4))
    def test_numbers(self, values):
        """What was packed into a button comes out again."""
        assert list(numbers(pack(*values), len(values))) == values

    @given(st.integers(0, 10**17), st.integers(0, 10**17), st.text(max_size=75))
    def test_an_entry(self, run, seen, entry):
        """Any text comes out of a menu's value as it was put in."""
        assert entry_of(pack(run, seen, entry)) == (run, seen, entry)

    @pytest.mark.parametrize("value", ["", "x", "1|2", "1.5", "-", "--1", "1|", "٣x", "9" * 5_000])
    def test_a_value_that_is_not_ours(self, value):
        """A value from elsewhere or from an older version is one clear line."""
        with pytest.raises(BadInput, match="older version"): number(value)


def test_callbacks_are_known(desk):
    """Every modal's callback id is one that a listener is registered for."""
    views = [
        modals.escalate(ticket(), desk), modals.resolve(ticket(), desk), modals.goal(ticket(), "?"), modals.ask(),
        modals.form(desk.catalogue[0], "", ""), modals.new_ticket("x", "U1"),
        modals.correct(ticket(), []),
        modals.step_input(1, 1, "x", Input(name="n", label="l")),
    ]  # fmt: skip
    elsewhere = {ids.REFUSE_VIEW, ids.DESK_VIEW, ids.STAFF_TICKET_VIEW, ids.REPLY_VIEW, ids.REPLY_SEND_VIEW}
    elsewhere |= {ids.COMMENT_VIEW, ids.ADD_VIEW, ids.STATUS_VIEW, ids.RUNBOOK_VIEW}
    elsewhere |= {ids.EDITOR_FIND_VIEW, ids.EDITOR_FORM_VIEW, ids.EDITOR_SAY_VIEW}
    assert {view["callback_id"] for view in views} | elsewhere == {
        value for name, value in vars(ids).items() if name.endswith("_VIEW")
    }  # fmt: skip


def test_why_shows_everything_and_nothing_live():
    """Each message with its headings and lines; at most what a view holds, and nothing that calls anybody."""
    one = Explanation(said="<!channel> vpn", parts=(("Read", ("<@U1> vpn",)),), feedback="helpful")
    view = taken(modals.why([one]))
    shown = "\n".join(part["text"] for part in texts_of(view["blocks"]))
    assert "*Read*\n&lt;@U1&gt; vpn" in shown
    assert texts.WHY_FEEDBACK["helpful"] in shown
    assert live_parts(shown) == []
    assert len(taken(modals.why([one] * 60))["blocks"]) == modals.MOST_BLOCKS
