"""The forms and messages of a reply."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.desk.replying import Form, Line
from bot.sandbox.blocks import check_blocks, check_view
from bot.slack import ids, replying, texts
from bot.slack.crossing import says
from bot.slack.replying import Filled, linked, pieces
from handoff.desk import Canned
from handoff.lanes import MOST_TEXT, Reply, ReplyState
from handoff.mirrors import Said, StaffFile
from tests.making import NOW, ticket
from tests.mrkdwn_reading import live_parts

CANNED = tuple(Canned(slug=f"c{n}", title=f"Canned {n}", text="x") for n in range(3))
FILES = tuple(StaffFile(id=f"F{n:08}", name=f"{n}.png") for n in range(120))


def reply(text: str = "Hello", **changes: Any) -> Reply:
    """A reply."""
    values: dict[str, Any] = {
        "id": 5, "ticket_id": 7, "by": "U0LIAMOKAF", "text": text, "files": (), "asks": False,
        "state": ReplyState.WAITING, "key": "V1", "written_at": NOW, "due_at": NOW, "channel": "", "ts": "",
    }  # fmt: skip
    return Reply(**(values | changes))


def line(**changes: Any) -> str:
    """The line about it, as Slack takes it."""
    shown = Line(reply=reply(**changes), ticket=ticket(), files=(), by="U0MARCUSWE", at=NOW, why="user_not_found")
    message = replying.line(shown)
    check_blocks(message.payload()["blocks"], "message")
    return str(message)


@pytest.mark.parametrize("asks", [False, True])
@given(text=st.text(min_size=1, max_size=MOST_TEXT))
def test_whatever_is_written_slack_takes_it_and_no_mention_lives(asks: bool, text: str):  # noqa: FBT001 - pytest gives it
    """The message, its preview and the form with it."""
    said = reply(text, asks=asks)
    message = replying.to_requester(said, ticket(), "Liam <!here>")
    for block in check_blocks(message.payload()["blocks"], "message"):
        if block["type"] == "section": assert all(part.startswith("http") for part in live_parts(block["text"]["text"]))
    check_view(replying.preview(said, ticket(), "Liam", ["<a>"], turn=3, masked=True), "modal")
    check_view(replying.form(Form(ticket=ticket(), files=FILES, canned=CANNED), Filled(text=text, asks=asks)), "modal")


@given(st.text(max_size=9_000))
def test_pieces_lose_no_word(text: str):
    """All of it, in parts that fit."""
    parts = pieces(text)
    assert all(0 < len(part) <= replying.SECTION for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split()) or " " not in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://a.example/x?a=1&b=2.", "see <https://a.example/x?a=1&amp;b=2>."),
        ("<https://a.example/x>", "&lt;<https://a.example/x>&gt;"),
        ("<!channel> <@U1>", "&lt;!channel&gt; &lt;@U1&gt;"),
        ("(https://a.example/x), ok", "(<https://a.example/x>), ok"), ("https://a|b", "https://a|b"),
    ],
)  # fmt: skip
def test_addresses_are_links_and_nothing_else_is(text: str, shown: str):
    """What staff write is verbatim otherwise."""
    assert linked(text) == shown


def test_the_line_has_a_way_back_as_long_as_there_is_one():
    """And tells who did what."""
    assert ids.REPLY_BACK in line()
    for state in (ReplyState.WITHDRAWN, ReplyState.SENDING, ReplyState.SENT, ReplyState.LOST):
        assert ids.REPLY_BACK not in line(state=state)
    assert "<@U0MARCUSWE> took this back" in line(state=ReplyState.WITHDRAWN)
    assert texts.REPLY_LOST_WHY["user_not_found"] in line(state=ReplyState.LOST)


def test_a_text_that_is_put_in_gets_a_block_of_its_own():
    """Slack keeps what stands in a block that it knows."""
    of = Form(ticket=ticket(), files=(), canned=CANNED)
    first = Filled(text="Hi", round=2)
    second = replying.with_canned(first, "there")
    assert second.text == "Hi\n\nthere"
    names = [[block.get("block_id") for block in replying.form(of, one)["blocks"]] for one in (first, second)]
    assert "text_2" in names[0]
    assert "text_3" in names[1]


def test_who_reads_along_is_said():
    """A thread of a channel is not private."""
    assert "direct messages" in replying.goes_to(ticket())
    assert "direct messages" in replying.goes_to(ticket(channel=""))
    assert "<#C0ITHELP01>" in replying.goes_to(ticket(channel="C0ITHELP01"))


SAID = Said(by="U0EMMALARS", text="one\n\n<two>", files=(), edited=False, deleted=False, known=True)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (replace(SAID, edited=True), "<@U0EMMALARS> writes: one\n\n&lt;two&gt; _(edited)_"),
        (replace(SAID, deleted=True), "<@U0EMMALARS> wrote: ~one~\n\n~&lt;two&gt;~ _(deleted by the requester)_"),
        (replace(SAID, known=False, edited=True), "<@U0EMMALARS> edited an earlier message: one\n\n&lt;two&gt;"),
        (replace(SAID, known=False, text="", deleted=True), "<@U0EMMALARS> deleted an earlier message."),
        (replace(SAID, text="", deleted=True), "<@U0EMMALARS> wrote: (no words) _(deleted by the requester)_"),
    ],
)
def test_what_staff_read_of_a_change(message: Said, words: str):
    """Struck through line by line: a mark does not reach over a line's end."""
    assert says(message) == words
