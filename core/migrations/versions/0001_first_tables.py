"""First tables: people, events, outbox, knowledge base, desk, conversations.

Migrations only go forward; a database is taken back by restoring its backup.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WHY = "events are facts: they are never changed or deleted"


def upgrade() -> None:
    _core()
    _events_stay()
    _knowledge()
    _desk()
    _outages()
    _conversations()


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, nullable=False)


def _words(name: str, length: int | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON, nullable=False)


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _core() -> None:
    op.create_table(
        "people",
        *(_words("id", 40), _words("name", 200), _words("email", 320), _words("title", 200), _words("tz", 60)),
        *(_json("roles"), _number("level"), _json("platforms"), _time("seen_at")),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
    )
    op.create_index("ix_people_email", "people", ["email"])
    op.create_table(
        "received",
        sa.Column("key", sa.String(120), nullable=False),
        _time("at"),
        sa.PrimaryKeyConstraint("key", name="pk_received"),
    )
    op.create_table(
        "outbox",
        *(_id(), _words("key", 160), _words("lane", 80), _words("kind", 40), _json("payload")),
        *(_time("created_at"), _time("due_at"), _number("attempts"), _time("done_at", nullable=True)),
        *(sa.Column("gave_up", sa.Boolean, nullable=False), _words("error")),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    )
    op.create_index("ix_outbox_open", "outbox", ["done_at", "due_at"])
    op.create_index("ix_outbox_lane", "outbox", ["lane", "id"])
    op.create_table(
        "events",
        *(_id(), _time("at"), _words("kind", 60), _words("subject", 80), _words("actor", 40), _json("data")),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_index("ix_events_subject", "events", ["subject", "id"])
    op.create_index("ix_events_kind", "events", ["kind", "at"])


def _events_stay() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for action in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER events_no_{action} BEFORE {action} ON events BEGIN SELECT RAISE(ABORT, '{WHY}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION events_stay() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{WHY}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER events_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON events "
        "FOR EACH STATEMENT EXECUTE FUNCTION events_stay()"
    )


def _knowledge() -> None:
    op.create_table(
        "kb_items",
        *(_id(), _words("kind", 10), _words("slug", 100), _words("state", 12), _number("revision"), _words("hash", 64)),
        sa.PrimaryKeyConstraint("id", name="pk_kb_items"),
        sa.UniqueConstraint("kind", "slug", name="uq_kb_items_kind_slug"),
    )
    op.create_table(
        "kb_revisions",
        *(_id(), _number("item_id"), _number("number"), _words("title", 150), _words("source"), _json("fields")),
        *(_words("saved_by", 40), _time("saved_at")),
        sa.PrimaryKeyConstraint("id", name="pk_kb_revisions"),
        sa.ForeignKeyConstraint(["item_id"], ["kb_items.id"], name="fk_kb_revisions_item_id_kb_items"),
        sa.UniqueConstraint("item_id", "number", name="uq_kb_revisions_item_id_number"),
    )
    op.create_table(
        "kb_entries",
        *(_id(), _number("item_id"), _words("kind", 10), _number("ordinal")),
        *(_words("heading"), _words("text"), _words("hash", 64)),
        sa.PrimaryKeyConstraint("id", name="pk_kb_entries"),
        sa.ForeignKeyConstraint(["item_id"], ["kb_items.id"], name="fk_kb_entries_item_id_kb_items"),
    )
    op.create_index("ix_kb_entries_item", "kb_entries", ["item_id"])
    op.create_table(
        "kb_vectors",
        *(_words("encoder", 120), _words("hash", 64), _bytes("data")),
        sa.PrimaryKeyConstraint("encoder", "hash", name="pk_kb_vectors"),
    )
    op.create_table(
        "kb_generation",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        _number("number"),
        sa.PrimaryKeyConstraint("id", name="pk_kb_generation"),
    )
    op.create_table(
        "kb_runs",
        *(_id(), _words("recipe", 100), _number("revision"), _words("owner", 40), _number("conversation_id")),
        *(_number("seen"), _json("progress"), _words("end", 12), _words("channel", 40), _words("message_ts", 40)),
        *(_time("started_at"), _time("moved_at")),
        sa.PrimaryKeyConstraint("id", name="pk_kb_runs"),
    )
    op.create_index("ix_kb_runs_conversation", "kb_runs", ["conversation_id"])


def _desk() -> None:
    op.create_table(
        "ticket_counters",
        *(_words("prefix", 8), _number("value")),
        sa.PrimaryKeyConstraint("prefix", name="pk_ticket_counters"),
    )
    op.create_table(
        "tickets",
        *(_id(), _words("number", 16), _words("kind", 10), _words("state", 12), _number("version")),
        *(_words("summary", 200), _words("requester", 40), _words("assignee", 40), _words("category", 40)),
        *(_words("impact", 8), _words("urgency", 8), _words("priority", 4), _words("priority_why", 120)),
        *(_words("queue", 40), _number("tier"), _words("goal"), _json("brief"), _number("policy_version")),
        *(_time("opened_at"), _time("response_due"), _time("resolution_due")),
        *(_time("responded_at", nullable=True), _time("resolved_at", nullable=True)),
        *(_words("resolution_code", 20), _words("resolution"), sa.Column("conversation_id", sa.Integer)),
        *(_words("channel", 40), _words("thread_ts", 40)),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
        sa.UniqueConstraint("number", name="uq_tickets_number"),
    )
    op.create_index("ix_tickets_requester", "tickets", ["requester", "id"])
    op.create_index("ix_tickets_queue", "tickets", ["queue", "state"])
    op.create_index("ix_tickets_conversation_id", "tickets", ["conversation_id"])
    op.create_table(
        "ticket_places",
        *(_id(), _number("ticket_id"), _words("queue_channel", 80), _words("channel", 40), _words("ts", 40)),
        sa.PrimaryKeyConstraint("id", name="pk_ticket_places"),
        sa.UniqueConstraint("ticket_id", "channel", name="uq_ticket_places_ticket_id_channel"),
    )
    op.create_index("ix_ticket_places_ticket_id", "ticket_places", ["ticket_id"])


def _outages() -> None:
    op.create_table(
        "outages",
        *(_id(), _words("text"), _words("encoder", 120), _bytes("vector"), _words("declared_by", 40)),
        *(_time("declared_at"), _time("ended_at", nullable=True)),
        sa.PrimaryKeyConstraint("id", name="pk_outages"),
    )
    op.create_table(
        "outage_affected",
        *(_id(), _number("outage_id"), _words("person", 40), _words("channel", 40), _words("thread_ts", 40)),
        _time("at"),
        sa.PrimaryKeyConstraint("id", name="pk_outage_affected"),
        sa.UniqueConstraint("outage_id", "person", name="uq_outage_affected_outage_id_person"),
    )


def _conversations() -> None:
    op.create_table(
        "conversations",
        *(_id(), _words("channel", 40), _words("thread_ts", 40), _words("person", 40), _words("surface", 20)),
        _time("opened_at"),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.UniqueConstraint("channel", "thread_ts", name="uq_conversations_channel_thread_ts"),
    )
    op.create_index("ix_conversations_person", "conversations", ["person"])
    op.create_table(
        "turns",
        *(_id(), _number("conversation_id"), _words("ts", 40), _words("text"), _json("files")),
        *(_words("decision", 12), sa.Column("confidence", sa.Double, nullable=False), _json("trace")),
        *(_words("feedback", 12), _time("at")),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_turns_conversation_id_conversations"
        ),
    )
    op.create_index("ix_turns_conversation", "turns", ["conversation_id", "id"])
