"""What a resolved ticket leaves behind: where its fix is written down. Pure."""

from collections.abc import Mapping

from bot.slack import desk_texts as words
from bot.slack.blocks import Block, select, text_input
from handoff.desk import Desk
from handoff.ending import DOCUMENTED_FROM, MAX_DOCUMENTED
from handoff.tickets import Ticket


def documented_blocks(ticket: Ticket, desk: Desk) -> list[Block]:
    """What the form that resolves a ticket asks beside how it ended; nothing below tier 3."""
    tier = desk.queue(ticket.queue).tier
    if max(tier, ticket.tier) < DOCUMENTED_FROM: return []
    return [
        select("documented", words.DOCUMENTED, words.DOCUMENTED_AS),
        text_input("documented_what", words.DOCUMENTED_WHAT, most=MAX_DOCUMENTED - 10, hint=words.DOCUMENTED_HINT),
    ]


def documented(values: Mapping[str, str]) -> str:
    """What was entered there, as `handoff.ending.resolve` takes it; empty where it was not asked."""
    kind, what = values.get("documented", ""), values.get("documented_what", "")
    return f"{kind}:{what}" if kind else ""
