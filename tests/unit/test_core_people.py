"""Roles: who may do what, and who may read what."""

import pytest

from core.errors import NotAllowed
from core.people import Action, Person, Role

EVERYONE = {Action.ASK}
STAFF = {
    Action.ASK, Action.WORK_TICKETS, Action.DECLARE_OUTAGE, Action.READ_STAFF_ARTICLES, Action.READ_TRACES
}  # fmt: skip
AUTHOR = {Action.EDIT_RUNBOOKS, Action.DRAFT_RECIPES, Action.DRAFT_ARTICLES}
TABLE = {
    Role.EMPLOYEE: EVERYONE,
    Role.AGENT: STAFF | AUTHOR,
    Role.EDITOR: {Action.ASK, Action.EDIT_ARTICLES, Action.READ_STAFF_ARTICLES} | AUTHOR,
    Role.MANAGER: STAFF | {Action.MANAGE_DESK},
    Role.ADMIN: set(Action),
}


def person(*roles: Role, level: int = 2) -> Person:
    """Somebody with these roles."""
    return Person(id="U1", name="Emma", roles=frozenset(roles), level=level)


def test_the_table_is_whole() -> None:
    """The table below covers every role, so that a new one must be thought about."""
    assert set(TABLE) == set(Role)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_every_role_and_action(role: Role, action: Action) -> None:
    """Each role may do exactly what the table says, and `must` refuses the rest with a sentence."""
    someone = person(role)
    assert someone.may(action) == (action in TABLE[role])
    if someone.may(action):
        someone.must(action)
    else:
        with pytest.raises(NotAllowed, match=action.value): someone.must(action)


def test_roles_add_up() -> None:
    """A person with two roles may do what either permits."""
    both = person(Role.AGENT, Role.EDITOR)
    assert all(both.may(action) for action in TABLE[Role.AGENT] | TABLE[Role.EDITOR])


@pytest.mark.parametrize("action", sorted(AUTHOR))
def test_agents_write_from_tier_2_on(action: Action) -> None:
    """An agent below maintains nothing; an editor needs no tier."""
    assert [person(Role.AGENT, level=level).may(action) for level in (0, 1, 2, 3)] == [False, False, True, True]
    assert person(Role.EDITOR, level=0).may(action)


def test_nobody_without_a_role_may_do_anything() -> None:
    """A person whose roles were all taken away may not even ask."""
    assert not any(person().may(action) for action in Action)


@pytest.mark.parametrize("role", Role)
def test_audiences(role: Role) -> None:
    """Everybody reads the employees' articles; the staff's are for those who work here."""
    expected = {"employees"} if role is Role.EMPLOYEE else {"employees", "staff"}
    assert person(role).audiences() == expected
