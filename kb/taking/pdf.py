"""PDF files to Markdown: their text in reading order, with headings by size, lists, tables, code and links."""

import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from kb.taking.pages import LeftOut, Page, stem

MAX_PAGES = 3_000
HEADING = 1.15  # times the size of the body's letters; smaller differences are captions and small print
BOLD_HEADING = 80  # characters; a longer bold line is emphasis
GAP = 1.45  # times the usual distance of lines: a new paragraph
REPEATED = 0.5  # of the pages: a line at the same height of so many is a header or footer
MOST_BY_CHANCE = 2  # pages; two of them repeat a line by chance
EDGE = 0.09  # of the page's height, above and below, where headers and footers stand
LEVELS = 3
BULLET = re.compile(r"^[•▪◦‣●○■□–\uf0b7\uf0a7\x95-]\s+")
NUMBER = re.compile(r"^(\d{1,2})[.)]\s+")
PAGE_NUMBER = re.compile(r"(?:page\s+)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?", re.IGNORECASE)
MONO = re.compile(r"mono|courier|consol|menlo|typewriter", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class Line:
    """One line: its text, where it stands on which page, the size of its letters, and how they look."""

    page: int
    text: str
    x: float
    top: float
    height: float
    size: float
    bold: bool = False
    mono: bool = False
    edge: bool = False
    block: str = ""


def pdf_page(path: str, data: bytes) -> Page:
    """A PDF file as a page.

    Raises:
        LeftOut: it has a password, no text, or cannot be read.
    """
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf: return _page(path, pdf)
    except PdfminerException as error:
        if any(isinstance(one, PDFPasswordIncorrect) for one in (error.__cause__, *error.args)):
            raise LeftOut("is protected by a password; save it without") from None
        raise LeftOut(f"cannot be read as a PDF ({error or 'damaged'})") from None
    except PDFPasswordIncorrect:
        raise LeftOut("is protected by a password; save it without") from None


def _page(path: str, pdf: Any) -> Page:
    if len(pdf.pages) > MAX_PAGES: raise LeftOut(f"has more than {MAX_PAGES:,} pages; split it")
    lines, pictures = [], 0
    for number, page in enumerate(pdf.pages):
        lines += _lines(number, page)
        pictures += len(page.images)
        page.close()
    if not lines: raise LeftOut(f"has no text, only pictures of {len(pdf.pages)} pages; run it through OCR first")
    kept = _without_repeats(lines, len(pdf.pages))
    body = _markdown(kept)
    named = str((pdf.metadata or {}).get("Title") or "").strip()
    title = named if 3 < len(named) <= 150 and "\\" not in named and "." not in named[-5:] else ""  # noqa: PLR2004 - a title, not a file's name
    notes = (f"{pictures} pictures were not taken; PDF files give their text alone",) if pictures else ()
    return Page(path=path, title=title or _biggest(kept) or stem(path), body=body, notes=notes, manual=True)


def _lines(number: int, page: Any) -> list[Line]:
    tables = page.find_tables() if len(page.lines) + len(page.rects) > 3 else []  # noqa: PLR2004 - fewer make no table
    tables = [table for table in tables if len(table.rows) > 1 and len(table.rows[0].cells) > 1]
    links = [
        link for link in page.hyperlinks if str(link.get("uri", "")).startswith(("http://", "https://", "mailto:"))
    ]
    rows = [
        _line(number, found, page, links) for found in page.extract_text_lines(return_chars=True)
        if not any(_within(found, table.bbox) for table in tables)
    ]  # fmt: skip
    blocks = [
        Line(page=number, text="", x=table.bbox[0], top=table.bbox[1], height=0, size=0, block=_table(table.extract()))
        for table in tables
    ]
    return sorted([*rows, *(one for one in blocks if one.block)], key=lambda line: line.top)


def _within(found: Any, box: Sequence[float]) -> bool:
    middle = (found["top"] + found["bottom"]) / 2
    return bool(box[1] <= middle <= box[3] and found["x1"] > box[0] and found["x0"] < box[2])


def _line(number: int, found: Any, page: Any, links: Iterable[Any]) -> Line:
    chars = found["chars"]
    fonts = Counter(str(char["fontname"]) for char in chars)
    size = Counter(round(float(char["size"]) * 2) / 2 for char in chars).most_common(1)[0][0]
    font, top = fonts.most_common(1)[0][0], float(found["top"])
    edge = top < EDGE * page.height or found["bottom"] > (1 - EDGE) * page.height
    mono = bool(MONO.search(font))
    text = found["text"].strip() if not mono else found["text"].rstrip()
    return Line(
        page=number, text=text if mono else _linked(text, found, links), x=float(found["x0"]), top=top,
        height=float(found["bottom"]) - top, size=size, bold="bold" in font.lower() or "black" in font.lower(),
        mono=mono, edge=edge,
    )  # fmt: skip


def _linked(text: str, found: Any, links: Iterable[Any]) -> str:
    """The line with the links that stand in it, by their words."""
    for link in links:
        if not link["top"] - 1 <= (found["top"] + found["bottom"]) / 2 <= link["bottom"] + 1: continue
        inside = [c["text"] for c in found["chars"] if link["x0"] - 1 <= (c["x0"] + c["x1"]) / 2 <= link["x1"] + 1]
        words = "".join(inside).strip()
        if words and words in text and words != link["uri"]:
            text = text.replace(words, f"[{words}]({link['uri'].replace(' ', '%20')})", 1)
    return text


def _table(rows: Sequence[Sequence[str | None]]) -> str:
    cells = [[" ".join((cell or "").split()).replace("|", "\\|") for cell in row] for row in rows]
    if not any(any(row) for row in cells): return ""
    head, *rest = cells
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rest))


def _without_repeats(lines: Sequence[Line], pages: int) -> list[Line]:
    """Without what stands at the edge of most pages, whatever number is in it."""
    counted = Counter({(line.page, _shape(line)) for line in lines if line.edge})
    often = Counter(shape for _, shape in counted)
    return [
        line for line in lines
        if not (line.edge and pages > MOST_BY_CHANCE and often[_shape(line)] >= REPEATED * pages)
        and line.text != _number(line)
    ]  # fmt: skip


def _shape(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text)


def _number(line: Line) -> str | None:
    """The text of a line at the edge that is a page's number; None if it is none."""
    return line.text if line.edge and PAGE_NUMBER.fullmatch(line.text) else None


def _biggest(lines: Sequence[Line]) -> str:
    first = [line for line in lines if line.page == 0 and line.text]
    size = max((line.size for line in first), default=0)
    return " ".join(line.text for line in first if line.size == size)[:150]


def _markdown(lines: Sequence[Line]) -> str:
    body = _body_size(lines)
    sizes = sorted({line.size for line in lines if line.size >= HEADING * body and line.text}, reverse=True)
    levels = {size: min(n, LEVELS) for n, size in enumerate(sizes, start=1)}
    usual = _usual_step(lines)
    parts: list[str] = []
    before: Line | None = None
    for line in lines:
        between = _separator(before, line, levels, usual)
        if parts and not between: parts[-1] = parts[-1].removesuffix("-")
        parts.append(between + _marked(line, before, levels))
        before = line
    return _fenced("".join(parts)).strip()


def _body_size(lines: Sequence[Line]) -> float:
    counted: Counter[float] = Counter()
    for line in lines: counted[line.size] += len(line.text)
    return counted.most_common(1)[0][0]


def _usual_step(lines: Sequence[Line]) -> float:
    steps = Counter(
        round(b.top - a.top) for a, b in pairwise(lines) if a.page == b.page and a.size == b.size and b.top > a.top
    )
    return float(steps.most_common(1)[0][0]) if steps else 0


def _level(line: Line, levels: dict[float, int]) -> int:
    if line.mono or line.block or not re.search(r"\w", line.text): return 0
    if line.size in levels: return levels[line.size]
    plain = line.bold and len(line.text) <= BOLD_HEADING and not line.text.endswith((".", ",", ";", ":"))
    return LEVELS + 1 if plain and not BULLET.match(line.text) and not NUMBER.match(line.text) else 0


def _separator(before: Line | None, line: Line, levels: dict[float, int], usual: float) -> str:
    """What stands between two lines: nothing new in a paragraph, a line's end in a list, else an empty line."""
    if before is None: return ""
    level = _level(line, levels)
    if level and _goes_on(before, line, levels): return " "
    if line.mono and before.mono: return "\n"
    if line.block or before.block or line.mono or before.mono or level or _level(before, levels): return "\n\n"
    far = line.page == before.page and line.top - before.top > max(GAP * usual, line.height * 1.2)
    item = BULLET.match(line.text) or NUMBER.match(line.text)
    if item: return "\n\n" if far else "\n"
    if far or (line.page != before.page and before.text.endswith((".", ":", "!", "?"))): return "\n\n"
    return "" if re.search(r"[a-z]-$", before.text) and line.text[:1].islower() else " "


def _goes_on(before: Line, line: Line, levels: dict[float, int]) -> bool:
    """Whether a heading has a second line."""
    near = line.page == before.page and line.top - before.top < GAP * before.height * 1.3
    return near and _level(before, levels) == _level(line, levels)


def _marked(line: Line, before: Line | None, levels: dict[float, int]) -> str:
    if line.block: return line.block
    if line.mono: return f"{_CODE}{line.text}"
    level = _level(line, levels)
    if level:
        return line.text if before and _goes_on(before, line, levels) else f"{'#' * level} {line.text}"
    return NUMBER.sub(r"\1. ", BULLET.sub("- ", line.text))


_CODE = "\ue002"  # before a line of code, until all lines are together


def _fenced(text: str) -> str:
    """Runs of lines of code as blocks."""
    return re.sub(
        f"(?:^{_CODE}.*(?:\n|$))+",
        lambda run: f"```\n{run[0].replace(_CODE, '').rstrip()}\n```\n",
        text,
        flags=re.MULTILINE,
    )
