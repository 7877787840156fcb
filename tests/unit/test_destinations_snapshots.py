"""What a ticket system is told of a ticket: how it stands, and what happened since."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core import events, people
from core.db import Database
from core.people import Person
from handoff import tickets
from handoff.brief import Brief, Found, Tried
from handoff.desk import load_desk
from handoff.destinations.kinds import News, Snapshot, pages
from handoff.destinations.snapshots import snapshot
from handoff.tables import TicketRow
from handoff.tickets import Kind, NewTicket

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ANA = Person(id="U1", name="Ana Silva", email="ana@brightwater.example")
BRIEF = Brief(
    asked=("The VPN is stuck.", "It was well yesterday."), reason="the recipe did not fix it", goal="Send the report",
    tried=(Tried(recipe="vpn", step="Restart the client", answer="Done", outcome="failed"),),
    found=(Found(kind="article", slug="vpn", title="The VPN", score=0.7, rejected=True),), answers={"Where": "Lisbon"},
)  # fmt: skip


@pytest.fixture
def session(sqlite_database: Database) -> Iterator[Session]:
    """A transaction in which Ana is known."""
    with sqlite_database.transaction() as session:
        people.save(session, ANA, NOW)
        yield session


@pytest.fixture
def row(session: Session) -> TicketRow:
    """A ticket of Ana's."""
    desk = load_desk(Path(__file__).parents[2] / "data" / "desk.yaml")
    new = NewTicket(
        kind=Kind.INCIDENT, requester=ANA.id, category="vpn", impact="low", urgency="medium", brief=BRIEF
    )
    return session.get_one(TicketRow, tickets.open_ticket(session, desk, new, by="firstline", now=NOW).id)


def taken(session: Session, row: TicketRow, seen: int = 0) -> Snapshot:
    """The ticket with what is new."""
    session.flush()
    return snapshot(session, row, seen, lambda channel, ts: f"https://x.example/{channel}/{ts}")


def test_it_says_how_the_ticket_stands(session: Session, row: TicketRow) -> None:
    """People by name and address; nobody where nobody has it; the card where it was posted last."""
    first = taken(session, row)
    assert (first.requester.name, first.requester.email) == (ANA.name, ANA.email)
    assert (first.assignee.name, first.url) == ("", "")
    tickets.stands_at(session, row.id, queue_channel="it-l2", channel="C1", ts="1.0")
    tickets.stands_at(session, row.id, queue_channel="it-l3", channel="C2", ts="2.0")
    assert taken(session, row).url == "https://x.example/C2/2.0"


def test_the_description_is_the_brief(session: Session, row: TicketRow) -> None:
    """One thing stands on its line, several in a list, and what there is not is not named."""
    assert taken(session, row).description.split("\n\n") == [
        "Asked:\n- The VPN is stuck.\n- It was well yesterday.", "Goal: Send the report", "Answers: Where: Lisbon",
        "Tried: Restart the client: Done (failed)", "Found: The VPN (did not help)",
        "Why it needs people: the recipe did not fix it",
    ]  # fmt: skip


def test_only_what_requesters_are_told_is_not_internal(session: Session, row: TicketRow) -> None:
    """A kind that nobody thought of is internal, and so is what says that it is."""
    for kind, data in [
        ("ticket.replied", {"text": "Try this."}), ("ticket.noted", {"text": "He does that every week."}),
        ("task.opened", {"reason": "no-article"}), ("ticket.resolved", {"note": "Done.", "internal": "Again."}),
    ]: events.record(session, kind, f"ticket:{row.id}", actor=ANA.id, at=NOW, **data)
    told = [(one.text, one.internal) for one in taken(session, row).news]
    assert told == [
        ("opened: the recipe did not fix it", False), ("replied: Try this.", False),
        ("noted: He does that every week.", True), ("task opened: no-article", True),
        ("resolved: Done.: Again.", True),
    ]  # fmt: skip


def test_what_was_taken_back_is_not_told(session: Session, row: TicketRow) -> None:
    """Nor what was said over there; but it counts as seen."""
    seen = taken(session, row).point
    for kind in ("ticket.reply_written", "ticket.reply_withdrawn", "ticket.system_said"):
        events.record(session, kind, f"ticket:{row.id}", actor=ANA.id, at=NOW, text="oops")
    after = taken(session, row, seen)
    assert (after.news, after.point) == ((), seen + 3)
    assert taken(session, row, after.point).point == after.point


def test_pages() -> None:
    """No page is too long, each line is whole, and each page has the point of its last one."""
    news = [News(point=n, at=NOW, by="Ana", text="x" * length) for n, length in enumerate((10, 300, 40, 41, 5), 1)]
    found = list(pages(news, 200))
    assert [point for point, _ in found] == [1, 2, 5]
    assert max(len(text) for _, text in found) <= 200
    assert "\n".join(text for _, text in found).count("Ana: ") == 5
    assert list(pages([], 200)) == []
