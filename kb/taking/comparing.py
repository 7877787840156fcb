"""Three ways: what a file was, what it is, and what Firstline has; and what is to be done about it. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Turn(StrEnum):
    """What becomes of one file and its item."""

    SAME = "same"
    NOTE = "note"  # equal, and not known to be so yet: remembered
    PUBLISH = "publish"  # the file was changed, or is new
    WRITE = "write"  # Firstline was changed, or the item is new
    CONFLICT = "conflict"  # both were
    GONE = "gone"  # the file is no longer there
    RETIRED = "retired"  # the item is no longer published


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """A file and its item. `known` is the file's hash at the last sync, and `at` the revision then; empty and 0: never.

    `file` is its hash now, empty where it is gone; `revision` the newest, 0 where there is none, `live` whether it is
    published; `equal` says that the item's text is what the file would become.
    """

    known: str = ""
    at: int = 0
    file: str = ""
    revision: int = 0
    live: bool = False
    equal: bool = False


def turn(sides: Sides) -> Turn:
    """What is to be done: a side that did not change follows the other one."""
    if not sides.at: return _first(sides)
    file, item = sides.file != sides.known, sides.revision != sides.at or not sides.live
    if not sides.file: return _gone(sides)
    if sides.live and sides.equal: return Turn.NOTE if file or item else Turn.SAME
    if file and item: return Turn.CONFLICT
    if file: return Turn.PUBLISH
    if not item: return Turn.SAME
    return Turn.WRITE if sides.live else Turn.RETIRED


def _first(sides: Sides) -> Turn:
    if not sides.file: return Turn.WRITE if sides.live else Turn.SAME
    if not sides.revision: return Turn.PUBLISH
    return Turn.NOTE if sides.live and sides.equal else Turn.CONFLICT


def _gone(sides: Sides) -> Turn:
    if not sides.live: return Turn.SAME
    return Turn.GONE if sides.revision == sides.at else Turn.CONFLICT
