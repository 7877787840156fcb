"""Counts the steps that a backtracking matcher takes, so that a test can prove a pattern linear without a clock.

It walks the pattern as the standard library parsed it, tries what `re` would try in the same order and counts each look at
a character. The library's shortcuts (literal prefixes, sets) are left out: the real matcher takes fewer steps, never more.
"""

import re
from collections.abc import Callable, Iterator
from re import _constants as c  # type: ignore[attr-defined]  # the parsed form is all there is to walk
from re import _parser  # type: ignore[attr-defined]  # the same
from typing import Any

ENDLESS = c.MAXREPEAT
CATEGORIES: dict[Any, Callable[[str], bool]] = {
    c.CATEGORY_DIGIT: str.isdecimal,
    c.CATEGORY_SPACE: str.isspace,
    c.CATEGORY_WORD: lambda char: char.isalnum() or char == "_",
}


def steps(pattern: re.Pattern[str], text: str) -> int:
    """How many steps it takes to find every match of the pattern in the text."""
    return _Walk(pattern, text).search()


class _Walk:
    def __init__(self, pattern: re.Pattern[str], text: str) -> None:
        self.tree = list(_parser.parse(pattern.pattern, pattern.flags))
        self.flags = pattern.flags
        self.text = text
        self.count = 0
        self.groups: dict[int, str] = {}

    def search(self) -> int:
        at = 0
        while at <= len(self.text):
            end = next(self.ends(self.tree, at), None)
            at = end if end is not None and end > at else at + 1
        return self.count

    def ends(self, items: list[Any], at: int) -> Iterator[int]:
        """Where a sequence that begins at `at` may end, in the order of preference."""
        if not items:
            yield at
            return
        (kind, detail), rest = items[0], items[1:]
        for end in self.one(kind, detail, at): yield from self.ends(rest, end)

    def one(self, kind: Any, detail: Any, at: int) -> Iterator[int]:
        self.count += 1
        if kind in {c.LITERAL, c.NOT_LITERAL, c.IN, c.ANY}:
            if self.char(kind, detail, at): yield at + 1
        elif kind is c.AT:
            if self.boundary(detail, at): yield at
        elif kind is c.BRANCH:
            for branch in detail[1]: yield from self.ends(list(branch), at)
        elif kind is c.SUBPATTERN:
            yield from self.group(detail, at)
        elif kind is c.GROUPREF:
            if self.text.startswith(self.groups.get(detail, "\0"), at): yield at + len(self.groups[detail])
        elif kind in {c.ASSERT, c.ASSERT_NOT}:
            yield from self.look(kind, detail, at)
        elif kind is c.ATOMIC_GROUP:
            yield from self.first(self.ends(list(detail), at))
        else:
            yield from self.repeat(kind, detail, at)

    def group(self, detail: Any, at: int) -> Iterator[int]:
        for end in self.ends(list(detail[3]), at):
            if detail[0]: self.groups[detail[0]] = self.text[at:end]
            yield end

    def look(self, kind: Any, detail: Any, at: int) -> Iterator[int]:
        direction, items = detail
        begin = at - items.getwidth()[0] if direction < 0 else at
        found = begin >= 0 and next(self.ends(list(items), begin), None) is not None
        if found == (kind is c.ASSERT): yield at

    def repeat(self, kind: Any, detail: Any, at: int) -> Iterator[int]:
        low, high, items = detail
        if kind is c.POSSESSIVE_REPEAT: yield from self.first(self.greedy(low, high, list(items), at))
        elif kind is c.MIN_REPEAT: yield from self.lazy(low, high, list(items), at)
        else: yield from self.greedy(low, high, list(items), at)

    def greedy(self, low: int, high: Any, items: list[Any], at: int) -> Iterator[int]:
        if len(items) == 1 and items[0][0] in {c.LITERAL, c.NOT_LITERAL, c.IN, c.ANY}:
            end = at
            while (high is ENDLESS or end - at < high) and self.char(*items[0], end): end += 1
            yield from range(end, at + low - 1, -1)
            return
        if high is ENDLESS or high > 0:
            fewer = high if high is ENDLESS else high - 1
            for end in self.ends(items, at):
                if end > at: yield from self.greedy(max(low - 1, 0), fewer, items, end)
        if low == 0: yield at

    def lazy(self, low: int, high: Any, items: list[Any], at: int) -> Iterator[int]:
        if low == 0: yield at
        if high is ENDLESS or high > 0:
            fewer = high if high is ENDLESS else high - 1
            for end in self.ends(items, at): yield from self.lazy(max(low - 1, 0), fewer, items, end)

    def first(self, ends: Iterator[int]) -> Iterator[int]:
        end = next(ends, None)
        if end is not None: yield end

    def char(self, kind: Any, detail: Any, at: int) -> bool:
        self.count += 1
        if at >= len(self.text): return False
        char = self.text[at]
        if self.flags & re.IGNORECASE: return any(self.fits(kind, detail, case) for case in {char.lower(), char.upper()})
        return self.fits(kind, detail, char)

    def fits(self, kind: Any, detail: Any, char: str) -> bool:
        if kind is c.ANY: return char != "\n" or bool(self.flags & re.DOTALL)
        if kind is c.LITERAL: return ord(char[0]) == detail
        if kind is c.NOT_LITERAL: return ord(char[0]) != detail
        refuse = detail[0][0] is c.NEGATE
        return any(self.member(*part, char) for part in detail[refuse:]) != refuse

    def member(self, kind: Any, detail: Any, char: str) -> bool:
        if kind is c.LITERAL: return ord(char[0]) == detail
        if kind is c.RANGE: return bool(detail[0] <= ord(char[0]) <= detail[1])
        if detail in CATEGORIES: return CATEGORIES[detail](char)
        return not CATEGORIES[getattr(c, detail.name.replace("NOT_", ""))](char)

    def boundary(self, detail: Any, at: int) -> bool:
        self.count += 1
        if detail is c.AT_END_STRING: return at == len(self.text)
        word = CATEGORIES[c.CATEGORY_WORD]
        before = at > 0 and word(self.text[at - 1])
        after = at < len(self.text) and word(self.text[at])
        return (before != after) == (detail is c.AT_BOUNDARY)
