"""Word of what happens to a draft: for the editors' channel, and for whoever began it."""

from collections.abc import Callable
from typing import Final, Literal

from sqlalchemy.orm import Session

from bot.assistant.parts import Parts
from core import outbox
from core.people import Person
from core.received import first_time
from kb.drafts import Also, Kept

NEWS: Final = "draft_news"  # what the outbox calls it
What = Literal["submitted", "sent_back", "published", "taken_back", "dropped"]


def news(parts: Parts, what: What, by: Person, note: str = "", key: str = "") -> Also:
    """What is to happen in the transaction that changes a draft, so that it is told once if it comes to be.

    `taken_back` is a draft that is written on while it waits, `dropped` one that is thrown away while it waits. `key`
    is remembered with it.
    """
    now = parts.clock()

    def tell(session: Session, kept: Kept) -> None:
        remembering(parts, key)(session)
        facts: dict[str, object] = {"item": kept.item, "kind": kept.kind, "slug": kept.slug, "title": kept.title}
        facts |= {"what": what, "version": kept.version, "to": kept.begun_by, "by": by.id, "note": note.strip()}
        lane = f"draft:{kept.item}"
        outbox.put(session, NEWS, key=f"{lane}:{what}:{now:%Y%m%d%H%M%S%f}", lane=lane, now=now, draft=facts)

    return tell


def remembering(parts: Parts, key: str) -> Callable[[Session], None]:
    """What is to happen in the transaction of a deed that was asked for with a key; nothing without one."""
    def remember(session: Session) -> None:
        if key: first_time(session, [key], parts.clock())

    return remember
