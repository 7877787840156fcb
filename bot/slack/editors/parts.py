"""A long text in parts that fit into Slack's inputs, and put together again without a character lost. Pure.

An input holds 3,000 characters, and a client may cut blanks off around what is typed. So no part begins or ends with
blanks: they are kept here, between the parts. Slack's documentation says neither how an input counts nor what it trims;
parts are measured in UTF-16 units, the larger way, and leave room to write.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

LIMIT = 2_400  # UTF-16 units of a part; 600 are left to write in
EARLIEST = 800  # a heading further up is no good place to cut: the part would be too small
PAGE = 16_000  # UTF-16 units on one page of a form: a JSON escape takes six bytes, a view 250 KB, twice for a clash
BLANK = "".join(c for c in map(chr, range(0x3001)) if c.isspace()) + "\ufeff"  # what Python or a browser strips
HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one input holds, and the blanks that follow it."""

    text: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parted:
    """A text in parts; `before` are the blanks that it begins with."""

    before: str
    parts: tuple[Part, ...]


def parted(text: str) -> Parted:
    """A text cut at headings, paragraphs, lines or words, in this order."""
    rest = text.lstrip(BLANK)
    before, parts = text[: len(text) - len(rest)], []
    while rest:
        at = _cut(rest)
        shown, following = rest[:at].rstrip(BLANK), rest[at:].lstrip(BLANK)
        parts.append(Part(text=shown, after=rest[len(shown) : len(rest) - len(following)]))
        rest = following
    return Parted(before=before, parts=tuple(parts))


def joined(whole: Parted) -> str:
    """The text that was cut."""
    return whole.before + "".join(part.text + part.after for part in whole.parts)


def changed(whole: Parted, typed: Mapping[int, str]) -> str:
    """The text with what was typed in place of some of its parts; one past the last is added as a paragraph.

    A part that came back as it was shown stays as it is, to the blank.
    """
    last = len(whole.parts) - 1
    kept = [_typed(part, typed.get(place), last=place == last) for place, part in enumerate(whole.parts)]
    text = whole.before + "".join(kept)
    more = "\n\n".join(words for place, words in sorted(typed.items()) if place > last and words.strip(BLANK))
    if not more: return text
    return f"{text.rstrip(BLANK)}\n\n{more}" if text.strip(BLANK) else text + more


def pages(whole: Parted) -> list[range]:
    """The parts that one page of a form holds, page by page; at least one page, which may be empty."""
    found, size = [0], 0
    for place, part in enumerate(whole.parts):
        size += units(part.text)
        if size > PAGE and place > found[-1]:
            found.append(place)
            size = units(part.text)
    return [range(start, end) for start, end in zip(found, [*found[1:], len(whole.parts)], strict=True)]


def units(text: str) -> int:
    """How long a text is in UTF-16 units."""
    return len(text) + sum(c > "\uffff" for c in text)


def in_pieces(text: str, fits: Callable[[str], bool]) -> list[str]:
    """A text cut in halves, at lines where it has some, until each piece fits."""
    if len(text) <= 1 or fits(text): return [text]
    middle = len(text) // 2
    at = next((at for mark in ("\n", " ") if (at := text.rfind(mark, 1, middle + 1)) > 0), middle)
    return [*in_pieces(text[:at], fits), *in_pieces(text[at:], fits)]


def _typed(part: Part, words: str | None, *, last: bool) -> str:
    if words is None or _bare(words) == _bare(part.text): return part.text + part.after
    if not words.strip(BLANK): return part.after if last else ""
    return words + part.after


def _bare(text: str) -> str:
    """A text without what the way through a form may change."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip(BLANK)


def _cut(text: str) -> int:
    """Where the first part of a text ends: 1 or more, since it begins with no blank."""
    most = _within(text)
    if most == len(text): return most
    window = text[: most + 1]
    headings = [found.start() for found in HEADING.finditer(window) if found.start() >= EARLIEST]
    if headings: return headings[-1]
    return next((at for mark in ("\n\n", "\n", " ") if (at := window.rfind(mark, EARLIEST)) > 0), most)


def _within(text: str) -> int:
    """How many characters from the start are up to `LIMIT` UTF-16 units."""
    start = text[:LIMIT]
    over = units(start) - LIMIT
    while over > 0:
        start = start[: -((over + 1) // 2)]
        over = units(start) - LIMIT
    return len(start)


def texts_of(whole: Parted, page: Sequence[int]) -> dict[int, str]:
    """What the inputs of a page hold, by the part's place."""
    return {place: whole.parts[place].text for place in page}
