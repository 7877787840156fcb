"""Long texts in parts: no character is lost on the way through Slack's inputs."""

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.editors.parts import BLANK, LIMIT, changed, in_pieces, joined, pages, parted, texts_of, units

LINES = st.sampled_from(
    ["", "   ", "# One", "## Two and more", "a word or two", "- item", "```", "    code", "x" * 5_000, "🖨️" * 900, "\t",
     "word " * 700, "\u3000wide", "\r", "a\r\nb"]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(), st.lists(LINES, max_size=60).map("\n".join), st.lists(st.text(" \n\tab#", max_size=9)).map("".join)
)


@given(text=TEXTS)
def test_put_together_it_is_the_same_text(text: str) -> None:
    """To the last blank and newline."""
    assert joined(parted(text)) == text
    assert changed(parted(text), {}) == text


@given(text=TEXTS)
def test_each_part_fits_and_has_no_blanks_around_it(text: str) -> None:
    """So that nothing that trims an input takes anything away."""
    for part in parted(text).parts:
        assert 0 < units(part.text) <= LIMIT
        assert part.text.strip(BLANK) == part.text == part.text.strip()
        assert not part.after.strip(BLANK)


@given(text=TEXTS, trims=st.booleans())
def test_what_comes_back_unchanged_changes_nothing(text: str, *, trims: bool) -> None:
    """Whether the client trims what is typed, adds blanks, or writes line ends its own way."""
    whole = parted(text)
    shown = {place: part.text for place, part in enumerate(whole.parts)}
    back = {place: one.strip().replace("\r\n", "\n") if trims else f"{one}\n " for place, one in shown.items()}
    assert changed(whole, back) == text


@given(text=TEXTS, typed=st.text(min_size=1).filter(lambda one: bool(one.strip(BLANK))), data=st.data())
def test_one_changed_part_changes_nothing_else(text: str, typed: str, data: st.DataObject) -> None:
    """Everything before it and behind it stays, blanks included."""
    whole = parted(text)
    if not whole.parts: return
    place = data.draw(st.integers(0, len(whole.parts) - 1))
    before = whole.before + "".join(one.text + one.after for one in whole.parts[:place])
    after = whole.parts[place].after + "".join(one.text + one.after for one in whole.parts[place + 1 :])
    new = changed(whole, {place: typed})
    same = typed.replace("\x00", "").strip(BLANK) == whole.parts[place].text
    assert same or (new.startswith(before) and new.endswith(after) and new == before + typed + after) or new == text


@given(text=TEXTS, typed=st.text(max_size=40))
def test_what_is_written_behind_the_last_part_is_added(text: str, typed: str) -> None:
    """As a paragraph of its own; blanks alone are nothing."""
    whole = parted(text)
    new = changed(whole, {len(whole.parts): typed})
    if not typed.strip(BLANK): assert new == text
    else: assert new.endswith(typed) and new.strip(BLANK).startswith(text.strip(BLANK))  # noqa: PT018 - one fact


@given(text=TEXTS)
def test_every_part_is_on_one_page(text: str) -> None:
    """In their order; an empty text has one page, with nothing on it."""
    whole = parted(text)
    shown = pages(whole)
    assert [place for page in shown for place in page] == list(range(len(whole.parts)))
    assert len(shown) >= 1
    assert {place for page in shown for place in texts_of(whole, page)} == set(range(len(whole.parts)))


@given(text=TEXTS, most=st.integers(1, 50))
def test_pieces_are_the_whole(text: str, most: int) -> None:
    """Each as short as is asked for."""
    found = in_pieces(text, lambda one: len(one) <= most)
    assert "".join(found) == text
    assert all(len(one) <= most for one in found)


def test_a_manual_of_200_000_characters() -> None:
    """Is cut at its headings, into parts that are not small."""
    text = "\n\n".join(f"## Part {n}\n\n" + "Press the button and wait a little. " * 25 for n in range(215))
    parts = parted(text[:200_000]).parts
    assert len(parts) < 110
    assert sum(part.text.startswith("## ") for part in parts) > 100
    assert max(len(page) for page in pages(parted(text))) <= 12
