"""Nearest vectors: exact while that is fast enough, compressed and by lists beyond; both behind one Protocol.

An index never changes. `extended` gives another one that shares what the two have in common, so that whoever searches
the old one is not disturbed. Rows are numbered in the order in which they came; a row that is gone is left out by
`among`, not taken out.
"""

import os
from collections.abc import Iterator
from typing import Any, Protocol

import faiss
import numpy as np
from numpy.typing import NDArray

from core.encoder import Vectors

EXACT_UP_TO = 100_000  # rows; reading all of them takes about 2 ms there, and grows with every row
FEW = 2_000  # rows that are copied to add others, in a few milliseconds; beside more the others stand on their own
SPARE = 180  # rows looked at beyond those asked for: their true products settle who is in
SAMPLE_PER_LIST = 40  # rows per list that the centres are learnt from: the fewest that faiss does not warn of
SAMPLE = 20_000  # rows at the least that the range of the 8 bits is learnt from; what lies outside it is cut off
PROBED = 16  # lists that one search reads, of as many as the root of all rows; `firstline bench` tells what it misses
PIECE = 50_000  # rows looked at or added at once, so that a file of rows can be larger than the memory

Rows = NDArray[np.int64]
Bits = NDArray[np.uint8]  # one bit a row, the first in the lowest bit of the first byte, as `packed` makes them


class Elsewhere(Protocol):
    """Rows [n, dims] that are not in this process; what is asked for of them is read."""

    def __len__(self) -> int:
        """How many rows there are."""

    def __getitem__(self, rows: Rows) -> Vectors:
        """The vectors of some rows."""

    def index(self) -> "VectorIndex":
        """An index of them."""

    def after(self, index: "VectorIndex") -> "VectorIndex":
        """An index of the rows of another one, and of these behind them."""


class VectorIndex(Protocol):
    """Rows by inner product. Safe to search from several threads."""

    def __len__(self) -> int:
        """How many rows there are; they are numbered from zero."""

    def nearest(self, vector: Vectors, count: int, among: Bits | None = None) -> tuple[Rows, Vectors]:
        """The numbers of up to `count` rows, best first, and their inner products with one vector [dims].

        Only rows whose bit in `among` is set are found; without it, any.
        """

    def products(self, rows: Rows, vector: Vectors) -> Vectors:
        """The inner products of some rows with a vector [dims], in their order."""

    def extended(self, rows: Vectors) -> "VectorIndex":
        """An index that holds these rows as well, numbered after its own; this one stays as it is."""


def vector_index(rows: Vectors | Elsewhere) -> VectorIndex:
    """The index that suits so many rows [n, dims] of unit norm.

    Raises:
        ValueError: a row has a value that is no number.
    """
    if not isinstance(rows, np.ndarray): return rows.index()
    return ExactIndex(rows) if len(rows) <= EXACT_UP_TO else ApproximateIndex(rows)


def grown(index: VectorIndex | None, rows: Vectors | Elsewhere) -> VectorIndex:
    """An index with some rows behind its own; of those alone where there was none."""
    if index is None: return vector_index(rows)
    return index.extended(rows) if isinstance(rows, np.ndarray) else rows.after(index)


def packed(wanted: NDArray[np.bool_]) -> Bits:
    """A mask [n] as `VectorIndex.nearest` takes it."""
    return np.packbits(wanted, bitorder="little")


def unpacked(among: Bits, count: int) -> NDArray[np.bool_]:
    """The mask of so many rows again."""
    return np.unpackbits(among, count=count, bitorder="little").astype(bool)


class ExactIndex:
    """What comparing with every row would find: a scan in 8 bits a number, its best weighed again in 32.

    By Cauchy and Schwarz the scan is off by at most the distance between a row and its 8 bits, times the question's
    norm. Where a row that was left out could so be as near as the last one taken, all rows are read in 32 bits.
    """

    def __init__(self, rows: Vectors) -> None:
        """Take the rows [n, dims]; see `vector_index`."""
        check(rows)
        self._rows = np.ascontiguousarray(rows, dtype=np.float32)
        in_8_bits = faiss.ScalarQuantizer.QT_8bit_uniform
        self._scan: Any = faiss.IndexScalarQuantizer(rows.shape[1], in_8_bits, faiss.METRIC_INNER_PRODUCT)
        self._scan.train(self._rows if len(rows) else np.zeros((1, rows.shape[1]), dtype=np.float32))
        self._scan.add(self._rows)
        self._error = max((_lost(self._scan, piece) for piece in _pieces(self._rows)), default=0.0)

    def __len__(self) -> int:
        return len(self._rows)

    def nearest(self, vector: Vectors, count: int, among: Bits | None = None) -> tuple[Rows, Vectors]:
        """See `VectorIndex.nearest`."""
        check(vector)
        rough, seen = _search(self._scan, vector, count + SPARE, among)
        rows, true = best(seen, self.products(seen, vector), count)
        error = self._error * float(np.linalg.norm(vector))
        if len(seen) < count + SPARE or true[-1] > rough[-1] + error: return rows, true
        return self._read_all(vector, count, among)

    def _read_all(self, vector: Vectors, count: int, among: Bits | None) -> tuple[Rows, Vectors]:
        every = np.arange(len(self._rows))
        seen = every if among is None else np.flatnonzero(unpacked(among, len(every)))
        return best(seen, (self._rows @ vector)[seen], count)

    def products(self, rows: Rows, vector: Vectors) -> Vectors:
        """See `VectorIndex.products`."""
        found: Vectors = self._rows[rows] @ vector
        return found

    def extended(self, rows: Vectors) -> VectorIndex:
        """See `VectorIndex.extended`."""
        if len(self) > FEW: return GrownIndex(self, ExactIndex(rows))
        return ExactIndex(np.concatenate([self._rows, rows]))


class ApproximateIndex:
    """A hundred thousand rows and more: 8 bits a number, in lists of which a search reads the nearest few."""

    def __init__(self, rows: Vectors, probed: int = PROBED) -> None:
        """Take the rows [n, dims]; see `vector_index`. `probed` is how many lists a search reads."""
        for piece in _pieces(rows): check(piece)
        lists = max(1, min(int(len(rows) ** 0.5), len(rows) // SAMPLE_PER_LIST))
        faiss.omp_set_num_threads(os.cpu_count() or 1)
        centres = faiss.IndexFlatIP(rows.shape[1])
        self._lists = faiss.IndexIVFScalarQuantizer(
            centres, rows.shape[1], lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
        self._lists.cp.min_points_per_centroid = 1  # a list of its own for each of a few rows is no reason to warn
        self._lists.train(_sample(rows, max(SAMPLE, lists * SAMPLE_PER_LIST)))
        _fill(self._lists, centres, rows)
        self._lists.make_direct_map()
        self._lists.nprobe = probed

    def __len__(self) -> int:
        return int(self._lists.ntotal)

    def nearest(self, vector: Vectors, count: int, among: Bits | None = None) -> tuple[Rows, Vectors]:
        """See `VectorIndex.nearest`: nearly all of what an exact search finds, products off by a thousandth."""
        check(vector)
        scores, rows = _search(self._lists, vector, count, among, self._lists.nprobe)
        return rows, scores

    def products(self, rows: Rows, vector: Vectors) -> Vectors:
        """See `VectorIndex.products`; as exact as 8 bits are."""
        found: Vectors = self._lists.reconstruct_batch(rows) @ vector
        return found

    def extended(self, rows: Vectors) -> VectorIndex:
        """See `VectorIndex.extended`."""
        return GrownIndex(self, ExactIndex(rows))


class GrownIndex:
    """A large index that stays as it is, and a small exact one of what came later."""

    def __init__(self, old: VectorIndex, new: VectorIndex) -> None:
        """Take both; the rows of the second are numbered after those of the first."""
        self._old, self._new = old, new

    def __len__(self) -> int:
        return len(self._old) + len(self._new)

    def nearest(self, vector: Vectors, count: int, among: Bits | None = None) -> tuple[Rows, Vectors]:
        """See `VectorIndex.nearest`."""
        border = len(self._old)
        later = None if among is None else _behind(among, border, len(self))
        old, old_products = self._old.nearest(vector, count, among)
        new, new_products = self._new.nearest(vector, count, later)
        return best(np.concatenate([old, new + border]), np.concatenate([old_products, new_products]), count)

    def products(self, rows: Rows, vector: Vectors) -> Vectors:
        """See `VectorIndex.products`."""
        found = np.empty(len(rows), dtype=np.float32)
        new = rows >= len(self._old)
        found[~new] = self._old.products(rows[~new], vector)
        found[new] = self._new.products(rows[new] - len(self._old), vector)
        return found

    def extended(self, rows: Vectors) -> "GrownIndex":
        """See `VectorIndex.extended`."""
        return GrownIndex(self._old, self._new.extended(rows))


def check(rows: Vectors) -> None:
    """Refuse rows with a value that is no number."""
    if not np.isfinite(rows).all(): raise ValueError("a vector holds a value that is no number")


def _lost(scan: Any, rows: Vectors) -> float:
    """How far the row that suffers most lies from what is kept of it."""
    kept = scan.sa_decode(scan.sa_encode(rows))
    return float(np.linalg.norm(rows - kept, axis=1).max())


def _search(scan: Any, vector: Vectors, count: int, among: Bits | None, probed: int = 0) -> tuple[Vectors, Rows]:
    """One search by a faiss index on the thread that asks; faiss pads what it did not find with -1."""
    maker: Any = faiss  # its type stubs know nothing of what its Python side adds
    maker.omp_set_num_threads(1)  # of this thread: for one vector a second one costs more than it brings
    chosen = None if among is None else maker.IDSelectorBitmap(among)
    asked = maker.SearchParametersIVF(sel=chosen, nprobe=probed) if probed else maker.SearchParameters(sel=chosen)
    row = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, -1)
    scores, rows = scan.search(row, max(1, min(count, scan.ntotal)), params=asked)
    found = rows[0] >= 0
    return scores[0][found], rows[0][found]


def best(rows: Rows, products: Vectors, count: int) -> tuple[Rows, Vectors]:
    """Up to `count` of some rows with their products, best first; of equals the one that came first."""
    order = np.argsort(-products, kind="stable")[:count]
    return rows[order], products[order]


def _behind(among: Bits, border: int, end: int) -> Bits:
    """The bits from one row on, packed anew."""
    first = border // 8
    bits = np.unpackbits(among[first:], count=end - first * 8, bitorder="little")
    return np.packbits(bits[border - first * 8 :], bitorder="little")


def _pieces(rows: Vectors) -> Iterator[Vectors]:
    for start in range(0, len(rows), PIECE): yield np.ascontiguousarray(rows[start : start + PIECE], dtype=np.float32)


def _fill(lists: Any, centres: Any, rows: Vectors) -> None:
    """Add the rows to a faiss index; first told how long they get, its lists take no more memory than that."""
    nearest = [centres.search(piece, 1)[1].ravel() for piece in _pieces(rows)]
    for number, size in enumerate(np.bincount(np.concatenate(nearest), minlength=lists.nlist).tolist()):
        lists.invlists.resize(number, size)
        lists.invlists.resize(number, 0)
    pointer: Any = faiss.swig_ptr
    for piece, chosen in zip(_pieces(rows), nearest, strict=True):
        lists.add_core(len(piece), pointer(piece), None, pointer(chosen))


def _sample(rows: Vectors, count: int) -> Vectors:
    """Rows to learn from: evenly chosen, the same every time."""
    if count >= len(rows): return np.ascontiguousarray(rows, dtype=np.float32)
    chosen = np.random.default_rng(len(rows)).choice(len(rows), count, replace=False)
    return rows[np.sort(chosen)]
