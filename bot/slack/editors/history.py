"""The revisions of an item, and what each of them changed. Pure."""

from collections.abc import Sequence

from bot.assistant.editorial.made import in_order
from bot.slack import ids
from bot.slack import texts as shared
from bot.slack.blocks import Block, actions, button, context, header, plain, section
from bot.slack.editors import preview, texts
from bot.slack.editors.changes import lines
from bot.slack.editors.state import Item
from bot.slack.editors.who import by
from bot.slack.mrkdwn import cut, escape, moment, quoted
from kb.history import Revision

MOST = 90  # of the 100 blocks of a view
NOTE = 300  # characters


def view(kind: str, slug: str, revisions: Sequence[Revision], live: int) -> Block:
    """Every revision, newest first; `live` is the published one."""
    rows = [section(_row(one, live), _look(kind, slug, one)) for one in revisions[:MOST]]
    more = [context(texts.REVISIONS_MORE)] if len(revisions) > MOST else []
    return _modal([*rows, *more, actions(_back(kind, slug))])


def changed(kind: str, slug: str, one: Revision, before: Revision | None, live: int) -> Block:
    """What a revision changed; the way back to it, unless it is what is published."""
    head = [header(texts.CHANGED.format(number=one.number)), section(_row(one, live))]
    found = lines(*(in_order(kind, slug, text.source) for text in (before, one))) if before else []
    none = texts.CHANGED_NOTHING if before else texts.CHANGED_FIRST
    text = preview.clipped(preview.code("\n".join(found) if found else one.source), MOST)
    back = button(texts.GO_BACK, ids.EDITOR_ROLLBACK, f"{Item(kind=kind, slug=slug, seen=live).value}|{one.number}")
    row = [*([] if one.number == live else [back]), _back(kind, slug)]
    return _modal([*head, actions(*row), *([] if found else [context(none)]), *text])


def _back(kind: str, slug: str) -> Block:
    return button(texts.BACK, ids.EDITOR_SHEET, Item(kind=kind, slug=slug).value)


def _modal(blocks: list[Block]) -> Block:
    return {
        "type": "modal", "title": plain(texts.HISTORY_TITLE, 24), "close": plain(shared.CLOSE, 24), "blocks": blocks,
    }  # fmt: skip


def _row(one: Revision, live: int) -> str:
    row = texts.REVISION.format(number=one.number, by=by(one.saved_by), at=moment(one.saved_at, "UTC"))
    now = f" · {texts.REVISION_NOW}" if one.number == live else ""
    note = f"\n{quoted(cut(escape(one.note), NOTE))}" if one.note else ""
    return f"{row}{now}\n*{escape(one.title)}*{note}"


def _look(kind: str, slug: str, one: Revision) -> Block:
    return button(texts.REVISION_LOOK, ids.EDITOR_REVISION, Item(kind=kind, slug=slug, seen=one.number).value)
