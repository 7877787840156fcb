"""Remarks in a thread: thanks, "that worked", "still broken", and nothing that is about something."""

import pytest

from bot.remarks import Remark, leans, remark

SAID = {
    Remark.THANKS: ["thanks", "Thank you team :smile:", "perfect", "great, cheers", "ty!!"],
    Remark.WORKED: [
        "that worked", "it works again, thank you so much", "solved, thanks", "all good now", "working now",
        "it's fixed",
    ],
    Remark.NOT_HELPED: [
        "didn't work", "it doesn’t help", "still broken", "still not working", "no luck", "same problem",
        "not what I need", "thanks but it still doesn't work", "tried that, no change", "that's not it",
        "nothing works",
    ],
    None: [
        "outlook doesn't work", "did it work?", "is it back up", "my vpn works",
        "hello", "not sure", "", "the printer still does not print",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("text", "meant"), [(text, meant) for meant, texts in SAID.items() for text in texts])
def test_what_a_remark_says(text: str, meant: Remark | None):
    """A remark is made of a few words only; with any other word it is a message of its own."""
    assert remark(text) is meant


@pytest.mark.parametrize("text", ["and on a mac?", "What about my phone", "ok, and if I am abroad?", "is that free?"])
def test_what_leans_on_the_message_before(text: str):
    """It begins as a message that goes on."""
    assert leans(text)


@pytest.mark.parametrize("text", ["how do I book a room", "my laptop is slow", "android phone", ""])
def test_what_does_not(text: str):
    """It begins something."""
    assert not leans(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("oh wait it works again now", Remark.WORKED), ("never mind, fixed it myself", Remark.WORKED),
        ("nvm", Remark.WORKED), ("I rebooted and now it works", Remark.WORKED), ("works like a charm", Remark.WORKED),
        ("that did it", Remark.WORKED), ("please close my ticket, solved", Remark.WORKED),
        ("solved itself after a restart", Remark.WORKED), ("nope", Remark.NOT_HELPED),
        ("same error", Remark.NOT_HELPED),
        ("its broken again", Remark.NOT_HELPED), ("yes I did that and it still crashes", Remark.NOT_HELPED),
        ("tysm", Remark.THANKS), ("great, cheers mate", Remark.THANKS),
    ],
)  # fmt: skip
def test_more_ways_to_say_it(text, said):
    """As people say it."""
    assert remark(text) is said
