"""Editors: drafts beside what is published, pictures, folders kept in step, gaps, groups, and who is signed in."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    _knowledge()
    _drafts()
    _move_drafts()
    _files()
    _gaps()
    _items()
    _web()
    op.create_index("ix_turns_feedback", "turns", ["feedback", "id"])
    with op.batch_alter_table("people") as table:
        table.add_column(sa.Column("groups", sa.JSON, nullable=False, server_default="[]"))


def _knowledge() -> None:
    with op.batch_alter_table("kb_items") as table:
        table.add_column(sa.Column("lapsed_at", WHEN, nullable=True))
        table.add_column(sa.Column("lapse", sa.String(40), nullable=False, server_default=""))
    with op.batch_alter_table("kb_revisions") as table:
        table.add_column(sa.Column("note", sa.Text, nullable=False, server_default=""))


def _drafts() -> None:
    op.create_table(
        "kb_drafts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("item_id", sa.Integer, sa.ForeignKey("kb_items.id"), nullable=False, unique=True),
        sa.Column("based_on", sa.Integer, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("title", sa.String(150), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("origin", sa.String(80), nullable=False),
        sa.Column("begun_by", sa.String(40), nullable=False),
        sa.Column("saved_by", sa.String(40), nullable=False),
        sa.Column("saved_at", WHEN, nullable=False),
        sa.Column("writers", sa.JSON, nullable=False, server_default="[]"),
    )


def _move_drafts() -> None:
    """What was kept as an item in the state `draft` is a draft now."""
    op.execute(
        "INSERT INTO kb_drafts (item_id, based_on, state, version, title, source, note, origin, begun_by, saved_by, "
        "saved_at) SELECT i.id, 0, 'writing', i.revision, r.title, r.source, '', '', r.saved_by, r.saved_by, "
        "r.saved_at "
        "FROM kb_items i JOIN kb_revisions r ON r.item_id = i.id AND r.number = i.revision WHERE i.state = 'draft'"
    )
    op.execute("UPDATE kb_items SET state = 'retired' WHERE state = 'draft'")


def _files() -> None:
    op.create_table(
        "kb_files",
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(80), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("added_at", WHEN, nullable=False),
    )
    op.create_table(
        "kb_sources",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("folder", sa.String(200), nullable=False),
        sa.Column("path", sa.String(400), nullable=False),
        sa.Column("item_id", sa.Integer, sa.ForeignKey("kb_items.id"), nullable=False, index=True),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("synced_at", WHEN, nullable=False),
        sa.UniqueConstraint("folder", "path"),
    )
    op.create_table(
        "kb_reads",
        sa.Column("item_id", sa.Integer, sa.ForeignKey("kb_items.id"), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("place", sa.String(8), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
    )


def _gaps() -> None:
    op.create_table(
        "marks",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )
    op.create_table(
        "gaps",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("encoder", sa.String(120), nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("assignee", sa.String(40), nullable=False),
        sa.Column("snoozed_until", WHEN, nullable=True),
        sa.Column("snoozed_size", sa.Integer, nullable=False),
        sa.Column("draft", sa.String(120), nullable=False),
        sa.Column("opened_at", WHEN, nullable=False),
        sa.Column("last_at", WHEN, nullable=False),
        sa.Column("closed_at", WHEN, nullable=True),
        sa.Column("closed_why", sa.String(200), nullable=False),
        sa.Index("ix_gaps_state", "state", "last_at"),
    )
    op.create_table(
        "gap_questions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("gap_id", sa.Integer, sa.ForeignKey("gaps.id"), nullable=False),
        sa.Column("turn_id", sa.Integer, sa.ForeignKey("turns.id"), nullable=False, unique=True),
        sa.Column("person", sa.String(40), nullable=False),
        sa.Column("why", sa.String(20), nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("at", WHEN, nullable=False),
        sa.Index("ix_gap_questions_gap", "gap_id", "person", "minutes"),
    )


def _items() -> None:
    op.create_table(
        "item_people",
        sa.Column("item", sa.String(120), primary_key=True),
        sa.Column("person", sa.String(40), primary_key=True),
        sa.Column("shown_at", WHEN, nullable=True),
        sa.Column("helped", sa.Boolean, nullable=True),
        sa.Column("said_at", WHEN, nullable=True),
        sa.Column("ticket_at", WHEN, nullable=True),
        sa.Column("failed_at", WHEN, nullable=True),
    )
    op.create_table(
        "item_days",
        sa.Column("item", sa.String(120), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("shown", sa.Integer, nullable=False),
    )
    op.create_table(
        "item_tickets",
        sa.Column("item", sa.String(120), primary_key=True),
        sa.Column("what", sa.String(60), primary_key=True),
        sa.Column("ticket_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", WHEN, nullable=False),
    )
    op.create_table(
        "item_figures",
        sa.Column("item", sa.String(120), primary_key=True),
        sa.Column("stale", sa.Boolean, nullable=False),
        sa.Column("counted_at", WHEN, nullable=False),
        sa.Column("figures", sa.JSON, nullable=False),
        sa.Index("ix_item_figures_counted", "stale", "counted_at"),
    )


def _web() -> None:
    op.create_table(
        "web_sessions",
        sa.Column("token", sa.String(64), primary_key=True),
        sa.Column("person", sa.String(40), nullable=False, index=True),
        sa.Column("form_token", sa.String(64), nullable=False),
        sa.Column("opened_at", WHEN, nullable=False),
        sa.Column("seen_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False, index=True),
    )
