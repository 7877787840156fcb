"""The desk file: what is agreed, and what does not fit together in it, by line."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from core.errors import ConfigProblem
from handoff.agreed import Span
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
        ("Europe/London", "</" * 400 + "x", 24, "there is no time zone"),
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


REVIEW = "  - {name: ops, tier: 3, channel: it-ops, hours: office, review: true}\n"
BOSS = "  - {email: boss@example.com, roles: [manager]}\n"
CANNED = "canned: [{{slug: a, title: A, text: {}}}]\n"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "it-l2, hours: office", "it-l2, hours: office, lead: gone@example.com",
            "lead gone@example.com is not among the",
        ),
        (
            "straight_to", REVIEW + "straight_to",
            "queue ops: it is the manager's, but nobody among the staff has the role",
        ),
        ("tiers:", BOSS + "tiers:", ""),
        (
            "straight_to", REVIEW + REVIEW.replace("ops", "ops2") + "straight_to",
            "queue ops2: there is a queue for review already",
        ),
        ("straight_to", REVIEW.replace("true}", "true, watch: true}") + "straight_to", "review or to watch, not both"),
        ("straight_to", REVIEW.replace("true}", "true, categories: [a]}") + "straight_to", "takes no categories"),
        ("it-l3, hours: office", "it-l3, hours: office, watch: true", ""),
        (
            "network, tier: 3", "network, watch: true, tier: 2",
            "queue network: a queue to watch belongs to tier 3 or above",
        ),
        ("network, tier: 3", "network, watch: true, assign: true, tier: 3", "in a queue to watch nobody is assigned"),
        ("{name: desk, tier: 2", "{name: desk, review: true, tier: 2", "the first stands in for any that is taken"),
        (
            "time_zone: Europe/London\n    days:", "time_zone: Europe/London\n    dayz:",
            "hours.office.days: Field required",
        ),
        (
            "P2: {response: 30m", "P2: {response: 9h",
            "policies: response of P2, 9h, is longer than its resolution, 8h",
        ),
        (
            "P1: {response: 15m", "P1: {response: 1d",
            "policies: response of P1, 1d, is longer than its resolution, 4h",
        ),
        ("P5: {response: 1d", "P5: {response: 100h", ""),
        ("P5: {response: 1d", "P5: {response: 101h", "response of P5, 101h, is longer than its resolution, 10d"),
        ("update: 2d", "update: 5d", "policies: update of P4, 5d, is longer than its resolution, 4d"),
        ("version: 3", "version: 0", "policies.version: Input should be greater than or equal to 1"),
        (
            "version: 3", "version: 3\n  stops: [claimed]",
            "policies.stops.0: Input should be 'waiting', 'held' or 'vendor'",
        ),
        (
            "version: 3", "version: 3\n  ladder: [{at: 75, tell: []}]",
            "policies.ladder.0.tell: List should have at least 1",
        ),
        (
            "version: 3", "version: 3\n  ladder: [{at: 0, tell: [lead]}]",
            "policies.ladder.0.at: Input should be greater",
        ),
        (
            "version: 3", "version: 3\n  ladder: [{at: 9, tell: [boss]}]",
            "policies.ladder.0.tell.0: Input should be 'assi",
        ),
        (
            "version: 3", "version: 3\n  ladder: [{at: 75, tell: [lead]}, {at: 75, tell: [assignee]}]",
            "policies: the ladder has two steps at 75 percent",
        ),
        (
            "version: 3", "version: 3\n  ladder: [{at: 100, tell: [manager]}]",
            "policies: the ladder tells the manager, but nobody among the staff has the role manager",
        ),
        ("catalogue:", CANNED.format('"{name}, {number}: {name}"') + "catalogue:", ""),
        ("catalogue:", CANNED.format('"Hi {nme}"') + "catalogue:", "canned: a has {nme}; only {name} and {number} are"),
        ("catalogue:", CANNED.format('"Hi {name.first}"') + "catalogue:", "canned: a has {name.first}; only"),
        ("catalogue:", CANNED.format('"Hi {name!r}"') + "catalogue:", "canned: a has {name!r}; only"),
        ("catalogue:", CANNED.format('"Hi {name"') + "catalogue:", "canned: a has {name; only"),
        ("catalogue:", "after: {remind: 6d, resolve: 5d}\ncatalogue:", "after: remind, 6d, is longer than resolve, 5d"),
        (
            "catalogue:", "after: {remind: 20h, resolve: 1d}\ncatalogue:",
            "after: remind, 20h, is longer than resolve, 1d",
        ),
        ("catalogue:", "after: {close: 15d}\ncatalogue:", "after: close, 15d, is longer than reopen, 14d"),
        ("catalogue:", "bounced_after: 0\ncatalogue:", "bounced_after: Input should be greater than or equal to 1"),
        ("catalogue:", "entitled: [{title: CEO, tier: 5}]\ncatalogue:", "entitled: tier 5 has no queue"),
        ("catalogue:", "entitled: [{tier: 3}]\ncatalogue:", "entitled: name an e-mail address or a title"),
        ("catalogue:", "vendors: [{name: A}, {name: A}]\ncatalogue:", 'vendors: "A" is there twice'),
        (
            "catalogue:", "vendors: [{name: A, chase: often}]\ncatalogue:",
            "vendors.0.chase: write a number and m, h or d",
        ),
        ("catalogue:", "editor_tasks: {gone: Write}\ncatalogue:", "editor_tasks: there is no escalation reason gone"),
        ("{fixed: Fixed}", "{no-answer: None}", "resolution_codes: no-answer is set by Firstline"),
        ("level: 2}", "level: 5}", "staff.0.level: Input should be 0, 2 or 3"),
    ],
)
def test_what_cannot_be_is_one_clear_line(file: Path, old: str, new: str, told: str) -> None:
    """Leads, special queues, policies, the ladder, what follows by itself, replies; and what is just allowed."""
    assert old in DESK
    if not told:
        file.write_text(DESK.replace(old, new, 1), encoding="utf-8")
        load_desk(file)
        return
    found = [row for row in problems(file, DESK.replace(old, new, 1)) if told in row]
    assert len(found) == 1, problems(file, DESK.replace(old, new, 1))
    assert found[0].startswith("desk.yaml:")


def test_a_file_without_hours_is_told_so_for_each_queue(file: Path) -> None:
    """No policy can be counted then; nothing else is wrong with it."""
    opens, closes = DESK.index("hours:\n"), DESK.index("escalation_reasons:")
    told = problems(file, f"{DESK[:opens]}hours: {{}}\n{DESK[closes:]}")
    assert [row.split(": ", 1)[1] for row in told] == [
        'queue desk: there are no hours "office"', 'queue network: there are no hours "office"'
    ]


def test_a_queue_for_review_has_its_manager(file: Path) -> None:
    """Then it is the desk's, and ordinary tickets go past it."""
    text = DESK.replace("tiers:", BOSS + "tiers:", 1).replace("straight_to", REVIEW + "straight_to", 1)
    file.write_text(text, encoding="utf-8")
    read = load_desk(file)
    review, specialists = read.review_queue(), queue_for(read, 3, "printing")
    assert review is not None
    assert specialists is not None
    assert (review.name, specialists.name) == ("ops", "network")


def test_how_a_ticket_ended_has_words_whoever_ended_it(desk: Desk) -> None:
    """The file's codes, Firstline's own, and those that were taken out of the file."""
    told = [desk.ended(code) for code in ("fixed", "no-answer", "gone")]
    assert told == ["Fixed", "No answer from its requester", "gone"]


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


def keys(model: type[BaseModel], at: str = "") -> Iterator[str]:
    """Every key of a part of the file that holds a value, such as `queues.lead`."""
    for name, field in model.model_fields.items():
        if field.exclude: continue
        inner = parts(field.annotation)
        if not inner: yield f"{at}{name}"
        for part in inner: yield from keys(part, f"{at}{name}.")


def parts(annotation: Any) -> list[type[BaseModel]]:
    """The parts of the file that a value is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [] if annotation is Span else [annotation]
    return [part for inner in get_args(annotation) for part in parts(inner)]


def test_every_key_is_in_the_reference() -> None:
    """By its whole name, or by its last word in the row of what it belongs to."""
    page = (Path(__file__).parents[2] / "docs" / "desk-file.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("|")]

    def told(key: str) -> bool:
        first, _, last = key.rpartition(".")
        return any(f"`{key}`" in row or (f"`{first}`" in row and f"`{last}`" in row) for row in rows)

    forms = ("catalogue.fields.", "policies.P", "policies.ladder.", "queues.procedure.")  # told in the row of the whole
    assert [key for key in keys(Desk) if not key.startswith(forms) and not told(key)] == []
