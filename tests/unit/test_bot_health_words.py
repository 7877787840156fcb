"""What `firstline kb health` and `firstline kb links` say of lapses and of pages on the web."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.assistant.editorial.figures import ArticleHealth
from bot.assistant.editorial.linking import WebLink
from bot.cli.health import _lapsed, _web
from core.web_links import Checked

ONE = ArticleHealth(
    kind="article", slug="pump", title="The pump", category="other", audience="employees", owner="", shown=0,
    confirmed=0, assumed=0, not_helpful=0, tickets=0, reopened=0, escalations={}, reads=0, verified=None, due=None,
    lapsed_at=datetime(2026, 11, 20, tzinfo=UTC), lapse="", score=None, at_best=1.0, why="",
)  # fmt: skip


def test_why_something_lapsed_is_told_in_words() -> None:
    """No code is printed, and one of something is not many."""
    lapses = ("date", "not_helpful:3", "not_helpful:1", "reopened:1", "wrong:2")
    assert _lapsed([replace(ONE, lapse=lapse) for lapse in lapses]).splitlines() == [
        "To be checked again: 5",
        "  article pump: the day of its next check is past",
        "  article pump: 3 people said that it did not help",
        "  article pump: one person said that it did not help",
        "  article pump: a ticket was opened again after it",
        "  article pump: 2 tickets moved up because it is wrong",
    ]


def test_what_was_not_asked_is_not_counted_as_dead() -> None:
    """A page on a private network, or behind a sign-in, may well be there: it is told by itself."""
    link = WebLink(address="x", items=(("article", "pump", "The pump"),))
    found = [
        (replace(link, address=address), Checked(address=address, works=works, said=said))
        for address, works, said in (
            ("http://a.example", True, "It answers."), ("http://b.example", False, "It answers 404."),
            ("http://c.example", None, "Not asked: it is on a private network."),
        )
    ]
    assert _web(found).splitlines() == [
        "Of 3 addresses on the web do not answer: 1", "  http://b.example", "        It answers 404. In pump.", "",
        "Of these it cannot be told: 1", "  http://c.example",
        "        Not asked: it is on a private network. In pump.",
    ]
    assert "cannot be told" not in _web(found[:2])
