"""A web application over a company, and everybody who visits it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from slack_bolt.adapter.asgi import SlackRequestHandler
from starlette.applications import Starlette

from bot.assistant.syncing import Incoming
from bot.operations.exposing import refusal
from bot.slack.signed import Signed
from bot.web.app import create_web
from bot.web.machine import machine_routes
from bot.web.posted import Posted
from bot.web.server import WebServer
from bot.web.studio.visit import Studio
from core.settings import Settings
from tests.company import PEOPLE, Company
from tests.pressing import Desk, with_an_admin

SECRET = "whsec_" + "c2VjcmV0" * 4
VALUES = {"slug": "pump", "kind": "article", "number": "1", "id": "1", "name": "x.png"}
FORM = {
    "do": "publish", "act": "close", "version": "1", "seen_revision": "1", "title": "The pump", "kind": "article",
    "slug": "pump",
}  # fmt: skip
EVENTS = "/slack/events"
SIGNING = "made up"  # the app's, see `tests.pressing`
METRICS = "a token that a collector shows"


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


@contextmanager
def visited(house: Company, pictures: Path, address: str = "") -> Iterator[Web]:
    """All of it: help pages, studio, Slack's events over HTTP, a ticket system's calls, pictures."""
    handler: Any = SlackRequestHandler(Desk(house).app, path="/slack/events")
    events = Posted(handler, Signed(SIGNING))
    settings = Settings(metrics_token=SecretStr(METRICS))
    assistant = with_an_admin(house.assistant)
    house = Company(assistant=assistant, database=house.database, clock=house.clock, ids=house.ids)
    parts = assistant.parts
    with WebServer(None, "127.0.0.1", 0) as server:
        app = create_web(
            parts.kb, parts.encode, list, "extension 4400", events, pictures=pictures,
            tickets=Incoming(parts.database, parts.desk, house.clock, "webhook", SECRET).take,
            studio=Studio(assistant=assistant, address=address or server.url, clock=house.clock), clock=house.clock,
            machine=machine_routes(list, lambda: b"figures", lambda shown: refusal(settings, shown)),
        )
        server.serve(app)
        with httpx.Client(base_url=server.url, trust_env=False, verify=False) as client:  # noqa: S501 - plain HTTP here
            yield Web(house=house, app=app, url=server.url, client=client)
