"""Fill a database with a company's years, and time every view of it.

`python -m tests.big fill --database URL [--tickets 100000] [--events 1000000]`, the database being empty;
`python -m tests.big measure --database URL [--times 30]`; exit code 1 if any view is slower than it may be.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bot.assistant import Assistant
from bot.cli.bench.figures import percentile
from core.db import Database
from core.migrate import upgrade
from tests.big.filling import DATA, NOW, fill
from tests.big.pattern import patterns
from tests.big.views import views
from tests.killing import assistant_over
from tests.lives import shipped_desk

MOST_MS = 200.0  # the 95th percentile of any view


def main(given: Sequence[str]) -> int:
    """Fill or measure; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.big", description=__doc__)
    parser.add_argument("what", choices=["fill", "measure"])
    parser.add_argument("--database", required=True)
    for name, default in (("tickets", 100_000), ("events", 1_000_000), ("seed", 7), ("times", 30)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args(given)
    database = Database(asked.database)
    upgrade(database)
    use = assistant_over(database, lambda: NOW)
    if asked.what == "measure": return measure(use, asked.times)
    make(use, asked.tickets, asked.events, asked.seed)
    return 0


def make(use: Assistant, tickets: int, events: int, seed: int = 7) -> None:
    """The shipped knowledge, and so many tickets and events."""
    use.parts.kb.import_folders(DATA / "articles", DATA / "cookbook")
    desk = shipped_desk()
    fill(use.parts.database, desk, patterns(desk), tickets=tickets, events=events, seed=seed, note=_note)
    if not use.parts.database.is_sqlite: _analyse(use.parts.database)


def measure(use: Assistant, times: int) -> int:
    """Print a line a view: milliseconds at the median and at the 95th percentile, slowest last."""
    found = []
    for name, view in views(use):
        view()  # the first one reads from disk
        spent = [_ms(view) for _ in range(times)]
        found.append((percentile(spent, 95), percentile(spent, 50), name))
    for p95, p50, name in sorted(found): sys.stdout.write(f"{name:40} {p50:9.1f} {p95:9.1f}\n")
    return int(max(found)[0] > MOST_MS)


def _ms(view: object) -> float:
    begin = time.perf_counter()
    view()  # type: ignore[operator]
    return (time.perf_counter() - begin) * 1000


def _analyse(database: Database) -> None:
    """What PostgreSQL does by itself within a minute."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")


def _note(done: int, all_: int) -> None:
    if done % 20_000 == 0 or done == all_: sys.stderr.write(f"{done} of {all_}\n")


if __name__ == "__main__":
    assert Path("data").is_dir(), "run it in the repository"
    sys.exit(main(sys.argv[1:]))
