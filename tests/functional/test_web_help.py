"""The help pages, over a real socket."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import sync_playwright

from bot.web.app import create_web
from bot.web.server import WebServer
from core.db import Base, Database
from core.encoder import HashingEncoder, Vectors
from kb.service import KnowledgeBase
from kb.writing import Draft, article_draft
from tests.browser import executable

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ENCODER = HashingEncoder()

ARTICLES = {
    "vpn-connect": """---
title: Connect to the VPN
category: vpn
owner: network-team
verified: 2026-10-12
review_every: 180d
aliases: [globalprotect tunnel]
---
Open **GlobalProtect** and choose Connect. It needs a code: see [sign-in codes](mfa-setup.md).

## On Windows
1. Click the globe at the bottom right.
2. Choose Connect.

## On a Mac
Click the globe at the top.

## When it fails
<script>alert(1)</script> Ask [here](javascript:alert(1)).
""",
    "vpn-slow": "---\ntitle: Make the VPN faster\ncategory: vpn\n---\nA cable makes a slow VPN connect faster.\n",
    "mfa-setup": "---\ntitle: Set up sign-in codes\ncategory: mfa\n---\nInstall the Authenticator, scan the picture.\n",
    "lab-laser": '---\ntitle: Align the laser\ncategory: Lab & "gear"\n---\nTurn the screw until the dot is round.\n',
    "staff-breakglass": """---
title: Use the emergency administrator account
category: staff-only-things
audience: staff
aliases: [globalprotect administrator vpn]
---
The zanzibar safe holds the emergency vpn account. Connect to the VPN with it.
""",
}
RECIPE = """title: Printer prints blank pages
category: printing
audience: {audience}
triggers: [printer prints blank pages, empty sheets come out]
start: look
steps:
  look:
    say: Is the cartridge in?
    choices: {{"Yes": solved, "No": handoff}}
"""


def encode(text: str) -> Vectors:
    """One text's vector."""
    row: Vectors = ENCODER.encode([text])[0]
    return row


@pytest.fixture
def kb(tmp_path: Path) -> KnowledgeBase:
    """A knowledge base with articles and recipes of both audiences."""
    for slug, source in ARTICLES.items():
        (tmp_path / f"{slug}.md").write_text(source, encoding="utf-8")
    (tmp_path / "blank-pages.yaml").write_text(RECIPE.format(audience="employees"), encoding="utf-8")
    staff = RECIPE.format(audience="staff").replace("Printer prints", "Zanzibar printer prints")
    (tmp_path / "staff-pages.yaml").write_text(staff, encoding="utf-8")
    database = Database(f"sqlite:///{tmp_path}/kb.db")
    Base.metadata.create_all(database.engine)
    base = KnowledgeBase(database, ENCODER, lambda: NOW)
    assert not base.import_folders(tmp_path, tmp_path).problems
    return base


@pytest.fixture
def web(kb: KnowledgeBase) -> Iterator[httpx.Client]:
    """A client of a running server."""
    app = create_web(kb, encode, list, "extension 4400", clock=lambda: NOW)
    with WebServer(app, "127.0.0.1", 0) as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        yield client


def test_home_has_topics_and_articles(web: httpx.Client) -> None:
    """The home page lists every article for employees under its topic, and says how to reach IT."""
    page = web.get("/help").text
    assert 'role="search"' in page
    for words in ("VPN", "Two-step sign-in", "Lab &amp; &#34;gear&#34;", "extension 4400"):
        assert words in page
    for slug in ("vpn-connect", "vpn-slow", "mfa-setup", "lab-laser"): assert f'href="/help/{slug}"' in page


@pytest.mark.parametrize(("count", "hidden"), [(8, 0), (9, 3)])
def test_a_long_topic_is_folded(web: httpx.Client, kb: KnowledgeBase, count: int, hidden: int) -> None:
    """A topic of many articles folds all but six, unless hardly any would be left to unfold."""
    for n in range(count):
        draft = article_draft(f"phone-{n}.md", f"---\ntitle: Phone {n}\ncategory: phones\n---\nText {n}.\n")
        assert isinstance(draft, Draft)
        kb.save(draft, by="U1")
    page = web.get("/help").text
    assert page.count('href="/help/phone-') == count
    assert (f"Show {hidden} more" in page) is bool(hidden)


def test_the_front_door_leads_to_help(web: httpx.Client) -> None:
    """The bare address goes to the home page; a slash too many does as well."""
    assert web.get("/").headers["location"].endswith("/help")
    assert web.get("/help/", follow_redirects=True).status_code == 200


def test_topics_can_be_linked(web: httpx.Client) -> None:
    """The topic above an article leads to that topic on the home page, whatever its name."""
    target = re.search(r'href="/help#([^"]+)"', web.get("/help/lab-laser").text)
    assert target
    assert f'id="{target[1]}"' in web.get("/help").text
    assert re.fullmatch(r"[a-z0-9-]+", target[1])


def test_search_quotes_the_best_passage(web: httpx.Client) -> None:
    """A result has the article's title and the passage that fits, with a link to just that passage."""
    page = web.get("/help", params={"q": "connect to the vpn on windows click the globe at the bottom right"}).text
    assert '<a href="/help/vpn-connect">Connect to the VPN</a>' in page
    assert "Click the globe at the bottom right." in page
    assert '<a href="/help/vpn-connect#p-1">On Windows</a>' in page
    assert 'id="p-1"' in web.get("/help/vpn-connect").text


def test_search_shows_recipes_as_guided_fixes(web: httpx.Client) -> None:
    """A recipe is no page: the result tells to ask Firstline in Slack."""
    page = web.get("/help", params={"q": "printer prints blank pages"}).text
    assert "Ask Firstline in Slack: it walks you through this." in page
    assert "<q>Printer prints blank pages</q>" in page
    assert "/help/blank-pages" not in page
    assert web.get("/help/blank-pages").status_code == 404


def test_search_that_finds_nothing(web: httpx.Client) -> None:
    """When nothing is near, plain words tell what to do next."""
    answer = web.get("/help", params={"q": "marmalade sandwiches"})
    assert answer.status_code == 200
    assert "No article is about “marmalade sandwiches”" in answer.text
    assert "Ask Firstline in Slack" in answer.text


def test_an_empty_search_is_the_home_page(web: httpx.Client) -> None:
    """Searching for nothing, or for spaces, shows the topics."""
    assert web.get("/help", params={"q": "  \t "}).text == web.get("/help").text


@pytest.mark.parametrize(
    "query", ["<script>alert(1)</script>", '" onfocus="x', "\x00", "AND OR NOT ((", "é" * 500, "*:*", "%s{{7*7}}"]
)
def test_any_query_is_only_text(web: httpx.Client, query: str) -> None:
    """Whatever is searched for, the page works and runs nothing of it."""
    answer = web.get("/help", params={"q": query})
    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert 'onfocus="x' not in answer.text


def test_a_long_query_is_refused_in_plain_words(web: httpx.Client) -> None:
    """Over 500 characters the page says so, and keeps what fits in the box."""
    answer = web.get("/help", params={"q": "x" * 501})
    assert answer.status_code == 400
    assert "up to 500 characters" in answer.text
    assert f'value="{"x" * 500}"' in answer.text


def test_an_article(web: httpx.Client) -> None:
    """An article shows its title, topic, keeper, the day of its check, its passages and its relatives."""
    page = web.get("/help/vpn-connect").text
    for words in ("<h1>Connect to the VPN</h1>", "Checked on 12 October 2026", "Kept by Network team", "On this page"):
        assert words in page
    assert re.findall(r'<section class="passage" id="([^"]+)"', page) == ["p-0", "p-1", "p-2", "p-3"]
    assert '<a href="/help/mfa-setup">sign-in codes</a>' in page
    assert 'href="/help/vpn-slow">Make the VPN faster' in page


def test_a_late_review_is_told(kb: KnowledgeBase) -> None:
    """An article whose next check is overdue says since when; one that is not late says nothing."""
    app = create_web(kb, encode, list, "", clock=lambda: datetime(2027, 4, 11, tzinfo=UTC))
    with WebServer(app, "127.0.0.1", 0) as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        assert "due for another check on 10 April 2027" in client.get("/help/vpn-connect").text
        assert "due for another check" not in client.get("/help/mfa-setup").text


def test_an_article_runs_nothing(web: httpx.Client) -> None:
    """Markup and script links in an article are shown as text."""
    page = web.get("/help/vpn-connect").text
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert 'href="javascript' not in page


def test_a_saved_article_is_shown_at_once(web: httpx.Client, kb: KnowledgeBase) -> None:
    """A retired article is gone from the home page, from search and from its address."""
    kb.retire("article", "vpn-slow", by="U1")
    assert web.get("/help/vpn-slow").status_code == 404
    pages = [web.get(path).text for path in ("/help", "/help/vpn-connect", "/help?q=make+the+vpn+faster")]
    assert not any("vpn-slow" in page for page in pages)


@pytest.mark.parametrize(
    "path", ["/help/no-such-thing", "/help/UPPER", "/help/%00", "/help/a/b", "/nothing", "/static/none.css"]
)
def test_what_is_missing_is_said_in_plain_words(web: httpx.Client, path: str) -> None:
    """An unknown address gets a page that helps on."""
    answer = web.get(path)
    assert answer.status_code == 404
    assert "This page is not here" in answer.text
    assert 'role="search"' in answer.text


def test_only_employees_articles_are_ever_shown(web: httpx.Client) -> None:
    """From every page that can be reached, and from searches for its very words, no staff article shows."""
    searches = ["zanzibar safe emergency account", "globalprotect administrator vpn", "zanzibar printer prints blank"]
    todo = ["/help", *(f"/help?{httpx.QueryParams(q=query)}" for query in searches)]
    seen: set[str] = set()
    while todo:
        seen.add(path := todo.pop())
        page = web.get(path).text
        assert "emergency administrator" not in page
        assert "staff" not in page
        assert "zanzibar" not in re.sub(r"zanzibar (safe|printer prints blank)", "", page).lower()
        todo += {link.partition("#")[0] for link in re.findall(r'href="(/help[^"]*)"', page)} - seen - set(todo)
    assert "/help/lab-laser" in seen
    hidden, missing = web.get("/help/staff-breakglass"), web.get("/help/staff-none")
    assert hidden.status_code == 404
    assert hidden.text == missing.text


def test_an_empty_knowledge_base(tmp_path: Path) -> None:
    """Before the first import the pages work and say that there is nothing yet."""
    database = Database(f"sqlite:///{tmp_path}/empty.db")
    Base.metadata.create_all(database.engine)
    app = create_web(KnowledgeBase(database, ENCODER, lambda: NOW), encode, list, "")
    with WebServer(app, "127.0.0.1", 0) as server, httpx.Client(base_url=server.url, trust_env=False) as client:
        assert "There are no articles here yet" in client.get("/help").text
        assert "No article is about" in client.get("/help?q=vpn").text


@pytest.mark.parametrize("width", [320, 1280])
def test_in_a_browser_without_scripts(web: httpx.Client, width: int) -> None:
    """In a browser with JavaScript off a person searches, opens a passage, and never has to scroll sideways."""
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=flags)
        page = browser.new_context(viewport={"width": width, "height": 700}, java_script_enabled=False).new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"{web.base_url}/help")
        page.get_by_role("searchbox").fill("connect to the vpn on windows click the globe")
        page.get_by_role("button", name="Search").click()
        page.get_by_role("link", name="On Windows").click()
        assert page.url.endswith("/help/vpn-connect#p-1")
        assert page.locator(".passage:target").get_by_role("heading", name="On Windows").is_visible()
        widest = max(item["width"] + item["x"] for e in page.locator("body *").all() if (item := e.bounding_box()))
        assert widest <= width
        assert not complaints
        browser.close()
