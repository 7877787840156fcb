"""Search alone at one size, in a process of its own (`python -m bot.cli.bench.vectors ROWS`).

The index is the one that the product would choose, the rows are made up.
The rows lie as texts do, in topics and the topics in themes: of a question's nearest the tenth has a cosine of about
0.7, the hundredth 0.63, the thousandth 0.48. They are written to a file piece by piece, so that what the process
holds in the end is the index.
"""

import gc
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from bot.cli.bench.figures import percentile
from bot.cli.bench.processes import PER_MB, hear, helper
from core.encoder import Vectors
from kb.index import NEIGHBOURS
from kb.vectors import EXACT_UP_TO, Rows, VectorIndex, packed, vector_index

DIMS = 384  # of the bundled model
QUESTIONS, WARM, RECALLED = 220, 20, 10
PIECE = 50_000  # rows made at once
ROWS_PER_TOPIC, TOPICS_PER_THEME = 100, 50
HIDDEN_ONE_IN = 10  # rows that the person who asks may not see
SEED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """One size: seconds to build, milliseconds to ask, the share of the true ten nearest that are found.

    `memory_mb` is what the process grew by through the index; `peak_mb` what it had at its highest, made-up data and
    building included.
    """

    rows: int
    index: str
    build_s: float
    p50_ms: float
    p99_ms: float
    recall_at_10: float
    memory_mb: float
    peak_mb: float


def alone(rows: int) -> Alone:
    """Measure one size in a fresh process.

    Raises:
        Unavailable: the process failed.
    """
    with helper("vectors", str(rows)) as process: return Alone(**json.loads(hear(process)))


class MadeUp:
    """Rows and questions of a size, the same every time."""

    def __init__(self, count: int) -> None:
        """Choose topics for so many rows."""
        chance = np.random.default_rng(SEED)
        topics = max(count // ROWS_PER_TOPIC, 10)
        themes = chance.standard_normal((max(topics // TOPICS_PER_THEME, 4), DIMS), dtype=np.float32)
        own = chance.standard_normal((topics, DIMS), dtype=np.float32)
        self._topics = unit(0.8 * themes[chance.integers(0, len(themes), topics)] + 0.6 * own)
        self._count, self.questions = count, self._near(QUESTIONS, SEED + 1)

    def pieces(self) -> Iterator[tuple[int, Vectors]]:
        """The rows piece by piece, each with the number of its first row."""
        for start in range(0, self._count, PIECE):
            yield start, self._near(min(PIECE, self._count - start), SEED + 2 + start)

    def _near(self, count: int, seed: int) -> Vectors:
        chance = np.random.default_rng(seed)
        aside = chance.standard_normal((count, DIMS), dtype=np.float32) * np.float32(0.7 / DIMS**0.5)
        return unit(self._topics[chance.integers(0, len(self._topics), count)] + aside)


def unit(rows: Vectors) -> Vectors:
    """Rows of norm 1."""
    found: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return found


def visible(start: int, count: int) -> NDArray[np.bool_]:
    """Which rows from `start` on the person who asks may see."""
    seen: NDArray[np.bool_] = np.arange(start, start + count) % HIDDEN_ONE_IN != 0
    return seen


def measure(count: int) -> Alone:
    """Build and ask an index of so many rows in this process."""
    made = MadeUp(count)
    with TemporaryDirectory() as place:
        file = Path(place) / "rows.f32"
        true = _write(made, file)
        before = resident_mb()
        begin = time.perf_counter()
        index = vector_index(_rows(file, count))
        built = time.perf_counter() - begin
    gc.collect()
    grown = resident_mb() - before
    spent, found = _ask(index, made.questions, count)
    hits = [len(set(mine) & set(theirs)) for mine, theirs in zip(found, true.tolist(), strict=True)]
    return Alone(
        rows=count, index=type(index).__name__, build_s=built, p50_ms=percentile(spent, 50),
        p99_ms=percentile(spent, 99), recall_at_10=sum(hits) / (RECALLED * len(hits)), memory_mb=grown,
        peak_mb=getrusage(RUSAGE_SELF).ru_maxrss / PER_MB,
    )


def _write(made: MadeUp, file: Path) -> Rows:
    """Put the rows into a file; the true nearest of each question, of those that may be seen."""
    best = np.full((QUESTIONS, 0), 0.0, dtype=np.float32)
    rows = np.zeros((QUESTIONS, 0), dtype=np.int64)
    with file.open("wb") as out:
        for start, piece in made.pieces():
            piece.tofile(out)
            products = np.where(visible(start, len(piece)), made.questions @ piece.T, -2)
            numbers = np.broadcast_to(np.arange(start, start + len(piece)), products.shape)
            best, rows = np.hstack([best, products]), np.hstack([rows, numbers])
            first = np.argsort(-best, axis=1)[:, :RECALLED]
            best, rows = np.take_along_axis(best, first, 1), np.take_along_axis(rows, first, 1)
    return rows


def _rows(file: Path, count: int) -> Vectors:
    """What an exact index keeps is read; what an approximate one looks at once stays in the file."""
    if count <= EXACT_UP_TO: return np.fromfile(file, dtype=np.float32).reshape(count, DIMS)
    return np.memmap(file, dtype=np.float32, mode="r", shape=(count, DIMS))


def _ask(index: VectorIndex, questions: Vectors, count: int) -> tuple[list[float], list[list[int]]]:
    """Milliseconds of each question after the warm ones, and the ten nearest of all."""
    among, spent, found = packed(visible(0, count)), [], []
    for question in questions:
        begin = time.perf_counter()
        rows, _ = index.nearest(question, NEIGHBOURS, among)
        spent.append((time.perf_counter() - begin) * 1000)
        found.append(rows[:RECALLED].tolist())
    return spent[WARM:], found


def resident_mb() -> float:
    """The memory that this process holds now; where the system does not tell, its highest so far."""
    status = Path("/proc/self/status")
    if not status.is_file(): return getrusage(RUSAGE_SELF).ru_maxrss / PER_MB
    fields = dict(line.split(":", 1) for line in status.read_text(encoding="ascii").splitlines())
    return (int(fields["RssAnon"].split()[0])) / 1024


if __name__ == "__main__":
    print(json.dumps(asdict(measure(int(sys.argv[1])))))  # noqa: T201 - this is how it talks
