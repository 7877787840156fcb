"""What a process of Firstline does, where several share the work, and what that asks of the settings."""

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from core.db import Database
from core.errors import ConfigProblem
from core.leases import ahead_of
from core.settings import Settings

MOST_AHEAD = timedelta(seconds=5)  # sweeps leave what happened in the last ten seconds for later, by the time it tells
READ = "docs/scaling.md tells more."


class Duty(StrEnum):
    """What `firstline serve --role` names."""

    BOT = "bot"  # hears Slack and answers
    WEB = "web"  # shows the help pages and the studio, takes the ticket system's calls
    WORKER = "worker"  # delivers what was queued, and looks for what becomes due


ALL = frozenset(Duty)


def check(settings: Settings, duties: Collection[Duty]) -> None:
    """Check that a process with only some duties can share its work.

    Raises:
        ConfigProblem: a line for each thing that is missing.
    """
    if set(duties) >= ALL: return
    problems = []
    if settings.database_url.startswith("sqlite"):
        problems.append(
            "FIRSTLINE_DATABASE_URL: on SQLite one process does everything; leave out --role, or use PostgreSQL."
        )
    if not settings.public_url:
        problems.append(
            "FIRSTLINE_PUBLIC_URL is not set; where processes have roles, links lead there, to those with the role web."
        )
    if problems: raise ConfigProblem([f"{problem} {READ}" for problem in problems])


def check_clock(database: Database) -> None:
    """Check that this machine and the database's agree on the time.

    Raises:
        ConfigProblem: they are more than `MOST_AHEAD` apart.
    """
    if database.is_sqlite: return
    with database.reading() as session: ahead = ahead_of(session)
    if abs(ahead) <= MOST_AHEAD: return
    seconds, way = round(abs(ahead).total_seconds()), "ahead of" if ahead > timedelta(0) else "behind"
    raise ConfigProblem([f"This machine's clock is {seconds} seconds {way} the database's; set both by a time server."])
