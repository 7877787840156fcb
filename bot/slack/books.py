"""Run-books as modals, to read. Pure."""

from bot.assistant.runbooks import Opened
from bot.slack import ids, texts
from bot.slack.blocks import Block, actions, button, context, header, pack, plain, section
from bot.slack.editors import preview
from bot.slack.editors.state import Item
from bot.slack.mrkdwn import day, escape
from kb.articles import RUNBOOK
from kb.service import ArticleView

MOST_BLOCKS = 90  # of text, of the 100 of a view


def read(opened: Opened, ticket_id: int, link_base: str, noted: str = "") -> Block:
    """A whole run-book; `noted` is what was done with it a moment ago."""
    book = opened.book
    parts = preview.read(book.passages, link_base)
    said = [section(f":white_check_mark: {noted}")] if noted else []
    buttons = _buttons(opened, ticket_id)[1 if noted else 0 :]  # what was said is said
    end = [*said, *([actions(*buttons)] if buttons else [])]
    head = [header(book.title), context(_about(book))]
    return _plain_view([*head, *preview.clipped(parts, MOST_BLOCKS), *end], pack(book.slug, ticket_id))


def _plain_view(blocks: list[Block], private: str) -> Block:
    return {
        "type": "modal", "callback_id": ids.RUNBOOK_VIEW, "title": plain(texts.RUNBOOK_TITLE, 24),
        "close": plain(texts.CLOSE, 24), "private_metadata": private, "blocks": blocks,
    }  # fmt: skip


def _about(book: ArticleView) -> str:
    checked = texts.RUNBOOK_CHECKED.format(day=day(book.verified)) if book.verified else texts.RUNBOOK_UNCHECKED
    values = {"category": escape(book.category), "checked": checked, "revision": book.revision}
    return texts.RUNBOOK_ABOUT.format(**values)


def _buttons(opened: Opened, ticket_id: int) -> list[Block]:
    here = pack(opened.book.slug, ticket_id)
    no_help = button(texts.RUNBOOK_NO_HELP, ids.RUNBOOK_NO_HELP, here)
    if not opened.may_edit: return [no_help]
    edit = button(texts.RUNBOOK_EDIT, ids.EDITOR_OPEN, Item(kind=RUNBOOK, slug=opened.book.slug).value)
    return [no_help, edit]
