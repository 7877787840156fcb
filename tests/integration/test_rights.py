"""Every use case with every role: whoever may not is refused, and nothing has changed."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.assistant import Assistant
from core.db import Database
from core.errors import FirstlineError, NotAllowed
from core.people import Person
from tests.company import EMMA, PEOPLE, Company, arguments, company, copied
from tests.conftest import FILE
from tests.fakes import FakeClock
from tests.rights import EVERYBODY, INSIDE, MACHINE, USE_CASES

ALL = {**PEOPLE, "requester": EMMA}
NEED_MODELS = {"rehearsing.run", "health.collisions", "health.picture", "opening.open_for"}  # in tests of theirs


def public(assistant: Assistant) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every method of every use case, by `part.method`."""
    for name, part in vars(assistant).items():
        if name == "parts": continue
        for method, _ in inspect.getmembers(type(part), inspect.isfunction):
            if not method.startswith("_"): yield f"{name}.{method}", getattr(part, method)


@pytest.fixture
def house(sqlite_database: Database, clock: FakeClock) -> Company:
    """A company in which one of everything is there."""
    return company(sqlite_database, clock)


def by_a_person(use_case: Callable[..., Any]) -> bool:
    """Whether a use case is told who asks."""
    return any(one.annotation in (Person, "Person") for one in inspect.signature(use_case).parameters.values())


def refusal(house: Company, name: str, use_case: Callable[..., Any], person: Person) -> FirstlineError | None:
    """What somebody is told who may not; None where they may."""
    try:
        use_case(**arguments(house, name, use_case, person))
    except FirstlineError as error:
        return error
    return None


def test_every_use_case_is_declared(house: Company) -> None:
    """A new use case says who may use it, and one that is gone is taken off the page."""
    assert {name for name, _ in public(house.assistant)} == {*USE_CASES, *MACHINE, *INSIDE}
    assert len({*USE_CASES, *MACHINE, *INSIDE}) == len(USE_CASES) + len(MACHINE) + len(INSIDE)


def test_who_asks_is_told_to_each_that_checks(house: Company) -> None:
    """What is for people knows who asks; what is for machines asks for nobody's word; the rest needs a session."""
    for name, use_case in public(house.assistant):
        if name in USE_CASES: assert by_a_person(use_case), name
        if name in MACHINE: assert not by_a_person(use_case), name
        assert (name in INSIDE) == ("session" in inspect.signature(use_case).parameters), name


def test_whoever_may_not_is_refused_and_nothing_changes(house: Company) -> None:
    """Each use case that is not for everybody, with each role that it is not for."""
    before, tried = house.facts(), 0
    for name, use_case in public(house.assistant):
        for role in sorted(ALL.keys() - USE_CASES.get(name, EVERYBODY)):
            told, tried = refusal(house, name, use_case, ALL[role]), tried + 1
            own = "requester" in USE_CASES[name]
            assert isinstance(told, FirstlineError if own else NotAllowed), f"{name} as {role}: {told}"
    assert house.facts() == before
    assert tried > 350


def trials() -> Iterator[tuple[str, list[str]]]:
    """Use cases with the roles that try them one after the other; where a ticket goes up, each finds it at tier 2."""
    for name in sorted(USE_CASES.keys() - NEED_MODELS):
        roles = [role for role in ALL if role in USE_CASES[name]]
        if name.startswith(("laddering.", "working.")): yield from ((name, [role]) for role in roles)
        else: yield name, roles


def test_whoever_may_is_not_refused(house: Company, tmp_path: Path) -> None:
    """Each use case with each role that it is for: others may have been faster, the role is not in the way."""
    house.database.close()
    for name, roles in trials():
        with copied(house, tmp_path / FILE, tmp_path / "copy.db") as other:
            use_case = dict(public(other.assistant))[name]
            for role in roles:
                told = refusal(other, name, use_case, ALL[role])
                assert not isinstance(told, NotAllowed), f"{name} as {role}: {told}"
