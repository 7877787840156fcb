"""Whatever somebody writes, there are remarks on lines that it has, and nothing else happens."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kb.remarks import Around, Other, remarks

AROUND = Around(
    others=[Other(kind="article", slug="a", title="Set up a VPN", audience="staff", aliases=("tunnel",))],
    audiences={"employees": "Everybody", "staff": "IT staff"}, today=date(2026, 11, 20), names=frozenset({"Emma"}),
)
PIECES = st.sampled_from(
    ["---\n", "\n", "\r\n", "# ", "#### ", "```\n", "~~~", "| a | b |\n|---|---|\n", "![](x)", "[a](a.md)", "](", "<b>",
     "title: A\n", "aliases: [tunnel]\n", "verified: 2026-01-01\n", "audience: staff\n", "FILL IN", "password is x9!y",
     "steps:\n", "  say: a\n", "\ufeff", "\u2028", "\x0b", "\x00", "<!--", "`", "-----BEGIN PRIVATE KEY-----", "\t"]
)  # fmt: skip
WRITTEN = st.lists(st.one_of(PIECES, st.text(max_size=12))).map("".join)


@given(st.sampled_from(["article", "runbook", "recipe"]), WRITTEN)
def test_any_text_gets_remarks_on_its_own_lines(kind, text):
    """No error, lines within the text, in order, each said once, and in words."""
    found = remarks(kind, "vpn", text, AROUND)
    assert all(1 <= one.line <= text.count("\n") + 1 for one in found)
    assert [one.line for one in found] == sorted(one.line for one in found)
    assert len(set(found)) == len(found)
    assert all(one.text.strip() for one in found)


@given(WRITTEN)
def test_line_ends_of_windows_change_nothing(text):
    """A browser sends other line ends than a file has."""
    plain = text.replace("\r", "")
    assert remarks("article", "vpn", plain.replace("\n", "\r\n"), AROUND) == remarks("article", "vpn", plain, AROUND)
