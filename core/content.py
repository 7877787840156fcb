"""Reading a content file of the company: checked whole, with the line of whatever is wrong."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from core.errors import ConfigProblem
from core.files import Problem, read_yaml

T = TypeVar("T")


def read_as(
    file: str, text: str, check: Callable[[Any], T], *, empty: object = None, words: bool = False
) -> T | list[Problem]:
    """What YAML text is after a pydantic `check`, or everything that is wrong with it.

    `empty` is what an empty file stands for, `words` is that of `read_yaml`.
    """
    document = read_yaml(file, text, words=words)
    if isinstance(document, Problem): return [document]
    try:
        return check(empty if document.data is None else document.data)
    except ValidationError as error:
        return document.problems(file, error)


def load(path: Path, read: Callable[[str, str], T | list[Problem]], missing: Callable[[], T] | None = None) -> T:
    """A file by what reads its name and text; where there is none, what `missing` makes.

    Raises:
        ConfigProblem: a line for everything that is wrong with it, with its line number.
    """
    if missing and not path.exists(): return missing()
    try:
        found = read(path.name, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigProblem([f"{path}: cannot be read ({error})."]) from None
    if isinstance(found, list): raise ConfigProblem([str(problem) for problem in found])
    return found
