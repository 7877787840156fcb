"""What several processes share of the database: connections, leases, signals."""

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.listening import Listening
from core import leases, outbox
from core.db import POOL, Database
from core.errors import Unavailable
from core.leases import Lease
from core.received import Received, first_time
from core.settings import Settings
from core.signals import MISSED, PUBLISHED, Listener
from kb.publishing import bump
from tests.fakes import FakeClock

PATIENCE = 60.0  # seconds for what takes milliseconds
NO_TIME = timedelta(0)  # a lease of this length is over at once
OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = :name"


# Connections


def test_changes_that_look_never_wait_for_each_other(database: Database) -> None:
    """Eight threads that change something and look meanwhile get on with a pool of four connections."""
    small = Database(database.engine.url.render_as_string(hide_password=False), 4)
    together, wrong = threading.Barrier(8), list[Exception]()

    def work(name: int) -> None:
        together.wait(PATIENCE)
        try:
            for turn in range(5):
                with small.transaction() as session:
                    session.add(Received(key=f"{name}:{turn}", at=FakeClock()()))
                    session.flush()
                    with small.reading() as look, small.reading() as closer: look.execute(text("SELECT 1")) and closer
        except Unavailable as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads: thread.start()
    for thread in threads: thread.join(PATIENCE)
    small.close()
    assert wrong == []
    with database.reading() as session: assert session.query(Received).count() == 40


def test_a_look_within_a_look_sees_the_same(database: Database, clock: FakeClock) -> None:
    """The inner one takes no connection of its own, and ends without ending the outer one."""
    with database.reading() as outer:
        assert outer.query(Received).count() == 0
        with database.transaction() as session: first_time(session, ["a"], clock())
        with database.reading() as inner: assert inner.query(Received).count() == 0
        assert outer.query(Received).count() == 0
        assert database.engine.pool.checkedout() == 1  # type: ignore[attr-defined]  # of a QueuePool
    with database.reading() as session: assert session.query(Received).count() == 1


def test_the_pool_is_the_one_that_settings_tell() -> None:
    """The default of the setting and of the database are one number."""
    assert Settings.model_fields["pool"].default == POOL


# Leases


def test_one_at_a_time(database: Database) -> None:
    """A lease that one process holds is not another's; the holder keeps it as long as it renews it."""
    with database.transaction() as session:
        assert leases.take(session, "sweep", "one")
        assert not leases.take(session, "sweep", "two")
        assert leases.take(session, "other", "two")
        assert leases.take(session, "sweep", "one")


def test_of_a_dead_holder_it_runs_out(database: Database) -> None:
    """Whoever asks after its end has it, and the old holder has it no more."""
    with database.transaction() as session: assert leases.take(session, "sweep", "dead", NO_TIME)
    with database.transaction() as session: assert leases.take(session, "sweep", "next")
    with database.transaction() as session: assert not leases.take(session, "sweep", "dead")


def test_given_up_it_is_free_at_once(database: Database) -> None:
    """A process that ends in order lets nobody wait; it cannot give up what another one holds."""
    one, two = (Lease(database, "sweep", name) for name in ("one", "two"))
    assert one.held()
    assert one.held()
    assert not two.held()
    two.give_up()
    assert not two.held()
    one.give_up()
    assert two.held()
    assert not one.held()


def test_many_at_once_one_has_it(database: Database) -> None:
    """Of eight that ask at the same moment, one gets it."""
    together, got = threading.Barrier(8), list[str]()

    def ask(name: str) -> None:
        lease = Lease(database, "sweep", name)
        together.wait(PATIENCE)
        if lease.held(): got.append(name)

    threads = [threading.Thread(target=ask, args=(str(name),)) for name in range(8)]
    for thread in threads: thread.start()
    for thread in threads: thread.join(PATIENCE)
    assert len(got) == 1


# Signals


@contextmanager
def hearing(database: Database) -> Iterator[Callable[[], str]]:
    """What is heard, one signal at a time."""
    heard: queue.Queue[str] = queue.Queue()
    listener = Listener(database, heard.put)
    listener.start()
    try:
        yield lambda: heard.get(timeout=PATIENCE)
    finally:
        listener.stop()


def test_what_is_queued_and_published_is_told(postgres_database: Database, clock: FakeClock) -> None:
    """Each kind once a transaction, when it is committed; what is rolled back or due later is not told."""
    def put(session: object, kind: str, key: str) -> None:
        outbox.put(session, kind, key=key, lane="l", now=clock())  # type: ignore[arg-type]

    with hearing(postgres_database) as next_one:
        assert next_one() == MISSED
        with postgres_database.transaction() as session:
            put(session, "never", "n")
            session.rollback()
        with postgres_database.transaction() as session:
            put(session, "card", "a")
            put(session, "card", "b")
            due = clock() + timedelta(seconds=1)
            outbox.put_later(session, "later", key="c", lane="l", now=clock(), due=due)
            bump(session)
        assert [next_one(), next_one()] == ["outbox:card", PUBLISHED]
        with postgres_database.transaction() as session: bump(session)
        assert next_one() == PUBLISHED


@pytest.mark.usefixtures("caplog")
def test_a_lost_connection_is_made_anew(postgres_database: Database) -> None:
    """The listener says that something may have been missed, and hears again."""
    with hearing(postgres_database) as next_one:
        assert next_one() == MISSED
        with postgres_database.transaction() as session:
            session.execute(text(OTHERS), {"name": postgres_database.engine.url.database})
        assert next_one() == MISSED
        with postgres_database.transaction() as session: bump(session)
        assert next_one() == PUBLISHED


class Sleeping:
    """Somebody who waits for items of one kind."""

    def __init__(self, kind: str) -> None:
        self.kind, self.woken = kind, threading.Event()

    def takes(self, kind: str) -> bool:
        """Only its own."""
        return kind == self.kind

    def nudge(self) -> None:
        """Woken."""
        self.woken.set()


def test_workers_wake_and_the_index_is_fresh(postgres_database: Database, clock: FakeClock) -> None:
    """An item wakes those who take its kind; what is published is taken in, though one taking in failed."""
    cards, syncs, fresh = Sleeping("card"), Sleeping("sync"), threading.Semaphore(0)

    def refresh() -> None:
        fresh.release()
        raise Unavailable("away")

    listening = Listening(postgres_database, [cards, syncs], refresh)
    listening.start()
    try:
        assert fresh.acquire(timeout=PATIENCE)
        assert cards.woken.wait(PATIENCE)
        assert syncs.woken.wait(PATIENCE)
        for one in (cards, syncs): one.woken.clear()
        with postgres_database.transaction() as session:
            outbox.put(session, "card", key="a", lane="l", now=clock())
        assert cards.woken.wait(PATIENCE)
        assert not syncs.woken.is_set()
        with postgres_database.transaction() as session: bump(session)
        assert fresh.acquire(timeout=PATIENCE)
    finally:
        listening.stop()


def test_on_sqlite_nobody_listens(sqlite_database: Database) -> None:
    """There is one process, and it looks by itself."""
    listening = Listening(sqlite_database, [], lambda: None)
    before = set(threading.enumerate())
    listening.start()
    assert [one.name for one in threading.enumerate() if one not in before] == ["refresh"]  # and none that hears
    listening.stop()
    assert set(threading.enumerate()) == before
