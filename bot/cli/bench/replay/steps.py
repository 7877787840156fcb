"""One line of the log as what staff do: the calls that bring the ticket to where the log says that it stands."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from bot.cli.bench.replay.company import CODE, REASON, dispatcher, queue_of, resolver
from bot.cli.bench.replay.log import Row
from core.people import Person
from handoff import ending, ladder, tickets, working
from handoff.brief import Brief
from handoff.changing import locked
from handoff.corrections import Labels, correct
from handoff.desk import Desk
from handoff.ladder import VendorCase
from handoff.states import OVER, UNTAKEN, Kind, State
from handoff.ticket import NewTicket, Ticket

WANTED = {
    "New": State.NEW, "Active": State.CLAIMED, "Awaiting User Info": State.WAITING, "Awaiting Vendor": State.VENDOR,
    "Awaiting Problem": State.HELD, "Awaiting Evidence": State.HELD, "Resolved": State.RESOLVED, "Closed": State.CLOSED,
}  # fmt: skip
LONG = timedelta(days=1000)  # the log does not tell until when an incident rests
NOTE = "As the log has it."


def opened(session: Session, desk: Desk, row: Row) -> Ticket:
    """The ticket of an incident's first line."""
    new = NewTicket(
        kind=Kind.INCIDENT, requester=f"C{row.caller}", category=row.category, impact=row.impact, urgency=row.urgency,
        brief=Brief(asked=(row.number,), reason=NOTE), queue=queue_of(row.group),
    )
    ticket = tickets.open_ticket(session, desk, new, by=dispatcher(row.by).id, now=row.at)
    return Step(session, desk, row, ticket).follow(first=True)


def followed(session: Session, desk: Desk, row: Row, ticket: Ticket) -> Ticket:
    """The ticket after one more line; one that shows no change is a note."""
    return Step(session, desk, row, ticket).follow()


def agrees(row: Row, ticket: Ticket) -> bool:
    """Whether a ticket stands where a line says: state, queue and who has it.

    New is not begun yet, whether it was given to somebody or not. A ticket that is over stays where it was.
    """
    wanted = WANTED.get(row.state)
    if wanted is None: return True
    if wanted in OVER: return ticket.state == wanted
    if wanted is State.NEW and row.person: wanted = State.CLAIMED
    begun = ticket.responded_at is None if row.state == "New" else ticket.responded_at is not None
    placed = ticket.state == State.VENDOR or ticket.queue == queue_of(row.group)
    return ticket.state == wanted and begun and placed and (not row.person or ticket.assignee == f"R{row.person}")


class Step:
    """What one line makes staff do. Each call is one of the desk's own; all of a line are one transaction."""

    def __init__(self, session: Session, desk: Desk, row: Row, ticket: Ticket) -> None:
        self._session, self._desk, self._row, self._ticket = session, desk, row, ticket
        self._by = dispatcher(row.by)

    def follow(self, *, first: bool = False) -> Ticket:
        """Bring the ticket to where the line says that it stands."""
        before, wanted = self._ticket.version, WANTED.get(self._row.state)
        if self._ticket.state in OVER: self._after_the_end(wanted)
        if self._ticket.state not in OVER: self._in_work(wanted)
        if self._ticket.version == before and not first: self._do(working.note, NOTE)
        return self._ticket

    def _after_the_end(self, wanted: State | None) -> None:
        if wanted is State.CLOSED and self._ticket.state == State.RESOLVED: self._close()
        elif wanted and wanted not in OVER: self._do(ending.reopen)

    def _in_work(self, wanted: State | None) -> None:
        self._label()
        self._place()
        match wanted:
            case State.RESOLVED | State.CLOSED: self._end(wanted)
            case State.NEW | None: self._name()
            case _: self._work(wanted)

    def _label(self) -> None:
        now = self._ticket
        seen = Labels(kind=now.kind, category=now.category, impact=now.impact, urgency=now.urgency)  # type: ignore[arg-type]  # stored levels
        row = self._row
        wanted = Labels(kind=now.kind, category=row.category, impact=row.impact, urgency=row.urgency)
        if wanted != seen: self._do(correct, seen=seen, wanted=wanted, categories={row.category})

    def _place(self) -> None:
        queue = queue_of(self._row.group)
        if self._ticket.state == State.VENDOR and WANTED.get(self._row.state) is State.VENDOR and queue == self._home():
            return
        if self._ticket.state == State.VENDOR: self._do(ladder.vendor_done, note="")
        if self._ticket.queue != queue: self._do(working.move, queue=queue, seen=self._ticket.queue, note="")

    def _home(self) -> str:
        return ladder.came_from(self._session, self._desk, locked(self._session, self._ticket.id)).name

    def _name(self) -> None:
        """Give it to whom the log names, or to nobody."""
        person, has = self._row.person, self._ticket.assignee
        if person and has != f"R{person}": self._do(working.assign, to=resolver(person), seen=has)
        elif not person and has.startswith("R"): self._hand_back()

    def _hand_back(self) -> None:
        """A ticket at a vendor has an owner: it comes back first, and goes out once more."""
        if self._ticket.state == State.VENDOR: self._do(ladder.vendor_done, note="")
        self._do(working.hand_back, note="")

    def _work(self, wanted: State) -> None:
        """Somebody works on it: whom the log names, else whoever wrote the line."""
        self._name()
        taken = self._ticket.assignee
        if self._ticket.state in UNTAKEN or self._ticket.responded_at is None: self._claim(taken)
        if wanted != self._ticket.state: self._turn(wanted)

    def _claim(self, taken: str) -> None:
        who = resolver(taken[1:]) if taken else self._by
        self._do(working.claim, by=who)

    def _turn(self, wanted: State) -> None:
        if self._ticket.state in (State.WAITING, State.HELD) and wanted is not State.HELD: self._resume()
        match wanted:
            case State.WAITING: self._on_row(self._wait)
            case State.HELD: self._do(working.hold, until=self._row.at + LONG, note=self._row.state)
            case State.VENDOR: self._to_vendor()
            case _: pass

    def _to_vendor(self) -> None:
        self._do(
            ladder.escalate, seen_tier=self._ticket.tier, reason=REASON, note="", reviewed=True,
            case=VendorCase(vendor="Vendor"),
        )

    def _end(self, wanted: State) -> None:
        if self._row.person: self._name()
        self._do(ending.resolve, seen_tier=self._ticket.tier, code=CODE, note=NOTE)
        if wanted is State.CLOSED: self._close()

    def _resume(self) -> None:
        kept = {"by": self._by.id, "now": self._row.at}
        self._ticket = working.resume(self._session, self._desk, self._ticket.id, **kept)  # type: ignore[arg-type]  # an id, a moment

    def _close(self) -> None:
        self._on_row(lambda row: ending.expire(self._session, self._desk, row, self._row.at))

    def _wait(self, row: Any) -> None:
        working.wait_for_requester(self._session, self._desk, row, by=self._by.id, now=self._row.at)

    def _on_row(self, use_case: Callable[[Any], None]) -> None:
        """Those that work on a row which their caller has locked."""
        use_case(locked(self._session, self._ticket.id))
        self._ticket = tickets.get(self._session, self._ticket.id)

    def _do(self, use_case: Callable[..., Ticket], *arguments: Any, by: Person | None = None, **named: Any) -> None:
        self._ticket = use_case(
            self._session, self._desk, self._ticket.id, *arguments, by=by or self._by, now=self._row.at, **named
        )
