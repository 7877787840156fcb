"""How every view asks the database: by an index, and as often with a few tickets as with a hundred thousand.

How long they take at full size `python -m tests.big` tells.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.assistant import Assistant
from core.db import Database
from kb.writing import Draft, article_draft
from tests.big.filling import NOW, fill
from tests.big.pattern import Pattern, patterns
from tests.big.views import views
from tests.killing import assistant_over
from tests.lives import shipped_desk
from tests.postgres import PostgresServer

LONG = (  # tables that grow with every question or ticket
    "tickets", "events", "turns", "conversations", "outbox", "event_seals", "received", "ticket_places",
    "ticket_pauses", "ticket_replies", "ticket_mirrors", "ticket_links", "kb_runs", "gap_questions",
)  # fmt: skip
COUNTED = {"gap_questions"}  # an editor's list of gaps counts the questions of all of them, from an index alone
MOST = {  # statements of a view, by how its name begins
    "Home, editor": 40, "Home": 20, "one's own": 20, "/it find": 5, "due": 3, "outbox": 3, "tasks in": 25,
    "health, sweep": 45, "any": 16,
}  # fmt: skip


@dataclass
class Heard:
    """The statements of one view, each with its values."""

    asked: list[tuple[str, Any]] = field(default_factory=list)

    def note(self, _connection: object, _cursor: object, statement: str, values: Any, *_rest: object) -> None:
        """Remember one."""
        self.asked.append((statement, values))


@pytest.fixture(scope="module")
def lives() -> list[Pattern]:
    """What becomes of tickets."""
    return patterns(shipped_desk(), {"vpn": 100})


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def use(
    request: pytest.FixtureRequest, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory, lives: list[Pattern]
) -> Iterator[Assistant]:
    """A company of 120 tickets and three articles."""
    if request.param == "sqlite":
        file = shutil.copy(migrated_file, tmp_path_factory.mktemp("big") / "big.db")
        url = f"sqlite:///{file}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.url(server.create(template=request.getfixturevalue("migrated_name")))
    database = Database(url)
    found = assistant_over(database, lambda: NOW)
    for slug in ("vpn-connect", "email-rules", "printer-jam"):
        draft = article_draft(f"{slug}.md", f"---\ntitle: {slug}\naudience: employees\n---\nAll about it.\n")
        assert isinstance(draft, Draft)
        found.parts.kb.save(draft, by="U0NOOR")
    fill(database, shipped_desk(), lives, tickets=120, events=1_200, note=lambda _done, _all: None)
    yield found
    database.close()


def test_no_view_reads_the_whole_of_a_long_table(use: Assistant) -> None:
    """What is searched by words is read in an index of just these; and a page is as many statements at any size."""
    found = []
    for name, heard in listened(use):
        found += [f"{name}: {line}" for one in heard.asked for line in whole(use, *one)]
        most = next((most for begin, most in MOST.items() if name.startswith(begin)), MOST["any"])
        if len(heard.asked) > most: found.append(f"{name}: {len(heard.asked)} statements")
    assert found == []
    assert list(whole(use, "SELECT brief FROM tickets", ()))  # it would be noticed


def listened(use: Assistant) -> Iterator[tuple[str, Heard]]:
    """Every view, looked at for the second time, and what it asked."""
    for name, view in views(use):
        view()
        heard = Heard()
        event.listen(use.parts.database.engine, "before_cursor_execute", heard.note)
        try:
            view()
        finally:
            event.remove(use.parts.database.engine, "before_cursor_execute", heard.note)
        yield name, heard


def whole(use: Assistant, statement: str, values: Any) -> Iterator[str]:
    """The lines of a statement's plan that read all rows of a long table."""
    if not statement.lstrip().startswith(("SELECT", "WITH")) or "set_config" in statement: return
    explain = "EXPLAIN QUERY PLAN " if use.parts.database.is_sqlite else "EXPLAIN "
    with use.parts.database.engine.connect() as connection:
        if not use.parts.database.is_sqlite: connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        lines = [str(row[-1]) for row in connection.exec_driver_sql(explain + statement, values)]
    for line in lines:
        scanned = re.search(r"(?:^SCAN|Seq Scan on) (\w+)", line)
        read = scanned and scanned[1] in LONG and scanned[1] not in COUNTED
        if read and "COVERING INDEX" not in line: yield f"{line} | {statement[:300]}"
