"""Whatever a writer types, the preview holds no live HTML but our own few elements."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.mrkdwn import from_markdown, quoted
from bot.web.studio.slack_look import look, plain

CALLS = st.sampled_from(
    ["<!channel>", "<@U0LIAMOKAF>", "<#C0ITHELP01|it-help>", "<https://evil.example|bank>", "<", ">", "&lt;", "&amp;",
     "<script>", "</blockquote>", "<img src=x onerror=alert(1)>", "<javascript:alert(1)|x>", '" onclick="x', "'", "`",
     "```", "*", "_", "~", "\n", "> ", "|", '<https://a.example/"x|y>', "&#60;b&#62;", "<!date^1^{time}|<b>>", "&"]
)  # fmt: skip
WRITTEN = st.lists(st.one_of(CALLS, st.text(max_size=12))).map("".join)
OURS = {"strong", "em", "s", "code", "pre", "blockquote", "a", "time", "span"}
ATTRIBUTES = {"a": {"href", "rel", "target"}, "span": {"class"}}


class Reader(HTMLParser):
    """Reads HTML as a browser does: its elements, its words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember an element."""
        self.elements.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Every element closes in its turn."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Remember words."""
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        """There are none."""
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def read(html: str) -> Reader:
    """The HTML, read to its end."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert not reader.open
    return reader


@given(WRITTEN)
def test_nothing_typed_becomes_live(text):
    """Only our elements, with our attributes; links lead to addresses alone; as mrkdwn, and from Markdown."""
    for mrkdwn in (text, from_markdown(text, "https://here"), quoted(from_markdown(text))):
        for tag, attributes in read(look(mrkdwn)).elements:
            assert tag in OURS
            assert attributes.keys() <= ATTRIBUTES.get(tag, set())
            where = attributes.get("href") or "https:"
            assert where.split(":", 1)[0].lower() in ("http", "https", "mailto", "tel")


@given(st.text(st.characters(exclude_characters="<>&`*_~\x00")))
def test_ordinary_words_come_out_as_they_are(text):
    """No mark, nothing taken away."""
    assert plain(text) == text
