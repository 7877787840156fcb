"""What the facts say about answers: which question has none, which answer did not do, and which one helped.

What goes to people by rule is no gap: danger, a fault that many have, an outage, a form, another language, whoever asks
for a person at once, small talk, what is not IT's, how a ticket is doing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import conversations
from bot.conversations import Turn
from bot.decide import Reason, nothing_fitted
from bot.gaps.whys import ASKED_PERSON, CAME_BACK, CONFIRMED, NOT_HELPFUL, STUCK, UNANSWERED, UNCLEAR, of_staff
from bot.tables import TurnRow
from core.events import Event
from handoff.tables import TicketRow
from kb.cookbook import End
from kb.tables import RunRow

MATTERS = frozenset({"answer", "clarify", "recipe", "catalogue", "outage", "handoff"})  # turns that ask for something
TICKET_ENDS = frozenset({"ticket.opened", "ticket.resolved", "ticket.closed", "ticket.reopened"})
FEW = 200  # turns of a conversation that are looked at, the last ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """What is known of the answer to one message: why it belongs to a gap, or that it is confirmed."""

    turn: int
    why: str


def of(session: Session, event: Event) -> Sign | None:
    """What a fact says; None for most."""
    match event.kind:
        case "turn.answered": return _answered(session, event)
        case "answer.rated": return _rated(event)
        case "ticket.opened": return _handed_over(session, event)
        case "ticket.reopened": return _sign(_shown(_said(session, event)), CAME_BACK)
        case "task.opened": return _sign(_matter(_said(session, event)), of_staff(str(event.data["reason"])))
        case "run.moved" | "run.turned": return _walked(session, event)
        case _: return None


def late(session: Session, event: Event) -> Sign | None:
    """What a fact of some time ago says by now: it was asked back, and nothing came of it."""
    if event.kind != "turn.answered" or event.data["decision"] != "clarify": return None
    asked = conversations.turn(session, event.data["turn"])
    said = conversations.turns(session, asked.conversation_id)
    after = any(turn.id > asked.id and turn.trace.get("shown") for turn in said)
    return None if after or asked.trace.get("shown") else Sign(turn=asked.id, why=UNCLEAR)


def number_of(event: Event) -> int:
    """The number in an event's subject, such as 42 in `ticket:42`."""
    return int(event.subject.partition(":")[2])


def _answered(session: Session, event: Event) -> Sign | None:
    if event.data["decision"] != "handoff": return None
    turn = conversations.turn(session, event.data["turn"])
    return Sign(turn=turn.id, why=UNANSWERED) if nothing_fitted(str(turn.trace.get("why", ""))) else None


def _rated(event: Event) -> Sign:
    good = event.data["feedback"] == "helpful"
    return Sign(turn=event.data["turn"], why=CONFIRMED if good else NOT_HELPFUL)


def _handed_over(session: Session, event: Event) -> Sign | None:
    """A ticket that was opened although there was an answer, a recipe or a choice."""
    said = _said(session, event)
    match event.data.get("reason"):
        case Reason.NOT_HELPED: return _sign(_shown(said), NOT_HELPFUL)
        case Reason.ASKED: return _sign(_unconfirmed(session, _shown(said)), ASKED_PERSON)
        case Reason.STUCK: return _sign(_shown(said, "recipe"), STUCK)
        case Reason.CAME_BACK: return _sign(_shown(said, "recipe"), CAME_BACK)
        case Reason.NOT_SURE: return _sign(_none_meant(said), UNCLEAR)
        case _: return None


def _walked(session: Session, event: Event) -> Sign | None:
    """A recipe's run that ended with its person saying that it works."""
    if event.data.get("end") != End.SOLVED: return None
    run = session.get_one(RunRow, number_of(event))
    return _sign(_shown(_until(session, run.conversation_id, run.started_at), "recipe"), CONFIRMED)


def _sign(turn: Turn | None, why: str) -> Sign | None:
    return Sign(turn=turn.id, why=why) if turn else None


def _said(session: Session, event: Event) -> list[Turn]:
    """What was said, before the fact, in the conversation of its ticket; oldest first."""
    ticket = session.get_one(TicketRow, number_of(event))
    return _until(session, ticket.conversation_id, min(event.at, ticket.opened_at)) if ticket.conversation_id else []


def _until(session: Session, conversation_id: int, until: datetime) -> list[Turn]:
    query = select(TurnRow.id).where(TurnRow.conversation_id == conversation_id, TurnRow.at <= until)
    newest = session.scalars(query.order_by(TurnRow.id.desc()).limit(FEW)).all()
    return [conversations.turn(session, one) for one in reversed(newest)]


def _shown(said: Sequence[Turn], kind: str = "") -> Turn | None:
    """The last message that something was shown for."""
    shown = (turn for turn in reversed(said) if turn.trace.get("shown"))
    return next((turn for turn in shown if not kind or turn.trace["shown"][0][0] == kind), None)


def _unconfirmed(session: Session, turn: Turn | None) -> Turn | None:
    """The same message, unless its answer helped: then the person wants people for something else."""
    if turn is None or turn.feedback == "helpful": return None
    slug = turn.trace["shown"][0][1]
    own = (RunRow.conversation_id == turn.conversation_id) & (RunRow.recipe == slug)
    run = session.scalars(select(RunRow).where(own).order_by(RunRow.id.desc()).limit(1)).first()
    fixed = run is not None and run.end == End.SOLVED and run.came_back_at is None
    return None if fixed else turn


def _none_meant(said: Sequence[Turn]) -> Turn | None:
    """The message that was asked back on last, if nothing was taken and nothing else asked since."""
    last = next((turn for turn in reversed(said) if turn.decision != "step"), None)
    return last if last and last.decision == "clarify" and not last.trace.get("shown") else None


def _matter(said: Sequence[Turn]) -> Turn | None:
    """The last message that asks for something else than a person."""
    asked = (turn for turn in reversed(said) if turn.decision in MATTERS and turn.trace.get("prediction"))
    return next((turn for turn in asked if turn.trace.get("why") != str(Reason.ASKED)), None)
