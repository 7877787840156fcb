"""How far something has come through a list that only grows, such as the events: a number by name."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base, insert


class MarkRow(Base):
    """The id of the last thing that was looked at."""

    __tablename__ = "marks"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    number: Mapped[int]


def locked(session: Session, name: str) -> MarkRow:
    """A mark, for this transaction alone; at 0 when it is new."""
    session.execute(insert(session, MarkRow).values(name=name, number=0).on_conflict_do_nothing())
    return session.get_one(MarkRow, name, with_for_update=True, populate_existing=True)
