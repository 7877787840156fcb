"""Tickets and a ticket system over a real connection: changes reach it, and its failures neither lose nor delay."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import carrying
from bot.worker import Worker
from core import outbox, people
from core.db import Database
from core.outbox import Attempt, OutboxItem
from core.people import Person, Role
from handoff import ending, tickets, working
from handoff.brief import Brief
from handoff.desk import Desk, load_desk
from handoff.destinations.kinds import Reference
from handoff.destinations.syncing import STAFF, SYNC, Syncing, reference
from handoff.ticket import Ticket
from handoff.tickets import Kind, NewTicket
from tests.fakes import FakeClock
from tests.functional.office import DATA
from tests.ticket_systems import KINDS, Server, Theirs, WebhookServer, serving

ANA = Person(id="U1", name="Ana Silva", email="ana@brightwater.example")
LIAM = Person(
    id="U2", name="Liam Okafor", email="liam@brightwater.example", roles=frozenset({Role.AGENT}), level=2
)  # fmt: skip
HOUR = timedelta(hours=1)


class Slack:
    """Takes what is meant for Slack."""

    def __init__(self) -> None:
        self.got: list[str] = []

    def deliver(self, kind: str, payload: dict[str, Any], attempt: Attempt) -> None:  # noqa: ARG002 - only the kind
        """Keep that it came."""
        self.got.append(kind)


class Company:
    """A desk that is connected to a ticket system, with its workers and a clock of its own."""

    def __init__(self, database: Database, server: Server, clock: FakeClock, desk: Desk) -> None:
        self.database, self.server, self.clock, self.desk = database, server, clock, desk
        self.slack, self.syncing = Slack(), Syncing(database, server.system(), clock)
        sync = {"only": carrying.SYNCS, "at_once": 1, "gave_up": self.syncing.gave_up}
        self.worker = Worker(database, self.syncing, clock, **sync)  # type: ignore[arg-type]  # each is of its type
        self.other = Worker(database, self.slack, clock, but=carrying.KINDS)
        with database.transaction() as session:
            for person in (ANA, LIAM): people.save(session, person, clock())

    def open(self, text: str = "The VPN is stuck.") -> Ticket:
        """A new ticket of Ana's."""
        brief = Brief(asked=(text,), reason="the recipe did not fix it")
        new = NewTicket(
            kind=Kind.INCIDENT, requester=ANA.id, category="vpn", impact="low", urgency="medium", brief=brief
        )
        with self.database.transaction() as session:
            return tickets.open_ticket(session, self.desk, new, by="firstline", now=self.clock())

    def claim(self, ticket: Ticket) -> None:
        """Liam takes it."""
        with self.database.transaction() as session:
            working.claim(session, self.desk, ticket.id, by=LIAM, now=self.clock())

    def say(self, ticket: Ticket, text: str) -> None:
        """Ana writes something more."""
        now = self.clock.advance(timedelta(seconds=1))
        with self.database.transaction() as session:
            tickets.requester_said(session, self.desk, ticket, text, ts=str(now), now=now)

    def resolve(self, ticket: Ticket) -> None:
        """Liam is done."""
        with self.database.transaction() as session:
            ending.resolve(
                session, self.desk, ticket.id, seen_tier=2, code="fixed", note="Reset it.", by=LIAM, now=self.clock()
            )

    def work(self) -> int:
        """Deliver to the system what is due."""
        return sum(iter(self.worker.work_once, 0))

    def work_for(self, span: timedelta) -> None:
        """Let time pass, from one attempt to the next."""
        until = self.clock() + span
        while True:
            self.work()
            first = {item.lane: item.due_at for item in reversed(self.items()) if item.done_at is None}
            due = min(first.values(), default=until)
            if due >= until: break
            self.clock.now = due
        self.clock.now = until

    def items(self, kind: str = SYNC) -> list[OutboxItem]:
        """The outbox's items of a kind."""
        with self.database.reading() as session:
            return list(session.scalars(select(OutboxItem).where(OutboxItem.kind == kind).order_by(OutboxItem.id)))

    def known(self, ticket: Ticket) -> Reference | None:
        """How the ticket is called over there, as far as we know."""
        with self.database.reading() as session: return reference(session, ticket.id, self.server.name)

    def theirs(self) -> Theirs:
        """The one ticket over there."""
        (found,) = self.server.tickets()
        return found


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The shipped desk, connected."""
    return load_desk(DATA / "desk.yaml").model_copy(update={"connected": True})


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest, clock: FakeClock) -> Iterator[Server]:
    """Each kind of system in turn."""
    with serving(KINDS[request.param](clock)) as made: yield made


@pytest.fixture
def company(database: Database, server: Server, clock: FakeClock, desk: Desk) -> Company:
    """Everything as it begins."""
    return Company(database, server, clock, desk)


def test_each_change_reaches_it(company: Company) -> None:
    """Opened, claimed, written to, resolved: each is told with names, and the ticket knows its number over there."""
    ticket = company.open()
    assert company.work() == 1
    company.claim(ticket)
    company.say(ticket, "It is the one in Lisbon.")
    company.resolve(ticket)
    company.work()
    theirs = company.theirs()
    for words in ("(new to claimed)", "It is the one in Lisbon.", "Reset it."): assert theirs.notes.count(words) == 1
    assert theirs.over
    known = company.known(ticket)
    assert known is not None
    assert known.reference == theirs.reference
    assert all(item.done_at and not item.gave_up for item in company.items())


def test_what_waits_is_told_at_once(database: Database, clock: FakeClock, desk: Desk) -> None:
    """Ten changes that wait for one call need no other."""
    with serving(WebhookServer(clock)) as server:
        company = Company(database, server, clock, desk)
        ticket = company.open()
        for n in range(9): company.say(ticket, f"and {n}")
        assert company.work() == 10
        assert len(server.calls) == 1
        assert all(f"and {n}" in company.theirs().notes for n in range(9))


def test_an_hour_away_loses_and_delays_nothing(company: Company) -> None:
    """Everybody else is told at once meanwhile; afterwards it is all there, each thing once."""
    ticket = company.open()
    company.work()
    company.server.fail(*["broken"] * 1_000)
    company.claim(ticket)
    for n in range(6):
        company.say(ticket, f"message {n} of mine")
        company.work_for(HOUR / 6)
        sum(iter(company.other.work_once, 0))
        assert company.slack.got.count("staff_note") == n + 1
    company.server.faults.clear()
    company.work_for(timedelta(minutes=15))
    notes = company.theirs().notes
    assert all(notes.count(f"message {n} of mine") == 1 for n in range(6))
    assert notes.count("(new to claimed)") == 1
    assert company.items(STAFF) == []


def test_a_new_ticket_of_an_outage_comes_through(company: Company) -> None:
    """It was opened, claimed and resolved while nobody was there: once, and over."""
    company.server.fail(*["broken"] * 1_000)
    ticket = company.open()
    company.work_for(HOUR)
    company.claim(ticket)
    company.resolve(ticket)
    company.server.faults.clear()
    company.work_for(HOUR)
    assert company.theirs().over


@pytest.mark.parametrize("after", ["hang up", "broken"])
def test_a_lost_answer_makes_no_double(company: Company, after: str) -> None:
    """The ticket was made, nobody heard of it, and it cannot even be found for a while: there is one in the end."""
    company.server.fail("hang up", after)
    ticket = company.open()
    company.work_for(timedelta(minutes=30))
    theirs = company.theirs()
    known = company.known(ticket)
    assert known is not None
    assert known.reference == theirs.reference
    assert theirs.notes.count("the recipe did not fix it") == 1


def test_every_write_may_lose_its_answer(company: Company) -> None:
    """Whichever answer is lost, nothing is there twice and nothing is missing."""
    ticket = company.open()
    for n in range(5):
        company.say(ticket, f"message {n} of mine")
        company.server.fail("hang up")
        company.work_for(timedelta(minutes=30))
    company.server.faults.clear()
    notes = company.theirs().notes
    assert all(notes.count(f"message {n} of mine") == 1 for n in range(5))


def test_a_refusal_is_told_to_staff_and_made_up_for(company: Company) -> None:
    """They hear of it once; the next change carries what was missed."""
    ticket = company.open()
    company.work()
    company.server.fail("refuse")
    company.say(ticket, "what was refused")
    company.work()
    (heard,) = company.items(STAFF)
    assert (heard.lane, heard.payload["what"]) == (f"card:{ticket.id}", "refused")
    assert "answered 400" in heard.payload["text"]
    company.claim(ticket)
    company.work()
    assert company.theirs().notes.count("what was refused") == 1
    assert len(company.items(STAFF)) == 1


def test_a_start_makes_up_for_refusals(company: Company) -> None:
    """A mended setting needs a start, and after it nobody has to change the ticket first."""
    company.server.fail("refuse")
    company.open()
    company.work()
    assert company.server.tickets() == []
    assert company.syncing.catch_up() == 1
    company.work()
    assert len(company.server.tickets()) == 1
    assert company.syncing.catch_up() == 0


def test_days_away_are_told_once_and_survived(company: Company) -> None:
    """After the last attempt the staff hear of it, once, and it is tried on."""
    ticket = company.open()
    company.work()
    company.server.fail(*["broken"] * 10_000)
    company.say(ticket, "said on a Friday")
    company.work_for(48 * HOUR)
    assert [item.payload["what"] for item in company.items(STAFF)] == ["unreachable"]
    company.server.faults.clear()
    company.work_for(HOUR)
    assert company.theirs().notes.count("said on a Friday") == 1


def test_it_asks_for_a_wait(company: Company) -> None:
    """Retry-After is kept to."""
    company.server.fail("limit")
    company.open()
    company.work()
    (item,) = company.items()
    assert item.due_at == company.clock() + timedelta(seconds=7)


def test_a_desk_that_is_not_connected(sqlite_database: Database, clock: FakeClock, desk: Desk) -> None:
    """Nothing waits for a system that there is not."""
    server = WebhookServer(clock)
    company = Company(sqlite_database, server, clock, desk.model_copy(update={"connected": False}))
    ticket = company.open()
    company.claim(ticket)
    company.say(ticket, "hello?")
    assert company.items() == []


def test_a_name_that_belongs_to_another_ticket(
    sqlite_database: Database, clock: FakeClock, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A receiver that calls all tickets alike is refused, in words that staff can do something with."""
    with serving(WebhookServer(clock)) as server:
        company = Company(sqlite_database, server, clock, desk)
        monkeypatch.setattr(WebhookServer, "_keep", lambda *_: {"reference": "T-1"})
        first, second = company.open(), company.open()
        company.work()
        (heard,) = company.items(STAFF)
        assert heard.payload["ticket"] == second.id
        assert "T-1 belongs to another ticket" in heard.payload["text"]
        assert company.known(first) == Reference(reference="T-1")


def test_the_back_off_is_shorter_than_the_patience() -> None:
    """What is given up was tried for more than seven hours."""
    waits = [min(outbox.FIRST_WAIT * 2**n, outbox.LONGEST_WAIT) for n in range(outbox.MAX_ATTEMPTS - 1)]
    assert sum(waits, timedelta(0)) > 7 * HOUR
