"""What a card is drawn from, on a real database: clock, links, solved tickets, who is placed best; and who has left."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.assistant.leaving import Leaving
from bot.assistant.parts import Parts
from bot.assistant.showing import Showing
from core import outbox, people
from core.db import Database
from core.encoder import HashingEncoder
from core.people import Person, Role
from handoff import agreements, ending, ladder, relating, solved, tickets, working
from handoff.brief import Brief
from handoff.desk import Desk, load_desk
from handoff.ladder import VendorCase
from handoff.tickets import Kind, NewTicket, State, Ticket
from tests.fakes import FakeClock

LIAM = Person(id="U2", name="Liam", email="liam.okafor@brightwater.example", roles=frozenset({Role.AGENT}), level=2)
PRIYA = Person(id="U3", name="Priya", email="priya.nair@brightwater.example", roles=frozenset({Role.AGENT}), level=3)
EMMA = Person(id="U1", name="Emma", title="Finance analyst", tz="Europe/Copenhagen")


class Place:
    """The parts that are needed, and short ways to do what staff do."""

    def __init__(self, database: Database, desk: Desk, clock: FakeClock) -> None:
        """Begin with what was agreed, and three people."""
        values: dict[str, Any] = {"database": database, "desk": desk, "clock": clock, "encoder": HashingEncoder()}
        values["owner"] = people.find
        values["for_staff"] = lambda ticket: ticket  # no article is found here
        self.parts = cast("Parts", SimpleNamespace(**values))
        self.desk, self.clock, self.database = desk, clock, database
        self.showing = Showing(self.parts)
        with database.transaction() as session:
            agreements.keep(session, desk, clock())
            for one in (LIAM, PRIYA, EMMA): people.save(session, one, clock())

    def opened(self, text: str = "vpn is down", category: str = "vpn") -> Ticket:
        """A fresh P2 ticket of Emma."""
        new = NewTicket(
            kind=Kind.INCIDENT, requester=EMMA.id, category=category, impact="high", urgency="medium",
            brief=Brief(asked=(text,) if text else (), reason="asked"), channel="D1", thread_ts="1.0",
        )  # fmt: skip
        return self.do(tickets.open_ticket, new, by="firstline")

    def do(self, what: Any, *arguments: Any, **facts: Any) -> Any:
        """Do one thing in a transaction of its own."""
        with self.database.transaction() as session:
            return what(session, self.desk, *arguments, now=self.clock(), **facts)

    def solved(self, text: str, code: str = "fixed", **changes: Any) -> Ticket:
        """A ticket that Liam resolved."""
        one = self.opened(text, **changes)
        facts = {"seen_tier": 2, "code": code, "note": "Gave it a new certificate.", "by": LIAM}
        return cast("Ticket", self.do(ending.resolve, one.id, **facts))


@pytest.fixture
def place(database: Database, clock: FakeClock) -> Place:
    """A desk with nothing on it."""
    return Place(database, load_desk(Path(__file__).parents[2] / "data" / "desk.yaml"), clock)


def test_a_fresh_ticket(place: Place) -> None:
    """Its requester, both promises, who hears next, and that there is a tier above."""
    one = place.opened()
    view = place.showing.view(one.id)
    assert (view.requester, view.up, view.now) == (EMMA, True, place.clock())
    assert view.face is not None
    assert [(promise.target, promise.due) for promise in view.face.promises] == [
        ("response", one.response_due), ("resolution", one.resolution_due)
    ]
    assert view.face.hears == (one.warn_at, ("assignee",))
    assert (view.face.stands, view.face.pauses, view.linked, view.like) == (False, (), (), ())


def test_a_clock_that_stands(place: Place) -> None:
    """It has its pause, what is left, and nobody hears of it; afterwards the pause is past."""
    one = place.opened()
    place.do(working.claim, one.id, by=LIAM)
    left = place.showing.view(one.id).face.promises[-1].left
    until = place.clock() + timedelta(days=1)
    place.do(working.hold, one.id, until=until, note="parts come", by=LIAM)
    place.clock.now += timedelta(hours=1)
    face = place.showing.view(one.id).face
    assert (face.stands, face.hears, face.promises[0].target, face.promises[0].left) == (True, None, "resolution", left)
    place.do(working.resume, one.id, by=LIAM.id)
    face = place.showing.view(one.id).face
    assert (face.stands, [pause.ended for pause in face.pauses]) == (False, [place.clock()])


def test_what_is_over(place: Place) -> None:
    """A ticket that is over has no clock, and no solved tickets are looked for."""
    done = place.solved("vpn is down")
    place.solved("vpn is down")
    view = place.showing.view(done.id)
    assert (view.face, view.like, view.fit) == (None, (), None)
    assert place.showing.standing(done.id) == (view.ticket, None)


def test_links(place: Place) -> None:
    """What was merged into it, or it into which."""
    first, second = place.opened(), place.opened()
    place.do(relating.merge, second.id, first.id, by=LIAM)
    assert [(kind, other.number) for kind, other in place.showing.view(first.id).linked] == [("merged", second.number)]
    assert [(kind, other.number) for kind, other in place.showing.view(second.id).linked] == [("into", first.number)]


def test_solved_tickets(place: Place) -> None:
    """Of the same category, solved by somebody, the newest first; not itself, no duplicates, none without words."""
    known = [place.solved("vpn is down again"), place.solved("the printer jams", category="printing")]
    known += [place.solved("vpn is down", code="duplicate"), place.solved("vpn says 809"), place.solved("")]
    merged, one = place.opened(), place.opened()
    place.do(relating.merge, merged.id, one.id, by=LIAM)
    with place.database.reading() as session: found = solved.of_category(session, tickets.get(session, one.id))
    assert [(row.number, row.asked, row.code) for row in found] == [
        (known[4].number, "", "fixed"), (known[3].number, "vpn says 809", "fixed"),
        (known[0].number, "vpn is down again", "fixed"),
    ]  # fmt: skip
    assert [row.number for row in place.showing.view(one.id).like] == [known[0].number]


def test_somebody_left(place: Place) -> None:
    """What they worked on is back in its queue; what a vendor works on keeps its place, and its channel is asked."""
    mine, theirs, over, at_vendor = place.opened(), place.opened(), place.solved("vpn"), place.opened()
    place.do(working.claim, mine.id, by=LIAM)
    place.do(working.claim, theirs.id, by=PRIYA)
    case = VendorCase(vendor="Acme")
    facts: dict[str, Any] = {"reason": "vendor", "note": "", "reviewed": True}
    place.do(ladder.escalate, at_vendor.id, seen_tier=2, by=LIAM, **facts)
    place.do(ladder.escalate, at_vendor.id, seen_tier=3, by=PRIYA, case=case, **facts)
    leaving = Leaving(place.parts)
    assert (leaving.gone(LIAM.id), leaving.gone(LIAM.id), leaving.gone(PRIYA.id)) == (1, 0, 1)
    with place.database.reading() as session:
        now = [tickets.get(session, one.id) for one in (mine, theirs, over, at_vendor)]
        waiting = [item.payload for item in outbox.waiting(session) if item.kind == "staff_news"]
    news = [(payload["ticket"], payload["what"]) for payload in waiting]
    assert [(one.state, one.assignee) for one in now] == [
        (State.NEW, ""), (State.NEW, ""), (State.RESOLVED, LIAM.id), (State.VENDOR, PRIYA.id)
    ]
    assert (at_vendor.id, "left") in news
    assert {(mine.id, "handed_back"), (theirs.id, "handed_back")} <= set(news)
