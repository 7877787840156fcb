"""docs/actions.md: the signed example is right, and what it says of the code is so."""

import re
from datetime import UTC, datetime
from pathlib import Path

from bot.assistant.acting import LONGEST_WAIT, WAITS
from core import webhooks
from core.people import Person
from handoff.actions.answers import MOST_NOTE, MOST_TEXT, Call
from handoff.actions.calling import MOST_ANSWER, PATIENCE
from handoff.actions.registry import ActionRule, Actions, read_actions
from handoff.actions.requests import MOST_GIVEN

TEXT = (Path(__file__).parents[2] / "docs" / "actions.md").read_text(encoding="utf-8")
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
EMMA = Person(id="U0EMMALARS", name="Emma Larsen", email="emma.larsen@brightwater.example")
CALL = Call(
    id=f"act_17_{int(AT.timestamp() * 1000)}", action="assign-licence", requester=EMMA, at=AT,
    approved_by=Person(id="U0MARCUSWE", name="Marcus Webb", email="marcus.webb@brightwater.example"),
    given={"product": "Visio", "reason": "Drawing the new floor plan"},
)  # fmt: skip


def test_the_example():
    """Headers and body are what Firstline sends for this call, four seconds after it was asked for."""
    sent = webhooks.headers(SECRET, CALL.id, datetime.fromtimestamp(AT.timestamp() + 4, UTC), CALL.body())
    shown = re.search(r"content-type: application/json\n(.*?)\n\n(.*?)\n```", TEXT, re.DOTALL)
    assert shown
    assert shown[1].split("\n") == [f"{name}: {value}" for name, value in sent.items()]
    assert shown[2] == CALL.body().decode()


def test_the_registry_in_it_reads():
    """The YAML is a registry without problems."""
    yaml = re.search(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    assert yaml
    assert isinstance(read_actions("actions.md", yaml[1]), Actions)


def test_every_key_is_there():
    """The table names each key of an action."""
    rows = re.findall(r"^\| (`.*?) \|", TEXT.split("## Who approves")[0], re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", "".join(rows))) == set(ActionRule.model_fields)


def test_the_numbers_are_those_of_the_code():
    """Limits and waits."""
    assert f"waits of {', '.join(map(str, WAITS[:-1]))} and {WAITS[-1]} seconds" in TEXT
    assert (PATIENCE, MOST_ANSWER, MOST_GIVEN, MOST_TEXT, MOST_NOTE) == (10.0, 65_536, 500, 200, 500)
    assert LONGEST_WAIT.total_seconds() == 120


def test_every_event_is_named():
    """Whatever the code records about actions is in the list."""
    files = (Path(__file__).parents[2] / "handoff" / "actions").glob("*.py")
    code = "".join(path.read_text(encoding="utf-8") for path in files)
    recorded = set(re.findall(r'record\(session, row, "(\w+)"', code)) | {"done", "failed", "unknown", "refused"}
    assert set(re.findall(r"`action\.(\w+)`", TEXT)) == recorded
