"""Several requests in one message: where one could end and the next begin, and which of those ends are real. Pure.

A message is cut at lists, at words such as "also" or "btw", and between two sentences that both ask for something.
Whether the pieces are matters of their own is for whoever understands them to say; what says nothing by itself
belongs to the piece before it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

MOST = 3  # replies to one message; more than that nobody reads
PIECES = 8  # pieces that are looked at; a longer list is a story or a form
FEWEST_WORDS = 3  # a piece with fewer says nothing by itself

_ITEM = re.compile(r"^[ \t]*(?:\(?\d{1,2}[.)]|[-*•]|[a-d]\))[ \t]+(?=\S)", re.MULTILINE)
_INLINE = re.compile(r"(?:^|(?<=[\s:;,.]))\(?([1-9])[.)]\s+(?=[^\W\d])")
_TURN = re.compile(
    r"(?:(?:^|[.!?;,:\n-] ?|\s(?=and )|\s(?=oh ))(?:and |but |oh,? (?:and )?)?"
    r"(?:also|another (?:thing|question|issue|request)|one more (?:thing|question)|one other thing"
    r"|second(?:ly)?(?=[,:])|second (?:thing|question|issue)|finally(?=[,:])|last(?:ly)?(?=[,:])"
    r"|on another note|separately|unrelated(?:ly)?"
    r"|p\.?\s?s\.?|additionally|in addition|(?:and )?while i'm (?:here|at it)|different (?:topic|question))"
    r"|[.!?;,:-]?\s(?:and )?(?:btw|by the way|oh,? and)|^(?:btw|by the way))\b[\s:,.-]*(?:is that )?",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=\S)|\n+")
_ASKS = re.compile(
    r"\?|\b(?:how (?:do|can|to)|can (?:i|you|we|someone|somebody)|could (?:i|you|we|someone)"
    r"|(?:i|we) (?:also )?(?:need|want|would like)"
    r"|i'd like|please|pls|where (?:do|can|is)|who (?:do|can|is)|what (?:is|do)|is there|order|request"
    r"|(?:doesn'?t|don'?t|won'?t|can'?t|cannot|not|stopped|keeps|fails|failed|broken|crashe?s|drops|freezes|lost|locked"
    r"|error))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a message; `marked` when its writer said that another matter begins with it."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a piece is about, if it says so by itself: the item that answers it, or else its kind; its category.

    `broken` is whether something does not work.
    """

    about: str
    category: str
    broken: bool = False


def pieces(text: str) -> list[Piece]:
    """The stretches of a cleaned message that may be requests of their own; one when there is nothing to cut at."""
    plain = "\n".join(line for row in text.splitlines() if (line := " ".join(row.split())))
    cut = _listed(plain) or _turned(plain)
    found = _joined([piece for piece in cut if piece.text])
    return found if 1 < len(found) <= PIECES else [Piece(text=text)]


def _listed(text: str) -> list[Piece]:
    """The items of a list, with what stands before it as the beginning of the first."""
    starts = [m.span() for m in _ITEM.finditer(text)]
    if len(starts) < 2: starts = _counted(text)  # noqa: PLR2004 - a list has two
    if len(starts) < 2: return []  # noqa: PLR2004 - the same
    ends = [start for start, _ in starts[1:]] + [len(text)]
    before = Piece(text=_tidy(text[: starts[0][0]]))
    return [before, *(Piece(text=_tidy(text[a:b]), marked=True) for (_, a), b in zip(starts, ends, strict=True))]


def _counted(text: str) -> list[tuple[int, int]]:
    """Where 1), 2), 3) stand in running text."""
    found: list[tuple[int, int]] = []
    for match in _INLINE.finditer(text):
        if int(match[1]) == len(found) + 1: found.append(match.span())
    return found


def _turned(text: str) -> list[Piece]:
    """Stretches between turns of phrase; inside one, sentences that both ask are pieces, too."""
    found: list[Piece] = []
    start, marked = 0, False
    for turn in [*_TURN.finditer(text), None]:
        stretch = _sentences(text[start : _end(text, turn) if turn else None])
        found += [Piece(text=stretch[0], marked=marked), *(Piece(text=one) for one in stretch[1:])] if stretch else []
        if turn: start, marked = turn.end(), True
    return found


def _end(text: str, turn: re.Match[str]) -> int:
    """Where the words before a turn end, with their full stop."""
    return turn.start() + (text[turn.start()] in ".!?")


def _sentences(text: str) -> list[str]:
    """Sentences, each with those after it that ask for nothing."""
    found: list[str] = []
    for sentence in filter(None, map(_tidy, _SENTENCE.split(text))):
        if found and not (_ASKS.search(sentence) and _ASKS.search(found[-1])): found[-1] = f"{found[-1]} {sentence}"
        else: found.append(sentence)
    return found


def _joined(found: Sequence[Piece]) -> list[Piece]:
    """Pieces of a few words stay with the one before them; at the beginning, with the one after."""
    kept: list[Piece] = []
    for piece in found:
        short = bool(kept) and min(len(kept[-1].text.split()) if len(kept) == 1 else 99, len(piece.text.split()))
        if kept and short < FEWEST_WORDS: kept[-1] = Piece(text=f"{kept[-1].text} {piece.text}", marked=kept[-1].marked)
        else: kept.append(piece)
    return kept


def _tidy(text: str) -> str:
    return " ".join(text.split()).strip(" ,;:-")


def grouped(found: Sequence[Piece], matters: Sequence[Matter | None]) -> list[Piece]:
    """Pieces put together to requests: what has no matter of its own, or the same as one before, belongs to that.

    Two pieces of one category need a word between them that says "another matter"; two faults of one category are
    one fault, told with its details, and "also a keyboard" goes on with what was asked for before.
    """
    kept: list[tuple[Piece, Matter | None]] = []
    for piece, matter in zip(found, matters, strict=True):
        last = next((m for _, m in reversed(kept) if m), None)
        if kept and (matter is None or (last and _same(piece, matter, last))):
            text = f"{kept[-1][0].text} {piece.text}"
            kept[-1] = Piece(text=text, marked=kept[-1][0].marked), kept[-1][1]
        elif kept and last is None: kept = [(Piece(text=f"{kept[-1][0].text} {piece.text}"), matter)]
        else: kept.append((piece, matter))
    return [piece for piece, _ in kept]


def _same(piece: Piece, matter: Matter, last: Matter) -> bool:
    details = not piece.marked or (matter.broken and last.broken) or not _ASKS.search(piece.text)
    return matter.about == last.about or (matter.category == last.category and details)


def at_most(found: Sequence[str]) -> list[str]:
    """`MOST` requests at most; the last one holds all that is left."""
    return [*found[: MOST - 1], " ".join(found[MOST - 1 :])] if len(found) > MOST else list(found)
