"""Calls and answers without a network: the body, Retry-After, and who may decide."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.people import Person
from handoff.actions.answers import Answer, Call, NoAnswer, retry_after, understood
from handoff.actions.registry import ActionRule
from handoff.actions.states import State

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
EMMA = Person(id="U1", name="Emma Larsen", email="emma.larsen@brightwater.example")
RULE = ActionRule.model_validate(
    {
        "title": "x", "tells": "x", "approval": "none", "limit": {"person": 1, "all": 1},
        "results": {"word": "text", "count": "number", "day": "date", "sure": "yes-no"},
    }
)  # fmt: skip


def results(**values: object) -> dict[str, str]:
    """What is kept of an answer's results."""
    found = understood(RULE, 200, {}, json.dumps({"outcome": "done", "results": values}).encode(), NOW)
    assert isinstance(found, Answer)
    return dict(found.results)


def test_the_body_is_the_same_for_every_attempt():
    """Compact JSON in UTF-8, with the moment of the request, not of the attempt."""
    call = Call(id="act_1_1", action="unlock-account", requester=EMMA, given={"reason": "naïve"}, at=NOW)
    assert call.body() == call.body()
    sent = json.loads(call.body())
    assert (sent["type"], sent["timestamp"]) == ("action.unlock-account", "2026-11-20T09:00:00.000Z")
    assert sent["data"] == {
        "action": "unlock-account", "approved_by": None, "with": {"reason": "naïve"}, "dry_run": False,
        "requester": {"id": "U1", "name": "Emma Larsen", "email": "emma.larsen@brightwater.example"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7), (" 120 ", 120), ("Fri, 20 Nov 2026 09:00:30 GMT", 30), ("Fri, 20 Nov 2026 08:00:00 GMT", 0)],
)
def test_retry_after(value: str, seconds: int):
    """Seconds, or a date; one that has passed means now."""
    assert retry_after(value, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", ["", "soon", "-1", "1.5", "٣"])
def test_a_retry_after_that_is_none(value: str):
    """The usual wait is taken."""
    assert retry_after(value, NOW) is None


def test_results_by_type():
    """Numbers plain, yes and no as words, dates as they are."""
    assert results(word="Visio", count=3, day="2026-11-30", sure=False) == {
        "word": "Visio", "count": "3", "day": "2026-11-30", "sure": "no",
    }  # fmt: skip
    assert results(count=47.6) == {"count": "47.6"}


@pytest.mark.parametrize(
    "values",
    [{"count": "3"}, {"count": True}, {"day": "tomorrow"}, {"day": "20261130"}, {"sure": "yes"}, {"word": 3},
     {"word": ["x"]}, {"word": ""}, {"other": "x"}, {"count": 10**20}],
)  # fmt: skip
def test_results_of_another_type_are_left_out(values: dict[str, object]):
    """A recipe never compares what it cannot trust."""
    assert results(**values) == {}


@given(st.integers(100, 599), st.binary(max_size=200), st.dictionaries(st.text(max_size=9), st.text(max_size=9)))
def test_whatever_comes_is_an_answer(status: int, body: bytes, headers: dict[str, str]):
    """No answer of any server raises, and only a 200 with a known outcome counts as done."""
    found = understood(RULE, status, headers, body, NOW)
    assert isinstance(found, Answer | NoAnswer)
    if isinstance(found, Answer) and found.state is State.DONE: assert 200 <= status < 300
