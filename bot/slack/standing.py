"""How a ticket stands, in words for its requester. Pure."""

from collections.abc import Mapping

from bot.slack import after_texts as texts
from bot.slack.blocks import Block, section
from bot.slack.mrkdwn import clip, escape, moment
from bot.slack.naming import queue_name
from bot.standing import Standing
from handoff.tickets import State, Ticket

QUESTION, WORD, DONE = 500, 300, 300  # characters of what is told again


def state(stands: Standing, by: str, tz: str) -> str:
    """What happens now, in a sentence or two that go on after the ticket's number; `by` is the name of who has it."""
    if stands.into: return _into(stands.into, tz)
    ticket = stands.ticket
    promised = ticket.vendor_promised
    values = {
        "queue": escape(queue_name(ticket.queue)), "since": moment(stands.since, tz),
        "by": escape(by) or texts.SOMEBODY, "vendor": escape(ticket.vendor),
        "question": escape(clip(stands.question, QUESTION)),
        "why": escape(clip(stands.why, QUESTION)), "until": moment(ticket.wakes_at, tz) if ticket.wakes_at else "",
        "promised": moment(promised, tz) if promised else "", "resolution": escape(clip(ticket.resolution, DONE)),
    }  # fmt: skip
    return " ".join(part.format(**values) for part in _parts(stands, by))


def _parts(stands: Standing, by: str) -> list[str]:
    ticket, own = stands.ticket, texts.STANDS[stands.ticket.state]
    done = [texts.STANDS_DONE] if ticket.resolution else []
    match ticket.state:
        case State.WAITING if not stands.own: return [texts.STANDS_OTHERS["waiting"]]
        case State.WAITING: return [texts.STANDS_ASKED if stands.question else own]
        case State.HELD: return [texts.STANDS_HELD_WHY if stands.why else own, *_keeps(by, texts.STANDS_KEEPS)]
        case State.VENDOR:
            promised = [texts.STANDS_PROMISED] if ticket.vendor_promised else []
            return [own, *promised, *_keeps(by, texts.STANDS_LOOKS_AFTER)]
        case State.RESOLVED: return [own, *done]
        case State.CLOSED if ticket.closed_how == "confirmed" and not stands.own:
            return [texts.STANDS_OTHERS["confirmed"], *done]
        case State.CLOSED: return [texts.STANDS_CLOSED.get(ticket.closed_how, own), *done]
        case _: return [texts.STANDS_REVIEW if stands.review else own]


def _keeps(by: str, words: str) -> list[str]:
    return [words] if by else []


def _into(main: Standing, tz: str) -> str:
    """Of a ticket that goes on as another one, whose own words are for its own requester."""
    goes_on = texts.STANDS_INTO.format(into=main.ticket.number)
    return f"{goes_on} {state(main, '', tz)}" if main.ticket.open else goes_on.rstrip(":") + "."


def status(stands: Standing, names: Mapping[str, str], tz: str) -> str:
    """A ticket in a few lines: what it is about, how it stands, the last word, and when the next one comes."""
    ticket = stands.ticket
    if stands.outline:
        where = texts.OUTLINE.format(number=ticket.number, state=texts.OUTLINES[ticket.state])
        return "\n".join((where, *_ahead(ticket, tz)))
    title = texts.STATUS_TITLE.format(number=ticket.number, priority=ticket.priority, summary=escape(ticket.summary))
    told = sentence(state(stands, names.get(ticket.assignee, ""), tz))
    return "\n".join((title, told, *_word(stands, names, tz), *_ahead(ticket, tz)))


def sentence(words: str) -> str:
    """With a capital letter in front."""
    return words[:1].upper() + words[1:]


def _word(stands: Standing, names: Mapping[str, str], tz: str) -> list[str]:
    word = stands.word
    if word is None or word.text == stands.question: return []
    text = escape(clip(" ".join(word.text.split()), WORD))
    by = escape(names.get(word.by, "")) or texts.SOMEBODY
    return [texts.STATUS_WORD.format(at=moment(word.at, tz), text=text, by=by)]


def _ahead(ticket: Ticket, tz: str) -> list[str]:
    if not ticket.open: return []
    due = [] if ticket.paused_at else [texts.STATUS_DUE.format(due=moment(ticket.resolution_due, tz))]
    after = [texts.STATUS_NEXT.format(next=moment(ticket.update_due, tz))] if ticket.update_due else []
    return [" ".join((*due, *after))] if due or after else []


def block(stands: Standing, names: Mapping[str, str], tz: str) -> Block:
    """The same as a paragraph."""
    return section(status(stands, names, tz))
