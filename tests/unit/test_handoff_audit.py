"""The history: every change of a ticket is a fact with who, when, from and to."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from sqlalchemy.orm import Session

from core import events
from core.db import Database
from core.people import Person, Role
from handoff import corrections, ending, ladder, relating, tickets, working
from handoff.brief import Brief
from handoff.corrections import Labels
from handoff.desk import Desk, load_desk
from handoff.ladder import VendorCase
from handoff.states import Kind, State
from handoff.tables import TicketRow
from handoff.tickets import NewTicket

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)
ANA = Person(id="U1", name="Ana")
PRIYA = Person(id="U3", name="Priya", roles=frozenset({Role.AGENT}), level=3)
COLE = Person(id="U4", name="Cole", roles=frozenset({Role.AGENT}), level=3)
FIRSTLINE = "firstline"
CASE = VendorCase(vendor="Severnline", number="42")
NOTE = "as agreed"
LOOKING = {  # functions that change nothing of a ticket that is not told by whoever calls them
    "working": {"responded", "go_to"}, "ladder": {"came_from"}, "ending": {"reopens_until"}, "relating": {"linked"},
    "corrections": {"newest"},
}  # fmt: skip
MODULES = {"working": working, "ladder": ladder, "ending": ending, "relating": relating, "corrections": corrections}


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The shipped desk."""
    return load_desk(Path(__file__).parents[2] / "data" / "desk.yaml")


@pytest.fixture
def session(sqlite_database: Database) -> Iterator[Session]:
    """One transaction, as an edge would open it."""
    with sqlite_database.transaction() as session: yield session


class Case:
    """Tickets of Ana's, and the short way to do something with one."""

    def __init__(self, session: Session, desk: Desk) -> None:
        """Open two tickets; most need one only."""
        self.session, self.desk = session, desk
        self.id, self.other = self._open(), self._open()
        self.who = {"by": PRIYA, "now": NOW}

    def _open(self) -> int:
        brief = Brief(asked=("The VPN is stuck.",), reason="asked")
        new = NewTicket(
            kind=Kind.INCIDENT, requester=ANA.id, category="vpn", impact="low", urgency="low", brief=brief
        )  # fmt: skip
        return tickets.open_ticket(self.session, self.desk, new, by=ANA.id, now=NOW).id

    def do(self, act: Callable[..., Any], *rest: Any, **how: Any) -> Any:
        """Do something with the ticket."""
        return act(self.session, self.desk, self.id, *rest, **{**self.who, **how})

    def row(self) -> TicketRow:
        """The ticket's row."""
        return self.session.get_one(TicketRow, self.id)

    def claimed(self) -> None:
        """Priya has it."""
        self.do(working.claim)

    def up(self, tier: int) -> None:
        """It is escalated from a tier."""
        self.do(ladder.escalate, seen_tier=tier, reason="vendor", note="", reviewed=True, case=CASE)

    def at_vendor(self) -> None:
        """A vendor works on it."""
        self.up(2)
        self.up(3)

    def resolved(self) -> None:
        """Priya has resolved it."""
        self.do(ending.resolve, seen_tier=2, code="fixed", note="Reset it.")

    def closed(self) -> None:
        """Ana has said that it works."""
        self.resolved()
        self.do(ending.confirm, by=ANA)

    def rated(self) -> None:
        """And that it went well."""
        self.closed()
        self.do(ending.rate, 5, by=ANA)

    def held(self) -> None:
        """It rests for a week."""
        self.do(working.hold, until=NOW + timedelta(days=7), note=NOTE)


LABELS = Labels(kind=Kind.INCIDENT, category="vpn", impact="low", urgency="low")
Step: TypeAlias = Callable[[Case], Any]
Fact: TypeAlias = tuple[str, str, str, str]  # what, whose, from, to


def nothing(_: Case) -> None:
    """A fresh ticket will do."""


# By module and function: what comes before, what is done, and the kind, the actor and the states of its fact.
STEPS: dict[tuple[str, str], tuple[Step, Step, Fact]] = {
    ("working", "claim"): (nothing, lambda c: c.do(working.claim), ("claimed", "U3", "new", "claimed")),
    ("working", "hand_back"): (
        Case.claimed, lambda c: c.do(working.hand_back, note=NOTE), ("handed_back", "U3", "claimed", "new"),
    ),
    ("working", "assign"): (
        nothing, lambda c: c.do(working.assign, to=COLE, seen=""), ("assigned", "U3", "new", "claimed"),
    ),
    ("working", "move"): (
        lambda c: c.up(2), lambda c: c.do(working.move, queue="service-desk", seen="network", note=NOTE),
        ("moved", "U3", "escalated", "new"),
    ),
    ("working", "note"): (nothing, lambda c: c.do(working.note, NOTE), ("noted", "U3", "", "")),
    ("working", "wait_for_requester"): (
        Case.claimed, lambda c: working.wait_for_requester(c.session, c.desk, c.row(), by="U3", now=LATER),
        ("waiting", "U3", "claimed", "waiting"),
    ),
    ("working", "hold"): (
        Case.claimed, lambda c: c.do(working.hold, until=LATER + timedelta(days=2), note=NOTE),
        ("held", "U3", "claimed", "held"),
    ),
    ("working", "resume"): (Case.held, lambda c: c.do(working.resume, by="U3"), ("resumed", "U3", "held", "new")),
    ("ladder", "escalate"): (nothing, lambda c: c.up(2), ("escalated", "U3", "new", "escalated")),
    ("ladder", "to_review"): (
        Case.claimed, lambda c: c.do(ladder.to_review, note=NOTE), ("reviewing", "U3", "claimed", "escalated"),
    ),
    ("ladder", "vendor_news"): (
        Case.at_vendor, lambda c: c.do(ladder.vendor_news, case=replace(CASE, number="43")),
        ("vendor_news", "U3", "vendor", "vendor"),
    ),
    ("ladder", "vendor_done"): (
        Case.at_vendor, lambda c: c.do(ladder.vendor_done, note=NOTE), ("vendor_done", "U3", "vendor", "claimed"),
    ),
    ("ladder", "chase"): (
        Case.at_vendor, lambda c: ladder.chase(c.session, c.desk, c.row(), LATER), ("chased", FIRSTLINE, "", ""),
    ),
    ("ending", "resolve"): (
        Case.claimed, lambda c: c.do(ending.resolve, seen_tier=2, code="fixed", note=NOTE),
        ("resolved", "U3", "claimed", "resolved"),
    ),
    ("ending", "unanswered"): (
        Case.claimed, lambda c: ending.unanswered(c.session, c.desk, c.row(), LATER),
        ("resolved", FIRSTLINE, "claimed", "resolved"),
    ),
    ("ending", "confirm"): (
        Case.resolved, lambda c: c.do(ending.confirm, by=ANA), ("closed", "U1", "resolved", "closed"),
    ),
    ("ending", "expire"): (
        Case.resolved, lambda c: ending.expire(c.session, c.desk, c.row(), LATER),
        ("closed", FIRSTLINE, "resolved", "closed"),
    ),
    ("ending", "closed_as_merged"): (
        nothing, lambda c: ending.closed_as_merged(c.session, c.desk, c.row(), "INC-000002", "U3", LATER),
        ("closed", "U3", "new", "closed"),
    ),
    ("ending", "closed_as_erased"): (
        nothing, lambda c: ending.closed_as_erased(c.session, c.desk, c.row(), LATER),
        ("closed", FIRSTLINE, "new", "closed"),
    ),
    ("ending", "reopen"): (
        Case.resolved, lambda c: c.do(ending.reopen, by=ANA), ("reopened", "U1", "resolved", "reopened"),
    ),
    ("ending", "comment"): (
        Case.rated, lambda c: c.do(ending.comment, "Quick.", by=ANA), ("commented", "U1", "", ""),
    ),
    ("ending", "rate"): (Case.closed, lambda c: c.do(ending.rate, 5, by=ANA), ("rated", "U1", "", "")),
    ("relating", "link"): (nothing, lambda c: c.do(relating.link, c.other), ("linked", "U3", "", "")),
    ("relating", "merge"): (nothing, lambda c: c.do(relating.merge, c.other), ("closed", "U3", "new", "closed")),
    ("relating", "split"): (nothing, lambda c: c.do(relating.split, "A printer too.", LABELS), ("split", "U3", "", "")),
    ("corrections", "correct"): (
        nothing,
        lambda c: c.do(corrections.correct, seen=LABELS, wanted=replace(LABELS, impact="high"), categories=("vpn",)),
        ("corrected", "U3", "", ""),
    ),
}  # fmt: skip


def test_every_function_that_changes_a_ticket_is_below() -> None:
    """A new one has to say which fact it leaves."""
    found = {
        (name, function) for name, module in MODULES.items()
        for function, it in inspect.getmembers(module, inspect.isfunction)
        if it.__module__ == module.__name__ and not function.startswith("_") and function not in LOOKING[name]
    }  # fmt: skip
    assert found == set(STEPS)


@pytest.mark.parametrize("name", sorted(STEPS), ids="-".join)
def test_every_change_is_a_fact(session: Session, desk: Desk, name: tuple[str, str]) -> None:
    """With who and when; with the state before and after where that changed, which is the ticket's own."""
    before, act, (what, actor, was, now) = STEPS[name]
    case = Case(session, desk)
    before(case)
    state, known, version = case.row().state, len(events.history(session, f"ticket:{case.id}")), case.row().version
    case.who["now"] = LATER
    act(case)
    fact = next(one for one in events.history(session, f"ticket:{case.id}")[known:] if one.kind == f"ticket.{what}")
    assert (fact.actor, fact.at, case.row().version > version) == (actor, LATER, True)
    assert fact.data.get("state") == ([was, now] if was else None)
    assert state == (was or case.row().state)
    assert case.row().state == (now or state)
    assert State(case.row().state)
