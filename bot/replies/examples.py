"""Replies to learn from: JSON lines of a text, the step that it was said at, its choices, and what it means."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.replies.meanings import Asked, Choice, Command
from core.errors import BadInput
from core.jsonlines import read_lines

ASIDE, UNCLEAR = "aside", "unclear"
NAMED = frozenset({ASIDE, UNCLEAR, *map(str, Command)})
MOST_CHOICES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A reply and what it means: the place of a choice, or one of `NAMED`."""

    text: str
    asked: Asked
    meaning: int | str

    @property
    def row(self) -> int:
        """Its place among the model's outcomes: the choices, a question in between, neither."""
        if isinstance(self.meaning, int): return self.meaning
        return len(self.asked.choices) + (self.meaning != ASIDE)


def read_examples(path: Path) -> list[Example]:
    """A file of replies; in it, a choice is counted from 1.

    Raises:
        BadInput: the file or a line of it is wrong; names file and line.
    """
    return [_example(where, row) for where, row in read_lines(path)]


def _example(where: str, row: dict[str, Any]) -> Example:
    step, choices, meaning = row.get("step"), row.get("choices"), row.get("meaning")
    if not isinstance(step, str) or not step.strip():
        raise BadInput(f'{where}: needs a "step", the text that was replied to.')
    if not isinstance(choices, list) or not 0 < len(choices) <= MOST_CHOICES:
        raise BadInput(f'{where}: needs "choices", a list of 1 to {MOST_CHOICES}.')
    asked = Asked(say=step, choices=tuple(_choice(where, choice) for choice in choices))
    if isinstance(meaning, str) and meaning in NAMED: return Example(text=row["text"], asked=asked, meaning=meaning)
    if isinstance(meaning, int) and 1 <= meaning <= len(choices):
        return Example(text=row["text"], asked=asked, meaning=meaning - 1)
    raise BadInput(f'{where}: "meaning" must be the number of a choice, or one of {", ".join(sorted(NAMED))}.')


def _choice(where: str, row: Any) -> Choice:
    label, words = (row.get("label"), row.get("words", [])) if isinstance(row, dict) else (row, [])
    if isinstance(label, str) and label.strip() and isinstance(words, list) and all(isinstance(w, str) for w in words):
        return Choice(label=label, words=tuple(words))
    raise BadInput(f'{where}: a choice is a label, or {{"label": ..., "words": [...]}}.')


def digest(examples: Sequence[Example]) -> str:
    """A hash of examples."""
    rows = [
        [one.text, one.asked.say, [[choice.label, *choice.words] for choice in one.asked.choices], one.meaning]
        for one in examples
    ]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()
