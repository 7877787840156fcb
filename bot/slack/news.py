"""What a requester is told of a change of their ticket, in their own thread. Pure.

Nothing that staff write for each other comes here: the only words of theirs are a note that was asked for as one that
the requester reads.
"""

from bot.slack import card_texts as words
from bot.slack.blocks import Message, context, section
from bot.slack.mrkdwn import escape, moment
from bot.slack.render import queue_name
from handoff.states import State
from handoff.ticket import Ticket

READ_BY_REQUESTER = frozenset({"held"})  # whose note was written for them; the end is told in `bot.slack.after`


def news(ticket: Ticket, what: str, by: str, note: str, tz: str, *, who: str = "", own: str = "") -> Message:
    """Word of one change. `by` is the name of whoever made it, empty where that was the reader or Firstline; `who` of
    whoever has the ticket; `own` the number of the reader's own ticket, where that goes on as this one.
    """
    said = escape(note) if what in READ_BY_REQUESTER else ""
    text = _template(ticket, what, by=by, who=who).format(**_values(ticket, by, who, tz), note=said)
    more = [context(words.NEWS_MERGED.format(own=own, number=ticket.number))] if own else []
    return Message(text=text, blocks=(section(text), *more))


def _template(ticket: Ticket, what: str, *, by: str, who: str) -> str:
    """The words of a change; those that still hold, where more has happened since."""
    match what:
        case "corrected" if ticket.state is not State.NEW: return words.NEWS_TAKEN
        case "assigned" | "vendor_done" if not who: return words.NEWS_SHORT[what]
        case "held" if ticket.state is not State.HELD: return words.NEWS_SHORT[what]
        case "opened" if not by: return words.NEWS_OWN
        case "vendor" | "vendor_news" if not ticket.vendor: return words.NEWS_SHORT["other"]
        case "vendor" | "vendor_news": return f"{words.NEWS[what]} {_promised(ticket)}"
        case _: return words.NEWS.get(what, words.NEWS_SHORT["other"])


def _promised(ticket: Ticket) -> str:
    return words.NEWS_PROMISED if ticket.vendor_promised else words.NEWS_NOT_PROMISED


def _values(ticket: Ticket, by: str, who: str, tz: str) -> dict[str, str]:
    """What the words are filled in with, harmless."""
    until, promised = ticket.wakes_at, ticket.vendor_promised
    return {
        "by": escape(by) or words.COLLEAGUE, "who": escape(who) or words.COLLEAGUE, "number": ticket.number,
        "queue": escape(queue_name(ticket.queue)), "priority": ticket.priority, "summary": escape(ticket.summary),
        "vendor": escape(ticket.vendor), "response": moment(ticket.response_due, tz),
        "resolution": moment(ticket.resolution_due, tz), "until": moment(until, tz) if until else "",
        "promised": moment(promised, tz) if promised else "",
    }  # fmt: skip
