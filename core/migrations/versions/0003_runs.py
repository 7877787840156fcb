"""Runs that wait, are reminded of, come back, and are drawn again after a fall."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("kb_runs") as table:
        table.add_column(sa.Column("shown", sa.Integer, nullable=False, server_default="-1"))
        for name in ("wakes_at", "reminded_at", "came_back_at"):
            table.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        table.create_index("ix_kb_runs_wakes", ["end", "wakes_at"])
        table.create_index("ix_kb_runs_recipe", ["recipe", "started_at"])
        table.create_index("ix_kb_runs_moved", ["moved_at"])
