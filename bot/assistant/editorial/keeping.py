"""What is published, kept in order: history, rollback, verify, retire. The role is checked here, for every surface."""

from collections.abc import Sequence

from bot.assistant.editorial.made import checked_on, made, must_publish
from bot.assistant.editorial.reviewing import BACK, Losses, NeedsReason, Saved
from bot.assistant.editorial.telling import news, remembering
from bot.assistant.editorial.writing import Writing
from bot.assistant.parts import Parts
from core.errors import BadInput, Stale
from core.people import Person
from kb.articles import ARTICLE, RUNBOOK
from kb.history import Revision
from kb.writing import Draft


class Keeping:
    """Looks after what is published."""

    def __init__(self, parts: Parts, writing: Writing, losses: Losses) -> None:
        """Take the shared parts; `losses` tells the confirmed questions that a change of an item would lose."""
        self._parts, self._writing, self._losses = parts, writing, losses

    def history(self, kind: str, slug: str, person: Person) -> list[Revision]:
        """Every revision, newest first."""
        must_publish(person, kind)
        return self._parts.kb.history.of(kind, slug)

    def at(self, kind: str, slug: str, number: int, person: Person) -> Revision:
        """One revision."""
        must_publish(person, kind)
        return self._parts.kb.history.at(kind, slug, number)

    def rollback(
        self, kind: str, slug: str, number: int, person: Person, *, seen_revision: int, reason: str = "", key: str = ""
    ) -> Saved:
        """Publish an earlier revision again, as a new one; where a second editor is wanted, submit it as a draft.

        `key` is remembered with it.

        Raises:
            BadInput: it would be a draft, and there is another one.
            NeedsReason: confirmed answers would be lost, and no reason is given.
            Stale: something else was published meanwhile.
        """
        old = self.at(kind, slug, number, person)
        draft = made(kind, slug, old.source)
        lost = () if reason.strip() else self._losses(kind, slug, draft)
        if lost: raise NeedsReason(lost)
        note = f"back to revision {number}" + (f": {reason.strip()}" if reason.strip() else "")
        if not self._writing.publishes(kind, person): return self._submitted(draft, person, seen_revision, note, key)
        made_ = self._parts.kb.save(
            draft, by=person.id, seen_revision=seen_revision, note=note, also=remembering(self._parts, key)
        )
        return Saved(title=draft.title, revision=made_)

    def _submitted(self, draft: Draft, person: Person, seen_revision: int, note: str, key: str) -> Saved:
        kind, slug, drafts = draft.kind, draft.slug, self._parts.kb.drafts
        if drafts.find(slug, kind): raise BadInput(DRAFTED)
        live = self._parts.kb.history.live(kind, slug)
        if seen_revision != (live.number if live else 0): raise Stale(NEWER)
        kept = drafts.keep(draft, by=person.id, seen_version=0, based_on=seen_revision, origin=BACK)
        tell = news(self._parts, "submitted", person, note, key)
        drafts.submit(slug, kind, by=person.id, seen_version=kept.version, note=note, also=tell)
        return Saved(title=draft.title, revision=0)

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

    def losses(self, kind: str, slug: str, person: Person) -> Sequence[str]:
        """The confirmed questions that would lose their answer if an item was retired; as they were written."""
        must_publish(person, kind)
        return self._losses(kind, slug, None)

    def retire(
        self, kind: str, slug: str, person: Person, *, seen_revision: int, reason: str = "", key: str = ""
    ) -> str:
        """Take an item out of search, and return its title; its revisions stay. `key` is remembered with it.

        Raises:
            NeedsReason: confirmed answers would be lost, and no reason is given.
            Stale: it is no longer at the revision that was looked at.
        """
        must_publish(person, kind)
        title = self._parts.kb.title(kind, slug)
        lost = () if reason.strip() else self._losses(kind, slug, None)
        if lost: raise NeedsReason(lost)
        self._parts.kb.retire(
            kind, slug, by=person.id, seen_revision=seen_revision, note=reason.strip(),
            also=remembering(self._parts, key),
        )  # fmt: skip
        return title


NEWER = "Something newer was published meanwhile. Look at it again before you go back."
DRAFTED = "A second editor has to approve this, and there is a draft of it already. Publish or drop that first."
