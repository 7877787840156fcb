"""Known faults on top of the help page."""

from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
import pytest

from bot.web.app import create_web
from bot.web.faults import Fault, Faults
from bot.web.server import WebServer
from core.db import Database
from core.encoder import HashingEncoder
from core.people import PUBLIC
from kb.ranking import Candidate
from kb.service import KnowledgeBase
from kb.writing import Draft, article_draft
from tests.fakes import FakeClock

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 20, 9, 5, tzinfo=LONDON)
FAULT = Fault(text="The VPN in Lisbon is <b>down</b>.", since=datetime(2026, 11, 20, 8, 0, tzinfo=LONDON))


@pytest.fixture
def kb(sqlite_database: Database, clock: FakeClock) -> KnowledgeBase:
    """Two articles."""
    made = KnowledgeBase(sqlite_database, HashingEncoder(), clock)
    for slug in ("vpn-first", "vpn-second"):
        draft = article_draft(f"{slug}.md", f"---\ntitle: Connect the {slug}\n---\nConnect the vpn.\n")
        assert isinstance(draft, Draft)
        made.save(draft, by="U1")
    return made


def page(kb: KnowledgeBase, path: str, *faults: Fault) -> str:
    """A page while these faults last."""
    told = Faults(lasting=faults, at=NOW)
    app = create_web(kb, lambda text: HashingEncoder().encode([text])[0], list, "", faults=lambda: told)
    with WebServer(app, "127.0.0.1", 0) as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        return client.get(path).text


def test_faults_stand_on_top(kb: KnowledgeBase) -> None:
    """Before the topics and before the results, with when it began and when it was looked; as text, never as markup."""
    for path in ("/help", "/help?q=vpn"):
        told = page(kb, path, FAULT)
        assert "The VPN in Lisbon is &lt;b&gt;down&lt;/b&gt;." in told
        assert "Since 08:00 on 20 November 2026 (GMT)." in told
        assert "Last checked at 09:05 on 20 November 2026 (GMT)." in told
        assert told.index("Known faults") < told.index("<h1")


def test_where_there_is_none_the_page_says_so_once(kb: KnowledgeBase) -> None:
    """On the home page, with when it was looked; results are not disturbed."""
    assert "No known faults." in page(kb, "/help")
    assert "faults" not in page(kb, "/help?q=vpn")


def test_results_stand_in_the_order_that_is_given(kb: KnowledgeBase) -> None:
    """The help page has no order of its own: what ranks answers ranks its results, for whoever reads."""
    asked: list[tuple[str, frozenset[str]]] = []

    def rank(text: str, audiences: frozenset[str]) -> list[Candidate]:
        asked.append((text, audiences))
        found = kb.search(HashingEncoder().encode([text])[0], text, audiences)
        return sorted(found, key=lambda one: one.slug, reverse=True)

    app = create_web(kb, lambda text: HashingEncoder().encode([text])[0], list, "", rank=rank)
    with WebServer(app, "127.0.0.1", 0) as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        told = client.get("/help?q=connect the vpn").text
    assert told.index('href="/help/vpn-second') < told.index('href="/help/vpn-first')
    assert asked == [("connect the vpn", PUBLIC)]
