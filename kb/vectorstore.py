"""The vectors of searched texts, kept in the database: a text is embedded once, whoever saves it."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from sqlalchemy import select

from core.db import Database, insert
from core.encoder import Encoder, Vectors
from core.errors import ConfigProblem
from kb.index import Entry
from kb.loading import Loaded
from kb.pgvectors import PgVectors
from kb.tables import VectorRow
from kb.vectors import Elsewhere

AT_ONCE = 256  # texts embedded and stored together: a second or two of work between two notes of progress

Note = Callable[[int, int], None]


def silent(_done: int, _all: int) -> None:
    """Tell nobody how far it is."""


def hash_of(entry: Entry) -> str:
    """A hash of what is embedded of an entry."""
    return hashlib.sha256(_embedded(entry).encode()).hexdigest()


def _embedded(entry: Entry) -> str:
    """The text whose vector stands for an entry: a passage is read under its heading.

    Not under the article's title: that has a vector of its own, and would make all passages of an article alike
    (right first on data/training/questions.jsonl: .848 without, .824 with it).
    """
    return f"{entry.heading}\n{entry.text}" if entry.heading else entry.text


class VectorStore:
    """The stored vectors of one encoder."""

    def __init__(self, database: Database, encoder: Encoder, near: PgVectors | None = None) -> None:
        """Take the database that keeps them, and the encoder that makes them.

        With `near` the database searches them as well, and no process holds them.
        """
        self._database, self._encoder, self._near = database, encoder, near

    @property
    def encoder(self) -> str:
        """The name of the encoder."""
        return self._encoder.name

    @property
    def loaded(self) -> str | None:
        """The encoder whose vectors a process reads to search; None where the database searches."""
        return None if self._near else self.encoder

    def embed(self, entries: Iterable[Entry], note: Note = silent) -> None:
        """Embed what no vector is stored for yet, outside of any transaction that changes articles."""
        texts = {hash_of(entry): _embedded(entry) for entry in entries}
        query = select(VectorRow.hash).where(VectorRow.encoder == self.encoder)
        if len(texts) <= AT_ONCE: query = query.where(VectorRow.hash.in_(texts))  # one save does not read them all
        with self._database.reading() as session: known = set(session.scalars(query))
        todo = [key for key in texts if key not in known]
        if todo: note(0, len(todo))
        for start in range(0, len(todo), AT_ONCE):
            keys = todo[start : start + AT_ONCE]
            self._keep(keys, self._encode([texts[key] for key in keys]))
            note(min(start + AT_ONCE, len(todo)), len(todo))

    def of(self, entries: Sequence[Entry]) -> Vectors:
        """The vectors of some entries, in their order [entries, dims]; what is not there yet is made and kept."""
        self.embed(entries)
        hashes = [hash_of(entry) for entry in entries]
        query = select(VectorRow.hash, VectorRow.data).where(VectorRow.encoder == self.encoder)
        with self._database.reading() as session:
            stored = {key: data for key, data in session.execute(query.where(VectorRow.hash.in_(hashes)))}  # noqa: C416 - dict() would take the rows for a mapping
        data = b"".join(stored[key] for key in hashes)
        return np.frombuffer(data, dtype="<f4").reshape(len(hashes), -1 if hashes else 1)

    def rows(self, found: Loaded) -> Vectors | Elsewhere:
        """The vectors of what was loaded, where they are searched: here, or in the database."""
        if self._near is None: return self.read(found)
        self.embed(found.entries)
        return self._near.rows(found.hashes, whole=found.whole)

    def read(self, found: Loaded) -> Vectors:
        """The vectors of what was loaded. By another encoder than before they are made once, and kept."""
        pairs = zip(found.hashes, found.entries, strict=True)
        missing = {key: _embedded(entry) for key, entry in pairs if key not in found.vectors}
        stored = found.vectors | (self._embed_again(missing) if missing else {})
        data = b"".join(stored[key] for key in found.hashes)
        return np.frombuffer(data, dtype="<f4").reshape(len(found.hashes), -1 if found.hashes else 1)

    def _embed_again(self, texts: Mapping[str, str]) -> dict[str, bytes]:
        rows = self._encode(list(texts.values()))
        self._keep(list(texts), rows)
        return {key: row.astype("<f4").tobytes() for key, row in zip(texts, rows, strict=True)}

    def _encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors fit to be stored: a bad one would break every search from then on."""
        rows = self._encoder.encode(texts)
        if np.isfinite(rows).all(): return rows
        problem = f"FIRSTLINE_ENCODER: {self.encoder} gives vectors that are no numbers; use another model."
        raise ConfigProblem([problem])

    def _keep(self, keys: Sequence[str], rows: Vectors) -> None:
        with self._database.transaction() as session:
            values = [
                {"encoder": self.encoder, "hash": key, "data": row.astype("<f4").tobytes()}
                for key, row in zip(keys, rows, strict=True)
            ]
            session.execute(insert(session, VectorRow).values(values).on_conflict_do_nothing())
