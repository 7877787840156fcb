"""Editors' tasks, in their Home and in their channel. Pure."""

from collections.abc import Sequence

from bot.slack import ids, texts
from bot.slack.blocks import Block, Message, actions, button, header, section
from bot.slack.mrkdwn import cut, escape, quoted
from bot.tasking import TaskView

NOTE = 600  # characters of an agent's note


def tasks(waiting: Sequence[TaskView]) -> list[Block]:
    """The section of a Home: two blocks a task, and a header; nothing where nothing waits."""
    if not waiting: return []
    return [header(texts.TASKS), *(block for task in waiting for block in (section(_told(task)), _buttons(task)))]


def news(task: TaskView) -> Message:
    """A task as it stands in the editors' channel; without buttons once it is done."""
    after = section(texts.TASK_DONE_BY.format(person=task.done_by)) if task.done_by else _buttons(task)
    text = texts.TASK_NEWS.format(ticket=task.ticket, what=escape(task.what))
    return Message(text=text, blocks=(section(_told(task)), after))


def _told(task: TaskView) -> str:
    about = texts.TASK_ABOUT.format(about=escape(task.about)) if task.about else ""
    note = f"\n{quoted(cut(escape(task.note), NOTE))}" if task.note else ""
    return f"{texts.TASK_ROW.format(ticket=task.ticket, what=escape(task.what))}{about}{note}"


def _buttons(task: TaskView) -> Block:
    opens = [button(texts.TASK_OPEN, ids.TASK_OPEN, task.article)] if task.article else []
    return actions(button(texts.TASK_DONE, ids.TASK_DONE, str(task.id), "primary"), *opens)
