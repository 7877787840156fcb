"""Search among rows of a table of PostgreSQL, as `kb.vectors.VectorIndex` has it: none of the vectors is kept here."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ARRAY, BigInteger, LargeBinary, Select, Table, any_, bindparam, case, func, literal, select
from sqlalchemy.orm import Session

from core.db import Database
from core.encoder import Vectors
from kb.vectors import Bits, ExactIndex, GrownIndex, Rows, VectorIndex, best, check, packed, unpacked

LOOKED_AT = 400  # rows HNSW has in view at once: of 20,000 it finds 99.9 % of the true ten nearest; with 200, 97 %
SCANNED = 20_000  # rows that one HNSW search reads at most, pgvector's own limit: it gives up on a stricter filter
SPARE = 3  # times as many rows as are wanted should be met within that; where fewer would be, the wanted are all read


class PgRows:
    """Some rows of a table [n, dims], in an order of their own; read when asked for."""

    def __init__(self, database: Database, table: Table, numbers: Rows, exact_up_to: int) -> None:
        """Take the table, and the id in it of each row; up to so many rows every one is compared."""
        self.database, self.table, self.numbers, self.exact_up_to = database, table, numbers, exact_up_to

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, rows: Rows) -> Vectors:
        """The vectors of some rows [rows, dims]; zeros for one that is there no more."""
        ids, column = self.numbers[rows], self.table.c
        query = select(column.id, func.vector_send(column.vector, type_=LargeBinary)).where(_one_of(column.id, ids))
        with self.database.reading() as session: found = session.execute(query).all()
        known = {number: np.frombuffer(data, dtype=">f4", offset=4) for number, data in found}
        nothing = np.zeros(dims(self.table), dtype=np.float32)
        return np.array([known.get(number, nothing) for number in ids.tolist()], dtype=np.float32)

    def index(self) -> VectorIndex:
        """An index of just these rows."""
        return PgIndex(self)

    def after(self, index: VectorIndex) -> VectorIndex:
        """An index of these rows behind those of another one."""
        return index.joined(self) if isinstance(index, PgIndex) else GrownIndex(index, self.index())


class PgIndex:
    """Exact among few rows, or few that are wanted; by HNSW among many."""

    def __init__(self, rows: PgRows) -> None:
        """Take where the rows are."""
        self._rows, self._ids = rows, rows.numbers
        self._order = np.argsort(self._ids, kind="stable")
        self._end = int(self._ids.max(initial=-1)) + 1
        self._many = len(np.flatnonzero(self._mask(self._ids)))
        self._asked: tuple[Bits | None, NDArray[np.int64], bytes] | None = None

    def __len__(self) -> int:
        return len(self._ids)

    def nearest(self, vector: Vectors, count: int, among: Bits | None = None) -> tuple[Rows, Vectors]:
        """See `VectorIndex.nearest`; by HNSW nearly all of what comparing with every row finds."""
        check(vector)
        wanted, bits = self._wanted(among)
        if not len(wanted): return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        ids, products = self._found(vector, count, wanted, bits)
        rows, whose = self._rows_of(ids)
        if among is not None:
            seen = unpacked(among, len(self))[rows]
            rows, whose = rows[seen], whose[seen]
        return best(rows, products[whose], count)

    def products(self, rows: Rows, vector: Vectors) -> Vectors:
        """See `VectorIndex.products`; 0 for a row that was removed meanwhile."""
        column, ids = self._rows.table.c, self._ids[rows]
        distance = column.vector.max_inner_product(vector)
        query = select(column.id, distance).where(_one_of(column.id, np.unique(ids)))
        with self._rows.database.reading() as session: found = dict(map(tuple, session.execute(query)))
        return np.array([-found.get(number, 0.0) for number in ids.tolist()], dtype=np.float32)

    def extended(self, rows: Vectors) -> VectorIndex:
        """See `VectorIndex.extended`: rows that are not in the table, such as a draft's, stay here."""
        return GrownIndex(self, ExactIndex(rows))

    def joined(self, rows: PgRows) -> "PgIndex":
        """An index of these rows and of others of the table, which come behind."""
        own, numbers = self._rows, np.append(self._ids, rows.numbers)
        return PgIndex(PgRows(own.database, own.table, numbers, own.exact_up_to))

    # -- in the table ----------------------------------------------------------------------------------------------

    def _wanted(self, among: Bits | None) -> tuple[NDArray[np.int64], bytes]:
        """The ids that may be found, and a bit for each id of the table; kept for the next who asks for the same."""
        known = self._asked
        if known and known[0] is among: return known[1:]
        mask = self._mask(self._ids if among is None else self._ids[unpacked(among, len(self))])
        found = np.flatnonzero(mask), packed(mask).tobytes()
        self._asked = among, *found
        return found

    def _mask(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        mask = np.zeros(self._end, dtype=bool)
        mask[ids] = True
        return mask

    def _found(
        self, vector: Vectors, count: int, wanted: NDArray[np.int64], bits: bytes
    ) -> tuple[NDArray[np.int64], Vectors]:
        """The ids of the nearest in the table, best first, and their products."""
        large = self._many > self._rows.exact_up_to
        with self._rows.database.reading() as session:
            if large and len(wanted) * SCANNED >= SPARE * count * self._many:
                found = self._by_hnsw(session, vector, count, bits)
                if len(found[0]) >= min(count, len(wanted)): return found
            column = self._rows.table.c
            seen = _one_of(column.id, wanted) if large else self._marked(bits)
            distance = column.vector.max_inner_product(vector)
            return _read(session, select(column.id, distance).where(seen).order_by(distance + 0, column.id), count)

    def _by_hnsw(self, session: Session, vector: Vectors, count: int, bits: bytes) -> tuple[NDArray[np.int64], Vectors]:
        looked_at = str(max(LOOKED_AT, min(count, 1000)))
        settings = {"hnsw.ef_search": looked_at, "hnsw.iterative_scan": "strict_order", "enable_seqscan": "off"}
        session.execute(select(*(func.set_config(name, value, literal(True)) for name, value in settings.items())))
        column = self._rows.table.c
        distance = column.vector.max_inner_product(vector)
        return _read(session, select(column.id, distance).where(self._marked(bits)).order_by(distance), count)

    def _marked(self, bits: bytes) -> Any:
        """Whether the bit of a row is set; those that came to the table later have none."""
        number = self._rows.table.c.id
        is_set = func.get_bit(literal(bits, LargeBinary), number) == 1
        return case((number < self._end, is_set), else_=literal(value=False))

    def _rows_of(self, ids: NDArray[np.int64]) -> tuple[Rows, NDArray[np.int64]]:
        """All rows that stand for some ids, and the place of its id for each: equal texts share one."""
        ordered = self._ids[self._order]
        first, end = np.searchsorted(ordered, ids, "left"), np.searchsorted(ordered, ids, "right")
        whose = np.repeat(np.arange(len(ids)), end - first)
        places = np.concatenate([np.arange(a, b) for a, b in zip(first, end, strict=True)] or [whose])
        return self._order[places], whose


def dims(table: Table) -> int:
    """How many numbers a vector of a table has."""
    kind: Any = table.c.vector.type
    return int(kind.dim)


def _one_of(column: Any, ids: NDArray[np.int64]) -> Any:
    return column == any_(bindparam(None, ids.tolist(), type_=ARRAY(BigInteger)))


def _read(session: Session, query: Select[Any], count: int) -> tuple[NDArray[np.int64], Vectors]:
    found = session.execute(query.limit(count)).all()
    ids = np.array([number for number, _ in found], dtype=np.int64)
    return ids, np.array([-distance for _, distance in found], dtype=np.float32)
