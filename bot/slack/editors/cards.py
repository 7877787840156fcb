"""A draft that waits, in the editors' channel; and word of it to whoever wrote it. Pure."""

from bot.slack import ids
from bot.slack.blocks import Block, Message, actions, button, section
from bot.slack.editors import preview, texts
from bot.slack.editors.changes import counts, lines
from bot.slack.editors.state import Item
from bot.slack.editors.who import by as named
from bot.slack.mrkdwn import cut, escape, quoted

NOTE = 1_000  # characters
LINES = 12  # of what changes


def waiting(draft: dict[str, str], item: Item, before: str | None, after: str) -> Message:
    """A draft to be looked at: who, what changes, and what they say. `before` is "" for something new, None where the
    text is not for everybody who may read the channel.
    """
    rows = [section(_head(draft)), *_changes(before, after), actions(*_buttons(item))]
    return Message(text=texts.CARD.format(title=escape(draft["title"])), blocks=tuple(rows))


def done(draft: dict[str, str], what: str, by: str, note: str) -> Message:
    """The same once it waits no more: what was done, and by whom."""
    said = texts.CARD_DONE[what].format(by=named(by)) + (f"\n{_quoted(note)}" if note else "")
    return Message(text=said, blocks=(section(_head(draft)), section(said)))


def told(title: str, what: str, by: str, note: str, item: Item) -> Message:
    """For whoever began it."""
    words = texts.TOLD_PUBLISHED if what == "published" else texts.TOLD_SENT_BACK
    text = words.format(by=named(by), title=escape(title)) + (f"\n{_quoted(note)}" if note else "")
    return Message(text=text, blocks=(section(text), actions(button(texts.OPEN, ids.EDITOR_OPEN, item.value))))


def _head(draft: dict[str, str]) -> str:
    note = f"\n{_quoted(draft['note'])}" if draft["note"] else ""
    about = texts.CARD_FROM.format(kind=texts.KINDS[draft["kind"]], by=named(draft["by"]))
    return f"{texts.CARD.format(title=escape(draft['title']))}\n{about}{note}"


def _changes(before: str | None, after: str) -> list[Block]:
    if before is None: return []
    if not before: return [section(texts.CARD_NEW)]
    added, removed = counts(before, after)
    found = [line for line in lines(before, after) if line != "…"]
    shown = preview.code(cut("\n".join(found[:LINES]), 1_500))[:1]
    return [section(texts.CARD_CHANGES.format(added=added, removed=removed)), *shown]


def _buttons(item: Item) -> list[Block]:
    return [
        button(texts.OPEN, ids.EDITOR_OPEN, item.value),
        button(texts.APPROVE, ids.EDITOR_PUBLISH, item.value, "primary"),
        button(texts.SEND_BACK, ids.EDITOR_SEND_BACK, item.value),
    ]


def _quoted(note: str) -> str:
    return quoted(cut(escape(note), NOTE))
