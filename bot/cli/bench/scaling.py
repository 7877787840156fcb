"""How many questions several processes answer together, through one database."""

import json
import os
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from bot.bootstrap import Core, Note, import_content, open_core
from bot.cli.bench.figures import percentile
from bot.cli.bench.processes import go, hear, helper
from core.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """So many processes, each on one thread: questions a second of all, and milliseconds of one question."""

    processes: int
    per_second: float
    p50_ms: float
    p99_ms: float
    cores: int
    load: tuple[float, float]

    def told(self) -> str:
        """For a terminal."""
        who = "one process " if self.processes == 1 else f"{self.processes} processes"
        load = f"load {self.load[0]:.1f} before and {self.load[1]:.1f} at the end"
        ms = f"p50 {self.p50_ms:.0f} ms  p99 {self.p99_ms:.0f} ms"
        return f"{who}  {self.per_second:6.1f} questions a second  {ms}  ({self.cores} cores, {load})"


def measure(core: Core, url: str, processes: Sequence[int], seconds: float, note: Note) -> list[Together]:
    """Let each number of processes answer for so long, in an empty PostgreSQL database.

    Raises:
        BadInput: it is no PostgreSQL.
    """
    if not url.startswith("postgres"): raise BadInput("Several processes need PostgreSQL: name an empty one.")
    with open_core(core.settings.model_copy(update={"database_url": url}), encoder=core.encoder) as shared:
        import_content(replace(core, database=shared.database, kb=shared.kb), note)
    return [_measure(url, number, seconds, note) for number in processes]


def _measure(url: str, processes: int, seconds: float, note: Note) -> Together:
    before, what = os.getloadavg()[0], f"answering in {processes}"
    note(what, 0, 1)
    with ExitStack() as stack:
        where = {"FIRSTLINE_DATABASE_URL": url}
        names = [f"{processes}.{number}" for number in range(processes)]
        own = [stack.enter_context(helper("answerer", str(seconds), name, settings=where)) for name in names]
        for one in own: hear(one)  # it is ready
        for one in own: go(one)
        found = [json.loads(hear(one)) for one in own]
    note(what, 1, 1)
    ms = [each for one in found for each in one[1:]]
    return Together(
        processes=processes, per_second=sum(one[0] for one in found), p50_ms=percentile(ms, 50),
        p99_ms=percentile(ms, 99), cores=os.cpu_count() or 1, load=(before, os.getloadavg()[0]),
    )
