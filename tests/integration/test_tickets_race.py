"""Many hands on the same tickets, on a real database."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import func, select

from core.db import Database
from core.errors import Stale
from core.events import Event
from core.outbox import OutboxItem
from core.people import Person, Role
from handoff import changing, corrections, ending, ladder, outages, tickets, working
from handoff.brief import Brief
from handoff.corrections import Labels
from handoff.desk import Desk, load_desk
from handoff.tickets import Kind, NewTicket
from tests.fakes import FakeClock

THREADS = 8
T = TypeVar("T")


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The shipped desk."""
    return load_desk(Path(__file__).parents[2] / "data" / "desk.yaml")


def agent(n: int) -> Person:
    """One of the agents."""
    return Person(id=f"UA{n}", name=f"Agent {n}", roles=frozenset({Role.AGENT}), level=2)


def new(kind: Kind = Kind.INCIDENT) -> NewTicket:
    """What is known of a new ticket."""
    brief = Brief(asked=("vpn is down",), reason="may not wait")
    return NewTicket(
        kind=kind,
        requester="U1",
        category="vpn",
        impact="low",
        urgency="low",
        brief=brief,
        channel="D1",
        thread_ts="1.0",
    )


def at_once(work: Callable[[int], T]) -> list[T]:
    """What eight threads get that start together."""
    start = threading.Barrier(THREADS)

    def run(n: int) -> T:
        start.wait(30)
        return work(n)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_of_eight_agents_who_claim_at_once_one_wins_and_the_others_are_told_who(
    database: Database, desk: Desk, clock: FakeClock
) -> None:
    """One claim, one event, one message to the requester; seven refusals that name the winner."""
    with database.transaction() as session:
        ticket = tickets.open_ticket(session, desk, new(), by="firstline", now=clock())

    def claim(n: int) -> str:
        try:
            with database.transaction() as session:
                return working.claim(session, desk, ticket.id, by=agent(n), now=clock()).assignee
        except Stale as error:
            return str(error)

    said = at_once(claim)
    (winner,) = [text for text in said if text.startswith("UA")]
    assert sorted(said)[: THREADS - 1] == [f"INC-000001 was claimed by <@{winner}> a moment ago."] * (THREADS - 1)
    with database.reading() as session:
        now = tickets.get(session, ticket.id)
        claims = session.scalar(select(func.count()).where(Event.kind == "ticket.claimed"))
        notices = session.scalar(select(func.count()).where(OutboxItem.kind == "notice"))
    assert (now.assignee, now.version, claims, notices) == (winner, 2, 1, 1)


def test_numbers_are_unique_and_without_gaps(database: Database, desk: Desk, clock: FakeClock) -> None:
    """Two series, eight threads, and every third opening undone half way."""

    class UndoneError(Exception):
        """Ends a transaction without its changes."""

    def open_one(kind: Kind, *, undo: bool) -> None:
        with database.transaction() as session:
            tickets.open_ticket(session, desk, new(kind), by="firstline", now=clock())
            if undo:
                raise UndoneError

    def open_some(n: int) -> None:
        for k in range(6):
            with suppress(UndoneError):
                open_one(Kind.REQUEST if n % 2 else Kind.INCIDENT, undo=k % 3 == 2)

    at_once(open_some)
    with database.reading() as session:
        numbers = [ticket.number for ticket in tickets.waiting(session, limit=1000)]
    assert sorted(numbers) == [f"{prefix}-{n:06d}" for prefix in ("INC", "REQ") for n in range(1, 17)]


def test_of_eight_who_escalate_what_they_saw_one_does(database: Database, desk: Desk, clock: FakeClock) -> None:
    """The ticket moves up one tier and not two."""
    with database.transaction() as session:
        ticket = tickets.open_ticket(session, desk, new(), by="firstline", now=clock())

    def escalate(n: int) -> bool:
        try:
            with database.transaction() as session:
                ladder.escalate(
                    session,
                    desk,
                    ticket.id,
                    seen_tier=2,
                    reason="vendor",
                    note="",
                    reviewed=True,
                    by=agent(n),
                    now=clock(),
                )
        except Stale:
            return False
        return True

    assert sum(at_once(escalate)) == 1
    with database.reading() as session:
        assert tickets.get(session, ticket.id).tier == 3


def test_of_eight_who_resolve_one_does(database: Database, desk: Desk, clock: FakeClock) -> None:
    """The requester is told once."""
    with database.transaction() as session:
        ticket = tickets.open_ticket(session, desk, new(), by="firstline", now=clock())

    def resolve(n: int) -> str:
        try:
            with database.transaction() as session:
                ending.resolve(
                    session, desk, ticket.id, seen_tier=2, code="fixed", note=f"By {n}.", by=agent(n), now=clock()
                )
        except Stale as error:
            return str(error)
        return "done"

    said = at_once(resolve)
    assert sorted(said) == ["INC-000001 is already resolved."] * (THREADS - 1) + ["done"]
    with database.reading() as session:
        assert session.scalar(select(func.count()).where(OutboxItem.kind == "notice")) == 1


def test_of_eight_who_correct_what_they_saw_one_does(database: Database, desk: Desk, clock: FakeClock) -> None:
    """Each chooses something else: one is kept, once, and nobody's is overwritten."""
    with database.transaction() as session:
        ticket = tickets.open_ticket(session, desk, new(), by="firstline", now=clock())
    seen = Labels(kind=Kind.INCIDENT, category="vpn", impact="low", urgency="low")
    names = [f"category {n}" for n in range(THREADS)]

    def correct(n: int) -> bool:
        wanted = replace(seen, category=names[n])
        try:
            with database.transaction() as session:
                corrections.correct(
                    session, desk, ticket.id, seen=seen, wanted=wanted, categories=names, by=agent(n), now=clock()
                )
        except Stale:
            return False
        return True

    done = at_once(correct)
    with database.reading() as session:
        (kept,) = corrections.newest(session)
        assert tickets.get(session, ticket.id).category == kept.labels.category == names[done.index(True)]
    assert sum(done) == 1


def test_whoever_is_told_of_an_outage_hears_of_its_end_even_at_the_same_moment(
    database: Database, clock: FakeClock
) -> None:
    """Seven people are hit while the eighth thread ends it: seven messages, each once."""
    import numpy as np

    with database.transaction() as session:
        outage = outages.declare(session, "VPN is down", np.zeros(4, dtype=np.float32), "e", by=agent(0), now=clock())

    def hit_or_end(n: int) -> int:
        with database.transaction() as session:
            if n == 0:
                return outages.end(session, outage.id, by=agent(0), now=clock())
            return outages.affect(session, outage.id, f"U{n}", channel="D", thread_ts=str(n), now=clock())

    at_once(hit_or_end)
    with database.reading() as session:
        told = session.scalars(select(OutboxItem.key).where(OutboxItem.kind == "outage_over")).all()
    assert sorted(told) == [f"over:{outage.id}:U{n}" for n in range(1, THREADS)]


def test_what_a_requester_writes_while_their_ticket_goes_on_is_not_lost(
    database: Database, desk: Desk, clock: FakeClock
) -> None:
    """Somebody resolves the ticket that waits for them at that moment: staff read it, and it stays resolved."""
    with database.transaction() as session:
        made = tickets.open_ticket(session, desk, new(), by="firstline", now=clock())
        working.claim(session, desk, made.id, by=agent(1), now=clock())
        row = changing.locked(session, made.id)
        working.wait_for_requester(session, desk, row, by="UA1", now=clock())
    with database.reading() as session: seen = tickets.get(session, made.id)
    with database.transaction() as session:
        ending.resolve(
            session, desk, made.id, seen_tier=2, code="fixed", note="Done.", by=agent(1), now=clock()
        )
    with database.transaction() as session:
        tickets.requester_said(session, desk, seen, "It is the blue one.", ts="2.0", now=clock())
    with database.reading() as session:
        assert tickets.get(session, made.id).state == "resolved"
        assert session.scalar(select(func.count()).where(OutboxItem.kind == "staff_note")) == 1
