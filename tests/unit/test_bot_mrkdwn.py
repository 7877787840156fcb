"""Text for Slack: escaping, cutting, our Markdown as mrkdwn, moments."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.slack.mrkdwn import (
    clip,
    cut,
    day,
    escape,
    file_link,
    first_line,
    from_markdown,
    mentioned,
    moment,
    plain_moment,
    quoted,
    unescape,
    without_mention,
)
from kb.articles import Article, parse_article, passages
from tests.mrkdwn_reading import live_parts, words_of

ARTICLES = sorted((Path(__file__).parents[2] / "data" / "articles").glob("*.md"))
AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


class TestEscaping:
    """What people wrote stays words."""

    @pytest.mark.parametrize(
        "text",
        ["<!channel> look", "<@U0LIAMOKAF>", "<#C0ITHELP01|it-help>", "<https://evil.example|bank>", "&lt;!here&gt;"],
    )
    def test_nothing_live(self, text):
        """A mention, a channel, a link, and what only looks escaped are plain text afterwards, word for word."""
        assert live_parts(escape(text)) == []
        assert unescape(escape(text)) == text or "<" in text

    def test_unescape_links(self):
        """A link that Slack made of an address is read as its label or the address."""
        said = "see <https://a.example/x?a=1&amp;b=2> and <https://b.example|b.example> or <mailto:it@a.example|me>"
        assert unescape(said) == "see https://a.example/x?a=1&b=2 and b.example or me"

    def test_unescape_names(self):
        """Channels and calls to everybody are read as people write them."""
        said = "in <#C1|it-help>, <!here> and <!channel|channel>: 1 &lt; 2"
        assert unescape(said) == "in #it-help, @here and @channel: 1 < 2"

    def test_unescape_once(self):
        """An escaped escape is opened once."""
        assert unescape("&amp;lt;b&amp;gt;") == "&lt;b&gt;"

    def test_without_mention(self):
        """Only the one user's mentions go, with and without their name."""
        assert without_mention("<@U1> hi <@U1|bot> and <@U2>", "U1") == "hi  and <@U2>"

    def test_who_is_mentioned(self):
        """People by their ids, each once; no channel, no call, and nothing that is escaped."""
        said = "<@U0LIAM|liam>, <@W0EMMA> <@U0LIAM> <#C0HELP> <!here> &lt;@U0NOOR&gt;"
        assert mentioned(said) == ["U0LIAM", "W0EMMA"]


class TestCutting:
    """Text that has to fit."""

    def test_clip(self):
        """What fits stays; of the rest an ellipsis tells."""
        assert (clip("abc", 3), clip("abcd", 3), clip("ab cd", 4)) == ("abc", "ab…", "ab…")

    @pytest.mark.parametrize(
        ("marked", "limit", "left"),
        [
            ("abc", 3, "abc"), ("a &amp; b", 6, "a…"), ("a &amp; b", 8, "a &amp;…"),
            ("see <https://a.example|the page> now", 20, "see…"), ("see <https://a.b|c> now", 21, "see <https://a.b|c>…"),
            ("<!date^1^{date}|x> y", 10, "…"), ("a & b and more", 6, "a & b…"),
        ],
    )  # fmt: skip
    def test_cut(self, marked, limit, left):
        """A link or an escaped character that would be cut in two goes as a whole."""
        assert cut(marked, limit) == left
        assert len(left) <= limit

    @pytest.mark.parametrize(("text", "line"), [("", ""), (" \n ", ""), ("\n\n a b \nc", "a b"), ("a", "a")])
    def test_first_line(self, text, line):
        """The first line that says something; nothing of nothing."""
        assert first_line(text) == line

    def test_quoted(self):
        """Every line stands behind the bar, empty ones too."""
        assert quoted("a\n\nb") == "> a\n>\n> b"

    def test_file_link(self):
        """A file's address is a link, a name is plain, and neither can hold a mention."""
        assert file_link("https://x.slack.com/files/U1/F1/a.png") == "<https://x.slack.com/files/U1/F1/a.png>"
        assert file_link("a <!here>.png") == "a &lt;!here&gt;.png"
        assert live_parts(file_link("https://x|<!here>")) == []


class TestFromMarkdown:
    """Our Markdown as Slack's."""

    @pytest.mark.parametrize(
        ("markdown", "mrkdwn"),
        [
            ("**bold** and *slanted* and `code <b>`", "*bold* and _slanted_ and `code &lt;b&gt;`"),
            ("## A **heading** ##", "*A heading*"), ("- one\n* two\n  + three", "• one\n• two\n  • three"),
            ("1. one\n2. two", "1. one\n2. two"), ("a & b < c", "a &amp; b &lt; c"), (r"5 \* 4", "5 * 4"),
            ("[page](https://a.example/?a=1&b=2)", "<https://a.example/?a=1&amp;b=2|page>"),
            ("[other](vpn-install.md)", "<http://here/help/vpn-install|other>"),
            ("[other](./vpn-install.md#old)", "<http://here/help/vpn-install|other>"),
            ("<https://a.example>", "<https://a.example|https://a.example>"),
            ("[mail](mailto:it@a.example)", "<mailto:it@a.example|mail>"), ("snake_case_name", "snake_case_name"),
            ("```bash\nls <x> **no**\n```", "```\nls &lt;x&gt; **no**\n```"), ("", ""),
        ],
    )  # fmt: skip
    def test_marks(self, markdown, mrkdwn):
        """Each mark of ours is Slack's mark for the same."""
        assert from_markdown(markdown, "http://here") == mrkdwn

    @pytest.mark.parametrize(
        "target",
        ["!channel", "!here", "@U0LIAMOKAF", "#C0ITHELP01", "#p-3", "!subteam^S1", "slack://x", "javascript:x", ""],
    )
    def test_a_link_is_no_mention(self, target):
        """A Markdown link whose target is no address stays words: it cannot call everybody."""
        assert live_parts(from_markdown(f"[click here]({target}) now")) == []
        assert "click here" in from_markdown(f"[click here]({target}) now")

    def test_mentions_in_markdown(self):
        """A mention written into an article or a note is plain text."""
        assert live_parts(from_markdown("hi <!channel> and <@U1> `<!here>`\n```\n<!here>\n```")) == []

    @pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
    def test_every_word_of_an_article(self, path):
        """Every passage of every shipped article keeps all its words, in order."""
        article = parse_article(path.name, path.read_text(encoding="utf-8"))
        assert isinstance(article, Article)
        for passage in passages(article):
            shown = unescape(from_markdown(passage.text, "http://here"))
            assert words_of(shown) == words_of(passage.text, markdown=True)


class TestMoments:
    """Times and days as people read them."""

    def test_moment(self):
        """Slack shows it in the reader's zone; whoever cannot reads it in the person's."""
        assert moment(AT, "Europe/London") == "<!date^1795428000^{date_short_pretty} {time}|Mon 23 Nov, 10:00 GMT>"

    @pytest.mark.parametrize("tz", ["Mars/Base", "", "../../etc/passwd", "x\x00"])
    def test_an_unknown_zone(self, tz):
        """A zone that does not exist is read as UTC."""
        assert plain_moment(AT, tz) == "Mon 23 Nov, 10:00 UTC"

    def test_day(self):
        """A day without a nought before it."""
        assert day(date(2026, 3, 1)) == "1 March 2026"
