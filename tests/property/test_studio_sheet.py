"""Whatever somebody types on the form is what is kept, and comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.studio.sheet import Sheet, from_source, placed
from bot.web.studio.visit import plain_lines
from core.errors import BadInput
from kb.articles import Article, check, parse_article
from kb.remarks import remarks

ODD = st.sampled_from(
    ["---", "\n", "\r\n", "# ", "title: x", "\ufeff", "\u2028", "\x85", "\x0b", "'", '"', ": ", "- ", "\t"]
)
TYPED = st.lists(st.one_of(ODD, st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=9)))
TEXT = TYPED.map("".join)
LINE = TEXT.map(lambda text: " ".join(text.split()))


def sheet_of(title: str, category: str, owner: str, aliases: list[str], body: str) -> Sheet:
    """A form as a browser sends it."""
    return Sheet(
        kind="article", slug="vpn", title=title, category=category.lower() or "other", owner=owner,
        review_every="180", aliases="\n".join(one for one in aliases if one), body=plain_lines(body),
    )  # fmt: skip


@given(LINE, LINE, LINE, st.lists(LINE, max_size=4), TEXT)
def test_what_is_kept_is_what_was_typed(title, category, owner, aliases, body):
    """Letter by letter, with all empty lines before and after; or it is refused with a reason."""
    sheet = sheet_of(title, category, owner, aliases, body)
    source = sheet.source()
    found = parse_article("vpn.md", source)
    if not isinstance(found, Article):
        assert all(one.message for one in found)
        return
    assert from_source("article", "vpn", source) == sheet
    assert found.body == sheet.body.strip()
    assert not check(found)


@given(LINE, TEXT)
def test_remarks_stand_within_the_fields(title, body):
    """Each is at a field that there is, on a line that it has."""
    sheet = sheet_of(title, "", "", [title], body)
    source = sheet.source()
    for one in placed(sheet, source, remarks("article", "vpn", source)):
        assert one.field in ("title", "category", "audience", "owner", "review_every", "aliases", "body")
        assert 1 <= one.line <= (sheet.body.count("\n") + 1 if one.field == "body" else 1)


@given(TEXT)
def test_any_form_of_a_file_gives_the_file_back_or_says_why_not(text):
    """A file that somebody wrote by hand can be opened, or is refused with a reason."""
    if isinstance(parse_article("vpn.md", text), Article): assert from_source("article", "vpn", text).title
    else:
        with pytest.raises(BadInput): from_source("article", "vpn", text)
