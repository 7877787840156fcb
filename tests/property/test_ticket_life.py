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
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from core.db import Base, Database
from handoff.desk import Desk
from handoff.states import State
from handoff.tables import TicketRow
from tests.histories import check, spent
from tests.lives import Life, shipped_desk

SEEDS = st.integers(0, 2**32 - 1)
LENGTHS = st.integers(1, 120)  # steps; a failing life is told by its shortest beginning
KEPT = ("state", "queue", "assignee", "priority", "resolution", "response_due", "resolution_due", "closed_how")
TABLES = ("tickets", "events", "outbox", "ticket_pauses", "ticket_links", "editor_tasks", "ticket_counters")


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The shipped desk."""
    return shipped_desk()


@pytest.fixture(scope="module")
def memory(migrated_file: Path) -> Iterator[Database]:
    """A database that is in memory alone: many short lives fit into a second."""
    database = Database("sqlite:///:memory:")
    with closing(sqlite3.connect(migrated_file)) as file, database.engine.connect() as connection:
        held: Any = connection.connection.driver_connection
        file.backup(held)
    yield database
    database.close()


def everything(database: Database) -> dict[str, list[Any]]:
    """All rows of the desk."""
    with database.reading() as session:
        tables = [Base.metadata.tables[name] for name in TABLES]
        return {one.name: [tuple(row) for row in session.execute(one.select().order_by(*one.primary_key))] for one in tables}


def empty(database: Database) -> None:
    """Begin anew."""
    with database.transaction() as session:
        for name in TABLES: session.execute(Base.metadata.tables[name].delete())


def live(database: Database, desk: Desk, seed: int, length: int) -> Life:
    """Live for so many steps, everything being looked at after each."""
    life, clocks = Life(database, desk, Random(seed)), dict[int, Any]()
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


@settings(max_examples=60)
@given(SEEDS, LENGTHS)
def test_a_ticket_is_what_its_history_says(memory: Database, desk: Desk, seed: int, length: int) -> None:
    """State, owner, queue, counts, clock, pauses, ladder and cards, after every step of people and of time."""
    empty(memory)
    live(memory, desk, seed, length)


@settings(max_examples=25)
@given(SEEDS, LENGTHS)
def test_what_is_refused_changes_nothing(memory: Database, desk: Desk, seed: int, length: int) -> None:
    """Tickets, history, outbox, pauses, links, tasks and numbers are what they were."""
    empty(memory)
    life = Life(memory, desk, Random(seed))
    for _ in range(length):
        before, refused = everything(memory), len(life.refused)
        life.step()
        if len(life.refused) > refused: assert everything(memory) == before
        life.now += timedelta(minutes=life.random.choice((0, 5, 600)))


def test_everything_happens_and_is_refused(memory: Database, desk: Desk) -> None:
    """So that the lives above are worth looking at."""
    empty(memory)
    life = Life(memory, desk, Random(5), most=12)
    for _ in range(1500):
        life.step()
        life.pass_time()
    acts = {name.removeprefix("do_") for name in dir(life) if name.startswith("do_")}
    assert acts - set(life.done) == set()
    assert acts - {one.split(":")[0] for one in life.refused} <= {"say", "action", "link"}


@pytest.mark.parametrize("seed", range(3))
def test_a_life_is_the_same_on_both_databases(database: Database, desk: Desk, seed: int) -> None:
    """On SQLite and on PostgreSQL."""
    assert live(database, desk, seed, 60).done


@pytest.mark.parametrize("seed", range(3))
def test_two_who_work_at_once_leave_what_one_after_the_other_could(database: Database, desk: Desk, seed: int) -> None:
    """Of all that two threads do to the same tickets nothing is lost, and nothing is half done."""
    first = Life(database, desk, Random(seed), most=2)
    while len(first.ids) < 2: first.step()
    second = Life(database, desk, Random(seed + 100), most=2)
    second.ids = list(first.ids)
    with ThreadPoolExecutor(2) as pool: list(pool.map(lambda life: [life.step() for _ in range(80)], (first, second)))
    with database.reading() as session:
        for ticket in first.ids: check(session, desk, ticket, first.now)
    assert first.done
    assert second.done
