"""What a file of any format becomes first: one page of Markdown, with its pictures and what is to be told of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from kb.articles import ARTICLE

MARKDOWN = frozenset({".md", ".markdown"})
RECIPES = frozenset({".yaml", ".yml"})
CONVERTED = frozenset({".html", ".htm", ".docx", ".docm", ".pdf", ".page"})  # by a child process
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"})


class LeftOut(Exception):
    """A file is not taken; the message says why, in words that follow its name."""

    def __init__(self, reason: str, line: int = 1) -> None:
        """Take the reason, and the line that it is about."""
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What an editor said about the files: who may read them, and what they are where they do not say so themselves.

    `audiences` are the known ones; `taken` are the names (slugs) that belong to other articles; `site` is the
    address that links and pictures lead to which are not in the files. Where `guess` is off, a file that names no
    known audience is left out, and not taken for `audience`; `whole` says that a file is one article, however long.
    """

    audience: str = "employees"
    category: str = "other"
    owner: str = ""
    kind: str = ARTICLE
    site: str = ""
    audiences: frozenset[str] = frozenset({"employees", "staff"})
    taken: frozenset[str] = frozenset()
    guess: bool = True
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One file as Markdown.

    `front` is its front matter, `pictures` those inside of the file by the target that `body` has for them, `notes`
    what is to be told; `guides` are the pages of the same set that list this one, `manual` says that its headings may
    be articles of their own. `source` is the whole file where it is Firstline's own, to be taken as it is; `exact`:
    from an export, so that nothing but pictures is written anew. `loses`: the file has more than the page, such as
    another system's marks, so that a file written from the page would lose them.
    """

    path: str
    title: str
    body: str
    front: Mapping[str, Any] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    guides: tuple[str, ...] = ()
    manual: bool = False
    source: str = ""
    exact: bool = False
    loses: bool = False


def suffix(path: str) -> str:
    """The end of a file's name that tells its format, in small letters."""
    return PurePosixPath(path).suffix.lower()


def stem(path: str) -> str:
    """A file's name without folders and without its end."""
    return PurePosixPath(path).stem
