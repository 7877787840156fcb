"""Which file an item came from, and what both were when they were last the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import insert
from kb.tables import ItemRow, SourceRow

LONGEST_FOLDER, LONGEST_PATH = 200, 400  # characters, as the table keeps them
AT_ONCE = 100  # rows in one statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A file below a folder, the hash of its bytes, and the item and revision that it became."""

    folder: str
    path: str
    item: int
    hash: str
    revision: int

    def is_file(self, folder: str, path: str, hash_: str, *, equal: bool) -> bool:
        """Whether it is the same file, seen from its folder or from one above, here or on another machine.

        Folders of other files may be named alike: its bytes, or (`equal`) the text of its item, must be the same too.
        """
        return (equal or self.hash == hash_) and self.may_be(folder, path)

    def may_be(self, folder: str, path: str) -> bool:
        """Whether its path ends as that of another file does, folder's name included."""
        ours, theirs = f"/{_last(self.folder)}/{self.path}", f"/{_last(folder)}/{path}"
        return ours.endswith(theirs) or theirs.endswith(ours)


def _last(folder: str) -> str:
    return folder.rstrip("/").rsplit("/", 1)[-1].removesuffix(".zip")


def folder_key(source: Path) -> str:
    """How a folder is named in the table."""
    return str(source.resolve())[-LONGEST_FOLDER:]


def path_key(path: str) -> str:
    """How a file's path below its folder is named in the table."""
    return path[-LONGEST_PATH:]


def origins(session: Session, slugs: Iterable[str] | None = None) -> dict[int, list[Origin]]:
    """The files of every item by its id, or of those with some slugs."""
    query = select(SourceRow)
    if slugs is not None:
        query = query.join(ItemRow, ItemRow.id == SourceRow.item_id).where(ItemRow.slug.in_(list(slugs)))
    found: dict[int, list[Origin]] = {}
    for row in session.scalars(query): found.setdefault(row.item_id, []).append(_origin(row))
    return found


def remember(session: Session, kept: Iterable[Origin], now: datetime) -> None:
    """Note what files and items are now, in the caller's transaction."""
    rows = [
        {"folder": one.folder, "path": path_key(one.path), "item_id": one.item, "hash": one.hash,
         "revision": one.revision, "synced_at": now}
        for one in kept
    ]  # fmt: skip
    for start in range(0, len(rows), AT_ONCE):
        added = insert(session, SourceRow).values(rows[start : start + AT_ONCE])
        new = {name: added.excluded[name] for name in ("item_id", "hash", "revision", "synced_at")}
        session.execute(added.on_conflict_do_update(index_elements=["folder", "path"], set_=new))


def _origin(row: SourceRow) -> Origin:
    return Origin(folder=row.folder, path=row.path, item=row.item_id, hash=row.hash, revision=row.revision)
