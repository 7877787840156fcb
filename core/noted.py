"""The newest seal of the history, kept in a file: whoever can write to the database alone cannot change it there.

The file has one line for each time, `when place hash`; the last one counts. It is cut when it gets long.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core import private
from core.errors import ConfigProblem

FILE = "seals.txt"  # in the state folder
LONGEST, KEPT = 1_000, 200  # lines; a line is about 105 bytes long
LENGTH = 64  # of a hash in hex


@dataclass(frozen=True, slots=True)
class Known:
    """A seal: its place in the chain, counted from 1, and its hash in hex."""

    place: int
    hash: str


def read(file: Path) -> Known | None:
    """The newest seal that was kept; None if there is no file.

    Raises:
        ConfigProblem: the file's last line is not as it was written, or it cannot be read.
    """
    try:
        _, place, found = file.read_text(encoding="ascii").splitlines()[-1].split(" ")
        if place.isdecimal() and len(found) == LENGTH: return Known(int(place), found)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, IndexError):
        pass
    raise ConfigProblem([f"{file}: the newest seal of the history cannot be read there; docs/security.md tells more."])


def keep(file: Path, known: Known, at: datetime) -> None:
    """Write a seal below the others, all of the line or none of it."""
    lines = file.read_text(encoding="ascii").splitlines() if file.exists() else []
    if len(lines) >= LONGEST: lines = lines[-KEPT:]
    text = "".join(f"{line}\n" for line in [*lines, f"{at.isoformat()} {known.place} {known.hash}"])
    partial = file.with_name(f"{file.name}.{os.getpid()}.partial")
    private.file(partial)
    partial.write_text(text, encoding="ascii")
    partial.replace(file)
