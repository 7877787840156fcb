"""Ticket systems on this machine, which check each call as the real ones' documentation describes it, and can fail."""

import base64
import json
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from core import webhooks
from core.errors import NotAllowed
from handoff.destinations.jira import JiraServiceManagement
from handoff.destinations.kinds import TicketSystem
from handoff.destinations.servicenow import ServiceNow
from handoff.destinations.webhook import WebhookSystem

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
USER, TOKEN = "firstline@brightwater.example", "a-token-that-nobody-may-see"
BASIC = "Basic " + base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()
Json = dict[str, Any]
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One call as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Json:
        """Its body; a real one answers 415 and 400 to what is none."""
        if not self.headers.get("content-type", "").startswith("application/json"): raise Refusal(415, "no JSON")
        try:
            found = json.loads(self.body)
        except ValueError:
            raise Refusal(400, "not parseable") from None
        if not isinstance(found, dict): raise Refusal(400, "no object")
        return found


class Refusal(Exception):
    """A status that is no success, and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """A ticket over there, in words that all systems share."""

    reference: str
    summary: str
    over: bool
    notes: str  # everything that was said of it, internally
    public: str = ""  # and what its requester can read there
    fields: Json = field(default_factory=dict)


class Server:
    """What all three have: a port, faults that are used up one by one, and a record of calls."""

    name = ""
    settles = False  # whether what was made is found only after a while

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.calls: list[Asked] = []
        self.faults: deque[str] = deque()
        self.turn = threading.Condition()
        self.url = ""

    def fail(self, *kinds: str) -> None:
        """The next calls go wrong: `hang up` does what is asked and gives no answer, others do nothing."""
        self.faults.extend(kinds)

    def take(self, asked: Asked) -> tuple[int, Json, Json] | None:
        """Status, headers and body of an answer; None to hang up."""
        with self.turn:
            self.turn.notify_all()
            self.calls.append(asked)
            fault = self.faults[0] if self.faults else ""
            if fault == "hang up" and not self.writes(asked): fault = ""
            elif fault: self.faults.popleft()
            if fault == "limit": return 429, {"Retry-After": "7"}, self.refused("too many")
            if fault == "broken": return 503, {}, {}
            if fault == "refuse": return 400, {}, self.refused("This is not how we do it here.")
            if fault == "move": return 302, {"Location": "http://127.0.0.1:9/"}, {}
            try:
                answer = self.do(asked)
            except Refusal as error:
                return error.status, {}, self.refused(error.why)
            return None if fault == "hang up" else answer

    def until(self, true: Callable[[], bool], seconds: float = 20.0) -> None:
        """Wait for a call after which something is true."""
        with self.turn: assert self.turn.wait_for(true, seconds)

    def writes(self, asked: Asked) -> bool:
        """Whether a call changes something."""
        return asked.method != "GET"

    def do(self, asked: Asked) -> tuple[int, Json, Json]:
        """Check a call, and do it."""
        raise NotImplementedError

    def refused(self, why: str) -> Json:
        """The body of a refusal."""
        return {"error": why}

    def system(self) -> TicketSystem:
        """Firstline's side of it."""
        raise NotImplementedError

    def tickets(self) -> list[Theirs]:
        """What it holds."""
        raise NotImplementedError


class WebhookServer(Server):
    """Takes Standard Webhooks, each id once."""

    name = "webhook"

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.answers: dict[str, Json] = {}
        self.held: dict[str, Json] = {}

    def do(self, asked: Asked) -> tuple[int, Json, Json]:
        """See `Server.do`."""
        try:
            call = webhooks.verified(SECRET, asked.headers, asked.body, self.clock())
        except NotAllowed as error:
            raise Refusal(401, str(error)) from error
        if call not in self.answers: self.answers[call] = self._keep(asked.json())
        return 200, {}, self.answers[call]

    def _keep(self, sent: Json) -> Json:
        if sent["type"] != "ticket.changed" or set(sent) != {"type", "timestamp", "data"}: raise Refusal(400, "shape")
        data = sent["data"]
        known = self.held.setdefault(data["number"], {"reference": f"T-{len(self.held) + 1}", "news": []})
        known |= {"data": data, "news": known["news"] + data["news"]}
        return {"reference": known["reference"], "url": f"https://tickets.example/{known['reference']}"}

    def system(self) -> TicketSystem:
        """See `Server.system`."""
        return WebhookSystem(self.url, SECRET, self.clock)

    def tickets(self) -> list[Theirs]:
        """See `Server.tickets`."""
        return [
            Theirs(
                reference=held["reference"], summary=held["data"]["summary"], fields=held["data"],
                over=held["data"]["state"] in ("resolved", "closed"),
                notes="\n".join(one["text"] for one in held["news"]),
                public="\n".join(one["text"] for one in held["news"] if not one["internal"]),
            ) for held in self.held.values()
        ]  # fmt: skip


WORKFLOW = {  # Jira Service Management's own one for incidents: status -> (category, where it leads)
    "Open": ("new", ["Work in progress", "Pending", "Canceled", "Completed"]),
    "Work in progress": ("indeterminate", ["Pending", "Completed", "Canceled", "Open"]),
    "Pending": ("indeterminate", ["Work in progress", "Canceled"]),
    "Completed": ("done", ["Closed", "Work in progress"]),
    "Closed": ("done", ["Work in progress"]),
    "Canceled": ("done", []),
}


class JiraServer(Server):
    """One service desk of Jira Service Management Cloud; its search lags behind by two minutes."""

    name, settles, lag = "jira", True, 120

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.issues: dict[str, Json] = {}

    def writes(self, asked: Asked) -> bool:
        """See `Server.writes`: the search is a POST."""
        return asked.method != "GET" and not asked.path.endswith("/search/jql")

    def do(self, asked: Asked) -> tuple[int, Json, Json]:
        """See `Server.do`."""
        if asked.headers.get("authorization") != BASIC: raise Refusal(401, "Client must be authenticated.")
        routes: list[tuple[str, str, Callable[..., tuple[int, Json, Json]]]] = [
            ("POST", r"/rest/servicedeskapi/request", self._make),
            ("POST", r"/rest/servicedeskapi/request/([A-Z]+-\d+)/comment", self._comment),
            ("POST", r"/rest/api/3/search/jql", self._search),
            ("GET", r"/rest/api/3/issue/([A-Z]+-\d+)/comment", self._comments),
            ("GET", r"/rest/api/3/issue/([A-Z]+-\d+)", self._issue),
            ("GET", r"/rest/api/3/issue/([A-Z]+-\d+)/transitions", self._transitions),
            ("POST", r"/rest/api/3/issue/([A-Z]+-\d+)/transitions", self._move),
            ("GET", r"/rest/servicedeskapi/servicedesk/7/requesttype/25", lambda _: (200, {}, {"name": "IT help"})),
        ]
        for method, pattern, do in routes:
            match = re.fullmatch(pattern, asked.path)
            if match and method == asked.method: return do(asked, *map(self._known, match.groups()))
        raise Refusal(404, "There is no such resource.")

    def refused(self, why: str) -> Json:
        """See `Server.refused`."""
        return {"errorMessages": [why], "errors": {}}

    def _known(self, key: str) -> Json:
        if key not in self.issues: raise Refusal(404, "Issue does not exist or you do not have permission to see it.")
        return self.issues[key]

    def _make(self, asked: Asked) -> tuple[int, Json, Json]:
        sent = asked.json()
        values = sent["requestFieldValues"]
        if (sent["serviceDeskId"], sent["requestTypeId"]) != ("7", "25"): raise Refusal(404, "No such request type.")
        if set(values) != {"summary", "description"}: raise Refusal(400, "These fields are not on the form.")
        if not values["summary"] or len(values["summary"]) > 255 or "\n" in values["summary"]:
            raise Refusal(400, "The summary is invalid because it is too long or contains newline characters.")
        if len(values["description"]) > 32_767: raise Refusal(400, "The entered text is too long.")
        key = f"ITS-{len(self.issues) + 1}"
        self.issues[key] = {**values, "key": key, "status": "Open", "comments": [], "made": self.clock()}
        return 201, {}, {"issueId": "1", "issueKey": key, "requestTypeId": "25", "serviceDeskId": "7"}

    def _comment(self, asked: Asked, issue: Json) -> tuple[int, Json, Json]:
        sent = asked.json()
        if not isinstance(sent["body"], str) or not isinstance(sent["public"], bool): raise Refusal(400, "types")
        if not sent["body"] or len(sent["body"]) > 32_767: raise Refusal(400, "The entered text is too long.")
        issue["comments"].append(sent)
        return 201, {}, {"id": str(len(issue["comments"])), **sent}

    def _search(self, asked: Asked) -> tuple[int, Json, Json]:
        sent = asked.json()
        pattern = r'project = "ITS" AND summary ~ "\\"([A-Z]+-\d+)\\"" ORDER BY created ASC'
        match = re.fullmatch(pattern, sent["jql"])
        if not match or sent["fields"] != ["summary"]: raise Refusal(400, "Error in the JQL Query.")
        indexed = [one for one in self.issues.values() if (self.clock() - one["made"]).total_seconds() >= self.lag]
        found = [one for one in indexed if match[1] in one["summary"]]
        return 200, {}, {"issues": [{"key": one["key"], "fields": {"summary": one["summary"]}} for one in found]}

    def _comments(self, asked: Asked, issue: Json) -> tuple[int, Json, Json]:
        if asked.query["orderBy"] not in ("created", "-created", "+created"): raise Refusal(400, "orderBy")
        newest = issue["comments"][::-1][: int(asked.query["maxResults"])]
        return 200, {}, {"comments": [{"body": _document(one["body"])} for one in newest], "total": len(newest)}

    def _issue(self, asked: Asked, issue: Json) -> tuple[int, Json, Json]:
        if asked.query != {"fields": "status"}: raise Refusal(400, "fields")
        return 200, {}, {"key": issue["key"], "fields": {"status": _status(issue["status"])}}

    def _transitions(self, asked: Asked, issue: Json) -> tuple[int, Json, Json]:
        if asked.query != {"expand": "transitions.fields"}: raise Refusal(400, "expand")
        return 200, {}, {"transitions": [_transition(to) for to in WORKFLOW[issue["status"]][1]]}

    def _move(self, asked: Asked, issue: Json) -> tuple[int, Json, Json]:
        sent = asked.json()
        ways = {_transition(to)["id"]: to for to in WORKFLOW[issue["status"]][1]}
        if sent["transition"]["id"] not in ways: raise Refusal(400, "It is not on this workflow step.")
        to = ways[sent["transition"]["id"]]
        fields = {"resolution": {"name": "Done"}} if to == "Completed" else {}
        if sent.get("fields", {}) != fields: raise Refusal(400, "Field 'resolution' is required, or cannot be set.")
        issue["status"] = to
        return 204, {}, {}

    def system(self) -> TicketSystem:
        """See `Server.system`."""
        return JiraServiceManagement(self.url, USER, TOKEN, "7", "25", "ITS", self.clock)

    def tickets(self) -> list[Theirs]:
        """See `Server.tickets`."""
        return [
            Theirs(
                reference=key, summary=one["summary"], over=WORKFLOW[one["status"]][0] == "done", fields=one,
                notes="\n".join(c["body"] for c in one["comments"]),
                public="\n".join(c["body"] for c in one["comments"] if c["public"]),
            ) for key, one in self.issues.items()
        ]  # fmt: skip


def _document(text: str) -> Json:
    """A comment as version 3 of the API tells it: in Atlassian's document format."""
    lines = [{"type": "text", "text": line} for line in text.splitlines() if line]
    return {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": lines}]}


def _status(name: str) -> Json:
    return {"name": name, "statusCategory": {"key": WORKFLOW[name][0]}}


def _transition(to: str) -> Json:
    fields: Json = {}
    if to == "Completed":
        names = [{"name": "Won't do"}, {"name": "Done"}]
        fields = {"resolution": {"required": True, "name": "Resolution", "allowedValues": names}}
    return {"id": str(11 + list(WORKFLOW).index(to)), "name": f"To {to}", "to": _status(to), "fields": fields}


class ServiceNowServer(Server):
    """The Table API of one instance, with the data policy that incidents have."""

    name, settles = "servicenow", True

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.incidents: dict[str, Json] = {}
        self.users = {"ana@brightwater.example": "a" * 32, "liam@brightwater.example": "b" * 32}

    def do(self, asked: Asked) -> tuple[int, Json, Json]:
        """See `Server.do`."""
        if asked.headers.get("authorization") != BASIC: raise Refusal(401, "User Not Authenticated")
        if asked.headers.get("accept") != "application/json": raise Refusal(406, "Accept")
        if asked.method == "GET" and asked.path == "/api/now/table/sys_user": return self._users(asked)
        if asked.path == "/api/now/table/incident":
            return self._find(asked) if asked.method == "GET" else self._make(asked)
        match = re.fullmatch(r"/api/now/table/incident/([0-9a-f]{32})", asked.path)
        if match and asked.method == "PATCH" and match[1] in self.incidents:
            return self._patch(asked, self.incidents[match[1]])
        raise Refusal(404, "No Record found")

    def refused(self, why: str) -> Json:
        """See `Server.refused`."""
        return {"error": {"message": why, "detail": "See the documentation"}, "status": "failure"}

    def _users(self, asked: Asked) -> tuple[int, Json, Json]:
        match = re.fullmatch(r"email=([^^]+)\^active=true", asked.query["sysparm_query"])
        if not match: raise Refusal(400, "Invalid query")
        found = self.users.get(match[1])
        return 200, {}, {"result": [{"sys_id": found}] if found else []}

    def _find(self, asked: Asked) -> tuple[int, Json, Json]:
        match = re.fullmatch(r"correlation_id=([^^]+)\^ORDERBYsys_created_on", asked.query.get("sysparm_query", ""))
        found = [one for one in self.incidents.values() if not match or one["correlation_id"] == match[1]]
        return 200, {}, {"result": [self._shown(asked, one) for one in found[: int(asked.query["sysparm_limit"])]]}

    def _make(self, asked: Asked) -> tuple[int, Json, Json]:
        sys_id, number = f"{len(self.incidents) + 1:032x}", f"INC{10_000 + len(self.incidents):07}"
        made: Json = {"sys_id": sys_id, "number": number, "state": "1", "journal": [], "correlation_display": ""}
        self._change(made, asked.json())
        self.incidents[sys_id] = made
        place = f"{self.url}/api/now/table/incident/{sys_id}"
        return 201, {"Location": place}, {"result": self._shown(asked, made)}

    def _patch(self, asked: Asked, incident: Json) -> tuple[int, Json, Json]:
        self._change(incident, asked.json())
        return 200, {}, {"result": self._shown(asked, incident)}

    def _change(self, incident: Json, sent: Json) -> None:
        for name, value in sent.items():
            if not isinstance(value, str) or name.startswith("sys_"): raise Refusal(400, f"{name} cannot be set")
            if len(value) > {"short_description": 160, "correlation_display": 100}.get(name, 4_000):
                raise Refusal(400, f"{name} is too long")
        after = incident | sent
        if after["state"] == "6" and not (after.get("close_code") and after.get("close_notes")):
            raise Refusal(403, "Data Policy Exception: the following fields are mandatory: close_code, close_notes")
        if "comments" in sent: raise Refusal(400, "the requester would read this")
        if sent.get("work_notes"): incident["journal"].append(sent["work_notes"])
        incident.update({name: value for name, value in sent.items() if name != "work_notes"})

    def _shown(self, asked: Asked, incident: Json) -> Json:
        return {name: incident[name] for name in asked.query["sysparm_fields"].split(",")}

    def system(self) -> TicketSystem:
        """See `Server.system`."""
        return ServiceNow(self.url, USER, TOKEN, "Solution provided", self.clock)

    def tickets(self) -> list[Theirs]:
        """See `Server.tickets`."""
        return [
            Theirs(
                reference=one["number"], summary=one["short_description"], over=one["state"] == "6", fields=one,
                notes="\n".join(one["journal"]),
            ) for one in self.incidents.values()
        ]  # fmt: skip


KINDS: dict[str, type[Server]] = {kind.name: kind for kind in (WebhookServer, JiraServer, ServiceNowServer)}


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """The server on a free port; once this ends, nobody listens there."""

    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("content-length", "0"))
            headers = {name.lower(): value for name, value in self.headers.items()}
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            body = self.rfile.read(length)
            answer = server.take(
                Asked(method=self.command, path=parts.path, query=query, headers=headers, body=body)
            )
            if answer is None: return
            status, more, said = answer
            self.send_response(status)
            for name, value in more.items(): self.send_header(name, value)
            self.end_headers()
            if status != 204: self.wfile.write(json.dumps(said).encode())

        do_GET = do_POST = do_PATCH = _take  # noqa: N815 - the names are http.server's

        def log_message(self, *_: object) -> None: ...

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{listening.server_port}"
    thread = threading.Thread(target=listening.serve_forever, args=[0.01])
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()
