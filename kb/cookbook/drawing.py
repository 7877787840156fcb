"""A recipe as an SVG flow chart, readable on light and on dark. Pure: a recipe in, text out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from unicodedata import east_asian_width

from kb.cookbook.charting import BACK, LABEL, Node, chart
from kb.cookbook.language import Kind, Recipe
from kb.cookbook.layout import Point, laid_out

LINE = 17.0  # pixels from line to line of 13 pixel letters
LETTER = 7.1  # pixels of a letter, on average; sans-serif fonts differ by a tenth
PADDING = 12.0
MARGIN = 24.0
MOST_LINES = 9  # of a step's words; all of them are its tooltip
COLUMNS = {"step": 40, LABEL: 22, "end": 24}  # letters in a line
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML
_ENDS = ("solved", "handoff", "article", BACK)

STYLE = """
svg { --ground: #ffffff; --ink: #1d1c1d; --soft: #616061; --line: #868686; --box: #f4f6fa; --edge: #8493a8;
  --input: #eef4ff; --input-edge: #3b6fd4; --decide: #fff7e0; --decide-edge: #b98a00; --action: #f3ecff;
  --action-edge: #7b4fd0; --wait: #eef7f7; --wait-edge: #2b8a8a; --solved: #d9f2e1; --solved-edge: #1f8a4c;
  --handoff: #ffe7d9; --handoff-edge: #c05a1c; --article: #dcecff; --article-edge: #2364b8; }
@media (prefers-color-scheme: dark) { svg { --ground: #1a1d21; --ink: #e8e8e8; --soft: #b0b3b8; --line: #8a8f98;
  --box: #262b33; --edge: #66758a; --input: #1d2a44; --input-edge: #6f9bf0; --decide: #3a3114; --decide-edge: #e0b63a;
  --action: #2e2347; --action-edge: #a98af0; --wait: #17302f; --wait-edge: #58b8b8; --solved: #143524;
  --solved-edge: #4cc07f; --handoff: #43240f; --handoff-edge: #f09a5e; --article: #14304f;
  --article-edge: #6fa8f0; } }
text { font: 13px system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; fill: var(--ink); }
.title { font-size: 20px; font-weight: 600; } .head { font-size: 11px; fill: var(--soft); }
.label text, .back text { fill: var(--soft); }
.label text { paint-order: stroke; stroke: var(--ground); stroke-width: 4px; }
.way { fill: none; stroke: var(--line); stroke-width: 1.4; }
#tip path { fill: var(--line); } .ground { fill: var(--ground); }
.shape { fill: var(--box); stroke: var(--edge); stroke-width: 1.4; } .back .shape { stroke-dasharray: 4 3; }
.input .shape { fill: var(--input); stroke: var(--input-edge); }
.decide .shape { fill: var(--decide); stroke: var(--decide-edge); }
.action .shape { fill: var(--action); stroke: var(--action-edge); }
.wait .shape { fill: var(--wait); stroke: var(--wait-edge); }
.solved .shape { fill: var(--solved); stroke: var(--solved-edge); }
.handoff .shape { fill: var(--handoff); stroke: var(--handoff-edge); }
.article .shape { fill: var(--article); stroke: var(--article-edge); }
"""
TIP = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    '<path d="M0,0 L8,4 L0,8 z"/></marker></defs>'
)
GROUND = '<rect class="ground" width="100%" height="100%"/>'


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """A node with its words in lines, and its size."""

    node: Node
    lines: Sequence[str]
    width: float
    height: float


def drawn(recipe: Recipe) -> str:
    """The chart as one SVG file."""
    shown = chart(recipe)
    boxes = {node.name: _sized(node) for node in shown.nodes}
    layout = laid_out({name: (box.width, box.height) for name, box in boxes.items()}, shown.ways)
    width = max(layout.size[0], _width(shown.title) * 1.6) + 2 * MARGIN
    height = layout.size[1] + 3 * MARGIN + LINE
    ways = [_way(route, tip=boxes[target].node.kind != LABEL) for (_, target), route in layout.routes.items()]
    nodes = [part for name, box in boxes.items() for part in _node(box, layout.places[name])]
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    title = f'<text class="title" x="{MARGIN:.0f}" y="{MARGIN + LINE:.0f}">{_text(shown.title)}</text>'
    place = f'<g transform="translate({MARGIN:.0f} {2 * MARGIN + LINE:.0f})">'
    top = [f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size}>', f"<title>{_text(shown.title)}</title>"]
    return "\n".join([*top, f"<style>{STYLE}</style>", TIP, GROUND, title, place, *ways, *nodes, "</g>", "</svg>", ""])


# -- words -----------------------------------------------------------------------------------------------------------


def _sized(node: Node) -> _Drawn:
    kind = node.kind if node.kind == LABEL else "end" if node.kind in _ENDS else "step"
    lines = _lines(node.words, COLUMNS[kind])
    if len(lines) > MOST_LINES: lines = [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1]} …"]
    width = max((_width(line) for line in lines), default=0.0)
    height = len(lines) * LINE
    if kind == LABEL: return _Drawn(node=node, lines=lines, width=width, height=height)
    if node.kind == Kind.DECIDE: return _Drawn(node=node, lines=lines, width=width * 1.5 + 60, height=height * 2 + 26)
    width, height = max(width, _width(node.head) * 0.86) + 2 * PADDING, height + 2 * PADDING + LINE * bool(node.head)
    return _Drawn(node=node, lines=lines, width=width, height=height - (10 if kind == "end" else 4))


def _lines(text: str, columns: int) -> list[str]:
    """Words in lines of at most so many letters; a word that is longer is broken."""
    return [line for paragraph in text.splitlines() for line in _wrapped(paragraph.split(), columns)]


def _wrapped(words: Sequence[str], columns: int) -> Iterator[str]:
    line = ""
    for word in (piece for one in words for piece in _pieces(one, columns)):
        if line and _letters(f"{line} {word}") > columns:
            yield line
            line = ""
        line = f"{line} {word}" if line else word
    if line: yield line


def _pieces(word: str, columns: int) -> Iterator[str]:
    piece = ""
    for letter in word:
        if _letters(piece + letter) > columns:
            yield piece
            piece = ""
        piece += letter
    yield piece


def _letters(text: str) -> int:
    """How wide a text is, in Latin letters: Chinese ones and pictures are as wide as two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _width(text: str) -> float:
    return _letters(text) * LETTER


def _text(text: str) -> str:
    return escape(_UNWRITABLE.sub("\ufffd", text))


# -- shapes ----------------------------------------------------------------------------------------------------------


def _node(box: _Drawn, at: Point) -> Iterator[str]:
    """A node's shape and words."""
    if box.node.kind == LABEL and not box.lines: return
    yield f'<g class="{box.node.kind}">'
    if box.node.kind != LABEL:
        yield f"<title>{_text(box.node.words)}</title>"
        yield from _shape(box, at)
    rows = [*([("head", box.node.head)] if box.node.head else []), *(("", line) for line in box.lines)]
    top = at[1] - len(rows) * LINE / 2 + LINE * 0.75
    for number, (kind, words) in enumerate(rows):
        style = f' class="{kind}"' if kind else ""
        place = f'x="{at[0]:.1f}" y="{top + number * LINE:.1f}"'
        yield f'<text{style} {place} text-anchor="middle">{_text(words)}</text>'
    yield "</g>"


def _shape(box: _Drawn, at: Point) -> Iterator[str]:
    (x, y), width, height = at, box.width, box.height
    left, top = x - width / 2, y - height / 2
    if box.node.kind == Kind.DECIDE:
        points = ((x, top), (left + width, y), (x, top + height), (left, y))
        yield f'<polygon class="shape" points="{" ".join(f"{a:.1f},{b:.1f}" for a, b in points)}"/>'
        return
    round_ = height / 2 if box.node.kind in (*_ENDS, Kind.WAIT) else 5
    place = f'x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}"'
    yield f'<rect class="shape" {place} rx="{min(round_, 22):.1f}"/>'
    if box.node.kind in (Kind.ACTION, Kind.RECIPE):
        for side in (left + 5, left + width - 5):
            yield f'<path class="shape" d="M{side:.1f},{top:.1f} v{height:.1f}"/>'


def _way(route: Sequence[Point], *, tip: bool) -> str:
    """A way as a curve that leaves and arrives upright."""
    (x, y), *rest = route
    path = f"M{x:.1f},{y:.1f}"
    for to_x, to_y in rest:
        middle = (y + to_y) / 2
        straight = abs(to_x - x) < 1
        path += f" L{to_x:.1f},{to_y:.1f}" if straight else (
            f" C{x:.1f},{middle:.1f} {to_x:.1f},{middle:.1f} {to_x:.1f},{to_y:.1f}"
        )
        x, y = to_x, to_y
    end = ' marker-end="url(#tip)"' if tip else ""
    return f'<path class="way" d="{path}"{end}/>'

