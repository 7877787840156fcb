"""Drafts, as people write them. The role is checked here, whatever surface asks."""

from dataclasses import dataclass

from bot.assistant.editorial.made import MAY_WRITE, made, must_write
from bot.assistant.parts import Parts
from core.errors import BadInput, NotAllowed, NotFound
from core.people import Action, Person
from kb.articles import ARTICLE, RUNBOOK
from kb.drafts import DraftState, Kept
from kb.service import ArticleView
from kb.writing import RECIPE


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Something to write on: the draft that there is, or (version 0) the text that one would begin with."""

    kind: str
    slug: str
    source: str
    version: int
    based_on: int
    draft: Kept | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftList:
    """The drafts that a person may see: their own, those that wait for them to look at, and the others'."""

    mine: tuple[Kept, ...] = ()
    to_review: tuple[Kept, ...] = ()
    others: tuple[Kept, ...] = ()


class Writing:
    """Begins, keeps and drops drafts."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def titles(self, person: Person) -> list[tuple[str, str]]:
        """Slug and title of every published article, by title."""
        person.must(Action.EDIT_ARTICLES)
        items = self._parts.kb.titles(self._parts.every_audience())
        return sorted(((item.slug, item.title) for item in items), key=lambda row: row[1].lower())

    def article(self, slug: str, person: Person) -> ArticleView:
        """A published article, whoever it is for."""
        person.must(Action.EDIT_ARTICLES)
        return self._parts.kb.article(slug, self._parts.every_audience())

    def drafts(self, person: Person) -> DraftList:
        """The drafts that the person may go on with, of every kind."""
        seen = [one for one in self._parts.kb.drafts.all() if self._may_see(one, person)]
        reviews = [one for one in seen if one.state is DraftState.REVIEW and self.reviews(one, person)]
        mine = [one for one in seen if person.id in (one.begun_by, one.saved_by)]
        rest = [one for one in seen if one not in mine and one not in reviews]
        return DraftList(mine=tuple(mine), to_review=tuple(reviews), others=tuple(rest))

    def reviews(self, kept: Kept, person: Person) -> bool:
        """Whether a person may approve a draft: editors, but nobody their own where two are wanted."""
        if not person.may(Action.EDIT_ARTICLES): return False
        return kept.saved_by != person.id or not self._parts.desk.wants_approval(kept.kind)

    def begin(self, kind: str, slug: str, person: Person) -> Begun:
        """What there is to write on under a name: its draft, or what is published.

        Raises:
            NotFound: neither is there.
        """
        must_write(person, kind)
        kept = self._parts.kb.drafts.find(slug, kind)
        if kept:
            self._must_see(kept, person)
            seen = (kept.version, kept.based_on)
            return Begun(kind=kind, slug=slug, source=kept.source, version=seen[0], based_on=seen[1], draft=kept)
        newest = self._parts.kb.history.of(kind, slug)
        if not newest or not self._parts.kb.is_published(kind, slug): raise NotFound(f'There is no {kind} "{slug}".')
        if kind == ARTICLE: self._parts.kb.article(slug, self._seen_by(person))
        return Begun(kind=kind, slug=slug, source=newest[0].source, version=0, based_on=newest[0].number, draft=None)

    def draft(self, kind: str, slug: str, person: Person) -> Kept:
        """A draft that the person may see.

        Raises:
            NotFound: there is none.
        """
        must_write(person, kind)
        kept = self._parts.kb.drafts.get(slug, kind)
        self._must_see(kept, person)
        return kept

    def keep(
        self, kind: str, slug: str, source: str, person: Person, *, seen_version: int, based_on: int = 0,
        origin: str = ""
    ) -> Kept:
        """Keep what was written; `kb.drafts.Drafts.keep` tells how.

        Raises:
            BadInput: it is not sound, says which line; its audience does not exist; or its name is taken.
            Stale: somebody else changed the draft, or what is published, meanwhile.
        """
        must_write(person, kind)
        draft = made(kind, slug, source)
        audience = draft.fields["audience"]
        if audience not in self._parts.every_audience(): raise BadInput(f'There is no audience "{audience}".')
        if audience not in self._seen_by(person): raise NotAllowed(f'You may not write for the audience "{audience}".')
        known = self._parts.kb.drafts.find(slug, kind)
        if known: self._must_see(known, person)
        return self._parts.kb.drafts.keep(
            draft, by=person.id, seen_version=seen_version, based_on=based_on, origin=origin
        )

    def rebase(self, kind: str, slug: str, person: Person, *, seen_version: int) -> Kept:
        """Go on with a draft although something else was published: what it says replaces that."""
        self.draft(kind, slug, person)
        return self._parts.kb.drafts.rebase(slug, kind, by=person.id, seen_version=seen_version)

    def drop(self, kind: str, slug: str, person: Person, *, seen_version: int) -> None:
        """Throw a draft away: one's own, or as an editor anybody's."""
        kept = self.draft(kind, slug, person)
        if person.id not in (kept.begun_by, kept.saved_by): person.must(Action.EDIT_ARTICLES)
        self._parts.kb.drafts.drop(slug, kind, by=person.id, seen_version=seen_version)

    def _may_see(self, kept: Kept, person: Person) -> bool:
        if not person.may(MAY_WRITE[kept.kind]): return False
        if kept.kind in (RECIPE, RUNBOOK) or person.id in (kept.begun_by, kept.saved_by): return True
        return made(kept.kind, kept.slug, kept.source).fields["audience"] in self._seen_by(person)

    def _must_see(self, kept: Kept, person: Person) -> None:
        if not self._may_see(kept, person): raise NotFound(f'There is no draft "{kept.slug}".')

    def _seen_by(self, person: Person) -> frozenset[str]:
        """The audiences that a person may write for: editors for all."""
        return self._parts.every_audience() if person.may(Action.EDIT_ARTICLES) else person.audiences()
