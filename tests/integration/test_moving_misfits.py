"""What SQLite let through and another database does not take: it is told in one line, and nothing is moved."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from core import events, moving
from core.db import Database
from core.errors import BadInput
from core.events import Event
from core.migrate import upgrade
from tests.postgres import PostgresServer

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MISFITS = {
    "too long": ("UPDATE events SET kind = :value WHERE id = 700", "k" * 200, "does not fit into the target"),
    "a zero character": ("UPDATE events SET actor = :value WHERE id = 700", "a\0b", "does not fit into the target"),
    "no time": ("UPDATE events SET at = :value WHERE id = 700", "yesterday", "cannot be read"),
    "no JSON": ("UPDATE events SET data = :value WHERE id = 700", "{broken", "cannot be read"),
}


@pytest.mark.parametrize("how", sorted(MISFITS))
def test_what_does_not_fit_is_named(tmp_path: Path, postgres: PostgresServer, how: str) -> None:
    """Its table and its row, wherever it stands; the target stays empty."""
    old, new = Database(f"sqlite:///{tmp_path}/old.db"), Database(postgres.url(postgres.create()))
    upgrade(old)
    change, value, told = MISFITS[how]
    with old.transaction() as session:
        for number in range(900): events.record(session, "a.b", "a:1", actor="U1", at=NOW, number=number)
        session.execute(text("DROP TRIGGER IF EXISTS events_no_update"))
        session.execute(text(change), {"value": value})
    with pytest.raises(BadInput, match=rf"^Row \(700,\) of events {told}; nothing was moved\.$"): moving.move(old, new)
    with new.reading() as session: assert session.scalar(select(func.count()).select_from(Event)) == 0
    for database in (old, new): database.close()
