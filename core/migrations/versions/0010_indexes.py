"""A hundred thousand tickets: what the queues, searches and reports read without reading whole rows."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OPEN = ["state", "queue", "tier", "assignee", "paused_at", "responded_at", "response_due", "resolution_due", "id"]
WORDS = ["state", "requester", "assignee", "number", "summary", "id"]


def upgrade() -> None:
    op.create_index("ix_tickets_state", "tickets", OPEN)
    op.create_index("ix_tickets_words", "tickets", WORDS)
    op.create_index("ix_kb_reads_counted", "kb_reads", ["item_id", "day", "count"])
