"""The picture of who takes whose questions: whole, harmless, and in words for those who do not see it."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.editorial.colliding import Collision, Collisions, Contested
from bot.assistant.editorial.drawing import MOST_PAIRS, NONE, TOLD, drawn, grouped, told
from kb.index import Item

SVG = "{http://www.w3.org/2000/svg}"


def item(number: int, title: str = "") -> Item:
    """An item; every third is a recipe."""
    kind = "article" if number % 3 else "recipe"
    return Item(
        id=number, kind=kind, slug=f"s{number}", title=title or f"Item {number}", category="other",
        audience="employees", revision=1,
    )  # fmt: skip


def pair(first: int, second: int, questions: int = 1, taken: int = 0, title: str = "") -> Collision:
    """Two that meet."""
    asked = tuple(Contested(text=f"q{n}", source="alias", taken=n < taken) for n in range(questions))
    return Collision(first=item(first, title), second=item(second), questions=asked)


def parsed(found: Collisions) -> ET.Element:
    """The picture, as a reader of XML takes it."""
    return ET.fromstring(drawn(found))  # noqa: S314 - it is our own


def words(root: ET.Element) -> list[str]:
    """Every text that is drawn."""
    return [node.text or "" for node in root.iter(f"{SVG}text")]


def test_every_item_stands_once():
    """Each has its name and its mark; each pair an arc in the way of what it is."""
    root = parsed(Collisions(pairs=(pair(1, 2, 3, 1), pair(2, 3), pair(4, 5)), names=1_272, asked=9))
    shown = words(root)
    assert [shown.count(f"Item {n}") for n in range(1, 6)] == [1] * 5
    assert "3" in shown
    assert "Tried: 1,272 titles, aliases and triggers, and the newest 9 questions." in shown
    arcs = [node for node in root.iter(f"{SVG}g") if node.get("class") and node.find(f"{SVG}title") is not None]
    assert sorted(node.get("class", "") for node in arcs) == ["close", "close", "taken"]


def test_words_for_those_who_do_not_see_it():
    """It has a name and a description, which tell the worst pairs and where the rest is."""
    found = Collisions(pairs=tuple(pair(n, n + 100, 2, 1) for n in range(1, TOLD + 3)))
    root = parsed(found)
    assert root.get("role") == "img"
    named = {node.get("id"): node.text for node in root if node.get("id")}
    assert root.get("aria-labelledby") == " ".join(named)
    assert "Item 101 with 2 questions, 1 of them taken of Item 1;" in told(found)
    assert "and 2 more pairs" in told(found)
    assert named["map-words"] == told(found)


def test_those_that_meet_stand_together():
    """Groups are whole, and the worst comes first."""
    groups = grouped([pair(1, 2), pair(7, 8), pair(2, 3), pair(8, 1)])
    assert [sorted(one.id for one in group) for group in groups] == [[1, 2, 3, 7, 8]]
    assert [[one.id for one in group] for group in grouped([pair(5, 6), pair(1, 2)])] == [[5, 6], [1, 2]]


def test_too_many_and_none():
    """A picture has as many pairs as it can show, and says that there are more; an empty one says so, too."""
    many = parsed(Collisions(pairs=tuple(pair(n, n + 100) for n in range(1, MOST_PAIRS + 3))))
    assert "2 more pairs are in the table." in words(many)
    assert NONE in words(parsed(Collisions()))


@given(st.text(min_size=1, max_size=150))
def test_any_title(title: str):
    """Whatever a title holds, the picture is sound, and holds nothing but shapes and words."""
    root = parsed(Collisions(pairs=(pair(1, 2, title=title),)))
    tags = {node.tag.removeprefix(SVG) for node in root.iter()}
    assert tags <= {"svg", "title", "desc", "style", "defs", "marker", "path", "rect", "text", "g", "circle"}
