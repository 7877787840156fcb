"""Publishing and retiring what is in the knowledge base, in the caller's transaction."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core import events
from core.db import insert
from core.errors import NotFound, Stale
from kb.tables import PUBLISHED, RETIRED, EntryRow, GenerationRow, ItemRow, RevisionRow
from kb.vectorstore import hash_of
from kb.writing import Draft

MAX_NOTE = 1_000  # characters of why something was published
Also = Callable[[Session], None]


def nothing(_session: Session) -> None:
    """Do nothing else."""


def publish(
    session: Session, draft: Draft, *, by: str, now: datetime, seen: int | None = None, note: str = "",
    checked: bool = True,
) -> tuple[int, bool]:
    """Publish a draft as a new revision: its number, and whether it is new; an equal one is not saved again.

    Somebody has `checked` it: then a verification that had lapsed holds again, even where nothing was changed.

    Raises:
        Stale: what is published is no longer at revision `seen` (0: nothing may be published); nothing was overwritten.
            What nobody `checked`, such as a file, may be equal to what somebody else published meanwhile.
    """
    row = item_row(session, draft.kind, draft.slug)
    same = row.hash == draft.hash() and row.state == PUBLISHED
    if seen is not None and seen != live(row) and (checked or not same): raise Stale(_meanwhile(row, draft.title, seen))
    if checked or not same: row.lapsed_at, row.lapse = None, ""
    if same: return row.revision, False
    row.state, row.revision, row.hash = PUBLISHED, row.revision + 1, draft.hash()
    session.flush()
    _write(session, row, draft, by=by, now=now, note=note)
    return row.revision, True


def retire(
    session: Session, kind: str, slug: str, *, by: str, now: datetime, seen: int | None = None, note: str = ""
) -> bool:
    """Take an item out of search; its revisions stay. False if it was retired before.

    Raises:
        NotFound: there is none.
        Stale: what is published is no longer at revision `seen`.
    """
    row = find(session, kind, slug, lock=True)
    if row.state == RETIRED: return False
    if seen is not None and seen != row.revision:
        raise Stale("Something newer was published meanwhile. Look at it again before you retire it.")
    row.state = RETIRED
    session.execute(delete(EntryRow).where(EntryRow.item_id == row.id))
    events.record(session, f"{kind}.retired", f"{kind}:{row.id}", actor=by, at=now, slug=slug, note=note)
    return True


def bump(session: Session) -> None:
    """Tell every process that what is published has changed."""
    first = insert(session, GenerationRow).values(id=1, number=1)
    grown = first.on_conflict_do_update(index_elements=["id"], set_={"number": GenerationRow.number + 1})
    session.execute(grown)


def item_row(session: Session, kind: str, slug: str) -> ItemRow:
    """The row of an item, locked; at revision 0 when it is new, so that two who make it take turns."""
    values = {"kind": kind, "slug": slug, "state": RETIRED, "revision": 0, "hash": "", "lapse": ""}
    session.execute(insert(session, ItemRow).values(values).on_conflict_do_nothing())
    return find(session, kind, slug, lock=True)


def find(session: Session, kind: str, slug: str, *, lock: bool = False) -> ItemRow:
    """The row of an item.

    Raises:
        NotFound: there is none.
    """
    query = select(ItemRow).where(ItemRow.kind == kind, ItemRow.slug == slug)
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None: raise NotFound(f'There is no {kind} "{slug}".')
    return row


def live(row: ItemRow) -> int:
    """The number of the published revision; 0 where nothing is published."""
    return row.revision if row.state == PUBLISHED else 0


def _meanwhile(row: ItemRow, title: str, seen: int) -> str:
    """What somebody else did since a person looked, and what to do next."""
    if not live(row): return f'"{title}" was retired by somebody else meanwhile. Look at it again, then save.'
    if not seen: return f'The {row.kind} "{row.slug}" is there already. Look at it, or choose another name.'
    return f'"{title}" was changed by somebody else meanwhile. Look at it again, then save.'


def _write(session: Session, row: ItemRow, draft: Draft, *, by: str, now: datetime, note: str) -> None:
    session.add(
        RevisionRow(
            item_id=row.id, number=row.revision, title=draft.title, source=draft.source, fields=draft.fields,
            saved_by=by, saved_at=now, note=note[:MAX_NOTE],
        )
    )
    session.execute(delete(EntryRow).where(EntryRow.item_id == row.id))
    session.add_all(
        EntryRow(
            item_id=row.id, kind=e.kind, ordinal=e.ordinal, heading=e.heading, text=e.text, hash=hash_of(e),
        )
        for e in draft.entries
    )
    facts = {"slug": draft.slug, "revision": row.revision} | ({"note": note[:MAX_NOTE]} if note else {})
    events.record(session, f"{draft.kind}.published", f"{draft.kind}:{row.id}", actor=by, at=now, **facts)
