"""Every address of the web application, by every role and by a stranger; the forms with their session's token."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from slack_bolt.adapter.asgi import SlackRequestHandler
from starlette.applications import Starlette

from bot.assistant.syncing import Incoming
from bot.web.app import create_web
from bot.web.server import WebServer
from bot.web.studio.visit import Studio
from core.db import Database
from tests.company import PEOPLE, Company, company
from tests.fakes import FakeClock
from tests.pressing import Desk, with_an_admin
from tests.visiting import OPEN, PAGES

SECRET = "whsec_" + "c2VjcmV0" * 4
VALUES = {"slug": "pump", "kind": "article", "number": "1", "id": "1", "name": "x.png"}
FORM = {
    "do": "publish", "act": "close", "version": "1", "seen_revision": "1", "title": "The pump", "kind": "article",
    "slug": "pump",
}  # fmt: skip
REFUSED = (401, 403)
NEED_MODELS = {"/studio/health/collisions", "/studio/health/collisions.svg"}
EVENTS = "/slack/events"


@dataclass
class Web:
    """A running web application over a company."""

    house: Company
    app: Starlette
    url: str
    client: httpx.Client
    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)

    def ask(self, role: str, method: str, pattern: str) -> httpx.Response:
        """What somebody gets; a form has their session's token, and comes from our own page."""
        if role in PEOPLE and role not in self.tokens: self.tokens[role] = self._session(role)
        token, proof = self.tokens.get(role, ("", "x"))
        fields = FORM | {"form_token": proof} if method == "POST" else None
        path = re.sub(r"\{(\w+)(?::int)?\}", lambda one: VALUES[one[1]], pattern)
        headers = {"Origin": self.url, **({"Cookie": f"firstline={token}"} if token else {})}
        answer = self.client.request(method, path, data=fields, headers=headers)
        if pattern == "/signout": self.tokens.pop(role, None)
        return answer

    def _session(self, role: str) -> tuple[str, str]:
        """A session of somebody, and what its forms carry."""
        signing = self.house.assistant.signing_in
        token = signing.open(PEOPLE[role].id)
        signed = signing.whose(token)
        assert signed
        return token, signed.form_token


@pytest.fixture
def web(sqlite_database: Database, clock: FakeClock, tmp_path: Path) -> Iterator[Web]:
    """All of it: help pages, studio, Slack's events over HTTP, a ticket system's calls, pictures."""
    house = company(sqlite_database, clock)
    events = SlackRequestHandler(Desk(house).app, path=EVENTS)
    assistant = with_an_admin(house.assistant)
    house = Company(assistant=assistant, database=house.database, clock=clock, ids=house.ids)
    parts = assistant.parts
    with WebServer(None, "127.0.0.1", 0) as server:
        app = create_web(
            parts.kb, parts.encode, list, "extension 4400", events, pictures=tmp_path,
            tickets=Incoming(parts.database, parts.desk, clock, "webhook", SECRET).take,
            studio=Studio(assistant=assistant, address=server.url, clock=clock), clock=clock,
        )
        server.serve(app)
        with httpx.Client(base_url=server.url, trust_env=False, verify=False) as client:  # noqa: S501 - plain HTTP here
            yield Web(house=house, app=app, url=server.url, client=client)


def addresses(app: Starlette) -> set[tuple[str, str]]:
    """Every method and pattern that is answered."""
    return {
        (method, route.path) for route in app.routes  # type: ignore[attr-defined] # every one of ours has a path
        for method in (getattr(route, "methods", None) or {"GET"}) - {"HEAD"}
    }  # fmt: skip


def refused(answer: httpx.Response) -> bool:
    """Whether somebody got no further."""
    to_sign_in = answer.headers.get("location", "").startswith("/signin?")
    return answer.status_code in REFUSED or to_sign_in


def test_every_address_is_declared(web: Web) -> None:
    """A new page says who may see it."""
    assert addresses(web.app) == PAGES.keys()


def each(web: Web, wanted: Callable[[frozenset[str], str], bool]) -> Iterator[tuple[str, httpx.Response]]:
    """What is answered at each address to each role that is wanted."""
    for (method, pattern), who in PAGES.items():
        for role in (*PEOPLE, "stranger"):
            if wanted(who, role): yield f"{method} {pattern} as {role}", web.ask(role, method, pattern)


def test_whoever_may_not_gets_no_further(web: Web) -> None:
    """Each address with each role that it is not for, and with nobody signed in; nothing was changed but sessions."""
    before = web.house.facts()
    for name, answer in each(web, lambda who, role: role not in who): assert refused(answer), (name, answer.status_code)
    after = web.house.facts()
    assert {table for table in after if after[table] != before[table]} == {"web_sessions"}


def test_whoever_may_gets_further(web: Web) -> None:
    """Each address with each role that it is for; others may have been faster, which is told otherwise."""
    found = each(web, lambda who, role: role in who and (who != OPEN or role == "stranger"))
    wrong = [(name, one.status_code) for name, one in found if name.split()[1] not in NEED_MODELS and (
        refused(one) or one.status_code == 500)]
    assert not wrong
