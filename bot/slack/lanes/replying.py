"""The forms of a reply to the requester, its message, and the line about it in the staff's thread. Pure.

The text's block has a new name whenever a text is put into it: Slack keeps what stands in a block whose name it knows.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.assistant.desk.replying import Form, Line
from bot.slack import ids, texts
from bot.slack.blocks import (
    Block,
    Message,
    actions,
    box,
    button,
    chosen_in,
    context,
    divider,
    entered,
    menu,
    modal,
    pack,
    section,
    several,
    text_input,
)
from bot.slack.mrkdwn import SECTION, clip, escape, moment, quoted
from handoff.lanes import MOST_FILES, MOST_TEXT, Reply, ReplyState
from handoff.tickets import Ticket

MOST_OPTIONS = 100  # of a menu
TEXT, FILES, ASKS, CANNED = "text", "files", "asks", "canned"  # the names of the form's blocks
LINE = 1_200  # characters of a reply in the line about it
ADDRESS = re.compile(r"https?://(?:(?!&[lg]t;)[^\s|])+?(?=[.,;:!?)]*(?:\s|&[lg]t;|$))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What stands in the form; `round` is how often a text was put into it."""

    text: str = ""
    files: tuple[str, ...] = ()
    asks: bool = False
    round: int = 0
    warning: str = ""
    reopens: bool = False


def form(of: Form, filled: Filled) -> Block:
    """What to write, with what, and whether an answer is needed."""
    blocks = [context(goes_to(of.ticket))]
    if of.into: blocks.append(context(texts.REPLY_MERGED.format(number=of.ticket.number, into=of.into)))
    if filled.warning: blocks.append(section(filled.warning))
    if filled.reopens:
        again = texts.REPLY_REOPEN.format(number=of.ticket.number)
        blocks.append(actions(button(again, ids.REPLY_REOPEN, str(of.ticket.id), "primary")))
    canned = {one.slug: one.title for one in of.canned[:MOST_OPTIONS]}
    often = menu(ids.REPLY_CANNED, texts.REPLY_CANNED, canned)
    if canned: blocks.append(actions(often, name=f"{CANNED}_{filled.round}"))
    name = f"{TEXT}_{filled.round}"
    blocks.append(text_input(name, texts.REPLY_TEXT, initial=filled.text, long=True, most=MOST_TEXT))
    names = {file.id: file.name for file in of.files[:MOST_OPTIONS]}
    if names: blocks.append(several(FILES, texts.REPLY_FILES, names, most=MOST_FILES, chosen=filled.files))
    blocks.append(box(ASKS, texts.REPLY_ASKS, texts.REPLY_ASKS_TICK, ticked=filled.asks))
    return modal(
        ids.REPLY_VIEW, texts.REPLY_TITLE, texts.REPLY_PREVIEW, blocks, private=pack(of.ticket.id, filled.round),
        cancel=texts.CANCEL,
    )


def read(view: Mapping[str, Any], turn: int) -> Filled:
    """What stands in the form."""
    values = entered(view)
    return Filled(
        text=values.get(f"{TEXT}_{turn}", ""), files=chosen_in(view, FILES), asks=values.get(ASKS) == "yes", round=turn
    )


def with_canned(filled: Filled, text: str) -> Filled:
    """The form with a reply that is written often put into it, below what stands there."""
    both = f"{filled.text.rstrip()}\n\n{text}" if filled.text.strip() else text
    return Filled(text=both[:MOST_TEXT], files=filled.files, asks=filled.asks, round=filled.round + 1)


def preview(reply: Reply, ticket: Ticket, by: str, names: Sequence[str], *, turn: int, masked: bool) -> Block:
    """Exactly what the requester will see, who that is, and where."""
    notes = [texts.REPLY_WITH_FILES.format(files=_listed(names))] if names else []
    notes += [texts.REPLY_CLOCK] if reply.asks else []
    notes += [texts.REPLY_MASKED] if masked else []
    blocks = [
        context(goes_to(ticket)), divider(), *to_requester(reply, ticket, by).blocks, divider(),
        context(texts.REPLY_LOOK, *notes), actions(button(texts.REPLY_EDIT, ids.REPLY_EDIT, str(ticket.id))),
    ]  # fmt: skip
    return modal(
        ids.REPLY_SEND_VIEW, texts.REPLY_TITLE, texts.SEND, blocks, private=pack(ticket.id, turn + 1),
        cancel=texts.CANCEL,
    )


def goes_to(ticket: Ticket) -> str:
    """Who reads a reply, and who else can."""
    values = {"person": ticket.requester, "number": ticket.number, "channel": ticket.channel}
    private = not ticket.channel or ticket.channel.startswith("D")
    return (texts.REPLY_TO if private else texts.REPLY_TO_CHANNEL).format(**values)


def to_requester(reply: Reply, ticket: Ticket, by: str) -> Message:
    """What the requester gets; all of it, however long."""
    said = texts.REPLY_SAYS.format(by=escape(by), text=linked(reply.text))
    parts = [section(part) for part in pieces(said)]
    asked = [context(texts.REPLY_ASKED.format(number=ticket.number))] if reply.asks else []
    return Message(text=said, blocks=(*parts, *asked))


def line(shown: Line) -> Message:
    """What the staff see of it: who wrote what, whether it has gone out, and as long as it has not, a way back."""
    reply, ticket = shown.reply, shown.ticket
    why = texts.REPLY_LOST_WHY.get(shown.why, texts.REPLY_LOST_OTHER.format(code=escape(shown.why)))
    values = {"writer": reply.by, "by": shown.by, "person": ticket.requester, "when": moment(shown.at, "UTC")}
    text = f"{_HEADS[reply.state].format(**values, why=why)}\n{quoted(escape(clip(reply.text, LINE)))}"
    files = [context(texts.REPLY_WITH_FILES.format(files=_listed(shown.files)))] if shown.files else []
    back = [actions(button(texts.REPLY_BACK, ids.REPLY_BACK, str(reply.id), "danger"))]
    waits = reply.state is ReplyState.WAITING
    return Message(text=text, blocks=(section(text), *files, *(back if waits else [])))


def pieces(text: str) -> list[str]:
    """A text in parts that each fit into a section, cut between lines or words; no escaped character is cut in two."""
    parts = []
    while len(text) > SECTION:
        head = text[:SECTION]
        at = max(head.rfind("\n"), head.rfind(" "))
        if at <= 0: at = head.rfind("&", SECTION - 5)
        if at <= 0: at = SECTION
        parts.append(text[:at])
        text = text[at:].lstrip("\n ")
    return [*parts, text] if text else parts


def linked(text: str) -> str:
    """What somebody wrote, made harmless, with its addresses as links: what is verbatim has none by itself."""
    return ADDRESS.sub(r"<\g<0>>", escape(text))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{escape(name)}`" for name in names)


_HEADS = {
    ReplyState.WAITING: texts.REPLY_WAITS, ReplyState.WITHDRAWN: texts.REPLY_WITHDRAWN,
    ReplyState.SENDING: texts.REPLY_SENT, ReplyState.SENT: texts.REPLY_SENT, ReplyState.LOST: texts.REPLY_LOST,
}  # fmt: skip
