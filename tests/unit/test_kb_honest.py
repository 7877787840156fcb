"""Links that name another place than they lead to, in Slack and on help pages."""

import pytest

from bot.slack.mrkdwn import from_markdown
from bot.web.markdown import HelpMarkdown
from kb.honest import elsewhere

EVIL = "https://evil.example/login"


@pytest.mark.parametrize("label", [
    "https://bank.example", "bank.example", "http://bank.example/login", "BANK.example:443/x", " bank.example ",
    "evil.example.bank.example",
])  # fmt: skip
def test_words_that_are_another_address(label: str) -> None:
    """The reader is told where it leads; in Slack and on the web."""
    assert elsewhere(label, EVIL) == " (leads to evil.example)"


@pytest.mark.parametrize("label", ["the bank", "evil.example", "https://evil.example", "example", "Version 2.0", "1."])
def test_words_that_are_none_or_the_same(label: str) -> None:
    """They stay as they are."""
    assert elsewhere(label, EVIL) == ""


def test_an_article_in_slack() -> None:
    """The target follows the link; one that is honest has nothing behind it."""
    text = from_markdown(f"Go to [https://bank.example]({EVIL}) or [our page](https://bank.example).")
    assert text == f"Go to <{EVIL}|https://bank.example> (leads to evil.example) or <https://bank.example|our page>."


def test_an_article_on_its_page() -> None:
    """The same in HTML."""
    html = HelpMarkdown().render(f"Go to [**bank.example**]({EVIL}).")
    assert html.strip() == f'<p>Go to <a href="{EVIL}"><strong>bank.example</strong></a> (leads to evil.example).</p>'
