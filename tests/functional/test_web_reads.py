"""Reading an article on the help page counts, once a reading, and only for people."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import select, update

from bot.web.app import create_web
from bot.web.server import WebServer
from core.db import Database
from core.encoder import HashingEncoder
from kb.service import KnowledgeBase
from kb.tables import ItemRow, ReadRow
from kb.writing import Draft, article_draft

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PERSON = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"}
ENCODER = HashingEncoder()


@pytest.fixture
def kb(database: Database) -> KnowledgeBase:
    """An article for everybody, and one for staff."""
    base = KnowledgeBase(database, ENCODER, lambda: NOW)
    for slug, front in (("vpn", "verified: 2026-03-12"), ("orders", "audience: staff")):
        draft = article_draft(f"{slug}.md", f"---\ntitle: {slug}\n{front}\n---\nPress it.\n")
        assert isinstance(draft, Draft)
        base.save(draft, by="U5")
    return base


@pytest.fixture
def web(kb: KnowledgeBase) -> Iterator[httpx.Client]:
    """A client of a running server; at its end everything that was to be counted is."""
    app = create_web(kb, lambda text: ENCODER.encode([text])[0], list, "", clock=lambda: NOW)
    how = {"trust_env": False, "headers": PERSON}
    with WebServer(app, "127.0.0.1", 0) as server, httpx.Client(base_url=server.url, **how) as client: yield client


def counted(database: Database) -> list[tuple[str, str, int]]:
    """What was read: the slug, the place, how often."""
    query = select(ItemRow.slug, ReadRow.place, ReadRow.count).join(ReadRow, ReadRow.item_id == ItemRow.id)
    with database.reading() as session: return [(slug, place, count) for slug, place, count in session.execute(query)]


def test_people_count(web: httpx.Client, database: Database) -> None:
    """Each reading of an article counts; a search, what is not there and what employees may not see do not."""
    for path in ("/help/vpn", "/help/vpn", "/help?q=vpn", "/help", "/help/none", "/help/orders"): web.get(path)
    assert counted(database) == [("vpn", "web", 2)]


@pytest.mark.parametrize("agent", [
    "Googlebot/2.1 (+http://www.google.com/bot.html)", "curl/8.5.0", "python-httpx/0.28", "Slackbot-LinkExpanding 1.0",
    "Mozilla/5.0 (compatible; bingbot/2.0)", "Mozilla/5.0 HeadlessChrome/130.0", "",
])  # fmt: skip
def test_machines_do_not(web: httpx.Client, database: Database, agent: str) -> None:
    """Whatever says that it is a machine gets the page, and is not counted."""
    assert web.get("/help/vpn", headers={"User-Agent": agent}).status_code == 200
    assert counted(database) == []


def test_neither_a_look_ahead(web: httpx.Client, database: Database) -> None:
    """A HEAD, and a page that a browser fetches in case it is wanted, are no reading."""
    assert web.head("/help/vpn").status_code == 200
    web.get("/help/vpn", headers={"Sec-Purpose": "prefetch;prerender"})
    assert counted(database) == []


def test_a_lapsed_article_says_so(web: httpx.Client, database: Database) -> None:
    """It is shown all the same, with the day of its last check."""
    with database.transaction() as session:
        session.execute(update(ItemRow).where(ItemRow.slug == "vpn").values(lapsed_at=NOW, lapse="wrong:1"))
    page = web.get("/help/vpn").text
    assert "Last checked on 12 March 2026; it is due for another check." in page
    assert "Press it." in page
