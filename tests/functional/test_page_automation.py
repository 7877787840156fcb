"""The sample automation's page in a browser: reachable, readable, and its switches work."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from bot.sandbox.seed import load_seed
from bot.sandbox.server import SandboxServer
from core.clock import utc_now
from core.people import Person
from handoff.actions.answers import Answer, Call, NoAnswer
from handoff.actions.calling import HttpAutomation
from handoff.actions.registry import load_actions
from tests.functional.office import DATA, EMMA, PATIENCE, SEED

PERSON = Person(id=EMMA, name="Emma Larsen", email="emma.larsen@brightwater.example")


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    """The sandbox with its automation, and nothing connected to it."""
    with SandboxServer(load_seed(SEED)) as made: yield made


@pytest.fixture
def page(browser: Browser, server: SandboxServer) -> Iterator[Page]:
    """A page in whose console nothing may go wrong; the automation is as it begins."""
    server.reset()
    wrong: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE * 1000)
    opened = context.new_page()
    opened.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    yield opened
    context.close()
    assert wrong == []


def call(server: SandboxServer, action: str, number: int, **given: str) -> Answer | NoAnswer:
    """What Firstline would send."""
    seed = load_seed(SEED).automation
    assert seed
    wanted = Call(id=f"act_{number}_1", action=action, requester=PERSON, given=given, at=utc_now())
    rule = load_actions(DATA / "actions.yaml").get(action)
    return HttpAutomation(server.automation_url, seed.secret).call(rule, wanted, utc_now())


def test_the_workspace_leads_there(page: Page, server: SandboxServer):
    """The bar has a link, which opens the page beside the workspace; that one leads back."""
    page.goto(f"{server.url}/#as={EMMA}&c=messages")
    with page.expect_popup() as popup: page.get_by_test_id("automation-link").click()
    popup.value.get_by_test_id("back-to-workspace").click()
    expect(popup.value.get_by_test_id("person-switcher")).to_be_visible()


def test_a_call_shows_and_the_account_changes(page: Page, server: SandboxServer):
    """Without a reload: who, what, what was answered, and that Emma is no longer locked out."""
    page.goto(f"{server.url}/automation")
    expect(page.get_by_test_id("calls")).to_contain_text("There were none yet.")
    expect(page.get_by_test_id(f"account-{PERSON.email}")).to_contain_text("locked")
    call(server, "unlock-account", 1)
    row = page.get_by_test_id("call")
    expect(row).to_contain_text(f"unlock-account for {PERSON.email}: 200 done")
    expect(page.get_by_test_id(f"account-{PERSON.email}")).to_contain_text("fine")
    call(server, "unlock-account", 1)
    expect(row.first).to_contain_text("came before, not done again")


def test_a_switch_lets_an_action_fail(page: Page, server: SandboxServer):
    """The choice is kept, and the next call ends as it says."""
    page.goto(f"{server.url}/automation")
    with page.expect_response("**/automation/switch"):
        page.get_by_test_id("switch-reset-mfa").select_option("fail")
    assert isinstance(call(server, "reset-mfa", 2), NoAnswer)
    expect(page.get_by_test_id("call")).to_contain_text("500")
    page.reload()
    expect(page.get_by_test_id("switch-reset-mfa")).to_have_value("fail")


def test_it_fits_a_phone(page: Page, server: SandboxServer):
    """Nothing sticks out of a narrow window; the wide table scrolls by itself."""
    page.set_viewport_size({"width": 390, "height": 844})
    call(server, "add-to-group", 3, group="x" * 200, reason="y" * 200)
    page.goto(f"{server.url}/automation")
    expect(page.get_by_test_id("call")).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390


def test_what_is_sent_is_text(page: Page, server: SandboxServer):
    """Markup in a value is shown, not run."""
    call(server, "add-to-group", 4, group="<img src=x onerror=alert(1)>", reason="")
    page.goto(f"{server.url}/automation")
    expect(page.get_by_test_id("call")).to_contain_text("<img src=x")
    expect(page.locator("#calls img")).to_have_count(0)
