"""The studio as an editor meets it: a real start of Firstline, a real browser, the keyboard."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from kb.articles import ARTICLE
from tests.functional.office import NOOR, PATIENCE, Office

SLUG = "vpn-connect"


@pytest.fixture
def studio(browser: Browser, office: Office) -> Iterator[Page]:
    """A page on which nobody is signed in; nothing may go wrong in its console."""
    wrong: list[str] = []
    context = browser.new_context(viewport={"width": 320, "height": 700})
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(office.server.url + f"/#as={NOOR}&c=messages")  # the browser is Noor's from here on
    expect(page.get_by_test_id("person-switcher")).to_be_visible()
    page.goto(address(office) + "/studio")
    yield page
    context.close()
    assert [line for line in wrong if "favicon" not in line and "404" not in line] == []


def address(office: Office) -> str:
    """Where the studio is."""
    return office.up.help_url.removesuffix("/help")


def signed_in(page: Page) -> None:
    """Sign in as whom the workspace offers first, by the Enter key alone."""
    expect(page.get_by_role("heading", name="Sign in to Firstline")).to_be_visible()
    expect(page.get_by_role("button", name="Noor Haddad")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="My work")).to_be_visible()


def test_an_editor_goes_through_it(studio: Page, office: Office):
    """Sign in, find an article, say that it is right, see what that changed; a page fits a small phone."""
    signed_in(studio)
    studio.get_by_role("searchbox").fill("connect to the vpn")
    studio.keyboard.press("Enter")
    studio.get_by_role("link", name="Connect to the VPN", exact=True).click()
    before = office.core.kb.history.of(ARTICLE, SLUG)[0].number
    studio.get_by_role("button", name="It is still right").press("Enter")
    expect(studio.get_by_role("status")).to_have_text("Thank you. It counts as checked today.")
    assert office.core.kb.history.of(ARTICLE, SLUG)[0].number == before + 1
    studio.get_by_role("link", name="History").click()
    expect(studio.get_by_role("heading", name=f"What changed from revision {before} to {before + 1}")).to_be_visible()
    expect(studio.locator("ins").first).to_contain_text("added:")
    assert studio.evaluate("document.documentElement.scrollWidth") == 320


def test_every_page_stands(studio: Page, office: Office):
    """Each page has one main heading and one main part, every field a name, and it fits 320 pixels."""
    signed_in(studio)
    base = address(office)
    for path in (
        "", "/articles", f"/articles/{SLUG}", f"/articles/{SLUG}/retire", f"/articles/{SLUG}/history/1", "/gaps",
        "/health", "/health/alike", "/health/collisions", "/health/links", "/health/unread",
    ):
        answer = studio.goto(f"{base}/studio{path}")
        assert answer is not None
        assert answer.status == 200, path
        expect(studio.locator("h1")).to_have_count(1)
        expect(studio.get_by_role("main")).to_have_count(1)
        assert studio.evaluate(UNNAMED) == [], path
        assert studio.evaluate("document.documentElement.scrollWidth") == 320, path


UNNAMED = """[...document.querySelectorAll('input:not([type=hidden]), select, textarea, button, a')]
  .filter((one) => !(one.labels?.length || one.ariaLabel || one.textContent.trim() || one.querySelector('img[alt]')))
  .map((one) => one.outerHTML)"""


def test_the_picture_shows(studio: Page, office: Office):
    """Who takes whose questions, as a picture that a browser draws, with words for those who do not see it."""
    signed_in(studio)
    studio.goto(f"{address(office)}/studio/health/collisions")
    picture = studio.get_by_role("main").get_by_role("img")
    if picture.count():
        assert picture.evaluate("async (one) => (await one.decode(), one.naturalWidth)") > 0
        assert "These meet" in (picture.get_attribute("alt") or "")


def test_signing_out(studio: Page):
    """It ends the session: the way back asks again."""
    signed_in(studio)
    studio.get_by_role("button", name="Sign out").press("Enter")
    expect(studio.get_by_role("heading", name="You are signed out")).to_be_visible()
    studio.go_back()
    expect(studio.get_by_role("heading", name="Sign in to Firstline")).to_be_visible()
