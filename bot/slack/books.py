"""Run-books as modals: to read, to write. Pure."""

from collections.abc import Mapping

from bot.assistant.runbooks import Opened
from bot.slack import ids, texts
from bot.slack.blocks import Block, actions, button, context, header, modal, pack, plain, section, text_input
from bot.slack.mrkdwn import day, escape, from_markdown
from kb.articles import Passage
from kb.service import ArticleView

MOST_PASSAGES = 90  # of the 100 blocks of a view


def read(opened: Opened, ticket_id: int, link_base: str, noted: str = "") -> Block:
    """A whole run-book; `noted` is what was done with it a moment ago."""
    book = opened.book
    rest = [context(texts.RUNBOOK_REST)] if len(book.passages) > MOST_PASSAGES else []
    parts = [section(_marked(part, link_base)) for part in book.passages[:MOST_PASSAGES]]
    said = [section(f":white_check_mark: {noted}")] if noted else []
    buttons = _buttons(opened, ticket_id)[1 if noted else 0 :]  # what was said is said
    end = [*rest, *said, *([actions(*buttons)] if buttons else [])]
    return _plain_view([header(book.title), context(_about(book)), *parts, *end], pack(book.slug, ticket_id))


def gone(title: str) -> Block:
    """What is left of a run-book that was retired."""
    return _plain_view([section(texts.RUNBOOK_GONE.format(title=escape(title)))], "")


def form(values: Mapping[str, str], *, slug: str, revision: int) -> Block:
    """A run-book to be written or changed; `revision` is the one that was seen, 0 for a new one."""
    body = values.get("body", "") if revision else texts.RUNBOOK_START
    blocks = [
        text_input("title", texts.EDIT_FIELD_TITLE, initial=values.get("title", ""), most=150),
        text_input("category", texts.EDIT_FIELD_CATEGORY, initial=values.get("category", ""), most=40),
        text_input("body", texts.EDIT_FIELD_BODY, initial=body, long=True),
        text_input("aliases", texts.RUNBOOK_ALIASES, initial=values.get("aliases", ""), long=True, optional=True),
    ]
    title = texts.RUNBOOK_EDIT_TITLE if revision else texts.RUNBOOK_NEW_TITLE
    return modal(ids.RUNBOOK_FORM_VIEW, title, texts.SAVE, blocks, private=pack(slug, revision), cancel=texts.CANCEL)


def _plain_view(blocks: list[Block], private: str) -> Block:
    return {
        "type": "modal", "callback_id": ids.RUNBOOK_VIEW, "title": plain(texts.RUNBOOK_TITLE, 24),
        "close": plain(texts.CLOSE, 24), "private_metadata": private, "blocks": blocks,
    }  # fmt: skip


def _about(book: ArticleView) -> str:
    checked = texts.RUNBOOK_CHECKED.format(day=day(book.verified)) if book.verified else texts.RUNBOOK_UNCHECKED
    values = {"category": escape(book.category), "checked": checked, "revision": book.revision}
    return texts.RUNBOOK_ABOUT.format(**values)


def _marked(part: Passage, link_base: str) -> str:
    heading = f"*{escape(part.heading)}*\n" if part.heading else ""
    return heading + from_markdown(part.text, link_base)


def _buttons(opened: Opened, ticket_id: int) -> list[Block]:
    here = pack(opened.book.slug, ticket_id)
    no_help = button(texts.RUNBOOK_NO_HELP, ids.RUNBOOK_NO_HELP, here)
    if not opened.may_edit: return [no_help]
    sure = {
        "title": plain(texts.RUNBOOK_RETIRE_SURE), "text": plain(texts.RUNBOOK_RETIRE_WHAT),
        "confirm": plain(texts.RUNBOOK_RETIRE, 30), "deny": plain(texts.RUNBOOK_KEEP, 30), "style": "danger",
    }  # fmt: skip
    retire = button(texts.RUNBOOK_RETIRE, ids.RUNBOOK_RETIRE, here) | {"confirm": sure}
    return [no_help, button(texts.RUNBOOK_EDIT, ids.RUNBOOK_EDIT, here), retire]
