"""Firstline at work beside a ticket system: a ticket from Slack is there, and what is said there comes to the staff."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from bot.web.hooks import TICKETS
from core import webhooks
from core.clock import utc_now
from tests.functional.conftest import Prepared
from tests.functional.office import HUMAN, LEVEL2, Colleague, Office, number_of, open_office, said
from tests.ticket_systems import KINDS, SECRET, TOKEN, USER, Server, serving

pytestmark = pytest.mark.usefixtures("no_errors")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """An instance of ServiceNow."""
    with serving(KINDS["servicenow"](utc_now)) as made: yield made


@pytest.fixture(scope="module")
def office(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory, server: Server) -> Iterator[Office]:
    """A running Firstline that is connected to it."""
    given = {"system": "servicenow", "url": server.url, "user": USER, "token": TOKEN, "secret": SECRET}
    settings = {f"tickets_{name}": value for name, value in given.items()}
    with open_office(prepared, tmp_path_factory.mktemp("office"), **settings) as made: yield made


def test_a_ticket_from_slack_is_there_too(office: Office, server: Server, emma: Colleague, liam: Colleague) -> None:
    """It has its summary, its number and the way back to its card; what is said there is for the staff alone."""
    told = emma.ask(HUMAN)
    number = number_of(told)
    card = liam.card(number)
    server.until(lambda: any(number in one.fields["correlation_id"] for one in server.tickets()))
    assert HUMAN in server.tickets()[0].summary
    at = datetime.now(UTC)
    data = {"number": number, "text": "It is <the> firewall.", "author": "Kim"}
    body = json.dumps({"type": "ticket.comment", "data": data})
    headers = webhooks.headers(SECRET, "msg_1", at, body.encode())
    address = office.up.help_url.removesuffix("/help") + TICKETS
    assert httpx.post(address, content=body, headers=headers, trust_env=False).status_code == 202
    heard = liam.push_in(LEVEL2, lambda one: one.get("thread_ts") == card["ts"] and "firewall" in said(one))
    assert said(heard) == "Kim in ServiceNow: It is &lt;the&gt; firewall."
    assert not any("firewall" in said(one) for one in emma.replies(emma.dm, told["thread_ts"]))
