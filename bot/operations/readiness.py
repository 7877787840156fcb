"""Whether a process can do its work: each reason why not is one clear line, without a secret or an address in it."""

import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import monotonic
from typing import Protocol

from sqlalchemy import make_url

from core import migrate
from core.db import Database
from core.errors import BadInput, ConfigProblem, Unavailable

Check = Callable[[], str]  # why not; empty when all is well
ROOM = 200_000_000  # bytes that must be free where SQLite writes: a day of a busy company, and its journal
STUCK = 120.0  # seconds without a sign of life: twice as long as a lease, and no delivery takes so long
MODELS_AGAIN = 60.0  # seconds until models that could be loaded are tried again


class Lives(Protocol):
    """A worker."""

    @property
    def name(self) -> str:
        """What it works on."""

    def idle_for(self) -> float | None:
        """Seconds since its last sign of life; None if it does not run."""


def reasons(checks: Iterable[Check]) -> list[str]:
    """Why the process should get no traffic; nothing when it is ready. One that fails hides no other."""
    found: list[str] = []
    for check in checks:
        try:
            why = check()
        except (Unavailable, ConfigProblem) as error:
            why = " ".join(str(error).split())
        if why and why not in found: found.append(why)
    return found


def database(of: Database) -> Check:
    """It answers, and has this version's tables. One that a newer version has upgraded serves this one as well."""

    def check() -> str:
        found, known = migrate.current(of), migrate.revisions()
        if not found: return "The database has no tables yet; run `firstline db upgrade`."
        behind = found in known and found != known[-1]
        return "The database is not at this version; run `firstline db upgrade`." if behind else ""

    return check


def knowledge(items: Callable[[], int]) -> Check:
    """Something can be found."""
    return lambda: "" if items() else "The knowledge base is empty."


def models(load: Callable[[], object], now: Callable[[], float] = monotonic) -> Check:
    """The trained models can be loaded, as the next process will have to; tried once a minute."""
    last: tuple[float, str] | None = None

    def check() -> str:
        nonlocal last
        if last is None or last[1] or now() - last[0] > MODELS_AGAIN: last = (now(), _tried(load))
        return last[1]

    return check


def _tried(load: Callable[[], object]) -> str:
    try:
        load()
    except BadInput:
        return "The trained models cannot be loaded; `firstline classifier history` lists them."
    return ""


def slack(connected: Callable[[], bool]) -> Check:
    """The connection to Slack stands."""
    return lambda: "" if connected() else "Slack is not connected; it is tried again by itself."


def workers(of: Callable[[], Sequence[Lives]]) -> Check:
    """Every worker is alive and not stuck."""

    def check() -> str:
        for worker in of():
            idle = worker.idle_for()
            if idle is None: return f"The worker of {worker.name} has ended."
            if idle > STUCK: return f"The worker of {worker.name} has been stuck for {idle:.0f} seconds."
        return ""

    return check


def room(database_url: str, free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free) -> Check:
    """There is room where SQLite writes; PostgreSQL looks after its own."""
    url = make_url(database_url)
    file = url.database or ":memory:"
    if url.get_backend_name() != "sqlite" or file == ":memory:": return lambda: ""

    def check() -> str:
        try:
            left = free(Path(file).absolute().parent)
        except OSError as error:
            return f"The folder of the database cannot be read ({error.strerror})."
        return "" if left >= ROOM else f"The disk of the database is nearly full: {left / 1e6:.0f} MB are left."

    return check
