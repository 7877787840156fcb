"""What every column of every table holds of people, and what becomes of it when they are erased or its time is over.

A new column has to be declared here: a test walks all tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot import tables as bot
from core import audit, events, leases, marks, people, received
from core.db import Base
from core.outbox import OutboxItem
from handoff import tables as desk
from handoff.actions import tables as actions
from kb import tables as kb


class How(StrEnum):
    """What becomes of a column. A row is a person's own if it belongs to a thing of theirs; see `Table.own`."""

    PLAIN = "stays: it tells of no person"
    PERSON = "the id of a person: `erased` in its place"
    EACH = "the same in a key: `erased` and a number that is new in every row"
    WORDS = "words: in their own rows gone, in others without their name"
    QUIET = "the same, but nothing stands in their place: an empty text is read as no question"
    EMPTY = "lists and objects: in their own rows emptied, in others without their name"
    SHAPE = "JSON: in their own rows only numbers, states and names of content stay; in others without their name"
    COMPANY = "the company's words: they stay, without their name"
    PLACE = "where in Slack: in their own rows `erased`"
    KEY = "a key: in their own rows `erased` and the row's number"
    BY_HAND = "by code of its own, in `bot.erasing`"


class End(StrEnum):
    """What becomes of a person's own rows."""

    STRIP = "they stay, as far as they are no words of or about people"
    DELETE = "they go"
    BY_HAND = "by code of its own, in `bot.erasing`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table. `own` is the column by which a row belongs to something (`bot.erasing.scope`), and to what kind of it.

    `plain` are columns that tell of no person, under the reason why not.
    """

    of: type[Base]
    own: tuple[str, str] | None = None
    end: End = End.STRIP
    personal: Mapping[str, How] = field(default_factory=dict)
    plain: Mapping[str, str] = field(default_factory=dict)

    def columns(self) -> dict[str, How]:
        """Every column that is declared."""
        plain = {name: How.PLAIN for names in self.plain.values() for name in names.split()}
        return plain | dict(self.personal)


NUMBERS = "numbers, times and states"
CONTENT = "what the company's own content is called"
STAFF_PLACE = "a message in a channel of the staff, emptied through the outbox"
P, EACH, W, Q, EMPTY, SHAPE = How.PERSON, How.EACH, How.WORDS, How.QUIET, How.EMPTY, How.SHAPE
COMPANY, PLACE, KEY, BY_HAND = How.COMPANY, How.PLACE, How.KEY, How.BY_HAND

CONVERSATIONS = (
    Table(
        of=bot.ConversationRow, own=("id", "conversation"),
        personal={"channel": PLACE, "thread_ts": KEY, "person": P}, plain={NUMBERS: "id surface opened_at"},
    ),
    Table(
        of=bot.TurnRow, own=("conversation_id", "conversation"),
        personal={"ts": PLACE, "text": Q, "files": EMPTY, "trace": SHAPE},
        plain={NUMBERS: "id conversation_id decision confidence feedback at"},
    ),
    Table(
        of=bot.GapQuestionRow, own=("turn_id", "turn"), end=End.BY_HAND, personal={"person": P, "vector": BY_HAND},
        plain={NUMBERS: "id gap_id turn_id why minutes at"},
    ),
    Table(
        of=bot.GapRow, personal={"title": BY_HAND, "vector": BY_HAND, "assignee": P, "closed_why": COMPANY},
        plain={
            NUMBERS: "id state size version snoozed_until snoozed_size opened_at last_at closed_at",
            CONTENT: "draft", "the name of a model": "encoder",
        },
    ),
    Table(of=bot.WebSessionRow, own=("person", "person"), end=End.DELETE, personal={"person": P}, plain={
        "random, and gone with the row": "token form_token", NUMBERS: "opened_at seen_at expires_at"}),
    Table(of=bot.ItemPersonRow, personal={"person": EACH}, plain={
        CONTENT: "item", NUMBERS: "shown_at helped said_at ticket_at failed_at"}),
    Table(of=bot.ItemDayRow, plain={CONTENT: "item", NUMBERS: "day shown"}),
    Table(of=bot.ItemTicketRow, plain={CONTENT: "item", NUMBERS: "what ticket_id at"}),
    Table(of=bot.ItemFiguresRow, plain={CONTENT: "item", NUMBERS: "stale counted_at figures"}),
)  # fmt: skip

DESK = (
    Table(of=desk.CounterRow, plain={NUMBERS: "prefix value"}),
    Table(
        of=desk.TicketRow, own=("id", "ticket"),
        personal={
            "summary": W, "requester": P, "assignee": P, "goal": W, "brief": SHAPE, "resolution": W,
            "documented": COMPANY, "vendor_number": W, "rating_note": W, "channel": PLACE, "thread_ts": PLACE,
        },
        plain={
            NUMBERS: "id number kind state version category impact urgency priority priority_why tier policy_version "
            "opened_at clock_from paused_at warn_at wakes_at reminded response_due resolution_due update_due "
            "responded_at resolved_at resolution_code closed_at closed_how merged_into moves reassigned reopened "
            "vendor_promised rating conversation_id",
            "as the desk file calls it": "queue hours vendor",
        },
    ),
    Table(of=desk.PlaceRow, own=("ticket_id", "ticket"), plain={
        NUMBERS: "id ticket_id", STAFF_PLACE: "queue_channel channel ts"}),
    Table(of=desk.PauseRow, own=("ticket_id", "ticket"), personal={"by": P, "note": W}, plain={
        NUMBERS: "id ticket_id why began_at ended_at"}),
    Table(of=desk.AgreementRow, plain={"policies and calendars, without people": "version content since"}),
    Table(of=desk.LinkRow, plain={NUMBERS: "id ticket_id other_id kind"}),
    Table(
        of=desk.ReplyRow, own=("ticket_id", "ticket"),
        personal={"by": P, "text": W, "files": EMPTY, "key": KEY, "channel": PLACE, "ts": PLACE},
        plain={NUMBERS: "id ticket_id asks state written_at due_at"},
    ),
    Table(
        of=desk.MirrorRow, own=("ticket_id", "ticket"), end=End.DELETE,
        personal={"from_channel": PLACE, "from_ts": PLACE, "to_channel": PLACE, "to_ts": PLACE},
        plain={NUMBERS: "id ticket_id"},
    ),
    Table(of=desk.ReferenceRow, own=("ticket_id", "ticket"), end=End.DELETE, personal={"reference": W, "url": W},
          plain={NUMBERS: "id ticket_id seen", "the name of a ticket system": "system"}),
    Table(of=desk.TaskRow, own=("ticket_id", "ticket"), personal={"note": W, "done_by": P}, plain={
        NUMBERS: "id kind ticket_id opened_at done_at", CONTENT: "slug"}),
    Table(of=desk.OutageRow, personal={"text": COMPANY, "declared_by": P}, plain={
        NUMBERS: "id declared_at ended_at", "of the company's words": "vector", "the name of a model": "encoder"}),
    Table(of=desk.AffectedRow, own=("person", "person"), end=End.DELETE,
          personal={"person": P, "channel": PLACE, "thread_ts": PLACE}, plain={NUMBERS: "id outage_id at"}),
    Table(
        of=actions.ActionRow, own=("id", "request"),
        personal={
            "requester": P, "approver": P, "decided_by": P, "about": W, "why": W, "note": W, "given": EMPTY,
            "results": EMPTY,
        },
        plain={
            NUMBERS: "id run seen approval dry_run state counts asked asked_why requested_at decided_at attempts "
            "harmless ended_at", CONTENT: "name outcome",
        },
    ),
    Table(of=actions.ActionUseRow, plain={CONTENT: "name", NUMBERS: "last_at"}),
    Table(of=actions.ApprovalPlaceRow, own=("request_id", "request"), end=End.DELETE,
          personal={"channel": PLACE, "ts": PLACE}, plain={NUMBERS: "id request_id"}),
)  # fmt: skip

KNOWLEDGE = (
    Table(of=kb.ItemRow, plain={
        NUMBERS: "id kind state revision lapsed_at lapse", CONTENT: "slug",
        "a check sum of the company's words": "hash"}),
    Table(of=kb.RevisionRow, personal={
        "title": COMPANY, "source": COMPANY, "fields": COMPANY, "saved_by": P, "note": COMPANY},
        plain={NUMBERS: "id item_id number saved_at"}),
    Table(of=kb.DraftRow, personal={
        "title": COMPANY, "source": COMPANY, "note": COMPANY, "begun_by": P, "saved_by": P, "writers": COMPANY},
        plain={NUMBERS: "id item_id based_on state version saved_at", "what it was made from, by number": "origin"}),
    Table(of=kb.FileRow, personal={"name": COMPANY}, plain={
        "the company's own pictures, which nobody but a person can look through": "data",
        NUMBERS: "added_at", "a check sum of the company's own": "hash", CONTENT: "media_type"}),
    Table(of=kb.SourceRow, personal={"folder": COMPANY, "path": COMPANY}, plain={
        NUMBERS: "id item_id revision synced_at", "a check sum of the company's words": "hash"}),
    Table(of=kb.ReadRow, plain={NUMBERS: "item_id day place count"}),
    Table(of=kb.EntryRow, personal={"heading": COMPANY, "text": COMPANY}, plain={
        NUMBERS: "id item_id kind ordinal", "a check sum of the company's words": "hash"}),
    Table(of=kb.VectorRow, plain={"of the company's words": "hash data", "the name of a model": "encoder"}),
    Table(of=kb.GenerationRow, plain={NUMBERS: "id number"}),
    Table(
        of=kb.RunRow, own=("id", "run"),
        personal={"owner": P, "progress": SHAPE, "channel": PLACE, "message_ts": PLACE},
        plain={
            NUMBERS: "id revision conversation_id seen shown end started_at moved_at wakes_at reminded_at came_back_at",
            CONTENT: "recipe",
        },
    ),
)  # fmt: skip

FLOOR = (
    Table(of=people.PersonRow, own=("id", "person"), end=End.DELETE, personal={
        "id": P, "name": W, "email": W, "title": W, "tz": W, "roles": EMPTY, "platforms": EMPTY, "groups": EMPTY},
        plain={"gone with the row": "level seen_at"}),
    Table(of=events.Event, end=End.BY_HAND, personal={"actor": BY_HAND, "data": BY_HAND}, plain={
        NUMBERS: "id at kind", "what it is about, by number": "subject"}),
    Table(of=audit.SealRow, plain={
        NUMBERS: "place event_id", "hashes, from which no content can be read": "digest hash"}),
    Table(of=OutboxItem, end=End.BY_HAND, personal={
        "key": BY_HAND, "lane": BY_HAND, "payload": BY_HAND, "error": BY_HAND},
        plain={NUMBERS: "id kind created_at due_at attempts done_at gave_up"}),
    Table(of=received.Received, end=End.BY_HAND, personal={"key": BY_HAND}, plain={NUMBERS: "at"}),
    Table(of=leases.LeaseRow, plain={"a process, by its machine": "holder", NUMBERS: "name until"}),
    Table(of=marks.MarkRow, plain={"how far something has come": "name number"}),
)  # fmt: skip

TABLES: tuple[Table, ...] = (*CONVERSATIONS, *DESK, *KNOWLEDGE, *FLOOR)
