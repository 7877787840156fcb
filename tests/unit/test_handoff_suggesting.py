"""Which run-books a card shows: few, sure ones, and the right ones when staff correct the category."""

from hypothesis import example, given
from hypothesis import strategies as st

from handoff.brief import RunBook
from handoff.suggesting import BEHIND, FLOOR, GUESSED, MOST, SAID, SUGGEST_AT, suggested


def book(slug: str, likeness: float, category: str = "vpn") -> RunBook:
    """A run-book that is near."""
    return RunBook(slug=slug, title=slug, category=category, likeness=likeness)


def slugs(near: list[RunBook], category: str = "vpn", *, said: bool = False) -> list[str]:
    """What is shown."""
    return [one.slug for one in suggested(near, category, said=said)]


def test_nothing_near_enough() -> None:
    """Where none is surely for the ticket, none is shown."""
    assert slugs([]) == []
    assert slugs([book("a", SUGGEST_AT - 0.01, "wifi")]) == []


def test_a_category_counts() -> None:
    """The likelier category lifts a run-book over the limit, and before an equal one."""
    assert slugs([book("a", SUGGEST_AT - GUESSED + 0.01)]) == ["a"]
    assert slugs([book("a", 0.5, "wifi"), book("b", 0.5)]) == ["b", "a"]


def test_what_staff_say_counts_more() -> None:
    """A corrected category brings up what a guessed one would not."""
    near = [book("a", 0.55, "wifi"), book("b", 0.45)]
    assert slugs(near) == ["a", "b"]
    assert slugs(near, said=True) == ["b", "a"]
    assert slugs([book("a", FLOOR + 0.001)], said=True) == ["a"]


def test_far_behind_is_left_out() -> None:
    """A sure one stands alone."""
    assert slugs([book("a", 0.8), book("b", 0.8 - BEHIND - 0.01)]) == ["a"]


@given(st.lists(st.floats(-1, 1), max_size=12), st.booleans())
@example([0.9999999999999999, 1.0], True)
def test_few_and_in_order(likenesses: list[float], said: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    """Never more than three, never one that a higher one was left out for."""
    near = [book(f"b{n}", likeness) for n, likeness in enumerate(likenesses)]
    found = suggested(near, "vpn", said=said)
    assert len(found) <= MOST
    assert [one.likeness for one in found] == sorted((one.likeness for one in found), reverse=True)
    assert all(one.likeness + SAID >= SUGGEST_AT for one in found)
