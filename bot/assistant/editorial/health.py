"""How articles, run-books and recipes do. For editors alone: the role is checked here, whatever surface asks."""

from datetime import date, timedelta
from functools import partial
from operator import attrgetter
from typing import Any

from sqlalchemy import select

from bot.assistant.editorial import drawing, facts, tallies
from bot.assistant.editorial.colliding import Colliding, Collisions
from bot.assistant.editorial.figures import ArticleHealth, Figures, in_words
from bot.assistant.editorial.holding import Held
from bot.assistant.editorial.lapses import Lapses
from bot.assistant.editorial.linking import DeadLink, Linking, WebLink
from bot.assistant.editorial.tallying import DAYS
from bot.assistant.parts import Parts
from bot.assistant.understanding import Understanding
from core.errors import BadInput, NotFound
from core.people import Action, Person
from kb.articles import ARTICLE
from kb.lapsing import due_on
from kb.likeness import Alike, alike
from kb.reads import reads
from kb.tables import PUBLISHED, ItemRow, RevisionRow
from kb.writing import RECIPE

COLLISIONS_FOR = timedelta(minutes=10)  # they are of the newest 500 questions, of which a few are new by then
RECENT = timedelta(minutes=1)
UNREAD_AFTER = timedelta(days=90)  # published for so long, and neither read nor shown in that time
ORDERS = ("worst", "best", "shown", "title", "checked")


class Health:
    """Figures, lapses, likeness, collisions, links. Figures are of what the last look had taken in."""

    def __init__(self, parts: Parts, understanding: Understanding) -> None:
        """Take the shared parts, and what ranks what a question finds."""
        self._parts, self._lapses, self._linking = parts, Lapses(parts), Linking(parts)
        self._recent = Held[list[ArticleHealth]](RECENT)
        self._colliding = Colliding(parts, understanding)
        self._alike, self._collisions = Held[list[Alike]](), Held[Collisions](COLLISIONS_FOR)

    def listed(self, person: Person, by: str = "worst", days: int = DAYS) -> list[ArticleHealth]:
        """Every published item with its figures of the last `days`, in one of `ORDERS`.

        The worst first are those that are surely bad: what has lapsed, then the lowest share that can still be true.
        """
        person.must(Action.EDIT_ARTICLES)
        if by not in ORDERS: raise BadInput(f"There is no such order; choose one of {', '.join(ORDERS)}.")
        return sorted(self._all(days), key=_ORDERED[by])

    def recent(self, person: Person) -> list[ArticleHealth]:
        """What `listed` told in the last minute, while nothing was published since: for what is drawn often."""
        person.must(Action.EDIT_ARTICLES)
        state, now = self._parts.kb.index().generation, self._parts.clock()
        return self._recent.of(state, now, lambda: self.listed(person))

    def of(self, kind: str, slug: str, person: Person) -> ArticleHealth:
        """One item's.

        Raises:
            NotFound: nothing is published under that name.
        """
        person.must(Action.EDIT_ARTICLES)
        found = next((one for one in self._all(DAYS) if (one.kind, one.slug) == (kind, slug)), None)
        if found is None: raise NotFound(f'There is no {kind} "{slug}".')
        return found

    def lapsed(self, person: Person) -> list[ArticleHealth]:
        """What has to be checked again, the longest due first."""
        found = [one for one in self.listed(person) if one.lapsed_at]
        return sorted(found, key=lambda one: (one.lapsed_at, one.title))

    def unread(self, person: Person) -> list[ArticleHealth]:
        """Articles that were published long ago, and that nobody has read or been shown since then."""
        person.must(Action.EDIT_ARTICLES)
        since = self._parts.clock() - UNREAD_AFTER
        quiet = [one for one in self._all(UNREAD_AFTER.days) if one.kind == ARTICLE and not one.shown and not one.reads]
        with self._parts.database.reading() as session: old = facts.published_before(session, since)
        return sorted((one for one in quiet if (one.kind, one.slug) in old), key=attrgetter("title"))

    def alike(self, person: Person) -> list[Alike]:
        """Pairs of articles and recipes that say the same, the likest first; see `kb.likeness`."""
        person.must(Action.EDIT_ARTICLES)
        texts = partial(self._parts.kb.texts, ARTICLE, RECIPE)
        return self._alike.of(self._parts.kb.index().generation, self._parts.clock(), lambda: alike(texts()))

    def collisions(self, person: Person) -> Collisions:
        """Whose questions others answer; see `colliding`.

        Some seconds, where what is published has changed since; questions of the last minutes may be left out.
        """
        person.must(Action.EDIT_ARTICLES)
        generation, now = self._parts.kb.index().generation, self._parts.clock()
        return self._collisions.of(generation, now, self._colliding.collisions)

    def picture(self, person: Person) -> str:
        """The same as a picture: the text of an SVG file."""
        return drawing.drawn(self.collisions(person))

    def dead_links(self, person: Person) -> list[DeadLink]:
        """Links to what is not there; the web is not asked."""
        person.must(Action.EDIT_ARTICLES)
        return self._linking.dead()

    def web_links(self, person: Person) -> list[WebLink]:
        """The addresses on the web that are linked to, to be looked at by whoever wants to."""
        person.must(Action.EDIT_ARTICLES)
        return self._linking.web()

    def look(self) -> int:
        """Count what has happened, and note what has lapsed; see `Lapses.look`."""
        return self._lapses.look()

    def catch_up(self) -> None:
        """Count everything that has happened until now, where nothing has looked for long."""
        self._lapses.catch_up()

    # -- inside ----------------------------------------------------------------------------------------------------

    def _all(self, days: int) -> list[ArticleHealth]:
        """Every published item, with the figures that are kept, or, of another time, with what is counted now."""
        since = self._parts.clock() - timedelta(days=days)
        with self._parts.database.reading() as session:
            known = tallies.kept(session) if days == DAYS else tallies.counted(session, since)
            read, rows = reads(session, since.date()), session.execute(_PUBLISHED).all()
        return [_health(row, known.get((row.kind, row.slug), Figures()), read[row.id]) for row in rows]


_TOLD = [RevisionRow.fields[name].as_string().label(name) for name in ("category", "audience", "owner", "verified")]
_PUBLISHED = (  # of the fields just these: in a recipe they hold all of its steps
    select(ItemRow.id, ItemRow.kind, ItemRow.slug, ItemRow.lapsed_at, ItemRow.lapse, RevisionRow.title, *_TOLD,
           RevisionRow.fields["review_every"].as_integer().label("review_every"))
    .join(RevisionRow, (RevisionRow.item_id == ItemRow.id) & (RevisionRow.number == ItemRow.revision))
    .where(ItemRow.state == PUBLISHED).order_by(ItemRow.id)
)  # fmt: skip


def _health(row: Any, own: Figures, read: int) -> ArticleHealth:
    verified = date.fromisoformat(row.verified) if row.verified else None
    return ArticleHealth(
        kind=row.kind, slug=row.slug, title=row.title, category=row.category, audience=row.audience,
        owner=row.owner or "", shown=own.shown, confirmed=own.confirmed, assumed=own.assumed,
        not_helpful=own.not_helpful, tickets=own.tickets, reopened=own.reopened, escalations=own.escalations,
        reads=read, verified=verified, due=due_on(verified, row.review_every or 0), lapsed_at=row.lapsed_at,
        lapse=row.lapse, score=own.score, at_best=own.at_best, why=in_words(own),
    )  # fmt: skip


def _worst(one: ArticleHealth) -> tuple[Any, ...]:
    return (one.lapsed_at is None, one.at_best, -one.reopened - sum(one.escalations.values()), -one.shown, one.title)


def _checked(one: ArticleHealth) -> tuple[Any, ...]:
    return one.verified or date.min, one.title


_ORDERED: dict[str, Any] = {
    "worst": _worst, "best": lambda one: (-(one.score or 0.0), one.title),
    "shown": lambda one: (-one.shown, one.title), "title": lambda one: one.title.lower(), "checked": _checked,
}
