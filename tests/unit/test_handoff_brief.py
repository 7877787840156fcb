"""The brief: kept as JSON, read as it was; and a ticket's one line."""

import json

from hypothesis import given
from hypothesis import strategies as st

from handoff.brief import MAX_SUMMARY, Brief, Found, Tried, summary

TEXT = st.text(max_size=30)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
BRIEFS = st.builds(
    Brief,
    asked=TEXTS,
    reason=TEXT,
    goal=TEXT,
    found=st.lists(
        st.builds(Found, kind=TEXT, slug=TEXT, title=TEXT, score=st.floats(0, 1), rejected=st.booleans()), max_size=3
    ).map(tuple),
    tried=st.lists(st.builds(Tried, recipe=TEXT, step=TEXT, answer=TEXT), max_size=3).map(tuple),
    answers=st.dictionaries(TEXT, TEXT, max_size=3),
    files=TEXTS,
    note=TEXT,
    confidence=st.floats(0, 1),
    why=TEXTS,
)


@given(BRIEFS)
def test_a_brief_is_the_same_after_the_database(brief: Brief) -> None:
    """Through JSON text and back."""
    assert Brief.from_json(json.loads(json.dumps(brief.to_json()))) == brief


@given(st.lists(TEXT, max_size=3))
def test_a_summary_is_one_line_that_fits(asked: list[str]) -> None:
    """Whatever was said."""
    line = summary(asked)
    assert len(line) <= MAX_SUMMARY
    assert len(line.splitlines()) <= 1


def test_a_summary_is_the_start_of_what_was_first_said() -> None:
    """Cut with a mark, blanks and line ends drawn together."""
    assert summary(["  The VPN\n is   down ", "second"]) == "The VPN is down"
    assert summary([]) == ""
    long = summary(["word " * 100])
    assert long.endswith("word…")
    assert len(long) == MAX_SUMMARY
