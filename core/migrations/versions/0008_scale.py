"""Several processes: leases, and what PostgreSQL tells every process that listens; see `core.signals`."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TELL_OF_ITEM = """
CREATE FUNCTION firstline_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('firstline', 'outbox:' || NEW.kind); RETURN NULL; END $$
"""
ON_ITEM = """
CREATE TRIGGER firstline_item AFTER INSERT ON outbox FOR EACH ROW
WHEN (NEW.done_at IS NULL AND NEW.due_at <= NEW.created_at) EXECUTE FUNCTION firstline_item()
"""  # what is due later wakes nobody: whoever looks by itself finds it
TELL_OF_PUBLISHED = """
CREATE FUNCTION firstline_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('firstline', 'published'); RETURN NULL; END $$
"""
ON_PUBLISHED = """
CREATE TRIGGER firstline_published AFTER INSERT OR UPDATE ON {table} FOR EACH STATEMENT
EXECUTE FUNCTION firstline_published()
"""


def upgrade() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.String(60), primary_key=True),
        sa.Column("holder", sa.String(60), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
    )
    if op.get_bind().dialect.name != "postgresql": return
    told = (TELL_OF_ITEM, ON_ITEM, TELL_OF_PUBLISHED, ON_PUBLISHED.format(table="kb_generation"))
    for statement in told: op.execute(statement)
