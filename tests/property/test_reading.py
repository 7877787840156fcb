"""Whatever people write, its clean reading keeps a word if there is one, and reading it again changes nothing."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.reading import clean

PIECES = st.sampled_from(
    [
        "Hi team,", "hello", "hope you are well", "my vpn drops", "thanks", "Thank you!", "Kind regards,", "Emma",
        "> quoted", "\n", "\n\n", "!!!", "```", "Traceback (most recent call last):", '  File "a.py", line 3',
        "ValueError: no",
        "On Mon Tom wrote:", "--", "PS: the mouse", ":smile:", "<@U1>", "https://x.example/a", "0x80070005",
        "at a.b(C:1)",
    ]
)  # fmt: skip
ROWS = st.lists(PIECES, max_size=14)
MESSAGES = st.one_of(st.text(max_size=300), ROWS.map(" ".join), ROWS.map("\n".join))


@given(MESSAGES)
def test_a_message_with_words_keeps_one(text: str):
    """Nothing that says something becomes nothing."""
    if re.search(r"[^\W_]{2,}", text): assert re.search(r"[^\W_]", clean(text))


@given(MESSAGES)
def test_reading_what_was_read_changes_nothing(text: str):
    """So what is kept as read can be read again with the same result."""
    once = clean(text)
    assert clean(once) == once


@given(MESSAGES)
def test_it_adds_no_words(text: str):
    """Every word was there before."""
    said = re.sub(r"\W+", "", text.lower())
    assert all(word in said for word in re.findall(r"[^\W_]+", clean(text).lower()) if word.isascii() and len(word) > 1)
