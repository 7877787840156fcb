"""The ticket card in a queue's channel: everything the next person needs, and what they can do. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.assistant.showing import View
from bot.slack import texts
from bot.slack.blocks import Block, Message, context, fields, header, section
from bot.slack.desk import card_brief, card_buttons, card_clock, card_history
from bot.slack.desk import card_texts as words
from bot.slack.desk.after_texts import QUEUE_STATES
from bot.slack.desk.placed import placed
from bot.slack.mrkdwn import clip, cut, escape, moment
from bot.slack.render import queue_name
from handoff import mirrors
from handoff.desk import Desk
from handoff.solved import Solved
from handoff.states import UNTAKEN, State
from handoff.ticket import Ticket

# Characters of each part of a card; see also `bot.slack.desk.card_brief` and `bot.slack.desk.card_history`.
FACT, VENDOR, ROW, DONE = 250, 400, 160, 90
MOST_LINKED = 4
RELATED = "related"  # says the least of how two tickets belong together
ZONE = "UTC"  # of what cannot show a reader's own time


def card(view: View, desk: Desk, earlier: Sequence[tuple[str, str]] = ()) -> Message:
    """Everything the next person needs, so that nobody has to ask again; and the buttons that fit its state.

    `earlier` are the threads where it stood before, each its channel and its address.
    """
    ticket = view.ticket
    blocks = [
        header(f"{ticket.number} · {ticket.priority} · {ticket.summary}"),
        fields(*(cut(fact, FACT) for fact in _facts(view, desk))),
        *placed(view.fit),
        *_part(words.CLOCK, card_clock.explained(ticket, view.face)), *_part(words.VENDOR, _vendor(ticket)),
        *card_brief.shown(ticket.brief, ticket.goal), *card_brief.since(mirrors.since(view.history)),
        *_part(words.LINKED, _linked(view.linked)), *_part(words.LIKE, _like(view.like, desk)),
        *_part(words.CARD_HISTORY, card_history.lines(view.history, desk)),
        *card_buttons.runbooks(ticket, view.history), *card_buttons.row(view, desk),
        *([context(_earlier(earlier))] if earlier else []), context(words.CARD_INTERNAL),
    ]
    return Message(text=f"{ticket.number} ({ticket.priority}): {escape(ticket.summary)}", blocks=tuple(blocks))


def stands_in(queue: str, channel: str) -> str:
    """Why a card stands elsewhere than in its queue's channel."""
    return words.STANDS_IN.format(queue=escape(queue_name(queue)), channel=escape(channel))


def below(why: str, card_: Message) -> Message:
    """A card with a reason above it."""
    return Message(text=card_.text, blocks=(section(why), *card_.blocks))


def back(ticket: Ticket) -> str:
    """What is said where a card had left and stands once more."""
    return words.BACK.format(number=ticket.number, queue=escape(queue_name(ticket.queue)))


def moved(ticket: Ticket, link: str = "") -> Message:
    """What stays where the card was before it moved to another channel."""
    queue = escape(queue_name(ticket.queue))
    text = f"*{_linking(ticket.number, link)}* {escape(ticket.summary)}\n{words.CARD_MOVED.format(queue=queue)}"
    end = "" if ticket.open else f"\n{cut(state(ticket), 400)} {escape(clip(ticket.resolution, 300))}"
    return Message(text=f"{ticket.number}: {words.CARD_MOVED.format(queue=queue)}", blocks=(section(text + end),))


def _linking(text: str, link: str) -> str:
    return f"<{link}|{text}>" if link else text


def _earlier(earlier: Iterable[tuple[str, str]]) -> str:
    threads = (f"{_linking(words.EARLIER_LINK, link)} in <#{channel}>" for channel, link in earlier)
    return words.EARLIER.format(threads=", ".join(threads))


def state(ticket: Ticket, *, review: bool = False) -> str:
    """Where a ticket is in its life, in words."""
    if ticket.state is State.CLOSED and ticket.closed_how in words.CLOSED:
        return words.CLOSED[ticket.closed_how].format(resolution=escape(clip(ticket.resolution, ROW)))
    if review and ticket.state in UNTAKEN: return words.REVIEWED
    return words.STATES[ticket.state].format(
        assignee=card_history.who(ticket.assignee), tier=ticket.tier, vendor=escape(ticket.vendor),
        wakes=_moment(ticket.wakes_at),
    )


def _facts(view: View, desk: Desk) -> list[str]:
    ticket, person = view.ticket, view.requester
    requester = words.REQUESTER.format(requester=ticket.requester)
    title = f"\n{escape(person.title)}" if person.title else ""
    facts = [
        f"{words.STATE}\n{state(ticket, review=desk.queue(ticket.queue).review)}",
        words.PRIORITY.format(priority=ticket.priority, why=escape(ticket.priority_why)),
        f"{cut(requester + title, FACT // 2)}\n{card_clock.place(person.tz, view.now)}",
        f"*{texts.KINDS[ticket.kind]}*\n{escape(ticket.category)}",
        words.QUEUE.format(queue=escape(queue_name(ticket.queue)), tier=ticket.tier),
    ]
    return [*facts, *_with(ticket), *_end(ticket, desk)]


def _with(ticket: Ticket) -> list[str]:
    """Who has it, where its state does not say so."""
    named = not ticket.assignee or "{assignee}" in words.STATES[ticket.state]
    return [] if named or ticket.merged_into else [f"{words.WITH}\n{card_history.who(ticket.assignee)}"]


def _end(ticket: Ticket, desk: Desk) -> list[str]:
    """How it ended, where that is written down, and how the requester liked it."""
    if ticket.open or ticket.merged_into: return []
    code = desk.ended(ticket.resolution_code) or words.ENDED
    kind, _, what = ticket.documented.partition(":")
    ends = [words.RESOLUTION.format(code=escape(code), resolution=escape(ticket.resolution))]
    ends += [words.DOCUMENTED[kind].format(what=escape(what))] if kind in words.DOCUMENTED else []
    return ends + ([words.RATING.format(rating=ticket.rating)] if ticket.rating else [])


def _vendor(ticket: Ticket) -> str:
    """The case at a vendor, while they work on it."""
    if ticket.state is not State.VENDOR: return ""
    case = words.VENDOR_CASE.format(case=escape(ticket.vendor_number)) if ticket.vendor_number else words.VENDOR_NO_CASE
    promised = _moment(ticket.vendor_promised)
    date = words.VENDOR_PROMISED.format(promised=promised) if promised else words.VENDOR_NO_DATE
    return cut(f"{escape(ticket.vendor)}, {case}, {date}", VENDOR)


def _linked(linked: Sequence[tuple[str, Ticket]]) -> str:
    known = {one.id: (kind, one) for kind, one in sorted(linked, key=lambda link: link[0] != RELATED)}  # each once
    rows = [_link(kind, one) for kind, one in list(known.values())[:MOST_LINKED]]
    more = len(known) - len(rows)
    return _rows([*rows, *([words.MORE_ROWS.format(count=more)] if more else [])])


def _link(kind: str, ticket: Ticket) -> str:
    summary, stands = cut(escape(ticket.summary), ROW), QUEUE_STATES[ticket.state]
    return f"{words.LINKS.get(kind, kind)} *{ticket.number}* {summary} ({stands})"


def _like(like: Iterable[Solved], desk: Desk) -> str:
    return _rows(f"*{one.number}* {cut(escape(' '.join(one.asked.split())), ROW)} → {_done(one, desk)}" for one in like)


def _done(one: Solved, desk: Desk) -> str:
    return cut(escape(f"{desk.ended(one.code)}: {' '.join(one.resolution.split())}"), DONE)


def _rows(rows: Iterable[str]) -> str:
    return "\n".join(f"• {row}" for row in rows)


def _part(name: str, text: str) -> list[Block]:
    return [section(f"{name}\n{text}")] if text else []


def _moment(at: datetime | None) -> str:
    return moment(at, ZONE) if at else ""
