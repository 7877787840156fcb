"""What a sync has to do about every file of a folder, and every item. Nothing is changed here."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.articles import ARTICLE, parse_article, split_front
from kb.publishing import live
from kb.sources import Origin, folder_key, origins, path_key
from kb.tables import PUBLISHED, ItemRow, RevisionRow
from kb.taking.comparing import Sides, Turn, turn
from kb.taking.keeping import name_of
from kb.taking.layout import EXPORT, FOLDERS, place_of
from kb.taking.layout import name_of as file_name
from kb.taking.pieces import Gathered, Piece
from kb.taking.steps import Step, shown
from kb.writing import RECIPE

WOULD_LOSE = "the file has marks or links of another system that writing it would lose, and it was changed in Firstline"


def planned(session: Session, folder: Path, gathered: Gathered) -> list[Step]:
    """What is to be done about every file and item, in the order of the paths."""
    every, key = origins(session), folder_key(folder)
    known = {one.path: one for own in every.values() for one in own if one.folder == key}
    elsewhere = {number for number, own in every.items() if all(one.folder != key for one in own)}
    paths = {path_key(piece.path) for piece in gathered.pieces}
    left = frozenset(path_key(problem.file) for problem in gathered.left)
    broken = {path for path in known if _below(path, left)}
    steps = [_of_file(session, piece, every, key, paths | broken) for piece in gathered.pieces]
    here = {(step.kind, step.slug) for step in steps}
    gone = [one for path, one in known.items() if path not in paths | broken]
    steps += [step for one in gone if (step := _of_gone(session, one, here)) is not None]
    seen = {step.item for step in steps} | {known[path].item for path in broken} | elsewhere
    steps += _of_new(session, folder, seen)
    return sorted(_renamed(steps, known), key=lambda step: step.path)


def _below(path: str, left: frozenset[str]) -> bool:
    """Whether a file, or the folder that it is in, or the file that it was a chapter of, could not be read."""
    whole = path.split("#", maxsplit=1)[0]
    return not left.isdisjoint({path, whole, *(one.as_posix() for one in PurePosixPath(whole).parents)})


def _of_file(
    session: Session, piece: Piece, every: Mapping[int, Sequence[Origin]], folder: str, paths: Collection[str]
) -> Step:
    draft = piece.draft
    row = session.scalar(select(ItemRow).where(ItemRow.kind == draft.kind, ItemRow.slug == draft.slug))
    step = Step(turn=Turn.PUBLISH, path=piece.path, kind=draft.kind, slug=draft.slug, piece=piece)
    if row is None: return step
    equal = row.hash == draft.hash()
    known = _origin(every.get(row.id, []), folder, piece, paths, equal=equal)
    sides = Sides(
        known=known.hash if known else "", at=known.revision if known else 0, file=piece.hash,
        revision=row.revision, live=row.state == PUBLISHED, equal=equal,
    )
    here = known is not None and known.folder == folder
    moved = known.path if known and here and known.path != path_key(piece.path) else ""
    decided = turn(sides)
    if (moved or not here) and decided is Turn.SAME: decided = Turn.NOTE
    step = replace(step, turn=decided, revision=live(row), item=row.id, known=piece.hash, moved=moved)
    return _with_item(session, step, row)


def _of_gone(session: Session, known: Origin, here: Iterable[tuple[str, str]]) -> Step | None:
    row = session.get_one(ItemRow, known.item)
    if (row.kind, row.slug) in here: return None
    sides = Sides(known=known.hash, at=known.revision, revision=row.revision, live=row.state == PUBLISHED)
    step = Step(turn=turn(sides), path=known.path, kind=row.kind, slug=row.slug, revision=live(row), item=row.id)
    return _with_item(session, step, row)


def _of_new(session: Session, folder: Path, seen: Iterable[int]) -> list[Step]:
    """Items that no file is known of, here or in another folder."""
    rows = session.scalars(select(ItemRow).where(ItemRow.state == PUBLISHED))
    return [_new(session, folder, row) for row in rows if row.id not in seen]


def _new(session: Session, folder: Path, row: ItemRow) -> Step:
    step = Step(
        turn=Turn.WRITE, path=_place(folder, row), kind=row.kind, slug=row.slug, revision=row.revision, item=row.id
    )
    return _with_item(session, step, row)


def _with_item(session: Session, step: Step, row: ItemRow) -> Step:
    """The step with what Firstline has; where a file would be written that has more than that, a conflict."""
    if step.turn not in (Turn.WRITE, Turn.CONFLICT, Turn.RETIRED): return step
    query = select(RevisionRow).where(RevisionRow.item_id == row.id, RevisionRow.number == row.revision)
    newest = session.scalar(query)
    if newest is None: return step
    source = named(step.path, step.kind, step.slug, newest.source)
    step = replace(step, source=source, by=name_of(session, newest.saved_by), at=newest.saved_at)
    if step.turn is Turn.CONFLICT and step.revision and step.piece and step.piece.draft.source == source:
        return replace(step, turn=Turn.NOTE)
    if step.turn is Turn.WRITE and step.piece and step.piece.loses:
        step = replace(step, turn=Turn.CONFLICT, why=WOULD_LOSE)
    return shown(step, source) if step.turn is Turn.CONFLICT else step


def named(path: str, kind: str, slug: str, source: str) -> str:
    """An item's text for a file, which says its name (slug) where the file's own name is another."""
    if kind == RECIPE or PurePosixPath(path).name == file_name(kind, slug): return source
    article = parse_article("another-name.md", source)
    if not isinstance(article, list) and article.slug == slug: return source
    if split_front(source)[2] == 1: return f"---\nslug: {slug}\n---\n\n{source}"
    first, rest = source.split("\n", maxsplit=1)
    return f"{first}\nslug: {slug}\n{rest}"


def _origin(own: Sequence[Origin], folder: str, piece: Piece, paths: Collection[str], *, equal: bool) -> Origin | None:
    """What is known of an item's file: of this one, of one that was moved, or of an import of the same files."""
    path = path_key(piece.path)
    here = next((one for one in own if (one.folder, one.path) == (folder, path)), None)
    moved = next((one for one in own if one.folder == folder and one.path not in paths), None)
    return here or moved or next((one for one in own if one.is_file(folder, path, piece.hash, equal=equal)), None)


def _place(folder: Path, row: ItemRow) -> str:
    """Where a new item's file goes: as an export would put it, or at the top of a folder that has another order."""
    as_export = (folder / EXPORT).is_file() or (folder / FOLDERS[row.kind]).is_dir() or not any(folder.iterdir())
    return place_of(row.kind, row.slug) if as_export or row.kind != ARTICLE else file_name(row.kind, row.slug)


def _renamed(steps: Sequence[Step], known: dict[str, Origin]) -> list[Step]:
    """A file that is gone and a new one with its bytes are one that was renamed: the new one tells of the old."""
    gone = {known[step.path].hash: step.path for step in steps if step.turn is Turn.GONE and step.path in known}
    return [
        replace(step, was=gone[step.piece.hash])
        if step.turn is Turn.PUBLISH and not step.moved and step.piece and step.piece.hash in gone else step
        for step in steps
    ]
