"""Going through the log in its own time: each line one transaction, and before each minute the sweep of the clocks."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby

from bot.cli.bench.replay.log import Row
from bot.cli.bench.replay.steps import agrees, followed, opened
from core.db import Database
from handoff import tickets, warnings
from handoff.desk import Desk
from handoff.ticket import Ticket

AT_ONCE = 10_000  # tickets that one sweep looks at: those of a day, and of the other processes too
BEFORE = timedelta(seconds=1)  # what ends in the minute in which it is due is in time
AFTER = timedelta(minutes=1)


@dataclass(slots=True)
class Spent:
    """What going through the log took: the seconds of each line, and of each sweep's warning."""

    lines: list[float] = field(default_factory=list)
    warnings: int = 0
    apart: int = 0  # lines after which the ticket did not stand where the log says


class Replay:
    """One process's share of the incidents. Tickets are remembered as they were returned, until they are closed."""

    def __init__(self, database: Database, desk: Desk) -> None:
        self._database, self._desk = database, desk
        self._tickets: dict[str, Ticket] = {}
        self._warn_at: dict[int, datetime | None] = {}  # of our own tickets: the others are another process's
        self.spent = Spent()

    def go(self, rows: Sequence[Row], days: Iterable[date], at_end: Callable[[], None]) -> None:
        """Day by day; `at_end` is called after each."""
        of_day = {day: list(lines) for day, lines in groupby(rows, key=lambda row: row.at.date())}
        last = rows[0].at
        for day in days:
            for at, lines in _by_minute(of_day.pop(day, [])):
                self._sweep(last, at - BEFORE)
                for row in lines: self._line(row)
                last = at
            at_end()
        self._sweep(last, last + AFTER)

    def _line(self, row: Row) -> None:
        begin = time.perf_counter()
        known = self._tickets.get(row.number)
        with self._database.transaction() as session:
            ticket = followed(session, self._desk, row, known) if known else opened(session, self._desk, row)
        self.spent.lines.append(time.perf_counter() - begin)
        self._tickets[row.number] = ticket
        self._warn_at[ticket.id] = ticket.warn_at
        self.spent.apart += not agrees(row, ticket)

    def _sweep(self, since: datetime, until: datetime) -> None:
        """Every warning that fell due, each at its own moment; one that was due before at the last line's."""
        with self._database.reading() as session: due = warnings.due(session, until, AT_ONCE)
        for ticket_id in due:
            while (at := self._warn_at.get(ticket_id)) and at <= until: self._warn(ticket_id, max(at, since))

    def _warn(self, ticket_id: int, now: datetime) -> None:
        """Several steps may follow each other before the next line."""
        with self._database.transaction() as session:
            self.spent.warnings += warnings.take(session, self._desk, ticket_id, now)
            self._warn_at[ticket_id] = tickets.get(session, ticket_id).warn_at


def _by_minute(rows: Iterable[Row]) -> Iterator[tuple[datetime, list[Row]]]:
    for at, lines in groupby(rows, key=lambda row: row.at): yield at, list(lines)
