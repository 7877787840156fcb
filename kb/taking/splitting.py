"""A document that is too long for one article, cut at its top headings."""

import re
from dataclasses import replace

from kb.articles import FENCE, MAX_BODY
from kb.taking.naming import slugged
from kb.taking.pages import LeftOut, Page

LONG = 40_000  # characters, some fifteen pages: a manual of that length is looked up by chapter, not read
FEWEST = 3  # chapters; with fewer, the next level of headings is that of the chapters
MAX_PARTS = 2_000
MAX_TITLE = 150  # characters, as in the front matter
_HEADING = re.compile(r"(#{1,4}) ++(.*\S)")


def parts(page: Page) -> list[tuple[str, Page]]:
    """The page, or its chapters, each with what its name has behind the page's; empty for the page itself.

    Raises:
        LeftOut: it is too long and has nothing to be cut at.
    """
    most = LONG if page.manual else MAX_BODY
    if page.source or len(page.body) <= most: return [("", page)]
    chapters = _chapters(page.body, page.title, most)
    if len(chapters) > MAX_PARTS: raise LeftOut(f"would become more than {MAX_PARTS:,} articles; split it")
    used: dict[str, int] = {}
    found = []
    for title, body in chapters:
        name = slugged(title, 60) or "part"
        used[name] = used.get(name, 0) + 1
        name = name if used[name] == 1 else f"{name}-{used[name]}"
        found.append(
            (
                name[:70],
                replace(
                    page, title=_titled(page.title, title), body=body, notes=(), front={**page.front, "aliases": []}
                ),
            )
        )
    note = f"is long, and became {len(found)} articles, one a chapter"
    return [(name, replace(part, notes=(*page.notes, note) if n == 0 else ())) for n, (name, part) in enumerate(found)]


def _titled(whole: str, part: str) -> str:
    both = f"{part} ({whole})"
    return part if part.lower().startswith(whole.lower()) or len(both) > MAX_TITLE else both


def _chapters(body: str, title: str, most: int) -> list[tuple[str, str]]:
    """Sections at the highest level of headings that gives some, those that are too long cut again."""
    for level in range(1, 5):
        cut = _at_level(body, title, level)
        if len(cut) >= FEWEST:
            return [piece for name, text in cut for piece in _short(name, text, level, most)]
    return _numbered(title, body)


def _short(name: str, text: str, level: int, most: int) -> list[tuple[str, str]]:
    if len(text) <= max(most, LONG): return [(name, text)]
    for deeper in range(level + 1, 5):
        cut = _at_level(text, name, deeper)
        if len(cut) > 1: return [piece for inner, part in cut for piece in _short(inner, part, deeper, most)]
    return [(name, text)] if len(text) <= MAX_BODY else _numbered(name, text)


def _at_level(body: str, title: str, level: int) -> list[tuple[str, str]]:
    """What stands before the first heading of a level, if anything does, and each section with its heading's words."""
    found: list[tuple[str, list[str]]] = [(title, [])]
    fence = ""
    for line in body.split("\n"):
        mark = FENCE.fullmatch(line)
        if mark and not fence: fence = mark[1]
        elif mark and mark[1].startswith(fence) and not mark[2].strip(): fence = ""
        heading = None if fence else _HEADING.fullmatch(line.rstrip())
        if heading and len(heading[1]) == level: found.append((heading[2].strip(" #*"), []))
        else: found[-1][1].append(line)
    kept = [(name, "\n".join(lines).strip()) for name, lines in found]
    return [(name, text) for name, text in kept if re.search(r"^(?!#).*\w", text, re.MULTILINE)]


def _numbered(title: str, body: str) -> list[tuple[str, str]]:
    """Without headings: cut between paragraphs."""
    pieces, text = [], body
    while len(text) > LONG:
        cut = text.rfind("\n\n", LONG // 4, LONG)
        if cut < 0: raise LeftOut("is too long, and has no headings or paragraphs to be split at")
        pieces.append(text[:cut].strip())
        text = text[cut:].strip()
    return [(f"{title}, part {n}", piece) for n, piece in enumerate([*pieces, text], start=1) if piece]
