"""The words of a language: those that a sentence encoder's tokenizer knows as a whole."""

import json
import re
from pathlib import Path

_BEGINS = re.compile(r"[▁Ġ]?([^\W\d_]{2,})")  # a piece that begins a word; inner pieces begin with ## or with nothing


def real_words(folder: Path) -> frozenset[str]:
    """The whole words, in lower case, that the model in a folder knows; none when its tokenizer keeps no list.

    A common word is in it even when no article uses it, so that it is never taken for a typo.
    """
    try:
        vocabulary = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()
    pieces = list(vocabulary) if isinstance(vocabulary, dict) else [str(pair[0]) for pair in vocabulary]
    marked = any(piece.startswith(("▁", "Ġ")) for piece in pieces)
    whole = [match[1] for piece in pieces if (match := _BEGINS.fullmatch(piece)) and (not marked or match[1] != piece)]
    return frozenset(map(str.lower, whole))
