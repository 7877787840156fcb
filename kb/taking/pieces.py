"""What came of a set of files, ready to be saved."""

from dataclasses import dataclass, field

from core.files import Problem
from kb.files import Picture
from kb.writing import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One item to be saved: the file (and chapter) that it came from, the hash of that file, the pictures it shows.

    `loses` says that the file has more than the item, and would lose it if it were written anew.
    """

    path: str
    draft: Draft
    hash: str
    pictures: tuple[Picture, ...] = ()
    loses: bool = False


@dataclass(slots=True, kw_only=True)
class Gathered:
    """What came of the files: items, what was left out and why, and what else is to be told."""

    pieces: list[Piece] = field(default_factory=list)
    left: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    files: int = 0
