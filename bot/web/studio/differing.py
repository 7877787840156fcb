"""What changed between two texts, word by word. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

How = Literal["same", "gone", "new"]

AROUND = 2  # lines that are shown before and after a change
MOST_WORDS = 1_500  # of a changed block; above it lines are shown whole: comparing grows with the square
ALIKE = 0.4  # share of words in common; below it one text stands after the other, as nobody reads a patchwork
LONG = 1_000  # lines; above it lines that come again and again are no landmarks
_WORD = re.compile(r"\n|[^\S\n]+|\d[\d.:/-]*\d|\w+|[^\w\s]")  # a date or an amount is one word


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece of a line."""

    how: How
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line with its pieces; or, without any, as many lines as are `left` out."""

    parts: tuple[Part, ...] = ()
    left: int = 0

    @property
    def changed(self) -> bool:
        """Whether anything in it differs."""
        return any(part.how != "same" for part in self.parts)


def differences(before: str, after: str) -> list[Row]:
    """The lines that changed, with their neighbours; nothing when the texts are equal."""
    if before == after: return []
    old, new = before.split("\n"), after.split("\n")
    rows: list[Row] = []
    matcher = SequenceMatcher(None, old, new, autojunk=max(len(old), len(new)) > LONG)
    for how, a, b, c, d in matcher.get_opcodes():
        if how == "equal": rows += _context(old[a:b], first=a == 0, last=b == len(old))
        elif how == "replace": rows += _words(old[a:b], new[c:d])
        else: rows += [*_whole(old[a:b], "gone"), *_whole(new[c:d], "new")]
    return rows


def _context(lines: Sequence[str], *, first: bool, last: bool) -> list[Row]:
    head, tail = (0 if first else AROUND), (0 if last else AROUND)
    left = len(lines) - head - tail
    if left <= 1: return _whole(lines, "same")
    return [*_whole(lines[:head], "same"), Row(left=left), *_whole(lines[len(lines) - tail :], "same")]


def _whole(lines: Sequence[str], how: How) -> list[Row]:
    return [Row(parts=(Part(how=how, text=line),)) for line in lines]


def _words(before: Sequence[str], after: Sequence[str]) -> list[Row]:
    old, new = (_WORD.findall("\n".join(lines)) for lines in (before, after))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if max(len(old), len(new)) > MOST_WORDS or matcher.ratio() < ALIKE:
        return [*_whole(before, "gone"), *_whole(after, "new")]
    return _lines(_pieces(matcher, old, new))


def _pieces(matcher: SequenceMatcher[str], old: Sequence[str], new: Sequence[str]) -> Iterator[Part]:
    for how, a, b, c, d in matcher.get_opcodes():
        if how == "equal":
            yield Part(how="same", text="".join(old[a:b]))
            continue
        if a < b: yield Part(how="gone", text="".join(old[a:b]))
        if c < d: yield Part(how="new", text="".join(new[c:d]))


def _lines(pieces: Iterator[Part]) -> list[Row]:
    rows: list[list[Part]] = [[]]
    for piece in pieces:
        for number, text in enumerate(piece.text.split("\n")):
            if number: rows.append([])
            if text: rows[-1].append(Part(how=piece.how, text=text))
    return [Row(parts=tuple(parts)) for parts in rows]
