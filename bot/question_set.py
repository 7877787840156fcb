"""Question sets: JSON lines of a text and what may answer it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import BadInput
from core.files import UNSTORABLE
from core.jsonlines import read_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One question of a set: what may answer it (kind, slug); nothing when it is to be handed off or is outside."""

    id: str
    text: str
    right: frozenset[tuple[str, str]]
    outside: bool = False


def read_questions(path: Path) -> list[Labelled]:
    """A question set: JSON lines of `id`, `text` and `expect`.

    Raises:
        BadInput: the file or a line of it is wrong; names file and line.
    """
    return [_labelled(where, row) for where, row in read_lines(path)]


def _labelled(where: str, row: dict[str, Any]) -> Labelled:
    name, expect = str(row.get("id", where)), row.get("expect") or {}
    if UNSTORABLE.search(name): raise BadInput(f"{where}: the id has a character that cannot be read.")
    if not isinstance(expect, dict): raise BadInput(f'{where}: "expect" must be an object, such as {{"handoff": true}}')
    right = {(kind, slug) for kind in ("article", "recipe") for slug in _slugs(where, expect, f"{kind}s")}
    return Labelled(id=name, text=row["text"], right=frozenset(right), outside=bool(expect.get("outside")))


def _slugs(where: str, expect: dict[str, Any], name: str) -> list[str]:
    slugs = expect.get(name) or []
    if isinstance(slugs, list) and all(isinstance(slug, str) for slug in slugs): return slugs
    raise BadInput(f'{where}: "{name}" must be a list of slugs.')


def digest(questions: Sequence[Labelled]) -> str:
    """A hash of a question set."""
    rows = [[q.id, q.text, sorted(q.right)] for q in questions]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()
