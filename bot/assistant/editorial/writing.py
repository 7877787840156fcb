"""Drafts, as people write them. The role is checked here, whatever surface asks."""

from dataclasses import dataclass

from bot.assistant.editorial.made import MAY_PUBLISH, MAY_WRITE, NAMES, audience_of, made, must_write
from bot.assistant.editorial.telling import news
from bot.assistant.parts import Parts
from core.errors import BadInput, NotAllowed, NotFound
from core.people import Action, Person
from kb.drafts import DraftState, Kept, nothing, taken
from kb.history import Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Something to write on: the draft that there is, or (version 0) the text that one would begin with.

    `slug` is empty where it is made of the title that is given; `origin` is what the text was made from.
    """

    kind: str
    slug: str
    source: str
    version: int
    based_on: int
    draft: Kept | None
    origin: str = ""


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

    def drafts(self, person: Person) -> DraftList:
        """The drafts that the person may go on with, of every kind."""
        seen = [one for one in self._parts.kb.drafts.all() if self._may_see(one, person)]
        reviews = [one for one in seen if one.state is DraftState.REVIEW and self.reviews(one, person)]
        mine = [one for one in seen if person.id in (one.begun_by, one.saved_by)]
        rest = [one for one in seen if one not in mine and one not in reviews]
        return DraftList(mine=tuple(mine), to_review=tuple(reviews), others=tuple(rest))

    def reviews(self, kept: Kept, person: Person) -> bool:
        """Whether a person may publish a draft: who publishes its kind, and where two are wanted, wrote none of it."""
        if self.publishes(kept.kind, person): return True
        return person.may(MAY_PUBLISH[kept.kind]) and person.id not in kept.writers

    def publishes(self, kind: str, person: Person) -> bool:
        """Whether a person may publish what they wrote themselves."""
        return person.may(MAY_PUBLISH[kind]) and not self._parts.desk.wants_approval(kind)

    def begin(self, kind: str, slug: str, person: Person) -> Begun:
        """What there is to write on under a name: its draft, or what is published.

        Raises:
            NotFound: neither is there, or it is not for this person.
        """
        must_write(person, kind)
        kept, live = self._parts.kb.drafts.find(slug, kind), self.live(kind, slug, person)
        if kept and self._may_see(kept, person):
            seen = (kept.version, kept.based_on)
            return Begun(kind=kind, slug=slug, source=kept.source, version=seen[0], based_on=seen[1], draft=kept)
        if kept or live is None: raise NotFound(f'There is no {NAMES[kind]} "{slug}".')
        return Begun(kind=kind, slug=slug, source=live.source, version=0, based_on=live.number, draft=None)

    def live(self, kind: str, slug: str, person: Person) -> Revision | None:
        """What is published under a name; None where nothing is, or nothing that the person may read."""
        found = self._parts.kb.history.live(kind, slug)
        return found if found and self._parts.reads(person, found.audience) else None

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
            NotFound: what has this name is not for this person to see.
            Stale: somebody else changed the draft, or what is published, meanwhile.
        """
        must_write(person, kind)
        draft = made(kind, slug, source)
        self._must_write_for(draft.fields["audience"], person)
        known = self._parts.kb.drafts.find(slug, kind)
        if not self._is_open(kind, slug, known, person): raise _closed(kind, slug, new=not (seen_version or based_on))
        waits = known is not None and known.state is DraftState.REVIEW
        return self._parts.kb.drafts.keep(
            draft, by=person.id, seen_version=seen_version, based_on=based_on, origin=origin,
            also=news(self._parts, "taken_back", person) if waits else nothing,
        )

    def rebase(self, kind: str, slug: str, person: Person, *, seen_version: int) -> Kept:
        """Go on with a draft although something else was published: what it says replaces that."""
        kept = self.draft(kind, slug, person)
        if not self._is_open(kind, slug, kept, person): raise _closed(kind, slug)
        return self._parts.kb.drafts.rebase(slug, kind, by=person.id, seen_version=seen_version)

    def drop(self, kind: str, slug: str, person: Person, *, seen_version: int) -> None:
        """Throw a draft away: one's own, or as an editor anybody's."""
        kept = self.draft(kind, slug, person)
        if person.id not in (kept.begun_by, kept.saved_by): person.must(Action.EDIT_ARTICLES)
        tell = news(self._parts, "dropped", person) if kept.state is DraftState.REVIEW else nothing
        self._parts.kb.drafts.drop(slug, kind, by=person.id, seen_version=seen_version, also=tell)

    def _may_see(self, kept: Kept, person: Person) -> bool:
        """Whether it is for a person to read; what somebody wrote last themselves always is."""
        if not person.may(MAY_WRITE[kept.kind]): return False
        if kept.saved_by == person.id or person.may(Action.EDIT_ARTICLES): return True
        if not self._parts.reads(person, audience_of(kept.kind, kept.slug, kept.source)): return False
        return not kept.published or self.live(kept.kind, kept.slug, person) is not None

    def _is_open(self, kind: str, slug: str, known: Kept | None, person: Person) -> bool:
        """Whether everything that there is under a name is for a person to read."""
        if known and not self._may_see(known, person): return False
        found = self._parts.kb.history.live(kind, slug)
        return found is None or self._parts.reads(person, found.audience)

    def _must_write_for(self, audience: str, person: Person) -> None:
        if audience not in self._parts.every_audience(): raise BadInput(f'There is no audience "{audience}".')
        if self._parts.reads(person, audience): return
        raise NotAllowed(f'You may not write for the audience "{audience}".')

    def _must_see(self, kept: Kept, person: Person) -> None:
        if not self._may_see(kept, person): raise NotFound(f'There is no draft "{kept.slug}".')


def _closed(kind: str, slug: str, *, new: bool = False) -> BadInput | NotFound:
    """Why nothing can be written under a name; a new text hears the same as under any name that is taken."""
    return BadInput(taken(slug)) if new else NotFound(f'There is no {NAMES[kind]} "{slug}".')
