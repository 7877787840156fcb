"""What was written is read again as it was."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from kb.articles import MAX_PASSAGE, Article, check, parse_article, passages
from kb.writing import article_draft, article_source
from tests.budgets import tries

LINE = st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=60)
NAME = LINE.map(str.strip).filter(bool)
BODY = st.lists(LINE | st.sampled_from(["# One", "```", "~~~", "---", "", "title: x"]), min_size=1, max_size=20).map(
    "\n".join
)

ARTICLES = st.builds(
    Article,
    slug=st.from_regex(r"[a-z0-9][a-z0-9-]{0,30}", fullmatch=True),
    title=NAME,
    body=BODY.map(str.strip),
    category=NAME.map(lambda name: name[:40].strip()),
    audience=st.sampled_from(["employees", "staff"]),
    owner=LINE.map(str.strip),
    verified=st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    review_every=st.integers(0, 9999),
    aliases=st.lists(NAME, max_size=4).map(tuple),
).filter(lambda article: not check(article))


@settings(max_examples=tries(150), deadline=None)
@given(ARTICLES)
def test_an_article_from_a_form_is_read_again_as_it_was_written(article: Article) -> None:
    """Colons, quotes, dashes, hashes and emoji in any field survive the file."""
    assert parse_article(f"{article.slug}.md", article_source(article)) == article


@settings(max_examples=tries(100), deadline=None)
@given(ARTICLES)
def test_writing_what_was_read_changes_nothing(article: Article) -> None:
    """Import, export, import again: the same draft, so no new revision."""
    first = article_draft(f"{article.slug}.md", article_source(article))
    again = parse_article(f"{article.slug}.md", article_source(article))
    assert not isinstance(first, list)
    assert isinstance(again, Article)
    assert article_draft(f"{article.slug}.md", article_source(again)) == first


@settings(max_examples=tries(100), deadline=None)
@given(st.text(alphabet=st.sampled_from("ab#`~ \n"), max_size=4000))
def test_passages_lose_no_word_and_are_never_too_long(body: str) -> None:
    """Every letter of the text is in a passage or a heading, in order."""
    found = passages(Article(slug="a", title="A", body=body))
    letters = "".join(c for p in found for c in p.heading + p.text if c in "ab")
    kept = "".join(c for c in body if c in "ab")
    assert all(0 < len(p.text) <= MAX_PASSAGE for p in found)
    assert set(letters) <= set(kept)
    assert len(letters) <= len(kept)
    if "#" not in body:
        assert letters == kept
