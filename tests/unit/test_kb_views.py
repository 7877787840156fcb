"""The words of each kind of reader: those asked for last are at hand, however many kinds there are."""

from itertools import combinations

import numpy as np
import pytest

from kb.layout import Item, Layout
from kb.lexical import Text
from kb.views import MOST, Views

GROUPS = ("a", "b", "c", "d", "e", "f")
EVERYBODY = frozenset({"employees"})
KINDS = [EVERYBODY | set(some) for count in (1, 2, 3) for some in combinations(GROUPS, count)]


def item(number: int, audience: str) -> Item:
    """An item of which only its id and audience matter."""
    return Item(id=number, kind="article", slug=f"i{number}", title="x", category="x", audience=audience, revision=1)


@pytest.fixture
def layout() -> Layout:
    """One item for each audience, without rows."""
    return Layout.of([item(n, one) for n, one in enumerate(("employees", *GROUPS))], [], np.zeros((0, 4), "f4"))


@pytest.fixture
def views(layout: Layout) -> Views:
    """Their views."""
    return Views(layout, {one.id: Text(item=one.id, audience=one.audience, names="", body="x") for one in layout.items})


def test_there_are_never_more_than_that(views: Views, layout: Layout) -> None:
    """Neither as they are asked for, nor as the index changes again and again between."""
    for _ in range(3):
        for audiences in KINDS: views.of(audiences)
        assert views.kept == MOST
        views = views.changed(layout, [], [])
        assert views.kept == MOST
        for audiences in KINDS[:3]: views.of(audiences)
        assert views.kept == MOST


def test_who_asks_often_does_not_wait(views: Views) -> None:
    """What is asked for between others stays, and so does what everybody may see, though nobody asks."""
    everybody, often = views.of(EVERYBODY), views.of(KINDS[0])
    for audiences in KINDS[1:]:
        views.of(audiences)
        assert views.of(KINDS[0]) is often
    assert views.of(EVERYBODY) is everybody


def test_one_more_than_there_is_room_for(views: Views) -> None:
    """Takes the place of the one asked for longest ago, and of no other."""
    made = {audiences: views.of(audiences) for audiences in KINDS[:MOST]}
    views.of(KINDS[MOST])
    assert [views.of(audiences) is made[audiences] for audiences in KINDS[1:MOST]] == [True] * (MOST - 1)
    assert views.of(KINDS[0]) is not made[KINDS[0]]


def test_the_order_outlives_a_change(views: Views, layout: Layout) -> None:
    """What was asked for last before it is still at hand after it."""
    for audiences in KINDS[:MOST]: views.of(audiences)
    last = views.of(KINDS[0])
    later = views.changed(layout, [], [])
    for audiences in KINDS[MOST : 2 * MOST - 1]: later.of(audiences)
    assert later.of(KINDS[0]).lexical is not last.lexical
    again = later.changed(layout, [], [Text(item=1, audience="a", names="", body="zebra")])
    assert again.of(KINDS[0]).lexical.search("zebra", 5).keys() == {1}
    assert later.of(KINDS[0]).lexical.search("zebra", 5) == {}
