"""Every view and search there is, as the use cases of the product give them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.assistant import Assistant
from bot.question import At
from core import audit, outbox, people
from core.people import Person
from handoff import finding, solved, tasks, tickets, updates, waking, warnings
from handoff.finding import Show
from handoff.tables import TicketRow
from kb import runs
from kb.listing import Wanted

View = Callable[[], object]
EMPLOYEE, AGENT, MANAGER, EDITOR = "UE00000", "U0LIAM", "U0MARCUS", "U0NOOR"
SEARCHES = {
    "a word": "outlook", "two words": "vpn slow", "of nobody": "zeppelin", "a number": "INC-000042",
    "mine": "mine open", "a state": "held", "a person": "@agent", "over": "printer done",
}  # fmt: skip


def views(use: Assistant) -> Iterator[tuple[str, View]]:
    """Each by its name."""
    yield from _homes(use)
    yield from _searches(use)
    yield from _tickets(use)
    yield from _editors(use)
    yield from _sweeps(use)


def person(use: Assistant, who: str) -> Person:
    """Somebody of the company."""
    with use.parts.database.reading() as session: found = people.find(session, who)
    assert found is not None
    return found


def _homes(use: Assistant) -> Iterator[tuple[str, View]]:
    for name, who in (("employee", EMPLOYEE), ("agent", AGENT), ("manager", MANAGER), ("editor", EDITOR)):
        one = person(use, who)
        yield f"Home, {name}", partial(use.homes.home, one)
        if name not in ("agent", "manager"): continue
        for show in Show: yield f"Home, {name}, {show}", partial(use.homes.home, one, At(show=show))
        yield f"Home, {name}, a later page", partial(use.homes.home, one, At(queue=800))


def _searches(use: Assistant) -> Iterator[tuple[str, View]]:
    staff, own = person(use, AGENT), person(use, EMPLOYEE)
    for name, words in SEARCHES.items():
        yield f"/it find, {name}", partial(use.finding.search, words, staff)
        yield f"/it find by an employee, {name}", partial(use.finding.search, words, own)


def _tickets(use: Assistant) -> Iterator[tuple[str, View]]:
    with use.parts.database.reading() as session:
        open_, over = (
            session.scalars(select(TicketRow.id).where(TicketRow.state == state).order_by(TicketRow.id)).first() or 1
            for state in ("new", "closed")
        )
    staff = person(use, AGENT)
    yield "card, open", partial(use.showing.view, open_)
    yield "card, over", partial(use.showing.view, over)
    yield "ticket by number", partial(use.looking.numbered, "inc-42", staff)
    yield "ticket at its card", partial(use.looking.at, "C1", f"{over}.1")
    yield "ticket's clock", partial(use.showing.standing, open_)
    yield "solved like it", partial(_solved, use, open_)
    yield "/it status", partial(_read, use, lambda session: tickets.of_requester(session, EMPLOYEE))
    yield "one's own, a later page", partial(use.homes.home, person(use, EMPLOYEE), At(own=5))
    yield "people by name", partial(_read, use, lambda session: finding.people_called(session, "agent 1"))


def _editors(use: Assistant) -> Iterator[tuple[str, View]]:
    editor = person(use, EDITOR)
    yield "gaps, open", partial(use.gaps.listed, editor)
    yield "gaps, closed", partial(use.gaps.listed, editor, "closed")
    yield "gaps, mine", partial(use.gaps.listed, editor, "mine")
    yield "a gap", partial(use.gaps.get, 2, editor)
    yield "health", partial(use.health.listed, editor)
    yield "health, 30 days", partial(use.health.listed, editor, days=30)
    yield "health, unread", partial(use.health.unread, editor)
    yield "studio, list", partial(use.listing.find, "", Wanted(), editor)
    yield "studio, search", partial(use.listing.find, "vpn", Wanted(), editor)
    yield "studio, choices", partial(use.listing.choices, editor)
    yield "tasks", partial(_read, use, tasks.waiting)
    yield "tasks in a Home", partial(use.tasks.waiting, editor)


def _sweeps(use: Assistant) -> Iterator[tuple[str, View]]:
    now = use.parts.clock()
    yield "due: updates", partial(_read, use, lambda session: updates.due(session, now, 20))
    yield "due: warnings", partial(_read, use, lambda session: warnings.due(session, now, 20))
    yield "due: waking", partial(_read, use, lambda session: waking.due(session, now, 20))
    yield "due: runs", partial(_read, use, lambda session: runs.due(session, now, 20))
    yield "due: runs to draw", partial(
        _read, use, lambda session: runs.stale(session, now - timedelta(days=1), now, 20)
    )
    yield "outbox, claim", partial(_undone, use, lambda session: outbox.claim(session, now, 10))
    yield "outbox, waiting in a lane", partial(_read, use, lambda session: outbox.waits_in(session, "ticket:7"))
    yield "audit, seal 500", partial(_undone, use, audit.seal)
    yield "gaps, sweep", use.gaps.look
    yield "health, sweep", use.health.look


def _solved(use: Assistant, ticket_id: int) -> object:
    return _read(use, lambda session: solved.of_category(session, tickets.get(session, ticket_id)))


def _read(use: Assistant, what: Callable[..., object]) -> object:
    with use.parts.database.reading() as session: return what(session)


def _undone(use: Assistant, what: Callable[..., object]) -> None:
    """A change that leaves no trace."""
    with Session(use.parts.database.engine) as session: what(session)
