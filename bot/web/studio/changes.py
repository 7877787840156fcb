"""What changed between two texts, line by line. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

AROUND = 3  # lines that are shown before and after a change
LONG = 1_000  # lines; in longer texts, lines that come again and again are no landmarks: comparing them takes minutes
SIGNS = {"same": " ", "gone": "−", "new": "+"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: the same in both, gone or new, with its number in each text (0: not there). A gap has `left` out."""

    how: str
    before: int = 0
    after: int = 0
    text: str = ""
    left: int = 0

    @property
    def sign(self) -> str:
        """What stands before it, for whoever sees no colours."""
        return SIGNS.get(self.how, "")


def changes(before: str, after: str) -> list[Row]:
    """The changed lines from one text to another, with a few lines around them; nothing when the texts are equal."""
    if before == after: return []
    if before.endswith("\n") and after.endswith("\n"): before, after = before[:-1], after[:-1]
    old, new = before.split("\n"), after.split("\n")
    found, junk = list[Row](), max(len(old), len(new)) > LONG
    for how, a, b, c, d in SequenceMatcher(None, old, new, autojunk=junk).get_opcodes():
        if how == "equal":
            found += _same(old, range(a, b), c - a, first=a == 0, last=b == len(old))
            continue
        found += [Row(how="gone", before=n + 1, text=old[n]) for n in range(a, b)]
        found += [Row(how="new", after=n + 1, text=new[n]) for n in range(c, d)]
    return found


def _same(old: Sequence[str], where: range, shift: int, *, first: bool, last: bool) -> list[Row]:
    rows = [Row(how="same", before=n + 1, after=n + 1 + shift, text=old[n]) for n in where]
    head, tail = (0 if first else AROUND), (0 if last else AROUND)
    left = len(rows) - head - tail
    if left <= 1: return rows
    return [*rows[:head], Row(how="gap", left=left), *(rows[-tail:] if tail else [])]
