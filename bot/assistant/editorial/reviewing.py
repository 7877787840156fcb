"""From a draft to what is published: submit, approve or send back. The role is checked here, whatever surface asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.assistant.editorial.beside import beside
from bot.assistant.editorial.made import checked_on, made, must_publish, refuse
from bot.assistant.editorial.telling import news
from bot.assistant.editorial.writing import Writing
from bot.assistant.parts import Parts
from core.errors import BadInput
from core.people import Person
from core.received import known
from kb.drafting import unfinished
from kb.drafts import Kept
from kb.writing import RECIPE, Draft

Losses = Callable[[str, str, Draft | None], Sequence[str]]


class NeedsReason(BadInput):
    """Questions whose answer was confirmed would no longer be answered; `lost` are these. Say why, and do it again."""

    def __init__(self, lost: Sequence[str]) -> None:
        """Keep the questions."""
        count = "A question" if len(lost) == 1 else f"{len(lost)} questions"
        super().__init__(f"{count} whose answer was confirmed would lose it. Please say why that is right.")
        self.lost = tuple(lost)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What was published: its title and its new revision; 0 where it waits for a second editor."""

    title: str
    revision: int

    @property
    def waits(self) -> bool:
        """Whether somebody else has to approve it first."""
        return not self.revision


class Reviewing:
    """Submits, sends back and publishes drafts."""

    def __init__(self, parts: Parts, writing: Writing, losses: Losses) -> None:
        """Take the shared parts; `losses` tells the confirmed questions that a change of an item would lose."""
        self._parts, self._writing, self._losses = parts, writing, losses

    def was_done(self, key: str) -> bool:
        """Whether what was asked for with a key was done: the same form may be sent again by who was not told."""
        with self._parts.database.reading() as session: return known(session, key)

    def submit(
        self, kind: str, slug: str, person: Person, *, seen_version: int, note: str = "", key: str = ""
    ) -> Kept:
        """Ask the editors to look at a draft; they are told. `key` is remembered with it, here and below.

        Raises:
            BadInput: parts of it are still to be written; says which line.
            Stale: it was changed meanwhile.
        """
        kept = self._writing.draft(kind, slug, person)
        refuse(unfinished(slug, kept.source))
        tell = news(self._parts, "submitted", person, note, key)
        return self._parts.kb.drafts.submit(slug, kind, by=person.id, seen_version=seen_version, note=note, also=tell)

    def send_back(
        self, kind: str, slug: str, person: Person, *, seen_version: int, note: str, key: str = ""
    ) -> Kept:
        """Give a draft back with what is to be done; whoever wrote it is told."""
        must_publish(person, kind)
        self._writing.draft(kind, slug, person)
        tell = news(self._parts, "sent_back", person, note, key)
        drafts = self._parts.kb.drafts
        return drafts.send_back(slug, kind, by=person.id, seen_version=seen_version, note=note, also=tell)

    def publish(
        self, kind: str, slug: str, person: Person, *, seen_version: int, reason: str = "", key: str = ""
    ) -> Saved:
        """Publish a draft: whoever does has checked it today, and the next question is answered from it.

        Raises:
            BadInput: parts are still to be written, it is not sound, or somebody else has to approve it.
            NeedsReason: confirmed answers would be lost, and no reason is given.
            Stale: it was changed meanwhile, or something else was published since it was begun.
        """
        must_publish(person, kind)
        kept = self._writing.draft(kind, slug, person)
        if not self._writing.reviews(kept, person): raise BadInput(OTHER)
        refuse(unfinished(slug, kept.source))
        draft = self._ready(kept, person)
        lost = () if reason.strip() else self._losses(kind, slug, draft)
        if lost: raise NeedsReason(lost)
        number = self._parts.kb.drafts.publish(
            draft, by=person.id, seen_version=seen_version, note=_why(kept, reason.strip()),
            also=news(self._parts, "published", person, reason, key),
        )
        return Saved(title=draft.title, revision=number)

    def _ready(self, kept: Kept, person: Person) -> Draft:
        if kept.kind == RECIPE:
            refuse(beside(self._parts, kept.slug, kept.source))
            return made(kept.kind, kept.slug, kept.source)
        day = self._parts.clock().date()
        return made(kept.kind, kept.slug, checked_on(kept.source, kept.slug, day, person.email))


def _why(kept: Kept, reason: str) -> str:
    """What the history tells of why it was published; of going back, what was said then too."""
    return "; ".join(filter(None, [kept.note if kept.origin == BACK else "", reason]))


BACK = "history"  # the origin of a draft that goes back to an earlier revision
OTHER = "Somebody else has to look at this before it is published. Submit it for review."
