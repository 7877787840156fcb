"""What editors and askers are told of a verification that lapsed."""

from datetime import date

from bot.question import AnswerReply, Quote
from bot.sandbox.blocks import check_blocks
from bot.slack import lapsing, texts
from bot.slack.render import render
from tests.mrkdwn_reading import texts_of


def row(**changes: str) -> dict[str, str]:
    """A lapse as the outbox has it."""
    values = {
        "kind": "article", "slug": "vpn", "title": "Connect to the VPN", "why": "date", "owner": "network-team",
        "person": "", "verified": "2026-03-12",
    }  # fmt: skip
    return values | changes


def words(*rows: dict[str, str]) -> str:
    """Everything that the message says."""
    message = lapsing.news(rows)
    check_blocks(list(message.payload()["blocks"]), "message")
    return "\n".join(part["text"] for part in texts_of(message.payload()))


def test_each_reason_in_words():
    """Its title, owner and why, in a sentence; one and several."""
    again = row(why="reopened:1", kind="runbook", owner="")
    said = words(row(), row(why="not_helpful:3", person="U5"), again, row(why="wrong:2"))
    for part in (
        "4 have to be checked again", "*Connect to the VPN* (article), owner network-team",
        "Its date has passed: it was last checked on 12 March 2026.", "3 people said that it did not help.",
        "owner <@U5>", "*Connect to the VPN* (run-book)\n", "A ticket was opened again after it.",
        "2 tickets moved up because it is wrong.", texts.LAPSES_STILL,
    ):
        assert part in said
    assert words(row()).startswith("One has to be checked again")


def test_many_and_nasty():
    """Twenty long titles fit, and none of them calls anybody."""
    title = f"<!channel> & <@U1> {'x' * 130}"
    said = words(*(row(title=title, owner="<!here>", why=f"wrong:{n}") for n in range(2, 22)))
    assert "<!" not in said
    assert "<@U1>" not in said
    assert said.count("&lt;!channel&gt;") == 20


def answer(**changes: object) -> str:
    """An answer in Slack."""
    values = {"slug": "vpn", "title": "VPN", "parts": (("", "Press it."),), "url": "", "verified": date(2026, 3, 12)}
    quote = Quote(**(values | changes))  # type: ignore[arg-type]  # tests give each part its type
    return "\n".join(part["text"] for part in texts_of(render(AnswerReply(turn=1, quote=quote), "").payload()))


def test_an_answer_that_is_due_says_so():
    """It is answered all the same, with the day of the last check, and that another is due."""
    assert "Last checked on 12 March 2026; it is due for another check" in answer(due=True)
    assert "Press it." in answer(due=True)
    assert "Checked on 12 March 2026" in answer()
    assert "due" not in answer()
    assert texts.ANSWER_UNCHECKED_DUE in answer(verified=None, due=True)
