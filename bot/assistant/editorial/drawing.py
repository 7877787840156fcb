"""Who takes whose questions, as an SVG picture that reads on light and on dark. Pure: collisions in, text out.

The items stand in a column, those that meet beside each other; an arc leads from the item whose question it is to the
one that answers it. The two colours are near the vermilion and the blue of Okabe and Ito's palette (2008), which people
tell apart however they see colours; the arcs differ by their dashes as well.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from unicodedata import east_asian_width

from bot.assistant.editorial.colliding import Collision, Collisions
from kb.index import Item

MOST_PAIRS = 30  # drawn; the table has them all
ROW, APART = 30.0, 22.0  # pixels from item to item, and between groups
LABELS, TOP, MARGIN = 430.0, 118.0, 24.0  # pixels: the width of the names, where the first item stands, around it all
LETTERS = 52  # of a name; all of it is its tooltip
NEAREST, FARTHEST = 54.0, 330.0  # pixels to the right that an arc reaches
WIDE, WIDER, WIDEST = 1.6, 0.9, 6.0  # pixels of an arc: of one question, of each more, at the most
TOLD = 5  # pairs in the words for those who do not see the picture
STYLE = """
svg { --ground: #ffffff; --ink: #1d1c1d; --soft: #55545a; --group: #f3f4f7; --taken: #c24e00; --close: #0072b2; }
@media (prefers-color-scheme: dark) { svg { --ground: #1a1d21; --ink: #e8e8e8; --soft: #b4b7bd; --group: #24282e;
  --taken: #f0935a; --close: #56b4e9; } }
text { font: 13px system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; fill: var(--ink); }
.head { font-size: 20px; font-weight: 600; } .soft { fill: var(--soft); } .ground { fill: var(--ground); }
.group { fill: var(--group); } .mark { fill: var(--ink); } .arc { fill: none; }
.taken .arc { stroke: var(--taken); } .close .arc { stroke: var(--close); stroke-dasharray: 6 4; }
.taken text { fill: var(--taken); font-weight: 600; } .close text { fill: var(--close); font-weight: 600; }
.count { paint-order: stroke; stroke: var(--group); stroke-width: 5px; }
#tip-taken path { fill: var(--taken); } #tip-close path { fill: var(--close); }
"""
TIPS = "<defs>" + "".join(
    f'<marker id="tip-{kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="11" markerHeight="11" orient="auto" '
    'markerUnits="userSpaceOnUse"><path d="M0,0 L10,5 L0,10 z"/></marker>' for kind in ("taken", "close")
) + "</defs>"
HEAD = "Whose questions others answer"
NONE = "No article or recipe comes close to another one's questions."
TAKEN_LEGEND = "the other one answers a question of this one"
CLOSE_LEGEND = "the other one comes so close that Firstline may show either"
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML


def drawn(found: Collisions) -> str:
    """The picture as one SVG file."""
    pairs = found.pairs[:MOST_PAIRS]
    groups = grouped(pairs)
    places = _places(groups)
    width = MARGIN * 2 + LABELS + FARTHEST + 40
    height = max((y for y in places.values()), default=TOP) + ROW + MARGIN * 2
    size = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    left = len(found.pairs) - len(pairs)
    foot = [_words(MARGIN, height - MARGIN / 2, f"{left} more pairs are in the table.", "soft")] if left else []
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="map-title map-words" {size}>',
        f'<title id="map-title">{_text(HEAD)}</title>', f'<desc id="map-words">{_text(told(found))}</desc>',
        f"<style>{STYLE}</style>", TIPS, '<rect class="ground" width="100%" height="100%"/>', *_legend(found),
        *_ground(groups, places, width), *(part for pair in pairs for part in _arc(pair, places)),
        *(part for group in groups for item in group for part in _item(item, places[item.id])), *foot, "</svg>", "",
    ])


def told(found: Collisions) -> str:
    """The same in words, for those who do not see it."""
    if not found.pairs: return NONE
    rows = [f"{pair.second.title} with {count(pair)} of {pair.first.title}" for pair in found.pairs[:TOLD]]
    more = f"; and {len(found.pairs) - TOLD} more pairs" if len(found.pairs) > TOLD else ""
    return f"These meet: {'; '.join(rows)}{more}. The table next to this picture has every question."


def count(pair: Collision) -> str:
    """How many questions it is about, and how many of them are taken."""
    number = len(pair.questions)
    said = "1 question" if number == 1 else f"{number} questions"
    return f"{said}, {pair.taken} of them taken" if pair.taken else said


def grouped(pairs: Sequence[Collision]) -> list[list[Item]]:
    """The items, those that meet together, the worst group first; within it each beside those that it meets."""
    items: dict[int, Item] = {}
    beside: dict[int, list[int]] = defaultdict(list)
    for pair in pairs:
        for one, other in ((pair.first, pair.second), (pair.second, pair.first)):
            items[one.id] = one
            beside[one.id].append(other.id)
    groups, seen = [], set[int]()
    for start in items:
        if start in seen: continue
        found = _reached(start, beside)
        seen |= set(found)
        groups.append([items[number] for number in found])
    return groups


# -- inside --------------------------------------------------------------------------------------------------------


def _reached(start: int, beside: Mapping[int, Sequence[int]]) -> list[int]:
    """Everything that one meets, and that meets these: each as near as may be to the one that led to it."""
    found, waiting = list[int](), [start]
    while waiting:
        one = waiting.pop()
        if one in found: continue
        found.append(one)
        waiting += sorted((n for n in beside[one] if n not in found), key=lambda n: (len(beside[n]), n), reverse=True)
    return found


def _places(groups: Sequence[Sequence[Item]]) -> dict[int, float]:
    places, y = dict[int, float](), TOP
    for group in groups:
        for item in group:
            places[item.id] = y
            y += ROW
        y += APART
    return places


def _legend(found: Collisions) -> Iterator[str]:
    tried = f"Tried: {found.names:,} titles, aliases and triggers, and the newest {found.asked:,} questions."
    yield _words(MARGIN, MARGIN + 14, HEAD, "head")
    yield _words(MARGIN, MARGIN + 36, NONE if not found.pairs else tried, "soft")
    if not found.pairs: return
    rows = (("taken", MARGIN, TAKEN_LEGEND), ("close", MARGIN + 350, CLOSE_LEGEND))
    for kind, x, words in rows:
        y = MARGIN + 54
        line = f'<path class="arc" stroke-width="2.5" d="M{x:.0f},{y:.0f} h34" marker-end="url(#tip-{kind})"/>'
        yield f'<g class="{kind}">{line}</g>'
        yield _words(x + 42, y + 4, words, "soft")


def _ground(groups: Sequence[Sequence[Item]], places: Mapping[int, float], width: float) -> Iterator[str]:
    for group in groups:
        top = places[group[0].id] - ROW / 2
        size = f'x="{MARGIN / 2:.0f}" y="{top:.0f}" width="{width - MARGIN:.0f}" height="{ROW * len(group):.0f}"'
        yield f'<rect class="group" rx="8" {size}/>'


def _item(item: Item, y: float) -> Iterator[str]:
    """Its name, and a dot for an article or a square for a recipe."""
    x = MARGIN + LABELS
    yield f"<g><title>{_text(f'{item.title} ({item.kind} {item.slug})')}</title>"
    yield f'<text x="{x - 14:.0f}" y="{y + 4:.0f}" text-anchor="end">{_text(_clipped(item.title))}</text>'
    square = f'<rect class="mark" x="{x - 5:.0f}" y="{y - 5:.0f}" width="10" height="10"/>'
    yield square if item.kind == "recipe" else f'<circle class="mark" cx="{x:.0f}" cy="{y:.0f}" r="5"/>'
    yield "</g>"


def _arc(pair: Collision, places: Mapping[int, float]) -> Iterator[str]:
    """From the item whose questions they are to the one that answers them; upwards it reaches further out."""
    x, start, end = MARGIN + LABELS + 8, places[pair.first.id], places[pair.second.id]
    reach = min(FARTHEST, NEAREST + 0.9 * abs(end - start)) + (16 if end < start else 0)
    kind, number = ("taken" if pair.taken else "close"), len(pair.questions)
    thick = min(WIDEST, WIDE + WIDER * (number - 1))
    down = 3 if end > start else -3  # where it leaves and arrives, so that two that meet in both ways stay apart
    far = f"{x + reach:.0f},{start:.1f} {x + reach:.0f},{end:.1f}"
    route = f"M{x:.0f},{start + down:.1f} C{far} {x + 3:.0f},{end - down:.1f}"
    yield f'<g class="{kind}"><title>{_text(_tip(pair))}</title>'
    yield f'<path class="arc" stroke-width="{thick:.1f}" d="{route}" marker-end="url(#tip-{kind})"/>'
    yield f'<text class="count" x="{x + reach * 0.75 + 5:.0f}" y="{(start + end) / 2 + 4:.0f}">{number}</text></g>'


def _tip(pair: Collision) -> str:
    asked = "\n".join(f"{'taken: ' if one.taken else ''}{one.text}" for one in pair.questions)
    return f"{pair.second.title} meets {count(pair)} of {pair.first.title}:\n{asked}"


def _words(x: float, y: float, words: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.0f}" y="{y:.0f}">{_text(words)}</text>'


def _clipped(text: str) -> str:
    """A name that fits; letters that are twice as wide count twice."""
    wide, kept = 0, ""
    for letter in text:
        wide += 2 if east_asian_width(letter) in "WF" else 1
        if wide > LETTERS: return f"{kept[: -1].rstrip()}…"
        kept += letter
    return kept


def _text(text: str) -> str:
    return escape(UNWRITABLE.sub("�", text))
