"""The modals. Pure: values in, views out; what a view must remember is in its private metadata."""

from collections.abc import Sequence

from bot.assistant.explaining import Explanation
from bot.slack import ids, texts
from bot.slack.blocks import (
    Block,
    context,
    date_input,
    divider,
    modal,
    pack,
    plain,
    section,
    select,
    text_input,
    tick,
)
from bot.slack.desk import modals as desk_modals
from bot.slack.mrkdwn import clip, escape, quoted
from handoff.desk import CatalogueItem, Desk, Procedure
from handoff.tickets import MAX_NOTE, Ticket
from kb.cookbook import Input

MOST_BLOCKS = 100  # of a view
MOST_OPTIONS = 100  # of a menu
WHY_SAID = 600  # characters of a message above its explanation


def step_input(run: int, seen: int, say: str, wanted: Input) -> Block:
    """The typed answer to a step."""
    field = date_input("answer", wanted.label) if wanted.type == "date" else (
        text_input("answer", wanted.label, most=wanted.max, hint=wanted.help)
    )
    return modal(
        ids.STEP_VIEW, wanted.label, texts.CONTINUE, [section(say), field], private=pack(run, seen),
        cancel=texts.CANCEL
    )


def goal(ticket: Ticket, question: str) -> Block:
    """What the requester is trying to get done."""
    field = text_input("goal", question, initial=ticket.goal, long=True, most=1_000)
    return modal(ids.GOAL_VIEW, texts.GOAL_TITLE, texts.SAVE, [field], private=str(ticket.id), cancel=texts.CANCEL)


def escalate(ticket: Ticket, desk: Desk, *, reason: str = "", note: str = "") -> Block:
    """How its queue does that, why, and what the next tier should know; of a vendor, which and what they promised."""
    how = desk.queue(ticket.queue).procedure
    blocks = [
        section(texts.ESCALATE_INTRO.format(number=ticket.number, tier=ticket.tier)),
        *(_procedure(how) if how else []),
        tick("reviewed", texts.ESCALATE_REVIEWED, texts.ESCALATE_READ_TICK if how else texts.ESCALATE_REVIEWED_TICK),
        select("reason", texts.ESCALATE_REASON, desk.escalation_reasons, initial=reason),
        *(desk_modals.vendor_blocks(desk, ticket) if desk_modals.to_vendor(ticket, desk) else []),
        text_input("note", texts.ESCALATE_NOTE, initial=note, long=True, most=MAX_NOTE, optional=True),
    ]
    private = pack(ticket.id, ticket.tier)
    return modal(ids.ESCALATE_VIEW, texts.ESCALATE_TITLE, texts.ESCALATE, blocks, private=private, cancel=texts.CANCEL)


def _procedure(how: Procedure) -> list[Block]:
    parts = {texts.ESCALATE_BEFORE: how.before, texts.ESCALATE_TO: how.to, texts.ESCALATE_FACTS: how.facts}
    return [section("\n".join((title, *(f"• {escape(line)}" for line in lines)))) for title, lines in parts.items()]


def resolve(
    ticket: Ticket, desk: Desk, *, code: str = "", note: str = "", documented: Sequence[Block] = ()
) -> Block:
    """How it ended, and what the requester is told; `documented` asks where the tiers below find it."""
    blocks = [
        section(f"*{ticket.number}* {escape(ticket.summary)}"),
        select("code", texts.RESOLVE_CODE, desk.resolution_codes, initial=code or next(iter(desk.resolution_codes))),
        text_input("note", texts.RESOLVE_NOTE, initial=note, long=True, most=MAX_NOTE, hint=texts.RESOLVE_HINT),
        *documented,
    ]
    return modal(
        ids.RESOLVE_VIEW, texts.RESOLVE_TITLE, texts.RESOLVE, blocks, private=pack(ticket.id, ticket.tier),
        cancel=texts.CANCEL,
    )


def correct(ticket: Ticket, categories: Sequence[str]) -> Block:
    """What the ticket is really about; it remembers what it was taken for when the modal was drawn."""
    blocks = [
        section(texts.CORRECT_INTRO.format(number=ticket.number)),
        select("kind", texts.CORRECT_KIND, texts.KINDS, initial=ticket.kind),
        select("category", texts.CORRECT_CATEGORY, _named(categories, ticket.category), initial=ticket.category),
        select("impact", texts.CORRECT_IMPACT, texts.LEVELS, initial=ticket.impact),
        select("urgency", texts.CORRECT_URGENCY, texts.LEVELS, initial=ticket.urgency),
    ]
    private = pack(ticket.id, ticket.kind, ticket.impact, ticket.urgency, ticket.category)
    return modal(ids.CORRECT_VIEW, texts.CORRECT_TITLE, texts.SAVE, blocks, private=private, cancel=texts.CANCEL)


def _named(categories: Sequence[str], own: str) -> dict[str, str]:
    """The options of a menu, the ticket's own one among them whatever has to be left out."""
    others = [category for category in categories if category != own][: MOST_OPTIONS - 1]
    return {category: category for category in sorted([own, *others])}


def form(item: CatalogueItem, channel: str, thread_ts: str) -> Block:
    """A form of the catalogue."""
    inputs = [
        date_input(f.name, f.label) if f.type == "date" else text_input(f.name, f.label, long=f.long, most=f.max)
        for f in item.fields
    ]
    private = pack(item.slug, channel, thread_ts)
    return modal(
        ids.FORM_VIEW, item.title, texts.SEND, [section(texts.FORM_INTRO), *inputs], private=private,
        cancel=texts.CANCEL
    )


def new_ticket(text: str, requester: str, place: str = "") -> Block:
    """A ticket from a message that somebody picked; `place` is its channel and ts."""
    field = text_input("text", texts.NEW_TICKET_TEXT, initial=text, long=True)
    blocks = [section(f"*Requester:* <@{requester}>"), field]
    return modal(
        ids.NEW_TICKET_VIEW, texts.NEW_TICKET_TITLE, texts.NEW_TICKET_TITLE, blocks, private=pack(requester, place),
        cancel=texts.CANCEL
    )


def ask() -> Block:
    """A question from anywhere."""
    field = text_input("text", texts.ASK_LABEL, long=True)
    return modal(ids.ASK_VIEW, texts.ASK_TITLE, texts.SEND, [field], cancel=texts.CANCEL)


def why(told: Sequence[Explanation]) -> Block:
    """Why messages were answered as they were; nothing to fill in."""
    blocks = [block for one in told for block in _explanation(one)]
    return {
        "type": "modal", "callback_id": ids.WHY, "title": plain(texts.WHY_TITLE, 24), "close": plain(texts.CLOSE, 24),
        "blocks": blocks[:MOST_BLOCKS],
    }  # fmt: skip


def _explanation(one: Explanation) -> list[Block]:
    parts = [section("\n".join((f"*{heading}*", *map(escape, lines)))) for heading, lines in one.parts]
    said = texts.WHY_FEEDBACK.get(one.feedback)
    return [section(quoted(escape(clip(one.said, WHY_SAID)))), *parts, *([context(said)] if said else []), divider()]
