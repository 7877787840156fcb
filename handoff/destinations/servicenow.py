"""ServiceNow, through its Table API.

https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html: records are found with `GET /table/incident`
and an encoded query, made with POST (201), changed with PATCH (200). One PATCH is one transaction over there, so the
point that was reached is kept beside the work note that it came with: in `correlation_display`.
https://www.servicenow.com/docs/r/it-service-management/incident-management/c_IncidentManagementStateModel.html: states.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from core.errors import CannotDeliver, TryLater
from handoff.destinations.kinds import Reference, Snapshot, Who, pages
from handoff.destinations.rest import Json, Rest, basic
from handoff.states import OVER, State

TABLE = "/api/now/table"
FIELDS = "sys_id,number,state,correlation_display"
MOST_SUMMARY, MOST_TEXT = 160, 4_000  # characters that its fields take, unless somebody changed them
LEVELS = {"high": "1", "medium": "2", "low": "3"}
STATES: dict[State, Json] = {
    State.NEW: {"state": "1"}, State.CLAIMED: {"state": "2"}, State.ESCALATED: {"state": "2"},
    State.REOPENED: {"state": "2"}, State.WAITING: {"state": "3", "hold_reason": "1"}, State.HELD: {"state": "3"},
    State.VENDOR: {"state": "3", "hold_reason": "4"}, State.RESOLVED: {"state": "6"}, State.CLOSED: {"state": "6"},
}  # fmt: skip  # what is closed there can hardly be changed: it closes resolved incidents by a rule of its own


class ServiceNow:
    """Incidents of one instance."""

    name = "servicenow"
    settles = timedelta(minutes=2)  # it cuts a call off after 60 s; a read may come from a copy that is a little behind

    def __init__(self, url: str, user: str, token: str, close_code: str, clock: Callable[[], datetime]) -> None:
        """Take the instance's address, an account with its password, and the close code of tickets that are over."""
        self._url, self._close_code = url.rstrip("/"), close_code
        self._rest = Rest("ServiceNow", url, {"authorization": basic(user, token)}, clock)

    def open(self, snapshot: Snapshot) -> Reference:
        """See `TicketSystem.open`."""
        found = self._find(snapshot.number)
        return self._reference(found or self._make(snapshot))

    def update(self, snapshot: Snapshot, known: Reference) -> Reference:
        """See `TicketSystem.update`."""
        found = self._find(snapshot.number)
        if not found: raise CannotDeliver(f"ServiceNow no longer has {known.reference} with our number on it.")
        there = _point(found)
        if there >= snapshot.point: return self._reference(found)
        notes = list(pages([one for one in snapshot.news if one.point > there], MOST_TEXT))
        for point, text in notes[:-1]: self._patch(found, {"work_notes": text, "correlation_display": _display(point)})
        last = {"work_notes": notes[-1][1]} if notes else {}
        self._patch(found, self._fields(snapshot) | last | {"correlation_display": _display(snapshot.point)})
        return self._reference(found)

    def check(self) -> str:
        """See `TicketSystem.check`."""
        self._rest.get(f"{TABLE}/incident", sysparm_limit="1", sysparm_fields="number")
        return "incidents can be read"

    def _find(self, number: str) -> Json | None:
        """The oldest incident with our number, if there is one."""
        query = f"correlation_id={correlation(number)}^ORDERBYsys_created_on"
        return self._first(f"{TABLE}/incident", sysparm_query=query, sysparm_fields=FIELDS, sysparm_limit="1")

    def _make(self, snapshot: Snapshot) -> Json:
        sent = {
            "correlation_id": correlation(snapshot.number), "correlation_display": _display(0),
            "short_description": snapshot.summary[:MOST_SUMMARY], "description": _description(snapshot),
            "impact": LEVELS[snapshot.impact], "urgency": LEVELS[snapshot.urgency],
            **self._person("caller_id", snapshot.requester),
        }  # fmt: skip
        said = self._rest.call("POST", f"{TABLE}/incident?sysparm_fields={FIELDS}", sent)
        made = _rows({"result": [said.get("result")]})
        if not made: raise TryLater("ServiceNow's answer names no incident.")
        return made[0]

    def _fields(self, snapshot: Snapshot) -> Json:
        ends = {"close_code": self._close_code, "close_notes": snapshot.resolution[:MOST_TEXT] or "-"}
        return {
            "short_description": snapshot.summary[:MOST_SUMMARY], "description": _description(snapshot),
            "impact": LEVELS[snapshot.impact], "urgency": LEVELS[snapshot.urgency],
            **STATES[snapshot.state], **(ends if snapshot.state in OVER else {}),
            **self._person("assigned_to", snapshot.assignee),
        }  # fmt: skip

    def _patch(self, found: Json, sent: Json) -> None:
        self._rest.call("PATCH", f"{TABLE}/incident/{found['sys_id']}?sysparm_fields={FIELDS}", sent)

    def _person(self, field: str, person: Who) -> Json:
        """A field that names a user, as far as exactly one has the person's address."""
        if not re.fullmatch(r"[^\s^=,]+@[^\s^=,]+", person.email): return {}  # a query has signs of its own
        query = {"sysparm_query": f"email={person.email}^active=true", "sysparm_fields": "sys_id", "sysparm_limit": "2"}
        users = _rows(self._rest.get(f"{TABLE}/sys_user", **query))
        return {field: users[0]["sys_id"]} if len(users) == 1 else {}

    def _first(self, path: str, **query: str) -> Json | None:
        return next(iter(_rows(self._rest.get(path, **query))), None)

    def _reference(self, record: Json) -> Reference:
        return Reference(reference=str(record["number"]), url=f"{self._url}/incident.do?sys_id={record['sys_id']}")


def correlation(number: str) -> str:
    """What an incident of ours has as its correlation id."""
    return f"firstline:{number}"


def _display(point: int) -> str:
    return f"Firstline {point}"


def _point(record: Json) -> int:
    """How far an incident was brought."""
    match = re.fullmatch(r"Firstline (\d{1,18})", str(record.get("correlation_display", "")))
    return int(match[1]) if match else 0


def _description(snapshot: Snapshot) -> str:
    head = f"{snapshot.number}, {snapshot.priority}, {snapshot.category}, {snapshot.queue} (tier {snapshot.tier})"
    who = f"Requester: {snapshot.requester.name} {snapshot.requester.email}".strip()
    return "\n".join([head, who, *([snapshot.url] if snapshot.url else []), "", snapshot.description])[:MOST_TEXT]


def _rows(said: Json) -> list[dict[str, Any]]:
    result = said.get("result")
    return [row for row in result if isinstance(row, dict) and "sys_id" in row] if isinstance(result, list) else []
