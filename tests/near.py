"""Rows put into a table that pgvector searches, without texts and an encoder."""

import hashlib
from dataclasses import dataclass

from core.db import Database, insert
from core.encoder import HashingEncoder, Vectors
from kb.pgsearch import PgRows
from kb.pgvectors import PgVectors
from kb.tables import EntryRow, ItemRow, VectorRow

ITEM = 1


@dataclass
class Named(HashingEncoder):
    """An encoder of some number of dimensions; it encodes nothing here."""

    dims: int = 4

    @property
    def name(self) -> str:
        """One name for each number of dimensions: a table of its own."""
        return f"rows of {self.dims}"


def stored(database: Database, rows: Vectors, exact_up_to: int) -> PgRows:
    """Some rows [n, dims] as the entries of one item, kept and searched in the database."""
    encoder = Named(dims=rows.shape[1])
    near = PgVectors(database, encoder, exact_up_to)
    near.prepare()
    hashes = [hashlib.sha256(row.tobytes()).hexdigest() for row in rows]
    with database.transaction() as session:
        if not session.get(ItemRow, ITEM):
            session.add(ItemRow(id=ITEM, kind="article", slug="rows", state="published", revision=1, hash=""))
        vectors = [
            {"encoder": encoder.name, "hash": key, "data": row.tobytes()} for key, row in zip(hashes, rows, strict=True)
        ]
        if not hashes: return near.rows([], whole=True)
        session.execute(insert(session, VectorRow).on_conflict_do_nothing(), vectors)
        entries = {"item_id": ITEM, "kind": "passage", "ordinal": 0, "heading": "", "text": ""}
        session.execute(insert(session, EntryRow), [entries | {"hash": key} for key in hashes])
    return near.rows(hashes, whole=True)
