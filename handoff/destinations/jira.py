"""Jira Service Management Cloud, through its REST calls.

https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/: `POST /rest/servicedeskapi/request`
makes a request (201, with `issueKey`), `POST .../request/{key}/comment` with `public: false` adds an internal comment
(201).
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/: `POST /rest/api/3/search/jql`.
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/: read an issue, read and make transitions
(204). https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/: read comments.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from core.errors import CannotDeliver, TryLater
from handoff.destinations.kinds import Reference, Snapshot, pages
from handoff.destinations.moving import Transition, chosen
from handoff.destinations.rest import Json, Rest, basic

SEARCH = "/rest/api/3/search/jql"
REQUEST = "/rest/servicedeskapi/request"
MOST_SUMMARY, MOST_TEXT = 255, 30_000  # characters; Jira takes 255 and 32,767
MOST_MOVES = 2  # one after the other: out of a pause, and to the end
LOOKED_AT = 100  # of its newest comments, for what is there already
MARK = re.compile(r"\[(?P<number>[A-Z]+-\d+) (?P<point>\d{1,18})\]")


class JiraServiceManagement:
    """Requests of one service desk."""

    name = "jira"
    settles = timedelta(minutes=5)
    # https://developer.atlassian.com/cloud/jira/platform/search-and-reconcile/: found after seconds, at times minutes

    def __init__(
        self, url: str, user: str, token: str, desk: str, request_type: str, project: str,
        clock: Callable[[], datetime],
    ) -> None:
        """Take the site's address, an account with its API token, and where requests are made."""
        self._url, self._desk, self._type, self._project = url.rstrip("/"), desk, request_type, project
        self._rest = Rest("Jira", url, {"authorization": basic(user, token)}, clock)

    def open(self, snapshot: Snapshot) -> Reference:
        """See `TicketSystem.open`."""
        return self._find(snapshot.number) or self._make(snapshot)

    def update(self, snapshot: Snapshot, known: Reference) -> Reference:
        """See `TicketSystem.update`. The comments come first: what a change of state needs is told by them."""
        there = self._point(snapshot, known.reference)
        for point, text in pages([one for one in snapshot.news if one.point > there], MOST_TEXT):
            self._comment(known.reference, f"[{snapshot.number} {point}]\n{_plain(text)}")
        self._move(snapshot, known.reference)
        return known

    def check(self) -> str:
        """See `TicketSystem.check`."""
        said = self._rest.get(f"/rest/servicedeskapi/servicedesk/{self._desk}/requesttype/{self._type}")
        return f'requests will be of the type "{str(said.get("name", ""))[:60]}"'

    def _find(self, number: str) -> Reference | None:
        """The oldest issue whose summary begins with our number: the search itself knows words, not beginnings."""
        jql = f'project = "{self._project}" AND summary ~ "\\"{number}\\"" ORDER BY created ASC'
        said = self._rest.ask("POST", SEARCH, {"jql": jql, "fields": ["summary"], "maxResults": 50})
        summaries = {str(one.get("key")): str(_inside(one, "fields", "summary")) for one in _list(said, "issues")}
        ours = [key for key, summary in summaries.items() if summary.startswith(f"[{number}]")]
        return self._reference(ours[0]) if ours else None

    def _make(self, snapshot: Snapshot) -> Reference:
        values = {"summary": _summary(snapshot), "description": _plain(_description(snapshot))}
        sent = {"serviceDeskId": self._desk, "requestTypeId": self._type, "requestFieldValues": values}
        key = self._rest.call("POST", REQUEST, sent).get("issueKey")
        if not isinstance(key, str) or not key: raise TryLater("Jira's answer names no issue.")
        return self._reference(key)

    def _reference(self, key: str) -> Reference:
        return Reference(reference=key, url=f"{self._url}/browse/{key}")

    def _point(self, snapshot: Snapshot, key: str) -> int:
        """How far an issue was brought, as its newest comments tell."""
        said = self._rest.get(f"/rest/api/3/issue/{key}/comment", orderBy="-created", maxResults=str(LOOKED_AT))
        marks = [mark for one in _list(said, "comments") for mark in MARK.finditer(json.dumps(one.get("body")))]
        return max((int(mark["point"]) for mark in marks if mark["number"] == snapshot.number), default=0)

    def _comment(self, key: str, text: str) -> None:
        self._rest.call("POST", f"{REQUEST}/{key}/comment", {"body": text, "public": False})

    def _move(self, snapshot: Snapshot, key: str) -> None:
        """Make the transitions that lead to the ticket's state, as far as the workflow has them."""
        for _ in range(MOST_MOVES):
            status = _inside(self._rest.get(f"/rest/api/3/issue/{key}", fields="status"), "fields", "status")
            said = self._rest.get(f"/rest/api/3/issue/{key}/transitions", expand="transitions.fields")
            move = chosen(snapshot.state, _status(status), [_transition(one) for one in _list(said, "transitions")])
            if move is None: return
            self._take(move, key)
            if move.leads: return

    def _take(self, move: Transition, key: str) -> None:
        fields = {"resolution": {"name": move.resolution}} if move.resolution else {}
        sent: Json = {"transition": {"id": move.id}} | ({"fields": fields} if fields else {})
        self._rest.call("POST", f"/rest/api/3/issue/{key}/transitions", sent)


def _transition(one: Json) -> Transition:
    name, category = _status(one.get("to"))
    values = _inside(one, "fields", "resolution", "allowedValues")
    names = [str(value["name"]) for value in values if isinstance(value, dict) and "name" in value] if isinstance(
        values, list
    ) else []
    wanted = next((name for name in names if name.lower() in ("done", "fixed", "resolved")), names[0] if names else "")
    return Transition(id=str(one.get("id", "")), to=name, category=category, resolution=wanted)


def _status(found: Any) -> tuple[str, str]:
    """A status' name, and its category: new, indeterminate or done."""
    return str(_inside(found, "name") or ""), str(_inside(found, "statusCategory", "key") or "")


def _summary(snapshot: Snapshot) -> str:
    return f"[{snapshot.number}] {' '.join(snapshot.summary.split())}"[:MOST_SUMMARY]


def _description(snapshot: Snapshot) -> str:
    s = snapshot
    due = f"Response due {_when(s.response_due)}, resolution due {_when(s.resolution_due)}."
    lines = [
        f"{s.number}: {s.kind}, {s.priority} ({s.impact} impact, {s.urgency} urgency), {s.category}",
        f"Requester: {s.requester.name} {s.requester.email}".strip(),
        f"With: {s.queue} (tier {s.tier}). {due}", *([s.url] if s.url else []), "", s.description,
    ]  # fmt: skip
    return "\n".join(lines)[:MOST_TEXT]


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _plain(text: str) -> str:
    """A text that calls nobody: a mention is written with these signs."""
    return text.replace("[~", "[ ~")


def _inside(value: Any, *path: str) -> Any:
    for name in path: value = value.get(name) if isinstance(value, dict) else None
    return value


def _list(said: Json, name: str) -> list[Json]:
    found = said.get(name)
    if not isinstance(found, list): raise CannotDeliver(f"Jira's answer has no list of {name}.")
    return [one for one in found if isinstance(one, dict)]
