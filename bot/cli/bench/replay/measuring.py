"""The replay as it is measured: a database of its own, processes that share the incidents, and what comes of it."""

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import func, select, text

from bot.bootstrap import Note
from bot.cli.bench.figures import Figure, figure, percentile
from bot.cli.bench.processes import go, hear, helper
from bot.cli.bench.replay.checking import Agreement, agreement
from bot.cli.bench.replay.company import desk_of
from bot.cli.bench.replay.log import by_incident, read_log
from core.clock import utc_now
from core.db import Database
from core.errors import BadInput
from core.migrate import upgrade
from handoff import agreements
from handoff.tables import TicketRow

PARTS = 10  # that the log is cut into, to tell how even the speed is
MARKS = (10, 50, 100)  # percent of the lines after which memory is looked at
LASTING = ("fsync", "synchronous_commit")  # settings of PostgreSQL; with SQLite, synchronous 2 is FULL


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """All processes after a day of the log: when that was, in seconds, lines so far, megabytes they hold together."""

    at: float
    lines: int
    mb: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What a replay took, and how it came out.

    `per_second` is lines of the log over the whole time, the sweeps within it; `parts` the same of each tenth of the
    log's lines; `ms` the 50th and 99th percentile of a line; `memory_mb` what all processes hold after 10, 50 and 100
    percent of the days; `apart` after how many lines the ticket stood elsewhere than the log says.
    """

    database: str
    processes: int
    cores: int
    load: float
    lines: int
    warnings: int
    seconds: float
    per_second: float
    parts: Figure
    ms: tuple[float, float]
    memory_mb: tuple[float, ...]
    apart: int
    found: Agreement

    def table(self) -> str:
        """For a terminal."""
        same = self.found
        odd = f"{same.unseen} counted without another group, {same.late} after the end, {same.wrong} otherwise"
        where = f"{self.database}; {self.processes} processes, {self.cores} cores, load before {self.load}"
        speed = f"{self.per_second:.0f} in all, tenths {self.parts.say('a second', 0)}"
        return "\n".join([
            f"{self.lines:,} lines of {same.incidents:,} incidents on {where}",
            f"lines a second       {speed}; {self.warnings:,} warnings within",
            f"a line               p50 {self.ms[0]:.2f} ms  p99 {self.ms[1]:.2f} ms",
            f"memory               {' '.join(f'{one:.0f}' for one in self.memory_mb)} MB at {MARKS} percent",
            f"after each line      {self.apart} tickets that stood elsewhere than the log says",
            f"state at the end     {same.states:,} as in the log; queue {same.queues:,}; reopened {same.reopened:,}",
            f"reassignments        {same.reassigned:,} as in the log; {odd}",
            f"broken promises      {same.breaches:,}; {same.missing} missing, {same.extra} extra",
        ])  # fmt: skip


def measure(file: Path, *, url: str, folder: Path, processes: int, first: int, note: Note) -> Replayed:
    """Go through the log's first incidents in a database that holds no tickets yet; without a URL one is made.

    Raises:
        BadInput: the log cannot be read, or the database holds tickets.
    """
    load, rows = os.getloadavg()[0], read_log(file)
    incidents = dict(list(by_incident(rows).items())[:first])
    with _database(url, folder) as (database, address):
        with database.transaction() as session: agreements.keep(session, desk_of(rows), utc_now())
        told, days = _run([address, str(file), str(first)], processes, note)
        with database.reading() as session: found = agreement(session, incidents)
        name = _name(database)
    return _replayed(name, load, told, days, found)


@contextmanager
def _database(url: str, folder: Path) -> Iterator[tuple[Database, str]]:
    """The database of that address, with all tables; without one a SQLite file, which is gone afterwards."""
    with ExitStack() as stack:
        if not url: folder.mkdir(parents=True, exist_ok=True)
        address = url or f"sqlite:///{stack.enter_context(TemporaryDirectory(dir=folder))}/replay.db"
        database = Database(address)
        stack.callback(database.close)
        upgrade(database)
        with database.reading() as session: tickets = session.scalar(select(func.count()).select_from(TicketRow))
        if tickets: raise BadInput("The database holds tickets already; give the replay one of its own.")
        yield database, address


def _run(arguments: Sequence[str], processes: int, note: Note) -> tuple[list[dict[str, Any]], list[Day]]:
    """What each process told at the end, and how far they were after each day of the log."""
    with ExitStack() as stack:
        shares = [(*arguments, str(part), str(processes)) for part in range(processes)]
        workers = [stack.enter_context(helper("replay.worker", *share)) for share in shares]
        days = [Day(at=0.0, lines=0, mb=0.0)]
        while isinstance((told := [json.loads(hear(worker)) for worker in workers])[0], list):
            day = Day(at=time.perf_counter(), lines=sum(one[0] for one in told), mb=sum(one[1] for one in told))
            days.append(day)
            note("going through the log", len(days), told[0][2])
            for worker in workers: go(worker)
        return told, days[1:]


def _name(database: Database) -> str:
    """What it is and what it does for a commit to last, as it says itself."""
    with database.reading() as session:
        if database.is_sqlite: return f"SQLite, synchronous {session.scalar(text('PRAGMA synchronous'))}"
        version = session.scalar(text("SHOW server_version"))
        return f"PostgreSQL {version}, " + ", ".join(f"{s} {session.scalar(text(f'SHOW {s}'))}" for s in LASTING)


def _replayed(name: str, load: float, told: list[dict[str, Any]], days: Sequence[Day], found: Agreement) -> Replayed:
    ms = [one for worker in told for one in worker["ms"]]
    seconds = days[-1].at - days[0].at
    return Replayed(
        database=name, processes=len(told), cores=os.cpu_count() or 1, load=round(load, 2), lines=len(ms),
        warnings=sum(worker["warnings"] for worker in told), seconds=round(seconds, 1),
        per_second=round(len(ms) / seconds, 1), parts=figure(_tenths(days)),
        ms=(percentile(ms, 50), percentile(ms, 99)),
        memory_mb=tuple(round(days[(len(days) - 1) * mark // 100].mb) for mark in MARKS),
        apart=sum(worker["apart"] for worker in told), found=found,
    )


def _tenths(days: Sequence[Day]) -> list[float]:
    """Lines a second in each tenth of the log's lines; a short log has fewer."""
    bounds = [days[0]]
    for day in days:
        if day.lines - bounds[-1].lines >= days[-1].lines / PARTS: bounds.append(day)
    return [(b.lines - a.lines) / (b.at - a.at) for a, b in pairwise(bounds)] or [0.0]
