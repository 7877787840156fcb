"""The error tree."""

import re

import pytest

from core import errors
from core.errors import BadInput, ConfigProblem, FirstlineError, Stale, Unavailable, new_reference

CLASSES = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)]


@pytest.mark.parametrize("kind", CLASSES)
def test_one_tree(kind: type[Exception]) -> None:
    """Every error that is raised on purpose can be caught as FirstlineError, and the drawing shows it."""
    assert issubclass(kind, FirstlineError)
    assert errors.__doc__ is not None
    assert re.search(rf"\b{kind.__name__}\b", errors.__doc__)


def test_stale_is_bad_input() -> None:
    """Whoever handles bad input handles a click on an old state too."""
    assert issubclass(Stale, BadInput)
    assert not issubclass(Unavailable, BadInput)


def test_config_problems_have_a_line_each() -> None:
    """All problems are in the message, and each can be had by itself."""
    error = ConfigProblem(["A is wrong.", "B is missing."])
    assert str(error).splitlines() == error.problems == ["A is wrong.", "B is missing."]


def test_references_can_be_read_out() -> None:
    """A reference is short, has one shape, and two are never alike in practice."""
    some = [new_reference() for _ in range(50)]
    assert all(re.fullmatch(r"E-[0-9A-F]{6}", reference) for reference in some)
    assert len(set(some)) > 40
