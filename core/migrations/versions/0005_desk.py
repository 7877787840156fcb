"""The life of a ticket: clocks that stand, promises that are kept, both lanes, other systems, editors' tasks."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LONG_AGO, SOON = timedelta(days=14), timedelta(days=3)  # how long one is reopened, and waited for, by default
WHEN = sa.DateTime(timezone=True)
PLACES = ("from_channel", "from_ts", "to_channel", "to_ts")


def upgrade() -> None:
    _tickets()
    _clocks()
    _lanes()
    _others()


def _tickets() -> None:
    with op.batch_alter_table("tickets") as table:
        for name in ("clock_from", "paused_at", "warn_at", "wakes_at", "closed_at", "vendor_promised"):
            table.add_column(sa.Column(name, WHEN, nullable=True))
        for name in ("reminded", "moves", "reassigned", "reopened"):
            table.add_column(sa.Column(name, sa.Integer, nullable=False, server_default="0"))
        for name, size in {"hours": 40, "documented": 200, "closed_how": 12, "vendor": 80, "vendor_number": 80}.items():
            table.add_column(sa.Column(name, sa.String(size), nullable=False, server_default=""))
        for name in ("merged_into", "rating"): table.add_column(sa.Column(name, sa.Integer, nullable=True))
        table.add_column(sa.Column("rating_note", sa.Text, nullable=False, server_default=""))
        for name in ("warn_at", "wakes_at", "merged_into"): table.create_index(f"ix_tickets_{name}", [name])
        table.create_index("ix_tickets_assignee", ["assignee", "state"])
    op.execute("UPDATE tickets SET clock_from = opened_at")
    _resolved()
    op.execute("UPDATE tickets SET warn_at = response_due WHERE state <> 'resolved'")
    with op.batch_alter_table("tickets") as table: table.alter_column("clock_from", existing_type=WHEN, nullable=False)
    with op.batch_alter_table("ticket_places") as table:
        table.create_index("ix_ticket_places_thread", ["channel", "ts"])


def _resolved() -> None:
    """What was resolved long ago is over, and nobody is asked about it; the rest closes some days from now."""
    now = datetime.now(UTC)
    times = [sa.column(name, WHEN) for name in ("resolved_at", "closed_at", "wakes_at")]
    tickets = sa.table("tickets", *times, sa.column("state", sa.String), sa.column("closed_how", sa.String))
    over, long_ago = tickets.c.state == "resolved", tickets.c.resolved_at < now - LONG_AGO
    ended = {"state": "closed", "closed_at": tickets.c.resolved_at, "closed_how": "assumed"}
    op.execute(tickets.update().where(over, long_ago).values(**ended))
    op.execute(tickets.update().where(over).values(wakes_at=now + SOON))


def _clocks() -> None:
    op.create_table(
        "ticket_pauses",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("ticket_id", sa.Integer, nullable=False, index=True),
        sa.Column("why", sa.String(12), nullable=False),
        sa.Column("by", sa.String(40), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("began_at", WHEN, nullable=False),
        sa.Column("ended_at", WHEN, nullable=True),
    )
    op.create_table(
        "agreements",
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("since", WHEN, nullable=False),
    )


def _lanes() -> None:
    op.create_table(
        "ticket_replies",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("ticket_id", sa.Integer, nullable=False, index=True),
        sa.Column("by", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("files", sa.JSON, nullable=False),
        sa.Column("asks", sa.Boolean, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("key", sa.String(120), nullable=False, unique=True),
        sa.Column("written_at", WHEN, nullable=False),
        sa.Column("due_at", WHEN, nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("ts", sa.String(40), nullable=False),
    )
    op.create_table(
        "ticket_mirrors",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("ticket_id", sa.Integer, nullable=False, index=True),
        *(sa.Column(name, sa.String(40), nullable=False) for name in PLACES),
        sa.UniqueConstraint("from_channel", "from_ts", "to_channel"),
    )


def _others() -> None:
    op.create_table(
        "ticket_links",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("ticket_id", sa.Integer, nullable=False),
        sa.Column("other_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.UniqueConstraint("ticket_id", "other_id", "kind"),
        sa.Index("ix_ticket_links_other", "other_id"),
    )
    op.create_table(
        "ticket_references",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("ticket_id", sa.Integer, nullable=False),
        sa.Column("system", sa.String(20), nullable=False),
        sa.Column("reference", sa.String(120), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("seen", sa.Integer, nullable=False),
        sa.UniqueConstraint("ticket_id", "system"),
        sa.UniqueConstraint("system", "reference"),
    )
    op.create_table(
        "editor_tasks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("ticket_id", sa.Integer, nullable=False, index=True),
        sa.Column("slug", sa.String(120), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("opened_at", WHEN, nullable=False),
        sa.Column("done_at", WHEN, nullable=True),
        sa.Column("done_by", sa.String(40), nullable=False),
    )
