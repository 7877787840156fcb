"""HTML inside of Markdown: its known tags become Markdown, and everything else in angle brackets stays as it was."""

import re

from kb.taking.html import markdown_of
from kb.taking.pages import LeftOut

# Each pattern looks ahead no further than the next tag of its kind, so that many of them cost what their length does.
_BLOCK = r"<{tag}\b[^<>]*>(?:(?!</?{tag}\b).){{0,200000}}</{tag}\s*>"
_GONE = re.compile(
    "|".join(_BLOCK.format(tag=tag) for tag in ("script", "style", "iframe", "object", "form", "svg")),
    re.DOTALL | re.IGNORECASE,
)
_BLOCKS = re.compile(
    "|".join(_BLOCK.format(tag=tag) for tag in ("table", "ul", "ol", "dl", "pre")), re.DOTALL | re.IGNORECASE
)
_LINK = re.compile(r"<a\b([^<>]*)>((?:(?!</?a\b).){0,2000})</a\s*>", re.DOTALL | re.IGNORECASE)
_IMAGE = re.compile(r"<img\b([^<>]+)>", re.IGNORECASE)
_ROW_BREAK = re.compile(r"^([ \t]*\|.*)$", re.MULTILINE)
_PLAIN = (
    "a|details|div|span|p|center|u|font|big|small|section|article|figure|figcaption|picture|source|wbr|ins|label|sup|"
    "sub|abbr|mark|script|style|iframe|object|embed|form|input|button|meta|link|base|table|tbody|thead|tr|td|th|"
    "colgroup|col|ul|ol|li|dl|dt|dd|svg|path|noscript"
)
_TAG = re.compile(rf"</?(?:{_PLAIN})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_PAIR = r"<(?:{0})(?:\s[^<>]*)?>((?:(?!</?(?:{0})\b).){{1,2000}})</(?:{0})\s*>"
_INLINE: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(_PAIR.format(tags), re.DOTALL | re.IGNORECASE), mark)
    for tags, mark in (("b|strong", "**"), ("i|em|cite", "*"), ("code|kbd|tt|samp|var", "`"), ("s|del|strike", "~~"))
)  # fmt: skip
_SUMMARY = re.compile(r"<summary\b[^<>]*>((?:(?!</?summary\b).){0,1000})</summary\s*>", re.DOTALL | re.IGNORECASE)
_HEADING = re.compile(r"<h([1-6])\b[^<>]*>((?:(?!</?h[1-6]\b).){0,500})</h\1\s*>", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"(?:(?<![ \t])[ \t]++)?</?br\s*+(?:/\s*+)?>[ \t]*(\n?)", re.IGNORECASE)


def without_tags(prose: str) -> str:
    """Prose whose HTML is Markdown. Scripts, styles, frames and forms are gone with what is in them."""
    prose = _GONE.sub("", without_comments(prose))
    prose = _ROW_BREAK.sub(lambda row: _BREAK.sub(" ", row[1]), prose)
    prose = _BLOCKS.sub(_block, prose)
    prose = _IMAGE.sub(_image, _LINK.sub(_link, prose))
    prose = _HEADING.sub(lambda found: f"\n{'#' * int(found[1])} {' '.join(found[2].split())}\n", prose)
    for pattern, mark in _INLINE: prose = pattern.sub(lambda found, mark=mark: _marked(found, mark), prose)  # type: ignore[misc]  # a default argument keeps the loop's value
    prose = _SUMMARY.sub(lambda found: f"\n**{' '.join(found[1].split()).strip('*')}**\n", prose)
    prose = _TAG.sub("", _BREAK.sub("  \n", prose))
    return prose.replace("&nbsp;", " ").replace("\u00a0", " ")


def without_comments(prose: str) -> str:
    """Prose without `<!-- ... -->`; one that is never closed stays."""
    kept, at = [], 0
    while (start := prose.find("<!--", at)) >= 0 and (end := prose.find("-->", start + 4)) >= 0:
        kept.append(prose[at:start])
        at = end + 3
    return "".join((*kept, prose[at:]))


def _link(found: re.Match[str]) -> str:
    target = _attribute("href", found[1])
    return found[0] if target is None else f"[{found[2].strip()}]({target})"


def _marked(found: re.Match[str], mark: str) -> str:
    words = found[1].strip()
    return found[0] if not words or "\n" in words else f"{mark}{words}{mark}"


def _block(found: re.Match[str]) -> str:
    try:
        return f"\n\n{markdown_of(found[0]).strip()}\n\n"
    except LeftOut:
        return found[0]


def _image(found: re.Match[str]) -> str:
    source, words = _attribute("src", found[1]) or "", _attribute("alt", found[1]) or ""
    return f"![{words}]({source.replace(' ', '%20')})" if source else ""


def _attribute(name: str, text: str) -> str | None:
    value = re.search(rf"\b{name}\s*=\s*[\"']([^\"'\n]*)[\"']", text, re.IGNORECASE)
    return value[1] if value else None
