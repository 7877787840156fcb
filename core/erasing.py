"""Taking people out of what is kept: what stands in their place, and where they are found. Pure, but for `found_in`.

Erasure and storage limitation as in Articles 17 and 5(1)(e) of the GDPR: what stays (numbers, times, states,
categories) leads back to nobody.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import JSON, ColumnElement, Text, cast, or_
from sqlalchemy.orm import InstrumentedAttribute

ERASED = "erased"  # stands for a person's id, and for words that were taken out
IN_WORDS = "[erased]"  # stands for a name, an address or an id within words that stay
SHORTEST = 3  # letters of a name that is looked for: "Al" and "Li" stand in too many others
SAFE = frozenset(
    {
        "approval", "asks", "audience", "before", "after", "bounced", "category", "change", "closed_how", "code",
        "decision", "documented", "due", "encoder", "end", "end_why", "escalation", "falls_due", "feedback",
        "from_priority", "from_queue", "from_tier", "how", "impact", "intent", "intents", "kind", "left", "limits",
        "models", "next", "of", "outcome", "percent", "priority", "promised", "queue", "reason", "recipe",
        "resolution_code", "revision", "revisions", "root", "rungs", "shown", "slug", "slugs", "state", "step",
        "surface", "target", "tell", "told", "until", "urgency", "what", "why",
    }
)  # keys whose values are states, times, or names of the company's own content, and no words that people wrote
ONE_WORD = frozenset({"documented", "why", "reason", "what", "how", "outcome"})  # of these, one word at a time is safe


def blank(key: str, value: Any) -> Any:
    """What may stay of a value under a key: numbers and what is safe; else a blank of the same type."""
    if value is None or isinstance(value, bool | int | float): return value
    return value if key in SAFE and not (key in ONE_WORD and _wordy(value)) else empty(value)


def _wordy(value: Any) -> bool:
    if isinstance(value, list): return any(_wordy(one) for one in value)
    return isinstance(value, str) and " " in value


def empty(value: Any) -> Any:
    """Nothing, of the same type."""
    if isinstance(value, str): return ERASED if value else ""
    if isinstance(value, dict): return {}
    return [] if isinstance(value, list) else value


def blanked(data: Any, key: str = "") -> Any:
    """JSON with the same shape, of which only that stays which may; lists of words are emptied."""
    if key in SAFE: return blank(key, data)
    if isinstance(data, dict): return {name: blanked(value, name) for name, value in data.items()}
    if isinstance(data, list): return [blanked(value, key) for value in data if not isinstance(value, str)]
    return blank(key, data)


@dataclass(frozen=True)
class Named:
    """By what a person can be found: ids (their own, and those of their direct messages), addresses, names."""

    ids: tuple[str, ...]
    addresses: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def found_in(self, column: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        """A condition on a column of text or JSON, which lets through too much rather than too little."""
        texts = cast(column, Text)
        needles = self._in_json() if isinstance(column.type, JSON) else self._all()
        return or_(*(texts.icontains(needle, autoescape=True) for needle in sorted(needles)))

    def within(self, value: Any) -> bool:
        """Whether a value names them anywhere."""
        return bool(self.without(value) != value)

    def without(self, value: Any) -> Any:
        """The same value without them: a whole id becomes `ERASED`, within words it is `IN_WORDS`."""
        if isinstance(value, str): return ERASED if value in self.ids else self._pattern.sub(IN_WORDS, value)
        if isinstance(value, list): return [self.without(one) for one in value]
        if isinstance(value, dict): return {self.without(name): self.without(one) for name, one in value.items()}
        return value

    def _all(self) -> set[str]:
        return {one for one in (*self.ids, *self.addresses, *self._names()) if one}

    def _in_json(self) -> set[str]:
        """As JSON has them, where letters beyond ASCII are numbers, others for capitals."""
        ways = {way(one) for one in self._all() for way in (str, str.lower, str.upper, str.title)}
        return {json.dumps(one)[1:-1] for one in ways}

    def _names(self) -> list[str]:
        return [name for name in self.names if len(name) >= SHORTEST and name not in self.ids]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Ids and single names as they are written, for these may be words as well; the rest whatever its case."""
        single = [name for name in self._names() if " " not in name]
        whole = [rf"(?<![\w.+-]){re.escape(one)}(?![\w-])" for one in self.addresses if one]
        whole += [rf"(?<!\w){re.escape(name)}(?!\w)" for name in self._names() if " " in name]
        exact = [rf"<@{re.escape(one)}(?:\|[^>]*)?>|(?<![^\W_]){re.escape(one)}(?![^\W_])" for one in self.ids if one]
        exact += [rf"(?<!\w){re.escape(name)}(?!\w)" for name in single]
        parts = ([f"(?i:{'|'.join(whole)})"] if whole else []) + exact
        return re.compile("|".join(parts) or r"(?!)")


def left_of(data: Mapping[str, Any], named: Named | None, *, own: bool) -> dict[str, Any]:
    """What stays of an event's facts: of a person's `own` what is no words, of others' what does not name them.

    Each fact stays as it is, or is a blank of its type, which is all that the database lets through.
    """
    kept = {key: blank(key, value) if own else value for key, value in data.items() if key != ERASED}
    if named: kept = {key: empty(value) if named.within(value) else value for key, value in kept.items()}
    return kept | {ERASED: True}
