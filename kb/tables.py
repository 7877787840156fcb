"""The tables of the knowledge base. The search index is derived from them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base

PUBLISHED, RETIRED = "published", "retired"


class ItemRow(Base):
    """One article, run-book or recipe, whatever revision it is at. `kind` is `article`, `runbook` or `recipe`.

    Its revision is 0, and it is retired, as long as there is only a draft of it. `lapse` is why its verification
    lapsed at `lapsed_at`; a later revision ends that.
    """

    __tablename__ = "kb_items"
    __table_args__ = (UniqueConstraint("kind", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    slug: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(12))
    revision: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    lapsed_at: Mapped[datetime | None]
    lapse: Mapped[str] = mapped_column(String(40), default="")


class RevisionRow(Base):
    """One published state of an article or recipe. `source` is the file's text, as it can be exported again.

    `note` is why it was published, where somebody said so.
    """

    __tablename__ = "kb_revisions"
    __table_args__ = (UniqueConstraint("item_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("kb_items.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(150))
    source: Mapped[str] = mapped_column(Text)
    fields: Mapped[dict[str, Any]]
    saved_by: Mapped[str] = mapped_column(String(40))
    saved_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text, default="")


class DraftRow(Base):
    """What is being written: the one draft of an item. `version` counts its saves.

    `based_on` is the published revision that it began with, 0 for none; `state` is `writing` or `review`; `note` is
    what was said when it was submitted or sent back; `origin` is what it was made from, such as `ticket:7`; `writers`
    are the people who changed a letter of it.
    """

    __tablename__ = "kb_drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("kb_items.id"), unique=True)
    based_on: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(150))
    source: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")
    origin: Mapped[str] = mapped_column(String(80), default="")
    begun_by: Mapped[str] = mapped_column(String(40))
    saved_by: Mapped[str] = mapped_column(String(40))
    saved_at: Mapped[datetime]
    writers: Mapped[list[str]] = mapped_column(default=list)


class FileRow(Base):
    """A picture or another file that articles show, by the hash of its bytes, so that each is kept once."""

    __tablename__ = "kb_files"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(80))
    data: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[datetime]


class SourceRow(Base):
    """A file of a folder that knowledge is kept in step with: what it was, and what it became, at the last sync."""

    __tablename__ = "kb_sources"
    __table_args__ = (UniqueConstraint("folder", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    folder: Mapped[str] = mapped_column(String(200))
    path: Mapped[str] = mapped_column(String(400))
    item_id: Mapped[int] = mapped_column(ForeignKey("kb_items.id"), index=True)
    hash: Mapped[str] = mapped_column(String(64))
    revision: Mapped[int]
    synced_at: Mapped[datetime]


class ReadRow(Base):
    """How often an item was read on a day: `place` is `slack` or `web`."""

    __tablename__ = "kb_reads"
    __table_args__ = (Index("ix_kb_reads_counted", "item_id", "day", "count"),)  # counted without the rows

    item_id: Mapped[int] = mapped_column(ForeignKey("kb_items.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    place: Mapped[str] = mapped_column(String(8), primary_key=True)
    count: Mapped[int]


class EntryRow(Base):
    """One text that is searched: a title, an alias, a passage or a trigger of a published item."""

    __tablename__ = "kb_entries"
    __table_args__ = (Index("ix_kb_entries_item", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("kb_items.id"))
    kind: Mapped[str] = mapped_column(String(10))
    ordinal: Mapped[int]
    heading: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))


class VectorRow(Base):
    """The vector of a text by one encoder: float32, little-endian. Kept, so that only new texts are embedded."""

    __tablename__ = "kb_vectors"

    encoder: Mapped[str] = mapped_column(String(120), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class GenerationRow(Base):
    """One number that grows with every change; a process compares it before it searches."""

    __tablename__ = "kb_generation"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]


class RunRow(Base):
    """One person going through one recipe. `seen` counts its moves; `progress` is where it stands.

    `shown` is the move that its message was last drawn for; `wakes_at` is when somebody has to look after it again.
    """

    __tablename__ = "kb_runs"
    __table_args__ = (
        Index("ix_kb_runs_conversation", "conversation_id"), Index("ix_kb_runs_wakes", "end", "wakes_at"),
        Index("ix_kb_runs_recipe", "recipe", "started_at"), Index("ix_kb_runs_moved", "moved_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    recipe: Mapped[str] = mapped_column(String(100))
    revision: Mapped[int]
    owner: Mapped[str] = mapped_column(String(40))
    conversation_id: Mapped[int]
    seen: Mapped[int]
    shown: Mapped[int] = mapped_column(default=-1)
    progress: Mapped[dict[str, Any]]
    end: Mapped[str] = mapped_column(String(12), default="")
    channel: Mapped[str] = mapped_column(String(40), default="")
    message_ts: Mapped[str] = mapped_column(String(40), default="")
    started_at: Mapped[datetime]
    moved_at: Mapped[datetime]
    wakes_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    came_back_at: Mapped[datetime | None]
