"""The staff of the desk file: known before they ever write, and gone once they left."""

import threading
from dataclasses import replace

import pytest

from bot.assistant.staffing import Staffing
from bot.slack.directory import Directory
from bot.slack.roll import Roll
from core.errors import Unavailable
from core.people import Person, Role
from tests.fakes import FakeClock
from tests.functional.office import LIAM, MARCUS, NOOR, PATIENCE, PRIYA, Office

STAFF = {LIAM: 2, PRIYA: 3, NOOR: 0, MARCUS: 3}


def known(office: Office, user: str) -> Person:
    """Somebody as Firstline knows them, once the roll was called at start."""
    for thread in threading.enumerate():
        if thread.name == "roll": thread.join(PATIENCE)
    return office.up.assistant.parts.person(user)


def roll(office: Office, clock: FakeClock) -> Roll:
    """Another calling of the roll, as at the next start."""
    return Roll(Directory(office.bot(), office.up.assistant, clock), office.up.assistant)


def test_staff_are_known_before_they_write(office: Office) -> None:
    """With role, level, what they know, and their time zone; nobody else was looked up."""
    assert {user: known(office, user).level for user in STAFF} == STAFF
    assert "vpn" in known(office, PRIYA).platforms
    assert known(office, PRIYA).tz == "Asia/Kolkata"
    assert len(office.calls("users.lookupByEmail")) == len(STAFF)


def test_whoever_was_deactivated_gets_no_tickets(office: Office, clock: FakeClock) -> None:
    """Slack no longer tells their address, but still who they are: they keep no role of the staff."""
    assert Role.AGENT in known(office, LIAM).roles
    office.server.post("/ui/_test/deactivate", user=LIAM)
    roll(office, clock).call()
    assert (known(office, LIAM).roles, known(office, LIAM).level) == (frozenset({Role.EMPLOYEE}), 0)
    office.server.post("/ui/_test/deactivate", user=LIAM, back=True)
    roll(office, clock).call()
    assert (Role.AGENT in known(office, LIAM).roles, known(office, LIAM).level) == (True, 2)


def test_without_a_database_they_are_looked_up_later(
    office: Office, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody is left out, and the thread tells it in a line."""
    asked, directory = list[str](), Directory(office.bot(), office.up.assistant, clock)
    look_up = directory.colleague

    def fail_once(email: str) -> Person | None:
        asked.append(email)
        if len(asked) == 1: raise Unavailable("The database did not answer; nothing was changed.")
        return look_up(email)

    monkeypatch.setattr(directory, "colleague", fail_once)
    monkeypatch.setattr("bot.slack.roll.WAIT", 0.0)
    Roll(directory, office.up.assistant).call()
    assert len(asked) == len(STAFF) + 1
    assert asked[0] == asked[1]
    assert "a little later: The database did not answer" in caplog.text


def test_a_change_of_the_file_counts_from_the_next_start(office: Office) -> None:
    """Another level for one of the staff, none at all for two: before anybody writes, and before Slack is asked."""
    for user in STAFF: known(office, user)
    parts = office.up.assistant.parts
    liam, _, noor, _ = parts.desk.staff
    changed = parts.desk.model_copy(update={"staff": [liam.model_copy(update={"level": 3}), noor]})
    later = Staffing(replace(parts, desk=changed))
    assert (later.enrol(), later.enrol()) == (3, 0)
    levels = {user: (known(office, user).level, known(office, user).works_at(2)) for user in STAFF}
    assert levels == {LIAM: (3, True), PRIYA: (0, False), NOOR: (0, False), MARCUS: (0, False)}
    assert office.up.assistant.staffing.enrol() == 3
