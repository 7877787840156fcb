"""Links in what is written: where they are, and which lead nowhere."""

import pytest

from bot.web.markdown import HelpMarkdown
from kb.articles import Article, parse_article, passages
from kb.links import HIDDEN, NO_ANCHOR, NO_PICTURE, NOTHING, RETIRED, Known, Link, anchors, dead, headings, links
from tests.commandline import DATA

BODY = """See [the *other*](other.md#setup) and <https://x.example/a>,
or [this](#here).

| a | b |
|---|---|
| [cell](wiki.md) | ![shot](pictures/shot.png) |

[ref]: gone.md
- [named][ref] but `[not](code.md)`

```
[nor](this.md)
```
"""
KNOWN = Known(
    articles={"own": "employees", "other": "employees", "orders": "staff", "team": "finance", "book": "staff"},
    anchors={"own": {"p-0", "here"}, "other": {"p-0", "p-1", "setup"}}, retired={"old"}, files={"shot.png", "ab12"},
)


def link(target: str, *, picture: bool = False) -> Link:
    """A link to somewhere."""
    return Link(target=target, text="here", line=1, picture=picture)


def test_each_is_found_with_its_line():
    """Links, pictures, bare addresses and those by reference; what stands in code is none."""
    assert [(one.target, one.text, one.line) for one in links(BODY)] == [
        ("other.md#setup", "the other", 1), ("https://x.example/a", "https://x.example/a", 1), ("#here", "this", 2),
        ("wiki.md", "cell", 6), ("pictures/shot.png", "shot", 6), ("gone.md", "named", 9),
    ]
    assert [one.target for one in links(BODY) if one.picture] == ["pictures/shot.png"]
    assert links("No link at all: a[0] (x).") == []


@pytest.mark.parametrize(
    ("target", "why"),
    [
        ("other.md", ""), ("./other.md#setup", ""), ("/help/other#p-1", ""), ("article:other", ""), ("#here", ""),
        ("https://x.example/gone", ""), ("mailto:it@x.example", ""), ("//x.example", ""),
        ("none.md", NOTHING), ("/help/none", NOTHING), ("folder/page.html", NOTHING), ("", NOTHING),
        ("old.md", RETIRED), ("orders.md", HIDDEN), ("team.md", HIDDEN), ("book.md", HIDDEN),
        ("other.md#gone", NO_ANCHOR), ("#gone", NO_ANCHOR), ("/help/other#p-7", NO_ANCHOR),
        ("pictures/shot.png", ""), ("/help/files/ab12", ""), ("pictures/gone.png", NO_PICTURE),
    ],
)  # fmt: skip
def test_why_it_is_dead(target, why):
    """What leads nowhere is told with the reason; the web is left to whoever asks it."""
    assert dead(link(target), "own", KNOWN) == why


def test_a_picture_that_is_missing():
    """A picture of any address on this site is looked for among the files; one on the web is not."""
    assert dead(link("shot.png", picture=True), "own", KNOWN) == ""
    assert dead(link("gone.png", picture=True), "own", KNOWN) == NO_PICTURE
    assert dead(link("https://x.example/a.png", picture=True), "own", KNOWN) == ""


def test_staff_may_link_to_what_staff_read():
    """From an article for staff to another one, and from one group's to the same group's."""
    assert dead(link("book.md"), "orders", KNOWN) == ""
    assert dead(link("team.md"), "orders", KNOWN) == HIDDEN
    assert dead(link("other.md"), "team", KNOWN) == ""


def rendered(article: Article) -> set[str]:
    """The places that the help page of an article really has."""
    page = HelpMarkdown().article(article.title, article.body, passages(article))
    ids = {part.split('"')[0] for section in page.sections for part in section.html.split(' id="')[1:]}
    return ids | {section.anchor for section in page.sections if section.anchor}


@pytest.mark.parametrize("body", [
    "# T\n\nOpening.\n\n## One\na\n\n## One\nb\n", "Opening.\n\n# A *b*\nx\n\n## `c` & d\ny\n",
    "## Main\nx\n\n## !\ny\n",
    "> # Deep\n> x\n\n1. ## In a list\n",
])
def test_places_are_those_of_the_page(body):
    """What can be named on a page is what the page has, whatever its headings look like."""
    article = Article(slug="t", title="T", body=body)
    assert anchors(headings(body, "T"), len(passages(article))) >= rendered(article)
    assert anchors(headings(body, "T"), len(passages(article))) - rendered(article) <= {"p-0"}


def test_places_of_the_shipped_articles():
    """The same of every shipped article."""
    for path in sorted((DATA / "articles").glob("*.md"))[::5]:
        article = parse_article(path.name, path.read_text(encoding="utf-8"))
        assert isinstance(article, Article)
        assert anchors(headings(article.body, article.title), len(passages(article))) == rendered(article), path.name
