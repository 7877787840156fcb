"""Whether a file may become what is published: nobody's words are overwritten without being asked."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Ruling(StrEnum):
    """What becomes of one file."""

    PUBLISH = "publish"
    SAME = "same"
    EDITED = "edited"  # in Firstline alone: that stays
    CONFLICT = "conflict"  # in Firstline and in the file
    CLASH = "clash"  # the name belongs to something else
    RETIRED = "retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What there is of an item.

    `revision` 0: nothing yet; `hash` is that of its text. `file` and `at` are the file's hash and the item's revision
    when it last came from this file (at 0: never). `elsewhere` is another file that it came from; `imported` says that
    its newest revision came from a file.
    """

    revision: int
    live: bool
    hash: str
    file: str = ""
    at: int = 0
    elsewhere: str = ""
    imported: bool = False
    by: str = ""
    when: datetime | None = None


def ruled(standing: Standing, text: str, file: str) -> Ruling:
    """What becomes of a file with the hash `file`, whose item would have a text of the hash `text`."""
    if not standing.revision: return Ruling.PUBLISH
    if standing.live and standing.hash == text: return Ruling.SAME
    if not standing.at: return Ruling.PUBLISH if _free(standing) else Ruling.CLASH
    if not standing.live: return Ruling.RETIRED
    if standing.revision == standing.at: return Ruling.PUBLISH
    return Ruling.EDITED if standing.file == file else Ruling.CONFLICT


def _free(standing: Standing) -> bool:
    """An import of long ago, of which no file is known, may be imported again."""
    return standing.live and standing.imported and not standing.elsewhere
