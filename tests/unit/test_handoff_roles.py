"""Who may do what with a ticket, by role and level, at every tier."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.db import Database
from core.errors import BadInput, NotAllowed
from core.people import Person, Role
from handoff import ladder, tickets, working
from handoff.brief import Brief
from handoff.desk import Desk, load_desk
from handoff.states import Kind, State
from handoff.tables import TicketRow
from handoff.tickets import NewTicket

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PEOPLE = {
    "employee": Person(id="U0", name="Emma"),
    "unlevelled": Person(id="U1", name="Uma", roles=frozenset({Role.AGENT})),
    "agent 2": Person(id="U2", name="Liam", roles=frozenset({Role.AGENT}), level=2),
    "agent 3": Person(id="U3", name="Priya", roles=frozenset({Role.AGENT}), level=3),
    "editor": Person(id="U4", name="Noor", roles=frozenset({Role.EDITOR})),
    "manager": Person(id="U5", name="Marcus", roles=frozenset({Role.MANAGER})),
    "admin": Person(id="U6", name="Ada", roles=frozenset({Role.ADMIN})),
}
# The queues where each may claim a ticket: tier 2, tier 3, tier 3 for review, tier 4 with a vendor.
CLAIMS = {
    "employee": (), "editor": (), "unlevelled": ("service-desk",), "agent 2": ("service-desk",),
    "agent 3": ("service-desk", "network", "vendors"),
    "manager": ("service-desk", "network", "operations", "vendors"),
    "admin": ("service-desk", "network", "operations", "vendors"),
}  # fmt: skip
ABOVE = {"manager", "admin"}


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The shipped desk."""
    return load_desk(Path(__file__).parents[2] / "data" / "desk.yaml")


@pytest.fixture
def session(sqlite_database: Database) -> Iterator[Session]:
    """One transaction, as an edge would open it."""
    with sqlite_database.transaction() as session: yield session


def put(session: Session, desk: Desk, queue: str, assignee: str = "") -> int:
    """A ticket that stands in a queue, with somebody or with nobody."""
    brief = Brief(asked=("The VPN is stuck.",), reason="asked")
    new = NewTicket(kind=Kind.INCIDENT, requester="U9", category="vpn", impact="low", urgency="low", brief=brief)
    row = session.get_one(TicketRow, tickets.open_ticket(session, desk, new, by="U9", now=NOW).id)
    row.queue, row.tier, row.assignee = queue, desk.queue(queue).tier, assignee
    if assignee: row.state = State.CLAIMED
    session.flush()
    return row.id


def allowed(act: object, *rest: object, **how: object) -> bool:
    """Whether something is not refused because of who does it."""
    try:
        act(*rest, **how)  # type: ignore[operator]  # any use case
    except NotAllowed:
        return False
    return True


def test_every_kind_of_person_is_below() -> None:
    """A new role must be thought about."""
    assert {role for person in PEOPLE.values() for role in person.roles} == set(Role)
    assert set(CLAIMS) == set(PEOPLE)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("queue", ["service-desk", "network", "operations", "vendors"])
def test_tickets_are_claimed_by_tier(session: Session, desk: Desk, who: str, queue: str) -> None:
    """An agent of tier 2 takes nothing from above; what is for review is for managers."""
    ticket = put(session, desk, queue)
    may = allowed(working.claim, session, desk, ticket, by=PEOPLE[who], now=NOW)
    assert may == (queue in CLAIMS[who])
    assert (tickets.get(session, ticket).assignee == PEOPLE[who].id) == may


@pytest.mark.parametrize("who", PEOPLE)
def test_only_managers_hand_back_what_others_have(session: Session, desk: Desk, who: str) -> None:
    """Whoever has a ticket hands it back themselves, if they may work on it at all."""
    others = put(session, desk, "service-desk", "U8")
    own = put(session, desk, "service-desk", PEOPLE[who].id)
    back = [allowed(working.hand_back, session, desk, one, note="", by=PEOPLE[who], now=NOW) for one in (others, own)]
    assert back == [who in ABOVE, bool(CLAIMS[who])]


@pytest.mark.parametrize("who", PEOPLE)
def test_staff_escalate_and_ask_for_review_where_they_work(session: Session, desk: Desk, who: str) -> None:
    """Only there; and what is in review leaves it by a manager's word only."""
    for queue in ("service-desk", "network"):
        case, up = ladder.VendorCase(vendor="Severnline"), put(session, desk, queue)
        may = allowed(
            ladder.escalate, session, desk, up, seen_tier=desk.queue(queue).tier, reason="vendor", note="",
            reviewed=True, by=PEOPLE[who], now=NOW, case=case,
        )  # fmt: skip
        assert may == (queue in CLAIMS[who])
        stuck = put(session, desk, queue)
        assert allowed(ladder.to_review, session, desk, stuck, note="Whose is it?", by=PEOPLE[who], now=NOW) == may
    decide = put(session, desk, "operations")
    sent = allowed(
        working.move, session, desk, decide, queue="network", seen="operations", note="Yours.", by=PEOPLE[who], now=NOW
    )
    assert sent == (who in ABOVE)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("queue", ["service-desk", "network", "operations"])
def test_a_ticket_is_given_only_to_who_may_take_it(session: Session, desk: Desk, who: str, queue: str) -> None:
    """Whoever gives it."""
    ticket, boss = put(session, desk, queue), Person(id="U7", name="Bo", roles=frozenset({Role.MANAGER}))
    if queue in CLAIMS[who]:
        given = working.assign(session, desk, ticket, to=PEOPLE[who], seen="", by=boss, now=NOW)
        assert given.assignee == PEOPLE[who].id
        return
    with pytest.raises(BadInput, match="does not work on tickets"):
        working.assign(session, desk, ticket, to=PEOPLE[who], seen="", by=boss, now=NOW)
