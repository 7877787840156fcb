"""Quoted articles, as every message shows them. Pure."""

from bot.question import Link, Quote
from bot.slack import texts
from bot.slack.mrkdwn import day, escape, from_markdown, quoted


def title(quote: Quote) -> str:
    """The article's linked title."""
    return f"*{link(Link(title=quote.title, url=quote.url))}*"


def words_of(quote: Quote, link_base: str) -> str:
    """The quoted passages under their headings, behind a quote bar."""
    parts = [f"**{heading}**\n{text}" if heading else text for heading, text in quote.parts]
    return quoted(from_markdown("\n\n".join(parts), link_base))


def checked(quote: Quote) -> str:
    """When somebody last checked the article, and whether it is time to do so again."""
    if not quote.verified: return texts.ANSWER_UNCHECKED_DUE if quote.due else texts.ANSWER_UNCHECKED
    return (texts.ANSWER_DUE if quote.due else texts.ANSWER_CHECKED).format(day=day(quote.verified))


def link(to: Link) -> str:
    """An article's title, linked if it has a page."""
    return f"<{to.url}|{escape(to.title)}>" if to.url else escape(to.title)
