"""Days as people name them: when they begin and end where a queue works."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.desk.days import begins, day_of, ends
from core.errors import BadInput
from handoff.agreed import Hours

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-18:00")
OFFICE = Hours.model_validate({"time_zone": "America/Los_Angeles", "days": WEEK, "holidays": ["2026-11-26"]})


def test_a_day_begins_when_its_queue_opens():
    """At opening time, on the queue's own wall; a holiday and a weekend begin when it opens next."""
    assert begins(OFFICE, date(2026, 11, 23), NOW) == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert begins(OFFICE, date(2026, 11, 26), NOW) == datetime(2026, 11, 27, 16, tzinfo=UTC)
    assert begins(OFFICE, date(2026, 11, 28), NOW) == datetime(2026, 11, 30, 16, tzinfo=UTC)


def test_a_day_ends_at_closing_time():
    """Also in UTC's next day; a closed one in the evening. A past day may be told: a vendor can be late."""
    assert ends(OFFICE, date(2026, 11, 23), NOW) == datetime(2026, 11, 24, 2, tzinfo=UTC)
    assert ends(OFFICE, date(2026, 11, 22), NOW) == datetime(2026, 11, 23, 2, tzinfo=UTC)
    assert ends(OFFICE, date(2026, 11, 2), NOW) < NOW


@pytest.mark.parametrize("day", [date(2026, 11, 20), date(2026, 11, 19), date.min, date(2029, 1, 1), date.max])
def test_a_day_to_rest_until_is_to_come(day):
    """Today, the past and the far future are a clear line."""
    with pytest.raises(BadInput, match="Please choose a day"): begins(OFFICE, day, NOW)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_no_day_overflows(day):
    """Nor do the first and the last one that can be written."""
    with pytest.raises(BadInput, match="two years"): ends(OFFICE, day, NOW)


@given(st.dates())
def test_a_day_is_read_as_it_was_written(day):
    """Whatever day it is."""
    assert day_of(f" {day} ") == day


@given(st.one_of(st.text(), st.from_regex(r"[0-9]{4}-[2-9][0-9]-[0-9]{2}", fullmatch=True)))
def test_what_is_no_day(text):
    """It is a clear line that tells how to write one."""
    with pytest.raises(BadInput, match="2026-12-01"): day_of(text)
