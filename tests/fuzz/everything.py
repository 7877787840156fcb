"""All targets."""

from functools import cache

from tests.fuzz import parsers
from tests.fuzz.engine import Target


@cache
def targets() -> tuple[Target, ...]:
    """Every one, by name."""
    return tuple(parsers.targets())


def target(name: str) -> Target:
    """One by its name."""
    return next(one for one in targets() if one.name == name)
