"""What is published, kept in order: history, rollback, verify, retire. The role is checked here, for every surface."""

from bot.assistant.editorial.made import checked_on, made, must_publish
from bot.assistant.editorial.reviewing import Losses, NeedsReason, Saved
from bot.assistant.parts import Parts
from core.errors import BadInput
from core.people import Person
from kb.articles import ARTICLE, RUNBOOK
from kb.history import Revision


class Keeping:
    """Looks after what is published."""

    def __init__(self, parts: Parts, losses: Losses) -> None:
        """Take the shared parts; `losses` tells the confirmed questions that a change of an item would lose."""
        self._parts, self._losses = parts, losses

    def history(self, kind: str, slug: str, person: Person) -> list[Revision]:
        """Every revision, newest first."""
        must_publish(person, kind)
        return self._parts.kb.history.of(kind, slug)

    def at(self, kind: str, slug: str, number: int, person: Person) -> Revision:
        """One revision."""
        must_publish(person, kind)
        return self._parts.kb.history.at(kind, slug, number)

    def rollback(
        self, kind: str, slug: str, number: int, person: Person, *, seen_revision: int, reason: str = ""
    ) -> Saved:
        """Publish an earlier revision again, as a new one.

        Raises:
            NeedsReason: confirmed answers would be lost, and no reason is given.
            Stale: something else was published meanwhile.
        """
        old = self.at(kind, slug, number, person)
        draft = made(kind, slug, old.source)
        lost = () if reason.strip() else self._losses(kind, slug, draft)
        if lost: raise NeedsReason(lost)
        note = f"back to revision {number}" + (f": {reason.strip()}" if reason.strip() else "")
        made_ = self._parts.kb.save(draft, by=person.id, seen_revision=seen_revision, note=note)
        return Saved(title=draft.title, revision=made_)

    def verify(self, kind: str, slug: str, person: Person, *, seen_revision: int) -> Saved:
        """Say that an article or run-book is right as it stands, today.

        Raises:
            Stale: it is no longer at the revision that was looked at.
        """
        must_publish(person, kind)
        if kind not in (ARTICLE, RUNBOOK): raise BadInput("Recipes are tested, not verified.")
        source = self._parts.kb.history.at(kind, slug, seen_revision).source
        draft = made(kind, slug, checked_on(source, slug, self._parts.clock().date(), person.email))
        number = self._parts.kb.save(draft, by=person.id, seen_revision=seen_revision, note="checked, still right")
        return Saved(title=draft.title, revision=number)

    def retire(self, kind: str, slug: str, person: Person, *, reason: str = "") -> str:
        """Take an item out of search, and return its title; its revisions stay.

        Raises:
            NeedsReason: confirmed answers would be lost, and no reason is given.
        """
        must_publish(person, kind)
        title = self._parts.kb.title(kind, slug)
        lost = () if reason.strip() else self._losses(kind, slug, None)
        if lost: raise NeedsReason(lost)
        self._parts.kb.retire(kind, slug, by=person.id, note=reason.strip())
        return title
