"""Vectors in PostgreSQL with the extension pgvector: for a knowledge base that is too large for one process's memory.

A table of its own for each encoder holds the vector of every text that is searched, by the text's hash; it is made
from `kb.tables.VectorRow`, and may be dropped whenever nobody searches. Below `EXACT_UP_TO` rows every one is compared,
beyond by HNSW (Malkov and Yashunin, 2016). A process keeps eight bytes a row: which row of the table it is.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from pgvector.psycopg import register_vector
from pgvector.sqlalchemy import VECTOR
from psycopg import sql
from sqlalchemy import BigInteger, Column, Identity, Index, MetaData, String, Table, delete, exists, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.db import Database, reason
from core.encoder import Encoder, Vectors
from core.errors import ConfigProblem
from kb.pgsearch import PgRows, dims
from kb.tables import EntryRow, VectorRow
from kb.vectors import check

EXACT_UP_TO = 5_000  # rows of the table; comparing with every one takes about 7 ms there, and grows with each
MOST_DIMS = 2_000  # numbers of a vector that an HNSW index takes
AT_ONCE = 5_000  # rows copied in one transaction: some eight megabytes
OLDEST = (0, 8)  # the version of pgvector that goes on searching when a filter leaves too few
LOCK = 7_301_004  # the advisory lock of whoever makes or fills a table
NEEDED = "FIRSTLINE_VECTORS=pgvector needs"


class PgVectors:
    """The table of one encoder's vectors."""

    def __init__(self, database: Database, encoder: Encoder, exact_up_to: int = EXACT_UP_TO) -> None:
        """Take the database and the encoder; `exact_up_to` is the number of rows beyond which HNSW is used."""
        self._database, self._encoder, self._exact_up_to = database, encoder.name, exact_up_to
        self._table = _table(encoder.name, encoder.dims)

    def prepare(self) -> None:
        """Make the extension and the table where they are not there yet.

        Raises:
            ConfigProblem: one line: the database is none that can, or lacks the extension.
        """
        if self._database.is_sqlite:
            raise ConfigProblem([f"{NEEDED} PostgreSQL; FIRSTLINE_DATABASE_URL is a SQLite file."])
        if (wide := dims(self._table)) > MOST_DIMS:
            raise ConfigProblem([f"{NEEDED} vectors of up to {MOST_DIMS} numbers; those of the encoder have {wide}."])
        try:
            with self._database.transaction() as session: self._make(session)
        except DBAPIError as error:
            why = reason(error).split(" DETAIL")[0].split(" HINT")[0]
            raise ConfigProblem([f"{NEEDED} the extension vector in the database: {why}."]) from None

    def _make(self, session: Session) -> None:
        _lock(session)
        session.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
        found = session.scalar(text("SELECT extversion FROM pg_extension WHERE extname = 'vector'")) or "0"
        if tuple(map(int, found.split(".")[:2])) < OLDEST:
            raise ConfigProblem([f"{NEEDED} pgvector 0.8 or later; the database has {found}."])
        self._table.create(session.connection(), checkfirst=True)

    def rows(self, hashes: Sequence[str], *, whole: bool) -> PgRows:
        """The rows of some texts by their hashes, in their order; copied first from what is stored of each.

        `whole` says that these are all that one shelf has: then what no shelf has any more is removed, and an HNSW
        index is made if there are that many rows and there is none.
        """
        known: dict[str, int] = {}
        each = list(dict.fromkeys(hashes))
        for start in range(0, len(each), AT_ONCE): known |= self._filled(each[start : start + AT_ONCE])
        if whole: self._tidy()
        numbers = np.fromiter((known[key] for key in hashes), dtype=np.int64, count=len(hashes))
        return PgRows(self._database, self._table, numbers, self._exact_up_to)

    def _filled(self, hashes: Sequence[str]) -> dict[str, int]:
        """The row of each text; those that are missing are put in by one process at a time."""
        with self._database.reading() as session: known = self._known(session, hashes)
        missing = [key for key in hashes if key not in known]
        if not missing: return known
        with self._database.transaction() as session:
            _lock(session)
            known |= self._known(session, missing)
            self._copy(session, [key for key in missing if key not in known])
            return known | self._known(session, missing)

    def _known(self, session: Session, hashes: Sequence[str]) -> dict[str, int]:
        query = select(self._table.c.hash, self._table.c.id).where(self._table.c.hash.in_(hashes))
        return {key: number for key, number in session.execute(query)}  # noqa: C416 - dict() would take the rows for a mapping

    def _copy(self, session: Session, hashes: Sequence[str]) -> None:
        connection: Any = session.connection().connection.driver_connection
        register_vector(connection)
        into = sql.SQL("COPY {} (hash, vector) FROM STDIN (FORMAT BINARY)").format(sql.Identifier(self._table.name))
        stored = list(self._stored(session, hashes))
        with connection.cursor() as cursor, cursor.copy(into) as copy:
            copy.set_types(["varchar", "vector"])
            for row in stored: copy.write_row(row)

    def _stored(self, session: Session, hashes: Sequence[str]) -> Iterator[tuple[str, Vectors]]:
        query = select(VectorRow.hash, VectorRow.data).where(VectorRow.encoder == self._encoder)
        for key, data in session.execute(query.where(VectorRow.hash.in_(hashes))):
            row = np.frombuffer(data, dtype="<f4")
            check(row)
            yield key, row

    def _tidy(self) -> None:
        """Remove what nobody can find any more, and make the index that so many rows need."""
        with self._database.transaction() as session:
            _lock(session)
            used = exists().where(EntryRow.hash == self._table.c.hash)
            session.execute(delete(self._table).where(~used))
            many = session.scalar(select(func.count()).select_from(self._table)) or 0
            if many > self._exact_up_to: _hnsw(self._table).create(session.connection(), checkfirst=True)


def _table(encoder: str, wide: int) -> Table:
    """Apart from the product's tables: migrations know nothing of it."""
    name = f"kb_near_{hashlib.sha256(encoder.encode()).hexdigest()[:12]}"
    return Table(
        name, MetaData(), Column("id", BigInteger, Identity(), primary_key=True),
        Column("hash", String(64), unique=True, nullable=False), Column("vector", VECTOR(wide), nullable=False),
    )  # fmt: skip


def _hnsw(table: Table) -> Index:
    """The index by nearness, with the sizes that pgvector comes with (m 16, ef_construction 64)."""
    apart = table.to_metadata(MetaData())
    return Index(
        f"{table.name}_hnsw", apart.c.vector, postgresql_using="hnsw", postgresql_ops={"vector": "vector_ip_ops"}
    )


def _lock(session: Session) -> None:
    """Take turns with other processes until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(LOCK)))
