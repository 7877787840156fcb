"""What waits in the queues, as staff see it in their Home tab and in searches. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.assistant.finding import FoundTickets
from bot.question import At, QueueView
from bot.slack import after_texts as texts
from bot.slack import ids
from bot.slack.blocks import Block, actions, button, context, header, pack, section
from bot.slack.mrkdwn import clip, escape
from bot.slack.naming import queue_name, span
from handoff.finding import Page, Show
from handoff.tickets import Ticket

Links = Callable[[str, str], str]  # the address of a message, from its channel and ts; empty where it is not known
MAX_VALUE = 40  # characters of a place in the Home tab
SUMMARY = 120  # characters of a ticket's summary in a list


def queues(view: QueueView, at: At, links: Links) -> list[Block]:
    """Counts, kinds of look, and a page of tickets with what falls due first on top."""
    rows = [
        section(row(one, view.now, link_of(one, view.cards, links)), _claim(one, view)) for one in view.page.tickets
    ]
    shows = [_show(show, view, at) for show in Show]
    return [
        header(texts.HOME_QUEUE), *_counts(view.queues), actions(*shows),
        *(rows or [section(texts.HOME_QUEUE_NONE)]), *pages(view.page, "queue", at),
    ]  # fmt: skip


def row(ticket: Ticket, now: datetime, link: str) -> str:
    """One ticket in two lines: number, priority, clock, queue, who has it; and what it is about."""
    number = f"<{link}|{ticket.number}>" if link else ticket.number
    who = f"<@{ticket.assignee}>" if ticket.assignee else texts.HOME_NOBODY
    state, queue = texts.QUEUE_STATES[ticket.state], escape(queue_name(ticket.queue))
    facts = [f"*{number}* {ticket.priority}", *([clock(ticket, now)] if ticket.open else []), state, queue, who]
    return f"{' · '.join(facts)}\n{escape(clip(ticket.summary, SUMMARY))}"


def clock(ticket: Ticket, now: datetime) -> str:
    """What a ticket's clock shows: what falls due next and in how long, how late it is, or that it stands."""
    if ticket.paused_at: return texts.QUEUE_PAUSED
    answered = ticket.responded_at is not None
    due = ticket.resolution_due if answered else ticket.response_due
    words = texts.QUEUE_LATE if due < now else texts.QUEUE_DUE if answered else texts.QUEUE_ANSWER
    return words.format(span=span(due - now))


def link_of(ticket: Ticket, cards: Mapping[int, tuple[str, str]], links: Links) -> str:
    """The address of a ticket's card, where it has one."""
    return links(*cards[ticket.id]) if ticket.id in cards else ""


def tickets_found(found: FoundTickets, text: str, *, staff: bool, links: Links) -> str:
    """What a search for `text` brought up, a line or two each."""
    what, page = texts.FOUND_WHAT.format(text=escape(clip(text, 200))), found.page
    if not page.tickets: return (texts.FOUND_NONE if staff else texts.FOUND_NONE_OWN).format(what=what)
    rows = [f"• {row(one, found.now, link_of(one, found.cards, links))}" for one in page.tickets]
    if page.more: rows.append(texts.FOUND_MORE.format(count=page.more))
    return texts.FOUND.format(what=what, count=page.total, rows="\n".join(rows))


def pages(page: Page, name: str, at: At) -> list[Block]:
    """Which of how many these are, and the ways to the others; nothing where these are all."""
    if not page.first and not page.more: return []
    size = len(page.tickets)
    ways = [
        button(words, f"{ids.HOME_GO}_{name}_{way}", go(_moved(at, name, first)))
        for words, way, first, there in (
            (texts.HOME_NEWER, "newer", page.first - page.size, page.first > 0),
            (texts.HOME_OLDER, "older", page.first + size, page.more > 0),
        ) if there
    ]  # fmt: skip
    span_ = texts.HOME_RANGE.format(first=page.first + 1, last=page.first + size, total=page.total)
    more = [texts.HOME_MORE.format(count=page.more)] if page.more else []
    return [context(" · ".join([span_, *more])), actions(*ways)]


def go(at: At) -> str:
    """A place in the Home tab as the value of a button."""
    return pack(at.own, at.show.value, at.queue)


def came_from(value: str) -> At:
    """The place that a button's value names; the first page where it names none."""
    own, _, rest = value.partition("|")
    show, _, queue = rest.partition("|")
    if not (own.isdecimal() and queue.isdecimal() and show in set(Show)) or len(value) > MAX_VALUE: return At()
    return At(own=int(own), show=Show(show), queue=int(queue))


def _counts(counted: Mapping[str, int]) -> list[Block]:
    rows = [f"{escape(queue_name(name))} *{count}*" for name, count in sorted(counted.items())]
    return [context(texts.HOME_QUEUES.format(rows=" · ".join(rows)))] if rows else []


def _show(show: Show, view: QueueView, at: At) -> Block:
    words = f"{texts.HOME_SHOW[show]} {view.shows.get(show, 0)}"
    style = "primary" if show is at.show else ""
    return button(words, f"{ids.HOME_GO}_show_{show}", go(At(own=at.own, show=show)), style)


def _claim(ticket: Ticket, view: QueueView) -> Block | None:
    return button(texts.HOME_CLAIM, ids.HOME_CLAIM, str(ticket.id)) if ticket.id in view.claimable else None


def _moved(at: At, name: str, first: int) -> At:
    if name == "own": return At(own=max(0, first), show=at.show, queue=at.queue)
    return At(own=at.own, show=at.show, queue=max(0, first))

