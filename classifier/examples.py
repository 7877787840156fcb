"""Labelled messages: JSON lines, each with `text` and a label for each head that applies."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifier.labels import HEADS
from core.errors import BadInput
from core.jsonlines import read_lines

LONGEST = 40  # characters of a category: what a ticket keeps of it
FEWEST = 2  # examples of a label; with one there is nothing to test it on


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One message and its labels by head; a head that does not apply is missing."""

    text: str
    labels: dict[str, str]


def read_examples(path: Path) -> list[Example]:
    """The examples of a JSON lines file.

    Raises:
        BadInput: the file cannot be read or a line of it is wrong; names file and line.
    """
    examples = [_example(where, row) for where, row in read_lines(path)]
    _enough(path.name, examples)
    return examples


def _example(where: str, row: dict[str, Any]) -> Example:
    if "intent" not in row: raise BadInput(f'{where}: needs an "intent".')
    return Example(text=row["text"], labels={head: _label(where, head, row[head]) for head in HEADS if head in row})


def _label(where: str, head: str, value: Any) -> str:
    allowed = HEADS[head]
    fits = isinstance(value, str) and (value in allowed if allowed is not None else 0 < len(value) <= LONGEST)
    if not fits:
        choice = f"one of {', '.join(sorted(allowed))}" if allowed else f"a word of up to {LONGEST} characters"
        raise BadInput(f'{where}: "{str(value)[:60]}" is no {head}; it is {choice}.')
    return str(value)


def _enough(name: str, examples: list[Example]) -> None:
    for head in HEADS:
        counts = Counter(example.labels[head] for example in examples if head in example.labels)
        for label, count in sorted(counts.items()):
            if count >= FEWEST: continue
            raise BadInput(f'{name}: {head} "{label}" has only {count} example; give it at least {FEWEST}.')
        if len(counts) < 2: raise BadInput(f"{name}: {head} needs at least two labels.")  # noqa: PLR2004 - a choice needs two


def digest(examples: list[Example]) -> str:
    """A hash of examples: equal data, equal hash."""
    rows = [[example.text, sorted(example.labels.items())] for example in examples]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
