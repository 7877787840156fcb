"""An action within a recipe, from the person's first words to the account at the automation."""

import pytest

from bot.slack import ids, texts
from tests.functional.office import Colleague, Json, Office, actions_of, said

pytestmark = pytest.mark.usefixtures("no_errors")
EMAIL = "emma.larsen@brightwater.example"


def labelled(message: Json, label: str) -> str:
    """The name of the button with a label."""
    rows = [one for block in message["blocks"] for one in block.get("elements", []) if one.get("type") == "button"]
    return next(one["action_id"] for one in rows if one["text"]["text"] == label)


def go(who: Colleague, message: Json, *labels: str) -> Json:
    """Press one button after another in the living message."""
    for label in labels:
        before = said(message)
        who.press(message, labelled(message, label))
        message = who.changed(message, lambda one, before=before: said(one) != before) | {"channel": who.dm}
    return message


@pytest.fixture
def at_the_unlock(office: Office, emma: Colleague) -> Json:
    """Emma's living message at the step that can unlock her account."""
    office.server.post("/automation/switch", action="unlock-account", mode="work")
    message = emma.ask("my account is locked") | {"channel": emma.dm}
    return go(emma, message, texts.SKIP, "No, neither", "Yes, I am sure")


def locked(office: Office) -> bool:
    """Whether the automation holds her account for locked."""
    return bool(office.server.get("/automation/state")["company"]["accounts"][EMAIL]["locked"])


def calls(office: Office) -> list[Json]:
    """What the automation was called for, newest first."""
    found: list[Json] = office.server.get("/automation/state")["calls"]
    return found


def test_she_says_no(office: Office, emma: Colleague, at_the_unlock: Json):
    """Nothing is called, and the recipe goes on by the way for that."""
    message = go(emma, at_the_unlock, texts.DO_NOT)
    assert "I could not unlock it from here" in said(message)
    assert locked(office)
    assert calls(office) == []


def test_the_automation_refuses(office: Office, emma: Colleague, at_the_unlock: Json):
    """The recipe goes on as failed, and comes back to her later."""
    office.server.post("/automation/switch", action="unlock-account", mode="refuse")
    emma.press(at_the_unlock, ids.STEP_DO)
    emma.changed(at_the_unlock, lambda one: ids.STEP_READY in actions_of(one))
    assert locked(office)


def test_she_says_yes(office: Office, emma: Colleague, at_the_unlock: Json):
    """Her account is unlocked once, and the next step comes by itself."""
    emma.press(at_the_unlock, ids.STEP_DO)
    emma.changed(at_the_unlock, lambda one: "Now sign in once" in said(one))
    assert not locked(office)
    call = calls(office)[0]
    assert (call["requester"], call["approved_by"], call["answer"]) == (EMAIL, EMAIL, "200 done")
