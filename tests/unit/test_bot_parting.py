"""Several requests in one message: where it may be cut, and which pieces are requests of their own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parting import MOST, Matter, Piece, at_most, grouped, pieces


def cut(text: str) -> list[str]:
    """The words of the pieces."""
    return [piece.text for piece in pieces(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my vpn drops and also I need a licence. btw who do I ask about leave?",
         ["my vpn drops", "I need a licence.", "who do I ask about leave?"]),
        ("1. reset my password\n2. order a new mouse", ["reset my password", "order a new mouse"]),
        ("hi! 1) how do visitors get online 2) is there a cable for them",
         ["hi! how do visitors get online", "is there a cable for them"]),
        ("- my screen flickers\n- where is the client", ["my screen flickers", "where is the client"]),
        ("how do I book a room? Who can give me access to it?",
         ["how do I book a room?", "Who can give me access to it?"]),
        ("My screen flickers badly. Another thing: the mouse is dead!",
         ["My screen flickers badly.", "the mouse is dead!"]),
    ],
)  # fmt: skip
def test_where_another_matter_may_begin(text: str, expected: list[str]):
    """At lists, at words that say so, between two sentences that both ask."""
    assert cut(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "I also need a mouse", "the printer also fails", "version 2. Something", "PS the mouse",
        "my vpn drops. Also bad", "I am on floor 3. It is Tuesday. The sun shines.", "1. only one point", "", "a\nb\nc",
        "also my screen is black",
    ],
)  # fmt: skip
def test_one_matter_stays_whole(text: str):
    """Words in the middle of a sentence, pieces of a word or two, sentences that ask for nothing."""
    assert len(cut(text)) == 1


VPN, ROOM, WIFI = Matter(about="vpn", category="vpn"), Matter(about="room", category="meetings"), Matter(
    about="wifi-guest", category="vpn"
)


def texts(*matters: tuple[bool, Matter | None], asked: tuple[str, ...] = ("a", "b", "c")) -> list[str]:
    """What becomes of pieces with these words."""
    rows = [Piece(text=name, marked=marked) for name, (marked, _) in zip(asked, matters, strict=False)]
    return [piece.text for piece in grouped(rows, [matter for _, matter in matters])]


def test_what_says_nothing_belongs_to_the_piece_before():
    """And at the beginning to the piece after it."""
    assert texts((False, VPN), (True, None), (True, ROOM)) == ["a b", "c"]
    assert texts((False, None), (True, ROOM)) == ["a b"]


def test_the_same_matter_is_one_request():
    """Whatever word stands between its pieces."""
    assert texts((False, VPN), (True, VPN)) == ["a b"]


def test_one_category_needs_a_word_between():
    """Without one, the second sentence is taken for more of the same."""
    assert texts((False, VPN), (False, WIFI)) == ["a b"]
    assert texts((False, VPN), (True, WIFI), asked=("a", "how do I b")) == ["a", "how do I b"]
    assert texts((False, VPN), (True, WIFI), asked=("I need a", "a b")) == ["I need a a b"]
    assert texts((False, VPN), (False, ROOM)) == ["a", "b"]


def test_two_faults_of_one_category_are_one():
    """The second one is a detail of the first."""
    broken = [Matter(about=name, category="vpn", broken=True) for name in "xy"]
    assert texts((False, broken[0]), (True, broken[1])) == ["a b"]


def test_more_than_most_are_put_together():
    """Nothing is lost: the last reply is about all that is left."""
    assert at_most(list("ab")) == ["a", "b"]
    assert at_most(list("abcde")) == ["a", "b", "c d e"]


@given(st.lists(st.sampled_from("abcd"), max_size=9))
def test_at_most_loses_nothing(said: list[str]):
    """Every request is in one of at most three."""
    kept = at_most(said)
    assert len(kept) <= MOST
    assert " ".join(kept) == " ".join(said)


BITS = st.sampled_from(["also", "btw", "1.", "- a b c", "how do I?", "\n", "vpn"])


@given(st.text(max_size=300) | st.lists(BITS).map(" ".join))
def test_there_is_always_a_piece(text: str):
    """Cutting never fails, and never leaves an empty piece."""
    found = pieces(text)
    assert found
    assert len(found) == 1 or all(piece.text for piece in found)
