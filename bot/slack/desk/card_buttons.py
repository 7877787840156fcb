"""What can be done from a ticket's card: only what fits its state. Pure."""

from collections.abc import Sequence

from bot.assistant.showing import View
from bot.slack import ids, texts
from bot.slack.blocks import Block, actions, button, menu, pack, section
from bot.slack.desk import card_texts as words
from bot.slack.editors import texts as editors
from core.events import Event
from handoff.desk import Desk
from handoff.states import State
from handoff.suggesting import suggested
from handoff.ticket import Ticket

# What the menu offers, by state; who may do it is checked when it is done.
_BELONGS = ("correct", "link", "merge", "split")
_GIVES = ("assign", "move")
_OWNED = ("take", "hand_back")
_UNTAKEN = (*_GIVES, "hold", "review", *_BELONGS, "why")
VERBS: dict[State, tuple[str, ...]] = {
    State.NEW: _UNTAKEN, State.ESCALATED: _UNTAKEN, State.REOPENED: _UNTAKEN,
    State.CLAIMED: (*_OWNED, *_GIVES, "hold", "review", *_BELONGS, "why"),
    State.WAITING: ("resume", *_OWNED, *_GIVES, "hold", "review", *_BELONGS, "why"),
    State.HELD: ("resume", *_OWNED, *_GIVES, "review", *_BELONGS, "why"),
    State.VENDOR: ("vendor_news", "vendor_done", "take", "assign", *_BELONGS, "why"),
    State.RESOLVED: ("reopen", "link", "why"), State.CLOSED: ("reopen", "link", "why"),
}  # fmt: skip


def row(view: View, desk: Desk) -> list[Block]:
    """The buttons, and the menu of everything that is done less often."""
    ticket = view.ticket
    offered = {pack(verb, ticket.id): words.VERBS[verb] for verb in VERBS[ticket.state] if _fits(verb, ticket, desk)}
    more = [menu(ids.MORE, words.MORE, offered)] if offered else []
    name = pack("row", ticket.id, ticket.version)  # a new one for each drawing, or Slack keeps what was chosen
    return [actions(*elements, name=name)] if (elements := [*_main(view), *more]) else []


def _main(view: View) -> list[Block]:
    ticket, here = view.ticket, str(view.ticket.id)
    reply = button(words.REPLY, ids.REPLY, here)
    if ticket.merged_into:  # its requester can still be written to while the other one is open
        return [reply] if any(one.id == ticket.merged_into and one.open for _, one in view.linked) else []
    if not ticket.open: return _drafts(here)
    claim = [button(label, ids.CLAIM, here, "primary")] if (label := _claim(ticket)) else []
    up = [button(texts.ESCALATE, ids.ESCALATE, pack(ticket.id, ticket.tier))] if view.up else []
    return [*claim, reply, button(texts.RESOLVE, ids.RESOLVE, here), *up]


def _drafts(here: str) -> list[Block]:
    """What a fix can become, for others to find."""
    return [button(texts.DRAFT, ids.DRAFT_RECIPE, here), button(editors.MAKE_ARTICLE, ids.DRAFT_ARTICLE, here)]


def _claim(ticket: Ticket) -> str:
    """How one begins: by taking it, or where one was given it, by saying so."""
    if ticket.untaken: return texts.CLAIM
    return words.BEGIN if ticket.state is State.CLAIMED and ticket.responded_at is None else ""


def _fits(verb: str, ticket: Ticket, desk: Desk) -> bool:
    """Whether a verb of the state means something for this ticket."""
    match verb:
        case "why": return ticket.conversation_id is not None
        case "reopen": return ticket.merged_into is None
        case "review": return desk.review_queue() is not None and not desk.queue(ticket.queue).review
        case "take" | "hand_back": return bool(ticket.assignee)
        case _: return True


def runbooks(ticket: Ticket, history: Sequence[Event]) -> list[Block]:
    """Buttons that open what may be for this ticket, as long as it is open."""
    said = any(_chose(event, ticket.category) for event in history)
    books = suggested(ticket.brief.runbooks, ticket.category, said=said) if ticket.open else ()
    if not books: return []
    rows = [button(one.title, f"{ids.RUNBOOK}_{n}", pack(one.slug, ticket.id)) for n, one in enumerate(books)]
    return [section(words.CARD_RUNBOOKS), actions(*rows)]


def _chose(event: Event, category: str) -> bool:
    """Whether staff made this category of another one."""
    if event.kind != "ticket.corrected": return False
    return bool(event.data["before"]["category"] != event.data["after"]["category"] == category)
