"""Pictures on the help pages: whoever may read the article sees them, and nobody else."""

from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy.event import listen
from starlette.requests import Request

from bot.web.app import create_web
from bot.web.pages import Pages
from bot.web.server import WebServer
from core.db import Database
from core.encoder import HashingEncoder
from core.people import Person, Role
from kb.files import Picture, keep, picture
from kb.service import KnowledgeBase
from kb.writing import Draft, article_draft
from tests.fakes import FakeClock
from tests.making import NOW

STAFF = Person(id="U6", name="Sam", roles=frozenset({Role.EMPLOYEE, Role.AGENT}), level=1)
PNG = b"\x89PNG\r\n\x1a\n" + b"a picture"


def pictured(kb: KnowledgeBase, slug: str, audience: str, link: str) -> None:
    """Publish an article with a picture."""
    draft = article_draft(f"{slug}.md", f"---\ntitle: {slug}\naudience: {audience}\n---\nSee ![the plug]({link}).\n")
    assert isinstance(draft, Draft)
    kb.save(draft, by="U5")


@pytest.fixture
def kept(database: Database, clock: FakeClock) -> Picture:
    """A picture that is kept."""
    made = picture("plug.png", PNG)
    assert made
    with database.transaction() as session: keep(session, [made], clock())
    return made


@pytest.fixture
def kb(database: Database, clock: FakeClock) -> KnowledgeBase:
    """An empty knowledge base."""
    return KnowledgeBase(database, HashingEncoder(), clock)


@pytest.fixture
def client(kb: KnowledgeBase) -> Iterator[httpx.Client]:
    """Somebody who is not signed in."""
    app = create_web(kb, lambda text: HashingEncoder().encode([text])[0], list, "")
    with WebServer(app, "127.0.0.1", 0) as server, httpx.Client(base_url=server.url, trust_env=False) as one: yield one


def test_a_picture_of_a_public_article(kb: KnowledgeBase, kept: Picture, client: httpx.Client) -> None:
    """Its bytes come with their own type, to be kept; another ending, another hash and a path are none."""
    pictured(kb, "plugs", "employees", kept.link)
    found = client.get(f"/help/{kept.link}")
    assert (found.status_code, found.content, found.headers["content-type"]) == (200, PNG, "image/png")
    assert "immutable" in found.headers["cache-control"]
    assert f'src="/help/{kept.link}"' in client.get("/help/plugs").text
    for name in (kept.link.replace(".png", ".svg"), kept.link.replace(kept.hash, "0" * 64), "files/..%2F..%2Fetc"):
        assert client.get(f"/help/{name}").status_code == 404


def test_a_picture_for_some_is_kept_by_no_browser(kb: KnowledgeBase, kept: Picture) -> None:
    """The next one at the same computer may not be meant to see it; one that is for everybody stays."""
    pages = Pages(kb, None, None, "", FakeClock(NOW), lambda _request: STAFF)  # type: ignore[arg-type]  # not asked
    asked = Request({"type": "http", "method": "GET", "path_params": {"name": kept.link.removeprefix("files/")}})
    pictured(kb, "plugs", "staff", kept.link)
    assert pages.file(asked).headers["cache-control"] == "no-store"
    pictured(kb, "sockets", "employees", kept.link)
    assert "immutable" in pages.file(asked).headers["cache-control"]


def test_who_may_see_a_picture_is_read_once(kb: KnowledgeBase, kept: Picture, database: Database) -> None:
    """Until something is published again, the texts are not looked through."""
    pictured(kb, "plugs", "employees", kept.link)
    asked: list[str] = []
    listen(database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    for _ in range(5): assert kb.files.shown_to(kept, {"employees"})
    assert sum("LIKE" in one for one in asked) == 1
    kb.retire("article", "plugs", by="U5")
    assert not kb.files.shown_to(kept, {"employees"})


def test_a_picture_of_a_hidden_article(kb: KnowledgeBase, kept: Picture, client: httpx.Client) -> None:
    """Whoever is not meant to read it gets what they get for one that is not there; so after it was retired."""
    assert client.get(f"/help/{kept.link}").status_code == 404
    pictured(kb, "plugs", "staff", kept.link)
    assert client.get(f"/help/{kept.link}").status_code == 404
    pictured(kb, "sockets", "employees", kept.link)
    assert client.get(f"/help/{kept.link}").status_code == 200
    kb.retire("article", "sockets", by="U5")
    assert client.get(f"/help/{kept.link}").status_code == 404
