"""No pattern of ours takes for ever, whatever somebody writes: counted in steps, not in time (CWE-1333)."""

import importlib
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import bot
import classifier
import core
import handoff
import kb
from tests.regex_steps import steps_of

PACKAGES = (core, kb, classifier, handoff, bot)
OTHERS = ("__main__", ".sandbox", ".cli.", "core.migrations")  # they read what is ours
# What unfinished or odd texts are made of; each is written many times, with an end that fits nowhere.
PIECES = (
    " ", "a", "0", "<@U", "a.", "\r\n", "[a](", "*", "`", "a@", "http://a", ": ", "aA0-", "- |",
)  # fmt: skip
ONCE, MOST = 12, 6.0  # twice the text: four times the steps if each place is looked at from each, eight if once more
FEW = 1_000  # steps that nobody notices
BOUNDED = {"bot.reading._THANKS"}  # it reads the end of a message alone, in which long runs were cut before


def inside(value: Any, depth: int = 0) -> Iterator[re.Pattern[str]]:
    """Every pattern in a module's value."""
    if isinstance(value, re.Pattern): yield from [value] if isinstance(value.pattern, str) else []
    elif depth > 2: return
    elif isinstance(value, dict): yield from (one for row in value.values() for one in inside(row, depth + 1))
    elif isinstance(value, list | tuple | set | frozenset):
        yield from (one for row in value for one in inside(row, depth + 1))
    elif is_dataclass(value) and not isinstance(value, type):
        yield from (one for field in fields(value) for one in inside(getattr(value, field.name, None), depth + 1))


def patterns() -> dict[tuple[str, int], str]:
    """Each pattern that stands in a module, with its flags, and where it stands."""
    found: dict[tuple[str, int], str] = {}
    for package in PACKAGES:
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if any(part in module.name for part in OTHERS): continue
            for name, value in vars(importlib.import_module(module.name)).items():
                for one in inside(value): found.setdefault((one.pattern, one.flags), f"{module.name}.{name}")
    return found


def test_no_pattern_grows_out_of_hand() -> None:
    """Twice the text never takes six times the steps."""
    known, bad = patterns(), []
    for (source, flags), name in known.items():
        pattern = re.compile(source, flags)
        for piece in PIECES if name not in BOUNDED else ():
            once, twice = (steps_of(pattern, piece * times + "\x01") for times in (ONCE, 2 * ONCE))
            if twice > max(FEW, MOST * once): bad.append((name, piece, once, twice))
    assert not bad
    assert len(known) > 200


def test_a_bad_one_would_be_found() -> None:
    """The measure itself: one that doubles with each letter, and one of the third power."""
    for source in (r"(a+)+$", r"a*a*a*b"):
        once, twice = (steps_of(re.compile(source), "a" * times + "\x01") for times in (ONCE // 2, ONCE))
        assert twice > MOST * once
