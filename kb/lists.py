"""The company's lists that recipes let people choose from: printers, rooms, laptops. `data/lists.yaml`."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from core.errors import ConfigProblem
from core.files import Problem, read_yaml

Entry = Annotated[str, Field(min_length=1, max_length=75)]  # what a Slack menu takes
_LISTS = TypeAdapter(dict[str, Annotated[list[Entry], Field(min_length=1, max_length=2_000)]])


def read_lists(file: str, text: str) -> dict[str, list[str]] | list[Problem]:
    """Lists by their names, or what is wrong with the file, line by line."""
    document = read_yaml(file, text, words=True)
    if isinstance(document, Problem): return [document]
    try:
        return _LISTS.validate_python({} if document.data is None else document.data)
    except ValidationError as error:
        return document.problems(file, error)


def load_lists(path: Path) -> dict[str, list[str]]:
    """The lists of a file; none where there is no such file.

    Raises:
        ConfigProblem: a line for everything that is wrong with it.
    """
    try:
        found = read_lists(path.name, path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigProblem([f"{path}: cannot be read ({error})."]) from None
    if isinstance(found, list): raise ConfigProblem([str(problem) for problem in found])
    return found
