"""The tables of actions."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class ActionRow(Base):
    """One request for an action, made by one step of one run. `counts` is false for what the limits leave out."""

    __tablename__ = "action_requests"
    __table_args__ = (
        UniqueConstraint("run", "seen"),
        Index("ix_action_requests_name", "name", "requested_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int]
    seen: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    approval: Mapped[str] = mapped_column(String(12))
    dry_run: Mapped[bool]
    requester: Mapped[str] = mapped_column(String(40))
    given: Mapped[dict[str, Any]]
    about: Mapped[str] = mapped_column(Text, default="")  # what the requester first wrote
    state: Mapped[str] = mapped_column(String(12))
    counts: Mapped[bool]
    asked: Mapped[str] = mapped_column(String(12), default="")  # whose answer it waits for
    approver: Mapped[str] = mapped_column(String(40), default="")  # the manager, once Slack has told who that is
    asked_why: Mapped[str] = mapped_column(String(20), default="")  # why L2 is asked in the manager's place
    requested_at: Mapped[datetime]
    decided_by: Mapped[str] = mapped_column(String(40), default="")
    decided_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(Text, default="")  # why it was refused, or failed
    attempts: Mapped[int] = mapped_column(default=0)  # calls that were begun
    harmless: Mapped[int] = mapped_column(default=0)  # of those, the ones that surely did nothing
    outcome: Mapped[str] = mapped_column(String(60), default="")
    results: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[datetime | None]


class ActionUseRow(Base):
    """When an action was last asked for. Its row is held while the limits are counted, by one process at a time."""

    __tablename__ = "action_uses"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    last_at: Mapped[datetime]


class ApprovalPlaceRow(Base):
    """A message that asks for an approval; the decision updates each of them."""

    __tablename__ = "approval_places"
    __table_args__ = (UniqueConstraint("request_id", "channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int]
    channel: Mapped[str] = mapped_column(String(40))
    ts: Mapped[str] = mapped_column(String(40))
