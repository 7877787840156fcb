"""Writing in the studio, over a real socket: what is typed is kept, submitted, published; nothing is lost."""

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.web.studio.visit import plain_lines
from core.db import Database
from core.people import PUBLIC
from kb.articles import ARTICLE
from tests.budgets import tries
from tests.fakes import FakeClock
from tests.studio import EMMA, LIAM, MARCUS, NOOR, Atelier, atelier

FORM = {
    "title": "Connect to the VPN", "category": "vpn", "audience": "employees", "owner": "network-team",
    "review_every": "180", "aliases": "tunnel into the office", "body": "Open **GlobalProtect** and choose Connect.",
}  # fmt: skip
NEW = "/studio/new?kind=article"
EDIT, REVIEW, TRY = (f"/studio/{what}/article/connect-to-the-vpn" for what in ("edit", "review", "try"))
RECIPE = """title: It prints nothing
triggers: [no paper comes out]
start: look
steps:
  look:
    say: Is it on?
    choices: {'Yes': solved, 'No': handoff}
"""


@pytest.fixture
def studio(sqlite_database: Database, clock: FakeClock) -> Iterator[Atelier]:
    """A studio with an editor, an agent, and others."""
    with atelier(sqlite_database, clock) as found: yield found


def page(answer: httpx.Response) -> str:
    """The page, as a person reads it."""
    return unescape(answer.text)


def typed(answer: httpx.Response, name: str = "body") -> str:
    """What stands in a field of a page, as a browser reads it."""
    found = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\n(.*?)</textarea>', answer.text, re.DOTALL)
    found = found or re.search(rf'<input[^>]*name="{name}" value="([^"]*)"', answer.text)
    assert found, name
    return unescape(found[1])


def drawn_for(answer: httpx.Response) -> dict[str, str]:
    """The state that a form was drawn for."""
    return {name: typed(answer, name) for name in ("version", "based_on", "verified", "origin")}


def press(studio: Atelier, client: httpx.Client, path: str, do: str = "save", **changes: str) -> httpx.Response:
    """Open the form, fill it in and press a button."""
    return studio.post(client, path, **(FORM | drawn_for(client.get(path)) | {"do": do} | changes))


def titles(studio: Atelier) -> list[str]:
    """What is published."""
    return [one.title for one in studio.assistant.parts.kb.titles(studio.assistant.parts.every_audience())]


def test_an_article_is_written_and_published(studio: Atelier) -> None:
    """A draft first, under a name of its title; then it is live, checked today by whoever published it."""
    noor = studio.as_(NOOR)
    assert press(studio, noor, NEW).headers["location"] == f"{EDIT}?said=saved"
    shown = noor.get(f"{EDIT}?said=saved")
    assert "The draft is saved." in page(shown)
    assert {name: typed(shown, name) for name in ("title", "body", "aliases", "owner")} == {
        name: FORM[name] for name in ("title", "body", "aliases", "owner")
    }
    assert titles(studio) == []
    assert press(studio, noor, EDIT, "publish").headers["location"] == f"{EDIT}?said=published"
    assert titles(studio) == ["Connect to the VPN"]
    assert typed(noor.get(EDIT), "verified") == "2026-11-20"
    assert press(studio, noor, EDIT, "publish", body="Open it.").status_code == 303
    assert studio.assistant.parts.kb.article("connect-to-the-vpn", PUBLIC).body == "Open it."


def test_an_agent_writes_and_an_editor_approves(studio: Atelier) -> None:
    """The agent has no button to publish, and no right to; the editor reads what changes and what is said about it."""
    liam, noor = studio.as_(LIAM), studio.as_(NOOR)
    assert 'value="publish"' not in liam.get(NEW).text
    assert press(studio, liam, NEW, "publish").status_code == 403
    assert press(studio, liam, EDIT, "submit", note="Please be quick").headers["location"].endswith("said=submitted")
    assert "submitted this for review" in page(liam.get(EDIT))
    assert "somebody else has to approve it" in page(liam.get(REVIEW))
    read = page(noor.get(REVIEW))
    assert "Please be quick" in read
    assert "This is new" in read
    assert "<strong>GlobalProtect</strong>" in read
    back = studio.post(noor, REVIEW, do="send-back", note="", version="2")
    assert (back.status_code, "Please say what should be different." in page(back)) == (400, True)
    assert studio.post(noor, REVIEW, do="send-back", note="Shorter", version="2").status_code == 303
    assert "A reviewer sent this back: Shorter" in page(liam.get(EDIT))
    press(studio, liam, EDIT, "submit", body="Open GlobalProtect.")
    version = typed(noor.get(EDIT), "version")
    assert studio.post(liam, REVIEW, do="publish", version=version).status_code == 403
    assert studio.post(noor, REVIEW, do="publish", version="1").status_code == 409
    assert studio.post(noor, REVIEW, do="publish", version=version).headers["location"].endswith("said=published")
    assert titles(studio) == ["Connect to the VPN"]


def test_two_writers_on_one_draft_lose_nothing(studio: Atelier) -> None:
    """The second to save sees both texts and what differs, and chooses; until then nothing is overwritten."""
    liam, noor = studio.as_(LIAM), studio.as_(NOOR)
    press(studio, liam, NEW)
    state = drawn_for(noor.get(EDIT))
    assert "Liam Okafor is writing on this" in page(noor.get(EDIT))
    press(studio, liam, EDIT, body="Liam's words.")
    clash = studio.post(noor, EDIT, **(FORM | state | {"do": "save", "body": "Noor's words."}))
    assert clash.status_code == 409
    assert typed(clash) == "Noor's words."
    assert "Somebody else was faster. Nothing is lost." in page(clash)
    assert "Liam</del>" in page(clash)
    assert "Liam Okafor saved another version" in page(clash)
    assert studio.assistant.writing.draft(ARTICLE, "connect-to-the-vpn", NOOR).source.count("Liam's words.") == 1
    kept = studio.post(noor, EDIT, **(FORM | drawn_for(clash) | {"do": "save", "body": typed(clash)}))
    assert kept.status_code == 303
    assert typed(liam.get(EDIT)) == "Noor's words."


def test_what_was_published_meanwhile_is_seen_before_it_is_replaced(studio: Atelier) -> None:
    """A draft of an older version is not published over a newer one, until its writer has looked at that."""
    noor, liam = studio.as_(NOOR), studio.as_(LIAM)
    press(studio, noor, NEW, "publish")
    press(studio, liam, EDIT, body="Liam's draft.")
    kb, old = studio.assistant.parts.kb, studio.assistant.parts.kb.history.of(ARTICLE, "connect-to-the-vpn")[0]
    from bot.assistant.editorial.made import made

    kb.save(made(ARTICLE, "connect-to-the-vpn", old.source.replace("choose", "press")), by=NOOR.id)
    assert "Something newer was published" in page(noor.get(EDIT))
    refused = press(studio, noor, EDIT, "publish", body="Liam's draft.")
    assert (refused.status_code, typed(refused)) == (409, "Liam's draft.")
    assert press(studio, noor, EDIT, "rebase", body="Liam's draft.").headers["location"].endswith("said=rebased")
    assert press(studio, noor, EDIT, "publish", body="Liam's draft.").status_code == 303


def test_a_draft_that_was_published_meanwhile_is_a_clash(studio: Atelier) -> None:
    """Somebody who goes on writing on it sees what is published, and goes on with a new draft of that."""
    noor, liam = studio.as_(NOOR), studio.as_(LIAM)
    press(studio, liam, NEW)
    state = drawn_for(liam.get(EDIT))
    press(studio, noor, EDIT, "publish")
    clash = studio.post(liam, EDIT, **(FORM | state | {"do": "save", "body": "More."}))
    assert (clash.status_code, typed(clash), typed(clash, "based_on")) == (409, "More.", "1")
    assert studio.post(liam, EDIT, **(FORM | drawn_for(clash) | {"do": "save", "body": "More."})).status_code == 303


def test_a_draft_that_was_dropped_meanwhile_can_be_kept(studio: Atelier) -> None:
    """The words come back, and a save makes a new draft of them."""
    liam, noor = studio.as_(LIAM), studio.as_(NOOR)
    press(studio, liam, NEW)
    state = drawn_for(liam.get(EDIT))
    asked = press(studio, noor, EDIT, "drop")
    assert "Drop this draft?" in page(asked)
    assert liam.get(EDIT).status_code == 200
    assert studio.post(noor, EDIT, do="drop-yes", version="1").headers["location"] == "/studio?said=dropped"
    clash = studio.post(liam, EDIT, **(FORM | state | {"do": "save", "body": "More."}))
    assert (clash.status_code, typed(clash)) == (409, "More.")
    assert "no longer there" in page(clash)
    assert studio.post(liam, EDIT, **(FORM | drawn_for(clash) | {"do": "save", "body": "More."})).status_code == 303


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "Please write a title first"),
        ({"title": "ネットワーク"}, "write a name for addresses"),
        ({"title": "A", "name": "Not A Name"}, "may only have a-z"),
        ({"body": " \n "}, "The article has no text"),
        ({"body": "x" * 200_001}, "longer than 200,000 characters"),
        ({"audience": "pilots"}, 'There is no audience "pilots"'),
        ({"review_every": "soon"}, "a number of days"),
        ({"category": "c" * 41}, "Category: This has more than 40 characters."),
    ],
)
def test_what_cannot_be_saved_comes_back(studio: Atelier, changes: dict[str, str], said: str) -> None:
    """With every word, and what is wrong with it."""
    answer = press(studio, studio.as_(NOOR), NEW, **changes)
    assert answer.status_code == 400
    assert said in page(answer)
    assert typed(answer) == changes.get("body", FORM["body"])
    assert typed(answer, "title") == changes.get("title", FORM["title"])


def test_a_name_that_is_taken_is_told(studio: Atelier) -> None:
    """By a draft, or by what is published."""
    noor = studio.as_(NOOR)
    press(studio, noor, NEW)
    again = press(studio, noor, NEW, body="Others.")
    assert (again.status_code, "under this name already" in page(again)) == (409, True)
    assert typed(again) == "Others."
    press(studio, noor, EDIT, "publish")
    again = press(studio, noor, NEW, body="Others.")
    assert (again.status_code, "Please choose another name" in page(again)) == (400, True)
    assert press(studio, noor, NEW, name="vpn-two").headers["location"].startswith("/studio/edit/article/vpn-two")


def test_marks_stop_a_submission(studio: Atelier) -> None:
    """What is still to be written is told, the draft is kept, and the next press goes on from there."""
    noor = studio.as_(NOOR)
    answer = press(studio, noor, NEW, "submit", body="FILL IN: the fix.")
    assert (answer.status_code, "Line 1: Still to be written" in page(answer)) == (400, True)
    assert typed(answer, "version") == "1"
    assert press(studio, noor, EDIT, "submit", body="Open it.").status_code == 303


def test_remarks_and_preview_are_shown_before_anything_is_saved(studio: Atelier) -> None:
    """The whole page without JavaScript, the panel alone with it; nothing is kept by either."""
    noor = studio.as_(NOOR)
    body = "Open *it* & <b>run</b>.\n\n## On a Mac\n\nSee [this](gone.md)."
    for path, do in ((NEW, "check"), ("/studio/look", "")):
        changes = FORM | {"body": body, "kind": "article", "do": do, "passage": "1"}
        seen = studio.post(noor, path, **changes)
        assert seen.status_code == 200
        assert "There is no article" in page(seen)
        assert "2 remarks. They do not stop publishing." in page(seen)
        assert "Open <em>it</em> &amp; &lt;b&gt;run&lt;/b&gt;." in seen.text
        assert "<strong>On a Mac</strong>" in seen.text
        assert "This helped" in page(seen) or "helped" in page(seen)
    assert studio.assistant.writing.drafts(NOOR).mine == ()


def test_a_recipe_is_written_as_yaml(studio: Atelier) -> None:
    """Every letter is kept, its name is of its title, and the checker of the cookbook is heard."""
    noor, path = studio.as_(NOOR), "/studio/new?kind=recipe"
    broken = studio.post(noor, path, do="save", body=RECIPE.replace("handoff", "nowhere"))
    assert (broken.status_code, '"nowhere"' in page(broken)) == (400, True)
    made = studio.post(noor, path, do="save", body=RECIPE)
    assert made.headers["location"] == "/studio/edit/recipe/it-prints-nothing?said=saved"
    assert typed(noor.get("/studio/edit/recipe/it-prints-nothing")) == RECIPE
    assert press(studio, noor, "/studio/edit/recipe/it-prints-nothing", "check", body=RECIPE).status_code == 200


def test_a_run_book_is_for_staff(studio: Atelier) -> None:
    """Whatever a form says."""
    noor, path = studio.as_(NOOR), "/studio/new?kind=runbook"
    assert press(studio, noor, path, title="Restart the gateway").status_code == 303
    kept = studio.assistant.writing.draft("runbook", "restart-the-gateway", NOOR)
    assert "audience: staff" in kept.source


PAGES = [
    ("GET", NEW), ("POST", NEW), ("GET", EDIT), ("POST", EDIT), ("POST", "/studio/look"), ("GET", REVIEW),
    ("POST", REVIEW), ("GET", TRY), ("POST", TRY),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), PAGES)
def test_every_page_asks_who_it_is(studio: Atelier, method: str, path: str) -> None:
    """Strangers sign in first; employees and managers are refused; agents get what they may; nothing changes by it."""
    press(studio, studio.as_(NOOR), NEW)
    found: dict[str, int] = {}
    for name, person in (("nobody", None), ("emma", EMMA), ("marcus", MARCUS), ("liam", LIAM), ("noor", NOOR)):
        client = studio.as_(person)
        fields = FORM | {"do": "check", "kind": "article", "version": "0"}
        if method == "GET": answer = client.get(path)
        elif person is None: answer = client.post(path, data=fields)
        else: answer = studio.post(client, path, **fields)
        found[name] = answer.status_code
    assert found["nobody"] == (303 if method == "GET" else 403)
    assert found["emma"] == found["marcus"] == 403
    tries = "/try/" in path
    assert found["liam"] == (403 if tries or (path, method) == (REVIEW, "POST") else 200)
    assert found["noor"] in ((200, 303) if tries else (409,) if (path, method) == (REVIEW, "POST") else (200,))
    assert studio.assistant.writing.draft(ARTICLE, "connect-to-the-vpn", NOOR).version == 1


@pytest.mark.parametrize(
    "path",
    ["/studio/new?kind=poem", "/studio/new?ticket=x", "/studio/new?ticket=99999",
     "/studio/edit/article/none", "/studio/edit/poem/none", "/studio/review/article/none", "/studio/try/recipe/none",
     "/studio/new?ticket=" + "9" * 400],
)  # fmt: skip
def test_what_is_not_there_is_told(studio: Atelier, path: str) -> None:
    """A page that says so."""
    assert studio.as_(NOOR).get(path).status_code in (400, 404)


ODD = st.sampled_from(["\r\n", "\n\n", "---\n", "<b>", "&amp;", "</textarea>", "“"])
ANY = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=tries(40))
@given(st.lists(st.one_of(ANY, ODD)).map("".join))
def test_whatever_is_typed_comes_back(studio: Atelier, body: str) -> None:
    """Through a browser's form, the database and the page: letter by letter, line ends as one character."""
    noor = studio.as_(NOOR)
    if not body.strip(): body += "x"
    answer = press(studio, noor, EDIT if noor.get(EDIT).is_success else NEW, body=body)
    assert typed(noor.get(EDIT)) == plain_lines(body) or answer.status_code == 400
    assert typed(answer if answer.status_code == 400 else noor.get(EDIT)) == plain_lines(body)


