"""What changed from one text to the next, line by line. Pure."""

import difflib


def lines(old: str, new: str) -> list[str]:
    """The lines that went (`- `) and came (`+ `), with a line around them; none where the texts are equal."""
    found = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=1)
    return [_row(line) for line in list(found)[2:]]


def counts(old: str, new: str) -> tuple[int, int]:
    """How many lines came, and how many went."""
    found = lines(old, new)
    return sum(line.startswith("+ ") for line in found), sum(line.startswith("- ") for line in found)


def _row(line: str) -> str:
    return "…" if line.startswith("@@") else f"{line[:1]} {line[1:]}"
