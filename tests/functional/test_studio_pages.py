"""What the studio shows, and what can be done there: over a real socket."""

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from core.db import Database
from kb.articles import ARTICLE, RUNBOOK
from kb.writing import Draft, article_draft, recipe_draft
from tests.fakes import FakeClock
from tests.studio import EMMA, LIAM, MARCUS, NOOR, Atelier, atelier

VPN = """---
title: Connect to the VPN
category: vpn
audience: employees
owner: network-team
---

Open GlobalProtect and choose {choice}.

## On a Mac

Click the globe at the top.
"""
STAFF = "---\ntitle: The emergency account\naudience: staff\n---\nThe zanzibar safe holds it.\n"
BOOK = "---\ntitle: A laptop is lost\nkind: runbook\naudience: staff\n---\nLock it, then wipe it.\n"
RECIPE = """title: Printer prints blank pages
category: printing
triggers: [printer prints blank pages, empty sheets come out]
start: look
steps:
  look:
    say: Is the cartridge in?
    choices: {"Yes": solved, "No": handoff}
"""


def draft(slug: str, source: str) -> Draft:
    """A text as it is published."""
    made = recipe_draft(f"{slug}.yaml", source) if source.startswith("title") else article_draft(f"{slug}.md", source)
    assert isinstance(made, Draft)
    return made


@pytest.fixture
def studio(sqlite_database: Database, clock: FakeClock) -> Iterator[Atelier]:
    """A studio with something in it; the article on the VPN has two revisions."""
    with atelier(sqlite_database, clock) as found:
        kb = found.assistant.parts.kb
        for choice in ("Login", "Connect"): kb.save(draft("vpn", VPN.format(choice=choice)), by=NOOR.id)
        for slug, source in (("safe", STAFF), ("lost-laptop", BOOK), ("blank-pages", RECIPE)):
            kb.save(draft(slug, source), by="import")
        yield found


def words(client: httpx.Client, path: str) -> str:
    """A page that is there."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_the_list_has_every_kind(studio: Atelier):
    """Articles, run-books and recipes; each filter narrows it down; a search ranks."""
    client = studio.as_(NOOR)
    page = words(client, "/studio/articles")
    for title in ("Connect to the VPN", "The emergency account", "A laptop is lost", "Printer prints blank pages"):
        assert title in page
    assert "1 to 4 of 4" in page
    for query, title in (
        ("kind=runbook", "A laptop is lost"), ("category=vpn", "Connect to the VPN"), ("owner=network-team", "Connect to"),
        ("audience=staff&kind=article", "The emergency account"), ("q=blank", "Printer prints"), ("q=safe", "emergency"),
    ):
        found = words(client, f"/studio/articles?{query}")
        assert "1 fits." in found
        assert title in found
    assert "Nothing fits" in words(client, "/studio/articles?show=lapsed")


def test_agents_see_what_they_may(studio: Atelier):
    """Staff's articles they may read; what is for another group, or retired, is not there for them."""
    kb = studio.assistant.parts.kb
    kb.save(draft("board", STAFF.replace("audience: staff", "audience: board")), by="import")
    kb.retire(ARTICLE, "vpn", by=NOOR.id)
    agent, editor = studio.as_(LIAM), studio.as_(NOOR)
    assert agent.get("/studio/articles/board").status_code == agent.get("/studio/articles/vpn").status_code == 404
    assert "1 to 3 of 3" in words(agent, "/studio/articles")
    assert "1 to 5 of 5" in words(editor, "/studio/articles")
    assert "1 fits." in words(editor, "/studio/articles?show=retired")


def test_thousands_are_paged(studio: Atelier):
    """Every page has 25, and leads to its neighbours with the filters kept."""
    kb = studio.assistant.parts.kb
    for n in range(30): kb.save(draft(f"phone-{n}", STAFF.replace("The emergency", f"Phone {n:02}")), by="import")
    client = studio.as_(NOOR)
    page = words(client, "/studio/articles?audience=staff&kind=article")
    assert "1 to 25 of 31" in page
    assert "kind=article&amp;audience=staff&amp;page=2" in page
    assert "26 to 31 of 31" in words(client, "/studio/articles?audience=staff&kind=article&page=2")
    assert "no such page" in words(client, "/studio/articles?page=999999")


def test_an_article_is_shown_as_published(studio: Atelier):
    """Its text as people read it, and what is known of it; an agent of level 2 is offered no history."""
    page = words(studio.as_(NOOR), "/studio/articles/vpn")
    assert '<h2 id="on-a-mac">On a Mac</h2>' in page
    assert "Revision 2, published on" in page
    assert 'href="/studio/articles/vpn/history"' in page
    assert 'href="/studio/articles/vpn/history"' not in words(studio.as_(LIAM), "/studio/articles/vpn")
    assert "Is the cartridge in?" in words(studio.as_(LIAM), "/studio/recipes/blank-pages")


def test_still_right(studio: Atelier):
    """One press, and it was checked today; a second press on the old page changes nothing, and says what happened."""
    client = studio.as_(NOOR)
    done = studio.post(client, "/studio/articles/vpn/verify", seen_revision="2")
    assert (done.status_code, done.headers["location"]) == (303, "/studio/articles/vpn?said=verified")
    assert "20 November 2026" in words(client, "/studio/articles/vpn?said=verified")
    late = studio.post(client, "/studio/articles/vpn/verify", seen_revision="2")
    assert late.status_code == 409
    assert "What changed from revision 2 to 3" in late.text
    assert "<ins>" in late.text
    assert studio.assistant.parts.kb.history.of(ARTICLE, "vpn")[0].number == 3


def test_history_tells_what_changed(studio: Atelier):
    """Who, when, and the words that changed, readable without colours."""
    page = words(studio.as_(NOOR), "/studio/articles/vpn/history")
    assert '<del><span class="unseen">removed: </span>Login</del>' in page
    assert '<ins><span class="unseen">added: </span>Connect</ins>' in page
    assert page.count("Noor Haddad") >= 2
    assert "the same revision" in words(studio.as_(NOOR), "/studio/articles/vpn/history?from=1&to=1")


def test_back_to_an_earlier_revision(studio: Atelier):
    """It is published again as a new one; meanwhile somebody else's is not overwritten, and the reason is kept."""
    client, kb = studio.as_(NOOR), studio.assistant.parts.kb
    asked = words(client, "/studio/articles/vpn/history/1")
    assert 'name="seen_revision" value="2"' in asked
    late = studio.post(client, "/studio/articles/vpn/history/1", seen_revision="1", reason="It was better in spring.")
    assert late.status_code == 409
    assert "It was better in spring." in late.text
    done = studio.post(client, "/studio/articles/vpn/history/1", seen_revision="2", reason="It was better.")
    assert done.status_code == 303
    newest = kb.history.of(ARTICLE, "vpn")[0]
    assert (newest.number, "Login" in newest.source) == (3, True)
    assert newest.note == "back to revision 1: It was better."


def test_retired_and_back(studio: Atelier):
    """It is asked for first; then nobody finds it; its history leads back."""
    client, kb = studio.as_(NOOR), studio.assistant.parts.kb
    assert "Nobody finds it any more" in words(client, "/studio/articles/vpn/retire")
    assert kb.is_published(ARTICLE, "vpn")
    assert studio.post(client, "/studio/articles/vpn/retire", seen_revision="2").status_code == 303
    assert not kb.is_published(ARTICLE, "vpn")
    assert studio.post(client, "/studio/articles/vpn/history/2", seen_revision="0").status_code == 303
    assert kb.is_published(ARTICLE, "vpn")


def test_a_lost_answer_needs_a_reason(studio: Atelier, monkeypatch: pytest.MonkeyPatch):
    """The questions that would lose theirs are listed, and with a reason it goes on."""
    lost = ("how do I get <b>into</b> the vpn?",)
    monkeypatch.setattr(studio.assistant.keeping, "_losses", lambda *_: lost)
    client, kb = studio.as_(NOOR), studio.assistant.parts.kb
    for path, seen in (("retire", "2"), ("history/1", "2")):
        asked = studio.post(client, f"/studio/articles/vpn/{path}", seen_revision=seen)
        assert asked.status_code == 400
        assert "how do I get &lt;b&gt;into&lt;/b&gt; the vpn?" in asked.text
        assert "required" in asked.text
    assert studio.post(client, "/studio/articles/vpn/retire", seen_revision="2", reason="Sold.").status_code == 303
    assert not kb.is_published(ARTICLE, "vpn")


GETS = (
    "/studio", "/studio/articles", "/studio/articles/vpn", "/studio/articles/vpn/retire",
    "/studio/articles/vpn/history", "/studio/articles/vpn/history/1", "/studio/runbooks/lost-laptop", "/studio/recipes/blank-pages",
)  # fmt: skip
POSTS = ("/studio/articles/vpn/verify", "/studio/articles/vpn/retire", "/studio/articles/vpn/history/1")
HISTORY = frozenset({"/studio/articles/vpn/history", "/studio/articles/vpn/history/1"})


@pytest.mark.parametrize("path", GETS)
def test_every_page_by_role(studio: Atelier, path: str):
    """Strangers sign in, employees and managers are told why not, agents read, editors do everything."""
    status = {who: studio.as_(person).get(path).status_code for who, person in (
        ("nobody", None), ("employee", EMMA), ("manager", MARCUS), ("agent", LIAM), ("editor", NOOR),
    )}  # fmt: skip
    agent = 403 if path in HISTORY else 200
    assert status == {"nobody": 303, "employee": 403, "manager": 403, "agent": agent, "editor": 200}


@pytest.mark.parametrize("path", POSTS)
def test_every_form_by_role(studio: Atelier, path: str):
    """Whatever they send, those who may not publish change nothing; a form without its token is nobody's."""
    before = studio.assistant.parts.kb.history.of(ARTICLE, "vpn")
    for person in (EMMA, MARCUS, LIAM):
        assert studio.post(studio.as_(person), path, seen_revision="2").status_code == 403
    assert studio.as_(NOOR).post(path, data={"seen_revision": "2"}).status_code == 403
    assert studio.as_(NOOR).post(path, data={"seen_revision": "2", "form_token": "x" * 43}).status_code == 403
    assert studio.as_(None).post(path, data={"seen_revision": "2"}).status_code == 403
    assert studio.assistant.parts.kb.history.of(ARTICLE, "vpn") == before
    assert studio.assistant.parts.kb.is_published(ARTICLE, "vpn")


@pytest.mark.parametrize("path", GETS)
def test_looking_changes_nothing(studio: Atelier, path: str):
    """No page that is merely read writes anything but when somebody was last there."""
    client, kb = studio.as_(NOOR), studio.assistant.parts.kb
    before = (kb.history.of(ARTICLE, "vpn"), kb.history.of(RUNBOOK, "lost-laptop"), kb.drafts.all())
    client.get(path)
    assert (kb.history.of(ARTICLE, "vpn"), kb.history.of(RUNBOOK, "lost-laptop"), kb.drafts.all()) == before


def test_what_was_written_outlives_a_session(studio: Atelier):
    """A form that comes too late is refused, and gives back what was written."""
    client = studio.as_(NOOR)
    signed = studio.assistant.signing_in.whose(client.cookies["firstline"])
    assert signed is not None
    studio.assistant.signing_in.shut_out(NOOR.id)
    text = "It was right until the office in Lyon moved to the new gateway."
    answer = client.post("/studio/articles/vpn/retire", data={"form_token": signed.form_token, "reason": text})
    assert answer.status_code == 403
    assert text in answer.text


def test_a_role_that_is_taken_away_is_gone_at_once(studio: Atelier):
    """Roles are read at every request: an editor who is none any more sees nothing of the studio."""
    client = studio.as_(NOOR)
    assert client.get("/studio").status_code == 200
    studio.assistant.parts.meet(replace(NOOR, email=""), left=True)
    assert client.get("/studio").status_code == 403
