"""The clock on a card: why it says what it says, in words that stay true until something changes."""

from datetime import timedelta
from typing import Any

import pytest

from bot.assistant.showing import Face, Promise
from bot.slack.desk.card_clock import explained, length, place
from handoff.sla import Pause
from handoff.tickets import State
from tests.making import NOW, ticket

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def at(hours: float) -> str:
    """How a moment that many hours from now begins."""
    return f"<!date^{(NOW + hours * HOUR).timestamp():.0f}^"


def face(response: float | None = None, resolution: float = 6, **changes: Any) -> Face:
    """A clock that has that many hours left, in open time as by the clock on the wall."""
    due = {"response": response, "resolution": resolution}
    promises = tuple(
        Promise(target="response" if name == "response" else "resolution", due=NOW + left * HOUR, left=left * HOUR)
        for name, left in due.items() if left is not None
    )  # fmt: skip
    return Face(promises=promises, **changes)


def pause(began: float, ended: float | None, why: str = "waiting") -> Pause:
    """A pause between two moments, in hours from now."""
    return Pause(began=NOW + began * HOUR, ended=None if ended is None else NOW + ended * HOUR, why=why)


def parts(face_: Face | None, state: State = State.CLAIMED, **changes: Any) -> str:
    """What the clock of a ticket says, its moments by their beginning."""
    return explained(ticket(state, **changes), face_)


def test_runs():
    """What is due when: the answer while it is to come, and the end."""
    assert parts(face(1)).startswith(f"Answer due {at(1)}")
    assert f"; done by {at(6)}" in parts(face(1))
    assert parts(face()).startswith(f"Done by {at(6)}")


def test_paused_before():
    """Past pauses say from when to when, and why; of many the last two."""
    told = parts(face(pauses=(pause(-3, -2),)))
    assert f"; paused {at(-3)}" in told
    assert f" to {at(-2)}{{time}}|" in told
    assert told.endswith(", waiting for the requester.")
    assert "aused" not in parts(face(pauses=(pause(-3, -2.99),)))
    many = parts(face(pauses=tuple(pause(-n, -n + 0.5, "held") for n in (9, 7, 5, 3))))
    assert many.count(", put off until a day") == 2
    assert "paused twice before that" in many
    assert "paused 5 times before that" in parts(face(pauses=tuple(pause(-n, 0.5 - n) for n in range(7, 0, -1))))


def test_a_long_pause_tells_its_last_day():
    """A pause over night says on which day it ended, too."""
    assert f" to {at(-2)}{{date_short_pretty}} {{time}}|" in parts(face(pauses=(pause(-30, -2),)))


def test_stands():
    """A clock that stands says since when and why, and how much it has left: what is due moves on."""
    stood = face(1.5, 6, pauses=(pause(-1, None),), stands=True, opens=NOW, hears=(NOW, ("lead",)))
    told = parts(stood, State.WAITING)
    assert told.startswith(f"Paused since {at(-1)}")
    assert told.endswith(
        ", waiting for the requester; 1 h 30 min left for the answer; 6 h left until it should be done."
    )


def test_late():
    """What is late says since when."""
    told = parts(face(-1, 2))
    assert told.startswith(f"The answer is late since {at(-1)}")
    assert f"; done by {at(2)}" in told
    assert parts(face(resolution=-1)).startswith(f"Late since {at(-1)}")
    stood = parts(face(resolution=-1, pauses=(pause(-1, None, "held"),), stands=True), State.HELD)
    assert stood.endswith("put off until a day; it was 1 h late.")


def test_closed_hours_and_who_hears():
    """Out of hours it says when the clock goes on; and who hears next, when."""
    told = parts(face(opens=NOW + DAY, hears=(NOW + 2 * DAY, ("lead", "manager")))).split("\n")[1]
    assert told.startswith(f"Out of hours: the clock goes on {at(24)}")
    assert f"; next to hear of it: the lead and the manager, {at(48)}" in told
    assert "\nNext to hear of it: the lead, " in parts(face(hears=(NOW, ("lead",))))
    assert "\nNext to hear of it: <@U0LIAMOKAF> and the lead, " in parts(face(hears=(NOW, ("assignee", "lead"))))


@pytest.mark.parametrize("state", [State.RESOLVED, State.CLOSED])
def test_over(state):
    """Once it is over: whether it was in time."""
    assert parts(None, state, resolved_at=NOW).startswith(f"Resolved {at(0)}")
    assert parts(None, state, resolved_at=NOW).endswith(", in time.")
    assert "; it was due " in parts(None, state, resolved_at=NOW + HOUR)


@pytest.mark.parametrize(
    ("minutes", "told"), [(0, "0 min"), (59, "59 min"), (60, "1 h"), (125, "2 h 5 min"), (-61, "1 h 1 min")]
)
def test_length(minutes, told):
    """Hours and minutes, without a sign."""
    assert length(timedelta(minutes=minutes)) == told


@pytest.mark.parametrize(
    ("tz", "told"),
    [("America/St_Johns", "St Johns (UTC-3:30): 05:30 at your "),
     ("UTC", "UTC (UTC): 09:00 at your "),
     ("Nowhere/<x>", "&lt;x&gt; (UTC): 09:00 at your ")],
)  # fmt: skip
def test_place(tz, told):
    """A city, its offset and its time; UTC for a time zone that does not exist."""
    assert place(tz, NOW).startswith(told)
