"""The desk file: what is agreed, and what does not fit together in it, by line."""

from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConfigProblem
from handoff.desk import Desk, load_desk
from handoff.routing import next_queue, priority, queue_for, without_procedure

DESK = """staff:
  - {email: Liam@example.com, roles: [agent], level: 2}
tiers:
  - {level: 2, name: Desk}
  - {level: 3, name: Specialists}
queues:
  - {name: desk, tier: 2, channel: it-l2, hours: office}
  - {name: network, tier: 3, channel: it-l3, hours: office, categories: [vpn, wifi]}
straight_to_people:
  - {category: safety, priority: P1, article: smoke}
priorities:
  high: {high: P1, medium: P2, low: P3}
  medium: {high: P2, medium: P3, low: P4}
  low: {high: P3, medium: P4, low: P5}
policies:
  version: 3
  P1: {response: 15m, resolution: 4h, update: 30m, clock: always}
  P2: {response: 30m, resolution: 8h, update: 2h, clock: office}
  P3: {response: 2h, resolution: 2d, update: 1d, clock: office}
  P4: {response: 4h, resolution: 4d, update: 2d, clock: office}
  P5: {response: 1d, resolution: 10d, update: 5d, clock: office}
hours:
  office:
    time_zone: Europe/London
    days: {mon: "08:00-18:00", fri: "09:00 - 15:30"}
    holidays: [2026-12-25]
escalation_reasons: {stuck: Nothing helped}
resolution_codes: {fixed: Fixed}
catalogue:
  - slug: access
    title: Access
    category: accounts
    triggers: [give me access]
    fields: [{name: what, label: "What?"}]
"""


def how(**changes: Any) -> str:
    """A procedure in YAML, on one line."""
    lines = {"before": ["Try"], "to": ["L3"], "facts": ["Who"]} | changes
    return f"procedure: {{{', '.join(f'{name}: {value}' for name, value in lines.items())}}}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a desk file is written."""
    return tmp_path / "desk.yaml"


def problems(file: Path, text: str) -> list[str]:
    """What is wrong with a desk file that has to be wrong."""
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigProblem) as caught:
        load_desk(file)
    return caught.value.problems


@pytest.fixture
def desk(file: Path) -> Desk:
    """The sound desk."""
    file.write_text(DESK, encoding="utf-8")
    return load_desk(file)


def test_a_sound_file_is_read_whole(desk: Desk) -> None:
    """Names find what they name, whatever the case of an address."""
    staff = desk.staff_of("LIAM@EXAMPLE.COM")
    assert staff is not None
    assert staff.level == 2
    assert desk.staff_of("nobody@example.com") is None
    assert desk.queue("network").channel == "it-l3"
    assert desk.queue("gone").name == "desk"
    assert (desk.item("access") is not None, desk.item("nothing")) == (True, None)
    assert desk.policies.of("P3").resolution.within(timedelta(hours=10)) == timedelta(hours=20)


@pytest.mark.parametrize(
    ("old", "new", "line", "part"),
    [
        (
            "low: {high: P3, medium: P4, low: P5}",
            "low: {high: P3, low: P5}",
            14,
            "no priority for low impact and medium urgency",
        ),
        ("  low: {high: P3, medium: P4, low: P5}\n", "", 11, "no priority for low impact and high urgency"),
        ("low: P5}", "low: P6}", 14, "priorities.low.low: Input should be 'P1'"),
        ("response: 15m", "response: soon", 17, "policies.P1.response: write a number and m, h or d"),
        ("response: 15m", "response: 0m", 17, "greater than or equal to 1"),
        ("clock: always", "clock: sometimes", 17, "Input should be 'office' or 'always'"),
        ("  P5: {response", "  P6: {response", 21, "policies.P6: is not a known key"),
        ("Europe/London", "Europe/Londn", 24, 'there is no time zone "Europe/Londn"'),
        ("Europe/London", "Europe", 24, 'there is no time zone "Europe"'),
        ("Europe/London", "../../etc/passwd", 24, "there is no time zone"),
        ('"08:00-18:00"', "8 to 6", 25, "write opening and closing time"),
        ('"08:00-18:00"', '"18:00-08:00"', 25, "the closing time must come after the opening time"),
        ('"08:00-18:00"', '"08:00-25:00"', 25, "hour must be in 0..23"),
        ('"08:00-18:00"', '"08:00+01:00-18:00"', 25, "write opening and closing time"),
        ("mon:", "monday:", 25, "hours.office.days.monday"),
        ('days: {mon: "08:00-18:00", fri: "09:00 - 15:30"}', "days: {}", 25, "at least 1 item"),
        ("[2026-12-25]", "[2026-12-32]", 26, '"2026-12-32" is no date'),
        ("network, tier: 3", "network, tier: 4", 8, "queue network: there is no tier 4"),
        ("it-l3, hours: office", "it-l3, hours: night", 8, 'queue network: there are no hours "night"'),
        ("hours: office}", "hours: office, categories: [a]}", 6, "tier 2 needs a queue that takes every category"),
        ("network, tier", "desk, tier", 8, 'queues: "desk" is there twice'),
        ("level: 3, name: Spec", "level: 2, name: Spec", 5, 'tiers: "2" is there twice'),
        ("roles: [agent]", "roles: [boss]", 2, "Input should be 'employee'"),
        ("level: 2}", "level: 2}\n  - {email: liam@EXAMPLE.com, roles: []}", 3, '"liam@example.com" is there twice'),
        ("slug: access", "slug: My Access", 30, "String should match pattern"),
        ('label: "What?"', 'label: "' + "x" * 49 + '"', 34, "at most 48 characters"),
        ("escalation_reasons: {stuck: Nothing helped}\n", "", 1, "escalation_reasons: Field required"),
        ("name: desk", "name: [desk", 7, "not valid YAML"),
        ("tiers:", "teers:", 3, "teers: is not a known key"),
        ("hours: office}", "hours: office, procedure: {}}", 7, "queues.0.procedure.before: Field required"),
        ("hours: office}", f"hours: office, {how(before='[]')}}}", 7, "queues.0.procedure.before: List should have at"),
        ("hours: office}", f"hours: office, {how(to=['x'] * 9)}}}", 7, "queues.0.procedure.to: List should have at"),
        ("hours: office}", f"hours: office, {how(to='To L3')}}}", 7, "queues.0.procedure.to: Input should be a valid"),
        ("hours: office}", f"hours: office, {how(facts=['x' * 151])}}}", 7, "procedure.facts.0: String should have at"),
        ("hours: office}", f"hours: office, {how(facts=['  '])}}}", 7, "procedure.facts.0: String should have at"),
        ("hours: office}", f"hours: office, {how(after=['x'])}}}", 7, "queues.0.procedure.after: is not a known key"),
    ],
)
def test_a_mistake_is_told_with_its_line(file: Path, old: str, new: str, line: int, part: str) -> None:
    """Every part of the file is checked, by itself and against the others."""
    assert old in DESK
    found = problems(file, DESK.replace(old, new, 1))
    assert any(row.startswith(f"desk.yaml:{line}: ") and part in row for row in found), found


def test_hours_that_are_never_open_are_told(file: Path) -> None:
    """A whole year of holidays; one open day fewer than that is the company's affair."""
    mondays = [str(date(2027, 1, 4) + timedelta(weeks=n)) for n in range(53)]
    text = DESK.replace(', fri: "09:00 - 15:30"', "")
    (found,) = problems(file, text.replace("[2026-12-25]", f"[{', '.join(mondays)}]"))
    assert found.startswith("desk.yaml:23: ")
    assert "the holidays leave no open day in the year from 2027-01-04" in found
    file.write_text(text.replace("[2026-12-25]", f"[{', '.join(mondays[:52])}]"))
    assert load_desk(file).hours["office"].holidays


def test_all_that_does_not_fit_together_is_told_at_once(file: Path) -> None:
    """A line each, in file order."""
    text = DESK.replace("network, tier: 3", "desk, tier: 9").replace("low: {high: P3, medium: P4, low: P5}", "low: {}")
    lines = [row.split(":")[1] for row in problems(file, text)]
    assert lines == ["8", "8", "14", "14", "14"]


@pytest.mark.parametrize("text", ["", "just words", "- a\n- list"])
def test_what_is_no_mapping_is_one_line(file: Path, text: str) -> None:
    """Never a traceback."""
    assert len(problems(file, text)) == 1


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    """Missing, a folder, or not text."""
    (tmp_path / "latin.yaml").write_bytes(b"a: \xff")
    for name in ("missing.yaml", ".", "latin.yaml"):
        with pytest.raises(ConfigProblem, match="cannot be read") as caught:
            load_desk(tmp_path / name)
        assert len(caught.value.problems) == 1


def test_hours_know_their_days_and_holidays(desk: Desk) -> None:
    """A holiday is closed, whatever the weekday says; a day is the longest one."""
    hours = desk.hours["office"]
    assert hours.window(date(2026, 12, 21)) == (time(8), time(18))
    assert hours.window(date(2026, 12, 25)) is None
    assert hours.window(date(2026, 12, 22)) is None
    assert hours.working_day() == timedelta(hours=10)


def test_every_impact_and_urgency_has_its_priority(desk: Desk) -> None:
    """The matrix is complete, and says why."""
    levels = ("high", "medium", "low")
    table = [[priority(desk, "vpn", i, u) for u in levels] for i in levels]
    assert [[level for level, _ in row] for row in table] == [
        ["P1", "P2", "P3"],
        ["P2", "P3", "P4"],
        ["P3", "P4", "P5"],
    ]
    assert table[2][0][1] == "low impact, high urgency"


def test_a_category_that_may_not_wait_has_its_own_priority(desk: Desk) -> None:
    """Smoke is never P5."""
    assert priority(desk, "safety", "low", "low") == ("P1", "every safety matter is P1")


def test_a_ticket_goes_to_the_queue_that_names_its_category_or_takes_the_rest(desk: Desk) -> None:
    """A tier without a fitting queue uses what it has; a tier without any has none."""

    def name(tier: int, category: str) -> str:
        queue = queue_for(desk, tier, category)
        return queue.name if queue else "none"

    assert [name(2, "vpn"), name(3, "vpn"), name(3, "printing"), name(4, "vpn")] == [
        "desk",
        "network",
        "network",
        "none",
    ]


def test_an_escalation_goes_to_the_next_tier_that_has_a_queue(desk: Desk) -> None:
    """From the top there is no way up."""
    up = next_queue(desk, 1, "vpn")
    assert up is not None
    assert up.name == "desk"
    assert next_queue(desk, 3, "vpn") is None


def test_queues_that_do_not_say_how_tickets_leave_them_are_named(file: Path, desk: Desk) -> None:
    """Those of the last tier need not."""
    assert without_procedure(desk) == ["desk"]
    file.write_text(DESK.replace("hours: office}", f"hours: office, {how()}}}", 1), encoding="utf-8")
    assert without_procedure(load_desk(file)) == []
