"""The demo as a newcomer meets it: the page in a browser, Firstline behind it."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.slack import ids, texts
from bot.slack.desk import card_texts
from tests.functional.office import EMMA, LUNCH, NUMBER, PATIENCE, ROOM, SMOKE, VPN, Office, plain_part, way_to

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, office: Office) -> Iterator[Open]:
    """Open the page as Emma in her messages with Firstline; nothing may go wrong in its console."""
    wrong: list[str] = []
    context = browser.new_context()
    context.set_default_timeout(PATIENCE * 1000)

    def opened(**size: int) -> Page:
        page = context.new_page()
        page.set_viewport_size(size)
        page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"{office.server.url}/#as={EMMA}&c=messages")
        return page

    yield opened
    context.close()
    assert wrong == []


def ask(page: Page, text: str) -> Locator:
    """Ask in the open conversation; Firstline's answer in the thread beside it."""
    field = page.get_by_test_id("composer")
    field.fill(text)
    field.press("Enter")
    return page.get_by_test_id("thread-pane").locator("[data-testid=message]").nth(1)


def button(place: Locator, action: str) -> Locator:
    """What can be pressed, by the name of its action."""
    return place.locator(f"[data-action-id={action}]")


def become(page: Page, name: str, place: str) -> None:
    """Switch to another person, and go to one of their channels."""
    page.get_by_test_id("person-switcher").click()
    page.get_by_test_id(f"person-{name}").click()
    expect(page.locator(f"[data-testid=person-switcher][data-as={name}]")).to_be_visible()
    opened = page.locator(f"[data-testid={place}][aria-current]")
    for _ in range(3):  # a click while the page still changes persons may go nowhere
        page.get_by_test_id(place).click()
        with suppress(AssertionError):
            expect(opened).to_have_count(1)
            break


def card(page: Page, number: str) -> Locator:
    """A ticket's card in the open channel."""
    return page.locator("#main [data-testid=message]", has_text=number).last


def test_emma_asks_for_a_room(open_page: Open):
    """She sees the quoted article with its link, its day and its buttons; her verdict is thanked for."""
    answer = ask(open_page(**WIDE), ROOM)
    expect(answer.locator("blockquote, .quote").first).to_be_visible()
    expect(answer.locator("a[href*='/help/']").first).to_be_visible()
    expect(answer).to_contain_text(plain_part(texts.ANSWER_CHECKED), ignore_case=True)
    button(answer, ids.HELPED).click()
    expect(answer.page.get_by_test_id("thread-pane")).to_contain_text(texts.THANKS_HELPED)


def test_lunch_is_outside(open_page: Open):
    """A friendly word, and no link."""
    answer = ask(open_page(**WIDE), LUNCH)
    expect(answer).to_contain_text(texts.OUTSIDE[:40])
    expect(answer.locator("a[href*='/help/']")).to_have_count(0)


def test_emma_clicks_through_a_recipe(office: Office, open_page: Open):
    """Each click shows the next step in the same message, until it is solved."""
    answer = ask(open_page(**WIDE), VPN)
    for _, label in way_to(office.recipe("vpn-stuck-connecting"), "solved"):
        answer.get_by_role("button", name=label, exact=True).click()
        expect(answer).to_contain_text(f"→ {label}")
    expect(answer).to_contain_text(texts.SOLVED)
    expect(answer.page.get_by_test_id("thread-pane").locator("[data-testid=message]")).to_have_count(2)


def test_smoke_goes_through_the_tiers(open_page: Open):
    """In one tab: Emma's ticket, Liam's claim and escalation, Priya's resolution, and Emma reads it all."""
    page = open_page(**WIDE)
    answer = ask(page, SMOKE)
    expect(answer).to_contain_text(NUMBER)
    number = NUMBER.search(answer.inner_text())[0]
    liam_escalates(page, number)
    priya_resolves(page, number)
    become(page, "emma", "app-messages")
    page.locator("#main [data-testid=message]", has_text=SMOKE).last.get_by_test_id("reply-bar").click()
    thread = page.get_by_test_id("thread-pane")
    expect(thread).to_contain_text(plain_part(card_texts.NEWS["claimed"]))
    expect(thread).to_contain_text("Taken to the fireproof box")
    expect(button(thread, ids.REOPEN)).to_be_visible()


def liam_escalates(page: Page, number: str) -> None:
    """Liam claims in #it-l2, then moves it up with a reason."""
    become(page, "liam", "channel-it-l2")
    button(card(page, number), ids.CLAIM).click()
    expect(button(card(page, number), ids.CLAIM)).to_have_count(0)
    button(card(page, number), ids.ESCALATE).click()
    modal = page.get_by_test_id("modal")
    reason = button(modal, "reason")
    reason.click()
    reason.fill("access")
    reason.press("Enter")
    for box in modal.locator("input[type=checkbox]").all(): box.check()
    button(modal, "note").fill("The battery is swollen")
    modal.get_by_test_id("modal-submit").click()
    expect(modal).to_have_count(0)
    expect(card(page, number)).to_contain_text(plain_part(card_texts.CARD_MOVED))


def priya_resolves(page: Page, number: str) -> None:
    """Priya reads the reason in #it-l3 and resolves."""
    become(page, "priya", "channel-it-l3")
    expect(card(page, number)).to_contain_text("The battery is swollen")
    button(card(page, number), ids.RESOLVE).click()
    modal = page.get_by_test_id("modal")
    modal.get_by_test_id("modal-submit").click()
    expect(modal.locator(".input-error:visible").first).to_be_visible()
    button(modal, "note").fill("Taken to the fireproof box")
    written = button(modal, "documented")
    written.click()
    written.fill("no use")
    written.press("Enter")
    button(modal, "documented_note").fill("A single device")
    modal.get_by_test_id("modal-submit").click()
    expect(modal).to_have_count(0)
    expect(card(page, number)).to_contain_text("Taken to the fireproof box")


def test_a_narrow_window_works(open_page: Open):
    """On a phone's width the answer is readable, nothing sticks out, and the channels are behind a button."""
    page = open_page(**NARROW)
    answer = ask(page, ROOM)
    expect(answer.locator("a[href*='/help/']").first).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= NARROW["width"]
    button(answer, ids.HELPED).scroll_into_view_if_needed()
    button(answer, ids.HELPED).click()
    expect(page.get_by_test_id("thread-pane")).to_contain_text(texts.THANKS_HELPED)
    page.get_by_test_id("thread-pane").get_by_role("button", name="Back to the conversation").click()
    page.get_by_test_id("open-sidebar").click()
    page.get_by_test_id("channel-it-help").click()
    expect(page.locator("#main h1")).to_contain_text("it-help")
