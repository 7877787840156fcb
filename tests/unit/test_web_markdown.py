"""How an article's Markdown becomes a page."""

import re

import pytest

from bot.web.markdown import HelpMarkdown, Rendered, excerpt
from kb.articles import MAX_PASSAGE, Article, passages


def render(body: str, title: str = "Title") -> Rendered:
    """A body as the page shows it."""
    return HelpMarkdown().article(title, body, passages(Article(slug="a", title=title, body=body)))


def html(body: str, title: str = "Title") -> str:
    """All sections of a body, one after the other."""
    return "".join(section.html for section in render(body, title).sections)


def test_links_between_articles() -> None:
    """A link to another article's file leads to its page, with its anchor if it has one."""
    assert '<a href="/help/vpn-connect">VPN</a>' in html("See [VPN](vpn-connect.md).")
    assert '<a href="/help/vpn-connect#p-2">VPN</a>' in html("See [VPN](./vpn-connect.md#p-2).")


@pytest.mark.parametrize("url", ["https://example.org/a?b=c", "http://example.org", "mailto:it@example.org"])
def test_links_that_are_allowed(url: str) -> None:
    """Links to the web and to e-mail stay links."""
    assert f'<a href="{url}">x</a>' in html(f"[x]({url})")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc", "//evil.it",
        "/slack/events", "/help/../health", "../secret.md", "ftp://example.org", "&#106;avascript:alert(1)", "UPPER.md",
    ],
)
def test_links_that_are_refused(url: str) -> None:
    """A link to anywhere else is shown as text."""
    assert "<a" not in html(f"[x]({url})")
    assert "<a" not in html(f"[x][r]\n\n[r]: {url}")


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "a <b onclick=x>b</b>", "<!-- c -->", "<img src=x onerror=y>"]
)
def test_html_is_shown_as_text(text: str) -> None:
    """HTML in an article is shown, never run."""
    assert not re.search(r"<(script|b|img|!--)", html(text))


def test_a_picture_is_a_link() -> None:
    """A picture elsewhere is not loaded, but linked with its words."""
    assert '<a href="https://example.org/a.png">A &quot;red&quot; light</a>' in html('![A "red" light](https://example.org/a.png)')


def test_every_passage_has_its_anchor() -> None:
    """Each passage begins a section with its anchor, its heading inside."""
    sections = render("Opening.\n\n## Windows\nDo it.\n\n## Mac\nDo that.").sections
    assert [section.anchor for section in sections] == ["p-0", "p-1", "p-2"]
    assert '<h2 id="mac">Mac</h2>' in sections[2].html
    assert "Do that." in sections[2].html


def test_a_heading_without_text_is_kept() -> None:
    """A heading that has only a smaller heading below it is shown, in that one's section."""
    sections = render("## Windows\n\n### Step\nDo it.").sections
    assert [section.anchor for section in sections] == ["p-0"]
    assert "Windows" in sections[0].html


def test_a_long_section_keeps_its_numbers() -> None:
    """A list that is cut into two passages stays one list, with the second anchor at its item."""
    steps = "\n".join(f"{n}. Step {n} {'x' * 200}" for n in range(1, 21))
    page = html(f"## Steps\n{steps}")
    assert len(steps) > MAX_PASSAGE
    assert page.count("<ol") == 1
    assert re.search(r'<li id="p-1">\s*Step 1\d', page)


def test_the_title_is_not_repeated() -> None:
    """A first heading that is the title is left out; other headings of its size are one deeper."""
    page = html("# Title\n\nText.\n\n# Other\n\nMore.\n\n## Deep\n\nEnd.")
    assert "<h1" not in page
    assert ">Title<" not in page
    assert '<h2 id="other">Other</h2>' in page
    assert '<h3 id="deep">Deep</h3>' in page


def test_ids_are_unique() -> None:
    """Equal headings, and headings named like anchors of the page, get ids of their own."""
    body = "a\n\n## P-0\nb\n\n## Main\nc\n\n## Same\nd\n\n## Same\ne\n\n## ???\nf"
    rendered = render(body)
    ids = re.findall(r'id="([^"]+)"', html(body)) + [section.anchor for section in rendered.sections]
    assert len(ids) == len(set(ids))
    assert not {"main", "q"} & set(ids)
    assert [name for name, _ in rendered.contents] == ["p-0-2", "main-2", "same", "same-2", "section"]


def test_an_article_of_headings_only() -> None:
    """A body without any text is still shown."""
    assert "Only this" in html("## Only this")


def test_plain_words() -> None:
    """An excerpt has the words of the Markdown, without its marks."""
    text = "1. Open **Start**\n2. Choose [this](a.md)\n   and `that`\n\n| a | b |\n|---|---|\n| c | d |"
    assert HelpMarkdown().plain(text) == "Open Start Choose this and that a b c d"


def test_an_excerpt_ends_with_a_word() -> None:
    """A long text is cut between words; a short one stays whole."""
    assert excerpt("one two, three", 9) == "one two …"
    assert excerpt("one two", 7) == "one two"
