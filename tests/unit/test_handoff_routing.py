"""Who is placed best for a ticket, and when people are at work."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.people import Person, Role
from handoff.agreed import Hours
from handoff.desk import Queue
from handoff.routing import Colleague, at_work_until, fits

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday: 9:00 in London, 14:30 in Kolkata, 4:00 in New York
HOURS = Hours.model_validate(
    {
        "time_zone": "Europe/London", "days": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-18:00"),
        "holidays": ["2026-12-25"],
    }
)  # fmt: skip


def agent(name: str, *platforms: str, level: int = 2, count: int = 0, **changes: Any) -> Colleague:
    """An agent with so many open tickets."""
    values: dict[str, Any] = {"tz": "Europe/London", "roles": frozenset({Role.AGENT})} | changes
    person = Person(
        id=f"U{name.upper()}", name=name, email=f"{name}@example.com", level=level, platforms=platforms, **values
    )
    return Colleague(person=person, open=count)


def queue(**changes: Any) -> Queue:
    """A queue of tier 2."""
    return Queue(**{"name": "desk", "tier": 2, "channel": "it-l2", "hours": "office"} | changes)


def order(*staff: Colleague, category: str = "vpn", now: datetime = NOW, **changes: Any) -> list[str]:
    """The names of those who may get a ticket, the best placed first."""
    return [fit.person.name for fit in fits(staff, queue(**changes), category, HOURS, now)]


def test_who_knows_it_comes_first_then_who_has_the_fewest() -> None:
    """Whoever names other things only is left out; whoever names nothing takes what is left."""
    staff = (
        agent("busy", "vpn", count=3), agent("free", "wifi", "vpn", count=1), agent("any", count=0),
        agent("other", "printing"),
    )  # fmt: skip
    assert order(*staff) == ["free", "busy", "any"]
    assert order(*staff, category="calendar") == ["any"]


def test_of_equals_the_lead_comes_first_then_the_name() -> None:
    """The order never depends on that of the file."""
    staff = (agent("cleo", "vpn"), agent("ana", "vpn"), agent("bo", "vpn"))
    assert order(*staff, lead="BO@example.com") == ["bo", "ana", "cleo"]
    assert order(*reversed(staff), lead="bo@example.com") == ["bo", "ana", "cleo"]


def test_a_higher_tier_is_asked_last_and_only_for_what_it_knows() -> None:
    """A specialist's time is for what the queue's own tier cannot do; nobody is asked above their own tier."""
    senior, expert, young = agent("senior", "vpn", level=3), agent("expert", level=3), agent("young", count=9)
    assert order(senior, expert, young) == ["young", "senior"]
    assert order(senior, expert, young, tier=3) == ["senior", "expert"]
    assert order(agent("unlevelled", level=0)) == ["unlevelled"]


def test_review_is_for_managers_and_a_vendor_s_queue_for_nobody() -> None:
    """And an ordinary ticket is never a manager's, nor an employee's or an editor's."""
    boss = agent("boss", level=3, roles=frozenset({Role.EMPLOYEE, Role.MANAGER}))
    editor = agent("editor", roles=frozenset({Role.EMPLOYEE, Role.EDITOR}))
    staff = (boss, editor, agent("ana"), agent("employee", roles=frozenset({Role.EMPLOYEE})))
    assert order(*staff) == ["ana"]
    assert order(*staff, tier=3, review=True) == ["boss"]
    assert order(*staff, tier=4, watch=True) == []


def test_only_those_who_are_at_work_are_named() -> None:
    """By their own clocks: at 9 in London it is 4 in New York; at 17 the day in Kolkata is over."""
    staff = (agent("london"), agent("kolkata", tz="Asia/Kolkata"), agent("york", tz="America/New_York"))
    assert order(*staff) == ["kolkata", "london"]
    assert order(*staff, now=NOW.replace(hour=17)) == ["london", "york"]
    assert order(*staff, now=NOW.replace(hour=23)) == []


@pytest.mark.parametrize(
    ("tz", "now", "until"),
    [
        ("Europe/London", NOW.replace(hour=8), NOW.replace(hour=18)),
        ("Europe/London", NOW.replace(hour=7, minute=59), None),
        ("Europe/London", NOW.replace(hour=18), None),
        ("Asia/Kolkata", NOW, NOW.replace(hour=12, minute=30)),
        ("Nowhere/Land", NOW, NOW.replace(hour=18)),
        ("Pacific/Auckland", NOW.replace(hour=21), None),
        ("Pacific/Auckland", datetime(2026, 11, 22, 21, 0, tzinfo=UTC), datetime(2026, 11, 23, 5, 0, tzinfo=UTC)),
        ("Europe/London", datetime(2026, 12, 25, 10, 0, tzinfo=UTC), None),
        ("Europe/London", datetime(2026, 7, 1, 10, 0, tzinfo=UTC), datetime(2026, 7, 1, 17, 0, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_people_keep_the_queue_s_hours_on_their_own_wall(tz: str, now: datetime, until: datetime | None) -> None:
    """Monday morning in Auckland is Sunday evening here; a holiday of the queue is everybody's."""
    assert at_work_until(HOURS, tz, now) == until


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - its bounds
ZONES = st.sampled_from(["Europe/London", "Asia/Kolkata", "America/New_York", "Pacific/Auckland", "UTC"])


@given(now=MOMENTS, tz=ZONES)
def test_whoever_is_at_work_stays_until_later_the_same_day(now: datetime, tz: str) -> None:
    """At most the length of the working day; just before the end they are still there, at the end they are not."""
    until = at_work_until(HOURS, tz, now)
    if until is None: return
    assert now < until <= now + HOURS.working_day()
    assert at_work_until(HOURS, tz, until) is None
