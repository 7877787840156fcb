"""The report: its plots, its page, and whatever hostile people wrote in it."""

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.decide import Limits
from bot.measure import Outcome, figures
from bot.report import plots
from bot.report.labelled import labelled_report
from bot.report.page import LONGEST, Page, must_be_writable, render, write
from bot.report.questions import question_report
from classifier.curves import Bin, Point
from classifier.figures import figures as labelled_figures
from classifier.labelled import Guess, Report
from core.errors import BadInput

HOSTILE = "<script>alert('x')</script><img src=x onerror=alert(1)> & \"$\\frac$ {{ 7 * 7 }} --> ]]> \x1b[31m 你好 🖨️"
NAMES = re.compile(r"(?<![\w-])(?:script|img|iframe|object|embed|link|base)$")


class Reader(HTMLParser):
    """Reads a page as a browser does: its elements, its attributes, its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.names.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.text += data


def outcome(**changes: Any) -> Outcome:
    """A question that was answered right, or what the changes make of it."""
    slug = ("article", "a")
    values: dict[str, Any] = {"right": frozenset({slug}), "outside": False, "decision": "answer", "ms": 1.0}
    values |= {"id": "q", "text": "How?", "why": "sure", "first": slug, "confidence": 0.9, "shown": (slug,)}
    return Outcome(**(values | {"ranked": (slug,)} | changes))


def answers(*outcomes: Outcome, name: str = "set.jsonl") -> Page:
    """The report on them."""
    return question_report(outcomes, figures(outcomes, Limits(answer=0.6, clarify=0.3)), name)


def labelled(rows: list[tuple[str, str, float]], oos: str | None = None, text: str = "t") -> Page:
    """The report on guesses (truth, guess, how sure)."""
    guesses = tuple(Guess(text=text, truth=t, guess=g, sure=s, known=s) for t, g, s in rows)
    report = Report(guesses=guesses, threshold=0.5, seconds=1.0, classes=tuple({g for _, g, _ in rows}))
    return labelled_report(report, labelled_figures(report, oos), oos, "set.csv")


WRONG = outcome(text="Why is it wrong?", first=("article", "b"), shown=(("article", "b"),), confidence=0.95)
VAIN = outcome(text="Why nobody?", decision="handoff", shown=(), confidence=0.99)


class TestPage:
    """What is on the page."""

    def test_it_needs_nothing_else(self):
        """No script, no network, no file beside it; and it says so to the browser."""
        for page in (answers(outcome(), WRONG), labelled([("a", "a", 0.9), ("b", "a", 0.7)])):
            html = render(page)
            read = Reader(html)
            assert not {"script", "img", "link", "iframe", "image"} & set(read.names)
            assert "default-src 'none'" in html
            assert not [value for name, value in read.attributes if name in ("src", "href") and value[:1] != "#"]
            assert "@import" not in html
            assert not re.search(r"url\((?!#)", html)

    def test_its_plots(self):
        """Each plot has a title, a way to read it, and names at its axes."""
        page = answers(outcome(), WRONG, VAIN)
        assert [plot.title for plot in page.plots] == [
            "Wrong answers against answers", "Is the confidence honest?", "What was decided",
            "What was expected, and what was decided",
        ]  # fmt: skip
        for plot, words in zip(page.plots, ("answered, of all", "was right", "messages", "expected"), strict=True):
            assert words in plot.svg
            assert plot.says
        assert "limit to answer, 0.60" in page.plots[0].svg

    def test_the_worst_first(self):
        """Wrong answers first, the surest first, with what happened; what went well is not told."""
        rows = answers(outcome(), VAIN, outcome(**changed(WRONG, confidence=0.7)), WRONG).tables[0].rows
        assert [row[0] for row in rows] == ["Why is it wrong?", "Why is it wrong?", "Why nobody?"]
        assert rows[0] == ("Why is it wrong?", "article a", "answer: article b", "95.0%", "sure")
        assert [row[3] for row in rows] == ["95.0%", "70.0%", "99.0%"]

    def test_all_went_well(self):
        """No table then, but a sentence."""
        html = render(answers(outcome()))
        assert "None: every question" in html
        assert "<table" not in html

    def test_hostile_words(self):
        """Whatever somebody wrote is shown, never obeyed: questions, slugs, rules, labels and names of files."""
        slug = ("article", HOSTILE)
        bad = outcome(**changed(WRONG, text=HOSTILE, why=HOSTILE, right=frozenset({slug}), decision=HOSTILE))
        pages = (
            answers(bad, name=HOSTILE),
            labelled([(HOSTILE, f"{HOSTILE}2", 0.9), (f"{HOSTILE}2", f"{HOSTILE}2", 0.8)], HOSTILE, HOSTILE),
        )
        for html in map(render, pages):
            read = Reader(html)
            assert not [name for name in read.names if NAMES.search(name)]
            assert not [name for name, _ in read.attributes if name.startswith("on")]
            assert "<script>alert('x')</script>" in read.text
            assert "49" not in read.text.replace("0.49", "")

    def test_long_texts_are_cut(self):
        """A text of a page's length does not make one."""
        html = render(answers(outcome(**changed(WRONG, text="word" * 5_000))))
        assert 0 < html.count("word") <= LONGEST / 4


def changed(one: Outcome, **changes: Any) -> dict[str, Any]:
    """The fields of an outcome, some of them changed."""
    return {name: getattr(one, name) for name in Outcome.__slots__} | changes


class TestLabelledPage:
    """The page on a labelled set."""

    def test_out_of_scope_only_where_it_is(self):
        """Without an out-of-scope label nothing is told about it."""
        html = render(labelled([("a", "a", 0.9), ("b", "a", 0.7)]))
        assert "Out-of-scope" not in html
        assert "Out-of-scope recall" in render(labelled([("a", "a", 0.9), ("oos", "a", 0.3)], "oos"))

    def test_many_labels(self):
        """Of many labels the 20 that are mixed up most are drawn, and the page says so."""
        rows = [(f"label{n}", f"label{n + 1}", 0.5) for n in range(30)]
        matrix = labelled(rows).plots[-1]
        assert matrix.says.startswith("The 20 of 31 labels")
        assert len(set(re.findall(r"label\d+", matrix.svg))) == 20
        assert "(others)" in matrix.svg

    def test_the_worst_first(self):
        """The surest first; one that was only said to be out of scope tells its guess."""
        rows = labelled([("a", "b", 0.6), ("a", "b", 0.9), ("a", "a", 0.4), ("oos", "b", 0.1)], "oos").tables[0].rows
        assert [(row[2], row[3]) for row in rows] == [("b", "90.0%"), ("b", "60.0%"), ("oos (the guess: a)", "40.0%")]


class TestPlots:
    """Drawing what is odd."""

    @pytest.mark.parametrize(
        "svg",
        [
            lambda: plots.risk_coverage([], {}),
            lambda: plots.risk_coverage([Point(limit=1, answered=1, wrong=1)], {}),
            lambda: plots.risk_coverage([], {"x": Point(limit=1, answered=0, wrong=0)}),
            lambda: plots.reliability([]),
            lambda: plots.reliability([Bin(cases=1, sure=1.0, right=0.0)]),
            lambda: plots.bars({"a": {"x": 0}}, {"x": plots.BLUE, "y": plots.SKY}),
            lambda: plots.matrix(["$a_{", "b\n"], ["\x00", "c" * 200], np.array([[0, 0], [1, 2]]), ("is", "said")),
            lambda: plots.scope(np.array([0.0, 1.0]), np.array([True, True]), 2.0),
        ],
    )
    def test_it_is_a_drawing(self, svg):
        """Nothing, one case, odd labels: a sound drawing, with no warning."""
        root = ET.fromstring(svg().replace("xlink:href", "href"))  # noqa: S314 - our own
        assert root.tag.endswith("svg")
        assert root.get("viewBox")

    def test_the_same_every_time(self):
        """No date, no chance in it."""
        found = [plots.reliability([Bin(cases=3, sure=0.5, right=0.5)]) for _ in range(2)]
        assert found[0] == found[1]


class TestFile:
    """Where it is written."""

    def test_written(self, tmp_path):
        """One file, nothing beside it; a second report takes the place of the first."""
        for page in (answers(WRONG), answers(outcome())): write(tmp_path / "r.html", page)
        assert [path.name for path in tmp_path.iterdir()] == ["r.html"]
        assert "None: every question" in (tmp_path / "r.html").read_text(encoding="utf-8")

    def test_a_place_that_cannot_be(self, tmp_path):
        """A missing folder or a folder's name is told before the work, and at the end as well."""
        for path, says in ((tmp_path / "none" / "r.html", "there is no such folder"), (tmp_path, "is a folder")):
            with pytest.raises(BadInput, match=says): must_be_writable(path)
        with pytest.raises(BadInput, match="cannot be written"): write(tmp_path / "none" / "r.html", answers(WRONG))
        must_be_writable(tmp_path / "r.html")
        assert not Path(tmp_path / "r.html").exists()
