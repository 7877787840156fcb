"""Everything that can be pressed or sent in Slack, by every role: whoever may not is told so, and changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.slack import ids
from core.db import Database
from tests.company import EMMA, PEOPLE, Company, company, copied
from tests.conftest import FILE
from tests.fakes import FakeClock
from tests.listening import LISTENERS
from tests.pressing import Desk

ALL = {**PEOPLE, "requester": EMMA}


@pytest.fixture
def house(sqlite_database: Database, clock: FakeClock) -> Company:
    """A company in which one of everything is there."""
    return company(sqlite_database, clock)


@pytest.fixture
def no_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nobody is told of an error of ours instead of a refusal."""
    yield
    assert [one.getMessage() for one in caplog.get_records("call") if one.levelname == "ERROR"] == []


def test_every_listener_is_declared(house: Company) -> None:
    """A new button, form, shortcut or command says who may use it."""
    assert set(Desk(house).app.known) == LISTENERS.keys()


@pytest.mark.usefixtures("no_errors")
def test_whoever_may_not_changes_nothing(house: Company) -> None:
    """Each with each role that it is not for."""
    desk, before = Desk(house), house.facts()
    for who, body in LISTENERS.values():
        for role in ALL.keys() - who if body else (): desk.press(ALL[role], body or {})
    assert house.facts() == before


@pytest.mark.usefixtures("no_errors")
def test_whoever_may_is_told_something_else(house: Company, tmp_path: Path) -> None:
    """A refusal is no fault of the test's: the same press by somebody who may do it ends otherwise."""
    house.database.close()
    for (kind, name), (who, body) in LISTENERS.items():
        if body is None or who >= ALL.keys() or name == ids.STAFF_TICKET_VIEW: continue  # that one needs the models
        may, may_not = next(role for role in ALL if role in who), [role for role in ALL if role not in who]
        with copied(house, tmp_path / FILE, tmp_path / "copy.db") as other:
            desk = Desk(other)
            refused, done = [desk.press(ALL[role], body) for role in may_not], desk.press(ALL[may], body)
            same = [role for role, told in zip(may_not, refused, strict=True) if told == done]
            assert not same, f"{kind} {name}: {may} and {same} are all told {done}"
