"""Corrections: what a ticket is really about, its priority and its promised times, and what is learnt from it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import events
from core.db import Database
from core.errors import BadInput, NotAllowed, NotFound, Stale
from core.outbox import OutboxItem
from core.people import Person, Role
from handoff import corrections, ending, tickets, working
from handoff.brief import Brief
from handoff.corrections import Labels
from handoff.desk import Desk, load_desk
from handoff.tickets import Kind, NewTicket, Ticket

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday, inside office hours
LATER = NOW + timedelta(hours=1)
ANA = Person(id="U1", name="Ana")
LIAM = Person(id="U2", name="Liam", roles=frozenset({Role.AGENT}), level=2)
PRIYA = Person(id="U3", name="Priya", roles=frozenset({Role.AGENT}), level=3)
SEEN = Labels(kind=Kind.INCIDENT, category="vpn", impact="low", urgency="medium")  # P4
KNOWN = ("vpn", "wifi", "safety")


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The shipped desk."""
    return load_desk(Path(__file__).parents[2] / "data" / "desk.yaml")


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One transaction, as an edge would open it, on SQLite and on PostgreSQL."""
    with database.transaction() as session: yield session


@pytest.fixture
def ticket(session: Session, desk: Desk) -> Ticket:
    """A fresh ticket of Ana's."""
    return opened(session, desk)


def opened(session: Session, desk: Desk, text: str = "The VPN is stuck.") -> Ticket:
    """A ticket of Ana's about something."""
    brief = Brief(asked=(text, "Still."), reason="the recipe did not fix it")
    new = NewTicket(
        kind=Kind.INCIDENT, requester=ANA.id, category="vpn", impact="low", urgency="medium", brief=brief,
        channel="D1", thread_ts="1.0",
    )
    return tickets.open_ticket(session, desk, new, by="firstline", now=NOW)


def correct(session: Session, desk: Desk, ticket: Ticket, wanted: Labels, **changes: Any) -> Ticket:
    """Liam corrects the ticket an hour later."""
    given: dict[str, Any] = {"seen": SEEN, "categories": KNOWN, "by": LIAM, "now": LATER}
    return corrections.correct(session, desk, ticket.id, wanted=wanted, **given | changes)


def outgoing(session: Session, kind: str) -> list[dict[str, Any]]:
    """The payloads that wait in the outbox."""
    return list(session.scalars(select(OutboxItem.payload).where(OutboxItem.kind == kind).order_by(OutboxItem.id)))


def facts(session: Session, ticket: Ticket) -> list[dict[str, Any]]:
    """What was kept of a ticket's corrections."""
    return [e.data for e in events.history(session, f"ticket:{ticket.id}") if e.kind == corrections.KIND]


class TestCorrect:
    """One correction."""

    def test_the_priority_follows(self, session, desk, ticket):
        """High impact and high urgency is P1, and its promised times count from when the ticket was opened."""
        wanted = replace(SEEN, category="wifi", impact="high", urgency="high")
        found = correct(session, desk, ticket, wanted)
        assert (found.category, found.priority, found.priority_why) == ("wifi", "P1", "high impact, high urgency")
        assert (found.response_due, found.resolution_due) == (NOW + timedelta(minutes=15), NOW + timedelta(hours=4))
        assert found.version == ticket.version + 1
        assert [card["ticket"] for card in outgoing(session, "card")] == [ticket.id, ticket.id]

    def test_what_is_kept(self, session, desk, ticket):
        """From, to, the priorities, the first question, and who and when."""
        correct(session, desk, ticket, replace(SEEN, kind=Kind.REQUEST, category="wifi"))
        (event,) = [e for e in events.history(session, f"ticket:{ticket.id}") if e.kind == corrections.KIND]
        assert (event.actor, event.at) == (LIAM.id, LATER)
        assert event.data["before"] == {"kind": "incident", "category": "vpn", "impact": "low", "urgency": "medium"}
        assert event.data["after"] == {"kind": "request", "category": "wifi", "impact": "low", "urgency": "medium"}
        assert (event.data["text"], event.data["from_priority"], event.data["priority"]) == (
            "The VPN is stuck.", "P4", "P4",
        )  # fmt: skip

    def test_a_category_that_may_not_wait(self, session, desk, ticket):
        """Every safety matter is P1, whatever impact and urgency."""
        found = correct(session, desk, ticket, replace(SEEN, category="safety"))
        assert (found.priority, found.priority_why) == ("P1", "every safety matter is P1")

    def test_the_requester_hears_of_new_times_only(self, session, desk, ticket):
        """Another category of the same priority disturbs nobody; another priority does, once."""
        other = replace(SEEN, category="wifi")
        same = correct(session, desk, ticket, other)
        assert (same.response_due, same.resolution_due) == (ticket.response_due, ticket.resolution_due)
        assert outgoing(session, "notice") == []
        correct(session, desk, ticket, replace(other, impact="high"), seen=other)
        assert [notice["what"] for notice in outgoing(session, "notice")] == ["corrected"]

    def test_equal_values_change_nothing(self, session, desk, ticket):
        """No version, no event, no card; also when they were seen before somebody else chose the same."""
        assert correct(session, desk, ticket, SEEN) == ticket
        assert correct(session, desk, ticket, SEEN, seen=replace(SEEN, category="wifi")) == ticket
        assert facts(session, ticket) == []
        assert len(outgoing(session, "card")) == 1

    def test_a_form_that_is_too_late(self, session, desk, ticket):
        """What was seen is no longer so: nothing is overwritten. A claim in between does no harm."""
        correct(session, desk, ticket, replace(SEEN, category="wifi"))
        with pytest.raises(Stale, match="was corrected a moment ago"):
            correct(session, desk, ticket, replace(SEEN, impact="high"))
        working.claim(session, desk, ticket.id, by=LIAM, now=LATER)
        wifi = replace(SEEN, category="wifi")
        assert correct(session, desk, ticket, replace(wifi, impact="high"), seen=wifi).impact == "high"

    def test_a_reopened_ticket_counts_from_then(self, session, desk, ticket):
        """What is promised anew is never in the past because the ticket is old."""
        done = ending.resolve(
            session, desk, ticket.id, seen_tier=2, code="fixed", note="Reset.", by=LIAM, now=NOW + timedelta(days=1)
        )
        with pytest.raises(Stale, match="already resolved"): correct(session, desk, done, replace(SEEN, impact="high"))
        back = NOW + timedelta(days=7)
        ending.reopen(session, desk, ticket.id, by=ANA, now=back)
        found = correct(session, desk, ticket, replace(SEEN, impact="high", urgency="high"), now=back, by=PRIYA)
        assert found.response_due > back

    def test_only_staff_may(self, session, desk, ticket):
        """The requester may not, and nothing is changed."""
        with pytest.raises(NotAllowed): correct(session, desk, ticket, replace(SEEN, impact="high"), by=ANA)
        assert tickets.get(session, ticket.id) == ticket

    def test_what_cannot_be(self, session, desk, ticket):
        """A category from elsewhere, a level or kind that is none, a ticket that is not there."""
        with pytest.raises(BadInput, match="one of the categories"):
            correct(session, desk, ticket, replace(SEEN, category="x"))
        good = {"kind": "incident", "category": "vpn", "impact": "low", "urgency": "medium"}
        assert Labels.read(good) == SEEN
        for name in ("kind", "impact", "urgency"):
            with pytest.raises(BadInput, match="Please choose"): Labels.read(good | {name: "huge"})
            with pytest.raises(BadInput, match="Please choose"): Labels.read(good | {name: None})
        with pytest.raises(NotFound):
            corrections.correct(
                session, desk, 99, seen=SEEN, wanted=SEEN, categories=KNOWN, by=LIAM, now=NOW
            )


class TestNewest:
    """What is learnt from."""

    def test_the_newest_of_each_ticket(self, session, desk, ticket):
        """Two corrections of one ticket are one, with what it was taken for at first; another ticket's is its own."""
        wifi = replace(SEEN, category="wifi")
        correct(session, desk, ticket, wifi)
        correct(session, desk, opened(session, desk, "No network"), replace(SEEN, urgency="high"))
        before = corrections.newest(session)
        correct(session, desk, ticket, replace(wifi, kind=Kind.REQUEST), seen=wifi)
        found = corrections.newest(session)
        assert [one.text for one in found] == ["The VPN is stuck.", "No network"]
        assert [one.labels.category for one in found] == ["wifi", "vpn"]
        assert (found[0].first, found[0].labels.kind) == (SEEN, Kind.REQUEST)
        assert corrections.newest(session, until=max(one.event for one in before)) == before

    def test_none(self, session):
        """Without a correction there is nothing to learn from."""
        assert corrections.newest(session) == []
