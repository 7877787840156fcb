"""The tables of conversations."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class ConversationRow(Base):
    """One thread between a person and Firstline."""

    __tablename__ = "conversations"
    __table_args__ = (UniqueConstraint("channel", "thread_ts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(40))
    thread_ts: Mapped[str] = mapped_column(String(40))
    person: Mapped[str] = mapped_column(String(40), index=True)
    surface: Mapped[str] = mapped_column(String(20))
    opened_at: Mapped[datetime]


class TurnRow(Base):
    """One message and the reply to it. `trace` tells why; `feedback` is helpful, not_helpful or empty."""

    __tablename__ = "turns"
    __table_args__ = (Index("ix_turns_conversation", "conversation_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    ts: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    files: Mapped[list[Any]]
    decision: Mapped[str] = mapped_column(String(12))
    confidence: Mapped[float]
    trace: Mapped[dict[str, Any]]
    feedback: Mapped[str] = mapped_column(String(12), default="")
    at: Mapped[datetime]
