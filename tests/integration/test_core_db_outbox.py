"""The outbox on SQLite and PostgreSQL: once per key, in order within a lane, and never by two workers at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from core import outbox
from core.db import Database
from core.outbox import FIRST_WAIT, LEASE, LONGEST_WAIT, MAX_ATTEMPTS, OutboxItem
from tests.fakes import FakeClock

SECOND = timedelta(seconds=1)


@pytest.fixture
def put(database: Database, clock: FakeClock) -> Callable[..., bool]:
    """Queue an item: its key, and its lane if that is another."""

    def _put(key: str, lane: str = "thread:1") -> bool:
        with database.transaction() as session:
            return outbox.put(session, "card", key=key, lane=lane, now=clock(), text=f"for {key}")

    return _put


@pytest.fixture
def claim(database: Database, clock: FakeClock) -> Callable[..., list[OutboxItem]]:
    """Claim what is due, as a worker does."""

    def _claim(limit: int = 10) -> list[OutboxItem]:
        with database.transaction() as session: return list(outbox.claim(session, clock(), limit))

    return _claim


def finish(database: Database, item: OutboxItem, clock: FakeClock) -> None:
    """Report an item as delivered."""
    with database.transaction() as session: outbox.done(session, item, clock())


def fail(database: Database, item: OutboxItem, clock: FakeClock, wait: timedelta | None = None) -> bool:
    """Report an item as not delivered."""
    with database.transaction() as session: return outbox.failed(session, item, "Slack said no", clock(), wait)


def keys(items: list[OutboxItem]) -> list[str]:
    """The items' keys."""
    return [item.key for item in items]


def stored(database: Database, key: str) -> OutboxItem:
    """An item as it stands in the database."""
    with database.reading() as session: return session.query(OutboxItem).filter_by(key=key).one()


def test_a_key_is_queued_once(put, claim) -> None:
    """A second item with the same key is not queued, even in another lane."""
    assert put("sla:1")
    assert not put("sla:1", lane="thread:2")
    assert keys(claim()) == ["sla:1"]


def test_a_delivered_key_stays_used(database: Database, put, claim, clock: FakeClock) -> None:
    """Nor is it queued again after it was delivered."""
    put("sla:1")
    finish(database, claim()[0], clock)
    assert not put("sla:1")
    assert claim() == []


def test_nothing_is_queued_without_its_cause(database: Database, claim, clock: FakeClock) -> None:
    """If the use case fails, what it wanted to send is gone with it."""
    def use_case() -> None:
        with database.transaction() as session:
            outbox.put(session, "card", key="a", lane="x", now=clock())
            raise RuntimeError

    with pytest.raises(RuntimeError): use_case()
    assert claim() == []


def test_what_is_queued_comes_back(put, claim) -> None:
    """Kind and payload arrive as they were given."""
    put("a")
    (item,) = claim()
    assert (item.kind, item.payload, item.attempts) == ("card", {"text": "for a"}, 1)


def test_a_lane_keeps_its_order(database: Database, put, claim, clock: FakeClock) -> None:
    """The second item of a lane waits until the first is delivered, however often that fails."""
    for key in ("a", "b", "c"): put(key)
    (first,) = claim()
    assert first.key == "a"
    assert claim() == []
    fail(database, first, clock)
    clock.advance(SECOND)
    (first,) = claim()
    finish(database, first, clock)
    assert keys(claim()) == ["b"]


def test_lanes_do_not_block_each_other(database: Database, put, claim, clock: FakeClock) -> None:
    """While one lane waits, the others go on."""
    for key, lane in (("a1", "a"), ("a2", "a"), ("b1", "b"), ("b2", "b")): put(key, lane)
    first_a, first_b = claim()
    assert keys([first_a, first_b]) == ["a1", "b1"]
    fail(database, first_a, clock, wait=timedelta(hours=1))
    finish(database, first_b, clock)
    assert keys(claim()) == ["b2"]


def test_claims_are_limited_and_oldest_first(put, claim) -> None:
    """A worker takes no more than it asked for, the oldest first."""
    for number in range(5): put(f"k{number}", lane=f"l{number}")
    assert keys(claim(limit=2)) == ["k0", "k1"]
    assert keys(claim(limit=2)) == ["k2", "k3"]


def test_back_off_grows(database: Database, put, claim, clock: FakeClock) -> None:
    """The waits double from the first one to the longest, and an item is not due before."""
    put("a")
    waits = []
    for _ in range(14):
        (item,) = claim()
        failed_at = clock()
        fail(database, item, clock)
        wait = stored(database, "a").due_at - failed_at
        clock.advance(wait - timedelta(microseconds=1))
        assert claim() == []
        clock.advance(timedelta(microseconds=1))
        waits.append(wait)
    assert waits[:4] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT, 8 * FIRST_WAIT]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT


def test_the_other_side_may_name_the_wait(database: Database, put, claim, clock: FakeClock) -> None:
    """A wait that Slack asked for goes before the back-off."""
    put("a")
    fail(database, claim()[0], clock, wait=timedelta(seconds=30))
    clock.advance(timedelta(seconds=29))
    assert claim() == []
    clock.advance(SECOND)
    assert keys(claim()) == ["a"]


def test_a_lease_expires(put, claim, clock: FakeClock) -> None:
    """What a worker that died had taken goes to another one, after the lease and not before."""
    put("a")
    claim()
    clock.advance(LEASE - SECOND)
    assert claim() == []
    clock.advance(SECOND)
    (item,) = claim()
    assert item.attempts == 2


def test_a_late_worker_undoes_nothing(database: Database, put, claim, clock: FakeClock) -> None:
    """What a worker reports after its lease ran out does not disturb the next one, who has delivered."""
    put("a")
    (late,) = claim()
    clock.advance(LEASE)
    (item,) = claim()
    fail(database, late, clock)
    assert stored(database, "a").due_at == clock() + LEASE
    finish(database, item, clock)
    fail(database, late, clock)
    with database.transaction() as session: outbox.abandon(session, late, "gone", clock())
    now = stored(database, "a")
    assert (now.gave_up, now.error, now.done_at) == (False, "", clock())


def test_giving_up(database: Database, put, claim, clock: FakeClock) -> None:
    """After the last attempt an item is kept with its error, goes out no more, and its lane goes on."""
    put("a")
    put("b")
    results = []
    for _ in range(MAX_ATTEMPTS):
        (item,) = claim()
        results.append(fail(database, item, clock))
        clock.advance(LONGEST_WAIT)
    assert results == [False] * (MAX_ATTEMPTS - 1) + [True]
    assert stored(database, "a").gave_up
    assert stored(database, "a").error == "Slack said no"
    assert keys(claim()) == ["b"]


def test_abandoning(database: Database, put, claim, clock: FakeClock) -> None:
    """What can never be delivered is kept with its error at once, and its lane goes on."""
    put("a")
    put("b")
    with database.transaction() as session: outbox.abandon(session, claim()[0], "channel_not_found", clock())
    found = stored(database, "a")
    assert (found.gave_up, found.error, found.done_at) == (True, "channel_not_found", clock())
    assert keys(claim()) == ["b"]


def test_delivery_clears_the_error(database: Database, put, claim, clock: FakeClock) -> None:
    """An item that came through at last shows no error."""
    put("a")
    fail(database, claim()[0], clock)
    clock.advance(SECOND)
    finish(database, claim()[0], clock)
    assert (stored(database, "a").error, stored(database, "a").gave_up) == ("", False)


def test_what_waits_can_be_seen(database: Database, put, claim, clock: FakeClock) -> None:
    """Everything not yet delivered is listed, oldest first, claimed or not."""
    for key, lane in (("a", "x"), ("b", "y"), ("c", "x")): put(key, lane)
    finish(database, claim()[1], clock)
    with database.reading() as session: assert keys(outbox.waiting(session)) == ["a", "c"]


def test_one_key_from_eight_threads(database: Database, clock: FakeClock) -> None:
    """Eight threads that queue the same thing at once queue it once."""
    gate = Barrier(8)

    def queue(_number: int) -> bool:
        gate.wait(timeout=60)
        with database.transaction() as session:
            return outbox.put(session, "card", key="sla:1", lane="x", now=clock())

    with ThreadPoolExecutor(8) as pool: assert sum(pool.map(queue, range(8))) == 1


def test_two_workers_never_share_an_item(database: Database, put, claim, clock: FakeClock) -> None:
    """Two workers at once deliver everything once, and each lane in its order."""
    lanes, items = 4, 4
    for number in range(items):
        for lane in range(lanes): put(f"{lane}:{number}", lane=f"lane:{lane}")
    gate = Barrier(2)
    delivered: list[str] = []

    def work(_number: int) -> None:
        gate.wait(timeout=60)
        for _ in range(10_000):
            if len(delivered) >= lanes * items: return
            for item in claim(3):
                delivered.append(item.key)
                finish(database, item, clock)

    with ThreadPoolExecutor(2) as pool: list(pool.map(work, range(2)))
    assert sorted(delivered) == sorted(f"{lane}:{number}" for lane in range(lanes) for number in range(items))
    for lane in range(lanes):
        mine = [key for key in delivered if key.startswith(f"{lane}:")]
        assert mine == sorted(mine)


def test_an_open_claim_is_passed_by(postgres_database: Database, clock: FakeClock) -> None:
    """On PostgreSQL a second worker does not even wait for the first one's transaction: it takes what is left."""
    with postgres_database.transaction() as session:
        for lane in ("a", "b"): outbox.put(session, "card", key=lane, lane=lane, now=clock())
    with postgres_database.transaction() as one, postgres_database.transaction() as other:
        assert [item.key for item in outbox.claim(one, clock(), 1)] == ["a"]
        assert [item.key for item in outbox.claim(other, clock(), 9)] == ["b"]


def test_what_is_due_later_waits(database: Database, clock: FakeClock, put, claim) -> None:
    """It is not claimed before its time; other lanes go on meanwhile."""
    with database.transaction() as session:
        due = clock() + timedelta(hours=4)
        outbox.put_later(session, "late", key="late", lane="late:1", now=clock(), due=due, request=1)
    put("now")
    assert keys(claim()) == ["now"]
    clock.advance(timedelta(hours=4))
    assert "late" in keys(claim())


def test_a_worker_for_some_kinds(database: Database, clock: FakeClock, put) -> None:
    """One takes only what it names, another leaves that to it."""
    put("a card")
    with database.transaction() as session: outbox.put(session, "action", key="a call", lane="action:1", now=clock())
    with database.transaction() as session:
        assert keys(list(outbox.claim(session, clock(), 10, but={"action"}))) == ["a card"]
        assert keys(list(outbox.claim(session, clock(), 10, only={"action"}))) == ["a call"]


class TestSteppedBack:
    """The clock was ahead, and was put right."""

    HOURS = timedelta(minutes=90)

    def set_right(self, database: Database, clock: FakeClock) -> int:
        """Look for what it holds up."""
        with database.transaction() as session: return outbox.set_right(session, clock())

    def test_what_was_queued_before_goes_out_at_once(self, database: Database, put, claim, clock: FakeClock) -> None:
        """Not when the clock is there again."""
        put("a")
        clock.advance(-self.HOURS)
        assert (claim(), self.set_right(database, clock), self.set_right(database, clock)) == ([], 1, 0)
        assert keys(claim()) == ["a"]
        assert stored(database, "a").created_at == clock()

    def test_what_is_in_hand_stays_so_for_a_lease(self, database: Database, put, claim, clock: FakeClock) -> None:
        """Its worker may be at it; after that it is anybody's."""
        put("a")
        clock.advance(self.HOURS)
        claim()
        clock.advance(-self.HOURS)
        assert self.set_right(database, clock) == 1
        assert claim() == []
        clock.advance(LEASE)
        assert keys(claim()) == ["a"]

    def test_what_waits_for_its_time_waits_as_long(self, database: Database, claim, clock: FakeClock) -> None:
        """A reply that can be taken back for ten seconds can still be; what is due on a day is due then."""
        with database.transaction() as session:
            now = clock()
            outbox.put_later(session, "out", key="old", lane="old", now=now - self.HOURS * 2, due=now + self.HOURS)
            outbox.put_later(session, "out", key="new", lane="new", now=now, due=now + 10 * SECOND)
        clock.advance(-self.HOURS)
        assert self.set_right(database, clock) == 1
        assert claim() == []
        clock.advance(10 * SECOND)
        assert keys(claim()) == ["new"]
        assert stored(database, "old").due_at == now + self.HOURS
