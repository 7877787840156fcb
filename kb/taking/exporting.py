"""Writes every published item as a file, so that an import of them is the same to the byte."""

import json
import zipfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from core.db import Database
from core.errors import BadInput
from kb import files
from kb.loading import published
from kb.tables import RETIRED, ItemRow, RevisionRow
from kb.taking.layout import EXPORT, FOLDERS, place_of
from kb.taking.storing import write
from kb.writing import RECIPE

MARK = json.dumps({"firstline": "export", "format": 1}) + "\n"
OLDEST = (1980, 1, 1, 0, 0, 0)  # the time of every file in an archive: the same items give the same bytes
Note = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export wrote: items by kind, pictures, and how many files are new or were different before.

    `removed` are the files of an earlier export whose items are retired; `kept` those that somebody changed since.
    """

    items: Mapping[str, int]
    pictures: int
    written: int
    removed: Sequence[str] = ()
    kept: Sequence[str] = ()


def export(
    database: Database, target: Path, *, as_zip: bool = False, note: Note = lambda _done, _all: None
) -> Exported:
    """Write what is published into an empty folder, an earlier export, or a zip archive.

    Raises:
        BadInput: the folder has other files.
    """
    if not as_zip: _check(target)
    with database.reading() as session:
        rows = [(item.kind, item.slug, revision.source) for item, revision in session.execute(published())]
    wanted = {hash_ for kind, _, source in rows if kind != RECIPE for hash_ in files.shown(source)}
    kept = {one.hash: one for one in files.Files(database).of(wanted)}
    found = {EXPORT: MARK.encode()} | {place_of(kind, slug): source.encode() for kind, slug, source in rows}
    for kind, _, source in rows:
        for one in (kept[hash_] for hash_ in files.shown(source) & kept.keys() if kind != RECIPE):
            found[f"{FOLDERS[kind]}/{one.link}"] = one.data
    put = _zipped if as_zip else _written
    count = put(target, found, note)
    removed, changed = ([], []) if as_zip else _swept(database, target, found)
    items = {kind: sum(row[0] == kind for row in rows) for kind in FOLDERS}
    return Exported(items=items, pictures=len(kept), written=count, removed=removed, kept=changed)


def _swept(database: Database, target: Path, found: Collection[str]) -> tuple[list[str], list[str]]:
    """Take away what an earlier export wrote of items that are retired; those taken away, and those changed since."""
    removed, changed = [], []
    for path, sources in _retired(database):
        file = target / path
        if path in found or file.is_symlink() or not file.is_file(): continue
        if file.read_bytes() in sources:
            file.unlink()
            removed.append(path)
        else: changed.append(path)
    for file in (one for folder in FOLDERS.values() for one in sorted((target / folder / "files").glob("*"))):
        path = file.relative_to(target).as_posix()
        if path in found or not files.LINK.fullmatch(f"files/{file.name}"): continue
        file.unlink()
        removed.append(path)
    return removed, changed


def _retired(database: Database) -> Iterable[tuple[str, set[bytes]]]:
    """Where each retired item's file would lie, and every text that it has had."""
    query = select(ItemRow.kind, ItemRow.slug, RevisionRow.source).join(RevisionRow, RevisionRow.item_id == ItemRow.id)
    with database.reading() as session: rows = session.execute(query.where(ItemRow.state == RETIRED)).all()
    texts: dict[str, set[bytes]] = {}
    for kind, slug, source in rows: texts.setdefault(place_of(kind, slug), set()).add(source.encode())
    return texts.items()


def _check(target: Path) -> None:
    if target.exists() and not target.is_dir(): raise BadInput(f"{target}: is a file; name a folder, or use --zip.")
    if target.is_dir() and any(target.iterdir()) and not (target / EXPORT).is_file():
        raise BadInput(f"{target}: has files already that are no export; choose an empty folder, or use `kb sync`.")


def _written(target: Path, found: Mapping[str, bytes], note: Note) -> int:
    count = 0
    for n, (path, data) in enumerate(sorted(found.items()), start=1):
        count += write(target, target / path, data)
        note(n, len(found))
    return count


def _zipped(target: Path, found: Mapping[str, bytes], note: Note) -> int:
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.part")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED) as archive:
        for n, (path, data) in enumerate(sorted(found.items()), start=1):
            archive.writestr(zipfile.ZipInfo(path, OLDEST), data, zipfile.ZIP_DEFLATED)
            note(n, len(found))
    unfinished.replace(target)
    return len(found)
