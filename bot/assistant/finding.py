"""Tickets that somebody looks for: by words, or in the queues. What they may see of them is decided here."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from bot.assistant.parts import Parts
from bot.question import QueueView
from bot.standing import Standing
from core import people
from core.people import Action, Person
from handoff import finding
from handoff.changing import MANAGERS
from handoff.finding import Page, Show, Wanted
from handoff.states import OVER
from handoff.tickets import State, Ticket

RECENT = timedelta(days=14)  # for so long a ticket that is over is listed among one's own
LISTED = 5  # tickets of a status
FOUND = 10  # tickets of one search
IN_QUEUE = 8  # tickets of one page of the queues
MENTION = re.compile(r"<@([UW][A-Z0-9]{2,20})(?:\|[^>]*)?>")
STATES: Final = {
    "open": frozenset(State) - OVER, "paused": frozenset({State.HELD}), "over": OVER, "done": OVER,
    "vendor": frozenset({State.VENDOR}),
} | {state.value: frozenset({state}) for state in State if state is not State.VENDOR}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTickets:
    """What a search brought up; `cards` are where the cards stand, by ticket: (channel, ts)."""

    page: Page
    now: datetime
    cards: dict[int, tuple[str, str]]


class Finding:
    """Looks for tickets."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def search(self, text: str, person: Person) -> FoundTickets:
        """The tickets that have all that is written: words, numbers, states, people (`@emma`, `me`).

        Employees find their own alone, and are told of no cards.
        """
        staff = person.may(Action.WORK_TICKETS)
        with self._parts.database.reading() as session:
            wanted = _wanted(session, text, person, requester="" if staff else person.id)
            page = finding.search(session, wanted, limit=FOUND)
            cards = self.cards(session, page.tickets) if staff else {}
        return FoundTickets(page=page, now=self._parts.clock(), cards=cards)

    def queue(self, session: Session, person: Person, show: Show, first: int) -> QueueView:
        """What waits in the queues, for staff."""
        now = self._parts.clock()
        page = finding.queue(session, person, show, now, first=first, limit=IN_QUEUE)
        return QueueView(
            page=page, now=now, claimable=frozenset(one.id for one in page.tickets if self._may_claim(one, person)),
            cards=self.cards(session, page.tickets), shows=finding.counts(session, person, now),
            queues=finding.by_queue(session),
        )  # fmt: skip

    def cards(self, session: Session, found: Collection[Ticket]) -> dict[int, tuple[str, str]]:
        """Where the cards of tickets stand."""
        places = finding.cards(session, self._parts.desk, found)
        return {ticket: (place.channel, place.ts) for ticket, place in places.items()}

    def _may_claim(self, ticket: Ticket, person: Person) -> bool:
        review = self._parts.desk.queue(ticket.queue).review
        return ticket.untaken and person.works_at(ticket.tier) and (not review or bool(person.roles & MANAGERS))


def names_of(session: Session, standings: Collection[Standing]) -> dict[str, str]:
    """The names of the people who have tickets, or wrote the last word on them, by id."""
    ids = {one.ticket.assignee for one in standings} | {one.word.by for one in standings if one.word}
    found = {one: person.name for one in ids if one and (person := people.find(session, one))}
    return dict(sorted(found.items()))


def _wanted(session: Session, text: str, person: Person, requester: str) -> Wanted:
    words, groups, states = [], [], frozenset[State]()
    for word in text.split():
        mention, plain = MENTION.fullmatch(word), word.lower()
        if mention: groups.append(frozenset({mention[1]}))
        elif plain in ("me", "mine"): groups.append(frozenset({person.id}))
        elif word.startswith("@") and len(word) > 1: groups.append(finding.people_called(session, word[1:]))
        elif plain in STATES: states |= STATES[plain]
        else: words.append(word)
    return Wanted(words=tuple(words), people=tuple(groups), states=states, requester=requester)
