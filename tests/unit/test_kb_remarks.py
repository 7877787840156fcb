"""Remarks on what somebody writes: each rule on a text that it speaks up on, and silence on a good one."""

from datetime import date
from pathlib import Path

import pytest

from core.files import Problem
from kb.articles import MAX_PASSAGE, parse_article
from kb.remarks import MOST, Around, Other, linked, remarks

DATA = Path(__file__).parents[2] / "data"
FRONT = {
    "title": "Connect to the VPN at home", "category": "vpn", "audience": "employees", "owner": "network-team",
    "verified": "2026-10-05", "review_every": "180d", "aliases": "[globalprotect, tunnel into the office]",
}  # fmt: skip
BODY = "Open GlobalProtect and choose Connect.\n\n## On a Mac\n\nClick the globe.\n"
FIRST = len(FRONT) + 4  # the line of the body's first words
OTHERS = (
    Other(kind="article", slug="mfa", title="Set up sign-in codes", audience="employees", aliases=("second factor",)),
    Other(kind="article", slug="safe", title="Open the safe", audience="staff"),
    Other(kind="article", slug="lab", title="Align the laser of the lab", audience="lab"),
    Other(kind="runbook", slug="gateway", title="Restart the gateway", audience="staff"),
)
AROUND = Around(
    others=OTHERS, audiences={"employees": "Everybody", "staff": "IT staff", "lab": "The lab"},
    retired=frozenset({"old-vpn"}), names=frozenset({"Emma Larsen"}), today=date(2026, 11, 20),
)


def text(body: str = BODY, **changes: str) -> str:
    """An article's file, good but for what a test changes; an empty value leaves a key out."""
    rows = "".join(f"{key}: {value}\n" for key, value in (FRONT | changes).items() if value)
    return f"---\n{rows}---\n\n{body}"


def said(source: str, kind: str = "article") -> list[tuple[int, str, bool]]:
    """The remarks as line, words, and whether they stop publishing."""
    return [(one.line, one.text, one.stops) for one in remarks(kind, "vpn", source, AROUND)]


def the_one(source: str, kind: str = "article") -> tuple[int, str, bool]:
    """The only remark."""
    found = said(source, kind)
    assert len(found) == 1, found
    return found[0]


def test_a_good_article_gets_no_remark() -> None:
    """Nothing is said for the sake of saying something."""
    assert said(text()) == []


@pytest.mark.parametrize(
    ("changes", "line", "part", "stopped"),
    [
        ({"verified": "2026-13-45"}, 6, "is no date", True),
        ({"colour": "red"}, 9, "not a known key", True),
        ({"audience": "pilots"}, 4, 'there is no audience "pilots"', True),
        ({"verified": "2026-11-21"}, 6, "still to come", False),
        ({"verified": "1999-01-01"}, 6, "the right year", False),
        ({"review_every": ""}, 2, "no review period", False),
        ({"review_every": "5y"}, 7, "is seldom", False),
        ({"owner": ""}, 2, "no owner", False),
        ({"aliases": ""}, 2, "no other words", False),
        ({"aliases": "[tunnel, Tunnel]"}, 8, '"Tunnel" is said already', False),
        ({"aliases": "[Connect to the VPN at home]"}, 8, "is said already", False),
        ({"aliases": "[Second factor]"}, 8, 'also stands for the article "Set up sign-in codes"', False),
        ({"title": "Open the safe"}, 2, "also stands for", False),
        ({"title": "Set up your sign-in codes"}, 2, "nearly the title", False),
        ({"title": "FILL IN a title"}, 2, "still to be written", True),
    ],
)
def test_the_front_matter_is_read(changes: dict[str, str], line: int, part: str, *, stopped: bool) -> None:
    """Each remark stands on the line of its key, and says whether it stops publishing."""
    found = the_one(text(**changes))
    assert (found[0], found[2]) == (line, stopped)
    assert part in found[1]


@pytest.mark.parametrize(
    ("body", "line", "part"),
    [
        ("## First\n\nText.\n", 0, "no opening"),
        ("Open it.\n\n#### Deep\n\nText.\n", 2, "#### comes where ## is next"),
        ("Open it.\n\n##### Deeper\n\nText.\n", 2, "shown as a line"),
        (f"Open it.\n\n## {'long ' * 40}\n\nText.\n", 2, "is a paragraph"),
        ("A line of text.\n" * 120, 0, "without a heading"),
        ("Open it.\n\n## Long\n\n" + "A line of text.\n" * 200, 2, f"up to {MAX_PASSAGE:,}"),
        (f"Open it.\n\n{'|'.join('a' * 200)}\n{'|'.join(['-'] * 200)}\n", 3, "a table of 200 columns"),
        ("Open it. " * 120, 0, "a paragraph of 1,080 characters"),
        (f"Open {'x' * 90} now.\n", 0, "a word of 90 characters"),
        ("Look: ![](https://here.example/p.png)\n", 0, "what the picture shows"),
        ("Press <b>this</b>.\n", 0, "HTML is shown as it is typed: <b>"),
        ("Open it.\n\n<script>alert(1)</script>\n", 2, "HTML is shown as it is typed: <script>"),
        ("See [this](gone.md).\n", 0, 'there is no article "gone"'),
        ("See [this](old-vpn.md).\n", 0, "was retired"),
        ("See [this](safe.md#how).\n", 0, '"Open the safe" is only for IT staff'),
        ("See [this](article:lab).\n", 0, "only for The lab"),
        ("See [this](gateway.md).\n", 0, 'there is no article "gateway"'),
        ("See [this](javascript:alert).\n", 0, '"javascript:alert" is no address'),
        ("See [this]().\n", 0, "an empty link is no address"),
        ("The password is hunter2!x9.\n", 0, "looks like a password"),
        ("Write to emma@brightwater.example.\n", 0, "an e-mail address"),
        ("Call +44 20 7946 0018.\n", 0, "a phone number"),
        ("Emma Larsen knows how.\n", 0, "a name"),
    ],
)
def test_the_text_is_read(body: str, line: int, part: str) -> None:
    """Each remark is advice, and stands on the line that it is about."""
    assert (found := the_one(text(body)))[0] == FIRST + line, found
    assert part in found[1]
    assert not found[2]


@pytest.mark.parametrize(
    "body",
    [
        "See [codes](mfa.md), [us](https://here.example/a_(b)), [mail](mailto:it@x), [itself](vpn.md).\n",
        "Type `<b>` and `[x](y)`.\n\n```\n<script>\n#### no heading\n[x](gone.md)\n```\n",
        "# Connect to the VPN at home\n\nOpen it.\n\n## Then\n\n### More\n\nText.\n\n## Last\n\nText.\n",
        "Type <your name> there.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
        "Go to https://here.example/" + "a" * 100 + " now.\n",
    ],
)
def test_what_is_right_gets_no_remark(body: str) -> None:
    """Code is no Markdown, a title above the opening is fine, and small tables are, too."""
    found = [one for one in said(text(body)) if "e-mail" not in one[1]]
    assert found == []


def test_a_mark_in_the_text_stops_it() -> None:
    """What is still to be written is told with its line."""
    assert the_one(text("Open it.\nFILL IN: the fix.\n")) == (FIRST + 1, "still to be written: FILL IN: the fix.", True)


def test_a_key_over_many_lines_is_found_where_it_begins() -> None:
    """No single line of it looks like a secret."""
    key = "-----BEGIN PRIVATE KEY-----\nabc\ndef\n-----END PRIVATE KEY-----\n"
    assert the_one(text(f"Open it.\n\n{key}")) == (FIRST + 2, the_one(text(f"Open it.\n\n{key}"))[1], False)


def test_whoever_may_read_it_may_open_its_links() -> None:
    """An article for staff may lead to articles for staff, and a run-book to run-books."""
    body = "See [one](safe.md).\n"
    assert said(text(body, audience="staff")) == []
    staff = text("See [one](gateway.md).\n", audience="staff", kind="runbook")
    assert said(staff, "runbook") == []


def test_without_surroundings_nothing_is_said_of_them() -> None:
    """A file by itself cannot know which articles there are."""
    assert remarks("article", "vpn", text("See [this](gone.md).\n", audience="pilots", verified="2027-01-01")) == []


def test_broken_front_matter_still_shows_what_the_text_has() -> None:
    """Somebody who has two things to mend sees both at once."""
    found = said(text("See [this](gone.md).\n", verified="soon"))
    assert [one[2] for one in found] == [True, False]


def test_a_recipe_is_read_by_the_checker_of_the_cookbook() -> None:
    """Its problems and those beside others stop it; its advice does not; the made-up tests may hold numbers."""
    source = (
        "title: Printer\ntriggers: [it prints nothing]\nstart: look\nsteps:\n  look:\n    say: Call +44 20 7946 0018\n"
        "    choices: {'Yes': solved, 'No': nowhere}\ntests:\n  - input: INC-000123\n"
    )
    around = Around(problems=[Problem(file="vpn.yaml", line=4, message="there is no list")])
    found = remarks("recipe", "vpn", source, around)
    assert any(one.stops and '"nowhere"' in one.text and one.line == 7 for one in found) or found[0].stops
    assert (4, "there is no list", True) in [(one.line, one.text, one.stops) for one in found]
    assert any("phone" in one.text and one.line == 6 for one in found)
    assert not any("number" in one.text and one.line > 7 for one in found)


def test_the_articles_that_are_shipped_are_good() -> None:
    """On 100 real articles and run-books hardly anything is said, and nothing that stops."""
    files = [*(DATA / "articles").glob("*.md"), *(DATA / "runbooks").glob("*.md")]
    kinds = {file: "runbook" if file.parent.name == "runbooks" else "article" for file in files}
    read = {file: parse_article(file.name, file.read_text(encoding="utf-8")) for file in files}
    others = [
        Other(kind=kinds[f], slug=a.slug, title=a.title, audience=a.audience, aliases=a.aliases)
        for f, a in read.items() if not isinstance(a, list)
    ]  # fmt: skip
    found = [
        one for file in files
        for one in remarks(kinds[file], file.stem, file.read_text(encoding="utf-8"), Around(others=others))
    ]  # fmt: skip
    assert len(others) == len(files) > 100
    assert not [one for one in found if one.stops]
    assert len(found) < len(files) / 10


def test_links_are_found_by_name() -> None:
    """Whoever gathers the surroundings needs to know which articles a text leads to."""
    assert linked("[a](a.md) [b](./b.md#x) [c](article:c) [d](https://d.example/d.md) ![p](p.png)") == {"a", "b", "c"}


def test_there_is_an_end_to_remarks() -> None:
    """A text of one mistake a line is told of the first few hundred."""
    assert len(said(text("[x](gone.md)\n" * 1_000))) == MOST
