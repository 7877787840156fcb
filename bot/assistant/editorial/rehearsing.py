"""A change tried on real questions before it is published. Nothing that people see is changed by it."""

import time
from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from bot import asked, ticketed
from bot.assistant.editorial.made import known, made
from bot.assistant.editorial.replaying import Bases, Note, replay, replay_tickets
from bot.assistant.parts import Parts, seen_at
from bot.question_set import Labelled
from bot.rehearsal import Asked, Rehearsal, Side, Tally
from core.errors import BadInput
from core.people import PUBLIC, Action, Person
from kb.articles import RUNBOOK
from kb.writing import Draft

LAST = 1_000  # questions; more than a day's at most companies, and a few seconds
MOST = 10_000  # questions of one rehearsal
CONFIRMED = 200  # of the questions that an item answered and that were confirmed, the last so many are kept from loss


def silent(_done: int, _all: int) -> None:
    """Tell nobody how far it is."""


class Rehearsing:
    """Replays questions against the knowledge base with a change in it."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def run(
        self, kind: str, slug: str, source: str | None, person: Person, *, last: int = LAST,
        questions: Sequence[Labelled] = (), note: Note = silent,
    ) -> Rehearsal:
        """The last questions, and those of a set, before and after an item is published as `source`, or (None) retired.

        Each is asked as the person who asked it would see it, and those of a set as an employee; a run-book is tried on
        the last tickets. `note(done, all)` is told how far it is.

        Raises:
            NotAllowed: only editors see what others asked.
            NotFound: there is no such item to retire.
            BadInput: the text is not sound, says which line; or so many questions cannot be asked.
        """
        person.must(Action.EDIT_ARTICLES)
        draft = made(kind, slug, source) if source is not None else None
        if draft is None: self._parts.kb.title(known(kind), slug)
        if not 0 <= last <= MOST: raise BadInput(f"Between 0 and {MOST:,} questions can be asked.")
        if kind == RUNBOOK and questions: raise BadInput("A run-book is tried on tickets, not on a question set.")
        begin, tally = time.perf_counter(), Tally()
        for each, before, after in self._replayed(kind, slug, draft, last, questions, note):
            tally.add(each, before, after)
        return tally.rehearsal(time.perf_counter() - begin)

    def losses(self, kind: str, slug: str, draft: Draft | None) -> Sequence[str]:
        """The questions whose answer by an item was confirmed, and that would lose it; as written, each once.

        What is not published answers nothing, so nothing is lost by publishing it.
        """
        if kind == RUNBOOK or not self._parts.kb.is_published(kind, slug): return ()
        with self._parts.database.reading() as session:
            found = asked.confirmed(session, kind, slug, CONFIRMED, self._audiences(session))
        if not found: return ()
        bases, own = self._parts.kb.tried(kind, slug, draft), (kind, slug)
        lost = [
            each.question for each, before, after in replay(self._parts, bases, found, silent)
            if own in before.all and (own not in after.all or (own in before.given and own not in after.given))
        ]
        return tuple(dict.fromkeys(lost))

    def _replayed(
        self, kind: str, slug: str, draft: Draft | None, last: int, questions: Sequence[Labelled], note: Note
    ) -> Iterable[tuple[Asked, Side, Side]]:
        bases: Bases = self._parts.kb.tried(kind, slug, draft)
        with self._parts.database.reading() as session:
            if kind == RUNBOOK: return replay_tickets(self._parts, bases, ticketed.newest(session, last), note)
            found = asked.newest(session, last, self._audiences(session))
        return replay(self._parts, bases, [*found, *map(_of_set, questions)], note)

    def _audiences(self, session: Session) -> asked.Audiences:
        """What somebody may be shown at a place, each person looked up once."""
        people: dict[str, Person] = {}

        def seen(person: str, private: bool) -> frozenset[str]:  # noqa: FBT001 - others read along or do not
            if person not in people: people[person] = self._parts.owner(session, person)
            return seen_at(people[person], private=private)

        return seen


def _of_set(one: Labelled) -> Asked:
    return Asked(question=one.text, text=one.text, audiences=PUBLIC, labelled=one)
