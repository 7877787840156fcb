"""Conditions on what is known, and the facts that stand in a text. Pure."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Facts = Mapping[str, str]  # by name, as text: what was chosen, typed or found out

_SLOT = re.compile(r"\{\{|\}\}|\{([a-z][a-z0-9_]{0,39})\}")
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#|~!&])")
_YES_NO = {True: "Yes", False: "No"}


def _as_text(value: Any) -> Any:
    """YAML takes a bare Yes for true and 3 for a number; a recipe means the words."""
    if isinstance(value, bool): return _YES_NO[value]
    return str(value) if isinstance(value, int | float) else value


def _as_list(value: Any) -> Any:
    return [_as_text(one) for one in value] if isinstance(value, list) else [_as_text(value)]


Text = Annotated[str, BeforeValidator(_as_text)]
Texts = Annotated[list[str], BeforeValidator(_as_list)]


class Wanted(BaseModel):
    """What one fact must be; every key that is given must hold. A fact that is not known fits `known: false` alone."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    among: Texts = Field(default_factory=list, max_length=50)
    none_of: Texts = Field(default_factory=list, max_length=50, alias="not")
    over: float | None = None
    under: float | None = None
    known: bool | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return value if isinstance(value, dict) else {"among": value}

    def fits(self, value: str) -> bool:
        """Whether a fact is as wanted; an unknown one is the empty text."""
        if self.known is not None and self.known is not bool(value): return False
        if self.among and not _in(value, self.among): return False
        if self.none_of and (not value or _in(value, self.none_of)): return False
        return self._in_bounds(value)

    def _in_bounds(self, value: str) -> bool:
        if self.over is None and self.under is None: return True
        number = number_of(value)
        if number is None: return False
        return (self.over is None or number > self.over) and (self.under is None or number < self.under)


def holds(conditions: Mapping[str, Wanted], facts: Facts) -> bool:
    """Whether every condition fits."""
    return all(wanted.fits(facts.get(name, "")) for name, wanted in conditions.items())


def number_of(text: str) -> float | None:
    """The number that a text is, with a decimal point or comma; else None."""
    return float(text.replace(",", ".")) if re.fullmatch(r"-?[0-9]{1,15}([.,][0-9]{1,10})?", text) else None


def filled(text: str, facts: Facts, quote: Callable[[str], str] = str) -> str:
    """A text with its `{name}`s filled in; nothing stands where a fact is not known."""

    def value(match: re.Match[str]) -> str:
        return quote(facts.get(match[1], "")) if match[1] else match[0][0]

    return _SLOT.sub(value, text)


def plain(text: str) -> str:
    """What somebody typed, so that Markdown takes it for text."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


def named(text: str) -> list[str]:
    """The facts that a text names."""
    return [match[1] for match in _SLOT.finditer(text) if match[1]]


def _in(value: str, among: list[str]) -> bool:
    return value.casefold() in (one.casefold() for one in among)
