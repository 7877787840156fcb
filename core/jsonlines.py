"""Files of JSON lines, each an object with a `text`: labelled messages, question sets."""

import json
from pathlib import Path
from typing import Any

from core.errors import BadInput
from core.files import UNSTORABLE


def read_lines(path: Path) -> list[tuple[str, dict[str, Any]]]:
    """The objects of a file, each with where it stands (`name.jsonl:12`); empty lines are passed over.

    Raises:
        BadInput: the file cannot be read or has no line, or a line of it is no object with a `text`.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")  # JSON allows other line separators within a text
    except OSError as error:
        raise BadInput(f"{path}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path}: cannot be read; save it as UTF-8.") from None
    rows = [(f"{path.name}:{n}", line) for n, line in enumerate(lines, 1) if line.strip()]
    if not rows: raise BadInput(f"{path}: there is nothing in it.")
    return [(where, _object(where, line)) for where, line in rows]


def _object(where: str, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{where}: not JSON ({error}).") from None
    text = row.get("text") if isinstance(row, dict) else None
    if not isinstance(text, str) or not text.strip(): raise BadInput(f'{where}: needs a "text".')
    if UNSTORABLE.search(text): raise BadInput(f"{where}: the text has a character that cannot be read.")
    return dict(row)
