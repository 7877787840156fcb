"""Counts the steps that a backtracking matcher takes, so that a test can prove a pattern linear without a clock.

It walks the pattern as the standard library parsed it, tries what `re` would try in the same order and counts each look
at a character. The library's shortcuts (literal prefixes, sets) are left out: the real matcher takes fewer steps.
"""

import re
from collections.abc import Callable, Iterator
from itertools import count
from re import _constants as c
from re import _parser
from typing import Any

ENDLESS = c.MAXREPEAT
ONE_CHARACTER = {c.LITERAL, c.NOT_LITERAL, c.IN, c.ANY}
CATEGORIES: dict[Any, Callable[[str], bool]] = {
    c.CATEGORY_DIGIT: str.isdecimal,
    c.CATEGORY_SPACE: str.isspace,
    c.CATEGORY_WORD: lambda char: char.isalnum() or char == "_",
}


def steps(pattern: re.Pattern[str], text: str, takes: Callable[[str], list[tuple[int, int]]]) -> int:
    """How many steps it takes to search the text to its end.

    The search goes on behind what is taken of group `secret`, or where that group begins if nothing is.
    """
    return _Walk(pattern, text).search(takes)


def steps_of(pattern: re.Pattern[str], text: str, *, anchored: bool = False) -> int:
    """How many steps it takes to find every match in the text, as `sub` does; `anchored`: at its begin alone."""
    walk = _Walk(pattern, text)
    at = 0
    while at <= (0 if anchored else len(text)):
        end = next(walk.ends(walk.tree, at), None)
        at = max(at + 1, end or 0)
    return walk.count


class _Walk:
    def __init__(self, pattern: re.Pattern[str], text: str) -> None:
        self.tree = list(_parser.parse(pattern.pattern, pattern.flags))
        self.secret = pattern.groupindex.get("secret", 0)
        self.any_case = bool(pattern.flags & re.IGNORECASE)
        self.any_line = bool(pattern.flags & re.DOTALL)
        self.each_line = bool(pattern.flags & re.MULTILINE)
        self.text = text
        self.count = 0
        self.groups: dict[int, tuple[int, int]] = {}
        self.ways: dict[Any, Callable[[Any, int], Iterator[int]]] = {
            c.AT: self.place,
            c.BRANCH: self.branch,
            c.SUBPATTERN: self.group,
            c.GROUPREF: self.again,
            c.ASSERT: lambda detail, at: self.look(detail, at, wanted=True),
            c.ASSERT_NOT: lambda detail, at: self.look(detail, at, wanted=False),
            c.ATOMIC_GROUP: lambda detail, at: self.first(self.ends(list(detail), at)),
            c.MAX_REPEAT: lambda detail, at: self.greedy(detail[0], detail[1], list(detail[2]), at),
            c.MIN_REPEAT: lambda detail, at: self.lazy(detail[0], detail[1], list(detail[2]), at),
            c.POSSESSIVE_REPEAT: lambda detail, at: self.possessive(detail[0], detail[1], list(detail[2]), at),
        }

    def search(self, takes: Callable[[str], list[tuple[int, int]]]) -> int:
        at = 0
        while at <= len(self.text):
            found = next(self.ends(self.tree, at), None) is not None
            begin, end = self.groups[self.secret] if found else (at, at)
            taken = takes(self.text[begin:end]) or [(0, 0)]
            at = max(at + 1, begin + taken[-1][1])
        return self.count

    def ends(self, items: list[Any], at: int) -> Iterator[int]:
        """Where a sequence that begins at `at` may end, in the order of preference."""
        if not items:
            yield at
            return
        (kind, detail), rest = items[0], items[1:]
        self.count += 1
        found = self.single(kind, detail, at) if kind in ONE_CHARACTER else self.ways[kind](detail, at)
        for end in found: yield from self.ends(rest, end)

    def single(self, kind: Any, detail: Any, at: int) -> Iterator[int]:
        if self.char(kind, detail, at): yield at + 1

    def branch(self, detail: Any, at: int) -> Iterator[int]:
        for branch in detail[1]: yield from self.ends(list(branch), at)

    def again(self, detail: Any, at: int) -> Iterator[int]:
        begin, end = self.groups[detail]
        if self.text.startswith(self.text[begin:end], at): yield at + end - begin

    def group(self, detail: Any, at: int) -> Iterator[int]:
        for end in self.ends(list(detail[3]), at):
            if detail[0]: self.groups[detail[0]] = (at, end)
            yield end

    def look(self, detail: Any, at: int, *, wanted: bool) -> Iterator[int]:
        direction, items = detail
        begin = at - items.getwidth()[0] if direction < 0 else at
        found = begin >= 0 and next(self.ends(list(items), begin), None) is not None
        if found == wanted: yield at

    def greedy(self, low: int, high: Any, items: list[Any], at: int) -> Iterator[int]:
        if len(items) == 1 and items[0][0] in ONE_CHARACTER:
            end = at
            while (high is ENDLESS or end - at < high) and self.char(*items[0], end): end += 1
            yield from range(end, at + low - 1, -1)
            return
        single = self.single_way(high, items, at)
        if single is not None:
            yield from reversed(single[low:])
            return
        if high is ENDLESS or high > 0:
            fewer = high if high is ENDLESS else high - 1
            for end in self.ends(items, at):
                if end > at: yield from self.greedy(max(low - 1, 0), fewer, items, end)
        if low == 0: yield at

    def single_way(self, high: Any, items: list[Any], at: int) -> list[int] | None:
        """Where each repetition ends if it can end in one way alone, without going one level deeper for each."""
        ends = [at]
        while high is ENDLESS or len(ends) <= high:
            found = list(self.ends(items, ends[-1]))
            if len(found) > 1: return None
            if not found or found[0] == ends[-1]: break
            ends += found
        return ends

    def lazy(self, low: int, high: Any, items: list[Any], at: int) -> Iterator[int]:
        if len(items) == 1 and items[0][0] in ONE_CHARACTER:
            for end in count(at):
                if end - at >= low: yield end
                if (high is not ENDLESS and end - at >= high) or not self.char(*items[0], end): return
        if low == 0: yield at
        if high > 0:
            for end in self.ends(items, at): yield from self.lazy(max(low - 1, 0), high - 1, items, end)

    def possessive(self, low: int, high: Any, items: list[Any], at: int) -> Iterator[int]:
        times = 0
        while high is ENDLESS or times < high:
            end = next(self.ends(items, at), None)
            if end is None: break
            at, times = end, times + 1
        if times >= low: yield at

    def first(self, ends: Iterator[int]) -> Iterator[int]:
        end = next(ends, None)
        if end is not None: yield end

    def char(self, kind: Any, detail: Any, at: int) -> bool:
        self.count += 1
        if at >= len(self.text): return False
        char = self.text[at]
        cases = {char.lower(), char.upper()} if self.any_case else {char}
        return any(self.fits(kind, detail, case) for case in cases)

    def fits(self, kind: Any, detail: Any, char: str) -> bool:
        if kind is c.ANY: return char != "\n" or self.any_line
        if kind is c.LITERAL: return ord(char[0]) == detail
        if kind is c.NOT_LITERAL: return ord(char[0]) != detail
        refuse = detail[0][0] is c.NEGATE
        return any(self.member(*part, char) for part in detail[refuse:]) != refuse

    def member(self, kind: Any, detail: Any, char: str) -> bool:
        if kind is c.LITERAL: return ord(char[0]) == detail
        if kind is c.RANGE: return bool(detail[0] <= ord(char[0]) <= detail[1])
        if detail in CATEGORIES: return CATEGORIES[detail](char)
        return not CATEGORIES[getattr(c, detail.name.replace("NOT_", ""))](char)

    def place(self, detail: Any, at: int) -> Iterator[int]:
        word = CATEGORIES[c.CATEGORY_WORD]
        before = at > 0 and word(self.text[at - 1])
        after = at < len(self.text) and word(self.text[at])
        edges = {
            c.AT_BEGINNING: at == 0 or (self.each_line and self.text[at - 1] == "\n"),
            c.AT_BEGINNING_STRING: at == 0,
            c.AT_END: self.text[at:] in ("", "\n") or (self.each_line and self.text[at] == "\n"),
            c.AT_END_STRING: at == len(self.text),
            c.AT_BOUNDARY: before != after, c.AT_NON_BOUNDARY: before == after,
        }  # fmt: skip
        if edges[detail]: yield at
