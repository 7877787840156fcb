"""The worker: order within a lane, another try, the wait that was asked for, giving up, one broken item of many."""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from bot.worker import AT_ONCE, Bell, Worker
from core import outbox
from core.db import Database
from core.errors import CannotDeliver, TryLater
from core.outbox import FIRST_WAIT, LEASE, LONGEST_WAIT, MAX_ATTEMPTS, Attempt, OutboxItem
from tests.fakes import FakeClock

PATIENCE = 60.0  # seconds to wait for what the thread should do at once


class Outside:
    """Where items go: it takes them down, and fails where a test says so."""

    def __init__(self) -> None:
        """Nothing was delivered yet, and nothing fails."""
        self.taken: list[str] = []
        self.tried: list[str] = []
        self.fails: dict[str, Exception] = {}
        self.got = threading.Event()
        self.meanwhile: Callable[[str], object] = lambda _: None

    def deliver(self, kind: str, payload: dict[str, Any], attempt: Attempt) -> None:  # noqa: ARG002 - see below
        """See `Outbound.deliver`."""
        assert kind == "card"
        name = payload["name"]
        self.tried.append(name)
        self.meanwhile(name)
        if name in self.fails: raise self.fails[name]
        self.taken.append(name)
        self.got.set()


@pytest.fixture
def outside() -> Outside:
    """The outside."""
    return Outside()


@pytest.fixture
def worker(sqlite_database: Database, outside: Outside, clock: FakeClock) -> Iterator[Worker]:
    """A worker whose thread is not started."""
    made = Worker(sqlite_database, outside, clock)
    yield made
    made.stop()


def put(database: Database, clock: FakeClock, *names: str, lane: str = "") -> None:
    """Queue items by name, in one lane, or each in its own."""
    with database.transaction() as session:
        for name in names: outbox.put(session, "card", key=name, lane=lane or name, now=clock(), name=name)


def item(database: Database, name: str) -> OutboxItem:
    """An item as it stands."""
    with database.reading() as session: return session.scalars(select(OutboxItem).where(OutboxItem.key == name)).one()


LATER = TryLater("Slack answered internal_error.")


def test_nothing_to_do(worker):
    """With nothing due, it does nothing and says so."""
    assert worker.work_once() == 0


def test_in_order(sqlite_database, worker, outside, clock):
    """Items of one lane go out one after another, in the order in which they were put."""
    put(sqlite_database, clock, "a", "b", "c", lane="thread")
    assert [worker.work_once() for _ in range(4)] == [1, 1, 1, 0]
    assert outside.taken == ["a", "b", "c"]


def test_a_few_at_a_time(sqlite_database, worker, outside, clock):
    """Lanes go side by side, a few items at a time, oldest first."""
    names = [f"n{n}" for n in range(AT_ONCE + 1)]
    put(sqlite_database, clock, *names)
    assert [worker.work_once(), worker.work_once()] == [AT_ONCE, 1]
    assert outside.taken == names


def test_once(sqlite_database, worker, outside, clock):
    """What was delivered is marked so and never goes out again, however much time passes."""
    put(sqlite_database, clock, "a")
    worker.work_once()
    clock.advance(LEASE * 10)
    assert worker.work_once() == 0
    assert outside.taken == ["a"]
    assert item(sqlite_database, "a").done_at


def test_another_try(sqlite_database, worker, outside, clock):
    """What failed is tried again after a wait that doubles, and its error is kept until it works."""
    put(sqlite_database, clock, "a")
    outside.fails["a"] = LATER
    for wait in (1, 2, 4, 8):
        assert worker.work_once() == 1
        assert worker.work_once() == 0
        assert item(sqlite_database, "a").due_at == clock() + FIRST_WAIT * wait
        clock.advance(FIRST_WAIT * wait)
    assert "internal_error" in item(sqlite_database, "a").error
    outside.fails.clear()
    worker.work_once()
    assert outside.taken == ["a"]
    assert item(sqlite_database, "a").error == ""


def test_the_lane_waits(sqlite_database, worker, outside, clock):
    """While one item waits, its lane waits with it, so that the order stays; other lanes go on."""
    put(sqlite_database, clock, "a", "b", lane="thread")
    put(sqlite_database, clock, "other")
    outside.fails["a"] = LATER
    worker.work_once()
    assert worker.work_once() == 0
    assert outside.taken == ["other"]
    outside.fails.clear()
    clock.advance(FIRST_WAIT)
    worker.work_once()
    worker.work_once()
    assert outside.taken == ["other", "a", "b"]


@pytest.mark.parametrize("seconds", [1, 30, 4_000])
def test_the_wait_that_was_asked_for(sqlite_database, worker, outside, clock, seconds):
    """When Slack names a wait, that is the wait: no try before it, and one right after it."""
    put(sqlite_database, clock, "a")
    outside.fails["a"] = TryLater("Slack answered ratelimited.", timedelta(seconds=seconds))
    worker.work_once()
    outside.fails.clear()
    clock.advance(timedelta(seconds=seconds) - timedelta(milliseconds=1))
    assert worker.work_once() == 0
    clock.advance(timedelta(milliseconds=1))
    assert worker.work_once() == 1
    assert outside.taken == ["a"]


def test_giving_up(sqlite_database, worker, outside, clock):
    """After `MAX_ATTEMPTS` it is given up, kept with its error, and the lane goes on."""
    put(sqlite_database, clock, "a", "b", lane="thread")
    outside.fails["a"] = LATER
    for _ in range(MAX_ATTEMPTS):
        assert worker.work_once() == 1
        clock.advance(LONGEST_WAIT)
    gone = item(sqlite_database, "a")
    assert (gone.gave_up, gone.attempts, bool(gone.done_at)) == (True, MAX_ATTEMPTS, True)
    worker.work_once()
    assert outside.tried.count("a") == MAX_ATTEMPTS
    assert outside.taken == ["b"]


def test_what_cannot_be_delivered(sqlite_database, worker, outside, clock, caplog):
    """What was refused for good is not tried again: it is logged, kept with its error, and the lane goes on."""
    put(sqlite_database, clock, "a", "b", lane="thread")
    outside.fails["a"] = CannotDeliver("Slack answered is_archived.")
    worker.work_once()
    gone = item(sqlite_database, "a")
    assert (gone.gave_up, gone.error) == (True, "Slack answered is_archived.")
    assert "is_archived" in caplog.text
    worker.work_once()
    assert outside.tried == ["a", "b"]


def test_one_broken_item(sqlite_database, worker, outside, clock, caplog):
    """An error that nobody thought of does not stop the others; it is logged with its place, kept, and tried again."""
    put(sqlite_database, clock, "a", "broken", "c")
    outside.fails["broken"] = KeyError("what")
    assert worker.work_once() == 3
    assert outside.taken == ["a", "c"]
    assert item(sqlite_database, "broken").error == "KeyError: 'what'"
    assert "Traceback" in caplog.text
    outside.fails.clear()
    clock.advance(FIRST_WAIT)
    worker.work_once()
    assert outside.taken == ["a", "c", "broken"]


def test_a_kind_that_nobody_knows(sqlite_database, outside, worker, clock):
    """An item of an unknown kind, as an older version may have left, stops nobody."""
    with sqlite_database.transaction() as session:
        outbox.put(session, "unknown", key="u", lane="u", now=clock(), name="u")
    put(sqlite_database, clock, "a")
    worker.work_once()
    assert outside.taken == ["a"]
    assert not item(sqlite_database, "u").done_at


def test_after_a_crash(sqlite_database, outside, clock):
    """What another worker took and never finished goes out when its lease is over."""
    put(sqlite_database, clock, "a")
    with sqlite_database.transaction() as session: outbox.claim(session, clock(), 1)  # and then it died
    survivor = Worker(sqlite_database, outside, clock)
    assert survivor.work_once() == 0
    clock.advance(LEASE)
    assert survivor.work_once() == 1
    assert outside.taken == ["a"]


class TestOutlived:
    """A worker that takes longer than its lease."""

    def test_it_posts_nothing_that_another_one_has_by_now(self, sqlite_database, worker, outside, clock):
        """Two calls hang for half a lease each: the rest of the batch is somebody else's, who delivers it alone."""
        other = Outside()
        second = Worker(sqlite_database, other, clock)

        def hangs(name: str) -> None:
            clock.advance(LEASE / 2)
            if name == "b": second.work_once()

        put(sqlite_database, clock, *"abcd")
        outside.fails, outside.meanwhile = {"a": LATER, "b": LATER}, hangs
        worker.work_once()
        assert (outside.taken, other.taken[-2:]) == ([], ["c", "d"])

    def test_each_item_begins_with_a_whole_lease(self, sqlite_database, worker, outside, clock):
        """One that waited for those before it is kept from others for as long as the first one was."""
        due = []

        def slow(name: str) -> None:
            due.append(item(sqlite_database, name).due_at - clock())
            clock.advance(LEASE / 3)

        put(sqlite_database, clock, *"abc")
        outside.meanwhile = slow
        worker.work_once()
        assert due == [LEASE] * 3

    @pytest.mark.parametrize("error", [CannotDeliver("too late"), LATER])
    def test_what_it_reports_late_ends_nothing(self, sqlite_database, outside, clock, error):
        """Another one has delivered it meanwhile: nobody is told that it was lost, also after the last try."""
        lost, other = [], Outside()
        second = Worker(sqlite_database, other, clock)

        def late(_: str) -> None:
            clock.advance(LEASE)
            second.work_once()

        put(sqlite_database, clock, "a")
        with sqlite_database.transaction() as session: session.execute(update(OutboxItem).values(attempts=MAX_ATTEMPTS))
        outside.fails["a"], outside.meanwhile = error, late
        Worker(sqlite_database, outside, clock, gave_up=lambda _, item, why: lost.append((item, why))).work_once()
        assert (other.taken, lost) == (["a"], [])
        assert not item(sqlite_database, "a").gave_up


def test_what_is_given_up_is_forgotten_too(sqlite_database, outside, clock):
    """Where content is taken out of what was delivered: also out of what never will be, once it is told of."""
    told = []
    put(sqlite_database, clock, "a")
    outside.fails["a"] = CannotDeliver("no")
    Worker(
        sqlite_database, outside, clock, forget=True, gave_up=lambda _, item, why: told.append((item.payload, why))
    ).work_once()
    assert told == [({"name": "a"}, "no")]
    assert item(sqlite_database, "a").payload == {}


def test_the_bell_rings_for_each_worker_at_most():
    """Who is busy hears nothing: rings do not pile up, as each would be a look for nothing later."""
    bell = Bell(2)
    for _ in range(300): bell.ring()
    assert [bell.wait(0) for _ in range(3)] == [True, True, False]


class Listening(logging.Handler):
    """Tells when something is logged."""

    def __init__(self, words: str) -> None:
        """Wait for these words."""
        super().__init__()
        self._words, self.heard = words, threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        """Hear it."""
        if self._words in record.getMessage(): self.heard.set()


@pytest.fixture
def trouble() -> Iterator[threading.Event]:
    """Set when the worker logs that it could not read the outbox."""
    handler, log = Listening("the outbox could not be"), logging.getLogger("bot.worker")
    log.addHandler(handler)
    yield handler.heard
    log.removeHandler(handler)


class TestThread:
    """The worker in its own thread."""

    def test_it_delivers_until_it_is_stopped(self, sqlite_database, worker, outside, clock):
        """What is put while it runs goes out by itself; after the stop nothing does."""
        worker.start()
        put(sqlite_database, clock, "a")
        assert outside.got.wait(PATIENCE)
        worker.stop()
        put(sqlite_database, clock, "b")
        assert outside.taken == ["a"]
        assert not item(sqlite_database, "b").attempts

    def test_stop_without_start(self, worker):
        """A worker that never began can be stopped, twice."""
        worker.stop()
        worker.stop()
        assert worker.idle_for() is None

    def test_it_outlives_a_database_that_is_gone_for_a_while(self, sqlite_database, worker, outside, clock, trouble):
        """While the outbox cannot be read it says so and tries again; then it goes on."""
        with sqlite_database.engine.begin() as connection:
            connection.execute(text("ALTER TABLE outbox RENAME TO outbox_away"))
        worker.start()
        assert trouble.wait(PATIENCE)
        with sqlite_database.engine.begin() as connection:
            connection.execute(text("ALTER TABLE outbox_away RENAME TO outbox"))
        put(sqlite_database, clock, "a")
        assert outside.got.wait(PATIENCE)


def test_asked_to_stop_between_two_items(sqlite_database, worker, outside, clock):
    """The item in hand is finished; what else was claimed is due at once for others, as if it had not been tried."""
    put(sqlite_database, clock, "a", "b", "c")
    outside.deliver = lambda _kind, payload, _attempt: (outside.taken.append(payload["name"]), worker.finish())
    assert worker.work_once() == 1
    assert outside.taken == ["a"]
    left = [item(sqlite_database, name) for name in "bc"]
    assert [(one.attempts, one.due_at, one.done_at) for one in left] == [(0, clock(), None)] * 2
