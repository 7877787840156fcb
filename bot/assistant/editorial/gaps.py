"""What is missing, for the editors: see it, give it to somebody, write about it, put it aside. Editors alone see it."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.assistant.editorial import gap_text
from bot.assistant.editorial.gap_sweep import GapSweep
from bot.assistant.editorial.made import known as known_kind
from bot.assistant.editorial.writing import Begun, Writing
from bot.assistant.parts import Parts
from bot.gaps import mending, rows, views
from bot.gaps.rows import GapState
from bot.gaps.views import Gap, GapPage, GapView, Show
from bot.tables import GapRow
from core import people
from core.errors import BadInput, NotFound
from core.people import Action, Person

SHOWN = 50  # questions of a gap at once
LONGEST_SNOOZE = timedelta(days=366)


class Gaps:
    """What editors do with gaps; `seen_version` is the one that the person saw. Each public method is one transaction.

    Whatever is done to a gap raises `NotFound` if there is none, and `Stale` if somebody else changed it meanwhile.
    """

    def __init__(self, parts: Parts, writing: Writing) -> None:
        """Take the shared parts, and what keeps drafts."""
        self._parts, self._writing = parts, writing
        self._sweep = GapSweep(parts)

    def look(self) -> int:
        """Take in what happened; see `GapSweep.look`."""
        return self._sweep.look()

    def listed(self, person: Person, show: Show = "open", first: int = 0, limit: int = 20) -> GapPage:
        """Gaps of one kind, the worst first: by how many questions there are, times the minutes that they cost."""
        person.must(Action.EDIT_ARTICLES)
        with self._parts.database.reading() as session: return views.page(session, show, person.id, first, limit)

    def get(self, gap_id: int, person: Person, limit: int = SHOWN) -> GapView:
        """A gap and its newest questions."""
        person.must(Action.EDIT_ARTICLES)
        with self._parts.database.reading() as session:
            gap = _view(session, gap_id)
            found = views.questions(session, gap_id, limit)
        return GapView(gap=gap, questions=found, more=gap.count - len(found))

    def assign(self, gap_id: int, to: str, person: Person, *, seen_version: int | None = None) -> Gap:
        """Give a gap to an editor, by their id; to nobody, if that is empty.

        Raises:
            BadInput: they are no editor.
        """
        person.must(Action.EDIT_ARTICLES)
        with self._parts.database.transaction() as session:
            gap = rows.locked(session, gap_id, seen_version)
            editor = people.find(session, to) if to else None
            if to and not (editor and editor.may(Action.EDIT_ARTICLES)): raise BadInput("A gap goes to an editor.")
            gap.assignee = to
            rows.changed(session, gap, "assigned", person.id, self._parts.clock(), to=to)
            return _view(session, gap_id)

    def snooze(self, gap_id: int, until: datetime, person: Person, *, seen_version: int | None = None) -> Gap:
        """Put a gap aside until a day (aware); it comes back before if it grows to twice its size.

        Raises:
            BadInput: the day is over, or more than a year off; or the gap is closed.
        """
        person.must(Action.EDIT_ARTICLES)
        now = self._parts.clock()
        if not now < until <= now + LONGEST_SNOOZE: raise BadInput("Please choose a day within the next year.")
        with self._parts.database.transaction() as session:
            gap = _live(rows.locked(session, gap_id, seen_version))
            gap.state, gap.snoozed_until, gap.snoozed_size = GapState.SNOOZED, until, gap.size
            rows.changed(session, gap, "snoozed", person.id, now, until=until.isoformat(), size=gap.size)
            return _view(session, gap_id)

    def link(self, gap_id: int, kind: str, slug: str, person: Person, *, seen_version: int | None = None) -> Gap:
        """Say what is being written about a gap, or is published; nothing, if the slug is empty.

        Raises:
            NotFound: there is neither a draft of that name nor anything published.
        """
        person.must(Action.EDIT_ARTICLES)
        with self._parts.database.transaction() as session:
            gap = rows.locked(session, gap_id, seen_version)
            if slug and not gap_text.exists(session, known_kind(kind), slug):
                raise NotFound(f'There is no {kind} "{slug}".')
            self._linked(session, gap, f"{kind}:{slug}" if slug else "", person)
            return _view(session, gap_id)

    def close(self, gap_id: int, why: str, person: Person, *, seen_version: int | None = None) -> Gap:
        """Be done with a gap; a new question of its kind opens it again.

        Raises:
            BadInput: no reason is given, or it is closed.
        """
        person.must(Action.EDIT_ARTICLES)
        if not why.strip(): raise BadInput("Please say why nothing is missing.")
        with self._parts.database.transaction() as session:
            gap = _live(rows.locked(session, gap_id, seen_version))
            rows.shut(session, gap, why, person.id, self._parts.clock())
            return _view(session, gap_id)

    def reopen(self, gap_id: int, person: Person, *, seen_version: int | None = None) -> Gap:
        """Bring a gap back that was closed or snoozed.

        Raises:
            BadInput: it is open.
        """
        person.must(Action.EDIT_ARTICLES)
        with self._parts.database.transaction() as session:
            gap = rows.locked(session, gap_id, seen_version)
            if gap.state == GapState.OPEN: raise BadInput("This gap is open.")
            what = "woke" if gap.state == GapState.SNOOZED else "reopened"
            rows.open_again(session, gap, what, person.id, self._parts.clock())
            return _view(session, gap_id)

    def merge(self, gap_id: int, into: int, person: Person, *, seen_version: int | None = None) -> Gap:
        """Bring all questions of a gap to another one, which is returned; the first is closed.

        Raises:
            BadInput: they are the same, or what they were read with differs.
        """
        person.must(Action.EDIT_ARTICLES)
        with self._parts.database.transaction() as session:
            mending.merge(session, gap_id, into, person.id, self._parts.clock(), seen_version)
            return _view(session, into)

    def move(self, question_id: int, to: int, person: Person) -> Gap:
        """Bring one question to another gap, or (`to` is 0) to a new one; that gap.

        Raises:
            NotFound: there is no such question.
        """
        person.must(Action.EDIT_ARTICLES)
        with self._parts.database.transaction() as session:
            return _view(session, mending.move(session, question_id, to, person.id, self._parts.clock()))

    def begin(self, gap_id: int, person: Person) -> Begun:
        """Begin an article about a gap, with what was asked, without the people who asked; it is linked.

        Where the gap has a draft already, that is what there is to write on.
        """
        person.must(Action.EDIT_ARTICLES)
        with self._parts.database.reading() as session:
            gap = _view(session, gap_id)
            solved = gap_text.solved(session, gap_id, gap.title)
        kind, _, slug = gap.draft.partition(":")
        if gap.draft_state not in ("", "gone"): return self._writing.begin(kind, slug, person)
        begun = gap_text.begin(self._parts, self._writing, gap_id, solved, person)
        with self._parts.database.transaction() as session:
            self._linked(session, rows.locked(session, gap_id), f"{begun.kind}:{begun.slug}", person)
        return begun

    def _linked(self, session: Session, gap: GapRow, draft: str, person: Person) -> None:
        gap.draft = draft
        rows.changed(session, gap, "linked", person.id, self._parts.clock(), draft=draft)


def _view(session: Session, gap_id: int) -> Gap:
    session.flush()
    gap = views.one(session, gap_id)
    if gap is None: raise NotFound("There is no such gap.")
    return gap


def _live(gap: GapRow) -> GapRow:
    if gap.state == GapState.CLOSED: raise BadInput("This gap is closed already.")
    return gap
