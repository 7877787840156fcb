"""Erases somebody from the whole database, in one transaction of the caller's."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.erasing import elsewhere, facts, rows
from bot.erasing.letting_go import let_go
from bot.erasing.scope import of_person
from core import events
from core.erasing import ERASED
from core.people import Person
from handoff.desk import Desk
from kb.publishing import bump

DONE = "person.erased"  # the event that tells of it, without who it was
KNOWLEDGE = ("kb_revisions", "kb_entries", "kb_drafts")  # where the company's own words named them


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What an erasure did: how many rows of each table changed or went; what is left to people."""

    rows: dict[str, int]
    by_hand: tuple[str, ...]
    ownerless: tuple[str, ...]

    @property
    def named_in(self) -> int:
        """How many rows of the knowledge base named them."""
        return sum(self.rows.get(name, 0) for name in KNOWLEDGE)


def erase(
    session: Session, desk: Desk, person: Person, by: str, now: datetime, also: Sequence[str] = ()
) -> Erasure:
    """Erase somebody; what they had under way ends first. `also` as in `of_person`.

    What is for Slack to do waits in the outbox. Done again it finds nothing, unless something came since.
    """
    ownerless = let_go(session, desk, of_person(session, person, also), now)
    session.flush()
    scope = of_person(session, person, also)
    told, asked = elsewhere.by_hand(session, scope), elsewhere.messages(session, scope)
    counts = Counter({"gap_questions": facts.gaps(session, scope, now)})
    counts += Counter(outbox=facts.outbox(session, scope), received=facts.received(session, scope))
    session.flush()
    counts += Counter(rows.strip(session, scope))
    counts += Counter(rows.without(session, scope))
    counts += Counter(events=facts.events(session, scope, now))
    session.expire_all()
    elsewhere.empty(session, desk, scope, asked, now)
    if any(counts[name] for name in KNOWLEDGE): bump(session)
    actor = ERASED if by == person.id else by
    events.record(session, DONE, "person:erased", actor=actor, at=now, rows=dict(sorted(counts.items())))
    return Erasure(rows=dict(sorted(counts.items())), by_hand=tuple(told), ownerless=tuple(ownerless))
