"""Items that say the same: by their wholes, or by wholes and titles; and the passages that repeat."""

import numpy as np

from core.encoder import Vectors
from kb.layout import Entry, Item
from kb.likeness import REPEATS_AT, Alike, Texts, alike

DIMS = 8


def item(number: int, kind: str = "article") -> Item:
    """An item of its own name."""
    return Item(
        id=number, kind=kind, slug=f"s{number}", title=f"T{number}", category="other", audience="employees", revision=1
    )


def towards(main: int, aside: int = 0, lean: float = 0.0) -> Vectors:
    """A unit vector along an axis, leaning towards another one."""
    row = np.zeros(DIMS, dtype=np.float32)
    row[main], row[aside] = np.sqrt(1 - lean**2), lean or row[aside]
    if not lean: row[main] = 1.0
    return row


def texts(*items: tuple[Item, Vectors, list[Vectors]]) -> Texts:
    """Items, each with the vector of its title and those of its passages."""
    entries, rows = [], []
    for own, title, passages in items:
        entries.append(Entry(item=own.id, kind="title", ordinal=0, heading="", text=own.title))
        rows.append(title)
        for number, row in enumerate(passages):
            words = f"Words of {own.slug}, passage {number}, which go on for longer than a line of a table."
            entries.append(
                Entry(item=own.id, kind="passage", ordinal=number, heading=f"H{number}" if number else "", text=words)
            )
            rows.append(row)
    return Texts(items=[own for own, _, _ in items], entries=entries, rows=np.array(rows, dtype=np.float32))


def pairs(found: list[Alike]) -> list[tuple[int, int]]:
    """Which items are alike."""
    return [(one.first.id, one.second.id) for one in found]


class TestAlike:
    """Which pairs are told."""

    def test_wholes(self):
        """Two with near wholes are alike whatever their titles; each pair once; others are not."""
        found = alike(texts(
            (item(1), towards(4), [towards(0), towards(1)]), (item(2), towards(5), [towards(1), towards(0)]),
            (item(3), towards(6), [towards(2)]),
        ))
        assert pairs(found) == [(1, 2)]
        assert found[0].likeness > 0.99
        assert found[0].titles == 0

    def test_titles_help(self):
        """Wholes that are only fairly near make a pair where the titles say the same, and none where they do not."""
        near = [towards(0, 1, 0.48)]  # cosine .877
        same = texts((item(1), towards(4), [towards(0)]), (item(2), towards(4), near))
        other = texts((item(1), towards(4), [towards(0)]), (item(2), towards(5), near))
        assert pairs(alike(same)) == [(1, 2)]
        assert alike(other) == []

    def test_the_likest_first(self):
        """Pairs stand in the order of how alike they are."""
        found = alike(texts(
            (item(1), towards(4), [towards(0)]), (item(2), towards(5), [towards(0, 1, 0.3)]),
            (item(3), towards(6), [towards(0, 2, 0.1)]),
        ))
        assert pairs(found) == [(1, 3), (1, 2), (2, 3)]

    def test_repeated_passages(self):
        """The passages that both have are told by their headings, or first words, each once."""
        found = alike(texts(
            (item(1), towards(4), [towards(0), towards(1)]), (item(2), towards(4), [towards(1), towards(0)]),
        ))[0].repeated
        assert [(one.first, one.second) for one in found] == [
            ("Words of s1, passage 0, which go on for longer than a line …", "H1"),
            ("H1", "Words of s2, passage 0, which go on for longer than a line …"),
        ]
        assert all(one.likeness >= REPEATS_AT for one in found)

    def test_a_recipe_and_an_article(self):
        """A recipe has no passages: all that it is found by stands for it."""
        recipe = Texts(
            items=[item(1), item(2, "recipe")],
            entries=[
                Entry(item=1, kind="title", ordinal=0, heading="", text="T"),
                Entry(item=1, kind="passage", ordinal=0, heading="", text="P"),
                Entry(item=2, kind="title", ordinal=0, heading="", text="T"),
                Entry(item=2, kind="trigger", ordinal=0, heading="", text="t"),
            ],
            rows=np.array([towards(0), towards(0), towards(0), towards(0)]),
        )
        found = alike(recipe)
        assert pairs(found) == [(1, 2)]
        assert found[0].repeated == ()

    def test_nothing_and_one(self):
        """It takes two."""
        assert alike(texts()) == []
        assert alike(texts((item(1), towards(0), [towards(0)]))) == []
