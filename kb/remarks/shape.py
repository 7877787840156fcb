"""Remarks on the shape of a text: headings, passages, tables, pictures, and what Slack does not show."""

import re
from collections.abc import Iterator

from kb.articles import MAX_HEADING, MAX_PASSAGE
from kb.remarks.reading import LINK, Line, Remark, Rule, Written

LONG_TEXT = 1_500  # characters; without a heading nobody finds their place in more
WIDE = 4  # columns; Slack shows a table as it is typed, and a line of it has about 80 characters
LONG_LINE = 900  # characters; a paragraph of ten lines
LONG_WORD = 80  # characters that nothing can break
SEEN = 60  # characters of what a remark repeats

_DEEP = re.compile(r"(#{5,6}) +\S")
_TABLE = re.compile(r"\s*+\|?+\s*+:?+-++:?+\s*+(?:\|\s*+:?+-++:?+\s*+)++\|?+\s*+")
_WORD = re.compile(r"\S+")
_WHOLE = re.compile(r"https?://|mailto:|\]\(|\|.*\|")  # an address, a link, or a row of a table
_HTML = re.compile(
    r"<!--|</?(?:a|b|br|center|code|dd|del|details|div|dl|dt|em|font|form|h[1-6]|hr|i|iframe|img|input|ins|kbd|li|mark"
    r"|object|ol|p|pre|s|script|small|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|tfoot|th|thead|tr|u"
    r"|ul|video)(?=[\s/>])[^<>]*>?",
    re.IGNORECASE,
)


def opening(written: Written) -> Iterator[Remark]:
    """No words before the first heading: these are what is quoted first."""
    filled = [line for line in written.lines if line.text.strip()]
    if not filled or filled[0].code or not filled[0].level: return
    if filled[0].level == 1 and len(filled) > 1 and not filled[1].level: return
    text = "no opening: say the answer in two sentences before the first heading; they are quoted first"
    yield Remark(line=filled[0].number, text=text)


def headings(written: Written) -> Iterator[Remark]:
    """Headings that skip a level, are too long, or lie so deep that they cut no passage."""
    before = 1
    for line in written.lines:
        if not line.code and _DEEP.match(line.text):
            yield Remark(line=line.number, text="a heading this deep is shown as a line; use ## or ###")
        if not line.level: continue
        if line.level > before + 1:
            wanted, found = "#" * (before + 1), "#" * line.level
            yield Remark(line=line.number, text=f"{found} comes where {wanted} is next: a level is missing")
        if len(line.heading) > MAX_HEADING:
            yield Remark(line=line.number, text=f"this heading has {len(line.heading)} characters; it is a paragraph")
        before = line.level


def no_headings(written: Written) -> Iterator[Remark]:
    """A long text in one piece."""
    size = sum(len(line.text) + 1 for line in written.lines)
    if size < LONG_TEXT or any(line.level for line in written.lines): return
    text = f"{size:,} characters without a heading: with ## before each part, only the right part is quoted"
    yield Remark(line=next(line.number for line in written.lines if line.text.strip()), text=text)


def long_passages(written: Written) -> Iterator[Remark]:
    """A part that does not fit into one answer in Slack."""
    for part in _parts(written):
        size = len("\n".join(line.text for line in part if not line.level).strip())
        if size <= MAX_PASSAGE: continue
        text = f"this part has {size:,} characters and is quoted in pieces of up to {MAX_PASSAGE:,}; a ### cuts it well"
        yield Remark(line=part[0].number, text=text)


def tables(written: Written) -> Iterator[Remark]:
    """A table that Slack shows badly."""
    for line in written.lines:
        if not line.plain or not _TABLE.fullmatch(line.plain): continue
        columns = line.plain.strip().strip("|").count("|") + 1
        if columns <= WIDE: continue
        text = f"a table of {columns} columns cannot be read in Slack, which shows it as it is typed; make a list of it"
        yield Remark(line=line.number, text=text)


def long_lines(written: Written) -> Iterator[Remark]:
    """A paragraph without end, or a word that nothing breaks."""
    for line in written.lines:
        if len(line.text) > LONG_LINE and not line.code and "|" not in line.text:
            yield Remark(line=line.number, text=f"a paragraph of {len(line.text):,} characters; make two of it")
        words = (word for word in _WORD.findall(line.text) if len(word) > LONG_WORD and not _WHOLE.search(word))
        for word in words: yield Remark(line=line.number, text=f"a word of {len(word):,} characters: {word[:SEEN]}…")


def pictures(written: Written) -> Iterator[Remark]:
    """A picture that says nothing to whoever cannot see it."""
    for line in written.lines:
        for match in LINK.finditer(line.plain):
            if match[1] and not match[2].strip():
                text = f"say between the brackets what the picture shows: ![…]({match[3][:SEEN]})"
                yield Remark(line=line.number, text=text)


def html(written: Written) -> Iterator[Remark]:
    """HTML, which is shown as it is typed."""
    for line in written.lines:
        if match := _HTML.search(line.plain):
            yield Remark(line=line.number, text=f"HTML is shown as it is typed: {match[0][:SEEN]}")


def _parts(written: Written) -> list[list[Line]]:
    parts: list[list[Line]] = [[]]
    for line in written.lines:
        if line.level: parts.append([])
        parts[-1].append(line)
    return [part for part in parts if part]


RULES: tuple[Rule, ...] = (opening, headings, no_headings, long_passages, tables, long_lines, pictures, html)
