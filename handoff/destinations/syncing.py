"""Keeping a ticket system told: what waits to be said, saying it, and what happens when that fails.

A change puts one outbox item. Whichever item of a ticket is delivered first says everything that is known by then; the
others find that said. `ticket_references.seen` is the point that was reached: the id of the newest event that went
over.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import outbox
from core.db import Database, insert
from core.errors import CannotDeliver, TryLater
from core.events import Event
from core.outbox import Attempt, OutboxItem
from core.received import Received
from handoff.destinations.kinds import Reference, Snapshot, TicketSystem
from handoff.destinations.snapshots import Link, snapshot
from handoff.tables import ReferenceRow, TicketRow
from handoff.ticket import Ticket

SYNC = "sync"  # outbox items: tell the ticket system,
STAFF = "system_note"  # and say something about it in the staff's thread
TIRED = 10.0  # seconds: opening and updating may take 30 and 50 when every call is slow, and the lease has 60
AGAIN = timedelta(minutes=15)  # after an item was given up, its follower's first attempt


def note(session: Session, row: TicketRow | Ticket, now: datetime) -> None:
    """Have the ticket system told of a change, in the transaction that made it and right after its event.

    A ticket's events get their ids one after the other: an earlier one that is committed later would be passed over.
    """
    with session.no_autoflush:
        session.execute(select(TicketRow.id).where(TicketRow.id == row.id).with_for_update())
    session.flush()
    point = session.scalar(select(func.max(Event.id)).where(Event.subject == f"ticket:{row.id}")) or 0
    _put(session, row.id, point, f"sync:{row.id}:{point}", now, now)


def reference(session: Session, ticket_id: int, system: str) -> Reference | None:
    """How a ticket is called over there, if it is known there."""
    row = _row(session, ticket_id, system)
    return Reference(reference=row.reference, url=row.url) if row else None


class Syncing:
    """Tells one system. No call is made inside a transaction."""

    def __init__(
        self, database: Database, system: TicketSystem, clock: Callable[[], datetime], link: Link = lambda *_: ""
    ) -> None:
        """Take where tickets are, whom to tell, and how a message's address is made."""
        self._database, self._system, self._clock, self._link = database, system, clock, link

    def deliver(self, kind: str, payload: dict[str, Any], attempt: Attempt) -> None:  # noqa: ARG002 - one kind, said by its state
        """Say everything that is new of a ticket, unless it is said.

        Raises:
            TryLater: not now.
            CannotDeliver: the system refuses it.
        """
        ticket_id = payload["ticket"]
        with self._database.reading() as session:
            row, began = _row(session, ticket_id, self._system.name), monotonic()
            seen = row.seen if row else 0
            if row and seen >= payload["point"]: return
            ticket = session.get_one(TicketRow, ticket_id)
            said = snapshot(session, ticket, seen, self._link)
        known = Reference(reference=row.reference, url=row.url) if row else self._opened(ticket_id, said)
        if monotonic() - began > TIRED: raise TryLater("It took long; the rest is said at once.", timedelta(0))
        self._save(ticket_id, self._system.update(said, known), said.point)

    def gave_up(self, session: Session, item: OutboxItem, error: str) -> None:
        """An item ends undelivered, in this transaction: the staff hear of it, and an outage is not the end.

        What was refused is said again with the next change, and at the next start.
        """
        ticket_id, point, now = item.payload["ticket"], item.payload["point"], self._clock()
        refused = item.attempts < outbox.MAX_ATTEMPTS
        said = {"ticket": ticket_id, "what": "refused" if refused else "unreachable", "text": error, "author": ""}
        outbox.put(session, STAFF, key=f"sync_failed:{ticket_id}:{point}", lane=f"card:{ticket_id}", now=now, **said)
        if not refused: _put(session, ticket_id, point, f"sync:{ticket_id}:{point}:{item.id}", now, now + AGAIN)

    def catch_up(self) -> int:
        """Have said what was refused or given up before, after a start with mended settings; how much that is."""
        now, found = self._clock(), 0
        with self._database.transaction() as session:
            query = select(OutboxItem).where(OutboxItem.kind == SYNC, OutboxItem.gave_up.is_(True))
            newest = {item.payload["ticket"]: item for item in session.scalars(query.order_by(OutboxItem.id))}
            for ticket_id, item in newest.items():
                row, point = _row(session, ticket_id, self._system.name), item.payload["point"]
                if row and row.seen >= point: continue
                found += _put(session, ticket_id, point, f"sync:{ticket_id}:{point}:{item.id}", now, now)
        return found

    def _opened(self, ticket_id: int, said: Snapshot) -> Reference:
        """The ticket over there, kept before anything else is said of it.

        An attempt whose answer was lost may still make one while we look: the next waits until it would be found.
        """
        self._begin(ticket_id)
        try:
            made = self._system.open(said)
        except (TryLater, CannotDeliver) as error:
            if isinstance(error, CannotDeliver) or error.harmless: self._end(ticket_id)
            raise
        self._save(ticket_id, made, 0)
        return made

    def _begin(self, ticket_id: int) -> None:
        """Remember when a ticket is made over there, unless somebody else may be at it."""
        now, key = self._clock(), self._mark(ticket_id)
        with self._database.transaction() as session:
            began = session.get(Received, key, with_for_update=True)
            left = began.at + self._system.settles - now if began else timedelta(0)
            if left > timedelta(0): raise TryLater("It may have been made already; found in a while.", left)
            query = insert(session, Received).values(key=key, at=now)
            session.execute(query.on_conflict_do_update(index_elements=["key"], set_={"at": now}))

    def _end(self, ticket_id: int) -> None:
        """Nothing was made, for sure."""
        with self._database.transaction() as session:
            began = session.get(Received, self._mark(ticket_id))
            if began: session.delete(began)

    def _mark(self, ticket_id: int) -> str:
        return f"sync:{self._system.name}:{ticket_id}"

    def _save(self, ticket_id: int, known: Reference, seen: int) -> None:
        """Keep what was reached, unless somebody else got further meanwhile."""
        values = {"reference": known.reference, "url": known.url, "seen": seen}
        with self._database.transaction() as session:
            same = (ReferenceRow.system == self._system.name, ReferenceRow.reference == known.reference)
            other = session.scalars(select(ReferenceRow.ticket_id).where(*same, ReferenceRow.ticket_id != ticket_id))
            if other.first(): raise CannotDeliver(f"{known.reference} belongs to another ticket of ours already.")
            first = insert(session, ReferenceRow).values(ticket_id=ticket_id, system=self._system.name, **values)
            further = ReferenceRow.seen <= seen
            unique = ["ticket_id", "system"]
            session.execute(first.on_conflict_do_update(index_elements=unique, set_=values, where=further))


def _row(session: Session, ticket_id: int, system: str) -> ReferenceRow | None:
    where = (ReferenceRow.ticket_id == ticket_id, ReferenceRow.system == system)
    return session.scalars(select(ReferenceRow).where(*where)).first()


def _put(session: Session, ticket_id: int, point: int, key: str, now: datetime, due: datetime) -> bool:
    payload = {"ticket": ticket_id, "point": point}
    return outbox.put_later(session, SYNC, key=key, lane=f"sync:{ticket_id}", now=now, due=due, **payload)
