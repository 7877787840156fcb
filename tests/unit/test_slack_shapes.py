"""What a payload of Slack's must hold before a listener reads it."""

import pytest

from bot.slack.shapes import DEEPEST, problem, storable

CLICK = {"type": "block_actions", "user": {"id": "U1"}, "actions": [{"action_id": "claim", "value": "1"}]}
MESSAGE = {"event": {"type": "message", "channel": "C1", "ts": "1.0", "user": "U1", "text": "hello"}, "event_id": "Ev1"}


@pytest.mark.parametrize("body", [CLICK, MESSAGE, {"ssl_check": "1"}, {"event": {"type": "reaction_added"}}])
def test_what_slack_sends_is_sound(body):
    """A click, a message, a question whether we are there, and an event that nothing listens to."""
    assert problem(body) == ""


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (CLICK | {"user": {}}, "user.id"), (CLICK | {"actions": []}, "actions"), (CLICK | {"view": 3}, "view"),
        (CLICK | {"type": None}, "kind"), ({"event": {"type": {}}}, "type"), ({"event": 1}, "event"),
        ({"event": MESSAGE["event"] | {"ts": "x" * 41}}, "ts"), ({"command": "/it", "user_id": "U1"}, "trigger_id"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_without_its_words(body, wrong):
    """The line for the log names the place, and nothing that somebody wrote."""
    told = problem(body)
    assert wrong in told
    assert "hello" not in told
    assert "\n" not in told


def test_what_cannot_be_stored_is_taken_out():
    """A NUL and half a character go, the rest stays; what is nested without end is cut off."""
    deep: list[object] = []
    for _ in range(DEEPEST * 2): deep = [deep]
    made = storable({"a\x00": "b\ud800c é 👩", "n": 1, "deep": deep})
    assert made["a"] == "bc é 👩"
    assert made["n"] == 1
    assert str(made["deep"]).count("[") <= DEEPEST
