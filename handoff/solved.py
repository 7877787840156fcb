"""Tickets that were solved before, for whoever works on one like them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.states import OVER
from handoff.tables import TicketRow
from handoff.ticket import Ticket

NEWEST = 200  # of a category: what was done longer ago is seldom done like that today
LOOKED_AT = 2_000  # tickets back, so that a category without many never means reading all of them
OF_NO_USE = ("", "duplicate", "no-answer", "confirmed")  # codes of endings that tell nobody how it was done


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """A ticket that is over: what was first asked, how it ended, and what was done."""

    id: int
    number: str
    asked: str
    code: str
    resolution: str


def of_category(session: Session, ticket: Ticket, limit: int = NEWEST) -> list[Solved]:
    """The newest tickets of the same category that somebody solved, but for this one itself."""
    asked = TicketRow.brief["asked"][0].as_string()
    query = select(TicketRow.id, TicketRow.number, asked, TicketRow.resolution_code, TicketRow.resolution).where(
        TicketRow.category == ticket.category, TicketRow.state.in_(OVER), TicketRow.id != ticket.id,
        TicketRow.id > ticket.id - LOOKED_AT, TicketRow.merged_into.is_(None),
        TicketRow.resolution_code.not_in(OF_NO_USE),
    )  # fmt: skip
    rows = session.execute(query.order_by(TicketRow.id.desc()).limit(limit))
    return [
        Solved(id=one, number=number, asked=text or "", code=code, resolution=done)
        for one, number, text, code, done in rows
    ]  # fmt: skip
