"""The registry of actions: the shipped one, the rules of the format, and problems with their lines."""

from pathlib import Path

import pytest

from core.errors import ConfigProblem, NotFound
from core.people import Person, Role
from handoff.actions.registry import Actions, load_actions, read_actions

SHIPPED = Path(__file__).parents[2] / "data" / "actions.yaml"
ONE = """
actions:
  unlock-account:
    title: Unlock the account
    tells: Ends the lock.
    approval: requester
    limit: {person: 3, all: 200}
"""


def read(text: str) -> Actions:
    """A registry that has no problems."""
    found = read_actions("actions.yaml", text)
    assert isinstance(found, Actions), found
    return found


def problems(text: str) -> list[str]:
    """What is wrong with one, as a person reads it."""
    found = read_actions("actions.yaml", text)
    assert isinstance(found, list)
    return [str(problem) for problem in found]


def test_the_shipped_registry_reads():
    """Without a problem; what a thief would want needs somebody of L2, and what costs money the manager."""
    actions = load_actions(SHIPPED)
    assert len(actions.names) >= 12
    assert actions.get("reset-mfa").approval == "agent"
    assert {actions.get(name).approval for name in ("add-to-group", "assign-licence")} == {"manager"}
    assert actions.get("licence-look-up").results["licences_left"] == "number"


def test_the_shipped_look_ups_need_no_approval_and_nothing_else_does_without():
    """Whatever changes something is confirmed by somebody."""
    actions = load_actions(SHIPPED)
    free = {name for name in actions.names if actions.get(name).approval == "none"}
    assert free == {name for name in actions.names if name.endswith("-look-up")}


def test_every_action_can_be_done_refused_or_fail():
    """Those three are there without being listed; `outcomes` is plain data for the recipes' checker."""
    assert read(ONE).outcomes == {"unlock-account": frozenset({"done", "refused", "failed"})}


def test_no_file_means_no_actions(tmp_path: Path):
    """A company without automation leaves it out."""
    assert load_actions(tmp_path / "actions.yaml").names == frozenset()
    assert read("").names == frozenset()


def test_an_action_that_is_not_there():
    """It is named."""
    with pytest.raises(NotFound, match="open-the-safe"): read(ONE).get("open-the-safe")


def test_times_and_who():
    """Durations are clock time, a day has 24 hours; `who` takes one word or a list, and means employees if left out."""
    actions = read("answer_within: 30m\ngive_up_after: 2d\n" + ONE + "    who: staff\n")
    assert (actions.late.total_seconds(), actions.end.total_seconds()) == (1800, 172800)
    rule, plain = actions.get("unlock-account"), read(ONE).get("unlock-account")
    employee, agent = Person(id="U1", name="Emma"), Person(id="U2", name="Liam", roles=frozenset({Role.AGENT}))
    assert [rule.open_to(employee), rule.open_to(agent)] == [False, True]
    assert [plain.open_to(employee), plain.open_to(agent)] == [True, True]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ("    outcomes: [failed]\n", 'actions.yaml:8: every action can end as "failed"; leave it out'),
        ("    outcomes: [a, a]\n", 'actions.yaml:8: "a" is there twice'),
        ("    who: everybody\n", "actions.yaml:8: actions.unlock-account.who.0: Input should be"),
        ("    url: http://automation.example/\n", "actions.yaml:8: actions.unlock-account.url: must begin with https"),
        ("    results: {sessions: amount}\n", "actions.yaml:8: actions.unlock-account.results.sessions: Input should"),
        ("    secret: abc\n", "actions.yaml:8: actions.unlock-account.secret: is not a known key"),
        ("    parameters: [Reason]\n", "actions.yaml:8: actions.unlock-account.parameters.0: String should match"),
    ],
)
def test_problems_name_their_line(more: str, expected: str):
    """Each is one line that begins with file and line number."""
    found = problems(ONE + more)
    assert any(one.startswith(expected) for one in found), found


def test_an_action_needs_its_limit():
    """There is no action without one."""
    assert problems(ONE.replace("    limit: {person: 3, all: 200}\n", "")) == [
        "actions.yaml:3: actions.unlock-account.limit: Field required"
    ]


def test_giving_up_comes_after_asking_l2():
    """Otherwise L2 would never be asked."""
    assert problems("answer_within: 2d\n" + ONE) == ["actions.yaml:1: give_up_after: must be longer than answer_within"]


def test_a_broken_file(tmp_path: Path):
    """It stops Firstline with one clear line."""
    file = tmp_path / "actions.yaml"
    file.write_text("actions: [", encoding="utf-8")
    with pytest.raises(ConfigProblem, match=r"actions\.yaml:1: not valid YAML"): load_actions(file)
