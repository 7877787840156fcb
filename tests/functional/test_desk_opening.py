"""Tickets that staff open themselves: from a message, from anywhere, with `/it new`."""

from collections.abc import Iterator

import pytest

from bot.slack import desk_texts, ids
from tests.functional.desk import open_desk, row
from tests.functional.office import (
    CLOSED,
    EMMA,
    GENERAL,
    HELP,
    LIAM,
    PRIYA,
    Colleague,
    Json,
    Office,
    Prepared,
    number_of,
    said,
)

GIVEN = {"kind": "request", "category": "wifi", "impact": "high", "urgency": "low", "tier": "0"}

pytestmark = pytest.mark.usefixtures("no_errors")


@pytest.fixture(scope="module")
def office(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A running Firstline with a desk that has it all."""
    with open_desk(prepared, tmp_path_factory.mktemp("office")) as made: yield made


def inputs(view: Json) -> dict[str, Json]:
    """The inputs of a form by name."""
    return {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}


def filled(liam: Colleague) -> Json:
    """The form, once the message was read."""
    liam.modal()
    return liam.push("view_update", lambda push: inputs(push["view"]))["view"]


def test_from_a_message(office: Office, emma: Colleague, liam: Colleague):
    """The form is filled in from the message; emma is told; the card leads back to what she wrote."""
    ts = emma.post(HELP, "the wifi in the canteen is gone for everybody")
    emma.reply_in(ts)
    liam.act("shortcut", callback_id=ids.SHORTCUT_TICKET, channel=HELP, ts=ts)
    view = filled(liam)
    asked = inputs(view)
    assert asked["requester"]["initial_user"] == EMMA
    assert asked["text"]["initial_value"] == "the wifi in the canteen is gone for everybody"
    assert all("initial_option" in asked[name] for name in GIVEN)
    text = asked["text"]["initial_value"]
    assert liam.fill(view, requester=EMMA, text=text, **GIVEN) == CLOSED
    number = number_of(liam.hear(lambda one: "I opened" in said(one)))
    card = liam.card(number)
    assert row(office, number, "requester", "kind", "category", "impact", "tier") == (
        EMMA, "request", "wifi", "high", 2
    )  # fmt: skip
    assert ts.replace(".", "") in said(card)
    assert number in said(emma.hear(lambda one: number in said(one)))


def test_at_tier_3(office: Office, liam: Colleague):
    """Where it starts can be chosen."""
    liam.act("shortcut", callback_id=ids.SHORTCUT_NEW_TICKET)
    view = liam.modal()
    assert "initial_user" not in inputs(view)["requester"]
    assert liam.fill(view, requester=PRIYA, text="a firewall rule for the lab", **GIVEN | {"tier": "3"}) == CLOSED
    number = number_of(liam.hear(lambda one: "I opened" in said(one)))
    assert row(office, number, "tier", "requester") == (3, PRIYA)


def test_by_command(emma: Colleague, liam: Colleague):
    """`/it new` opens the form, with what was written; for an employee it is a question as any other."""
    liam.act("command", channel=HELP, command="/it", text="new")
    assert "initial_value" not in inputs(liam.modal())["text"]
    liam.act("command", channel=HELP, command="/it", text="new the printer on floor 3 is on fire")
    view = filled(liam)
    assert inputs(view)["text"]["initial_value"] == "the printer on floor 3 is on fire"
    assert "our direct messages" in emma.command("new laptop for my team")


def test_not_for_somebody_who_left(office: Office, liam: Colleague):
    """The form says so at the person; nothing is opened."""
    office.server.post("/ui/_test/deactivate", user=PRIYA)
    try:
        liam.act("shortcut", callback_id=ids.SHORTCUT_NEW_TICKET)
        answer = liam.fill(liam.modal(), requester=PRIYA, text="her laptop comes back", **GIVEN)
    finally:
        office.server.post("/ui/_test/deactivate", user=PRIYA, back=True)
    assert answer["errors"] == {"requester": desk_texts.NEW_GONE}
    assert office.rows("select id from tickets where summary = 'her laptop comes back'") == []


def test_an_employee_hands_a_message_over(office: Office, emma: Colleague, liam: Colleague):
    """Emma gets the short form: what kind of matter it is, is not hers to say."""
    ts = liam.post(GENERAL, "my screen is black since noon")
    emma.act("shortcut", callback_id=ids.SHORTCUT_TICKET, channel=GENERAL, ts=ts)
    view = emma.modal()
    assert list(inputs(view)) == ["text"]
    assert emma.fill(view, text="my screen is black since noon") == CLOSED
    number = number_of(emma.hear(lambda one: "I opened" in said(one)))
    assert row(office, number, "requester") == (LIAM,)


@pytest.mark.parametrize("values", [{"text": "  "}, {"text": "x"}])
def test_words_are_needed(liam: Colleague, values: dict[str, str]):
    """Without words it is refused at its input; with some it is opened."""
    liam.act("shortcut", callback_id=ids.SHORTCUT_NEW_TICKET)
    answer = liam.fill(liam.modal(), requester=EMMA, **GIVEN | values)
    if values["text"].strip(): assert answer == CLOSED
    else: assert "text" in answer["errors"]
