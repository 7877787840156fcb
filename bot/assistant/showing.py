"""What a ticket's card tells: the ticket, its people, its clock, its past, and the tickets that it has to do with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.assistant.parts import Parts
from bot.assistant.resembling import Resembling
from core import events
from core.events import Event
from core.people import Person
from handoff import clocks, placing, relating, sla, solved, tickets
from handoff.routing import Fit, next_queue
from handoff.sla import Pause, Target
from handoff.solved import Solved
from handoff.states import OVER
from handoff.tables import TicketRow
from handoff.ticket import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One target of an open ticket. `left` is open time, negative when it is late."""

    target: Target
    due: datetime
    left: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What a clock says. `hears` is who the ladder tells next, and when; `opens` when its hours begin again."""

    promises: tuple[Promise, ...]
    pauses: tuple[Pause, ...] = ()
    stands: bool = False
    opens: datetime | None = None
    hears: tuple[datetime, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything on a card.

    `like` are solved tickets that are like it, `fit` is who is placed best to take it, `up` tells whether there is a
    tier above, `now` when it was looked at.
    """

    ticket: Ticket
    requester: Person
    now: datetime
    history: tuple[Event, ...] = ()
    face: Face | None = None
    linked: tuple[tuple[str, Ticket], ...] = ()
    like: tuple[Solved, ...] = ()
    fit: Fit | None = None
    up: bool = True


class Showing:
    """Reads what cards and warnings tell."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts
        self._resembling = Resembling(parts.encoder)

    def view(self, ticket_id: int) -> View:
        """A ticket's card as it is now. Errors: `NotFound`."""
        now, desk = self._parts.clock(), self._parts.desk
        with self._parts.database.reading() as session:
            ticket = self._parts.for_staff(tickets.get(session, ticket_id))
            requester = self._parts.owner(session, ticket.requester)
            history = tuple(events.history(session, f"ticket:{ticket_id}"))
            linked = tuple(relating.linked(session, ticket_id))
            face = self._face(session, ticket_id, now)
            before = solved.of_category(session, ticket) if ticket.open else []
            fit = placing.best(session, desk, ticket, now)
        asked = next(iter(ticket.brief.asked), "")
        return View(
            ticket=ticket, requester=requester, now=now, history=history, face=face, linked=linked, fit=fit,
            like=self._resembling.like(asked, before), up=next_queue(desk, ticket.tier, ticket.category) is not None,
        )  # fmt: skip

    def standing(self, ticket_id: int) -> tuple[Ticket, Face | None]:
        """A ticket and its clock as they are now. Errors: `NotFound`."""
        with self._parts.database.reading() as session:
            return tickets.get(session, ticket_id), self._face(session, ticket_id, self._parts.clock())

    def last_move(self, ticket_id: int) -> str | None:
        """The queue that a ticket was last moved out of."""
        with self._parts.database.reading() as session:
            moved = [one for one in events.history(session, f"ticket:{ticket_id}") if one.kind == "ticket.moved"]
        return str(moved[-1].data["from_queue"]) if moved else None

    def _face(self, session: Session, ticket_id: int, now: datetime) -> Face | None:
        """What the clock of an open ticket says; None once it is over."""
        row = session.get_one(TicketRow, ticket_id)
        if row.state in OVER: return None
        desk = self._parts.desk
        running = clocks.clock(session, desk, row)
        targets: tuple[Target, ...] = ("resolution",) if row.responded_at else ("response", "resolution")
        told = {target: sla.told(running, target, (), now) for target in targets}
        rungs = [] if row.paused_at else clocks.rungs(session, desk, row, running, now)
        ahead = min(((moment, tuple(rung.tell)) for _, rung, moment in rungs if moment > now), default=None)
        last = told["resolution"]
        promises = (Promise(target=name, due=one.due, left=one.left) for name, one in told.items())
        return Face(
            promises=tuple(promises), pauses=last.pauses, stands=last.stands, opens=last.opens, hears=ahead
        )
