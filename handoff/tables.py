"""The tables of the desk."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class CounterRow(Base):
    """The last number given out for a prefix, such as INC."""

    __tablename__ = "ticket_counters"

    prefix: Mapped[str] = mapped_column(String(8), primary_key=True)
    value: Mapped[int]


class TicketRow(Base):
    """One incident or service request. `version` grows with each change; a click names the version it was drawn for."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_requester", "requester", "id"), Index("ix_tickets_queue", "queue", "state"),
        Index("ix_tickets_update_due", "update_due"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(default=1)
    summary: Mapped[str] = mapped_column(String(200))
    requester: Mapped[str] = mapped_column(String(40))
    assignee: Mapped[str] = mapped_column(String(40), default="")
    category: Mapped[str] = mapped_column(String(40))
    impact: Mapped[str] = mapped_column(String(8))
    urgency: Mapped[str] = mapped_column(String(8))
    priority: Mapped[str] = mapped_column(String(4))
    priority_why: Mapped[str] = mapped_column(String(120))
    queue: Mapped[str] = mapped_column(String(40))
    tier: Mapped[int]
    goal: Mapped[str] = mapped_column(Text, default="")
    brief: Mapped[dict[str, Any]]
    policy_version: Mapped[int]
    opened_at: Mapped[datetime]
    response_due: Mapped[datetime]
    resolution_due: Mapped[datetime]
    update_due: Mapped[datetime | None]  # when its requester must hear from us next; None once it is over
    responded_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    resolution_code: Mapped[str] = mapped_column(String(20), default="")
    resolution: Mapped[str] = mapped_column(Text, default="")
    conversation_id: Mapped[int | None] = mapped_column(index=True)
    channel: Mapped[str] = mapped_column(String(40), default="")  # where the requester is told things
    thread_ts: Mapped[str] = mapped_column(String(40), default="")


class PlaceRow(Base):
    """A message in which a ticket's card stands; every change updates each of them."""

    __tablename__ = "ticket_places"
    __table_args__ = (UniqueConstraint("ticket_id", "channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(index=True)
    queue_channel: Mapped[str] = mapped_column(String(80))
    channel: Mapped[str] = mapped_column(String(40))
    ts: Mapped[str] = mapped_column(String(40))


class OutageRow(Base):
    """A known fault that answers matching questions while it lasts."""

    __tablename__ = "outages"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    encoder: Mapped[str] = mapped_column(String(120))
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    declared_by: Mapped[str] = mapped_column(String(40))
    declared_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class AffectedRow(Base):
    """A person who was told of an outage, and where to tell them that it is over."""

    __tablename__ = "outage_affected"
    __table_args__ = (UniqueConstraint("outage_id", "person"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    outage_id: Mapped[int]
    person: Mapped[str] = mapped_column(String(40))
    channel: Mapped[str] = mapped_column(String(40))
    thread_ts: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
