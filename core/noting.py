"""What a transaction has done, noted for whoever counts it: told once it is committed, and not when it is not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

_KEY = "noted"  # of a session's own notes


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """One thing that was done, such as `ticket`, and what is known of it."""

    about: str
    facts: Mapping[str, Any]


def note(session: Session, about: str, **facts: Any) -> None:
    """Note something that the caller's transaction does."""
    session.info.setdefault(_KEY, []).append(Noted(about=about, facts=facts))


def noted(session: Session) -> Sequence[Noted]:
    """What was noted, in order."""
    return tuple(session.info.get(_KEY, ()))
