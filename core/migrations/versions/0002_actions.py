"""Actions: requests, the locks of their limits, and where approvals are asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "action_requests",
        *(_number("id"), _number("run"), _number("seen"), _words("name", 60), _words("approval", 12)),
        *(_flag("dry_run"), _words("requester", 40), _json("given"), _words("about"), _words("state", 12)),
        *(_flag("counts"), _words("asked", 12), _words("approver", 40), _words("asked_why", 20)),
        *(_time("requested_at"), _words("decided_by", 40), _time("decided_at", nullable=True), _words("why")),
        *(_number("attempts"), _number("harmless"), _words("outcome", 60), _json("results"), _words("note")),
        _time("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_action_requests"),
        sa.UniqueConstraint("run", "seen", name="uq_action_requests_run_seen"),
    )
    op.create_index("ix_action_requests_name", "action_requests", ["name", "requested_at"])
    op.create_table(
        "action_uses",
        *(_words("name", 60), _time("last_at")),
        sa.PrimaryKeyConstraint("name", name="pk_action_uses"),
    )
    op.create_table(
        "approval_places",
        *(_number("id"), _number("request_id"), _words("channel", 40), _words("ts", 40)),
        sa.PrimaryKeyConstraint("id", name="pk_approval_places"),
        sa.UniqueConstraint("request_id", "channel", name="uq_approval_places_request_id_channel"),
    )


def _words(name: str, length: int | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(length) if length else sa.Text(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON, nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
