"""What tickets leave to the editors, and that it is done."""

from dataclasses import replace

from bot.assistant.parts import EVERY_AGENT, Parts
from bot.tasking import TaskView
from core.people import EMPLOYEES, Action, Person
from handoff import tasks
from handoff.masking import ARTICLE_FOR
from handoff.tasks import Task
from kb.articles import ARTICLE
from kb.writing import RECIPE

SHOWN = 5  # at once in a Home; the oldest come first


class Tasks:
    """What editors do with their tasks. Each public method is one transaction."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def waiting(self, person: Person) -> tuple[TaskView, ...]:
        """The oldest tasks that nobody has done; none for whoever edits no articles."""
        if not person.may(Action.EDIT_ARTICLES): return ()
        with self._parts.database.reading() as session: return tuple(map(self._view, tasks.waiting(session, SHOWN)))

    def get(self, task_id: int) -> TaskView:
        """A task as it stands now, for a channel: what only a group may read is not named."""
        with self._parts.database.reading() as session: return self._in_channel(tasks.get(session, task_id))

    def done(self, task_id: int, person: Person) -> TaskView:
        """An editor has done a task; see `handoff.tasks.done`."""
        with self._parts.database.transaction() as session:
            tasks.done(session, task_id, by=person, now=self._parts.clock())
            return self._in_channel(tasks.get(session, task_id))

    def _in_channel(self, task: Task) -> TaskView:
        view, hidden = self._view(task), self._parts.hidden_from(EVERY_AGENT)
        name = hidden(ARTICLE, task.slug, EMPLOYEES) or hidden(RECIPE, task.slug, EMPLOYEES)
        return replace(view, about=ARTICLE_FOR.format(name=name), article="") if name else view

    def _view(self, task: Task) -> TaskView:
        known = self._parts.kb.index().by_slug
        item = known.get(("article", task.slug)) or known.get(("recipe", task.slug))
        return TaskView(
            id=task.id, what=self._parts.desk.task(task.kind), ticket=task.ticket, about=item.title if item else "",
            article=task.slug if ("article", task.slug) in known else "", note=task.note, done_by=task.done_by,
        )  # fmt: skip
