"""A process that goes through its share of a log (`python -m bot.cli.bench.replay.worker URL FILE FIRST PART OF`).

It says that it is ready, and after each day of the log how far it is, and each time waits for a line: processes that
share a database stay on the same day.
"""

import json
import sys
from datetime import date, timedelta
from pathlib import Path

from bot.cli.bench.replay.company import desk_of
from bot.cli.bench.replay.going import Replay
from bot.cli.bench.replay.log import by_incident, read_log
from bot.cli.bench.vectors import resident_mb
from core.db import Database


def main(url: str, file: Path, first: int, part: int, of: int) -> None:
    """Go through every `of`-th incident of the first ones; the last line tells what each of its lines took."""
    rows = read_log(file)
    desk, chosen = desk_of(rows), list(by_incident(rows))[:first]
    own = set(chosen[part::of])
    days = _days(rows[0].at.date(), rows[-1].at.date())
    rows = [row for row in rows if row.number in own]
    database = Database(url)
    replay = Replay(database, desk)
    spent = replay.spent
    _tell([0, 0.0, len(days)])
    replay.go(rows, days, lambda: _tell([len(spent.lines), resident_mb(), len(days)]))
    database.close()
    done = {"warnings": spent.warnings, "apart": spent.apart, "ms": [round(one * 1000, 2) for one in spent.lines]}
    print(json.dumps(done), flush=True)  # noqa: T201 - this is how it talks


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _tell(what: object) -> None:
    print(json.dumps(what), flush=True)  # noqa: T201
    sys.stdin.readline()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:]))
