"""Saves what was gathered: each item whole, with its pictures and its file, and nothing that somebody else wrote."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import Clock
from core.db import Database
from core.files import Problem
from core.people import PersonRow
from kb import files
from kb.importing import Report
from kb.publishing import bump, item_row, publish
from kb.sources import Origin, origins, path_key, remember
from kb.tables import PUBLISHED, ItemRow, RevisionRow, SourceRow
from kb.taking.pieces import Gathered, Piece
from kb.taking.ruling import Ruling, Standing, ruled
from kb.vectorstore import Note, VectorStore, silent

IMPORTER = "import"  # the actor of a revision that came from a file
SYNC = "sync"
BY_FILES = frozenset({IMPORTER, SYNC})
AT_ONCE = 50  # items in one transaction: a fraction of a second, so that others who write need not wait long


class Keeping:
    """Saves gathered pieces in the knowledge base of a database."""

    def __init__(self, database: Database, vectors: VectorStore, clock: Clock) -> None:
        """Take the database, and what embeds texts."""
        self._database, self._vectors, self._clock = database, vectors, clock

    def keep(self, gathered: Gathered, folder: str, note: Note = silent) -> Report:
        """Publish the pieces that were gathered from a folder, and tell what became of each.

        A second time nothing is published: what is the same, or was changed in Firstline alone, stays as it is.
        """
        report = Report(problems=list(gathered.left), notes=list(gathered.notes))
        self._vectors.embed([entry for piece in gathered.pieces for entry in piece.draft.entries], note)
        new = self._without_known(gathered.pieces, folder, report)
        for start in range(0, len(new), AT_ONCE): self._some(new[start : start + AT_ONCE], folder, report)
        return report

    def taken(self, kind: str, folder: str) -> frozenset[str]:
        """The names that belong to something else than the files of a folder: another folder's, or an editor's."""
        newest = (RevisionRow.item_id == ItemRow.id) & (RevisionRow.number == ItemRow.revision)
        query = (
            select(ItemRow.id, ItemRow.slug, RevisionRow.saved_by).join(RevisionRow, newest).where(ItemRow.kind == kind)
        )
        with self._database.reading() as session:
            known, rows = origins(session), session.execute(query).all()
        ours = {number for number, own in known.items() if any(one.may_be(folder, one.path) for one in own)}
        return frozenset(
            slug for number, slug, by in rows if number not in ours and (number in known or by not in BY_FILES)
        )

    def _without_known(self, pieces: Sequence[Piece], folder: str, report: Report) -> list[Piece]:
        """Those that are not published just so, from this very file; of the others nothing has to be written."""
        query = select(ItemRow.kind, ItemRow.slug, ItemRow.hash, SourceRow.path, SourceRow.hash, SourceRow.revision)
        query = query.join(SourceRow, SourceRow.item_id == ItemRow.id).where(
            ItemRow.state == PUBLISHED, SourceRow.folder == folder, SourceRow.revision == ItemRow.revision
        )
        with self._database.reading() as session: known = {tuple(row)[:5] for row in session.execute(query)}
        new = []
        for piece in pieces:
            draft = piece.draft
            if (draft.kind, draft.slug, draft.hash(), piece.path, piece.hash) in known: report.same.append(draft.slug)
            else: new.append(piece)
        return new

    def _some(self, pieces: Sequence[Piece], folder: str, report: Report) -> None:
        now = self._clock()
        part = Report()
        with self._database.transaction() as session:
            known = origins(session, [piece.draft.slug for piece in pieces])
            for piece in pieces: _one(session, piece, folder, known, part, now)
            if part.added or part.changed: bump(session)
        report.added += part.added
        report.changed += part.changed
        report.same += part.same
        report.problems += part.problems
        report.notes += part.notes
        report.pictures += part.pictures


def _one(
    session: Session, piece: Piece, folder: str, known: dict[int, list[Origin]], report: Report, now: datetime
) -> None:
    draft = piece.draft
    row = item_row(session, draft.kind, draft.slug)
    standing = standing_of(session, row, known.get(row.id, []), folder, piece)
    match ruled(standing, draft.hash(), piece.hash):
        case Ruling.PUBLISH:
            number = save(session, piece, by=IMPORTER, now=now)
            report.pictures += len(piece.pictures)
            (report.added if number == 1 else report.changed).append(draft.slug)
            remember(session, [_origin(piece, folder, row.id, number)], now)
        case Ruling.SAME:
            report.same.append(draft.slug)
            remember(session, [_origin(piece, folder, row.id, row.revision)], now)
        case Ruling.EDITED:
            report.same.append(draft.slug)
            report.notes.append(_told(piece, f"stays as {standing.by} changed it in Firstline"))
        case ruling: report.problems.append(_told(piece, _why(ruling, standing, piece)))


def save(session: Session, piece: Piece, *, by: str, now: datetime, seen: int | None = None) -> int:
    """Publish a piece with its pictures, in the caller's transaction; its revision."""
    files.keep(session, piece.pictures, now)
    number, _ = publish(
        session, piece.draft, by=by, now=now, seen=seen, note=f"from {piece.path}", checked=False
    )
    return number


def _origin(piece: Piece, folder: str, item: int, revision: int) -> Origin:
    return Origin(folder=folder, path=piece.path, item=item, hash=piece.hash, revision=revision)


def standing_of(session: Session, row: ItemRow, known: Sequence[Origin], folder: str, piece: Piece) -> Standing:
    """What there is of an item, as seen from a file."""
    path, equal = path_key(piece.path), row.hash == piece.draft.hash()
    own = next((one for one in known if (one.folder, one.path) == (folder, path)), None)
    own = own or next((one for one in known if one.is_file(folder, path, piece.hash, equal=equal)), None)
    other = next((f"{one.folder}/{one.path}" for one in known if one is not own), "")
    query = select(RevisionRow).where(RevisionRow.item_id == row.id, RevisionRow.number == row.revision)
    newest = session.scalar(query) if row.revision else None
    return Standing(
        revision=row.revision, live=row.state == PUBLISHED, hash=row.hash, elsewhere=other,
        file=own.hash if own else "", at=own.revision if own else 0,
        imported=newest is not None and newest.saved_by in BY_FILES,
        by=name_of(session, newest.saved_by) if newest else "", when=newest.saved_at if newest else None,
    )  # fmt: skip


def name_of(session: Session, person: str) -> str:
    """A person's name as others know it; what is no person is named as it is."""
    if person in BY_FILES: return "an import"
    return session.scalar(select(PersonRow.name).where(PersonRow.id == person)) or person


def _told(piece: Piece, what: str) -> Problem:
    return Problem(file=piece.path, line=1, message=what)


def _who(standing: Standing) -> str:
    return f"{standing.by} on {standing.when:%Y-%m-%d %H:%M}" if standing.when else standing.by


def _why(ruling: Ruling, standing: Standing, piece: Piece) -> str:
    what = f'the {piece.draft.kind} "{piece.draft.slug}"'
    if ruling is Ruling.CONFLICT:
        return f"{what} was changed here and by {_who(standing)} in Firstline; `firstline kb sync` shows both"
    if ruling is Ruling.RETIRED: return f"{what} was retired in Firstline"
    where = f"comes from {standing.elsewhere}" if standing.elsewhere else f"is there already, by {_who(standing)}"
    return f"{what} {where}; rename one of them" if standing.live else f"{what} is there already, and retired"
