"""Recipes as flow charts: nothing overlaps, every step and way is there, and the file is sound."""

import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.cookbook import Book, Recipe, parse_recipe
from kb.cookbook.charting import BACK, chart
from kb.cookbook.drawing import drawn
from kb.cookbook.layout import BEND, laid_out
from tests.commandline import DATA, one_line, runner
from tests.recipes import books

SVG = "{http://www.w3.org/2000/svg}"
TEXT = """title: The VPN & <co>
triggers: [vpn]
goal: What for?
start: net
steps:
  net: {say: "Does **it** [load](article:a)?", check: true, choices: {"Yes": solved, "No": sort, Again: net}}
  sort: {decide: [{if: {platform: [mac, linux], tries: {over: 2}}, to: fix}], otherwise: code}
  code: {say: "Code <b>?", input: {name: code, label: C, form: "B-##"}, next: fix, limit: {times: 2, then: handoff:odd}}
  fix: {action: unlock, on: {done: rest, odd: "article:a"}}
  rest: {say: Wait., wait: 90m, next: inner}
  inner: {recipe: other, on: {solved: net}}
reasons: {odd: Odd.}
"""


def parsed(text: str = TEXT) -> Recipe:
    """A sound recipe."""
    recipe = parse_recipe("vpn.yaml", text)
    assert isinstance(recipe, Recipe), recipe
    return recipe


def words(svg: str) -> list[str]:
    """The lines of text that a chart shows, from one node to the next."""
    return [part.text or "" for part in ET.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - it is our own


def test_everything_is_there() -> None:
    """Steps with what they ask, rows with their conditions, unwritten ways, limits, endings, and ways back."""
    shown = words(drawn(parsed()))
    for one in (
        "The VPN & <co>", "1 goal · asks for goal: text", "2 net · check", "Does it load?", "3 sort", "Code <b>?",
        "5 code · asks for code: B-##", "platform is mac or", "tries over 2", "otherwise", "after 2 times",
        "Handoff: odd", "unlock", "refused, failed", "Article: a", "waits", "handoff, article", "back to 2 net",
        "Solved",
    ):  # fmt: skip
        assert any(one in line for line in shown), one
    assert "6 rest · waits 90m" in shown


def test_ways_back() -> None:
    """A way back ends at a mark that names the step; without them nothing leads in a circle."""
    shown = chart(parsed())
    assert [node.words for node in shown.nodes if node.kind == BACK] == ["back to 2 net"] * 2


@pytest.mark.parametrize("said", ["]]>", "<script>", "&lt;", "\x0b\x1b", "\ufffe", "🖨️ 打印机", '"\'', "{name}", "-->"])
def test_whatever_is_said(said) -> None:
    """Markup, controls, quotes and pictures stay words, and the file stays sound."""
    recipe = parsed()
    recipe = recipe.model_copy(update={"title": said, "goal": said * 3})
    assert ET.fromstring(drawn(recipe)).tag == f"{SVG}svg"  # noqa: S314 - it is our own


def test_long_words() -> None:
    """A long text is wrapped and cut, a long word broken; all of it is the tooltip."""
    long = "x" * 300 + " y" * 700
    recipe = parsed(TEXT.replace("Wait.", long))
    found = ET.fromstring(drawn(recipe))  # noqa: S314 - it is our own
    assert max(map(len, words(drawn(recipe)))) <= 45
    assert long in [part.text for part in found.iter(f"{SVG}title")]


@settings(max_examples=40, deadline=None)
@given(books())
def test_nothing_overlaps(book: Book) -> None:
    """In any recipe's chart no node lies on another, and each lies below what leads to it."""
    for recipe in book.recipes.values():
        shown = chart(recipe)
        size = (100.0, 40.0)
        layout = laid_out({node.name: size for node in shown.nodes}, shown.ways)
        rows: dict[float, list[float]] = {}
        for x, y in layout.places.values(): rows.setdefault(y, []).append(x)
        for row in rows.values():
            row.sort()
            assert all(right - left >= size[0] for left, right in pairwise(row))
        assert all(layout.places[source][1] < layout.places[target][1] for source, target in shown.ways)
        assert all(x >= 50 and x + 50 <= layout.size[0] + 0.01 for x, _ in layout.places.values())
        ET.fromstring(drawn(recipe))  # noqa: S314 - it is our own


@given(st.integers(1, 30))
def test_a_long_way(length: int) -> None:
    """A way past many layers goes around what stands in them."""
    names = [f"n{n}" for n in range(length + 2)]
    ways = [*pairwise(names), ("n0", names[-1])]
    layout = laid_out(dict.fromkeys(names, (80.0, 30.0)), list(dict.fromkeys(ways)))
    passing = layout.routes["n0", names[-1]][1:-1]
    for name in names[1:-1]:
        x, y = layout.places[name]
        assert all(abs(at - x) >= 40 for at, height in passing if abs(height - y) <= 15)
    assert not [name for name in layout.places if name.startswith(BEND)]


def test_the_command(tmp_path: Path) -> None:
    """It draws a recipe by its slug or its file, and tells in a line what it cannot draw or write."""
    run = runner(tmp_path)
    slug = min(path.stem for path in (DATA / "cookbook").glob("*.yaml"))
    out = tmp_path / "chart.svg"
    assert run("cookbook", "draw", slug, "--out", out).code == 0
    assert out.read_text(encoding="utf-8").startswith("<svg")
    one_line(run("cookbook", "draw", slug, "--out", tmp_path / "none" / "chart.svg"), "No such file or directory")
    one_line(run("cookbook", "draw", "no-such-recipe"), "no-such-recipe", "cannot be read")
    (tmp_path / "r.yaml").write_text("title: x\n", encoding="utf-8")
    assert "r.yaml:1" in run("cookbook", "draw", tmp_path / "r.yaml").err
