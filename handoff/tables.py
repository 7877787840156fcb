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
        Index("ix_tickets_update_due", "update_due"), Index("ix_tickets_warn_at", "warn_at"),
        Index("ix_tickets_wakes_at", "wakes_at"), Index("ix_tickets_assignee", "assignee", "state"),
        # The queues and searches by words read these, and not the tickets, which are ten times as long.
        Index("ix_tickets_state", "state", "queue", "tier", "assignee", "paused_at", "responded_at", "response_due",
              "resolution_due", "id"),
        Index("ix_tickets_words", "state", "requester", "assignee", "number", "summary", "id"),
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
    policy_version: Mapped[int]  # what was promised stays promised, whatever is agreed later
    hours: Mapped[str] = mapped_column(String(40), default="")  # the calendar that its clock keeps
    opened_at: Mapped[datetime]
    clock_from: Mapped[datetime]  # when the present promise began: opened, or opened again
    paused_at: Mapped[datetime | None]  # since when the clock stands
    warn_at: Mapped[datetime | None]  # when the ladder is climbed next; None while the clock stands
    wakes_at: Mapped[datetime | None]  # when its state has to be looked at: a reminder, the end of a pause, a chase
    reminded: Mapped[int] = mapped_column(default=0)  # how often in its present state
    response_due: Mapped[datetime]
    resolution_due: Mapped[datetime]
    update_due: Mapped[datetime | None]  # when its requester must hear from us next; None once it is over
    responded_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    resolution_code: Mapped[str] = mapped_column(String(20), default="")
    resolution: Mapped[str] = mapped_column(Text, default="")
    documented: Mapped[str] = mapped_column(String(200), default="")  # recipe:slug, article:slug, or why it is not
    closed_at: Mapped[datetime | None]
    closed_how: Mapped[str] = mapped_column(String(12), default="")  # confirmed, assumed, merged
    merged_into: Mapped[int | None] = mapped_column(index=True)  # the ticket that goes on instead
    moves: Mapped[int] = mapped_column(default=0)  # how often it went to another queue
    reassigned: Mapped[int] = mapped_column(default=0)  # how often another person got it
    reopened: Mapped[int] = mapped_column(default=0)
    vendor: Mapped[str] = mapped_column(String(80), default="")
    vendor_number: Mapped[str] = mapped_column(String(80), default="")
    vendor_promised: Mapped[datetime | None]
    rating: Mapped[int | None]  # 1 to 5, by the requester, after it was over
    rating_note: Mapped[str] = mapped_column(Text, default="")
    conversation_id: Mapped[int | None] = mapped_column(index=True)
    channel: Mapped[str] = mapped_column(String(40), default="")  # where the requester is told things
    thread_ts: Mapped[str] = mapped_column(String(40), default="")


class PlaceRow(Base):
    """A message in which a ticket's card stands; every change updates each of them."""

    __tablename__ = "ticket_places"
    __table_args__ = (UniqueConstraint("ticket_id", "channel"), Index("ix_ticket_places_thread", "channel", "ts"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(index=True)
    queue_channel: Mapped[str] = mapped_column(String(80))
    channel: Mapped[str] = mapped_column(String(40))
    ts: Mapped[str] = mapped_column(String(40))


class PauseRow(Base):
    """A time in which a ticket's clock stood. It is kept whatever else changes."""

    __tablename__ = "ticket_pauses"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(index=True)
    why: Mapped[str] = mapped_column(String(12))  # the state that stopped it
    by: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(Text, default="")
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class AgreementRow(Base):
    """One version of the policies and calendars, as it was agreed."""

    __tablename__ = "agreements"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]]
    since: Mapped[datetime]


class LinkRow(Base):
    """Two tickets that belong together; `kind` is related, merged or split."""

    __tablename__ = "ticket_links"
    __table_args__ = (UniqueConstraint("ticket_id", "other_id", "kind"), Index("ix_ticket_links_other", "other_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int]
    other_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))


class ReplyRow(Base):
    """Something that staff wrote to the requester. It can be taken back until it is due."""

    __tablename__ = "ticket_replies"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(index=True)
    by: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    files: Mapped[list[Any]]  # ids of Slack files that go along
    asks: Mapped[bool] = mapped_column(default=False)  # an answer is wanted: the clock stands until it comes
    state: Mapped[str] = mapped_column(String(12))  # waiting, withdrawn, sent
    key: Mapped[str] = mapped_column(String(120), unique=True)  # of the form that it came from
    written_at: Mapped[datetime]
    due_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(40), default="")  # the line in the staff's thread that tells of it
    ts: Mapped[str] = mapped_column(String(40), default="")


class MirrorRow(Base):
    """A message that was brought from one lane to the other, so that its changes can follow it."""

    __tablename__ = "ticket_mirrors"
    __table_args__ = (UniqueConstraint("from_channel", "from_ts", "to_channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(index=True)
    from_channel: Mapped[str] = mapped_column(String(40))
    from_ts: Mapped[str] = mapped_column(String(40))
    to_channel: Mapped[str] = mapped_column(String(40))
    to_ts: Mapped[str] = mapped_column(String(40))


class ReferenceRow(Base):
    """A ticket as another ticket system knows it. `seen` is the id of the newest of its events that went there."""

    __tablename__ = "ticket_references"
    __table_args__ = (UniqueConstraint("ticket_id", "system"), UniqueConstraint("system", "reference"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int]
    system: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(120))
    url: Mapped[str] = mapped_column(Text, default="")
    seen: Mapped[int] = mapped_column(default=0)


class TaskRow(Base):
    """Something for the editors that came out of a ticket: an article to write, to correct or to widen."""

    __tablename__ = "editor_tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    ticket_id: Mapped[int] = mapped_column(index=True)
    slug: Mapped[str] = mapped_column(String(120), default="")  # the article or recipe that it is about, if one is
    note: Mapped[str] = mapped_column(Text, default="")
    opened_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str] = mapped_column(String(40), default="")


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
