"""Taking on what has become due, one by one: what goes wrong with one of them holds back no other."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from bot.assistant.parts import Parts
from core.errors import Unavailable
from handoff.desk import Desk

AT_ONCE = 20  # tickets of one look, of each kind
AGAIN_AFTER = timedelta(minutes=5)  # for a ticket that could not be looked after
log = logging.getLogger(__name__)


class Due(Protocol):
    """Something that becomes due on tickets, such as `handoff.warnings`."""

    def due(self, session: Session, now: datetime, limit: int) -> Sequence[int]:
        """The tickets that it is due on."""

    def take(self, session: Session, desk: Desk, ticket_id: int, now: datetime) -> bool:
        """Do it, if it still is due."""

    def postpone(self, session: Session, ticket_id: int, now: datetime, until: datetime) -> None:
        """Have it due later, if it still is due."""


def sweep(parts: Parts, what: Due, now: datetime) -> int:
    """Do what is due, each ticket in a transaction of its own; how many that were."""
    with parts.database.reading() as session: found = what.due(session, now, AT_ONCE)
    return sum(_one(parts, what, one, now) for one in found)


def _one(parts: Parts, what: Due, ticket_id: int, now: datetime) -> bool:
    def take() -> bool:
        with parts.database.transaction() as session: return what.take(session, parts.desk, ticket_id, now)

    def later() -> None:
        with parts.database.transaction() as session: what.postpone(session, ticket_id, now, now + AGAIN_AFTER)

    return carefully(f"ticket {ticket_id}", take, later)


def carefully(name: str, act: Callable[[], object], later: Callable[[], None]) -> bool:
    """Act on one of many that are due; what goes wrong with it is logged, and it is left for `later`.

    It must not stay the first of all that are due. A database that does not answer concerns them all, and is raised.
    """
    try:
        return bool(act())
    except Unavailable:
        raise
    except Exception:  # whatever it is, the others must not wait for it
        log.exception("%s could not be looked after", name)
        later()
        return False
