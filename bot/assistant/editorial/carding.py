"""Where a draft that waits is shown in the editors' channel, so that its card can follow what becomes of it."""

from dataclasses import dataclass
from typing import Any

from bot.assistant.editorial.made import in_order, made
from bot.assistant.parts import EVERY_AGENT, Parts
from core import events
from core.events import Event
from core.people import PUBLIC
from handoff.masking import ARTICLE_FOR

SHOWN, OVER = "draft.card", "draft.card_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card that still says that a draft waits: its message, and what it was drawn from."""

    channel: str
    ts: str
    draft: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What a card shows: the published text ("" for none; None where not everybody may read it) and the draft's.

    `title` is whom it is for, and not how it is called, where not all of the staff may read it.
    """

    title: str
    before: str | None
    after: str


class Carding:
    """Remembers the cards of drafts, as facts about them."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def waiting(self, draft: dict[str, Any]) -> Waiting | None:
        """The texts of a draft that was submitted; None if it waits no more at the save that was."""
        kb = self._parts.kb
        kept = kb.drafts.find(draft["slug"], draft["kind"])
        if kept is None or kept.version != draft["version"]: return None
        audience = made(kept.kind, kept.slug, kept.source).fields["audience"]
        hidden = self._parts.hidden_from(EVERY_AGENT)(kept.kind, kept.slug, audience)
        title = ARTICLE_FOR.format(name=hidden) if hidden else kept.title
        if hidden or audience not in PUBLIC: return Waiting(title=title, before=None, after="")
        before = kb.history.at(kept.kind, kept.slug, kept.published).source if kept.published else ""
        before = before and in_order(kept.kind, kept.slug, before)
        return Waiting(title=title, before=before, after=in_order(kept.kind, kept.slug, kept.source))

    def shown(self, item: int) -> Card | None:
        """The card of a draft; None where none says that it waits."""
        with self._parts.database.reading() as session: known = events.history(session, _subject(item))
        last: Event | None = known[-1] if known else None
        if last is None or last.kind != SHOWN: return None
        return Card(channel=last.data["channel"], ts=last.data["ts"], draft=last.data["draft"])

    def show(self, item: int, channel: str, ts: str, draft: dict[str, Any]) -> None:
        """Remember a card that was posted."""
        self._record(SHOWN, item, channel=channel, ts=ts, draft=draft)

    def over(self, item: int) -> None:
        """Its card says that it waits no more."""
        self._record(OVER, item)

    def _record(self, kind: str, item: int, **facts: Any) -> None:
        with self._parts.database.transaction() as session:
            events.record(session, kind, _subject(item), actor="firstline", at=self._parts.clock(), **facts)


def _subject(item: int) -> str:
    return f"draft:{item}"
