"""Every event from outside is handled once: its keys are remembered in the database."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, insert
from core.noting import note

KEY = 120  # characters


class Received(Base):
    """A key of something that was handled: an event id, or a channel and a message's ts."""

    __tablename__ = "received"

    key: Mapped[str] = mapped_column(String(KEY), primary_key=True)
    at: Mapped[datetime]


def known(session: Session, key: str) -> bool:
    """Whether a key was seen before."""
    return session.get(Received, key) is not None


def first_time(session: Session, keys: Iterable[str], now: datetime) -> bool:
    """Whether none of the keys was seen before; remembers all of them in the caller's transaction."""
    fresh = True
    for key in sorted(set(keys)):  # one order for everybody, so that two processes cannot wait for each other
        query = insert(session, Received).values(key=key, at=now).on_conflict_do_nothing().returning(Received.key)
        fresh &= session.execute(query).first() is not None
    if not fresh: note(session, "again")
    return fresh
