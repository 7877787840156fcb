"""What tests of recipes in Slack share: publish one, press its buttons by their words, answer in its thread."""

from time import monotonic

from kb.writing import Draft, recipe_draft
from tests.functional.office import PATIENCE, Colleague, Json, Office


def save(office: Office, slug: str, source: str) -> None:
    """Publish a recipe."""
    draft = recipe_draft(f"{slug}.yaml", source)
    assert isinstance(draft, Draft), draft
    office.core.kb.save(draft, by="a test")


def run_of(office: Office, shown: Json, column: str) -> object:
    """A column of the run that a message shows, once Firstline has noted that it does."""
    deadline = monotonic() + PATIENCE
    while not (found := office.rows(f"select {column} from kb_runs where message_ts = ?", shown["ts"])):  # noqa: S608 - a name from this file
        assert monotonic() < deadline
    return found[0][0]


def press(who: Colleague, shown: Json, label: str) -> Json:
    """Press a button by its words; the message as it is then."""
    who.press(shown, button(shown, label))
    return who.changed(shown)


def button(shown: Json, label: str) -> str:
    """The name of the button with these words."""
    elements = [one for block in shown["blocks"] for one in block.get("elements", []) if one.get("type") == "button"]
    return next(str(one["action_id"]) for one in elements if one["text"]["text"] == label)


def write(who: Colleague, shown: Json, text: str) -> Json:
    """Answer in the thread; the run's message, which has moved down below those words."""
    return who.ask(text, thread_ts=shown["thread_ts"])
