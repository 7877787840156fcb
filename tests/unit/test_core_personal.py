"""A text without the people in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.personal import full_names, impersonal

NAMES = {"Emma Larsen", "Liam Okafor"}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hi, Emma here: emma.larsen@brightwater.example cannot sign in", "Hi, [name] here: [e-mail] cannot sign in"),
        ("<mailto:a@b.example|a@b.example> is full", "[e-mail] is full"),
        ("call me on +44 117 496 0123 please", "call me on [phone] please"),
        ("my number is 0117 496 0123", "my number is [phone]"),
        ("at 0117 496 0123. Or 10.20.30.40. Or 4821333.", "at [phone]. Or [address]. Or [number]."),
        ("see INC-000123, laptop BW-48213", "see [number], laptop [number]"),
        ("employee 4821333 has it too", "employee [number] has it too"),
        ("from 10.20.30.40 it works, at 00:1a:2b:3c:4d:5e not", "from [address] it works, at [address] not"),
        ("Emma Larsen and Emma Larsen", "[name] and [name]"),
        ("ask <@U0EMMALARS> or @liam.okafor", "ask [name] or [name]"),
        ("my name is Dana Reyes and the screen is black", "my name is [name] and the screen is black"),
        ("the page is <https://brightwater.example/hr/emma>", "the page is [link]"),
        ("my password is Hunter2!", "my password is [removed: password]"),
        ("LARSEN's laptop", "[name]'s laptop"),
    ],
)
def test_taken_out(text: str, left: str) -> None:
    """Names, addresses, phone numbers, mentions, secrets, and numbers of things that lead to somebody."""
    assert impersonal(text, NAMES) == left


@pytest.mark.parametrize(
    "text",
    [
        "error 809 on Windows 11, code 0x87D1041C", "version 16.0.17628.20144 at 10:30", "since 2026-11-20, 3 of 12",
        "will this mark stay?", "the 365 app asks 3 times", "on floor 4, room 12",
    ],
)  # fmt: skip
def test_left_alone(text: str) -> None:
    """Error codes, versions, dates and ordinary words say what the matter is, and nobody's name."""
    assert impersonal(text, {*NAMES, "Will Mark"}) == text


def test_names_that_are_words() -> None:
    """With a capital letter they are names."""
    assert impersonal("will Will do it", {"Will Okafor"}) == "will [name] do it"


def test_whole_names() -> None:
    """Two capitalised words side by side may be somebody; which of them are is for others to say."""
    assert full_names("then Anna Maria Kowalska and bob Smith") == {"Anna Maria", "Maria Kowalska"}


PARTS = ["Emma", "larsen", "Liam", "a@b.example", "+44 117 496 0123", "INC-000012", "vpn", "<"]
WORDS = st.lists(st.sampled_from(PARTS))


@given(WORDS, st.sampled_from([" ", ", ", "\n", "/"]))
def test_nothing_personal_is_left(words: list[str], between: str) -> None:
    """However they are put together; and going over it again changes nothing."""
    left = impersonal(between.join(words), NAMES)
    assert not any(part in left for part in ("Emma", "larsen", "Liam", "@", "0123", "000012"))
    assert impersonal(left, NAMES) == left
