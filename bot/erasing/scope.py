"""What belongs to a person: their conversations, tickets, runs and requests, and where they write with Firstline."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.tables import ConversationRow, TurnRow
from core import people
from core.erasing import ERASED, Named
from core.errors import BadInput, NotFound
from core.people import Person
from handoff.actions.tables import ActionRow, ApprovalPlaceRow
from handoff.tables import TicketRow
from kb.tables import RunRow

AT_ONCE = 500  # ids in one query
DIRECT = "D"  # how Slack's ids of direct messages begin
SUBJECTS = {"conversation": "conversation", "ticket": "ticket", "run": "run", "request": "action"}  # of events


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Things by kind and id. With a person only their id goes where others are named beside them; else every id.

    `threads` are those of a person's conversations: (channel, ts).
    """

    things: dict[str, frozenset[int | str]] = field(default_factory=dict)
    person: str = ""
    named: Named | None = None
    threads: frozenset[tuple[str, str]] = frozenset()

    def of(self, kind: str) -> frozenset[int | str]:
        """The ids of one kind."""
        return self.things.get(kind, frozenset())

    def parts(self, kind: str) -> Iterator[list[int | str]]:
        """The same, some at a time."""
        yield from some_of(sorted(self.of(kind), key=str))

    def subjects(self) -> list[str]:
        """What events of these things are about."""
        return [f"{name}:{one}" for kind, name in SUBJECTS.items() for one in self.of(kind)]


def some_of(many: Sequence[Any]) -> Iterator[list[Any]]:
    """A list, some of it at a time."""
    for start in range(0, len(many), AT_ONCE): yield list(many[start : start + AT_ONCE])


def person_of(session: Session, told: str) -> Person:
    """Somebody by Slack id or e-mail address; one whom Firstline never met is looked for by what was told alone.

    Raises:
        BadInput: it is neither.
        NotFound: nobody here has this address.
    """
    known = people.by_email(session, told) if "@" in told else people.find(session, told)
    if known: return known
    if "@" in told: raise NotFound(f"Firstline has met nobody with the address {told}. Give their Slack id instead.")
    if not (told.isalnum() and told.isupper()) or told == ERASED:
        raise BadInput(f"{told} is neither a Slack id, such as U024BE7LH, nor an e-mail address.")
    return Person(id=told, name="")


def of_person(session: Session, person: Person, also: Sequence[str] = ()) -> Scope:
    """Everything that belongs to somebody; `also` are names and addresses that they had earlier."""
    conversations = _ids(session, select(ConversationRow.id).where(ConversationRow.person == person.id))
    things = {
        "person": frozenset({person.id}), "conversation": conversations,
        "ticket": _ids(session, select(TicketRow.id).where(TicketRow.requester == person.id)),
        "run": _ids(session, select(RunRow.id).where(RunRow.owner == person.id)),
        "request": _ids(session, select(ActionRow.id).where(ActionRow.requester == person.id)),
    }  # fmt: skip
    rooms = sorted(_rooms(session, person.id))
    addresses, names = (tuple(one for one in also if ("@" in one) is at) for at in (True, False))
    named = Named(ids=(person.id, *rooms), addresses=(person.email, *addresses), names=(person.name, *names))
    own = select(ConversationRow.channel, ConversationRow.thread_ts).where(ConversationRow.person == person.id)
    threads = frozenset((channel, ts) for channel, ts in session.execute(own))
    return Scope(things=_with_turns(session, things), person=person.id, named=named, threads=threads)


def of_conversations(session: Session, ids: Iterable[int]) -> Scope:
    """The same of some conversations, whoever has part in them: with their runs, and what these asked for."""
    found: dict[str, frozenset[int | str]] = {"conversation": frozenset(ids)}
    found["run"] = _ids(session, select(RunRow.id).where(RunRow.conversation_id.in_(found["conversation"])))
    found["request"] = _ids(session, select(ActionRow.id).where(ActionRow.run.in_(found["run"])))
    return Scope(things=_with_turns(session, found))


def of_tickets(ids: Sequence[int]) -> Scope:
    """The same of some tickets."""
    return Scope(things={"ticket": frozenset(ids)})


def _with_turns(session: Session, things: dict[str, frozenset[int | str]]) -> dict[str, frozenset[int | str]]:
    turns = set[int | str]()
    for part in some_of(sorted(things["conversation"], key=str)):
        turns |= _ids(session, select(TurnRow.id).where(TurnRow.conversation_id.in_(part)))
    return things | {"turn": frozenset(turns)}


def _rooms(session: Session, person: str) -> set[str]:
    """The ids of somebody's direct messages with Firstline."""
    rooms = {str(one) for query in _places(person) for one in session.scalars(query.distinct())}
    return {one for one in rooms if one.startswith(DIRECT)}


def _places(person: str) -> Iterator[Select[str]]:
    yield select(ConversationRow.channel).where(ConversationRow.person == person)
    yield select(TicketRow.channel).where(TicketRow.requester == person)
    yield select(RunRow.channel).where(RunRow.owner == person)
    asked = select(ActionRow.id).where(ActionRow.approver == person)
    yield select(ApprovalPlaceRow.channel).where(ApprovalPlaceRow.request_id.in_(asked))


def _ids(session: Session, query: Select[int]) -> frozenset[int | str]:
    return frozenset(session.scalars(query))
