"""Updates on a real database: several processes that look at once, and what happens between two looks."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import MetaData, Table, func, select

from bot.assistant.desk.clock import DeskClock
from bot.assistant.parts import Parts
from bot.assistant.sweeping import AGAIN_AFTER, AT_ONCE
from bot.assistant.updating import Updating
from core.db import Database
from core.errors import TryLater
from core.events import Event
from core.migrate import upgrade
from core.outbox import OutboxItem
from core.people import Person, Role
from handoff import ending, relating, tickets, updates, working
from handoff.brief import Brief
from handoff.desk import Desk, load_desk
from handoff.tables import TicketRow
from handoff.tickets import Kind, NewTicket, Ticket
from tests.fakes import FakeClock

THREADS = 8
LIAM = Person(id="U2", name="Liam", roles=frozenset({Role.AGENT}), level=2)
INTERVAL = timedelta(hours=2)  # of P2, inside office hours


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The shipped desk."""
    return load_desk(Path(__file__).parents[2] / "data" / "desk.yaml")


@pytest.fixture
def updating(database: Database, desk: Desk, clock: FakeClock) -> Updating:
    """What looks, over what it needs of the parts."""
    return Updating(cast("Parts", SimpleNamespace(database=database, desk=desk, clock=clock)))


def opened(database: Database, desk: Desk, clock: FakeClock) -> Ticket:
    """A fresh P2 ticket."""
    new = NewTicket(
        kind=Kind.INCIDENT, requester="U1", category="vpn", impact="high", urgency="medium",
        brief=Brief(asked=("vpn is down",), reason="asked"), channel="D1", thread_ts="1.0",
    )  # fmt: skip
    with database.transaction() as session:
        return tickets.open_ticket(session, desk, new, by="firstline", now=clock())


def now_of(database: Database, ticket: Ticket) -> Ticket:
    """The ticket as it stands."""
    with database.reading() as session: return tickets.get(session, ticket.id)


def queued(database: Database) -> list[dict[str, Any]]:
    """The updates in the outbox."""
    query = select(OutboxItem.payload).where(OutboxItem.kind == updates.NOTICE).order_by(OutboxItem.id)
    with database.reading() as session: return list(session.scalars(query))


def facts(database: Database, kind: str) -> int:
    """How often something happened."""
    with database.reading() as session: return session.scalar(select(func.count()).where(Event.kind == kind)) or 0


def together(*work: Any) -> list[Any]:
    """What each of these gets, started at the same moment."""
    start = threading.Barrier(len(work))

    def run(one: Any) -> Any:
        start.wait(30)
        return one()

    with ThreadPoolExecutor(len(work)) as pool: return list(pool.map(run, work))


def until(payload: dict[str, Any]) -> datetime:
    """When the next update was due when this one was queued."""
    return datetime.fromisoformat(payload["next"])


def test_of_eight_processes_that_look_at_once_each_ticket_is_told_by_one(
    database: Database, desk: Desk, clock: FakeClock, updating: Updating
) -> None:
    """Three tickets, three updates, three facts; and the next look finds nothing."""
    made = [opened(database, desk, clock) for _ in range(3)]
    clock.advance(INTERVAL)
    assert sum(together(*[updating.look] * THREADS)) == len(made)
    assert sorted(row["ticket"] for row in queued(database)) == [ticket.id for ticket in made]
    assert facts(database, updates.KIND) == len(made)
    assert updating.look() == 0


def test_an_update_every_interval(database: Database, desk: Desk, clock: FakeClock, updating: Updating) -> None:
    """As long as it is open: at eleven, one, three and five, and on Monday at nine."""
    opened(database, desk, clock)
    end, times = clock() + timedelta(days=3, hours=1), []
    while clock.advance(timedelta(minutes=5)) <= end:
        if updating.look(): times.append(f"{clock():%a %H:%M}")
    assert times == ["Fri 11:00", "Fri 13:00", "Fri 15:00", "Fri 17:00", "Mon 09:00"]


def test_many_that_are_due_at_once_all_get_their_turn(
    database: Database, desk: Desk, clock: FakeClock, updating: Updating
) -> None:
    """A look takes some; the following looks take the rest."""
    for _ in range(AT_ONCE + 3): opened(database, desk, clock)
    clock.advance(INTERVAL)
    assert [updating.look() for _ in range(3)] == [AT_ONCE, 3, 0]


def test_a_resolution_at_the_same_moment_leaves_nothing_to_tell(
    database: Database, desk: Desk, clock: FakeClock, updating: Updating
) -> None:
    """Whoever comes first: what was queued before it is not told after it, and nothing is queued again."""
    made = [opened(database, desk, clock) for _ in range(THREADS)]
    clock.advance(INTERVAL)

    def resolve(ticket: Ticket) -> None:
        with database.transaction() as session:
            ending.resolve(
                session, desk, ticket.id, seen_tier=2, code="fixed", note="Done.", by=LIAM, now=clock()
            )

    together(*[updating.look] * 4, *[lambda one=one: resolve(one) for one in made])
    assert [updating.standing(row["ticket"], until(row)) for row in queued(database)] == [None] * len(queued(database))
    clock.advance(timedelta(days=30))
    assert updating.look() == 0


def test_of_a_claim_and_an_update_at_the_same_moment_one_is_told(
    database: Database, desk: Desk, clock: FakeClock, updating: Updating
) -> None:
    """The claim is news: the update that it overtakes is left out, and the next one is a whole interval later."""
    made = [opened(database, desk, clock) for _ in range(THREADS)]
    claimed_at = clock.advance(INTERVAL) + timedelta(seconds=1)

    def claim(ticket: Ticket) -> None:
        with database.transaction() as session: working.claim(session, desk, ticket.id, by=LIAM, now=claimed_at)

    together(*[updating.look] * 4, *[lambda one=one: claim(one) for one in made])
    assert {now_of(database, ticket).update_due for ticket in made} == {claimed_at + INTERVAL}
    assert [updating.standing(row["ticket"], until(row)) for row in queued(database)] == [None] * len(queued(database))


def test_what_is_told_is_how_it_stands_then(
    database: Database, desk: Desk, clock: FakeClock, updating: Updating
) -> None:
    """Not how it stood when it was queued; after other news it is left out."""
    ticket, start = opened(database, desk, clock), clock()
    clock.advance(INTERVAL)
    updating.look()
    (row,) = queued(database)
    stands = updating.standing(ticket.id, until(row))
    assert stands is not None
    assert (stands.ticket.number, stands.since, stands.late) == (ticket.number, start, False)
    assert stands.unanswered  # P2 is answered within half an hour
    clock.advance(timedelta(minutes=1))
    with database.transaction() as session: working.claim(session, desk, ticket.id, by=LIAM, now=clock())
    assert updating.standing(ticket.id, until(row)) is None


def test_of_a_ticket_that_another_was_merged_into_its_requester_hears_where_it_is(
    database: Database, desk: Desk, clock: FakeClock, updating: Updating
) -> None:
    """It is their own ticket that stands, as one that goes on; after other news it is left out."""
    main, own = opened(database, desk, clock), opened(database, desk, clock)
    with database.transaction() as session: relating.merge(session, desk, own.id, main.id, by=LIAM, now=clock())
    clock.advance(INTERVAL)
    assert updating.look() == 1
    row = next(row for row in queued(database) if row["to"] == own.id)
    stands = updating.standing(main.id, until(row), own.id)
    assert stands is not None
    assert stands.into is not None
    assert (stands.ticket.id, stands.into.ticket.id, stands.into.ticket.summary) == (own.id, main.id, "")
    clock.advance(timedelta(minutes=1))
    with database.transaction() as session: working.claim(session, desk, main.id, by=LIAM, now=clock())
    assert updating.standing(main.id, until(row), own.id) is None


def test_what_could_not_be_delivered_by_day_waits_for_the_next_one(
    database: Database, desk: Desk, clock: FakeClock, updating: Updating
) -> None:
    """Slack was away until midnight: it is told how long to wait, and at eight it is told."""
    ticket = opened(database, desk, clock)
    clock.now = datetime(2026, 11, 20, 17, 59, tzinfo=UTC)
    updating.look()
    (row,) = queued(database)
    clock.now = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
    with pytest.raises(TryLater) as later: updating.standing(ticket.id, until(row))
    assert later.value.wait == timedelta(days=2, hours=8)
    clock.advance(later.value.wait)
    assert updating.standing(ticket.id, until(row)) is not None


def test_tickets_from_before_there_were_updates_are_told(
    empty_database: Database, desk: Desk, clock: FakeClock
) -> None:
    """The migrations let open ones begin with the answer that they were promised; what is over stays quiet."""
    upgrade(empty_database, "0003")
    with empty_database.transaction() as session:
        table = Table("tickets", MetaData(), autoload_with=session.connection())
        for number, state in enumerate(("new", "resolved"), 1):
            session.execute(table.insert().values(number=f"INC-{number:06d}", **old_row(state, clock())))
    upgrade(empty_database)
    looking = Updating(cast("Parts", SimpleNamespace(database=empty_database, desk=desk, clock=clock)))
    with empty_database.reading() as session: made, over = tickets.get(session, 1), tickets.get(session, 2)
    assert (made.update_due, over.update_due) == (clock() + timedelta(minutes=30), None)
    assert (made.warn_at, over.warn_at) == (clock() + timedelta(minutes=30), None)
    clock.advance(timedelta(minutes=29))
    assert looking.look() == 0
    clock.advance(timedelta(minutes=1))
    assert looking.look() == 1
    assert queued(empty_database)[0]["ticket"] == made.id


def test_what_was_resolved_before_the_upgrade_asks_nobody_at_once(empty_database: Database) -> None:
    """The migration leaves what was resolved lately some days; what was long ago is closed, without a word."""
    now = datetime.now(UTC)
    upgrade(empty_database, "0004")
    with empty_database.transaction() as session:
        table = Table("tickets", MetaData(), autoload_with=session.connection())
        for number, days in enumerate((1, 30), 1):
            row = old_row("resolved", now - timedelta(days=days)) | {"number": f"INC-{number:06d}"}
            session.execute(table.insert().values(**row))
    upgrade(empty_database)
    with empty_database.reading() as session: lately, long_ago = tickets.get(session, 1), tickets.get(session, 2)
    assert lately.state == "resolved"
    assert lately.wakes_at is not None
    assert lately.wakes_at >= now + timedelta(days=3)
    assert (long_ago.state, long_ago.closed_how, long_ago.wakes_at) == ("closed", "assumed", None)
    assert long_ago.closed_at == long_ago.resolved_at


def test_one_ticket_that_cannot_be_looked_after_holds_back_no_other(
    database: Database, desk: Desk, clock: FakeClock, updating: Updating
) -> None:
    """It is logged and tried again some minutes later; the others are told in the same look, and warned of."""
    broken, fine = opened(database, desk, clock), opened(database, desk, clock)
    with database.transaction() as session: session.get_one(TicketRow, broken.id).priority = "P9"
    at = clock.advance(INTERVAL)
    assert updating.look() == 1
    assert [row["ticket"] for row in queued(database)] == [fine.id]
    assert now_of(database, broken).update_due == at + AGAIN_AFTER
    parts = cast("Parts", SimpleNamespace(database=database, desk=desk, clock=clock))
    assert DeskClock(parts).look() == 1
    assert now_of(database, broken).warn_at == at + AGAIN_AFTER


def old_row(state: str, now: datetime) -> dict[str, Any]:
    """A P2 ticket as it was kept before there were updates."""
    return {
        "kind": "incident", "state": state, "version": 1, "summary": "vpn is down", "requester": "U1", "assignee": "",
        "category": "vpn", "impact": "high", "urgency": "medium", "priority": "P2", "tier": 2, "goal": "",
        "priority_why": "high impact, medium urgency", "queue": "service-desk", "policy_version": 1,
        "brief": Brief(asked=("vpn is down",), reason="asked").to_json(), "opened_at": now,
        "response_due": now + timedelta(minutes=30), "resolution_due": now + timedelta(hours=8),
        "resolved_at": now if state == "resolved" else None, "resolution_code": "", "resolution": "",
        "channel": "D1", "thread_ts": "1.0",
    }  # fmt: skip
