"""A small language for what Slack accepts: kinds of values that tell, in Slack's words, what is wrong with one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.sandbox.ids import Json

Found = list[str]  # problems, each with its JSON pointer


class Kind(Protocol):
    """A kind of value."""

    def check(self, value: Any, at: str, found: Found) -> None:
        """Add to `found` what is wrong with the value at the pointer `at`."""


def note(found: Found, problem: str, at: str) -> None:
    """Write one problem down as Slack does."""
    found.append(f"{problem} [json-pointer:{at}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A string of `least` to `most` characters, of a form if `form` says one."""

    most: int | None = None
    least: int = 1
    form: str | None = None

    def check(self, value: Any, at: str, found: Found) -> None:
        """See Kind."""
        if not isinstance(value, str):
            note(found, "must provide a string", at)
        elif len(value) < self.least:
            note(found, f"must be more than {self.least - 1} characters", at)
        elif self.most is not None and len(value) > self.most:
            note(found, f"must be less than {self.most + 1} characters", at)
        elif self.form is not None and not re.fullmatch(self.form, value):
            note(found, "must be in a valid format", at)


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def check(self, value: Any, at: str, found: Found) -> None:
        """See Kind."""
        if not isinstance(value, bool):
            note(found, "must provide a boolean", at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A whole number from `least` to `most`."""

    least: int = 0
    most: int = 10**10

    def check(self, value: Any, at: str, found: Found) -> None:
        """See Kind."""
        if not isinstance(value, int) or isinstance(value, bool):
            note(found, "must provide an integer", at)
        elif not self.least <= value <= self.most:
            note(found, f"must be between {self.least} and {self.most}", at)


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these words."""

    words: tuple[str, ...]

    def check(self, value: Any, at: str, found: Found) -> None:
        """See Kind."""
        if value not in self.words:
            note(found, f"must be one of: {', '.join(self.words)}", at)


@dataclass(frozen=True, slots=True)
class Anything:
    """A value that Slack does not look into, or an object whose inside is not ours to judge."""

    def check(self, value: Any, at: str, found: Found) -> None:
        """See Kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list of `least` to `most` values of one kind."""

    of: Kind
    most: int | None = None
    least: int = 0

    def check(self, value: Any, at: str, found: Found) -> None:
        """See Kind."""
        if not isinstance(value, list):
            note(found, "must provide an array", at)
            return
        if self.most is not None and len(value) > self.most:
            note(found, f"no more than {self.most} items allowed", at)
        if len(value) < self.least:
            note(found, f"no fewer than {self.least} items allowed", at)
        for place, one in enumerate(value):
            self.of.check(one, f"{at}/{place}", found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """An object: its fields, those that it must have, and rules over the whole (None, or what is wrong)."""

    fields: Mapping[str, Kind]
    required: tuple[str, ...] = ()
    rules: tuple[Callable[[Json], str | None], ...] = ()

    def check(self, value: Any, at: str, found: Found) -> None:
        """See Kind."""
        if not isinstance(value, dict):
            note(found, "must provide an object", at)
            return
        before = len(found)
        for name in self.required:
            if value.get(name) is None:
                note(found, f"missing required field: {name}", at)
        for name, one in value.items():
            if name not in self.fields:
                note(found, f"invalid additional property: {name}", at)
            elif one is not None:
                self.fields[name].check(one, f"{at}/{name}", found)
        if len(found) == before:  # the rules may then rely on the fields
            found += [f"{problem} [json-pointer:{at}]" for rule in self.rules if (problem := rule(value))]


@dataclass(frozen=True, slots=True, kw_only=True)
class ByType:
    """An object whose `type` says which shape it has; `allowed` narrows a table down to some of its types."""

    table: Mapping[str, Kind]
    allowed: frozenset[str] | None = None

    def check(self, value: Any, at: str, found: Found) -> None:
        """See Kind."""
        if not isinstance(value, dict):
            note(found, "must provide an object", at)
            return
        kind = value.get("type")
        if kind is None:
            note(found, "missing required field: type", at)
        elif not isinstance(kind, str) or kind not in (self.table if self.allowed is None else self.allowed):
            note(found, f"unsupported type: {kind}", f"{at}/type")
        else:
            self.table[kind].check(value, at, found)


def text(most: int, *, plain: bool = False) -> Shape:
    """A text object of 1 to `most` characters, plain_text only if `plain`."""
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    return Shape(
        fields={"type": OneOf(kinds), "text": Word(most=most), "emoji": Flag(), "verbatim": Flag()},
        required=("type", "text"),
    )
