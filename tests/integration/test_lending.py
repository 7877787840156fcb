"""The databases that tests are lent: as good as new, and only where they can be made so."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from core import events, outbox
from core.db import Database
from tests.postgres import Lending, PostgresServer

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_what_a_test_wrote_is_gone(postgres: PostgresServer, lending: Lending) -> None:
    """Rows, also those that triggers protect; numbers begin at one again; whoever is still connected is thrown out."""
    name = lending.lend()
    left, new = Database(postgres.url(name)), Database(postgres.url(name))
    with left.transaction() as session:
        outbox.put(session, "card", key="a", lane="a", now=NOW)
        events.record(session, "ticket.opened", subject="ticket:1", actor="firstline", at=NOW)
    lending.take_back(name)
    assert lending.lend() == name
    with new.transaction() as session:
        assert session.scalar(text("SELECT count(*) FROM events")) == 0
        outbox.put(session, "card", key="a", lane="a", now=NOW)
        assert session.scalars(text("SELECT id FROM outbox")).all() == [1]
    for one in (left, new): one.close()
    lending.take_back(name)


@pytest.mark.parametrize("change", [
    "CREATE INDEX more ON outbox (kind)", "ALTER TABLE events DISABLE TRIGGER ALL", "DROP TABLE alembic_version",
    "ALTER TABLE outbox ALTER COLUMN error DROP NOT NULL",
])  # fmt: skip
def test_one_that_was_built_on_is_thrown_away(postgres: PostgresServer, lending: Lending, change: str) -> None:
    """The next test gets another database."""
    name = lending.lend()
    database = Database(postgres.url(name))
    with database.transaction() as session: session.execute(text(change))
    database.close()
    lending.take_back(name)
    other = lending.lend()
    assert other != name
    lending.take_back(other)
