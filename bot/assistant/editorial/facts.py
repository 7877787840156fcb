"""What happened around articles, recipes and run-books, read from turns, runs, tickets and events: a query a kind."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.orm import Session

from bot.tables import ConversationRow, TurnRow
from core.events import Event
from handoff.tables import TicketRow
from kb.articles import RUNBOOK
from kb.cookbook import End
from kb.tables import ItemRow, RevisionRow, RunRow
from kb.writing import RECIPE

Named = tuple[str, str]  # the kind and the slug of an item
MOVED_UP = ("ticket.escalated", "ticket.vendor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An item was shown to a person in a conversation, so many times, first at a moment."""

    item: Named
    person: str
    conversation: int
    times: int
    first: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a person said of an item: whether it helped."""

    item: Named
    person: str
    helped: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTicket:
    """Something that a ticket says of an item: `what` is `reopened`, or the code of an escalation."""

    item: Named
    ticket: int
    person: str
    what: str
    at: datetime
    reopened: bool = False


def shown(session: Session, since: datetime) -> list[Shown]:
    """What was shown to whom."""
    kind, slug = _shown()
    rows = (
        select(
            kind.label("kind"), slug.label("slug"), ConversationRow.person.label("person"),
            TurnRow.conversation_id.label("conversation"), TurnRow.at.label("at"),
        )
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(TurnRow.at >= since, slug.is_not(None)).subquery()
    )
    by = (rows.c.kind, rows.c.slug, rows.c.person, rows.c.conversation)
    query = select(*by, func.count(), func.min(rows.c.at)).group_by(*by)
    return [
        Shown(item=(kind_, slug_), person=person, conversation=conversation, times=times, first=first)
        for kind_, slug_, person, conversation, times, first in session.execute(query)
    ]


def verdicts(session: Session, since: datetime) -> list[Verdict]:
    """What people said of what they were shown, and how their recipes ended: the newest word of each, per item."""
    said = [*_rated(session, since), *_runs(session, since), *_runbooks(session, since)]
    newest = {(one.item, one.person): one for one in sorted(said, key=lambda one: one.at)}
    return list(newest.values())


def _rated(session: Session, since: datetime) -> Iterator[Verdict]:
    """The last word on each answer: a turn keeps that, the event tells when."""
    kind, slug = _shown()
    turn = Event.data["turn"].as_integer()
    query = (
        select(kind, slug, ConversationRow.person, TurnRow.feedback, Event.at)
        .join(TurnRow, TurnRow.id == turn).join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(Event.kind == "answer.rated", Event.at >= since, TurnRow.feedback != "", slug.is_not(None))
    )
    for kind_, slug_, person, feedback, at in session.execute(query):
        yield Verdict(item=(kind_, slug_), person=person, helped=feedback == "helpful", at=at)


def _runs(session: Session, since: datetime) -> Iterator[Verdict]:
    """Recipes that their person said had worked; one that came back did not."""
    query = select(RunRow.recipe, RunRow.owner, RunRow.moved_at, RunRow.came_back_at)
    solved = (RunRow.end == End.SOLVED) | RunRow.came_back_at.is_not(None)
    for recipe, owner, moved_at, came_back_at in session.execute(query.where(RunRow.moved_at >= since, solved)):
        helped, at = came_back_at is None, came_back_at or moved_at
        yield Verdict(item=(RECIPE, recipe), person=owner, helped=helped, at=at)


def _runbooks(session: Session, since: datetime) -> Iterator[Verdict]:
    query = select(Event.data["slug"].as_string(), Event.actor, Event.at)
    for slug, person, at in session.execute(query.where(Event.kind == f"{RUNBOOK}.not_helpful", Event.at >= since)):
        yield Verdict(item=(RUNBOOK, slug), person=person, helped=False, at=at)


def came_of(session: Session, since: datetime) -> list[tuple[int, int, datetime]]:
    """The tickets that came out of conversations: the conversation, the ticket, and when."""
    query = select(TicketRow.conversation_id, TicketRow.id, TicketRow.opened_at)
    own = TicketRow.opened_at >= since, TicketRow.conversation_id.is_not(None)
    return [(conversation or 0, ticket, at) for conversation, ticket, at in session.execute(query.where(*own))]


def on_tickets(session: Session, since: datetime) -> list[OnTicket]:
    """What tickets say of items, each ticket once an item and a word: reopened after one, or moved up in spite of it.

    An item is carried by a ticket whose person was shown it before, without help, or went through it; and by one that
    was resolved with it named as where the fix is written down.
    """
    kinds = ("ticket.resolved", "ticket.reopened", *MOVED_UP)
    query = (
        select(Event.kind, Event.data, Event.at, TicketRow.id, TicketRow.requester, TicketRow.brief)
        .join(TicketRow, Event.subject == literal("ticket:") + cast(TicketRow.id, String))
        .where(Event.kind.in_(kinds), Event.at >= since).order_by(Event.id)
    )
    return list({(one.item, one.ticket, one.what): one for one in _on_tickets(session.execute(query))}.values())


def _on_tickets(rows: Iterable[Any]) -> Iterator[OnTicket]:
    written: dict[int, Named] = {}
    for kind, data, at, ticket, person, brief in rows:
        if kind == "ticket.resolved":
            named = _named(data.get("documented", ""))
            if named: written[ticket] = named
            continue
        again = kind == "ticket.reopened"
        items = carried(brief) | ({written[ticket]} if again and ticket in written else set())
        what = "reopened" if again else str(data.get("reason", ""))
        for item in sorted(items):
            yield OnTicket(item=item, ticket=ticket, person=person, what=what, at=at, reopened=again)


def published_before(session: Session, moment: datetime) -> set[Named]:
    """The items that were published for the first time before a moment."""
    first = select(RevisionRow.item_id).group_by(RevisionRow.item_id).having(func.min(RevisionRow.saved_at) <= moment)
    query = select(ItemRow.kind, ItemRow.slug).where(ItemRow.id.in_(first))
    return {(kind, slug) for kind, slug in session.execute(query)}


def carried(brief: dict[str, Any]) -> set[Named]:
    """The items that a ticket's person was shown without help, or went through."""
    found = {(one["kind"], one["slug"]) for one in brief.get("found", ()) if one["rejected"]}
    return found | {(RECIPE, one["recipe"]) for one in brief.get("tried", ())}


def _named(documented: str) -> Named | None:
    kind, _, slug = documented.partition(":")
    return (kind, slug) if slug and kind != "no" else None


def _shown() -> tuple[Any, Any]:
    """The kind and the slug of what a turn shows."""
    return TurnRow.trace["shown", 0, 0].as_string(), TurnRow.trace["shown", 0, 1].as_string()
