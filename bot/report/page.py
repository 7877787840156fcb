"""The page of a report. The template escapes everything but our own style and the drawings."""

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import jinja2

from core.errors import BadInput

_FOLDER = Path(__file__).parent
LONGEST = 400  # characters of a text in a table
SHORT = 9  # characters of a cell that stays on one line


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure at the top: its name, its value, and what it means."""

    name: str
    value: str
    means: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A plot with its title and how to read it. `svg` is from `bot.report.plots`, which has escaped its texts."""

    title: str
    svg: str
    says: str
    wide: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of texts below their names; `wrong` tells which rows are marked."""

    title: str
    says: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    wrong: Sequence[bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """All of a report."""

    title: str
    about: str
    tiles: Sequence[Tile]
    plots: Sequence[Plot]
    tables: Sequence[Table]


def must_be_writable(path: Path) -> None:
    """Tell before the work that its result could not be kept.

    Raises:
        BadInput: the folder is not there, the name is no page's, or nothing may be written to the file.
    """
    if not path.parent.is_dir(): raise BadInput(f"{path}: there is no such folder.")
    if path.suffix.lower() not in (".html", ".htm") and not path.is_dir():
        raise BadInput(f"{path}: the report is a page; give it a name that ends in .html.")
    if path.is_dir(): raise BadInput(f"{path}: is a folder; name a file in it.")
    if not os.access(path if path.exists() else path.parent, os.W_OK): raise BadInput(f"{path}: cannot be written.")


def write(path: Path, page: Page) -> None:
    """Write the report, whole or not at all.

    Raises:
        BadInput: it cannot be written.
    """
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        partial.write_text(render(page), encoding="utf-8", errors="replace")
        partial.replace(path)
    except OSError as error:
        with suppress(OSError): partial.unlink()
        raise BadInput(f"{path}: cannot be written ({error.strerror}).") from None


def render(page: Page) -> str:
    """The page as HTML."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    style = (_FOLDER / "page.css").read_text(encoding="utf-8")
    return environment.get_template("page.html").render(page=page, style=style, longest=LONGEST, short=SHORT)


def percent(value: float | None) -> str:
    """A share for reading."""
    return "–" if value is None else f"{value:.1%}"


def number(value: float | None) -> str:
    """A figure for reading."""
    return "–" if value is None else f"{value:.3f}"
