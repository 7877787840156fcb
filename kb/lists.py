"""The company's lists that recipes let people choose from: printers, rooms, laptops. `data/lists.yaml`."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter

from core.content import load, read_as
from core.files import Problem

Entry = Annotated[str, Field(min_length=1, max_length=75)]  # what a Slack menu takes
_LISTS = TypeAdapter(dict[str, Annotated[list[Entry], Field(min_length=1, max_length=2_000)]])


def read_lists(file: str, text: str) -> dict[str, list[str]] | list[Problem]:
    """Lists by their names, or what is wrong with the file, line by line."""
    return read_as(file, text, _LISTS.validate_python, empty={}, words=True)


def load_lists(path: Path) -> dict[str, list[str]]:
    """The lists of a file; none where there is no such file. Its errors are those of `core.content.load`."""
    return load(path, read_lists, dict)
