"""Groups of the desk file: who is in them, and what cannot be."""

from pathlib import Path

import pytest

from bot.assistant import Parts
from core.errors import ConfigProblem
from core.people import Person, Role
from handoff.desk import Desk, load_desk
from tests.unit.test_handoff_desk import DESK

GROUPS = "groups:\n  - {slug: managers, name: Managers, people: [Ines@example.com]}\n"


def read(folder: Path, groups: str) -> Desk:
    """A desk with these groups."""
    file = folder / "desk.yaml"
    file.write_text(DESK + groups, encoding="utf-8")
    return load_desk(file)


def test_members_are_known_by_their_address(tmp_path: Path) -> None:
    """Whatever its case; nobody without an address is in a group."""
    desk = read(tmp_path, GROUPS)
    assert desk.groups_of("INES@EXAMPLE.COM") == {"managers"}
    assert desk.groups_of("emma@example.com") == desk.groups_of("") == frozenset()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("slug: managers", "slug: employees", "groups: employees are there already"),
        ("slug: managers", "slug: staff", "groups: staff are there already"),
        ("slug: managers", "slug: All Managers", "should match pattern"),
        ("Ines@example.com", "ines", '"ines" is no e-mail address'),
        ("Ines@example.com", "ines@example.com, INES@example.com", "INES@example.com is there twice"),
        ("[Ines@example.com]", "[]", "managers has no people"),
        ("groups:\n", "groups:\n  - {slug: managers, name: Others, people: [a@example.com]}\n", '"managers" is there'),
    ],
)
def test_what_cannot_be_is_told_with_its_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    """Taken names, the same name twice, nobody in it, and what is no address."""
    with pytest.raises(ConfigProblem) as caught:
        read(tmp_path, GROUPS.replace(old, new))
    (problem,) = caught.value.problems
    assert told in problem
    first = len(DESK.splitlines())
    assert first < int(problem.split(":")[1]) <= first + 3


def test_a_member_who_left_the_company_is_in_no_group(tmp_path: Path) -> None:
    """Roles and groups go together."""
    parts = object.__new__(Parts)
    object.__setattr__(parts, "desk", read(tmp_path, GROUPS))
    ines = Person(id="U1", name="Ines", email="ines@example.com")
    assert parts.with_roles(ines).audiences() == {"employees", "managers"}
    left = parts.with_roles(ines, left=True)
    assert (left.groups, left.roles) == (frozenset(), {Role.EMPLOYEE})
