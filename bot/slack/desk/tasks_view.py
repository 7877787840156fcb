"""Editors' tasks, in their Home and in their channel. Pure."""

from collections.abc import Sequence

from bot.slack import ids, texts
from bot.slack.blocks import Block, Message, actions, button, header, section
from bot.slack.desk.queue_view import Links
from bot.slack.editors.state import Item
from bot.slack.mrkdwn import cut, escape, quoted
from bot.tasking import TaskView
from kb.articles import ARTICLE

NOTE = 600  # characters of an agent's note


def _nowhere(_channel: str, _ts: str) -> str:
    return ""


def tasks(waiting: Sequence[TaskView], links: Links = _nowhere) -> list[Block]:
    """The section of a Home: two blocks a task, and a header; nothing where nothing waits."""
    if not waiting: return []
    rows = (block for task in waiting for block in (section(_told(task, links)), _buttons(task)))
    return [header(texts.TASKS), *rows]


def news(task: TaskView, links: Links = _nowhere) -> Message:
    """A task as it stands in the editors' channel; without buttons once it is done."""
    after = section(texts.TASK_DONE_BY.format(person=task.done_by)) if task.done_by else _buttons(task)
    text = texts.TASK_NEWS.format(ticket=task.ticket, what=escape(task.what))
    return Message(text=text, blocks=(section(_told(task, links)), after))


def _told(task: TaskView, links: Links) -> str:
    about = texts.TASK_ABOUT.format(about=escape(task.about)) if task.about else ""
    note = f"\n{quoted(cut(escape(task.note), NOTE))}" if task.note else ""
    link = links(*task.place) if all(task.place) else ""
    ticket = f"<{link}|{task.ticket}>" if link else task.ticket
    return f"{texts.TASK_ROW.format(ticket=ticket, what=escape(task.what))}{about}{note}"


def _buttons(task: TaskView) -> Block:
    done = button(texts.TASK_DONE, ids.TASK_DONE, str(task.id), "primary")
    return actions(done, _open(task) if task.slug else button(texts.TASK_BEGIN, ids.TASK_BEGIN, str(task.id)))


def _open(task: TaskView) -> Block:
    words = texts.TASK_OPEN if task.kind == ARTICLE else texts.TASK_OPEN_RECIPE
    return button(words, ids.EDITOR_OPEN, Item(kind=task.kind, slug=task.slug).value)
