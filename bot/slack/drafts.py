"""Drafts of recipes as modals. Pure."""

from bot.slack import ids, texts
from bot.slack.blocks import Block, actions, button, context, modal, pack, plain, section, text_input
from bot.slack.mrkdwn import escape
from kb.drafts import Kept


def new(slug: str, source: str, number: str) -> Block:
    """What a resolved ticket was turned into, to be gone over and kept."""
    blocks = [section(texts.DRAFT_INTRO.format(number=number)), *_fields(slug, source)]
    return _form(blocks, pack("", 0))


def known(kept: Kept, *, may_publish: bool, problem: str = "") -> Block:
    """A draft to go on with; `problem` is why it could not be published."""
    publish = button(texts.DRAFT_PUBLISH, ids.DRAFT_PUBLISH, kept.slug)
    wrong = [section(f":warning: {escape(problem)}")] if problem else []
    field = text_input("source", texts.DRAFT_TEXT, initial=kept.source, long=True)
    blocks = [section(texts.DRAFT_AGAIN), *wrong, field]
    if may_publish: blocks.append(actions(publish))
    return _form(blocks, pack(kept.slug, kept.version))


def published(title: str) -> Block:
    """What is left to say of a draft that was published."""
    return {
        "type": "modal", "callback_id": ids.DRAFT_VIEW, "title": plain(texts.DRAFT_TITLE, 24),
        "close": plain(texts.CLOSE, 24), "blocks": [context(texts.DRAFT_PUBLISHED.format(title=escape(title)))],
    }  # fmt: skip


def _form(blocks: list[Block], private: str) -> Block:
    return modal(ids.DRAFT_VIEW, texts.DRAFT_TITLE, texts.SAVE, blocks, private=private, cancel=texts.CANCEL)


def _fields(slug: str, source: str) -> list[Block]:
    return [
        text_input("slug", texts.DRAFT_NAME, initial=slug, most=100),
        text_input("source", texts.DRAFT_TEXT, initial=source, long=True),
    ]
