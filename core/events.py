"""Append-only facts: what happened, to what, by whom, when. Never deleted; changed by `core.audit.erase` alone."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base
from core.noting import note


class Event(Base):
    """One fact. `subject` is `type:id`, such as `ticket:42`; `actor` is a person's id or `firstline`."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_subject", "subject", "id"), Index("ix_events_kind", "kind", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80))
    actor: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, Any]]


_RECORD = Event.__table__.insert()  # type: ignore[attr-defined]  # it is a Table


def record(session: Session, kind: str, subject: str, *, actor: str, at: datetime, **data: Any) -> None:
    """Append one fact in the caller's transaction; `data` must be JSON and hold no secret."""
    fact = {"kind": kind, "subject": subject, "actor": actor, "at": at, "data": data}
    note(session, "fact", kind=kind)
    session.connection().execute(_RECORD, fact)  # past the unit of work: a fact is never changed, so nothing tracks it


def history(session: Session, subject: str) -> list[Event]:
    """Every fact about one subject, oldest first."""
    return list(session.scalars(select(Event).where(Event.subject == subject).order_by(Event.id)))
