"""Tickets know when their requester hears from us next; open ones begin with the answer they were promised."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tickets") as table:
        table.add_column(sa.Column("update_due", sa.DateTime(timezone=True), nullable=True))
        table.create_index("ix_tickets_update_due", ["update_due"])
    op.execute("UPDATE tickets SET update_due = response_due WHERE state <> 'resolved'")
