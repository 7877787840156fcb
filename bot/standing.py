"""How a ticket stands, as its requester is told. Pure values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Optional

from handoff.tickets import State, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """The last thing that a person of the staff wrote to the requester; `by` is their id."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a ticket stands at a moment. `since` is when its state began, as far as that is known.

    `question` is what its requester was asked and has not answered, `why` the reason of a pause, `into` how the ticket
    stands that this one goes on as. `review` tells that it is with the IT operations manager. Of somebody else's
    ticket only the `outline` is told: where it is, but not what it is about.
    """

    ticket: Ticket
    since: datetime
    now: datetime
    contact: str = ""  # how else to reach IT
    question: str = ""
    why: str = ""
    word: Word | None = None
    review: bool = False
    reopens_until: datetime | None = None
    into: Optional["Standing"] = None
    outline: bool = False
    own: bool = True  # whether its requester reads it

    @property
    def unanswered(self) -> bool:
        """Whether somebody should have taken it by now."""
        return self.ticket.untaken and self.ticket.responded_at is None and self.ticket.response_due < self.now

    @property
    def late(self) -> bool:
        """Whether it should have been done by now."""
        return self.ticket.open and self.ticket.paused_at is None and self.ticket.resolution_due < self.now

    @property
    def may_reopen(self) -> bool:
        """Whether its requester can still say that it is not fixed."""
        over = self.ticket.state in {State.RESOLVED, State.CLOSED} and self.ticket.merged_into is None
        return over and self.reopens_until is not None and self.now <= self.reopens_until


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What the requester is told of the end of a ticket.

    `heard_as` is the number of their own ticket where that was merged into this one, `by` the id of who resolved it,
    `asks` whether they are asked now how it went.
    """

    ticket: Ticket
    by: str
    heard_as: str = ""
    asks: bool = False
    closes_at: datetime | None = None
    reopens_until: datetime | None = None
    now: datetime

    @property
    def may_reopen(self) -> bool:
        """Whether they can still say that it is not fixed."""
        return self.reopens_until is not None and self.now <= self.reopens_until
