"""What staff are told in a card's thread, and the warnings of a clock. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.assistant.showing import Face
from bot.slack.desk import card_texts as words
from bot.slack.desk.card_clock import ZONE, length
from bot.slack.desk.card_history import WHOLE, who
from bot.slack.mrkdwn import cut, escape, moment
from bot.slack.render import queue_name
from handoff.ticket import Ticket

NOTE = 1_500  # characters of a note that goes along
MOVES = frozenset({"moved", "bounced"})
IN_QUEUE = frozenset({"handed_back", *MOVES, "escalated", "reopened"})  # somebody has to take it


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line in the thread; `loud` if the whole channel must see it, since no person is called."""

    text: str
    loud: bool = False


def line(ticket: Ticket, payload: dict[str, Any]) -> Line:
    """What is told of a change; `payload` is what `handoff.changing.announce` queued."""
    what, to = str(payload["what"]), str(payload.get("to") or "")
    text = _template(what, str(payload.get("why") or "")).format(
        by=who(str(payload["by"])), to=who(to) if to else words.CHANNEL, number=ticket.number,
        queue=escape(queue_name(ticket.queue)), other=escape(str(payload.get("other", ""))),
        vendor=escape(str(payload.get("vendor", ""))), case=_case(str(payload.get("case") or "")),
        promised=_promised(ticket),
    )  # fmt: skip
    note = str(payload.get("note") or "")
    if note: text += f"\n{words.NOTE.format(note=cut(escape(note), NOTE))}"
    return Line(text=text, loud=what in IN_QUEUE or what == "left" or (what in ("resumed", "chase") and not to))


def warning(ticket: Ticket, face: Face, payload: dict[str, Any], people: Sequence[str], link: str) -> str:
    """What is due when, and how much is left or how late it is; `people` are mentions of those whom it is for.

    `payload` is what `handoff.warnings` queued; the times are those of now. `link` is where the card is, if known.
    """
    target = "response" if payload["target"] == "response" else "resolution"
    promise = next(one for one in face.promises if one.target == target)
    late = promise.left.total_seconds() <= 0 or payload["at"] >= WHOLE
    number = f"<{escape(link)}|{ticket.number}>" if link else ticket.number
    text = (words.BREACH if late else words.WARNING)[target].format(
        who=", ".join(people) or words.CHANNEL, number=number, priority=ticket.priority,
        due=moment(promise.due, ZONE), left=length(promise.left),
    )
    return f"{text} {_with(ticket)}" + (f" {words.WARNING_STANDS}" if face.stands else "")


def _template(what: str, why: str) -> str:
    return words.STAFF_NEWS.get(f"{what}_{why}") or words.STAFF_NEWS[what]


def _case(number: str) -> str:
    return words.VENDOR_CASE.format(case=escape(number)) if number else words.VENDOR_NO_CASE


def _promised(ticket: Ticket) -> str:
    promised: datetime | None = ticket.vendor_promised
    return words.CHASE_PAST.format(promised=moment(promised, ZONE)) if promised else words.CHASE_NO_DATE


def _with(ticket: Ticket) -> str:
    words_ = words.WARNING_WITH if ticket.assignee else words.WARNING_NOBODY
    return words_.format(queue=escape(queue_name(ticket.queue)), assignee=who(ticket.assignee))
