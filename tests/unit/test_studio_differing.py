"""What changed between two texts, word by word."""

from hypothesis import given
from hypothesis import strategies as st

from bot.web.studio.differing import AROUND, Row, differences

TEXTS = st.lists(st.sampled_from(["", "one two three", "one 2026-11-02 three", "- a", "  - a", "x" * 40]), max_size=12)


def side(rows: list[Row], how: str) -> list[str]:
    """The lines of one of the texts, as far as they are shown."""
    return ["".join(part.text for part in row.parts if part.how in ("same", how)) for row in rows if not row.left]


def pieces(rows: list[Row], how: str) -> list[str]:
    """What is gone, or new."""
    return [part.text for row in rows for part in row.parts if part.how == how]


def test_the_same_is_nothing():
    """Two equal texts have no differences."""
    assert differences("a\nb", "a\nb") == []


def test_words_that_changed():
    """Within a line only the words that differ are told; a date is one word."""
    rows = differences("Open it and choose Login on 2026-10-05.", "Open it and choose Connect on 2026-11-23.")
    assert pieces(rows, "gone") == ["Login", "2026-10-05"]
    assert pieces(rows, "new") == ["Connect", "2026-11-23"]


def test_another_text_stands_after_the_old_one():
    """Lines that have little in common are not mixed."""
    rows = differences("Call the desk.", "Restart your laptop now, then wait 5 minutes")
    assert [part.how for row in rows for part in row.parts] == ["gone", "new"]


def test_what_is_far_away_is_left_out():
    """Around a change stand a few lines; how many are left out is told."""
    lines = [f"line {n}" for n in range(100)]
    rows = differences("\n".join(lines), "\n".join([*lines[:50], "new", *lines[50:]]))
    assert [row.left for row in rows if row.left] == [50 - AROUND, 50 - AROUND]
    assert len(rows) == 2 + 2 * AROUND + 1


def test_a_huge_change_is_told_in_time():
    """Of thousands of words none are compared one by one; every line is there."""
    old, new = "a b c d e f g h\n" * 2_000, "h g f e d c b a\n" * 2_000
    rows = differences(old, new)
    assert len(pieces(rows, "gone")) == len(pieces(rows, "new")) == 2_000


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_it(before: list[str], after: list[str]):
    """What is the same and what is gone is the old text; what is the same and what is new is the new one."""
    old, new = "\n".join(before), "\n".join(after)
    rows = differences(old, new)
    if old == new: return
    if any(row.left for row in rows): return
    for how, text in (("gone", old), ("new", new)):
        own = [line for line in side(rows, how) if line]
        assert "".join(own) == text.replace("\n", "")
