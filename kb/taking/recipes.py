"""Which YAML files are recipes: a folder of documents may hold any."""

from core.files import Document, read_yaml
from kb.taking.decoding import decoded
from kb.taking.pages import LeftOut
from kb.writing import Draft, recipe_draft

MARKS = ("triggers", "steps", "start")  # what a recipe has, and hardly another file has two of


def recipe_of(path: str, data: bytes) -> Draft | None:
    """The recipe in a YAML file; None if it is something else.

    Raises:
        LeftOut: it is one, and something is wrong with it.
    """
    source = _text(data)
    document = read_yaml(path, source)
    if not isinstance(document, Document) or not isinstance(document.data, dict): return None
    if sum(mark in document.data for mark in MARKS) < 2: return None  # noqa: PLR2004 - see MARKS
    made = recipe_draft(path, source)
    if isinstance(made, list): raise LeftOut(made[0].message, made[0].line)
    return made


def _text(data: bytes) -> str:
    """UTF-8 to the byte, so that an export comes back as it went; anything else as it can be read."""
    text, encoding = decoded(data)
    if encoding: return text
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return text
