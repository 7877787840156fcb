"""The forms of what staff do with a ticket. Pure: values in, views out.

A form's private metadata is the verb, the ticket, and what was seen when it was opened: who had it, which queue it was
in, or which other ticket was looked up.
"""

from collections.abc import Callable, Mapping, Sequence
from zoneinfo import ZoneInfo

from bot.slack import ids, texts
from bot.slack.blocks import (
    Block,
    date_input,
    modal,
    pack,
    person_input,
    section,
    select,
    text_input,
)
from bot.slack.desk import texts as words
from bot.slack.mrkdwn import escape
from bot.slack.render import queue_name
from handoff.corrections import Labels
from handoff.desk import Desk, Queue
from handoff.ladder import MAX_VENDOR
from handoff.routing import next_queue
from handoff.tickets import MAX_NOTE, Kind, Ticket

MOST_OPTIONS = 100  # of a menu
MAX_NUMBER = 40  # characters typed for a ticket's number
NUMBERS = {"link": "link_now", "merge": "merge_now"}  # what is asked once the other ticket was looked up


def title_of(ticket: Ticket) -> str:
    """A ticket in a line."""
    return words.ABOUT.format(number=ticket.number, priority=ticket.priority, summary=escape(ticket.summary))


def stands(ticket: Ticket) -> str:
    """How a ticket stands, in a line."""
    who = words.WITH.format(person=ticket.assignee) if ticket.assignee else words.NOBODY
    return words.STANDS.format(state=words.STATES[ticket.state], who=who, queue=escape(queue_name(ticket.queue)))


def _form(verb: str, ticket: Ticket, seen: object, *blocks: Block) -> Block:
    return modal(
        ids.DESK_VIEW, words.TITLES[verb], words.SUBMITS[verb], [section(title_of(ticket)), *blocks],
        private=pack(verb, ticket.id, seen), cancel=words.CANCEL,
    )


def _note(label: str = words.NOTE_NEXT, *, optional: bool = True) -> Block:
    return text_input("note", label, long=True, most=MAX_NOTE, optional=optional, hint=words.NOTE_HINT)


def take(ticket: Ticket) -> Block:
    """Whether to take it from whoever has it."""
    return _form("take", ticket, ticket.assignee, section(words.TAKE.format(person=ticket.assignee)))


def hand_back(ticket: Ticket) -> Block:
    """What the next one should know."""
    return _form("hand_back", ticket, "", _note())


def assign(ticket: Ticket) -> Block:
    """To whom; who may is checked when it is sent."""
    return _form("assign", ticket, ticket.assignee, person_input("to", words.ASSIGN_TO), _note())


def move(ticket: Ticket, queues: Sequence[Queue]) -> Block:
    """To which of some queues."""
    names = {queue.name: queue_name(queue.name) for queue in queues[:MOST_OPTIONS]}
    return _form("move", ticket, ticket.queue, select("queue", words.MOVE_TO, names), _note())


def hold(ticket: Ticket) -> Block:
    """Until when, and why."""
    why = text_input("note", words.HOLD_WHY, long=True, most=MAX_NOTE, hint=words.REQUESTER_READS)
    return _form("hold", ticket, "", date_input("until", words.HOLD_UNTIL), why)


def review(ticket: Ticket) -> Block:
    """What is to be decided."""
    return _form("review", ticket, "", _note(words.REVIEW_WHAT, optional=False))


def vendor_news(ticket: Ticket, desk: Desk) -> Block:
    """What is known of the vendor's case, to be changed."""
    return _form("vendor_news", ticket, "", *vendor_blocks(desk, ticket))


def vendor_done(ticket: Ticket) -> Block:
    """What they answered."""
    return _form("vendor_done", ticket, "", _note(words.VENDOR_SAID))


def link(ticket: Ticket) -> Block:
    """Which other ticket it has to do with."""
    return _form("link", ticket, "", _number())


def merge(ticket: Ticket) -> Block:
    """Which other ticket it goes on as."""
    return _form("merge", ticket, "", _number())


def _number() -> Block:
    return text_input("number", words.OTHER_NUMBER, most=MAX_NUMBER, hint=words.OTHER_HINT)


def sure(verb: str, ticket: Ticket, other: Ticket) -> Block:
    """Whether it is that other ticket: for `link_now` and `merge_now`."""
    asked = words.LINK_SURE if verb == "link_now" else words.MERGE_SURE_HERE
    return _form(verb, ticket, other.number, section(asked.format(other=title_of(other))))


def split(ticket: Ticket) -> Block:
    """What the second one is about."""
    about = text_input("text", words.SPLIT_TEXT, long=True, most=MAX_NOTE, hint=words.SPLIT_HINT)
    return _form("split", ticket, "", about)


PLAIN: Mapping[str, Callable[[Ticket], Block]] = {
    "hand_back": hand_back, "assign": assign, "hold": hold, "review": review, "vendor_done": vendor_done,
    "link": link, "merge": merge, "split": split,
}  # fmt: skip  # what takes no more than the ticket


# -- a vendor ------------------------------------------------------------------------------------------------------


def to_vendor(ticket: Ticket, desk: Desk) -> bool:
    """Whether the next tier is a vendor's."""
    up = next_queue(desk, ticket.tier, ticket.category)
    return up is not None and up.watch


def vendor_blocks(desk: Desk, ticket: Ticket) -> list[Block]:
    """Which vendor, their number, and when they promised it; with what is known of it already."""
    known = {vendor.name: vendor.name for vendor in desk.vendors[:MOST_OPTIONS]}
    other = "" if ticket.vendor in known else ticket.vendor
    chosen = [select("vendor", words.VENDOR, known, initial=ticket.vendor, optional=True)] if known else []
    label = words.VENDOR_OTHER if known else words.VENDOR
    return [
        *chosen,
        text_input("vendor_other", label, initial=other, most=MAX_VENDOR, optional=True),
        text_input(
            "vendor_number", words.VENDOR_NUMBER, initial=ticket.vendor_number, most=MAX_VENDOR, optional=True
        ),
        date_input(
            "vendor_promised", words.VENDOR_PROMISED, initial=promised_day(desk, ticket), optional=True,
            hint=words.VENDOR_HINT,
        ),
    ]


def promised_day(desk: Desk, ticket: Ticket) -> str:
    """The day for which a vendor promised a ticket, as its queue's people count days; empty where there is none."""
    if ticket.vendor_promised is None: return ""
    zone = ZoneInfo(desk.hours[desk.queue(ticket.queue).hours].time_zone)
    return ticket.vendor_promised.astimezone(zone).date().isoformat()


# -- a new ticket --------------------------------------------------------------------------------------------------


def reading() -> Block:
    """What stands there while a message is being read."""
    return {
        "type": "modal", "title": {"type": "plain_text", "text": words.NEW_TITLE},
        "close": {"type": "plain_text", "text": words.CANCEL}, "blocks": [section(words.NEW_READING)],
    }  # fmt: skip


def new_ticket(
    text: str, requester: str, guess: Labels, categories: Sequence[str], tiers: Mapping[int, str], place: str = ""
) -> Block:
    """A ticket that staff open; `place` is the channel and ts of the message that it comes from."""
    others = [name for name in categories if name != guess.category]
    names = [*filter(None, [guess.category]), *others][:MOST_OPTIONS]
    starts = {"0": words.NEW_USUAL}
    starts |= {str(tier): words.NEW_TIER_NAME.format(tier=tier, name=name) for tier, name in tiers.items()}
    blocks = [
        person_input("requester", words.NEW_FOR, initial=requester),
        text_input("text", words.NEW_TEXT, initial=text, long=True, hint=words.NEW_TEXT_HINT),
        select("kind", texts.CORRECT_KIND, texts.KINDS, initial=guess.kind),
        select("category", texts.CORRECT_CATEGORY, {name: name for name in sorted(names)}, initial=guess.category),
        select("impact", texts.CORRECT_IMPACT, texts.LEVELS, initial=guess.impact),
        select("urgency", texts.CORRECT_URGENCY, texts.LEVELS, initial=guess.urgency),
        select("tier", words.NEW_TIER, starts, initial="0"),
    ]
    return modal(
        ids.STAFF_TICKET_VIEW, words.NEW_TITLE, words.NEW_OPEN, blocks, private=place, cancel=words.CANCEL
    )


NO_GUESS = Labels(kind=Kind.INCIDENT, category="", impact="low", urgency="medium")  # where there is no text to read
