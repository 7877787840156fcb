"""A log of incidents gone through once more."""

from datetime import datetime
from pathlib import Path

import pytest

from bot.cli.bench.replay import measuring
from bot.cli.bench.replay.log import by_incident, read_log
from bot.cli.bench.replay.promises import Breach, Wall, breaches, minute_of
from core.errors import BadInput

HEADER = (
    "number,incident_state,reassignment_count,reopen_count,caller_id,sys_updated_by,sys_updated_at,category,impact,"
    "urgency,priority,assignment_group,assigned_to"
)
# A Monday. 1: asked and answered, late. 2: to another group, opened again, to a vendor, given on after its end.
# 3: begun at once and urgent, then less so; the log counts one reassignment that it does not show.
LOG = f"""{HEADER}
1,New,0,0,Caller 1,5,4/4/2016 09:00,Category 1,2 - Medium,2 - Medium,3 - Moderate,Group 1,?
1,New,0,0,Caller 1,5,4/4/2016 09:05,Category 1,2 - Medium,2 - Medium,3 - Moderate,Group 1,Resolver 2
1,Active,0,0,Caller 1,6,4/4/2016 11:30,Category 1,2 - Medium,2 - Medium,3 - Moderate,Group 1,Resolver 2
1,Awaiting User Info,0,0,Caller 1,6,4/4/2016 12:00,Category 1,2 - Medium,2 - Medium,3 - Moderate,Group 1,Resolver 2
1,Active,0,0,Caller 1,6,5/4/2016 12:00,Category 1,2 - Medium,2 - Medium,3 - Moderate,Group 1,Resolver 2
1,Resolved,0,0,Caller 1,6,7/4/2016 10:00,Category 1,2 - Medium,2 - Medium,3 - Moderate,Group 1,Resolver 2
1,Closed,0,0,Caller 1,9,12/4/2016 10:00,Category 1,2 - Medium,2 - Medium,3 - Moderate,Group 1,Resolver 2
2,Active,0,0,Caller 2,5,4/4/2016 09:01,Category 2,3 - Low,3 - Low,4 - Low,?,?
2,Active,1,0,Caller 2,5,4/4/2016 09:20,Category 2,3 - Low,3 - Low,4 - Low,Group 1,Resolver 3
2,Resolved,1,0,Caller 2,5,4/4/2016 10:00,Category 2,3 - Low,3 - Low,4 - Low,Group 1,Resolver 3
2,Active,1,1,Caller 2,5,4/4/2016 10:30,Category 2,3 - Low,3 - Low,4 - Low,Group 1,Resolver 3
2,Awaiting Vendor,1,1,Caller 2,5,4/4/2016 10:31,Category 2,3 - Low,3 - Low,4 - Low,Group 1,Resolver 3
2,Awaiting Vendor,2,1,Caller 2,5,4/4/2016 10:40,Category 2,3 - Low,3 - Low,4 - Low,Group 2,Resolver 4
2,Awaiting Vendor,2,1,Caller 2,5,4/4/2016 10:50,Category 2,3 - Low,3 - Low,4 - Low,Group 2,?
2,Awaiting Problem,2,1,Caller 2,5,4/4/2016 11:31,Category 2,3 - Low,3 - Low,4 - Low,Group 2,?
2,Resolved,2,1,Caller 2,5,4/4/2016 12:00,Category 2,3 - Low,3 - Low,4 - Low,Group 2,Resolver 4
2,Resolved,3,1,Caller 2,5,4/4/2016 12:10,Category 2,3 - Low,3 - Low,4 - Low,Group 3,Resolver 4
2,Closed,3,1,Caller 2,5,9/4/2016 12:00,Category 2,3 - Low,3 - Low,4 - Low,Group 3,Resolver 4
3,Active,0,0,Caller 3,5,4/4/2016 22:00,Category 3,1 - High,1 - High,1 - Critical,Group 4,Resolver 5
3,-100,0,0,Caller 3,5,4/4/2016 22:20,Category 3,1 - High,1 - High,1 - Critical,Group 4,Resolver 5
3,Active,1,0,Caller 3,5,5/4/2016 02:30,Category 3,2 - Medium,1 - High,2 - High,Group 4,Resolver 5
3,Closed,1,0,Caller 3,5,5/4/2016 09:00,Category 3,2 - Medium,1 - High,2 - High,Group 4,Resolver 5
"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A small log, made up."""
    file = tmp_path / "log.csv"
    file.write_text(LOG, encoding="utf-8")
    return file


def silent(_what: str, _done: int, _all: int) -> None:
    """Nobody is told how far it is."""


@pytest.mark.parametrize("processes", [1, 2])
def test_a_replay_comes_out_as_its_log(log: Path, tmp_path: Path, empty_url: str, processes: int) -> None:
    """Every line brings the ticket to where the log says; what is not the log's is told apart; nothing is wrong."""
    found = measuring.measure(log, url=empty_url, folder=tmp_path, processes=processes, first=9, note=silent)
    assert (found.lines, found.apart, found.found.whole) == (22, 0, True)
    same = found.found
    assert (same.incidents, same.states, same.reopened, same.queues) == (3, 3, 3, 2)
    assert (same.reassigned, same.unseen, same.late, same.wrong) == (1, 1, 1, 0)
    assert (same.breaches, same.missing, same.extra) == (3, 0, 0)
    assert "22 lines of 3 incidents" in found.table()


def test_broken_promises_counted_by_hand(log: Path) -> None:
    """Two hours to answer; twenty hours of work without the day of waiting; four hours around the clock."""
    incidents = by_incident(read_log(log))
    wall = Wall(datetime.fromisoformat("2016-04-04T00:00Z"), datetime.fromisoformat("2016-04-12T00:00Z"))
    found = [one for rows in incidents.values() for one in breaches(rows, wall)]
    due = [("1", "response", "2016-04-04T11:00Z"), ("1", "resolution", "2016-04-07T09:00Z")]  # eight in London is seven
    due += [("3", "resolution", "2016-04-05T02:00Z")]
    assert found == [Breach(number, target, at(moment), at(moment)) for number, target, moment in due]


def at(moment: str) -> int:
    """A moment in minutes."""
    return minute_of(datetime.fromisoformat(moment))


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("number,impact\n1,1\n", "no column sys_updated_at"),
        (LOG.replace("4/4/2016 09:05", "yesterday"), "Line 3"),
        (LOG.replace("2 - Medium", "some"), "Line 2"),
        (f"{HEADER}\n", "no events"),
    ],
)
def test_a_log_that_cannot_be_read_is_told(tmp_path: Path, wrong: str, told: str) -> None:
    """By its line or its column."""
    file = tmp_path / "wrong.csv"
    file.write_text(wrong, encoding="utf-8")
    with pytest.raises(BadInput, match=told): read_log(file)


def test_a_database_with_tickets_is_left_alone(log: Path, tmp_path: Path) -> None:
    """A replay has a database of its own."""
    url = f"sqlite:///{tmp_path}/used.db"
    measuring.measure(log, url=url, folder=tmp_path, processes=1, first=1, note=silent)
    with pytest.raises(BadInput, match="holds tickets"):
        measuring.measure(log, url=url, folder=tmp_path, processes=1, first=1, note=silent)
