"""The tables of conversations, of what they show of gaps and items, and of who is signed in on the web."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
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
    __table_args__ = (
        Index("ix_turns_conversation", "conversation_id", "id"), Index("ix_turns_feedback", "feedback", "id"),
    )  # fmt: skip

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


class GapRow(Base):
    """Questions of one meaning that were not answered, or badly.

    `vector` is their mean, as `kb.tables.VectorRow` has it; `state` is open, snoozed or closed; `draft` is what is
    being written about it, as `kind:slug`.
    """

    __tablename__ = "gaps"
    __table_args__ = (Index("ix_gaps_state", "state", "last_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12))
    encoder: Mapped[str] = mapped_column(String(120))
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    size: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    assignee: Mapped[str] = mapped_column(String(40), default="")
    snoozed_until: Mapped[datetime | None]
    snoozed_size: Mapped[int] = mapped_column(default=0)
    draft: Mapped[str] = mapped_column(String(120), default="")
    opened_at: Mapped[datetime]
    last_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_why: Mapped[str] = mapped_column(String(200), default="")


class GapQuestionRow(Base):
    """One question of a gap: why it is there (`bot.gaps.whys`), what it cost in minutes, its vector."""

    __tablename__ = "gap_questions"
    __table_args__ = (Index("ix_gap_questions_gap", "gap_id", "person", "minutes"),)  # counted without the rows

    id: Mapped[int] = mapped_column(primary_key=True)
    gap_id: Mapped[int] = mapped_column(ForeignKey("gaps.id"))
    turn_id: Mapped[int] = mapped_column(ForeignKey("turns.id"), unique=True)
    person: Mapped[str] = mapped_column(String(40))
    why: Mapped[str] = mapped_column(String(20))
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    minutes: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]


class WebSessionRow(Base):
    """Somebody who is signed in: by the hash of the cookie's token. `form_token` proves that a form is ours."""

    __tablename__ = "web_sessions"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(String(40), index=True)
    form_token: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ItemPersonRow(Base):
    """How it went with one item (`kind:slug`) for one person: when they last were shown it, and what they last said.

    `ticket_at` is when they last had a ticket after it, `failed_at` when one of theirs last was opened again or moved
    up in spite of it. Worked out from the events; see `bot.tallies`.
    """

    __tablename__ = "item_people"

    item: Mapped[str] = mapped_column(String(120), primary_key=True)
    person: Mapped[str] = mapped_column(String(40), primary_key=True)
    shown_at: Mapped[datetime | None]
    helped: Mapped[bool | None]
    said_at: Mapped[datetime | None]
    ticket_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]


class ItemDayRow(Base):
    """How often an item was shown on a day."""

    __tablename__ = "item_days"

    item: Mapped[str] = mapped_column(String(120), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    shown: Mapped[int]


class ItemTicketRow(Base):
    """What a ticket says of an item, once: `what` is `opened`, `reopened`, or `up:` and the code it moved up for."""

    __tablename__ = "item_tickets"

    item: Mapped[str] = mapped_column(String(120), primary_key=True)
    what: Mapped[str] = mapped_column(String(60), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]


class ItemFiguresRow(Base):
    """The figures of an item as they were counted last; `stale` when something has happened with it since."""

    __tablename__ = "item_figures"
    __table_args__ = (Index("ix_item_figures_counted", "stale", "counted_at"),)

    item: Mapped[str] = mapped_column(String(120), primary_key=True)
    stale: Mapped[bool]
    counted_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]]
