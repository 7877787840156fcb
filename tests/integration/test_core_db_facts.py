"""Events, received keys and people, on SQLite and PostgreSQL, from several threads at once too."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from core import events, people
from core.db import Database
from core.events import Event
from core.people import Person, Role
from core.received import Received, first_time
from tests.fakes import FakeClock

THREADS = 8
T = TypeVar("T")


def all_at_once(action: Callable[[int], T]) -> list[T]:
    """What each of the threads got, after they all began at the same moment."""
    gate = Barrier(THREADS)

    def run(number: int) -> T:
        gate.wait(timeout=60)
        return action(number)

    with ThreadPoolExecutor(THREADS) as pool: return list(pool.map(run, range(THREADS)))


# Events


def record_two(database: Database, clock: FakeClock) -> None:
    """Two facts about one ticket, and one about another."""
    with database.transaction() as session:
        events.record(session, "opened", "ticket:1", actor="U1", at=clock(), priority="P2")
        events.record(session, "opened", "ticket:2", actor="U1", at=clock())
        events.record(session, "claimed", "ticket:1", actor="U2", at=clock.advance(timedelta(minutes=1)))


def test_history_is_kept_in_order(database: Database, clock: FakeClock) -> None:
    """A subject's facts come back oldest first, with what was recorded."""
    record_two(database, clock)
    with database.reading() as session: first, second = events.history(session, "ticket:1")
    assert (first.kind, first.actor, first.data) == ("opened", "U1", {"priority": "P2"})
    assert (second.kind, second.data) == ("claimed", {})
    assert second.at - first.at == timedelta(minutes=1)


@pytest.mark.parametrize(
    "change", [update(Event).values(actor="U9"), delete(Event), delete(Event).where(Event.subject == "ticket:2")]
)
def test_events_are_append_only(database: Database, clock: FakeClock, change: object) -> None:
    """The database itself refuses to change or delete a fact."""
    record_two(database, clock)
    with pytest.raises(DBAPIError, match="never changed or deleted"), database.transaction() as session:
        session.execute(change)  # type: ignore[call-overload]
    with database.reading() as session: assert len(events.history(session, "ticket:1")) == 2


def test_events_cannot_be_changed_as_objects(database: Database, clock: FakeClock) -> None:
    """Nor can a fact be changed by assignment."""
    record_two(database, clock)
    with pytest.raises(DBAPIError, match="never changed or deleted"), database.transaction() as session:
        events.history(session, "ticket:1")[0].actor = "U9"


def test_postgresql_events_cannot_be_truncated(postgres_database: Database, clock: FakeClock) -> None:
    """PostgreSQL's way to empty a table at once is shut too."""
    record_two(postgres_database, clock)
    with pytest.raises(DBAPIError, match="never changed or deleted"), postgres_database.transaction() as session:
        session.execute(text("TRUNCATE events"))


# Received


def test_a_key_is_new_once(database: Database, clock: FakeClock) -> None:
    """The second time a key comes it is known, in a later transaction too."""
    with database.transaction() as session:
        assert first_time(session, ["event:1"], clock())
        assert not first_time(session, ["event:1"], clock())
    with database.transaction() as session: assert not first_time(session, ["event:1"], clock())


def test_any_known_key_is_enough(database: Database, clock: FakeClock) -> None:
    """A mention comes as two events with one message: either key marks it, and all of them are remembered."""
    with database.transaction() as session: assert first_time(session, ["event:1", "message:C1:1.0"], clock())
    with database.transaction() as session: assert not first_time(session, ["event:2", "message:C1:1.0"], clock())
    with database.transaction() as session: assert not first_time(session, ["event:2"], clock())


def test_no_keys_are_always_new(database: Database, clock: FakeClock) -> None:
    """What has no key, such as a question at the terminal, is handled each time; a key given twice is one."""
    with database.transaction() as session:
        assert first_time(session, [], clock())
        assert first_time(session, ["a", "a"], clock())


def test_a_failed_use_case_forgets(database: Database, clock: FakeClock) -> None:
    """If handling fails, the redelivered event is handled after all."""
    def fail() -> None:
        with database.transaction() as session:
            first_time(session, ["event:1"], clock())
            raise RuntimeError

    with pytest.raises(RuntimeError): fail()
    with database.transaction() as session: assert first_time(session, ["event:1"], clock())


def test_eight_threads_handle_an_event_once(database: Database, clock: FakeClock) -> None:
    """Of eight threads that get the same events at once, in whatever order, exactly one is first each time."""
    def handle(number: int) -> list[bool]:
        keys = ["event:1", "message:C1:1.0"]
        found = []
        for round_ in range(5):
            with database.transaction() as session:
                mine = [f"{key}:{round_}" for key in (keys if number % 2 else reversed(keys))]
                found.append(first_time(session, mine, clock()))
        return found

    rounds = zip(*all_at_once(handle), strict=True)
    assert [sum(firsts) for firsts in rounds] == [1] * 5
    with database.reading() as session: assert session.query(Received).count() == 10


# People


EMMA = Person(
    id="U1", name="Emma Lind", email="emma@example.com", title="Accountant", tz="Europe/Stockholm",
    roles=frozenset({Role.EMPLOYEE, Role.EDITOR}), level=2, platforms=("macos", "ios"),
)  # fmt: skip


def test_a_person_comes_back_as_saved(database: Database, clock: FakeClock) -> None:
    """Everything about a person is kept; somebody unknown is None."""
    with database.transaction() as session: people.save(session, EMMA, clock())
    with database.reading() as session:
        assert people.find(session, "U1") == EMMA
        assert people.find(session, "U2") is None


def test_saving_again_refreshes(database: Database, clock: FakeClock) -> None:
    """A second save replaces the first, and is seen in the same transaction."""
    moved = Person(id="U1", name="Emma Berg", roles=frozenset({Role.AGENT}))
    with database.transaction() as session:
        people.save(session, EMMA, clock())
        assert people.find(session, "U1") == EMMA
        people.save(session, moved, clock())
        assert people.find(session, "U1") == moved


def test_eight_threads_meet_a_new_person(database: Database, clock: FakeClock) -> None:
    """Eight first messages of one person at once make one person and no error."""
    def meet(_number: int) -> None:
        with database.transaction() as session: people.save(session, EMMA, clock())

    all_at_once(meet)
    with database.reading() as session: assert session.query(people.PersonRow).count() == 1
