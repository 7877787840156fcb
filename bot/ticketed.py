"""What tickets said, for trying the run-books that their cards would show."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.decide import Reason
from bot.rehearsal import Asked
from core.events import Event
from handoff import corrections
from handoff.brief import Brief
from handoff.tables import TicketRow

NOBODY = frozenset[str]()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTicket:
    """What a ticket says, message by message, and its category; `said` tells that staff chose that themselves."""

    asked: Asked
    messages: tuple[str, ...]
    category: str
    said: bool


def newest(session: Session, last: int) -> list[OnTicket]:
    """The last so many tickets that say something, the newest first."""
    chosen = _chosen(session)
    rows = session.scalars(select(TicketRow).order_by(TicketRow.id.desc()).limit(last))
    found = [_on_ticket(row, (f"ticket:{row.id}", row.category) in chosen) for row in rows]
    return [one for one in found if any(text.strip() for text in one.messages)]


def _on_ticket(row: TicketRow, said: bool) -> OnTicket:  # noqa: FBT001 - staff chose its category or did not
    brief = Brief.from_json(row.brief)
    written = "\n".join(brief.asked)
    form = brief.reason == Reason.FORM
    messages = ("\n".join((*brief.asked, *brief.answers.values())),) if form else brief.asked
    asked = Asked(question=written.strip(), text=written, audiences=NOBODY)
    return OnTicket(asked=asked, messages=messages, category=row.category, said=said)


def _chosen(session: Session) -> set[tuple[str, str]]:
    """The tickets whose category staff chose, with that category."""
    facts = session.scalars(select(Event).where(Event.kind == corrections.KIND))
    pairs = [(fact.subject, fact.data["before"]["category"], fact.data["after"]["category"]) for fact in facts]
    return {(subject, after) for subject, before, after in pairs if before != after}
