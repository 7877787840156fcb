"""Taking on what has become due on tickets, one by one: what goes wrong with one of them holds back no other."""

import logging
from collections.abc import Sequence
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
    return sum(_carefully(parts, what, one, now) for one in found)


def _carefully(parts: Parts, what: Due, ticket_id: int, now: datetime) -> bool:
    """A ticket that cannot be taken on is tried again later: it must not stay the first of all that are due."""
    try:
        with parts.database.transaction() as session: return what.take(session, parts.desk, ticket_id, now)
    except Unavailable:
        raise
    except Exception:
        log.exception("ticket %s could not be looked after", ticket_id)
        with parts.database.transaction() as session: what.postpone(session, ticket_id, now, now + AGAIN_AFTER)
        return False
