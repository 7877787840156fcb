"""The life of tickets: whatever people do in whatever order, each is what its history says."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from core.db import Base, Database
from handoff.states import State
from handoff.tables import TicketRow
from tests.budgets import tries
from tests.histories import check, spent
from tests.lives import Life, shipped_desk

LIVES, STEPS = 20, 60
KEPT = ("state", "queue", "assignee", "priority", "resolution", "response_due", "resolution_due", "closed_how")
TABLES = ("tickets", "events", "outbox", "ticket_pauses", "ticket_links", "editor_tasks", "ticket_counters")


class InMemory:
    """A database that is in memory alone, so that many short lives fit into a second."""

    def __init__(self, begin: sqlite3.Connection) -> None:
        """Take what it is to begin with."""
        self._begin, self.database = begin, Database("sqlite:///:memory:")

    def anew(self) -> Database:
        """The database as it was in the beginning: facts cannot be deleted from it."""
        with self.database.engine.connect() as connection:
            held: Any = connection.connection.driver_connection
            self._begin.backup(held)
        return self.database


@pytest.fixture(scope="module")
def memory(migrated_file: Path) -> Iterator[InMemory]:
    """One for all lives."""
    with closing(sqlite3.connect(migrated_file)) as file:
        found = InMemory(file)
        yield found
        found.database.close()


def everything(database: Database) -> dict[str, list[Any]]:
    """All rows of the desk."""
    with database.reading() as session:
        tables = [Base.metadata.tables[name] for name in TABLES]
        return {one.name: [tuple(row) for row in session.execute(one.select())] for one in tables}


def live(database: Database, seed: int, length: int) -> Life:
    """Live for so many steps, everything being looked at after each."""
    life, clocks = Life(database, shipped_desk(), Random(seed)), dict[int, Any]()
    for _ in range(length):
        before = kept(database)
        life.step()
        look(life, clocks)
        unchanged_once_closed(before, kept(database))
        life.pass_time()
        look(life, clocks)
    return life


def look(life: Life, clocks: dict[int, Any]) -> None:
    """Every ticket is what its history says, and no clock has run backwards."""
    with life.database.reading() as session:
        for ticket in life.ids:
            clock = check(session, life.desk, ticket, life.now)
            now = (clock.started, clock.policy, spent(clock, life.now)) if clock else None
            was = clocks.get(ticket)
            if was and now and was[:2] == now[:2]: assert was[2] <= now[2]
            clocks[ticket] = now


def kept(database: Database) -> dict[int, dict[str, Any]]:
    """What stays as it is once a ticket is closed."""
    with database.reading() as session:
        return {row.id: {name: getattr(row, name) for name in KEPT} for row in session.scalars(select(TicketRow))}


def unchanged_once_closed(before: dict[int, dict[str, Any]], after: dict[int, dict[str, Any]]) -> None:
    """Only opening it again changes a closed ticket."""
    for ticket, was in before.items():
        if was["state"] == State.CLOSED and after[ticket]["state"] != State.REOPENED: assert after[ticket] == was


@pytest.mark.parametrize("seed", range(tries(LIVES)))
def test_a_ticket_is_what_its_history_says(memory: InMemory, seed: int) -> None:
    """State, owner, queue, counts, clock, pauses, ladder and cards, after every step of people and of time."""
    assert live(memory.anew(), seed, STEPS).done


@pytest.mark.parametrize("seed", range(LIVES, LIVES + tries(10)))
def test_what_is_refused_changes_nothing(memory: InMemory, seed: int) -> None:
    """Tickets, history, outbox, pauses, links, tasks and numbers are what they were."""
    life = Life(memory.anew(), shipped_desk(), Random(seed))
    for _ in range(STEPS):
        before, refused = everything(memory.database), len(life.refused)
        life.step()
        if len(life.refused) > refused: assert everything(memory.database) == before
        life.now += timedelta(minutes=life.random.choice((0, 5, 600)))


def test_everything_happens_and_is_refused(memory: InMemory) -> None:
    """So that the lives above are worth looking at."""
    life = Life(memory.anew(), shipped_desk(), Random(5))
    for _ in range(2000):
        life.step()
        life.now += timedelta(minutes=life.random.choice((0, 5, 60)))
    assert life.acts() - set(life.done) == set()
    assert life.acts() - {one.split(":")[0] for one in life.refused} <= {"say", "action", "link"}


@pytest.mark.parametrize("seed", range(3))
def test_a_life_is_the_same_on_both_databases(database: Database, seed: int) -> None:
    """On SQLite and on PostgreSQL."""
    assert live(database, seed, 60).done


@pytest.mark.parametrize("seed", range(3))
def test_two_who_work_at_once_leave_what_one_after_the_other_could(database: Database, seed: int) -> None:
    """Of all that two threads do to the same tickets nothing is lost, and nothing is half done."""
    first = Life(database, shipped_desk(), Random(seed))
    while len(first.ids) < 2: first.step()
    second = Life(database, first.desk, Random(seed + 100), opens=0.0)
    second.ids = first.ids  # what one opens, the other works on
    with ThreadPoolExecutor(2) as pool: list(pool.map(lambda life: [life.step() for _ in range(80)], (first, second)))
    with database.reading() as session:
        for ticket in first.ids: check(session, first.desk, ticket, first.now)
    assert first.done
    assert second.done
