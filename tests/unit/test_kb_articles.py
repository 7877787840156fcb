"""Articles: what a Markdown file says, and what is wrong with it."""

from datetime import date

import pytest

from kb.articles import MAX_BODY, MAX_HEADING, MAX_PASSAGE, Article, Passage, parse_article, passages

WHOLE = """---
title: Connect to the VPN
slug: vpn
category: vpn
audience: staff
owner: network-team
verified: 2026-10-05
review_every: 26w
aliases:
  - turn on globalprotect
  - "  "
---
Open GlobalProtect.

## On a Mac
Click the globe.
"""


def good(text: str, file: str = "vpn-connect.md") -> Article:
    """The article in a text that has to be right."""
    article = parse_article(file, text)
    assert isinstance(article, Article), [str(problem) for problem in article]
    return article


def bad(text: str, file: str = "vpn.md") -> list[str]:
    """The problems of a text that has to be wrong."""
    problems = parse_article(file, text)
    assert isinstance(problems, list)
    return [str(problem) for problem in problems]


def cut(body: str) -> list[Passage]:
    """The passages of a body."""
    return passages(Article(slug="a", title="A", body=body))


def test_every_field_of_the_front_matter_is_read() -> None:
    """All keys come through, blank aliases do not, and a review period is in days."""
    assert good(WHOLE) == Article(
        slug="vpn", title="Connect to the VPN", body="Open GlobalProtect.\n\n## On a Mac\nClick the globe.",
        category="vpn", audience="staff", owner="network-team", verified=date(2026, 10, 5), review_every=182,
        aliases=("turn on globalprotect",),
    )  # fmt: skip


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    """A file from Notepad is the same article."""
    assert good("\ufeff" + WHOLE.replace("\n", "\r\n")) == good(WHOLE)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Turn it off\n\nAnd on again.", "Turn it off"),
        ("Just text.", "vpn connect"),
        ("```\n# a comment\n```\n\n# The title\ntext", "The title"),
        ("---\n# only a comment\n---\n# Real\ntext", "Real"),
    ],
)
def test_without_a_title_the_first_heading_or_the_file_name_is_it(text: str, title: str) -> None:
    """A # in a code block is a comment, not a title."""
    article = good(text)
    assert (article.title, article.slug) == (title, "vpn-connect")


@pytest.mark.parametrize(
    ("front", "line", "part"),
    [
        ("title: A\nverified: 2026-13-45", 3, '"2026-13-45" is no date'),
        ("title: A\nverified: soon", 3, "verified: Input should be a valid date"),
        ("title: A\nverified: 20261005", 3, "verified: write a date as year-month-day"),
        ("title: A\nreview_every: often", 3, "review_every: write a number and d, w, m or y"),
        ("title: A\nautor: me", 3, "autor: is not a known key"),
        ("title: A\ncategory: vpn\ntitle: B", 4, '"title" is given twice'),
        ("title: A\naliases: one", 3, "aliases: Input should be a valid list"),
        ("title: A\naliases:\n  - one\n  - 2", 5, "aliases.1: Input should be a valid string"),
        ('title: "   "', 2, "title: String should have at least 1 character"),
        ("title: A: B", 2, "not valid YAML: mapping values are not allowed here"),
        ("title: [A", 3, "not valid YAML"),
        ("- title", 2, "the front matter must be `key: value` lines"),
        ('title: "a\\0b"', 2, "a character that cannot be stored"),
        ("title: A\nowner: !!python/object/apply:os.getcwd []", 3, "could not determine a constructor"),
    ],
)
def test_a_problem_in_the_front_matter_names_its_line(front: str, line: int, part: str) -> None:
    """File, line and message, for each way to get it wrong."""
    (problem,) = bad(f"---\n{front}\n---\ntext\n")
    assert problem.startswith(f"vpn.md:{line}: ")
    assert part in problem


def test_all_problems_are_told_at_once_in_file_order() -> None:
    """An editor mends a file in one go."""
    found = bad("---\nreview_every: x\ntitle: A\nfoo: 1\n---\ntext")
    assert [problem.split(":")[1] for problem in found] == ["2", "4"]


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("", 1, "the article has no text"),
        ("---\ntitle: A\n---\n\n# Only\n## Headings\n", 4, "the article has no text"),
        ("x" * (MAX_BODY + 1), 1, "longer than 200,000 characters; split the article"),
        ("word " * 400_000, 1, "longer than 200,000 characters"),
        ("---\ntitle: A\ntext without an end of the front matter", 1, "the front matter has no closing ---"),
        ("nul \x00 byte", 1, "a character that cannot be stored"),
        ("half a pair \ud800", 1, "a character that cannot be stored"),
        ("---\n" + "a: b\n" * 400_000 + "---\ntext", 2, "longer than 200,000 characters"),
    ],
)
def test_a_text_that_cannot_be_used_is_refused_in_one_line(text: str, line: int, part: str) -> None:
    """Two megabytes, nothing at all, or bytes that no database takes."""
    (problem,) = bad(text)
    assert problem.startswith(f"vpn.md:{line}: ")
    assert part in problem
    assert "\n" not in problem


@pytest.mark.parametrize("file", ["VPN.md", "vpn connect.md", "-vpn.md", "vpn_1.md", "ü.md", "a" * 101 + ".md"])
def test_a_file_name_that_is_no_slug_is_refused(file: str) -> None:
    """A slug is part of an address: a-z, 0-9 and dashes, up to 100, and no dash first."""
    assert any("may only have a-z, 0-9 and dashes" in problem for problem in bad("text", file))


def test_a_slug_in_the_front_matter_makes_any_file_name_good() -> None:
    """The file may be called what it was called before."""
    assert good("---\nslug: vpn\n---\ntext", "My VPN notes (old).md").slug == "vpn"


def test_a_horizontal_rule_at_the_start_is_text() -> None:
    """Three dashes are front matter only with keys after them."""
    assert good("---\n\nSome text below a rule.").body.startswith("---")


def test_passages_are_cut_at_headings_outside_of_code() -> None:
    """A comment in a shell script starts no section, whatever the fence looks like."""
    code = "```sh\n# not a heading\n```\n~~~~\n# nor this\n~~~\n# nor that\n~~~~"
    body = f"Opening.\n# One #\n{code}\n#### Two\n- ```\n  x\n##### deep\n"
    found = cut(body)
    assert [p.heading for p in found] == ["", "One", "Two"]
    assert "# nor that" in found[1].text
    assert [p.ordinal for p in found] == [0, 1, 2]


def test_a_line_of_code_between_backticks_opens_no_block() -> None:
    """Only a fence of its own line hides headings."""
    assert [p.heading for p in cut("```one``` liner\n# After\ntext")] == ["", "After"]


def test_a_long_section_is_cut_between_paragraphs_and_keeps_its_heading() -> None:
    """No passage is longer than a Slack section takes, and no word is lost."""
    body = "# Long\n" + "\n\n".join(f"Paragraph {n}. " + "words " * 60 for n in range(30))
    found = cut(body)
    assert len(found) > 3
    assert {p.heading for p in found} == {"Long"}
    assert all(len(p.text) <= MAX_PASSAGE and p.text.startswith("Paragraph") for p in found)
    assert " ".join(" ".join(p.text.split()) for p in found) == " ".join(body.removeprefix("# Long").split())


def test_a_section_without_any_break_is_cut_anyway() -> None:
    """A pasted key has no blank to cut at."""
    found = cut("x" * (2 * MAX_PASSAGE + 1))
    assert [len(p.text) for p in found] == [MAX_PASSAGE, MAX_PASSAGE, 1]


def test_an_endless_heading_is_shortened() -> None:
    """A heading is shown above the passage, so it has an end."""
    assert len(cut("# " + "h" * 5000 + "\ntext")[0].heading) == MAX_HEADING
