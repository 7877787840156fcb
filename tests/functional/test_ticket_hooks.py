"""What a ticket system tells us over the web: done once, for whoever signs it, and never told to the requester."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.assistant.syncing import ACTOR, Incoming
from bot.web.app import create_web
from bot.web.hooks import BODY_LIMIT, TICKETS
from bot.web.server import WebServer
from core import events, people, webhooks
from core.clock import utc_now
from core.db import Database
from core.encoder import HashingEncoder
from core.outbox import OutboxItem
from core.people import Person, Role
from handoff import ending, ladder, tickets
from handoff.brief import Brief
from handoff.desk import Desk, load_desk
from handoff.destinations.syncing import STAFF, reference
from handoff.states import State
from handoff.ticket import Ticket
from handoff.tickets import Kind, NewTicket
from kb.service import KnowledgeBase
from tests.fakes import FakeClock
from tests.functional.office import DATA
from tests.ticket_systems import SECRET

ANA = Person(id="U1", name="Ana Silva")
LIAM = Person(id="U2", name="Liam Okafor", roles=frozenset({Role.AGENT}), level=3)


class Hooks:
    """The web server of a desk with one ticket, and a system that knows the secret."""

    def __init__(self, database: Database, clock: FakeClock, desk: Desk, client: httpx.Client) -> None:
        self.database, self.clock, self.desk, self.client = database, clock, desk, client
        brief = Brief(asked=("The VPN is stuck.",), reason="asked for a person")
        new = NewTicket(
            kind=Kind.INCIDENT, requester=ANA.id, category="vpn", impact="low", urgency="low", brief=brief
        )
        with database.transaction() as session:
            for person in (ANA, LIAM): people.save(session, person, clock())
            self.made = tickets.open_ticket(session, desk, new, by=ANA.id, now=clock())

    def tell(self, what: str, *, id_: str = "msg_1", secret: str = SECRET, **data: Any) -> httpx.Response:
        """Tell that something happened to the ticket, unless another one is named."""
        sent = {"type": what, "timestamp": "2026-11-20T09:00:00Z", "data": {"number": self.made.number} | data}
        return self.post(json.dumps(sent).encode(), id_=id_, secret=secret)

    def post(self, body: bytes, *, id_: str = "msg_1", secret: str = SECRET) -> httpx.Response:
        """Any body, signed."""
        headers = webhooks.headers(secret, id_, self.clock(), body)
        return self.client.post(TICKETS, content=body, headers=headers)

    def ticket(self) -> Ticket:
        """The ticket now."""
        with self.database.reading() as session: return tickets.get(session, self.made.id)

    def out(self, kind: str) -> list[dict[str, Any]]:
        """The payloads of outbox items of a kind."""
        with self.database.reading() as session:
            return list(session.scalars(select(OutboxItem.payload).where(OutboxItem.kind == kind)))

    def happened(self) -> list[str]:
        """What happened to the ticket, but for its opening."""
        with self.database.reading() as session:
            return [event.kind for event in events.history(session, f"ticket:{self.made.id}")][1:]


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The shipped desk, connected."""
    return load_desk(DATA / "desk.yaml").model_copy(update={"connected": True})


@pytest.fixture
def hooks(database: Database, clock: FakeClock, desk: Desk) -> Iterator[Hooks]:
    """Everything as it begins."""
    encoder = HashingEncoder()
    incoming = Incoming(database, desk, clock, "webhook", SECRET)
    kb = KnowledgeBase(database, encoder, clock)
    web = create_web(kb, lambda text: encoder.encode([text])[0], list, "", tickets=incoming.take)
    with WebServer(web, "127.0.0.1", 0) as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        yield Hooks(database, clock, desk, client)


def test_a_comment_is_for_the_staff(hooks: Hooks) -> None:
    """It goes to their thread with its author; the requester hears nothing, and it is not sent back."""
    before = hooks.out("sync")
    answer = hooks.tell("ticket.comment", text="Vendor says: <Tuesday>. password: hunter2secret", author="Kim")
    assert (answer.status_code, answer.json()) == (202, {"done": True})
    (said,) = hooks.out(STAFF)
    assert (said["what"], said["author"]) == ("comment", "Kim")
    assert "Tuesday" in said["text"]
    assert "hunter2secret" not in said["text"]
    assert hooks.happened() == ["ticket.system_said"]
    assert hooks.out("notice") == []
    assert hooks.out("sync") == before


def test_a_replay_does_nothing(hooks: Hooks) -> None:
    """The same id, also with a new time and signature, is answered and not done again."""
    assert hooks.tell("ticket.comment", text="once").status_code == 202
    hooks.clock.advance(timedelta(minutes=2))
    again = hooks.tell("ticket.comment", text="once")
    assert (again.status_code, again.json()) == (200, {"done": False})
    assert len(hooks.out(STAFF)) == 1
    assert hooks.tell("ticket.comment", text="once", id_="msg_2").status_code == 202


def test_a_recorded_call_that_comes_late_is_refused(hooks: Hooks) -> None:
    """Its signature is right, its time has passed."""
    body = json.dumps({"type": "ticket.comment", "data": {"number": hooks.made.number, "text": "late"}}).encode()
    headers = webhooks.headers(SECRET, "msg_1", hooks.clock(), body)
    hooks.clock.advance(timedelta(minutes=5, seconds=1))
    answer = hooks.client.post(TICKETS, content=body, headers=headers)
    assert (answer.status_code, "five minutes" in answer.json()["error"]) == (401, True)
    assert hooks.out(STAFF) == []


def test_a_forged_call_does_nothing(hooks: Hooks) -> None:
    """Another secret, no headers, or another body than the signed one: 401, and the right one still works."""
    assert hooks.tell("ticket.resolved", text="done", secret=SECRET[:-4] + "AAAA").status_code == 401
    assert hooks.client.post(TICKETS, content=b"{}").status_code == 401
    headers = webhooks.headers(SECRET, "msg_1", hooks.clock(), b"{}")
    assert hooks.client.post(TICKETS, content=b"{ }", headers=headers).status_code == 401
    assert hooks.happened() == []
    assert hooks.tell("ticket.resolved", text="done").status_code == 202


def test_resolved_over_there(hooks: Hooks) -> None:
    """It is resolved here, with what was done for the requester; who did it has a name, and no ticket."""
    assert hooks.tell("ticket.resolved", text="New profile sent.", code="provided").status_code == 202
    ticket = hooks.ticket()
    assert (ticket.state, ticket.resolution_code) == (State.RESOLVED, "provided")
    assert (ticket.resolution, ticket.assignee) == ("New profile sent.", "")
    assert [notice["what"] for notice in hooks.out("notice")] == ["resolved"]
    with hooks.database.reading() as session: assert people.find(session, ACTOR) is not None
    assert hooks.tell("ticket.resolved", text="again", id_="msg_2").json() == {"done": False}


def test_resolved_without_a_code(hooks: Hooks) -> None:
    """The first one of the desk is taken."""
    hooks.tell("ticket.resolved", text="Done.")
    assert hooks.ticket().resolution_code == "fixed"


def test_opened_again_over_there(hooks: Hooks) -> None:
    """It waits for somebody here as well; what is open stays so."""
    assert hooks.tell("ticket.reopened", id_="msg_0").json() == {"done": False}
    with hooks.database.transaction() as session:
        ending.resolve(
            session, hooks.desk, hooks.made.id, seen_tier=2, code="fixed", note="Reset.", by=LIAM, now=hooks.clock()
        )
    assert hooks.tell("ticket.reopened").status_code == 202
    assert hooks.ticket().state is State.REOPENED


def test_its_name_over_there(hooks: Hooks) -> None:
    """Once it is told, the ticket is found by it."""
    assert hooks.tell("ticket.linked", reference="CASE-9", url="https://tickets.example/9").status_code == 202
    with hooks.database.reading() as session: known = reference(session, hooks.made.id, "webhook")
    assert known is not None
    assert (known.reference, known.url) == ("CASE-9", "https://tickets.example/9")
    assert hooks.tell("ticket.comment", id_="msg_2", number="", reference="CASE-9", text="hi").status_code == 202
    assert hooks.out(STAFF)[0]["ticket"] == hooks.made.id


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "no JSON"), (b"{", "no JSON"), (b"[" * 50_000, "no JSON"), (b"\xff", "no JSON"), (b"[]", "JSON object"),
        (b"{}", "type must be one of"), (b'{"type": ["ticket.comment"]}', "type must be"),
        (b'{"type": "ticket.comment"}', "data must be"), (b'{"type": "ticket.comment", "data": {}}', "number"),
        (b'{"type": "ticket.comment", "data": {"number": "INC-1"}}', "needs text"),
        (b'{"type": "ticket.comment", "data": {"number": 1, "text": "x"}}', "data.number must be a text"),
        (b'{"type": "ticket.linked", "data": {"number": "INC-1"}}', "number and reference"),
        (b'{"type": "ticket.linked", "data": {"number": "INC-1", "reference": "x", "url": "javascript:1"}}', "address"),
        (b'{"type": "ticket.resolved", "data": {"number": "INC-1", "text": "x", "code": "?"}}', "data.code must be"),
    ],
)
def test_what_cannot_be_understood(hooks: Hooks, body: bytes, why: str) -> None:
    """400 and one line that says what is wrong."""
    answer = hooks.post(body)
    assert (answer.status_code, why in answer.json()["error"]) == (400, True), answer.text
    assert len(answer.json()["error"].splitlines()) == 1
    assert hooks.happened() == []


@pytest.mark.parametrize("number", ["INC-000999", "inc", "'; --", "INC-" + "9" * 40, "٣"])
def test_a_ticket_that_there_is_not(hooks: Hooks, number: str) -> None:
    """404, and the call may come again once there is one."""
    assert hooks.tell("ticket.comment", number=number, text="x").status_code == 404
    assert hooks.tell("ticket.comment", text="x").status_code == 202


def test_a_body_that_is_too_big(hooks: Hooks) -> None:
    """413, before anything of it is looked at."""
    assert hooks.post(b" " * (BODY_LIMIT + 1)).status_code == 413
    assert hooks.client.get(TICKETS).status_code == 405


def test_a_long_comment_with_odd_signs(hooks: Hooks) -> None:
    """It is cut, and what a database cannot keep is left out."""
    text = "a\x00b\n" + "ü" * 9_000
    assert hooks.tell("ticket.comment", id_="x" * 5_000, text=text, author="\x1b[1m").status_code == 202
    (said,) = hooks.out(STAFF)
    assert said["text"].startswith("a b\n")
    assert len(said["text"]) == 3_000


def test_a_ticket_of_a_higher_tier(hooks: Hooks) -> None:
    """What was done over there needs no document here, and nobody's level is in the way."""
    with hooks.database.transaction() as session:
        ladder.escalate(
            session, hooks.desk, hooks.made.id, seen_tier=2, reason="no-article", note="see log", reviewed=True,
            by=LIAM, now=hooks.clock(),
        )  # fmt: skip
    assert hooks.tell("ticket.resolved", text="Firmware replaced.").status_code == 202
    assert hooks.ticket().documented.startswith("no:")


def test_the_example_of_the_document(database: Database, desk: Desk) -> None:
    """Whoever copies it from there has told us something."""
    encoder, incoming = HashingEncoder(), Incoming(database, desk, utc_now, "webhook", SECRET)
    kb = KnowledgeBase(database, encoder, utc_now)
    web = create_web(kb, lambda text: encoder.encode([text])[0], list, "", tickets=incoming.take)
    document = (DATA.parent / "docs" / "ticket-systems.md").read_text(encoding="utf-8")
    example = document.partition("```python\n")[2].partition("```")[0]
    with WebServer(web, "127.0.0.1", 0) as server, httpx.Client() as client:
        hooks = Hooks(database, FakeClock(), desk, client)
        there = example.replace("http://127.0.0.1:8766", server.url).replace("whsec_...", SECRET)
        ran = subprocess.run([sys.executable, "-c", there], check=True, capture_output=True, text=True)  # noqa: S603 - our own
        assert ran.stdout == "202\n"
        assert hooks.out(STAFF)[0]["text"] == "Hello from over there."


def test_without_a_secret_there_is_no_such_address(sqlite_database: Database, clock: FakeClock) -> None:
    """What could not be verified is not taken."""
    encoder = HashingEncoder()
    web = create_web(KnowledgeBase(sqlite_database, encoder, clock), lambda t: encoder.encode([t])[0], list, "")
    with WebServer(web, "127.0.0.1", 0) as server:
        assert httpx.post(server.url + TICKETS, content=b"{}", trust_env=False).status_code == 404
