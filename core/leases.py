"""Who does what only one process should do at a time, such as a sweep.

A lease is held for a while and renewed; of a holder that died it runs out. It saves work and nothing else: whoever is
overtaken, because it stood still for longer than its lease lasts, must do no harm. Every sweep takes each thing on in a
transaction that sees whether another one did.

What is over is told by one clock, the database's: those of the machines may differ by more than a lease lasts.
"""

from datetime import UTC, datetime, timedelta
from time import monotonic

from sqlalchemy import String, func, inspect, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, Database, insert

LASTS = timedelta(seconds=30)  # how long the work of a process that died waits for the next one
RENEWED_AFTER = 10.0  # seconds: two renewals may fail before the lease is over


class LeaseRow(Base):
    """What is held, by which process, until when."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    holder: Mapped[str] = mapped_column(String(60))
    until: Mapped[datetime]


def now_of(session: Session) -> datetime:
    """The database's time; an SQLite file is on the machine of its only process."""
    if session.get_bind().dialect.name != "postgresql": return datetime.now(UTC)
    found: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return found.astimezone(UTC)


def take(session: Session, name: str, holder: str, lasts: timedelta = LASTS) -> bool:
    """Hold a lease from now on, if nobody else holds it; True if it is the holder's."""
    now = now_of(session)
    row = {"holder": holder, "until": now + lasts}
    free = (LeaseRow.holder == holder) | (LeaseRow.until <= now)
    new = insert(session, LeaseRow).values(name=name, **row)
    taken = new.on_conflict_do_update(index_elements=["name"], set_=row, where=free).returning(LeaseRow.name)
    return session.execute(taken).first() is not None


def give_up(session: Session, name: str, holder: str) -> None:
    """Hold it no longer, so that the next one need not wait."""
    own = update(LeaseRow).where(LeaseRow.name == name, LeaseRow.holder == holder)
    session.execute(own.values(until=now_of(session)))


def held_by_anybody(session: Session) -> bool:
    """Whether any lease is held; a database of an early version has none."""
    if not inspect(session.connection()).has_table(LeaseRow.__tablename__): return False
    return session.scalar(select(LeaseRow.name).where(LeaseRow.until > now_of(session)).limit(1)) is not None


class Lease:
    """One lease as one process sees it. Not for several threads."""

    def __init__(self, database: Database, name: str, holder: str, lasts: timedelta = LASTS) -> None:
        """Take where it is kept, what it is called, and who this process is."""
        self._database, self._name, self._holder, self._lasts = database, name, holder, lasts
        self._fresh_until = 0.0

    def held(self) -> bool:
        """Whether it is this process's turn; it is taken where it is free, and renewed now and then."""
        if monotonic() < self._fresh_until: return True
        if self._is_anothers(): return False
        with self._database.transaction() as session: held = take(session, self._name, self._holder, self._lasts)
        if held: self._fresh_until = monotonic() + RENEWED_AFTER
        return held

    def give_up(self) -> None:
        """Let another process have it."""
        if not self._fresh_until: return
        self._fresh_until = 0.0
        with self._database.transaction() as session: give_up(session, self._name, self._holder)

    def _is_anothers(self) -> bool:
        """A look that takes no lock: whoever waits asks every few seconds."""
        with self._database.reading() as session:
            row = session.get(LeaseRow, self._name)
            return row is not None and row.holder != self._holder and row.until > now_of(session)


def ahead_of(session: Session) -> timedelta:
    """How far this machine's clock is ahead of the database's; less than none if behind."""
    before = datetime.now(UTC)
    theirs = now_of(session)
    return before + (datetime.now(UTC) - before) / 2 - theirs
