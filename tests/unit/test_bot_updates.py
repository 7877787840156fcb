"""What a requester is told of a ticket that is still open."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.assistant.standing import outline
from bot.sandbox.blocks import check_blocks
from bot.slack.desk.updates import still_open
from bot.slack.mrkdwn import moment
from bot.standing import Standing
from handoff.tickets import State
from tests.making import NOW, ticket
from tests.mrkdwn_reading import live_parts

HOUR = timedelta(hours=1)
CONTACT = "extension 4400, Monday to Friday"
NEXT = "You hear from me again by *t+0* at the latest."
WAITS = "it has been with *Service desk* since t+0, and nobody has taken it yet."
WORKS = "*Liam Okafor* has been working on it since t+0."
LATE = "It should have been done by *t+8*. I am sorry that it is not; it is still open, and I will go on telling you "
OPENED, RESPONSE, RESOLUTION = NOW, NOW + 4 * HOUR, NOW + 8 * HOUR


def told(
    now: datetime, state: State = State.NEW, by: str = "Liam Okafor", contact: str = CONTACT,
    facts: dict[str, Any] | None = None, **changes: Any
) -> str:
    """The words, with times as t+hours; Slack takes them."""
    known = ticket(state, response_due=RESPONSE, resolution_due=RESOLUTION, **changes)
    message = still_open(Standing(ticket=known, since=OPENED, now=now, contact=contact, **(facts or {})), by, "UTC")
    (block,) = check_blocks(message.payload()["blocks"], "message")
    assert block["text"]["text"] == message.text
    text = message.text
    for hours in (0, 4, 8): text = text.replace(moment(NOW + hours * HOUR, "UTC"), f"t+{hours}")
    return text


@pytest.mark.parametrize(
    ("hours", "state", "words"),
    [
        (1, State.NEW, f"{WAITS} Somebody answers by *t+4*; we aim to have it done by *t+8*."),
        (5, State.NEW, f"{WAITS} Somebody should have answered by *t+4*. I am sorry that nobody has. We still aim "),
        (9, State.NEW, f"{WAITS} {LATE}"),
        (1, State.CLAIMED, f"{WORKS} We aim to have it done by *t+8*."),
        (5, State.CLAIMED, f"{WORKS} We aim to have it done by *t+8*."),
        (9, State.CLAIMED, f"{WORKS} {LATE}"),
    ],
)
def test_it_says_how_the_ticket_stands_and_what_was_promised(hours: int, state: State, words: str) -> None:
    """Who has it, since when, and by when; a time that has passed is owned up to."""
    text = told(NOW + hours * HOUR, state)
    assert text.startswith("How *INC-000007* is doing: ")
    assert words in text


def test_what_they_can_do_is_what_works_there() -> None:
    """Their words reach the ticket in its own thread alone; elsewhere there is the phone, or the command."""
    assert told(NOW).endswith("If there is more to say, or if it works again, just write here.")
    assert told(NOW, conversation_id=None).endswith(f"If you need it sooner, call IT: {CONTACT}.")
    alone = told(NOW, contact="", conversation_id=None)
    assert alone.endswith("`/it status INC-000007` tells how it stands at any time.")


def test_nothing_in_it_is_live() -> None:
    """Whatever a queue, a person or a desk is called."""
    text = told(NOW, State.CLAIMED, by="<!channel> {number}", contact="<@U0BAD> {x}", conversation_id=None)
    assert "&lt;!channel&gt; {number}" in text
    assert live_parts(text.replace("t+0", "").replace("t+8", "")) == []


@pytest.mark.parametrize(
    ("state", "facts", "changes", "words"),
    [
        (State.ESCALATED, {}, {"responded_at": NOW}, "it moved up to *Service desk*, who know more about this, on "),
        (State.REOPENED, {}, {}, "it is open again since t+0, with *Service desk*. Nobody there has taken it yet."),
        (State.WAITING, {}, {}, "it has been waiting for your answer since t+0. The clock stands until then: just "),
        (State.WAITING, {"question": "Which <b>?"}, {}, "*Liam Okafor* asked: “Which &lt;b&gt;?” The clock stands"),
        (State.HELD, {"why": "The part comes."}, {"wakes_at": RESPONSE, "paused_at": NOW},
         "it is paused until t+4, because: “The part comes.” *Liam Okafor* has it. You hear from me again"),
        (State.HELD, {}, {"wakes_at": RESPONSE, "paused_at": NOW}, "it is paused until t+4. *Liam Okafor* has it. You"),
        (State.VENDOR, {}, {"vendor": "Cisco", "vendor_promised": RESPONSE},
         "*Cisco* has been working on it for us since t+0. They promised it by *t+4*. *Liam Okafor* looks after it "),
        (State.VENDOR, {}, {"vendor": "Cisco"}, "since t+0. *Liam Okafor* looks after it here. We aim to have it "),
        (State.CLAIMED, {"review": True}, {}, "it has been with the IT operations manager since t+0, who decides how "),
    ],
)  # fmt: skip
def test_it_says_what_happens_now(
    state: State, facts: dict[str, Any], changes: dict[str, Any], words: str
) -> None:
    """Who has it, what is waited for, and since when; no promise is told while the clock stands."""
    text = told(NOW + HOUR, state, facts=facts, **changes)
    assert words in text
    assert NEXT in text
    assert (" done by " in text) == (state not in {State.WAITING, State.HELD})


def test_after_the_end_there_is_no_next_one() -> None:
    """Nothing is promised that does not come."""
    assert NEXT not in told(NOW, State.CLAIMED, update_due=None)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.CLAIMED, "*Somebody* has been working on it since t+0. We aim to have it done by *t+8*."),
        (State.WAITING, "it has been waiting for its requester since t+0. The clock stands until then."),
    ],
)
def test_of_a_ticket_that_theirs_goes_on_as_they_hear_where_it_is(state: State, words: str) -> None:
    """Its number, its state and the promised times: neither what it is about, nor what its requester was asked."""
    known = ticket(
        state, id=8, number="INC-000008", summary="secret plans", response_due=RESPONSE, resolution_due=RESOLUTION
    )
    asked = Standing(ticket=known, since=OPENED, now=NOW, question="Which plans?", why="secret")
    into = replace(outline(asked), own=False)
    text = told(NOW, State.CLOSED, facts={"into": into}, merged_into=8, update_due=None)
    assert text.startswith("How *INC-000007* is doing: it goes on as *INC-000008*, which is about the same: ")
    assert f"{words} {NEXT}" in text
    assert text.endswith("just write here.")
    assert not {"plans", "secret", "Liam"} & set(text.replace("?", " ").split())
    assert "write your answer here" not in text
