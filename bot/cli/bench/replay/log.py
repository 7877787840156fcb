"""Reading a log of incidents: one line an event, telling how the incident stood after it.

The columns are those of the "incident management process enriched event log" (ServiceNow, UCI), by their names. The log
names no time zone and no person: its clock is taken for UTC, and whoever is only a number stays one.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from sys import intern

from core.errors import BadInput
from handoff.desk import Level

UNKNOWN = "?"
STATES = ("incident_state", "ident_state")  # both names are met
NEEDED = (
    "number", "sys_updated_at", "sys_updated_by", "caller_id", "assignment_group", "assigned_to", "category", "impact",
    "urgency", "reassignment_count", "reopen_count",
)  # fmt: skip
TIME = "%d/%m/%Y %H:%M"
LEVELS: dict[str, Level] = {"1": "high", "2": "medium", "3": "low"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """How an incident stood after one event; what is unknown is empty.

    `by` made the event, `person` has the incident. `reassigned` and `reopened` are counts up to now.
    """

    number: str
    state: str
    at: datetime
    by: str
    caller: str
    group: str
    person: str
    category: str
    impact: Level
    urgency: Level
    reassigned: int
    reopened: int


def read_log(path: Path) -> list[Row]:
    """Every line, in order of time; those of one incident stay in their order.

    Raises:
        BadInput: it cannot be read, a column is missing, or a value cannot be; names the line.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file: rows = list(_in_order(_rows(csv.reader(file))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{path} cannot be read as a log of incidents ({error}).") from None
    if not rows: raise BadInput(f"{path} has no events.")
    return sorted(rows, key=lambda row: row.at)


def by_incident(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The lines of each incident, the incidents in order of their first."""
    found: dict[str, list[Row]] = {}
    for row in rows: found.setdefault(row.number, []).append(row)
    return found


def _in_order(rows: Iterable[Row]) -> Iterator[Row]:
    """An event that is written after another one did not come before it."""
    latest: dict[str, datetime] = {}
    for row in rows:
        at = latest[row.number] = max(row.at, latest.get(row.number, row.at))
        yield row if at == row.at else replace(row, at=at)


def _rows(lines: Iterator[list[str]]) -> Iterator[Row]:
    places = _places(next(lines, []))
    for number, line in enumerate(lines, start=2):
        try:
            yield _row({name: intern(line[place]) for name, place in places.items()})
        except (ValueError, KeyError, IndexError):
            raise BadInput(f"Line {number} of the log cannot be read: a time or a level is not as expected.") from None


def _places(header: list[str]) -> dict[str, int]:
    """Where the columns are; the first of two that have one name."""
    state = next((name for name in STATES if name in header), STATES[0])
    missing = [name for name in (*NEEDED, state) if name not in header]
    if missing: raise BadInput(f"The log has no column {missing[0]}.")
    return {name: header.index(name) for name in NEEDED} | {"state": header.index(state)}


def _row(line: dict[str, str]) -> Row:
    known = {name: "" if value == UNKNOWN else value for name, value in line.items()}
    return Row(
        number=known["number"], state=known["state"], by=known["sys_updated_by"], caller=known["caller_id"],
        at=datetime.strptime(known["sys_updated_at"], TIME).replace(tzinfo=UTC), group=known["assignment_group"],
        person=known["assigned_to"], category=known["category"], impact=LEVELS[known["impact"][:1]],
        urgency=LEVELS[known["urgency"][:1]], reassigned=int(known["reassignment_count"]),
        reopened=int(known["reopen_count"]),
    )
