"""The editing page in a browser, by mouse and by keyboard; and the way from a word typed to an answer in Slack."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from core.db import Database
from core.people import Person
from tests.fakes import FakeClock
from tests.functional.office import EMMA, Office, Prepared, open_office
from tests.studio import LIAM, Atelier, atelier
from tests.studio import NOOR as EDITOR

Come = Callable[..., Page]
NEW = "/studio/new?kind=article"
EDIT = "/studio/edit/article/water-the-plants"


@pytest.fixture
def studio(sqlite_database: Database, clock: FakeClock) -> Iterator[Atelier]:
    """A studio."""
    with atelier(sqlite_database, clock) as found: yield found


@pytest.fixture
def come(browser: Browser, studio: Atelier) -> Iterator[Come]:
    """Open a page as somebody; nothing may go wrong in its scripts, and nothing may be against the page's own rules."""
    wrong: list[str] = []

    def opened(path: str, person: Person = EDITOR, **options: object) -> Page:
        context = browser.new_context(**options)
        cookie = {"name": "firstline", "value": studio.assistant.signing_in.open(person.id), "url": studio.url}
        context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text) if "Security Policy" in line.text else None)
        page.goto(studio.url + path)
        return page

    yield opened
    for context in browser.contexts: context.close()
    assert wrong == []


def fill(page: Page, **fields: str) -> None:
    """Type into fields."""
    for name, text in fields.items(): page.locator(f"#f-{name}").fill(text)


def test_remarks_and_preview_follow_the_words(come: Come) -> None:
    """While one types: nothing is saved, the cursor stays, and the number of remarks is said to screen readers."""
    page = come(NEW)
    fill(page, title="Water the plants", body="Open **the tap**.\n\nSee [this](gone.md).\n")
    expect(page.locator(".slack strong", has_text="the tap").first).to_be_visible()
    expect(page.get_by_text('There is no article "gone".')).to_be_visible()
    expect(page.locator("[data-status]")).to_contain_text("remarks")
    expect(page.locator("#f-body")).to_be_focused()
    fill(page, body="Open *the tap*.\n")
    expect(page.locator(".slack em", has_text="the tap").first).to_be_visible()
    expect(page.get_by_text('There is no article "gone".')).to_have_count(0)


def test_a_remark_leads_to_its_line(come: Come) -> None:
    """A click, or Enter on it, puts the cursor there, in a text that is longer than its field too."""
    page = come(NEW)
    lines = [f"Line {n} says something." for n in range(1, 200)]
    lines[149] = "See [this](gone.md)."
    fill(page, title="Water the plants", body="\n".join(lines))
    link = page.get_by_role("link", name="Line 150")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#f-body")).to_be_focused()
    at = page.evaluate("(() => { const b = document.getElementById('f-body');"
                       " return [b.value.slice(b.selectionStart, b.selectionEnd), b.scrollTop > 1000]; })()")
    assert at == ["See [this](gone.md).", True]


def test_the_keyboard_saves_and_the_cursor_stays(come: Come, studio: Atelier) -> None:
    """Ctrl+S, from anywhere on the form; whoever was writing goes on writing."""
    page = come(NEW)
    fill(page, title="Water the plants", body="Open the tap.")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    assert EDIT in page.url
    page.locator("#f-body").press("Control+End")
    page.keyboard.type(" Close it.")
    page.keyboard.press("Control+s")
    page.wait_for_function("document.activeElement.id === 'f-body'")
    page.keyboard.type(" Done.")
    page.keyboard.press("Control+s")
    expect(page.locator("#f-body")).to_have_value("Open the tap. Close it. Done.")
    page.wait_for_load_state()
    assert "Close it. Done." in studio.assistant.writing.draft("article", "water-the-plants", EDITOR).source


def test_unsaved_words_are_not_lost_by_a_slip(come: Come) -> None:
    """The browser asks before it leaves a page with words that are not saved, and not after a save."""
    page = come(NEW)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator("#f-title").press_sequentially("Water the plants")
    fill(page, body="Open the tap.")
    page.get_by_role("link", name="My work").click()
    page.wait_for_url("**/studio")
    assert asked == ["beforeunload"]
    page.goto(page.url.replace("/studio", NEW))
    fill(page, title="Water the plants", body="Open the tap.")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    page.get_by_role("link", name="My work").click()
    page.wait_for_url("**/studio")
    assert asked == ["beforeunload"]


def test_it_works_by_keyboard_alone(come: Come) -> None:
    """From the top of the page to a saved draft with nothing but Tab and typing; the focus is always to be seen."""
    page = come(NEW)
    seen: list[str] = []
    words = {"f-title": "Water the plants", "f-body": "Open the tap."}
    for _ in range(60):
        page.keyboard.press("Tab")
        at = page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
        seen.append(at)
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", at
        if at in words: page.keyboard.type(words[at])
        if at == "Save draft": break
    assert [one for one in seen if one.startswith("f-")][:3] == ["f-title", "f-name", "f-body"]
    page.keyboard.press("Enter")
    expect(page.get_by_text("The draft is saved.")).to_be_visible()


def test_it_works_without_javascript(come: Come) -> None:
    """Check, save, drop: each is a page."""
    page = come(NEW, java_script_enabled=False)
    fill(page, title="Water the plants", body="See [this](gone.md).")
    page.get_by_role("button", name="Check and preview").click()
    expect(page.get_by_text('There is no article "gone".')).to_be_visible()
    expect(page.locator("#f-body")).to_have_value("See [this](gone.md).")
    page.locator(".bar").get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    page.get_by_role("button", name="Drop this draft").click()
    page.get_by_role("button", name="Yes, drop it").click()
    expect(page.get_by_text("The draft is gone.")).to_be_visible()


def test_a_clash_shows_both_and_keeps_both(come: Come) -> None:
    """The second to save sees what the first wrote, and has every word of their own."""
    first = come(NEW)
    fill(first, title="Water the plants", body="Open the tap.")
    first.keyboard.press("Control+s")
    expect(first.get_by_text("The draft is saved.")).to_be_visible()
    second = come(EDIT, LIAM)
    expect(second.get_by_text("Noor Haddad is writing on this")).to_be_visible()
    fill(first, body="Open the big tap.")
    first.keyboard.press("Control+s")
    expect(first.locator("#f-body")).to_have_value("Open the big tap.")
    fill(second, body="Open the small tap.")
    second.keyboard.press("Control+s")
    expect(second.get_by_role("heading", name="Somebody else was faster. Nothing is lost.")).to_be_visible()
    expect(second.locator(".difference del", has_text="big")).to_be_visible()
    expect(second.locator("#f-body")).to_have_value("Open the small tap.")


@pytest.mark.parametrize("width", [320, 390, 1360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out(come: Come, width: int, scheme: str) -> None:
    """The page never scrolls sideways, whatever is typed, at any width."""
    page = come(NEW, viewport={"width": width, "height": 800}, color_scheme=scheme)
    table = "|".join("abc") * 60
    long = f"{'x' * 400}\n\n{table}\n\n`{'y' * 300}`\n\n[link](https://a.example/{'z' * 300})\n"
    fill(page, title="W" * 140, body=long)
    expect(page.locator(".slack code").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


# -- the whole way -----------------------------------------------------------------------------------------------


def test_what_is_typed_before_the_script_is_there_is_looked_at(come: Come, studio: Atelier) -> None:
    """On a slow line people type sooner; nothing more has to be typed for remarks and preview to come."""
    page, held = come("/studio"), list[Route]()

    def hold(route: Route) -> None: held.append(route)

    page.route("**/static/editor.js", hold)
    with page.expect_request("**/static/editor.js"): page.goto(studio.url + NEW, wait_until="commit")
    fill(page, title="Water the plants", body="Open **the tap**.\n")
    expect(page.locator(".slack strong")).to_have_count(0)
    held[0].continue_()
    expect(page.locator(".slack strong", has_text="the tap").first).to_be_visible()


@pytest.fixture(scope="module")
def office(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A running Firstline."""
    with open_office(prepared, tmp_path_factory.mktemp("office")) as made: yield made


def answered(office: Office, question: str) -> str:
    """What Emma gets in Slack."""
    with office.person(EMMA) as emma: return json.dumps(emma.ask(question))


def test_from_a_word_typed_to_an_answer_in_slack(browser: Browser, office: Office) -> None:
    """Written, seen in the preview, published: the next question gets it, and after an edit the one after that."""
    question = "how do I tune the zorbtron lamp?"
    assert "violet knob" not in answered(office, question)
    page = browser.new_page()
    page.goto(office.up.help_url.replace("/help", NEW))
    page.get_by_role("button", name="Noor").click()
    fill(page, title="Tune the zorbtron lamp", aliases="the zorbtron lamp is out of tune")
    fill(page, body="Turn the **violet knob**.\n")
    expect(page.locator(".slack strong", has_text="violet knob").first).to_be_visible()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published. The next question is answered from it.")).to_be_visible()
    assert "violet knob" in answered(office, question)
    fill(page, body="Turn the **green wheel**.\n")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published. The next question is answered from it.")).to_be_visible()
    assert "green wheel" in (said := answered(office, question))
    assert "violet knob" not in said
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_text(re.compile(r"\d questions?.* in \d"))).to_be_visible()
    page.context.close()
