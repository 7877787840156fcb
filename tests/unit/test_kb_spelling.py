"""Typos: what the knowledge base nearly knows is read as that; everything else stays as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.encoder import bundled_folder
from core.vocabulary import real_words
from kb.spelling import Spelling, edits

TEXTS = [("employees", "printer password calendar authenticator")] * 4
SPELLING = Spelling(TEXTS, frozenset({"painter", "calender", "reboot", "was"}))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("my pirnter is slow", "my printer is slow"),
        ("reset pasword", "reset password"),
        ("Prnter!", "printer!"),
        ("the authentcatr app", "the authenticator app"),
    ],
)
def test_a_typo_is_read_as_what_it_nearly_is(text: str, read: str):
    """A letter swapped, left out or put in; two in a long word."""
    assert SPELLING.correct(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "painter", "calender", "rebooted", "wasnt", "prnt", "printer", "zzzzzz", "see Prinner about it", "PASWORD",
        "INC-0001x", "pasword7", "pasword@example.com", "pasword.example.com", "/pasword", "pasword-x",
        "#pasword", "", "pazzworr",
    ],
)  # fmt: skip
def test_what_is_no_typo_stays(text: str):
    """Real words, other endings, short words, names, capitals, numbers, addresses; two edits in a short word."""
    assert SPELLING.correct(text) == text


@given(st.text(max_size=200))
def test_reading_again_changes_nothing(text: str):
    """A corrected word is a known one."""
    once = SPELLING.correct(text)
    assert SPELLING.correct(once) == once


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [("", "abc", 3), ("abc", "abc", 0), ("abcd", "abdc", 1), ("abc", "axc", 1), ("ca", "abc", 3)],
)
def test_edits(a: str, b: str, distance: int):
    """The distance is that of optimal string alignment: a swap counts once, and nothing is edited twice."""
    assert edits(a, b) == edits(b, a) == distance


def test_the_models_words_are_words():
    """Common words of the language are known from the bundled model; without a model there are none."""
    known = real_words(bundled_folder())
    assert {"shall", "party", "production", "lunch"} <= known
    assert not {"pasword", "prnter", "##ing"} & known


def test_without_a_list_of_words(tmp_path):
    """A model whose tokenizer keeps no list gives none."""
    assert real_words(tmp_path) == frozenset()
