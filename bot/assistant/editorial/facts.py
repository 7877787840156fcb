"""What events say of articles, recipes and run-books: that they were shown, and what came of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.tables import ConversationRow, TurnRow
from core.events import Event
from handoff.tables import TicketRow
from kb.articles import RUNBOOK
from kb.cookbook import End
from kb.tables import ItemRow, RevisionRow, RunRow
from kb.writing import RECIPE

Named = tuple[str, str]  # the kind and the slug of an item
SHOWN, HELPED, NOT_HELPED, OPENED, REOPENED = "shown", "helped", "not_helped", "opened", "reopened"
UP = "up:"  # before the code that a ticket moved up for
MOVED_UP = ("ticket.escalated", "ticket.vendor")
SAID = ("turn.answered", "turn.chosen", "answer.rated")
ENDED = ("run.moved", "run.turned")
ON_TICKETS = ("ticket.opened", "ticket.reopened", *MOVED_UP)
RUNBOOK_BAD = f"{RUNBOOK}.not_helpful"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Something that came of an item for a person; `ticket` is the one that says so, if one does.

    `what` is shown, helped, not_helped, opened or reopened (a ticket after it), or `up:` and a code.
    """

    item: Named
    person: str
    what: str
    at: datetime
    ticket: int = 0


def outcomes(session: Session, events: Sequence[Event]) -> list[Outcome]:
    """What some events say, in their order. What they are about is read a kind at a time, however many they are."""
    about = _About(session, events)
    return [one for event in events for one in about.outcomes(event)]


class _Turn(NamedTuple):
    """A message that something was shown for, last; `item` is None where nothing was."""

    id: int
    conversation: int
    person: str
    item: Named | None
    at: datetime


@dataclass(slots=True)
class _About:
    """What events are about: the messages, runs and tickets that they name."""

    session: Session
    events: Sequence[Event]
    turns: Mapping[int, _Turn] = field(init=False)
    talks: Mapping[int, list[_Turn]] = field(init=False)  # of the conversations that tickets came out of
    runs: Mapping[int, RunRow] = field(init=False)
    tickets: Mapping[int, Any] = field(init=False)
    written: Sequence[Event] = field(init=False)

    def __post_init__(self) -> None:
        """Read them."""
        self.turns = {turn.id: turn for turn in self._turns(TurnRow.id, self._named("turn", SAID))}
        self.tickets = self._tickets(self._numbers(ON_TICKETS))
        talks: dict[int, list[_Turn]] = defaultdict(list)
        opened = {self.tickets[one].conversation_id for one in self._numbers(["ticket.opened"]) if one in self.tickets}
        for turn in self._turns(TurnRow.conversation_id, opened - {None}): talks[turn.conversation].append(turn)
        self.talks = talks
        ended = select(RunRow).where(RunRow.id.in_(self._numbers(ENDED)))
        self.runs = {row.id: row for row in self.session.scalars(ended)} if self._numbers(ENDED) else {}
        self.written = self._written()

    def outcomes(self, event: Event) -> Iterator[Outcome]:
        """What one event says."""
        kind = event.kind
        if kind in SAID: yield from self._said(event)
        elif kind in ENDED and event.data.get("end") == End.SOLVED:
            run = self.runs.get(_number(event))
            if run: yield Outcome(item=(RECIPE, run.recipe), person=run.owner, what=HELPED, at=event.at)
        elif kind == "run.came_back":
            yield Outcome(item=(RECIPE, event.data["recipe"]), person=event.actor, what=NOT_HELPED, at=event.at)
        elif kind == RUNBOOK_BAD:
            yield Outcome(item=(RUNBOOK, event.data["slug"]), person=event.actor, what=NOT_HELPED, at=event.at)
        elif kind in ON_TICKETS and _number(event) in self.tickets: yield from self._on_ticket(event)

    def _said(self, event: Event) -> Iterator[Outcome]:
        turn = self.turns.get(event.data.get("turn", 0))
        if turn is None: return
        if event.kind == "answer.rated":
            what = HELPED if event.data["feedback"] == "helpful" else NOT_HELPED
            if turn.item: yield Outcome(item=turn.item, person=turn.person, what=what, at=event.at)
            return
        shown = event.data.get("shown")
        item = _first(shown) if shown is not None else turn.item  # what is older does not say what was shown
        if item: yield Outcome(item=item, person=turn.person, what=SHOWN, at=event.at)

    def _on_ticket(self, event: Event) -> Iterator[Outcome]:
        ticket, row = _number(event), self.tickets[_number(event)]
        if event.kind == "ticket.opened":
            before = [turn for turn in self.talks.get(row.conversation_id, ()) if turn.at <= row.opened_at]
            for item, person in sorted({(turn.item, turn.person) for turn in before if turn.item}):
                yield Outcome(item=item, person=person, what=OPENED, at=event.at, ticket=ticket)
            return
        again = event.kind == "ticket.reopened"
        what = REOPENED if again else f"{UP}{event.data.get('reason', '')}"
        for item in sorted(carried(row.brief) | (self._documented(event) if again else set())):
            yield Outcome(item=item, person=row.requester, what=what, at=event.at, ticket=ticket)

    def _documented(self, event: Event) -> set[Named]:
        """Where it was written down how the ticket was solved, before it was opened again."""
        own = [one for one in self.written if one.subject == event.subject and one.id < event.id]
        kind, _, slug = str(own[-1].data.get("documented", "")).partition(":") if own else ("", "", "")
        return {(kind, slug)} if slug and kind != "no" else set()

    # -- reading ---------------------------------------------------------------------------------------------------

    def _named(self, key: str, kinds: Collection[str]) -> set[int]:
        return {event.data[key] for event in self.events if event.kind in kinds and key in event.data}

    def _numbers(self, kinds: Collection[str]) -> set[int]:
        return {_number(event) for event in self.events if event.kind in kinds}

    def _turns(self, column: Any, ids: Collection[int]) -> Iterable[_Turn]:
        if not ids: return
        kind, slug = TurnRow.trace["shown", 0, 0].as_string(), TurnRow.trace["shown", 0, 1].as_string()
        query = select(TurnRow.id, TurnRow.conversation_id, ConversationRow.person, kind, slug, TurnRow.at).join(
            ConversationRow, ConversationRow.id == TurnRow.conversation_id
        )
        for id_, talk, person, kind_, slug_, at in self.session.execute(query.where(column.in_(ids))):
            yield _Turn(id_, talk, person, (kind_, slug_) if slug_ else None, at)

    def _tickets(self, ids: Collection[int]) -> dict[int, Any]:
        if not ids: return {}
        columns = TicketRow.id, TicketRow.conversation_id, TicketRow.opened_at, TicketRow.requester, TicketRow.brief
        return {row.id: row for row in self.session.execute(select(*columns).where(TicketRow.id.in_(ids)))}

    def _written(self) -> Sequence[Event]:
        again = {event.subject for event in self.events if event.kind == "ticket.reopened"}
        if not again: return ()
        query = select(Event).where(Event.subject.in_(again), Event.kind == "ticket.resolved").order_by(Event.id)
        return self.session.scalars(query).all()


def published_before(session: Session, moment: datetime) -> set[Named]:
    """The items that were published for the first time before a moment."""
    first = select(RevisionRow.item_id).group_by(RevisionRow.item_id).having(func.min(RevisionRow.saved_at) <= moment)
    query = select(ItemRow.kind, ItemRow.slug).where(ItemRow.id.in_(first))
    return {(kind, slug) for kind, slug in session.execute(query)}


def carried(brief: dict[str, Any]) -> set[Named]:
    """The items that a ticket's person was shown without help, or went through."""
    found = {(one["kind"], one["slug"]) for one in brief.get("found", ()) if one["rejected"]}
    return found | {(RECIPE, one["recipe"]) for one in brief.get("tried", ())}


def _first(shown: Sequence[Sequence[str]]) -> Named | None:
    return (shown[0][0], shown[0][1]) if shown else None


def _number(event: Event) -> int:
    return int(event.subject.partition(":")[2])
