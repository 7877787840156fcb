"""Run-books and drafts as modals: whole, within Slack's limits, and with the buttons that the person may use."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.runbooks import Opened
from bot.sandbox.blocks import check_view
from bot.slack import books, drafts, ids, texts
from kb.articles import Article, passages
from kb.drafts import Kept
from kb.service import ArticleView
from tests.making import NOW
from tests.mrkdwn_reading import live_parts, texts_of

NASTY = "<!channel> & <@U0BAD> "


def view(title: str = "Spooler", body: str = "For L2.\n\n## Check\n1. The **rollers**.") -> ArticleView:
    """A run-book as it is read."""
    parts = tuple(passages(Article(slug="spooler", title=title, body=body)))
    return ArticleView(
        slug="spooler", title=title, body=body, category="printing", audience="staff", owner="desk",
        verified=date(2026, 11, 20), review_every=180, aliases=(), revision=3, passages=parts,
    )  # fmt: skip


def opened(book: ArticleView, *, may_edit: bool = True) -> Opened:
    """It is open from the card of a ticket."""
    return Opened(book=book, ticket="INC-000007", may_edit=may_edit)


def actions_of(shown: dict[str, Any]) -> dict[str, str]:
    """Action and value of every button."""
    rows = [one for block in shown["blocks"] if block["type"] == "actions" for one in block["elements"]]
    return {row["action_id"]: row["value"] for row in rows}


def words(shown: dict[str, Any]) -> str:
    """Every word of a modal."""
    return "\n".join(part["text"] for part in texts_of(shown))


def test_a_run_book_is_told_whole() -> None:
    """Title, what it is, each part under its heading."""
    shown = check_view(books.read(opened(view()), 7, ""), "modal")
    told = words(shown)
    for part in ("Spooler", "For staff only · printing · checked on 20 November 2026 · revision 3", "*Check*\n1. The"):
        assert part in told
    assert set(actions_of(shown)) == {ids.RUNBOOK_NO_HELP, ids.RUNBOOK_EDIT, ids.RUNBOOK_RETIRE}
    assert set(actions_of(shown).values()) == {"spooler|7"}


def test_who_only_reads() -> None:
    """They can say that it did not help, once, and no more."""
    reader = opened(view(), may_edit=False)
    assert set(actions_of(check_view(books.read(reader, 7, ""), "modal"))) == {ids.RUNBOOK_NO_HELP}
    noted = check_view(books.read(reader, 7, "", "Thank you."), "modal")
    assert actions_of(noted) == {}
    assert "Thank you." in words(noted)


LONG = ["x" * 9_000, "## a\nb\n" * 300, "&<>" * 3_000, NASTY * 300, "```\n" * 50, "🖨️" * 3_000]


@pytest.mark.parametrize("text", LONG)
def test_a_long_run_book_fits(text: str) -> None:
    """What Slack cannot hold is left out, and said."""
    shown = check_view(books.read(opened(view(body=text)), 7, ""), "modal")
    assert (texts.RUNBOOK_REST in words(shown)) == text.startswith("##")
    assert not [one for part in texts_of(shown) if part["type"] == "mrkdwn" for one in live_parts(part["text"])]


@given(text=st.text(min_size=1, max_size=300), revision=st.integers(0, 3))
def test_any_form_fits(text: str, revision: int) -> None:
    """Whatever stands in it; an empty one says what a run-book has."""
    values = {"title": text[:150], "category": text[:40], "body": text, "aliases": text}
    shown = check_view(books.form(values, slug="a", revision=revision), "modal")
    assert ("## Escalate to L3 when" in str(shown)) == (revision == 0)
    kept = Kept(slug="a", title=text[:150], source=text, version=1, saved_by="U1", saved_at=NOW)
    check_view(drafts.new("a", text, "INC-000007"), "modal")
    check_view(drafts.known(kept, may_publish=True, problem=text), "modal")
    check_view(drafts.published(text[:150]), "modal")
    check_view(books.gone(text[:150]), "modal")


def test_only_editors_publish() -> None:
    """An agent goes on with a draft, and finds no button to publish it."""
    kept = Kept(slug="a", title="A", source="title: A", version=1, saved_by="U1", saved_at=NOW)
    assert actions_of(drafts.known(kept, may_publish=True)) == {ids.DRAFT_PUBLISH: "a"}
    assert actions_of(drafts.known(kept, may_publish=False)) == {}
