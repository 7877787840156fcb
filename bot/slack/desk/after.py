"""After the work: the end of a ticket as its requester is told, and where its fix is written down. Pure."""

from collections.abc import Mapping

from bot.slack import ids
from bot.slack.blocks import Block, Message, actions, button, modal, pack, section, select, text_input
from bot.slack.desk import after_texts as texts
from bot.slack.editors.state import Item
from bot.slack.mrkdwn import clip, cut, escape, moment
from bot.standing import Ended
from core.errors import BadInput
from handoff.desk import Desk
from handoff.ending import DOCUMENTED_FROM, NO_ANSWER
from handoff.tickets import State, Ticket

KINDS = frozenset({"resolved", "closed"})  # changes that are told here
NOTE = 2_000  # characters of what was done
MAX_COMMENT = 1_000
MAX_REASON = 180  # characters; with its mark it fits into what is kept of it
LOW = 2  # a rating up to this one is a complaint
MOST_FOUND = 12  # articles and recipes of a ticket to choose from
DRAFT, KNOWN, NO = "draft", "known", "no"
RECIPE, ARTICLE = "recipe", "article"


class NotWritten(BadInput):
    """The name or the reason that goes with a choice is missing."""


# -- the end, as its requester is told -----------------------------------------------------------------------------


def notice(ended: Ended, what: str, by: str, note: str, tz: str) -> Message:
    """Word of a ticket's end; `what` is one of `KINDS`, `by` the name of who resolved it, `note` what they wrote."""
    return resolved(ended, by, note, tz) if what == "resolved" else closed(ended, note, tz)


def resolved(ended: Ended, by: str, note: str, tz: str) -> Message:
    """What was done and by whom, whether it works, and until when one can say that it does not."""
    ticket = ended.ticket
    values = {"by": escape(by) or texts.SOMEBODY, "number": ticket.number, "own": ended.heard_as}
    values["note"] = escape(clip(note, NOTE))
    text = _resolved(ended).format(**values)
    if ticket.state is not State.RESOLVED: return _said(text)  # it went on while this was on its way
    return Message(text=text, blocks=(section("\n".join((text, *_asks(ended, tz)))), *_answers(ended)))


def _resolved(ended: Ended) -> str:
    if ended.heard_as: return texts.RESOLVED_MERGED
    return texts.RESOLVED_UNANSWERED if ended.ticket.resolution_code == NO_ANSWER else texts.RESOLVED


def _asks(ended: Ended, tz: str) -> list[str]:
    until = moment(ended.reopens_until, tz) if ended.reopens_until else ""
    if ended.heard_as: return [texts.RESOLVED_REOPENS.format(until=until)] if ended.may_reopen else []
    if not ended.closes_at: return [texts.RESOLVED_ASKS]
    closes = texts.RESOLVED_CLOSES.format(closes=moment(ended.closes_at, tz), until=until)
    return [f"*{texts.RESOLVED_ASKS}* {closes}"]


def _answers(ended: Ended) -> list[Block]:
    works = [] if ended.heard_as else [button(texts.WORKS, ids.CONFIRM, str(ended.ticket.id), "primary")]
    row = [*works, *_reopen(ended)]
    return [actions(*row)] if row else []


def closed(ended: Ended, note: str, tz: str) -> Message:
    """That it is over, in a line; and once the question how it went. `note` names the ticket that it goes on as."""
    ticket = ended.ticket
    if ended.heard_as: return _said(texts.CLOSED_MERGED.format(number=ticket.number, own=ended.heard_as))
    if ticket.closed_how == "merged": return _said(texts.MERGED.format(number=ticket.number, into=escape(note)))
    text = _over(ended, tz)
    if not ended.asks: return Message(text=text, blocks=(section(text), *_row(_reopen(ended))))
    asks = [section(texts.RATE_ASKS), actions(*_ratings(ticket)), *_row(_reopen(ended))]
    return Message(text=text, blocks=(section(text), *asks))


def _over(ended: Ended, tz: str) -> str:
    if ended.ticket.closed_how != "assumed": return texts.CONFIRMED.format(number=ended.ticket.number)
    until = moment(ended.reopens_until, tz) if ended.reopens_until else ""
    return texts.ASSUMED.format(number=ended.ticket.number, until=until)


def _ratings(ticket: Ticket) -> list[Block]:
    return [button(words, f"{ids.RATE}_{n}", str(ticket.id)) for n, words in texts.RATINGS.items()]


def _reopen(ended: Ended) -> list[Block]:
    return [button(texts.NOT_FIXED, ids.REOPEN, str(ended.ticket.id))] if ended.may_reopen else []


def _row(buttons: list[Block]) -> list[Block]:
    return [actions(*buttons)] if buttons else []


def rated(ended: Ended) -> Message:
    """Thanks for a rating; room for a word on why, and after a bad one the way back."""
    ticket, rating = ended.ticket, ended.ticket.rating or 0
    low = rating <= LOW
    words = texts.RATED_LOW if low and not ticket.rating_note else texts.RATED
    text = words.format(number=ticket.number, rating=texts.RATINGS.get(rating, rating))
    if ticket.rating_note: text = f"{text} {texts.COMMENT_KEPT}"
    why = [] if ticket.rating_note else [button(texts.COMMENT, ids.COMMENT, str(ticket.id))]
    return Message(text=text, blocks=(section(text), *_row([*why, *(_reopen(ended) if low else [])])))


def comment(ticket: Ticket, channel: str, ts: str) -> Block:
    """Why somebody rated it so; it remembers the message to draw anew."""
    field = text_input("note", texts.COMMENT_LABEL, long=True, most=MAX_COMMENT, hint=texts.COMMENT_HINT)
    private = pack(ticket.id, channel, ts)
    return modal(ids.COMMENT_VIEW, texts.COMMENT_TITLE, "Send", [field], private=private)


def present(ended: Ended, by: str, state: str, tz: str) -> Message:
    """What a message about the end of a ticket shows now; `state` says how an open one stands."""
    ticket = ended.ticket
    match ticket.state:
        case State.RESOLVED: return resolved(ended, by, ticket.resolution, tz)
        case State.CLOSED if ticket.rating is not None and not ended.heard_as: return rated(ended)
        case State.CLOSED: return closed(ended, ticket.resolution, tz)
        case State.REOPENED: return _said(texts.REOPENED.format(number=ticket.number))
        case _: return _said(texts.NOW.format(number=ticket.number, state=state))


def _said(text: str) -> Message:
    return Message(text=text, blocks=(section(text),))


# -- written down for tiers 1 and 2 --------------------------------------------------------------------------------


def documented_blocks(ticket: Ticket, desk: Desk) -> list[Block]:
    """The part of the form of a resolution that asks where the fix is written down; empty below tier 3."""
    del desk
    if ticket.tier < DOCUMENTED_FROM: return []
    found = {f"{kind}:{slug}": texts.DOCUMENTED_FOUND.format(title=title) for kind, slug, title in _found(ticket)}
    options = {
        f"{DRAFT}:{RECIPE}": texts.DOCUMENTED_RECIPE, f"{DRAFT}:{ARTICLE}": texts.DOCUMENTED_ARTICLE, **found,
        KNOWN: texts.DOCUMENTED_KNOWN, NO: texts.DOCUMENTED_NO,
    }  # fmt: skip
    note = text_input(
        "documented_note", texts.DOCUMENTED_NOTE, most=MAX_REASON, optional=True, hint=texts.DOCUMENTED_HINT
    )
    return [select("documented", texts.DOCUMENTED, options), note]


def documented(values: Mapping[str, str]) -> str:
    """What was chosen there: `draft:recipe`, `draft:article`, `recipe:slug` and the like, `known:slug`, `no:reason`.

    Empty where nothing was asked; `bot.assistant.documenting` checks it and says what is kept.

    Raises:
        NotWritten: the name or the reason is missing.
    """
    chosen, note = values.get("documented", ""), values.get("documented_note", "").strip()
    if chosen == KNOWN:
        if not note: raise NotWritten("Please write the name of the article, recipe or run-book that tells it.")
        return f"{KNOWN}:{note}"
    if chosen == NO:
        if not note: raise NotWritten("Please write why it is of no use to tiers 1 and 2.")
        return f"{NO}:{note}"
    return chosen


def _found(ticket: Ticket) -> list[tuple[str, str, str]]:
    """Kind, name and title of what search brought up for a ticket, each once."""
    rows = [(one.kind, one.slug, one.title) for one in ticket.brief.found if one.slug]
    rows += [("runbook", one.slug, one.title) for one in ticket.brief.runbooks]
    short = [row for row in rows if len(f"{row[0]}:{row[1]}") <= MAX_REASON]
    return list(dict.fromkeys(short))[:MOST_FOUND]


def drafted(ticket: Ticket, kind: str, slug: str, title: str) -> Message:
    """For staff: a draft was made of the fix; the button opens it."""
    values = {"kind": texts.DRAFTED_KINDS.get(kind, kind), "title": escape(title), "number": ticket.number}
    text = cut(texts.DRAFTED.format(**values), 2_900)
    open_it = button(texts.DRAFT_OPEN, ids.EDITOR_OPEN, Item(kind=kind, slug=slug).value)
    return Message(text=text, blocks=(section(text), actions(open_it)))
