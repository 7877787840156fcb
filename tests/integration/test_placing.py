"""Whom a ticket is suggested to, who gets it at once, and whose tickets start higher, on a real database."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core import events, people
from core.db import Database
from core.people import Person, Role
from handoff import placing, tickets, working
from handoff.brief import Brief
from handoff.desk import Desk, Entitled, load_desk
from handoff.entitling import started
from handoff.tickets import Kind, NewTicket, State
from tests.fakes import FakeClock
from tests.making import NOW

ANA = Person(id="U1", name="Ana", email="ana@brightwater.example", title="Chief Executive Officer")
LIAM = Person(
    id="U2", name="Liam", email="Liam.Okafor@brightwater.example", roles=frozenset({Role.AGENT}), level=2,
    platforms=("laptops",), tz="Europe/London",
)  # fmt: skip
PRIYA = Person(
    id="U3", name="Priya", email="priya.nair@brightwater.example", roles=frozenset({Role.AGENT}), level=3,
    platforms=("vpn",), tz="Asia/Kolkata",
)  # fmt: skip


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The shipped desk."""
    return load_desk(Path(__file__).parents[2] / "data" / "desk.yaml")


@pytest.fixture(scope="module")
def assigning(desk: Desk) -> Desk:
    """The same, whose queues assign their tickets."""
    queues = [queue.model_copy(update={"assign": not queue.watch}) for queue in desk.queues]
    return desk.model_copy(update={"queues": queues})


@pytest.fixture
def met(database: Database) -> Database:
    """A database that knows the people above."""
    with database.transaction() as session:
        for person in (ANA, LIAM, PRIYA): people.save(session, person, NOW)
    return database


def new(**changes: Any) -> NewTicket:
    """What is known of a new ticket."""
    values: dict[str, Any] = {
        "kind": Kind.INCIDENT, "requester": ANA.id, "category": "laptops", "impact": "low", "urgency": "low",
        "brief": Brief(asked=("It beeps.",), reason="asked"),
    }  # fmt: skip
    return NewTicket(**values | changes)


def named(session: Session, desk: Desk, ticket_id: int) -> str:
    """Whom a ticket is suggested to."""
    fit = placing.best(session, desk, tickets.get(session, ticket_id), NOW)
    return fit.person.id if fit else ""


def test_a_waiting_ticket_is_suggested_to_who_knows_it(met: Database, desk: Desk) -> None:
    """With the number of tickets that they have open; nobody is named once it is taken, nor for what nobody knows."""
    with met.transaction() as session:
        first, second, vpn, calendar = (
            tickets.open_ticket(session, desk, new(category=category), by=ANA.id, now=NOW)
            for category in ("laptops", "laptops", "vpn", "calendar")
        )  # fmt: skip
        working.claim(session, desk, first.id, by=LIAM, now=NOW)
        fit = placing.best(session, desk, second, NOW)
        assert fit is not None
        assert (fit.person.id, fit.knows, fit.open, fit.until) == (LIAM.id, "laptops", 1, NOW.replace(hour=18))
        assert [named(session, desk, one.id) for one in (first, vpn, calendar)] == ["", PRIYA.id, ""]


def test_nobody_is_suggested_for_their_own_ticket(met: Database, desk: Desk) -> None:
    """Somebody else looks at it."""
    with met.transaction() as session:
        own = tickets.open_ticket(session, desk, new(requester=LIAM.id), by=LIAM.id, now=NOW)
        assert named(session, desk, own.id) == ""


def test_whoever_is_no_longer_in_the_file_is_not_suggested(met: Database, desk: Desk) -> None:
    """Whatever Firstline remembers of them."""
    fewer = desk.model_copy(update={"staff": [one for one in desk.staff if one.level != 2]})
    with met.transaction() as session:
        ticket = tickets.open_ticket(session, fewer, new(), by=ANA.id, now=NOW)
        assert (named(session, fewer, ticket.id), named(session, desk, ticket.id)) == ("", LIAM.id)


def test_a_queue_may_give_its_new_tickets_away(met: Database, assigning: Desk) -> None:
    """Somebody has it at once, by Firstline, which is in its history; the time to answer still runs."""
    with met.transaction() as session:
        ticket = tickets.open_ticket(session, assigning, new(), by=ANA.id, now=NOW)
        event = events.history(session, f"ticket:{ticket.id}")[-1]
    assert (ticket.assignee, ticket.state, ticket.responded_at) == (LIAM.id, State.CLAIMED, None)
    assert (event.kind, event.actor, event.at) == ("ticket.assigned", "firstline", NOW)
    assert (event.data["to"], event.data["state"]) == (LIAM.id, ["new", "claimed"])
    assert ticket.warn_at is not None
    assert ticket.warn_at < ticket.response_due


def test_at_night_a_ticket_waits_in_its_queue(met: Database, assigning: Desk) -> None:
    """Nobody is at work."""
    with met.transaction() as session:
        ticket = tickets.open_ticket(session, assigning, new(), by=ANA.id, now=NOW.replace(hour=22))
    assert (ticket.assignee, ticket.state) == ("", State.NEW)


def test_entitled_people_s_tickets_start_higher_and_the_brief_says_why(
    met: Database, desk: Desk, clock: FakeClock
) -> None:
    """By their title, whatever its case; other people's start where all do, and a higher start is kept."""
    higher = started(desk, new(), ANA)
    with met.transaction() as session: ticket = tickets.open_ticket(session, desk, higher, by=ANA.id, now=clock())
    assert (ticket.tier, ticket.queue, ticket.brief.why) == (3, "specialists", ("entitled: starts at tier 3",))
    assert started(desk, new(), LIAM) == new()
    assert started(desk, new(tier=3), ANA) == new(tier=3)
    assert started(desk, new(queue="service-desk"), ANA) == new(queue="service-desk")
    by_mail = desk.model_copy(update={"entitled": [Entitled(email="LIAM.OKAFOR@brightwater.example", tier=3)]})
    assert (started(by_mail, new(), LIAM).tier, started(by_mail, new(), ANA).tier) == (3, 2)
