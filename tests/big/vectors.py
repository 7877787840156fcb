"""Time search in PostgreSQL with pgvector: `python -m tests.big.vectors ROWS`; it brings its own server.

The rows are those of `firstline bench`. Prints a JSON line: seconds until they can be searched, milliseconds to ask,
the share of the true ten nearest that are found, and what the process that asks holds of them.
"""

import json
import sys
import time

import numpy as np

from bot.cli.bench.figures import percentile
from bot.cli.bench.vectors import DIMS, QUESTIONS, RECALLED, WARM, MadeUp, resident_mb, visible
from core.db import Database
from core.encoder import Vectors
from core.migrate import upgrade
from kb.index import NEIGHBOURS
from kb.pgvectors import EXACT_UP_TO
from kb.vectors import packed
from tests.near import stored
from tests.postgres import PostgresServer


def main(count: int) -> None:
    """Measure one size."""
    made = MadeUp(count)
    rows = np.concatenate([piece for _, piece in made.pieces()])
    with PostgresServer(lasting=True) as server:
        database = Database(server.url(server.create()))
        upgrade(database)
        begin = time.perf_counter()
        found = stored(database, rows, EXACT_UP_TO)
        built, before = time.perf_counter() - begin, resident_mb()
        index = found.index()
        among, spent, hits = packed(visible(0, count)), list[float](), 0
        for question in made.questions:
            begin = time.perf_counter()
            nearest, _ = index.nearest(question, NEIGHBOURS, among)
            spent.append((time.perf_counter() - begin) * 1000)
            hits += len(set(nearest[:RECALLED].tolist()) & _true(rows, question))
        grown = resident_mb() - before
        database.close()
    line = {
        "rows": count, "dims": DIMS, "build_s": round(built, 1), "p50_ms": round(percentile(spent[WARM:], 50), 1),
        "p99_ms": round(percentile(spent[WARM:], 99), 1), "recall_at_10": round(hits / (RECALLED * QUESTIONS), 4),
        "memory_mb": round(grown, 1),
    }  # fmt: skip
    sys.stdout.write(json.dumps(line) + "\n")


def _true(rows: Vectors, question: Vectors) -> set[int]:
    products = np.where(visible(0, len(rows)), rows @ question, -2)
    return set(np.argsort(-products)[:RECALLED].tolist())


if __name__ == "__main__":
    main(int(sys.argv[1]))
