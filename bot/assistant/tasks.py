"""What tickets leave to the editors, and that it is done."""

from dataclasses import replace

from sqlalchemy.orm import Session

from bot.assistant.parts import EVERY_AGENT, Parts
from bot.tasking import TaskView
from core.people import EMPLOYEES, Action, Person
from handoff import finding, tasks, tickets
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
        with self._parts.database.reading() as session:
            return tuple(self._view(session, task) for task in tasks.waiting(session, SHOWN))

    def get(self, task_id: int) -> TaskView:
        """A task as it stands now, for a channel: what only a group may read is not named."""
        with self._parts.database.reading() as session: return self._in_channel(session, tasks.get(session, task_id))

    def done(self, task_id: int, person: Person) -> TaskView:
        """An editor has done a task; see `handoff.tasks.done`."""
        with self._parts.database.transaction() as session:
            tasks.done(session, task_id, by=person, now=self._parts.clock())
            return self._in_channel(session, tasks.get(session, task_id))

    def _in_channel(self, session: Session, task: Task) -> TaskView:
        view, hidden = self._view(session, task), self._parts.hidden_from(EVERY_AGENT)
        name = hidden(ARTICLE, task.slug, EMPLOYEES) or hidden(RECIPE, task.slug, EMPLOYEES)
        return replace(view, about=ARTICLE_FOR.format(name=name), kind="", slug="") if name else view

    def told_at(self, task_id: int) -> tuple[str, str] | None:
        """Where the editors' channel was told of a task."""
        with self._parts.database.reading() as session: return tasks.told_at(session, task_id)

    def tell(self, task_id: int, channel: str, ts: str) -> None:
        """Remember where the editors' channel was told of it."""
        with self._parts.database.transaction() as session:
            tasks.tell(session, task_id, channel, ts, self._parts.clock())

    def _view(self, session: Session, task: Task) -> TaskView:
        known = self._parts.kb.index().by_slug
        item = known.get((ARTICLE, task.slug)) or known.get((RECIPE, task.slug))
        place = finding.cards(session, self._parts.desk, [tickets.get(session, task.ticket_id)]).get(task.ticket_id)
        return TaskView(
            id=task.id, what=self._parts.desk.task(task.kind), ticket=task.ticket, about=item.title if item else "",
            kind=item.kind if item else "", slug=task.slug if item else "", note=task.note, done_by=task.done_by,
            place=(place.channel, place.ts) if place else ("", ""),
        )  # fmt: skip
