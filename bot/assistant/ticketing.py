"""Tickets from their requester's side: from a conversation to people, and what is heard of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot import conversations
from bot.assistant.finding import LISTED, RECENT, names_of
from bot.assistant.parts import Opened, Parts, keep_nothing, seen_at
from bot.assistant.standing import outline, stand
from bot.conversations import Conversation, Turn
from bot.decide import Reason
from bot.judged import predicted
from bot.question import StatusReply, TicketReply
from classifier.labels import Intent, Prediction
from core.errors import BadInput, NotAllowed, NotFound, Stale
from core.people import EMPLOYEES, Action, Person
from core.received import first_time
from core.redact import redact
from handoff import finding, mirrors, tickets, updates
from handoff.brief import Brief, Found, RunBook, Tried
from handoff.desk import CatalogueItem
from handoff.entitling import started
from handoff.finding import Page
from handoff.tickets import Kind, NewTicket, State, Ticket
from kb import runs
from kb.cookbook import GOAL, Book, End, Progress
from kb.ranking import LISTED_AT, Candidate
from kb.tables import RunRow

NEEDS_GOAL = "What are you trying to get done?"
Handed = Callable[[Session, TicketReply], object]  # keeps what is to be said, in the transaction that decides it


def say_nothing(_session: Session, _reply: TicketReply) -> None:
    """Nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is known at the moment of a handoff beside the conversation itself."""

    reason: Reason
    prediction: Prediction
    nearest: Candidate | None = None
    confidence: float = 0.0
    note: str = ""
    why: tuple[str, ...] = ()


class Ticketing:
    """What requesters do with tickets. Each public method is one transaction."""

    def __init__(self, parts: Parts) -> None:
        """Take the shared parts."""
        self._parts = parts

    def hand_off(
        self, session: Session, conversation: Conversation, person: Person, facts: Circumstances, now: datetime
    ) -> TicketReply:
        """Make a ticket out of a conversation, in the caller's transaction; an open one is told again instead."""
        conversations.lock(session, conversation.id)
        known = tickets.of_conversation(session, conversation.id)
        if known and known.open and not _apart(known, facts):
            updates.told(session, self._parts.desk, known.id, now)
            return self._told(known, person, facts, conversation)
        brief, goal_question = self._brief(session, conversation, facts)
        request = facts.prediction.intent is Intent.REQUEST
        new = NewTicket(
            kind=Kind.REQUEST if request else Kind.INCIDENT, requester=person.id, category=facts.prediction.category,
            impact=facts.prediction.impact.value, urgency=facts.prediction.urgency.value, brief=brief,
            conversation_id=conversation.id,
            channel=conversation.channel, thread_ts=conversation.thread_ts,
        )
        new = started(self._parts.desk, new, person)
        ticket = tickets.open_ticket(session, self._parts.desk, new, by=person.id, now=now)
        return self._told(ticket, person, facts, conversation, goal_question)

    def told_again(self, session: Session, conversation_id: int, person: Person, reason: Reason) -> TicketReply | None:
        """The ticket that came out of a conversation, as its requester is told of it; None if there is none."""
        known = tickets.of_conversation(session, conversation_id)
        if not known: return None
        return TicketReply(
            ticket=known, reason=reason, tz=person.tz, goal_question=NEEDS_GOAL if known.open and not known.goal else ""
        )

    def person_now(self, turn_id: int, person: Person, write: Handed = say_nothing) -> TicketReply:
        """The person wants a human instead of the answer they got; `write` gets the reply in the same transaction.

        Raises:
            NotFound: the answer is gone.
            BadInput: it was somebody else's question.
        """
        now = self._parts.clock()
        with self._parts.database.transaction() as session:
            turn = conversations.turn(session, turn_id)
            conversation = conversations.get(session, turn.conversation_id)
            if conversation.person != person.id: raise BadInput("Only the person who asked can do this.")
            known = tickets.of_conversation(session, conversation.id)
            if known and turn.text not in known.brief.asked:  # it was answered beside the ticket
                self.follow_up(
                    session, conversation, turn.text, by=person.id, ts=turn.ts, files=turn.files, now=now
                )
            reason = Reason.NOT_HELPED if turn.feedback == "not_helpful" else Reason.ASKED
            facts = Circumstances(reason=reason, prediction=predicted(turn.trace), confidence=turn.confidence)
            reply = self.hand_off(session, conversation, person, facts, now)
            write(session, reply)
            return reply

    def rate(self, turn_id: int, helpful: bool, person: Person) -> bool:  # noqa: FBT001 - a thumb is up or down
        """Keep the person's verdict on an answer; False if it is the same as before."""
        with self._parts.database.transaction() as session:
            turn = conversations.turn(session, turn_id)
            if conversations.get(session, turn.conversation_id).person != person.id:
                raise BadInput("Only the person who asked can say that.")
            return conversations.rate(
                session, turn_id, "helpful" if helpful else "not_helpful", by=person.id, now=self._parts.clock()
            )

    def form(self, slug: str) -> CatalogueItem:
        """A form of the catalogue."""
        item = self._parts.desk.item(slug)
        if item is None: raise NotFound("This form is no longer offered.")
        return item

    def goal_of(self, ticket_id: int, person: Person) -> tuple[Ticket, str]:
        """The requester's own open ticket, and what to ask about its goal."""
        with self._parts.database.reading() as session: ticket = tickets.get(session, ticket_id)
        if ticket.requester != person.id: raise NotAllowed(f"{ticket.number} is not your ticket.")
        if not ticket.open: raise Stale(f"{ticket.number} is already resolved.")
        recipe = self._parts.kb.recipe(ticket.brief.tried[-1].recipe)[0] if ticket.brief.tried else None
        return ticket, (recipe.goal if recipe and recipe.audience in person.audiences() else "") or NEEDS_GOAL

    def set_goal(self, ticket_id: int, goal: str, person: Person) -> Ticket:
        """Keep what the requester is trying to get done."""
        with self._parts.database.transaction() as session:
            return tickets.set_goal(
                session, self._parts.desk, ticket_id, redact(goal).text, by=person, now=self._parts.clock()
            )

    def follow_up(
        self, session: Session, conversation: Conversation, text: str, *, by: str, ts: str, files: tuple[str, ...],
        now: datetime
    ) -> Ticket | None:
        """Bring a further message, `by` whom it is, to the staff if the conversation's ticket is not closed."""
        ticket = tickets.of_conversation(session, conversation.id)
        if not ticket or ticket.state is State.CLOSED: return None
        tickets.requester_said(
            session, self._parts.desk, ticket, text, by=by, ts=ts, files=files, now=now, channel=conversation.channel
        )
        return ticket

    def changed_message(
        self, channel: str, thread_ts: str, ts: str, text: str | None, by: str, *, at: str
    ) -> None:
        """A message in a ticket's thread was edited, or deleted (no text): the staff see that, nobody else does.

        `at` names the change: the same one may be told twice.
        """
        now = self._parts.clock()
        with self._parts.database.transaction() as session:
            conversation = conversations.of_thread(session, channel, thread_ts)
            ticket = tickets.of_conversation(session, conversation.id) if conversation else None
            if not conversation or not ticket: return
            known = mirrors.now_says(session, ticket.id, (channel, ts), by).known
            if not known and (conversation.person != by or not ticket.open): return
            if not first_time(session, [f"change:{channel}:{ts}:{at}"], now): return
            new = None if text is None else redact(text).text
            mirrors.change(session, ticket.id, origin=(channel, ts), text=new, at=at, by=by, now=now)

    def status(self, person: Person, number: str = "", *, private: bool = True) -> StatusReply:
        """How a ticket is doing, or the person's own newest ones.

        A number tells anybody where its ticket stands; what it is about is for its requester and for staff, and not
        told where others read along.
        """
        now, desk = self._parts.clock(), self._parts.desk
        with self._parts.database.reading() as session:
            known = tickets.by_number(session, number) if number else None
            page = Page(tickets=(known,) if known else ()) if number else finding.own(
                session, person.id, now - RECENT, limit=LISTED
            )
            found = [stand(session, desk, one, now) for one in page.tickets]
            stands = [replace(one, own=one.ticket.requester == person.id) for one in found]
            told = tuple(one if private and _may_read(one.ticket, person) else outline(one) for one in stands)
            names = names_of(session, told)
        return StatusReply(standings=told, tz=person.tz, asked=number, names=names, more=page.more)

    def submit_form(
        self, slug: str, values: dict[str, str], person: Person, *, channel: str, thread_ts: str, key: str,
        write: Opened = keep_nothing,
    ) -> Ticket | None:
        """A filled-in catalogue form becomes a service request; None if it was submitted before.

        `write` gets it in the transaction that opens it.
        """
        item = self.form(slug)
        now = self._parts.clock()
        clean = {name: redact(value).text for name, value in values.items()}
        wish = "\n".join((item.title, *clean.values()))
        near = self._parts.runbooks_near(self._parts.encode(wish), wish)
        with self._parts.database.transaction() as session:
            if not first_time(session, [f"form:{key}"], now): return None
            asked = conversations.of_thread(session, channel, thread_ts)
            mine = asked.id if asked and asked.person == person.id else None  # what they write there goes to the ticket
            new = replace(self._request(item, clean, person, channel, thread_ts, near), conversation_id=mine)
            new = started(self._parts.desk, new, person)
            opened = tickets.open_ticket(session, self._parts.desk, new, by=person.id, now=now)
            write(session, opened)
            return opened

    def _request(
        self, item: CatalogueItem, values: dict[str, str], person: Person, channel: str, thread_ts: str,
        near: tuple[RunBook, ...],
    ) -> NewTicket:
        answers = {field.label: values[field.name] for field in item.fields if values.get(field.name)}
        brief = Brief(asked=(item.title,), reason=Reason.FORM, answers=answers, confidence=1.0, runbooks=near)
        return NewTicket(
            kind=Kind.REQUEST, requester=person.id, category=item.category, impact="low", urgency="low", brief=brief,
            channel=channel, thread_ts=thread_ts,
        )


    def get(self, ticket_id: int) -> Ticket:
        """A ticket as it stands now."""
        with self._parts.database.reading() as session: return tickets.get(session, ticket_id)

    # -- inside ----------------------------------------------------------------------------------------------------

    def _told(
        self, ticket: Ticket, person: Person, facts: Circumstances, conversation: Conversation,
        goal_question: str = NEEDS_GOAL,
    ) -> TicketReply:
        seen = seen_at(person, private=conversation.private)
        rule = self._parts.desk.straight(ticket.category) if facts.reason is Reason.STRAIGHT else None
        return TicketReply(
            ticket=ticket, reason=facts.reason, tz=person.tz,
            goal_question="" if ticket.goal or rule else goal_question,
            nearest=self._parts.nearest(facts.nearest), confidence=facts.confidence,
            advice=self._parts.quote(rule.article, seen) if rule and rule.article else None,
        )

    def _brief(self, session: Session, conversation: Conversation, facts: Circumstances) -> tuple[Brief, str]:
        said = conversations.turns(session, conversation.id)
        walked = [(run, runs.progress_of(run)) for run in runs.of_conversation(session, conversation.id)]
        goal = self._book(walked[-1][0]).recipes[walked[-1][0].recipe].goal if walked else ""
        brief = Brief(
            asked=_asked(said), reason=facts.reason,
            found=_found(said, fixed={run.recipe for run, progress in walked if _fixed(run, progress)}),
            files=_files(said),
            goal=next((goal for _, progress in walked if (goal := progress.facts.get(GOAL, ""))), ""),
            tried=tuple(tried for run, progress in walked for tried in _tried(progress, self._book(run))),
            answers={
                label: value for run, progress in walked for label, value in self._labelled(run, progress).items()
            },
            note=facts.note, confidence=facts.confidence, why=facts.why, runbooks=_runbooks(said),
            named=tuple({done.answer: None for _, progress in walked for done in progress.trail if done.named}),
        )
        return brief, goal or NEEDS_GOAL

    def _book(self, run: RunRow) -> Book:
        return self._parts.books.at(runs.revisions(run))

    def _labelled(self, run: RunRow, progress: Progress) -> dict[str, str]:
        """What was answered in a run, under the words that it was asked with."""
        steps = [step for recipe in self._book(run).recipes.values() for step in recipe.steps.values()]
        labels = {step.input.name: step.input.label for step in steps if step.input}
        return {
            labels.get(name, name.replace("_", " ").capitalize()): value
            for name, value in progress.answers.items() if name != GOAL
        }  # fmt: skip


def _may_read(ticket: Ticket, person: Person) -> bool:
    return ticket.requester == person.id or person.may(Action.WORK_TICKETS)


def _apart(known: Ticket, facts: Circumstances) -> bool:
    """Whether danger is told in the thread of a ticket about something else: that needs a ticket of its own."""
    return facts.reason is Reason.STRAIGHT and facts.prediction.category != known.category


def _found(said: list[Turn], fixed: set[str]) -> tuple[Found, ...]:
    """What search brought up, each once, the nearest to what was asked first; what was shown and did not help leads.

    `fixed` are the recipes that ended solved. What is far from what was asked, and was not shown, is left out.
    """
    best: dict[tuple[str, str], Found] = {}
    for turn in said:
        for row in turn.trace.get("candidates", []):
            shown = [row["kind"], row["slug"]] in turn.trace.get("shown", [])
            rejected = shown and turn.feedback != "helpful" and row["slug"] not in fixed
            if row["cosine"] < LISTED_AT and not rejected: continue
            found = Found(
                kind=row["kind"], slug=row["slug"], title=row["title"], score=row["cosine"], rejected=rejected,
                audience=row.get("audience", EMPLOYEES),
            )  # fmt: skip
            key = (found.kind, found.slug)
            known = best.get(key, found)
            best[key] = max(known, found, key=lambda one: (one.rejected, one.score))
    return tuple(sorted(best.values(), key=lambda found: (not found.rejected, -found.score))[:5])


def _audience(book: Book, recipe: str) -> str:
    return book.recipes[recipe].audience if recipe in book.recipes else EMPLOYEES


def _asked(said: list[Turn]) -> tuple[str, ...]:
    """What was written, each message whole and once; the answers to a recipe's steps are told as its steps."""
    return tuple(dict.fromkeys(turn.trace.get("message", turn.text) for turn in said if turn.decision != "step"))


def _runbooks(said: list[Turn]) -> tuple[RunBook, ...]:
    """The run-books that were near any of the messages, each once, the nearest first."""
    rows = [row for turn in said for row in turn.trace.get("runbooks", [])]
    best = {row["slug"]: row for row in sorted(rows, key=lambda row: float(row["likeness"]))}
    return tuple(RunBook(**row) for row in sorted(best.values(), key=lambda row: -float(row["likeness"])))


def _files(said: list[Turn]) -> tuple[str, ...]:
    return tuple(name for turn in said for name in turn.files)


def _fixed(run: RunRow, progress: Progress) -> bool:
    return progress.end is End.SOLVED and run.came_back_at is None


def _tried(progress: Progress, book: Book) -> list[Tried]:
    return [
        Tried(
            recipe=done.recipe, step=done.said, answer=done.answer, outcome=done.outcome.value, at=done.at,
            note=done.note, audience=_audience(book, done.recipe),
        )
        for done in (*progress.earlier, *progress.trail) if done.step != GOAL
    ]  # fmt: skip


