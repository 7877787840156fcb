"""Whatever people write, nothing of it is live in Slack, and no word of it is lost."""

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.blocks import context, fields, section
from bot.slack.mrkdwn import cut, escape, file_link, from_markdown, quoted, unescape
from tests.mrkdwn_reading import live_parts

CALLS = st.sampled_from(
    ["<!channel>", "<!here|here>", "<@U0LIAMOKAF>", "<#C0ITHELP01|it-help>", "<https://evil.example|bank>", "<", ">",
     "&lt;", "&amp;", "](!channel)", "[x](@U1)", "<mailto:a@b.c>", "`", "**", "\n", "```", "<https://", "|",
     "[a](https://b.example)"]
)  # fmt: skip
WRITTEN = st.lists(st.one_of(CALLS, st.text(max_size=12))).map("".join)
OF_PEOPLE = ("!", "@", "#")  # how a mention, a call to many or a channel begins between angle brackets


@given(WRITTEN)
def test_escaping_leaves_nothing_live(text):
    """After escaping there is no angle bracket: no mention, no link, no channel, no date."""
    assert live_parts(escape(text)) == []
    assert not set("<>") & set(escape(text))


@given(WRITTEN)
def test_escaping_loses_nothing(text):
    """Slack shows what was written."""
    assert escape(text).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text


@given(st.text(st.characters(exclude_characters="\x00")))
def test_unescape_undoes_escape(text):
    """What Slack escaped is read as it was typed."""
    assert unescape(escape(text)) == text


@given(WRITTEN)
def test_markdown_calls_nobody(text):
    """Markdown, by whomever, becomes no mention, no call and no channel; only addresses become links."""
    for part in live_parts(from_markdown(text, "http://here")):
        assert not part.startswith(OF_PEOPLE)
        assert part.split(":", 1)[0].lower() in ("http", "https", "mailto", "tel")


@given(WRITTEN, st.integers(min_value=1, max_value=60))
def test_a_cut_brings_nothing_to_life(text, limit):
    """Cutting marked text keeps the limit, makes nothing live that was not, and leaves no bracket open."""
    for marked in (escape(text), from_markdown(text, "http://here"), quoted(escape(text))):
        short = cut(marked, limit)
        assert len(short) <= limit
        assert set(live_parts(short)) <= set(live_parts(marked))
        assert short.rfind("<") <= short.rfind(">")


@given(WRITTEN)
def test_file_names_are_names(text):
    """A file's name is shown, whatever it is called; only a whole address is a link."""
    assert all(part.startswith("https://") for part in live_parts(file_link(text)))


@given(st.text(min_size=1, max_size=9_000))
def test_blocks_take_any_text(text):
    """Each kind of block stays within its length, and tells Slack to make nothing live by itself."""
    for block in (section(text), fields(text), context(text)):
        for shown in block.get("fields") or block.get("elements") or [block["text"]]:
            assert 1 <= len(shown["text"]) <= 3_000
            assert shown["verbatim"] is True
