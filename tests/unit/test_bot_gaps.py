"""Questions brought together, and what they cost: the rules."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.gaps import _cell
from bot.decide import Decision, HandOff, Limits, Reason, decide, nothing_fitted
from bot.gaps.figures import chosen, measure
from bot.gaps.grouping import ALIKE_AT, MAX_TITLE, Means, grouped, joined, left, middle, nearest, title_of
from bot.gaps.minutes import lost
from bot.gaps.whys import BY_STAFF, CAME_BACK, MAX_WHY, NOT_HELPFUL, UNANSWERED, UNCLEAR, of_staff, worse
from classifier.labels import Intent
from core.encoder import HashingEncoder
from handoff.desk import load_desk
from tests.commandline import runner
from tests.making import candidate, evidence

DATA = Path(__file__).parents[2] / "data"
TWO = ("reset my password please", "please reset my password now", "printer out of paper", "printer is out of paper")
LIMITS = Limits(answer=0.8, clarify=0.5)


def test_questions_of_one_meaning_come_together_in_any_order():
    """Each to the group that it is most like, or to a new one."""
    vectors = HashingEncoder().encode(TWO)
    assert grouped(vectors) == [0, 0, 1, 1]
    assert grouped(vectors[[2, 0, 3, 1]]) == [0, 1, 0, 1]


def test_a_question_like_none_has_no_group():
    """Nor has any where there is no group yet."""
    one = np.array([1.0, 0.0], dtype=np.float32)
    assert nearest(one, np.zeros((0, 2), dtype=np.float32)) is None
    assert nearest(one, np.array([[ALIKE_AT - 0.01, 0.1]], dtype=np.float32)) is None
    assert nearest(one, np.array([[0.1, 0.1], [ALIKE_AT, 0.1]], dtype=np.float32)) == 1


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8), st.integers(0, 7))
def test_who_leaves_leaves_nothing_behind(numbers: list[int], place: int):
    """The mean of a group is that of who is in it, whoever came and went."""
    vectors = HashingEncoder().encode([f"word{n} and word{n + 1}" for n in numbers])
    mean = np.zeros_like(vectors[0])
    for size, vector in enumerate(vectors): mean = joined(mean, size, vector)
    assert np.allclose(mean, vectors.mean(axis=0), atol=1e-5)
    gone = place % len(vectors)
    rest = np.delete(vectors, gone, axis=0)
    expected = rest.mean(axis=0) if len(rest) else np.zeros_like(mean)
    assert np.allclose(left(mean, len(vectors), vectors[gone]), expected, atol=1e-5)


def test_means_are_found_until_they_are_dropped():
    """By the id of their group, with the newest mean."""
    east, north = np.array([1.0, 0.0], dtype=np.float32), np.array([0.0, 1.0], dtype=np.float32)
    means = Means([], np.zeros((0, 0), dtype=np.float32))
    means.put(7, east)
    means.put(9, north)
    assert (means.nearest(east), means.nearest(north)) == (7, 9)
    means.put(7, north * np.float32(0.9))
    assert (means.nearest(east), means.nearest(north)) == (None, 9)
    means.drop(9)
    means.drop(11)
    assert means.nearest(north) == 7


def test_a_title_is_the_question_in_the_middle():
    """In its own words, on one line, cut where it is long."""
    vectors = HashingEncoder().encode(["vpn down", "vpn down today", "vpn down today again and again"])
    assert middle(vectors, vectors.mean(axis=0)) == 1
    assert title_of("  the VPN\nis  *down*  ") == "the VPN is *down*"
    assert len(title_of("word " * 100)) <= MAX_TITLE


def test_reasons_only_get_worse():
    """What staff say weighs most; the same again is nothing new."""
    assert worse(UNCLEAR, UNANSWERED)
    assert not worse(CAME_BACK, NOT_HELPFUL)
    assert not worse(NOT_HELPFUL, NOT_HELPFUL)
    assert worse(CAME_BACK, of_staff("no-article"))
    assert not worse("no-article", CAME_BACK)


@pytest.mark.parametrize("reason", sorted(load_desk(DATA / "desk.yaml").editor_tasks))
def test_the_shipped_reasons_fit(reason: str):
    """A longer one of a company's own is kept as such."""
    assert of_staff(reason) == reason
    assert of_staff(reason.ljust(MAX_WHY + 1, "x")) == BY_STAFF


@pytest.mark.parametrize(("asked", "over", "minutes"), [
    ((20, 9, 0), (20, 9, 30), 30), ((20, 16, 50), (23, 8, 10), 80), ((21, 10, 0), (22, 10, 0), 0),
    ((20, 9, 0), (30, 9, 0), 600), ((20, 9, 0), (20, 8, 0), 0),
])  # fmt: skip
def test_minutes_count_while_the_desk_is_open(
    asked: tuple[int, int, int], over: tuple[int, int, int], minutes: int
):
    """Not at night or on Sunday, never more than one working day, never less than none."""
    hours = load_desk(DATA / "desk.yaml").hours["office"]
    begin, end = (datetime(2026, 11, *at, tzinfo=UTC) for at in (asked, over))
    assert lost(hours, begin, end) == minutes


def test_the_rule_tells_whether_nothing_fitted():
    """As it is kept in traces: of a handoff that no rule asked for, and of no other decision."""

    def why(**seen: object) -> str:
        made: Decision = decide(evidence(**seen), LIMITS)
        return made.why

    assert nothing_fitted(why(confidence=0.2))
    assert nothing_fitted(why(candidates=(), confidence=0.0))
    others = (why(confidence=0.9), why(confidence=0.6), why(intent=Intent.PERSON), why(straight=True, confidence=0.2))
    assert not any(map(nothing_fitted, others))
    assert isinstance(decide(evidence(candidates=(candidate(),), confidence=0.2), LIMITS).outcome, HandOff)
    assert not any(nothing_fitted(reason) for reason in Reason)


def test_figures_of_a_grouping():
    """All right, all apart, and all in one."""
    vectors, labels = HashingEncoder().encode(TWO), ["password", "password", "printer", "printer"]
    right = measure(vectors, labels, ALIKE_AT)
    assert (right.precision, right.recall, right.rand, right.v_measure, right.groups) == (1.0, 1.0, 1.0, 1.0, 2)
    apart, one = measure(vectors, labels, 1.5), measure(vectors, labels, -1.0)
    assert (apart.recall, apart.groups) == (0.0, 4)
    assert (one.recall, one.groups, one.rand) == (1.0, 1, 0.0)
    assert one.precision == pytest.approx(1 / 3)


def test_so_many_of_each_label_are_chosen():
    """Always the same ones, in their order."""
    labels = ["a"] * 20 + ["b"] * 3
    places = chosen(labels, 5)
    assert [labels[place] for place in places] == ["a"] * 5 + ["b"] * 3
    assert places == sorted(places) == chosen(labels, 5)


def test_no_cell_is_a_formula():
    """Whoever opens the file in a spreadsheet sees what people wrote."""
    assert [_cell(one) for one in ("=1+1", "@x", "how?", 3, None)] == ["'=1+1", "'@x", "how?", 3, ""]


def test_the_command_tells_what_is_missing(tmp_path: Path, exported_state: Path):
    """Nothing yet, in each of its forms; and a file that is there is not overwritten."""
    run = runner(tmp_path)
    state = {"FIRSTLINE_STATE_DIR": str(exported_state)}
    assert run("kb", "gaps", **state).out == "No gap is open.\n"
    assert run("kb", "gaps", "--closed", **state).out == "No gap is closed.\n"
    assert run("kb", "gaps", "--json", **state).json == []
    file = tmp_path / "gaps.csv"
    assert run("kb", "gaps", "--csv", str(file), **state).code == 0
    assert file.read_text().startswith("id,title,count,people,minutes")
    again = run("kb", "gaps", "--csv", str(file), **state)
    assert (again.code, "is there already" in again.err) == (2, True)


def test_the_command_measures_a_labelled_set(tmp_path: Path, exported_state: Path):
    """A row for each threshold; a set that cannot be read is one clear line."""
    run = runner(tmp_path)
    state = {"FIRSTLINE_STATE_DIR": str(exported_state)}
    file = tmp_path / "set.jsonl"
    rows = [{"text": text, "label": text.split()[-1]} for text in TWO]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    ran = run("kb", "gaps", "--measure", str(file), "--json", **state)
    assert [row["at"] for row in ran.json] == sorted(row["at"] for row in ran.json)
    assert "precision" in run("kb", "gaps", "--measure", str(file), **state).out
    assert run("kb", "gaps", "--measure", str(tmp_path / "none.jsonl"), **state).code == 2
