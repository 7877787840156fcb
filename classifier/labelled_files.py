"""Any labelled set of messages, read from a CSV file or JSON lines; what is wrong is named by file and line."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from classifier.examples import FEWEST
from core.errors import BadInput
from core.files import UNSTORABLE

LONGEST = 131_072  # characters of a text, csv's own limit: more is a broken file, not a message
DELIMITERS = ",;\t"
CHOICE = 2  # classes: with fewer there is nothing to choose

Bad = Callable[[str], None]  # told of a row that cannot be used; when it returns, the row is left out
_Columns = tuple[str, str]  # of the text and of the label


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One message, its label, and the line of its file that it begins on."""

    text: str
    label: str
    line: int = field(default=0, compare=False)


def stop(problem: str) -> None:
    """Let no bad row pass.

    Raises:
        BadInput: always.
    """
    raise BadInput(problem)


def read_labelled(path: Path, text_column: str, label_column: str, bad: Bad = stop) -> list[Labelled]:
    """The rows of a CSV file with a header, or of a file of JSON lines.

    Raises:
        BadInput: the file cannot be used, or a row of it and `bad` does not pass over it; names file and line.
    """
    text, columns = _content(path), (text_column, label_column)
    rows = _json_rows(path, text, bad) if _is_json(path, text) else _csv_rows(path, text, columns, bad)
    found = [_labelled(path, line, row, columns, bad) for line, row in rows]
    kept = [row for row in found if row]
    if not kept: raise BadInput(f"{path}: there is no row in it that can be used.")
    return kept


def enough(
    path: Path, rows: Sequence[Labelled], oos_label: str | None, bad: Bad = stop, fewest: int = FEWEST
) -> list[Labelled]:
    """The rows of a training file that can be learnt from: at least `fewest` of each class.

    Raises:
        BadInput: a class has too few and `bad` does not pass over it, or there are fewer than two classes.
    """
    counts = Counter(row.label for row in rows)
    rare = {label for label, count in counts.items() if count < fewest and label != oos_label}
    for row in (row for row in rows if row.label in rare):
        has = f"{_examples(counts[row.label])}; give it at least {fewest}"
        bad(f'{path.name}:{row.line}: label "{_short(row.label)}" has {has}.')
    classes = counts.keys() - rare - {oos_label}
    if len(classes) < CHOICE: raise BadInput(f"{path}: there must be at least two labels to choose from.")
    return [row for row in rows if row.label not in rare]


def known_labels(
    path: Path, rows: Sequence[Labelled], classes: frozenset[str], oos_label: str | None, bad: Bad = stop
) -> list[Labelled]:
    """The rows of a test file whose label can be guessed at all: one of the classes, or out of scope.

    Raises:
        BadInput: a label is neither and `bad` does not pass over it, or no row is left.
    """
    fits = classes | {oos_label}
    hint = "nothing was learnt about it" if oos_label else "if it means out of scope, name it with --oos-label"
    for row in (row for row in rows if row.label not in fits):
        bad(f'{path.name}:{row.line}: label "{_short(row.label)}" is not in the training file; {hint}.')
    kept = [row for row in rows if row.label in fits]
    if not kept: raise BadInput(f"{path}: no label in it is in the training file.")
    return kept


# -- the file ------------------------------------------------------------------------------------------------------


def _content(path: Path) -> str:
    raw = b""
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadInput(f"{path.name}:{line}: not UTF-8; save the file as UTF-8.") from None
    if not text.strip(): raise BadInput(f"{path}: there is nothing in it.")
    return text


def _is_json(path: Path, text: str) -> bool:
    suffix = path.suffix.lower()
    return suffix in (".jsonl", ".ndjson", ".json") or (suffix not in (".csv", ".tsv") and text.lstrip()[0] == "{")


def _json_rows(path: Path, text: str, bad: Bad) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of JSON lines, each with its line."""
    for number, line in enumerate(text.split("\n"), 1):  # JSON allows other line separators within a text
        if not line.strip(): continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            bad(f"{path.name}:{number}: not JSON ({' '.join(str(error).split())[:80]}).")
            continue
        if isinstance(row, dict): yield number, row
        else: bad(f"{path.name}:{number}: needs an object, such as {{...}}, on each line.")


def _csv_rows(path: Path, text: str, columns: _Columns, bad: Bad) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows below the header, each with the line that it begins on."""
    rows = _csv_lists(path, text, columns, bad)
    _, header = next(rows, (1, []))
    names = [name.strip() for name in header]
    for name in columns:
        if name not in names: raise BadInput(f"{path.name}:1: {_no_column(name, names)}")
    for line, row in rows:
        if len(row) == len(names): yield line, dict(zip(names, row, strict=True))
        else: bad(f"{path.name}:{line}: fields: {len(row)}, but the header has {len(names)}.")


def _csv_lists(path: Path, text: str, columns: _Columns, bad: Bad) -> Iterator[tuple[int, list[str]]]:
    reader, line = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, columns), strict=True), 1
    while True:
        try:
            row = next(reader, None)
            if row is None: return
            if row: yield line, row
        except csv.Error as error:
            bad(f"{path.name}:{line}: not CSV ({error}).")
        line = reader.line_num + 1


def _delimiter(text: str, columns: _Columns) -> str:
    """The one that separates the columns in the header; a comma when none does."""
    header = text.lstrip("\r\n").splitlines()[0]
    names = {mark: {name.strip(' "') for name in header.split(mark)} for mark in DELIMITERS}
    return next((mark for mark in DELIMITERS if names[mark].issuperset(columns)), ",")


# -- a row ---------------------------------------------------------------------------------------------------------


def _labelled(path: Path, line: int, row: dict[str, Any], columns: _Columns, bad: Bad) -> Labelled | None:
    problem = _problem(row, columns)
    if problem: bad(f"{path.name}:{line}: {problem}")
    return None if problem else Labelled(text=row[columns[0]], label=str(row[columns[1]]).strip(), line=line)


def _problem(row: dict[str, Any], columns: _Columns) -> str:
    """What is wrong with a row; nothing when it can be used."""
    for name in columns:
        if name not in row: return _no_column(name, list(row))
    text, label = (row[name] for name in columns)
    if not isinstance(text, str): return "the text is no text."  # an empty one is: public sets and mailboxes have some
    if not isinstance(label, str | int) or not str(label).strip(): return "the label is empty."
    if max(len(text), len(str(label))) > LONGEST: return f"is longer than {LONGEST:,} characters."
    if UNSTORABLE.search(f"{text}{label}"): return "has a character that cannot be read."
    return ""


def _no_column(name: str, names: Sequence[str]) -> str:
    return f'there is no column "{_short(name)}"; there is {", ".join(map(_short, names[:20])) or "none"}.'


def _short(name: str) -> str:
    """As much of a name as a line can take."""
    return " ".join(name.split())[:60]


def _examples(count: int) -> str:
    return "only one example" if count == 1 else f"only {count} examples"
