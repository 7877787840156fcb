"""Looking for what to write on, or which run-book to read. Pure."""

from collections.abc import Mapping
from typing import Any

from bot.assistant.editorial.searching import FoundItem, FoundItems
from bot.slack import ids
from bot.slack import texts as shared
from bot.slack.blocks import Block, button, context, entered, modal, pack, section, text_input
from bot.slack.editors import texts
from bot.slack.editors.state import Item
from bot.slack.mrkdwn import escape

READ, WRITE = "read", "write"  # what is done with what is found


def view(what: str, found: FoundItems | None = None, words: str = "") -> Block:
    """The field to look with, and what was found; `what` is `READ` or `WRITE`."""
    label = texts.FIND_READ if what == READ else texts.FIND_LABEL
    field = text_input("words", label, initial=words, most=200, optional=True, hint=texts.FIND_HINT)
    rows = _rows(what, found) if found else []
    return modal(ids.EDITOR_FIND_VIEW, texts.FIND_TITLE, texts.FIND, [field, *rows], private=what, cancel=shared.CLOSE)


def words_of(shown: Mapping[str, Any]) -> str:
    """What is looked for."""
    return entered(shown)["words"]


def _rows(what: str, found: FoundItems) -> list[Block]:
    if not found.of: return [section(texts.FOUND_NONE)]
    rows = [section(_row(one), _open(what, one, place)) for place, one in enumerate(found.items)]
    return [*rows, context(texts.FOUND.format(shown=len(found.items), all=found.of))]


def _row(one: FoundItem) -> str:
    draft, new = [texts.FOUND_DRAFT] if one.drafted else [], [] if one.live else [texts.FOUND_NEW]
    return f"*{escape(one.title)}*\n{' · '.join([texts.KINDS[one.kind], *draft, *new])}"


def _open(what: str, one: FoundItem, place: int) -> Block:
    if what == READ: return button(texts.OPEN, f"{ids.RUNBOOK}_{place}", pack(one.slug, 0))
    return button(texts.OPEN, ids.EDITOR_OPEN, Item(kind=one.kind, slug=one.slug).value)
