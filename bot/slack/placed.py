"""Who is placed best for a ticket, as its card tells it. Pure."""

from bot.slack import texts
from bot.slack.blocks import Block, section
from bot.slack.mrkdwn import clock, escape
from handoff.routing import Fit


def placed(fit: Fit | None) -> list[Block]:
    """A line that calls them once, when the card is posted: a card that changes where it stands notifies nobody."""
    if fit is None: return []
    counts = texts.PLACED_OPEN.get(fit.open, texts.PLACED_OPEN_MORE).format(count=fit.open)
    knows = escape(fit.knows) or texts.PLACED_KNOWS_ALL
    told = texts.PLACED.format(person=fit.person.id, knows=knows, open=counts, until=clock(fit.until.isoformat()))
    return [section(told)]
