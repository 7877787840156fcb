"""Word at the agreed intervals: when it falls due, what moves it on, and what the sweep does."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import events
from core.db import Database
from core.outbox import OutboxItem
from core.people import Person, Role
from handoff import corrections, ending, ladder, relating, tickets, updates, working
from handoff.brief import Brief
from handoff.corrections import Labels
from handoff.desk import Desk, Level, load_desk
from handoff.tickets import Kind, NewTicket, Ticket

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday, inside office hours
LATER = NOW + timedelta(hours=3)
ANA = Person(id="U1", name="Ana")
LIAM = Person(id="U2", name="Liam", roles=frozenset({Role.AGENT}), level=2)


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The shipped desk."""
    return load_desk(Path(__file__).parents[2] / "data" / "desk.yaml")


@pytest.fixture
def session(sqlite_database: Database) -> Iterator[Session]:
    """One transaction, as an edge would open it."""
    with sqlite_database.transaction() as session: yield session


def opened(session: Session, desk: Desk, impact: Level = "low", urgency: Level = "high", **changes: Any) -> Ticket:
    """A fresh ticket of Ana's; P3 unless told otherwise: an update every working day."""
    known: dict[str, Any] = {
        "kind": Kind.INCIDENT, "requester": ANA.id, "category": "vpn", "impact": impact, "urgency": urgency,
        "brief": Brief(asked=("The VPN is stuck.",), reason="asked"), "conversation_id": 7, "channel": "D1",
        "thread_ts": "1.0",
    }  # fmt: skip
    return tickets.open_ticket(session, desk, NewTicket(**known | changes), by="firstline", now=NOW)


def queued(session: Session) -> list[dict[str, Any]]:
    """The updates that wait in the outbox."""
    kind = OutboxItem.kind == updates.NOTICE
    return list(session.scalars(select(OutboxItem.payload).where(kind).order_by(OutboxItem.id)))


def claim(session: Session, desk: Desk, ticket: Ticket) -> Ticket:
    """Liam takes it."""
    return working.claim(session, desk, ticket.id, by=LIAM, now=LATER)


def escalate(session: Session, desk: Desk, ticket: Ticket) -> Ticket:
    """Liam hands it up."""
    return ladder.escalate(
        session, desk, ticket.id, seen_tier=2, reason="vendor", note="", reviewed=True, by=LIAM, now=LATER
    )


def resolve(session: Session, desk: Desk, ticket: Ticket) -> Ticket:
    """Liam resolves it."""
    return ending.resolve(
        session, desk, ticket.id, seen_tier=2, code="fixed", note="Done.", by=LIAM, now=LATER
    )


def reopen(session: Session, desk: Desk, ticket: Ticket) -> Ticket:
    """It was resolved, and Ana says that it is not fixed."""
    resolve(session, desk, ticket)
    return ending.reopen(session, desk, ticket.id, by=ANA, now=LATER)


def tell_again(session: Session, desk: Desk, ticket: Ticket) -> Ticket:
    """Ana asks for a person once more, and is told how it stands."""
    updates.told(session, desk, ticket.id, LATER)
    return tickets.get(session, ticket.id)


def correct(session: Session, desk: Desk, ticket: Ticket, urgency: Level, now: datetime) -> Ticket:
    """Liam corrects the urgency."""
    seen = Labels(kind=ticket.kind, category="vpn", impact="low", urgency="high")
    wanted = Labels(kind=ticket.kind, category="vpn", impact="low", urgency=urgency)
    return corrections.correct(
        session, desk, ticket.id, seen=seen, wanted=wanted, categories=["vpn"], by=LIAM, now=now
    )


@pytest.mark.parametrize(
    ("impact", "urgency", "after"),
    [
        ("high", "high", timedelta(minutes=30)),  # P1, around the clock
        ("high", "medium", timedelta(hours=2)),  # P2
        ("high", "low", timedelta(days=3)),  # P3: a working day later is Monday
        ("low", "medium", timedelta(days=4)),  # P4: two of them
        ("low", "low", timedelta(days=7)),  # P5: five of them
    ],
)
def test_a_new_ticket_knows_when_its_requester_hears_next(
    session: Session, desk: Desk, impact: Level, urgency: Level, after: timedelta
) -> None:
    """As agreed for its priority."""
    assert opened(session, desk, impact, urgency).update_due == NOW + after


def test_of_a_ticket_that_rests_they_hear_as_often_as_of_a_reminder(session: Session, desk: Desk) -> None:
    """P2, which is told of every two hours while somebody works on it."""
    ticket = opened(session, desk, "high", "medium")
    until = NOW + timedelta(days=30)
    held = working.hold(session, desk, ticket.id, until=until, note="The part comes.", by=LIAM, now=NOW)
    assert held.update_due == NOW + timedelta(days=3)  # a working day later is Monday


@pytest.mark.parametrize("told", [claim, escalate, reopen, tell_again])
def test_whatever_the_requester_is_told_moves_it_on(
    session: Session, desk: Desk, told: Callable[[Session, Desk, Ticket], Ticket]
) -> None:
    """A working day from then."""
    assert told(session, desk, opened(session, desk)).update_due == LATER + timedelta(days=3)


def test_a_correction_that_is_told_begins_the_new_interval(session: Session, desk: Desk) -> None:
    """P4 now: two working days from then."""
    assert correct(session, desk, opened(session, desk), "medium", LATER).update_due == LATER + timedelta(days=4)


def test_what_is_not_told_never_puts_it_off(session: Session, desk: Desk) -> None:
    """A goal is saved in silence."""
    ticket = opened(session, desk)
    kept = tickets.set_goal(session, desk, ticket.id, "Send the report", by=ANA, now=LATER)
    assert kept.update_due == ticket.update_due


def test_a_shorter_interval_holds_even_if_nothing_was_told(session: Session, desk: Desk) -> None:
    """Where two priorities promise the same times a correction is silent; updates come as agreed for the new one."""
    same = desk.policies.P3.model_copy(update={"update": desk.policies.P2.update})
    quiet = desk.model_copy(update={"policies": desk.policies.model_copy(update={"P4": same})})
    ticket = opened(session, quiet)
    assert correct(session, quiet, ticket, "medium", LATER).update_due == LATER + timedelta(hours=2)


def test_after_the_end_there_is_none(session: Session, desk: Desk) -> None:
    """Whoever ends it; and being told of it again changes nothing."""
    ticket, other = opened(session, desk), opened(session, desk)
    assert resolve(session, desk, ticket).update_due is None
    assert ending.confirm(session, desk, other.id, by=ANA, now=LATER).update_due is None
    assert tell_again(session, desk, ticket).update_due is None
    assert updates.due(session, NOW + timedelta(days=365), 10) == []


def test_what_is_due_is_found_oldest_first(session: Session, desk: Desk) -> None:
    """To the second, and no more than were asked for."""
    slow, fast = opened(session, desk), opened(session, desk, "high", "high")
    assert fast.update_due is not None
    assert updates.due(session, fast.update_due - timedelta(seconds=1), 10) == []
    assert updates.due(session, fast.update_due, 10) == [fast.id]
    assert updates.due(session, NOW + timedelta(days=9), 10) == [fast.id, slow.id]
    assert updates.due(session, NOW + timedelta(days=9), 1) == [fast.id]


def test_an_update_is_queued_once_with_its_fact(session: Session, desk: Desk) -> None:
    """A second look at the same moment finds nothing; the next one is an interval later."""
    ticket = opened(session, desk, "high", "high")
    now = NOW + timedelta(minutes=31)
    assert [updates.take(session, desk, ticket.id, now) for _ in range(2)] == [True, False]
    following = tickets.get(session, ticket.id).update_due
    assert following == now + timedelta(minutes=30)
    assert queued(session) == [{"ticket": ticket.id, "to": ticket.id, "next": following.isoformat()}]
    (fact,) = [event for event in events.history(session, f"ticket:{ticket.id}") if event.kind == updates.KIND]
    due = NOW + timedelta(minutes=30)
    assert fact.data == {"due": due.isoformat(), "next": following.isoformat(), "state": "new"}


def test_whose_ticket_was_merged_hears_of_the_other_one(session: Session, desk: Desk) -> None:
    """Each in a lane of their own, and with a key of their own; once."""
    main = opened(session, desk, "high", "high")
    own = opened(session, desk, requester="U7")
    relating.merge(session, desk, own.id, main.id, by=LIAM, now=NOW)
    now = NOW + timedelta(minutes=31)
    assert [updates.take(session, desk, main.id, now) for _ in range(2)] == [True, False]
    following = tickets.get(session, main.id).update_due
    assert following is not None
    assert queued(session) == [
        {"ticket": main.id, "to": heard, "next": following.isoformat()} for heard in (main.id, own.id)
    ]
    lanes = set(session.scalars(select(OutboxItem.lane).where(OutboxItem.kind == updates.NOTICE)))
    assert lanes == {f"{updates.NOTICE}:{main.id}", f"{updates.NOTICE}:{own.id}"}


def test_what_falls_due_in_the_night_waits_for_the_morning(session: Session, desk: Desk) -> None:
    """As after a long stop: nobody is woken, and at eight on Monday it is told."""
    ticket = opened(session, desk, "high", "medium")
    night = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    assert not updates.take(session, desk, ticket.id, night)
    assert queued(session) == []
    opens = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert tickets.get(session, ticket.id).update_due == opens
    assert updates.take(session, desk, ticket.id, opens)


def test_what_may_not_wait_is_told_in_the_night(session: Session, desk: Desk) -> None:
    """The clock of P1 never stops."""
    ticket = opened(session, desk, category="safety")
    assert updates.take(session, desk, ticket.id, datetime(2026, 11, 21, 2, 0, tzinfo=UTC))


def test_since_when_is_since_somebody_took_it_or_its_queue_got_it(session: Session, desk: Desk) -> None:
    """Small changes in between do not count."""
    ticket = opened(session, desk)
    assert updates.since(session, ticket.id) == NOW
    tickets.set_goal(session, desk, ticket.id, "Send the report", by=ANA, now=NOW + timedelta(hours=1))
    assert updates.since(session, ticket.id) == NOW
    claim(session, desk, ticket)
    assert updates.since(session, ticket.id) == LATER
    assert updates.since(session, 999) is None
    assert not updates.take(session, desk, 999, LATER)
