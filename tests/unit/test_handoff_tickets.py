"""Tickets: open, claim, escalate, resolve, reopen, and who may."""

from collections.abc import Iterator
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
from handoff import ending, ladder, tickets, working
from handoff.brief import Brief
from handoff.desk import Desk, load_desk
from handoff.tickets import Kind, NewTicket, State, Ticket

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday, inside office hours
ANA = Person(id="U1", name="Ana")
LIAM = Person(id="U2", name="Liam", roles=frozenset({Role.AGENT}), level=2)
PRIYA = Person(id="U3", name="Priya", roles=frozenset({Role.AGENT}), level=3)
BOSS = Person(id="U9", name="Marcus", roles=frozenset({Role.AGENT, Role.MANAGER}), level=3)
CASE = ladder.VendorCase(vendor="Severnline")


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The shipped desk."""
    return load_desk(Path(__file__).parents[2] / "data" / "desk.yaml")


@pytest.fixture
def session(sqlite_database: Database) -> Iterator[Session]:
    """One transaction, as an edge would open it."""
    with sqlite_database.transaction() as session:
        yield session


def new(**changes: Any) -> NewTicket:
    """What is known of a new ticket."""
    known: dict[str, Any] = {
        "kind": Kind.INCIDENT, "requester": ANA.id, "category": "vpn", "impact": "low", "urgency": "medium",
        "brief": Brief(asked=("The VPN is stuck.",), reason="the recipe did not fix it", goal="Send the report"),
        "conversation_id": 7, "channel": "D1", "thread_ts": "1.0",
    }  # fmt: skip
    return NewTicket(**known | changes)


@pytest.fixture
def ticket(session: Session, desk: Desk) -> Ticket:
    """A fresh ticket of Ana's."""
    return tickets.open_ticket(session, desk, new(), by="firstline", now=NOW)


def resolved(session: Session, desk: Desk, ticket: Ticket) -> Ticket:
    """The ticket, resolved by Liam."""
    return ending.resolve(
        session, desk, ticket.id, seen_tier=tickets.get(session, ticket.id).tier, code="fixed", note="Reset it.",
        by=LIAM, now=NOW,
    )


def outgoing(session: Session, kind: str) -> list[dict[str, Any]]:
    """The payloads that wait in the outbox."""
    return list(session.scalars(select(OutboxItem.payload).where(OutboxItem.kind == kind).order_by(OutboxItem.id)))


def kinds(session: Session, ticket: Ticket) -> list[str]:
    """What happened to a ticket."""
    return [event.kind for event in events.history(session, f"ticket:{ticket.id}")]


def test_a_new_ticket_has_number_queue_priority_and_promised_times(session: Session, ticket: Ticket) -> None:
    """Low impact and medium urgency is P4: four office hours to respond, four working days to resolve."""
    assert (ticket.number, ticket.state, ticket.version, ticket.open) == ("INC-000001", State.NEW, 1, True)
    assert (ticket.queue, ticket.tier, ticket.priority) == ("service-desk", 2, "P4")
    assert ticket.priority_why == "low impact, medium urgency"
    assert ticket.response_due == NOW + timedelta(hours=4)
    assert ticket.resolution_due == datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    assert (ticket.summary, ticket.goal) == ("The VPN is stuck.", "Send the report")
    assert kinds(session, ticket) == ["ticket.opened"]
    assert outgoing(session, "card") == [{"ticket": ticket.id, "queue_channel": "it-l2"}]
    assert outgoing(session, "notice") == []


def test_incidents_and_requests_are_numbered_apart(session: Session, desk: Desk) -> None:
    """INC and REQ each count from one."""
    made = [tickets.open_ticket(session, desk, new(kind=kind), by="f", now=NOW).number for kind in (*Kind, *Kind)]
    assert made == ["INC-000001", "REQ-000001", "INC-000002", "REQ-000002"]


def test_what_may_not_wait_is_p1_around_the_clock(session: Session, desk: Desk) -> None:
    """Smoke on a Saturday night has fifteen minutes."""
    night = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
    made = tickets.open_ticket(session, desk, new(category="safety"), by="f", now=night)
    assert (made.priority, made.response_due) == ("P1", night + timedelta(minutes=15))


def test_a_ticket_may_begin_at_a_higher_tier(session: Session, desk: Desk) -> None:
    """Then it waits in that tier's queue for its category."""
    assert tickets.open_ticket(session, desk, new(tier=3), by="f", now=NOW).queue == "network"


def test_a_claim_names_the_assignee_and_tells_the_requester(session: Session, desk: Desk, ticket: Ticket) -> None:
    """The card changes, too."""
    claimed = working.claim(session, desk, ticket.id, by=LIAM, now=NOW)
    assert (claimed.state, claimed.assignee, claimed.version) == (State.CLAIMED, LIAM.id, 2)
    assert outgoing(session, "notice") == [
        {"ticket": ticket.id, "to": ticket.id, "what": "claimed", "by": LIAM.id, "note": ""}
    ]
    assert len(outgoing(session, "card")) == 2


def test_a_second_claim_is_stale_and_says_whose_it_is(session: Session, desk: Desk, ticket: Ticket) -> None:
    """Also to the one who has it, and when it is over."""
    working.claim(session, desk, ticket.id, by=LIAM, now=NOW)
    with pytest.raises(Stale, match="was claimed by <@U2>"):
        working.claim(session, desk, ticket.id, by=PRIYA, now=NOW)
    with pytest.raises(Stale, match="already yours"):
        working.claim(session, desk, ticket.id, by=LIAM, now=NOW)
    resolved(session, desk, ticket)
    with pytest.raises(Stale, match="already resolved"):
        working.claim(session, desk, ticket.id, by=PRIYA, now=NOW)
    assert kinds(session, ticket) == ["ticket.opened", "ticket.claimed", "ticket.resolved"]


def test_an_escalation_waits_in_the_next_tier_for_anybody(session: Session, desk: Desk, ticket: Ticket) -> None:
    """The promised times stay, the reason and where it came from are kept."""
    working.claim(session, desk, ticket.id, by=LIAM, now=NOW)
    up = ladder.escalate(
        session,
        desk,
        ticket.id,
        seen_tier=2,
        reason="needs-access",
        note=" Firewall. ",
        reviewed=True,
        by=LIAM,
        now=NOW,
    )
    assert (up.tier, up.queue, up.state, up.assignee, up.moves) == (3, "network", State.ESCALATED, "", 1)
    assert (up.response_due, up.resolution_due) == (ticket.response_due, ticket.resolution_due)
    fact = events.history(session, f"ticket:{ticket.id}")[-1]
    assert {
        "from_tier": 2,
        "from_queue": "service-desk",
        "reason": "needs-access",
        "internal": "Firewall.",
        "state": ["claimed", "escalated"],
    }.items() <= fact.data.items()
    assert outgoing(session, "card")[-1]["queue_channel"] == "it-l3"
    assert working.claim(session, desk, ticket.id, by=PRIYA, now=NOW).assignee == PRIYA.id


def test_an_escalation_keeps_the_procedure_that_was_read(session: Session, desk: Desk, ticket: Ticket) -> None:
    """Line by line, since the desk file may change; nothing where the queue has none."""
    how = desk.queue("service-desk").procedure
    assert how
    queues = [queue.model_copy(update={"procedure": None}) for queue in desk.queues]
    without = desk.model_copy(update={"queues": queues})
    for tier, known in ((2, desk), (3, without)):
        ladder.escalate(
            session, known, ticket.id, seen_tier=tier, reason="vendor", note="", reviewed=True, by=PRIYA, now=NOW,
            case=CASE,
        )
    up = ("ticket.escalated", "ticket.vendor")
    first, second = [e.data for e in events.history(session, f"ticket:{ticket.id}") if e.kind in up]
    assert first["procedure"] == how.model_dump()
    assert "procedure" not in second


def test_what_goes_to_review_in_the_same_channel_is_said_there(session: Session, desk: Desk, ticket: Ticket) -> None:
    """A card that changes where it stands notifies nobody; in another channel it comes as a new one."""
    queues = [q.model_copy(update={"channel": "it-l2"}) if q.review else q for q in desk.queues]
    ladder.to_review(session, desk, ticket.id, note="Stuck.", by=LIAM, now=NOW)
    assert outgoing(session, "staff_news") == []
    second = tickets.open_ticket(session, desk, new(), by="firstline", now=NOW)
    shared = desk.model_copy(update={"queues": queues})
    ladder.to_review(session, shared, second.id, note="Stuck.", by=LIAM, now=NOW)
    assert [(one["ticket"], one["what"]) for one in outgoing(session, "staff_news")] == [(second.id, "escalated")]


def test_an_escalation_that_cannot_be_is_refused(session: Session, desk: Desk, ticket: Ticket) -> None:
    """Another tier than was seen, unread, no reason, no tier above, too long a note, or over."""

    def up(seen: int, reason: str = "vendor", note: str = "", *, read: bool = True) -> Ticket:
        return ladder.escalate(
            session, desk, ticket.id, seen_tier=seen, reason=reason, note=note, reviewed=read, by=PRIYA, now=NOW,
            case=CASE,
        )

    with pytest.raises(Stale, match="already moved to tier 2"):
        up(3)
    with pytest.raises(BadInput, match="read what was already tried"):
        up(2, read=False)
    with pytest.raises(BadInput, match="choose a reason"):
        up(2, reason="boredom")
    with pytest.raises(BadInput, match="under 3,000 characters"):
        up(2, note="x" * 3001)
    assert tickets.get(session, ticket.id).version == 1
    assert [up(2).tier, up(3).tier] == [3, 4]
    with pytest.raises(BadInput, match="no tier above 4"):
        up(4)
    ending.resolve(
        session, desk, ticket.id, seen_tier=4, code="fixed", note="x", documented="no: once", by=PRIYA, now=NOW
    )
    with pytest.raises(Stale, match="already resolved"):
        up(4)


def test_a_resolution_tells_the_requester_what_was_done(session: Session, desk: Desk, ticket: Ticket) -> None:
    """Whoever resolves an unclaimed ticket becomes its assignee; it closes by itself if nobody says a word."""
    done = resolved(session, desk, ticket)
    assert (done.state, done.open, done.assignee, done.resolved_at) == (State.RESOLVED, False, LIAM.id, NOW)
    assert (done.resolution_code, done.resolution) == ("fixed", "Reset it.")
    assert outgoing(session, "notice")[-1] == {
        "ticket": ticket.id,
        "to": ticket.id,
        "what": "resolved",
        "by": LIAM.id,
        "note": "Reset it.",
    }
    with pytest.raises(Stale, match="already resolved"):
        resolved(session, desk, ticket)


def test_a_refused_resolution_changes_nothing(session: Session, desk: Desk, ticket: Ticket) -> None:
    """Even if the caller goes on with the same transaction."""
    for code, note in (("magic", "x"), ("fixed", "  "), ("fixed", "x" * 3001)):
        with pytest.raises(BadInput):
            ending.resolve(
                session, desk, ticket.id, seen_tier=2, code=code, note=note, by=LIAM, now=NOW
            )
    session.expire_all()
    assert tickets.get(session, ticket.id) == ticket


def test_the_requester_reopens_within_two_weeks_with_new_promised_times(
    session: Session, desk: Desk, ticket: Ticket
) -> None:
    """It waits one tier up for anybody; what the resolution was stays in the events."""
    resolved(session, desk, ticket)
    later = NOW + timedelta(days=14)
    again = ending.reopen(session, desk, ticket.id, by=ANA, now=later)
    assert (again.state, again.assignee, again.resolved_at, again.resolution) == (State.REOPENED, "", None, "")
    assert (again.tier, again.queue, again.reopened, again.moves) == (3, "network", 1, 1)
    assert again.response_due == later + timedelta(hours=4)
    assert events.history(session, f"ticket:{ticket.id}")[-1].data == {
        "resolution_code": "fixed", "resolution": "Reset it.", "from_queue": "service-desk", "closed_how": "",
        "queue": "network", "state": ["resolved", "reopened"],
    }  # fmt: skip
    with pytest.raises(Stale, match="already open"):
        ending.reopen(session, desk, ticket.id, by=ANA, now=later)
    with pytest.raises(NotAllowed, match="is with tier 3"): working.claim(session, desk, ticket.id, by=LIAM, now=later)
    assert working.claim(session, desk, ticket.id, by=PRIYA, now=later).assignee == PRIYA.id


def test_after_two_weeks_it_is_something_new(session: Session, desk: Desk, ticket: Ticket) -> None:
    """A day later the requester is asked to begin anew."""
    resolved(session, desk, ticket)
    with pytest.raises(BadInput, match="more than 14 days ago"):
        ending.reopen(session, desk, ticket.id, by=ANA, now=NOW + timedelta(days=14, seconds=1))


def test_only_agents_work_on_tickets_and_only_the_requester_or_an_agent_reopens(
    session: Session, desk: Desk, ticket: Ticket
) -> None:
    """Checked here, whatever button was pressed."""
    stranger = Person(id="U9", name="Eve")
    with pytest.raises(NotAllowed):
        working.claim(session, desk, ticket.id, by=ANA, now=NOW)
    with pytest.raises(NotAllowed):
        ending.resolve(session, desk, ticket.id, seen_tier=2, code="fixed", note="x", by=ANA, now=NOW)
    with pytest.raises(NotAllowed):
        ladder.escalate(
            session, desk, ticket.id, seen_tier=2, reason="vendor", note="", reviewed=True, by=stranger, now=NOW
        )
    resolved(session, desk, ticket)
    with pytest.raises(NotAllowed):
        ending.reopen(session, desk, ticket.id, by=stranger, now=NOW)
    assert ending.reopen(session, desk, ticket.id, by=PRIYA, now=NOW).open


def test_the_requester_says_what_it_is_for(session: Session, desk: Desk, ticket: Ticket) -> None:
    """The card shows it; nobody is told by message, and nobody else may say it."""
    assert tickets.set_goal(session, desk, ticket.id, " Pay the staff ", by=ANA, now=NOW).goal == "Pay the staff"
    assert outgoing(session, "notice") == []
    assert len(outgoing(session, "card")) == 2
    with pytest.raises(NotAllowed, match="not your ticket"):
        tickets.set_goal(session, desk, ticket.id, "x", by=LIAM, now=NOW)
    with pytest.raises(BadInput):
        tickets.set_goal(session, desk, ticket.id, "  ", by=ANA, now=NOW)
    resolved(session, desk, ticket)
    with pytest.raises(Stale):
        tickets.set_goal(session, desk, ticket.id, "x", by=ANA, now=NOW)


def test_what_the_requester_writes_reaches_the_staff_once(session: Session, desk: Desk, ticket: Ticket) -> None:
    """The same message twice is one note under the card."""
    for ts in ("2.0", "2.0", "3.0"):
        tickets.requester_said(session, desk, ticket, f"at {ts}", ts=ts, now=NOW, files=["a.png"])
    assert [note["text"] for note in outgoing(session, "staff_note")] == ["at 2.0", "at 3.0"]
    assert outgoing(session, "staff_note")[0] == {
        "ticket": ticket.id,
        "person": ANA.id,
        "text": "at 2.0",
        "files": ["a.png"],
        "channel": "",
        "ts": "2.0",
    }


@pytest.mark.parametrize("asked", ["INC-000001", "inc-1", " Inc-01 ", "inc-0000000001"])
def test_a_number_is_found_however_it_is_typed(session: Session, ticket: Ticket, asked: str) -> None:
    """In any case, with or without zeros."""
    found = tickets.by_number(session, asked)
    assert found is not None
    assert found.id == ticket.id


@pytest.mark.parametrize(
    "asked", ["", "inc", "inc-", "REQ-1", "INC-2", "inc--1", "inc-1x", "INC-" + "9" * 5000, "inc-²", "1"]
)
def test_what_is_no_number_finds_nothing(session: Session, ticket: Ticket, asked: str) -> None:
    """However odd it is."""
    assert ticket.number == "INC-000001"
    assert tickets.by_number(session, asked) is None


def test_lists_show_open_ones_first_and_the_most_urgent_first(session: Session, desk: Desk, ticket: Ticket) -> None:
    """Of a person's own and of a queue's; an old P1 is not hidden behind newer tickets."""
    danger = tickets.open_ticket(session, desk, new(category="safety"), by="f", now=NOW)
    newer = tickets.open_ticket(session, desk, new(conversation_id=9), by="f", now=NOW)
    assert [t.id for t in tickets.of_requester(session, ANA.id)] == [danger.id, newer.id, ticket.id]
    for done in (danger, newer): resolved(session, desk, done)
    second = tickets.open_ticket(session, desk, new(conversation_id=8), by="f", now=NOW)
    urgent = tickets.open_ticket(session, desk, new(category="safety", requester="U5"), by="f", now=NOW)
    resolved(session, desk, second)
    own = [ticket.id, second.id, newer.id, danger.id]
    assert [t.id for t in tickets.of_requester(session, ANA.id)] == own
    assert [t.id for t in tickets.waiting(session)] == [urgent.id, ticket.id]
    assert tickets.waiting(session, tier=3) == []
    found = tickets.of_conversation(session, 8)
    assert found is not None
    assert found.id == second.id
    assert tickets.of_conversation(session, 99) is None


def test_a_ticket_that_does_not_exist_is_not_found(session: Session, desk: Desk) -> None:
    """Looking and changing alike."""
    with pytest.raises(NotFound):
        tickets.get(session, 99)
    with pytest.raises(NotFound):
        working.claim(session, desk, 99, by=LIAM, now=NOW)


def test_cards_stand_in_the_order_in_which_they_came(session: Session, ticket: Ticket) -> None:
    """The newest is the last one."""
    tickets.stands_at(session, ticket.id, queue_channel="it-l2", channel="C2", ts="5.0")
    tickets.stands_at(session, ticket.id, queue_channel="it-l3", channel="C3", ts="6.0")
    assert [place.ts for place in tickets.places(session, ticket.id)] == ["5.0", "6.0"]


def test_the_requester_closes_it_and_its_staff_are_told(session: Session, desk: Desk, ticket: Ticket) -> None:
    """It is over for good, with words of its own; they are told at once and not by a notice."""
    done = ending.confirm(session, desk, ticket.id, by=ANA, now=NOW)
    assert (done.state, done.resolution, done.resolved_at) == (State.CLOSED, ending.WORKS_AGAIN, NOW)
    assert (done.closed_at, done.closed_how) == (NOW, "confirmed")
    assert kinds(session, ticket)[-1] == "ticket.closed"
    assert [one["what"] for one in outgoing(session, "staff_news")] == ["confirmed"]
    assert outgoing(session, "notice") == []


def test_nobody_else_closes_it_and_nobody_twice(session: Session, desk: Desk, ticket: Ticket) -> None:
    """Not even staff, who resolve it with what they did, which stays; a closed one stays as it is."""
    with pytest.raises(NotAllowed, match="not your ticket"):
        ending.confirm(session, desk, ticket.id, by=LIAM, now=NOW)
    resolved(session, desk, ticket)
    assert ending.confirm(session, desk, ticket.id, by=ANA, now=NOW).resolution == "Reset it."
    with pytest.raises(Stale, match="already closed"): ending.confirm(session, desk, ticket.id, by=ANA, now=NOW)
    assert ending.reopen(session, desk, ticket.id, by=ANA, now=NOW).open


def test_what_a_manager_decided_is_not_sent_back_to_review(session: Session, desk: Desk, ticket: Ticket) -> None:
    """Moves count from when it left review, and a manager's never sends it there."""
    other = desk.queues[0].model_copy(update={"name": "other-desk"})
    wide = desk.model_copy(update={"queues": [*desk.queues, other]})
    here = ticket.queue

    def moves(by: Person, to: str = "") -> str:
        nonlocal here
        there = to or ("other-desk" if here != "other-desk" else ticket.queue)
        moved = working.move(session, wide, ticket.id, queue=there, seen=here, note="", by=by, now=NOW)
        here = moved.queue
        return here

    assert [moves(LIAM) for _ in range(3)] == ["other-desk", ticket.queue, "operations"]
    assert moves(BOSS, ticket.queue) == ticket.queue
    assert [moves(BOSS) for _ in range(2)] == ["other-desk", ticket.queue]
    again = ladder.to_review(session, wide, ticket.id, note="Whose is it?", by=LIAM, now=NOW)
    here = again.queue
    assert moves(BOSS, "other-desk") == "other-desk"
    assert [moves(LIAM) for _ in range(3)] == [ticket.queue, "other-desk", "operations"]
