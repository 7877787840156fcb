"""Slack's markup as HTML: it looks as in Slack, and nothing of it is live but addresses."""

import pytest

from bot.slack.mrkdwn import from_markdown, quoted
from bot.web.studio.slack_look import look, plain


@pytest.mark.parametrize(
    ("mrkdwn", "html"),
    [
        ("", ""),
        ("just words", "just words"),
        ("*bold* _italic_ ~gone~ `code`", "<strong>bold</strong> <em>italic</em> <s>gone</s> <code>code</code>"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("* no bold* **", "* no bold* **"),
        ("*over\nlines*", "*over\nlines*"),
        ("`*no bold*`", "<code>*no bold*</code>"),
        ("*a `b*` c*", "<strong>a <code>b*</code> c</strong>"),
        ("> one\n> two\nthree", "<blockquote>one\ntwo</blockquote>three"),
        ("&gt; typed\n>\n> more", "<blockquote>typed\n\nmore</blockquote>"),
        ("before\n```\nx &lt; *y*\n```\nafter", "before<pre>x &lt; *y*</pre>after"),
        ("• one\n• two", "• one\n• two"),
        ("&lt;b&gt; &amp;amp; :tada:", "&lt;b&gt; &amp;amp; :tada:"),
        ("<!date^1763629200^{time}|09:00 UTC>", "<time>09:00 UTC</time>"),
        ("<@U0EMMALARS|Emma> <#C1|it-help> <!channel>", ('<span class="mention">@Emma</span> '
         '<span class="mention">#it-help</span> <span class="mention">@channel</span>')),
        ("<javascript:alert(1)|here>", "&lt;javascript:alert(1)|here&gt;"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ],
)  # fmt: skip
def test_it_looks_as_in_slack(mrkdwn: str, html: str) -> None:
    """Each mark as Slack takes it; what is no mark stays as it was typed."""
    assert look(mrkdwn) == html


def test_a_link_leads_where_it_says() -> None:
    """Its label is shown, and a quote in its address ends nothing."""
    found = look('<https://a.example/?q="x"&amp;r=1|*The page*>')
    assert 'href="https://a.example/?q=&quot;x&quot;&amp;r=1"' in found
    assert found.endswith(">*The page*</a>")


def test_an_article_comes_out_with_its_words() -> None:
    """Markdown, through the code that answers in Slack, to the page."""
    source = "## On a Mac\n\n- Press **Command** and [look](vpn.md)\n- type `a < b`\n"
    found = look(quoted(from_markdown(source, "https://here")))
    assert found == (
        "<blockquote><strong>On a Mac</strong>\n\n"
        '• Press <strong>Command</strong> and <a href="https://here/help/vpn" rel="noopener noreferrer" '
        'target="_blank">look</a>\n• type <code>a &lt; b</code></blockquote>'
    )


def test_words_without_marks() -> None:
    """For whoever wants the words alone."""
    assert plain("*Bold* and <https://a.example|a link> &lt;x&gt;") == "Bold and a link <x>"


def test_many_marks_take_no_longer_than_many_words() -> None:
    """A hundred thousand marks in one line come back."""
    assert look("*a " * 50_000).count("*a ") == 50_000
    assert look("*_~" * 30_000)
