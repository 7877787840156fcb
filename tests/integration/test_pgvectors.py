"""A knowledge base whose vectors are searched in PostgreSQL: what is hidden, edited, removed, and what is missing."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from psycopg import sql
from sqlalchemy import func, inspect, select, table, text

from core.db import Database
from core.encoder import HashingEncoder, Vectors
from core.errors import ConfigProblem
from core.people import EMPLOYEES, PUBLIC, STAFF
from kb.pgvectors import PgVectors
from kb.service import KnowledgeBase
from kb.vectors import packed
from kb.writing import Draft, article_draft
from tests.fakes import FakeClock
from tests.near import Named, stored
from tests.postgres import PostgresServer
from tests.statements import asked

BOTH = frozenset({EMPLOYEES, STAFF})
Make = Callable[[], KnowledgeBase]


class Counting(HashingEncoder):
    """Counts the texts that it embeds."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """As the hashing encoder, noted down."""
        self.texts += texts
        return super().encode(texts)


def draft(slug: str, body: str, audience: str = "employees") -> Draft:
    """An article about to be saved."""
    made = article_draft(f"{slug}.md", f"---\ntitle: {slug}\naudience: {audience}\n---\n{body}\n")
    assert isinstance(made, Draft), made
    return made


def found(kb: KnowledgeBase, words: str, audiences: frozenset[str] = PUBLIC) -> list[str]:
    """The slugs of what a question finds by its vector alone."""
    return [one.slug for one in kb.search(HashingEncoder().encode([words])[0], "", audiences)]


def rows_of(database: Database) -> int:
    """How many vectors the database searches."""
    query = select(func.count()).select_from(table(table_of(database)))
    with database.reading() as session: return session.scalar(query) or 0


def table_of(database: Database) -> str:
    """The table of the one encoder there is."""
    (name,) = (name for name in inspect(database.engine).get_table_names() if name.startswith("kb_near_"))
    return name


@pytest.fixture
def encoder() -> Counting:
    """One encoder for all processes."""
    return Counting()


@pytest.fixture
def database(postgres_database: Database) -> Database:
    """Only PostgreSQL can."""
    return postgres_database


@pytest.fixture
def process(database: Database, encoder: Counting, clock: FakeClock) -> Make:
    """Makes knowledge bases on one database, each as a process of its own has it."""

    def make() -> KnowledgeBase:
        near = PgVectors(database, encoder)
        near.prepare()
        return KnowledgeBase(database, encoder, clock, near=near)

    return make


def test_an_edit_is_found_by_the_next_search_of_another_process(process: Make, encoder: Counting) -> None:
    """Only the changed passage is embedded, once for all of them."""
    one, other = process(), process()
    one.save(draft("vpn", "Use globalprotect.\n## Mac\nMenu bar."), by="U1")
    assert found(other, "Use globalprotect.") == ["vpn"]
    encoder.texts.clear()
    one.save(draft("vpn", "Use anyconnect.\n## Mac\nMenu bar."), by="U1")
    best = other.search(HashingEncoder().encode(["Use anyconnect."])[0], "", PUBLIC)[0]
    assert best.passage_cosine == pytest.approx(1.0, abs=1e-6)
    assert found(one, "Use anyconnect.") == ["vpn"]
    assert encoder.texts == ["Use anyconnect."]


def test_what_somebody_may_not_see_changes_nothing_of_what_they_find(process: Make) -> None:
    """Neither in an index that was there before it, nor in one that is built later."""
    kb = process()
    kb.save(draft("vpn", "Open the globe."), by="U1")
    found(kb, "globe")
    kb.save(draft("gateway", "Gateway failover.", "staff"), by="U1")
    for seen in (kb, process()):
        assert found(seen, "Gateway failover.") == ["vpn"]
        assert found(seen, "Gateway failover.", BOTH)[0] == "gateway"


def test_what_is_hidden_or_retired_is_gone_with_the_next_search(process: Make) -> None:
    """In each process, though the rows of the table are still there."""
    one, other = process(), process()
    for slug in ("vpn", "mail"): one.save(draft(slug, f"All of {slug}."), by="U1")
    assert found(other, "All of mail.") == ["mail", "vpn"]
    one.save(draft("mail", "All of mail.", "staff"), by="U1")
    assert found(other, "All of mail.") == ["vpn"]
    one.retire("article", "vpn", by="U1")
    assert found(other, "All of mail.") == []


def test_what_nobody_can_find_is_removed_when_an_index_is_built(process: Make, database: Database) -> None:
    """A text that two articles have stays until the last of them is gone."""
    one = process()
    one.save(draft("vpn", "Shared words."), by="U1")
    one.save(draft("mail", "Shared words."), by="U1")
    assert sorted(found(one, "Shared words.")) == ["mail", "vpn"]
    assert rows_of(database) == 3
    one.retire("article", "vpn", by="U1")
    assert found(process(), "Shared words.") == ["mail"]
    assert rows_of(database) == 2
    one.retire("article", "mail", by="U1")
    assert found(process(), "Shared words.") == []
    assert rows_of(database) == 0


def test_a_draft_is_tried_without_a_row_in_the_table(process: Make, database: Database) -> None:
    """It stands in the process beside what is published."""
    kb = process()
    kb.save(draft("vpn", "Open the globe."), by="U1")
    found(kb, "globe")
    _, after = kb.tried("article", "mail", draft("mail", "Outlook asks for a password."))
    assert found(after, "Outlook asks for a password.")[0] == "mail"
    assert rows_of(database) == 2


def test_a_search_among_many_rows_uses_the_index_by_nearness(database: Database) -> None:
    """The plan says so; and where very few may be seen these are compared one by one, and all of them found."""
    numbers = np.random.default_rng(1).normal(size=(3000, 8)).astype(np.float32)
    index = stored(database, numbers, exact_up_to=1000).index()
    with asked(database) as statements: index.nearest(numbers[7], 5)
    query = next(one for one in statements if "<#>" in one)
    name = table_of(database)
    plan = "EXPLAIN SELECT id FROM {0} WHERE get_bit('\\xff'::bytea, id % 8) = 1 ORDER BY vector <#> '{1}' LIMIT 5"
    with database.reading() as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        lines = session.scalars(text(plan.format(name, list(range(8))))).all()
    assert "+" not in query.split("ORDER BY")[1]
    assert any(f"Index Scan using {name}_hnsw" in line for line in lines)
    wanted = np.zeros(3000, dtype=bool)
    wanted[[3, 1500, 2999]] = True
    with asked(database) as statements:
        rows, _ = index.nearest(numbers[7], 5, packed(wanted))
    assert sorted(rows.tolist()) == [3, 1500, 2999]
    assert sum("<#>" in one for one in statements) == 1


def test_sqlite_is_refused_in_one_line(sqlite_database: Database) -> None:
    """With what would be needed."""
    with pytest.raises(ConfigProblem, match="=pgvector needs PostgreSQL; FIRSTLINE_DATABASE_URL is a SQLite file"):
        PgVectors(sqlite_database, HashingEncoder()).prepare()


def test_a_server_without_the_extension_is_refused_in_one_line(database: Database, postgres: PostgresServer) -> None:
    """As it is for somebody who may not make extensions."""
    postgres.run(sql.SQL("CREATE ROLE plain LOGIN"))
    other = Database(database.engine.url.set(username="plain").render_as_string(hide_password=False))
    with pytest.raises(ConfigProblem, match=r"needs the extension vector in the database: permission denied [^\n]*\.$"):
        PgVectors(other, HashingEncoder()).prepare()
    other.close()
    postgres.run(sql.SQL("DROP ROLE plain"))


def test_an_extension_that_is_too_old_is_refused(database: Database) -> None:
    """Before 0.8 a filter could leave a search by nearness with nothing."""
    with database.transaction() as session:
        session.execute(text("CREATE EXTENSION vector"))
        session.execute(text("UPDATE pg_extension SET extversion = '0.7.4' WHERE extname = 'vector'"))
    with pytest.raises(ConfigProblem, match=r"needs pgvector 0\.8 or later; the database has 0\.7\.4\.$"):
        PgVectors(database, HashingEncoder()).prepare()


def test_vectors_wider_than_the_index_takes_are_refused(database: Database) -> None:
    """Told at the start, and not by the database when the rows have become many."""
    with pytest.raises(ConfigProblem, match="needs vectors of up to 2000 numbers; those of the encoder have 3072"):
        PgVectors(database, Named(dims=3072)).prepare()
