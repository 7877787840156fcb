"""Changing the prose of a Markdown text and never its code."""

import re
from collections.abc import Callable

from kb.articles import FENCE

OPEN, CLOSE = "\ue000", "\ue001"  # around the number of a piece of code that stands aside; both are for private use
_QUOTE = re.compile(r"(?:[ \t]*>)*[ \t]?")
_SPAN = re.compile(r"(?<![`\\])(`{1,9})(?!`)((?:(?!\n[ \t]*\n)[^\ue000]){1,2000}?)(?<!`)\1(?!`)", re.DOTALL)
_ASIDE = re.compile(f"{OPEN}(\\d+){CLOSE}")


def on_prose(text: str, change: Callable[[str], str]) -> str:
    """The text with `change` made to everything but code blocks and code in a line."""
    aside: list[str] = []
    rest = _SPAN.sub(lambda found: _put(found[0], aside), _without_blocks(text, aside))
    return _back(change(rest), aside)


def clean(text: str) -> str:
    """Without the characters that stand for code, and without those that no database stores."""
    return re.sub(f"[{OPEN}{CLOSE}\x00\ud800-\udfff]", "", text)


def _put(code: str, aside: list[str]) -> str:
    aside.append(code)
    return f"{OPEN}{len(aside) - 1}{CLOSE}"


def _back(text: str, aside: list[str]) -> str:
    """Code in a line may hold what stood for a block; twice is as deep as it goes."""
    for _ in range(2): text = _ASIDE.sub(lambda found: aside[int(found[1])], text)
    return text


def _without_blocks(text: str, aside: list[str]) -> str:
    kept: list[str] = []
    block: list[str] = []
    fence = ""
    for line in text.split("\n"):
        mark = FENCE.fullmatch(line[_QUOTE.match(line).end() :])  # type: ignore[union-attr]  # it matches nothing too
        if fence:
            block.append(line)
            if mark and mark[1].startswith(fence) and not mark[2].strip():
                kept.append(_put("\n".join(block), aside))
                block, fence = [], ""
        elif mark: block, fence = [line], mark[1]
        else: kept.append(line)
    return "\n".join([*kept, *([_put("\n".join(block), aside)] if block else [])])
