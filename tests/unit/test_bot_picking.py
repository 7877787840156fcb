"""Choices made in words."""

import pytest

from bot.picking import NONE, picked

TITLES = ("Reset a forgotten password", "Locked out of the account", "Change your password")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("the second one", 1), ("2", 1), ("Number 3 please!", 2), ("the last one", 2), ("first", 0),
        ("it's the 1st", 0),
        ("locked out of the account.", 1), ("I meant the third", 2), ("option two", 1),
        ("none of these", NONE), ("Neither", NONE), ("no, none", NONE), ("something else", NONE),
        ("5", None), ("one more thing", None), ("my second screen is dark", None), ("", None), ("🙂", None),
        ("the first one did not work", None),
    ],
)  # fmt: skip
def test_picked(text, place):
    """A place, a title, or none of them; anything else that is said is no choice."""
    assert picked(text, TITLES) == place
