"""A message in a thread that is busy: with a ticket, with a recipe, or with an answer that it says something of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot import conversations
from bot.assistant.fixing import Fixing
from bot.assistant.following import AtStep, Following
from bot.assistant.hearing import Heard
from bot.assistant.parts import Parts
from bot.assistant.standing import ended
from bot.assistant.ticketing import Circumstances, Ticketing
from bot.assistant.understanding import SURELY_ABOUT
from bot.conversations import Conversation, Turn
from bot.decide import Answer, HandOff, KnownOutage, OfferForm, OfferRecipe, Outcome, Reason, TellStatus
from bot.judged import predicted
from bot.question import CloseReply, OverReply, PlainReply, Question, Reply
from bot.reading import clean
from bot.remarks import Remark, remark
from bot.replies.meanings import Chosen, Command
from classifier.labels import Intent
from core.people import Person
from handoff import ending, tickets
from handoff.ending import reopens_until
from handoff.tickets import State, Ticket
from kb.index import words

TOPICS = ("answer", "clarify", "recipe", "catalogue")  # decisions on messages that a follow-up may lean on
NOT_HELPED = "the person says that what was shown did not help"
CONFIRMED = "the person says that it helped, or thanks for it"
CAME_BACK = "the person says that it came back"
_WHEN = re.compile(
    r"\b(?:when (?:will|does|is|can)|how long (?:will|does|until|till)"
    r"|is (?:anyone|anybody|someone) (?:there|on it|working)"
    r"|any (?:news|update))\b",
    re.IGNORECASE,
)
NEW_TOPIC_WORDS = 4  # with fewer, a message in a ticket's thread is for the people who work on the ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One request being handled: everything that acting on it needs.

    Of a message with several, `message` is the whole one and `part` says which this is, out of how many.
    `at` is what it means at the step of the recipe that its thread is in.
    """

    session: Session
    conversation: Conversation
    question: Question
    person: Person
    heard: Heard
    now: datetime
    message: str = ""
    part: tuple[int, int] = (1, 1)
    at: AtStep | None = None


class Threads:
    """What a message means for the thread that it is written in."""

    def __init__(self, parts: Parts, ticketing: Ticketing, fixing: Fixing, following: Following) -> None:
        """Take the shared parts, and the use cases that a thread may be busy with."""
        self._parts, self._ticketing, self._fixing, self._following = parts, ticketing, fixing, following

    def at_step(self, question: Question) -> AtStep | None:
        """What the question means for the recipe that its thread is in; a model takes part, so no transaction may."""
        return self._following.read(question)

    def topic(self, question: Question) -> str:
        """What the question's thread was about last; empty in a new one."""
        with self._parts.database.reading() as session:
            conversation = conversations.of_thread(session, question.channel, question.thread_ts)
            said = conversations.turns(session, conversation.id) if conversation else []
        last = next((turn for turn in reversed(said) if turn.decision in TOPICS), None)
        return str(last.trace.get("topic") or last.text) if last else ""

    def in_progress(self, case: Case, heard: Sequence[Heard]) -> Reply | None:
        """What a message does in a busy thread; None when it is to be answered by itself.

        It goes to the open ticket, or answers the recipe's present step, or tells how an answer did. Somebody else's
        message in a person's thread is brought to their ticket, and otherwise starts nothing there.
        """
        ticket = tickets.of_conversation(case.session, case.conversation.id)
        mine = case.conversation.person == case.person.id
        if ticket and ticket.open: return self._beside(case, ticket, heard if mine else ())
        if not mine: return PlainReply(text="not_yours")
        return (
            (self._in_fix(case) if case.at else self._back_again(case, ticket))
            or self._remarked(case, ticket) or (self._just_over(case, ticket) if ticket else self._same_fix(case))
        )  # fmt: skip

    def _just_over(self, case: Case, ticket: Ticket) -> Reply | None:
        """A message in the thread of a ticket that was resolved while it was written: its staff read it all the same.

        It is answered by itself only where it is clearly a question of its own.
        """
        brought = self._ticketing.follow_up(
            case.session, case.conversation, case.question.text, by=case.person.id, ts=case.question.ts,
            files=case.question.files, now=case.now,
        )  # fmt: skip
        outcome = case.heard.judged.decision.outcome
        urgent = isinstance(outcome, HandOff) and outcome.reason is Reason.STRAIGHT
        if brought is None or urgent or _else(outcome): return self._same_fix(case)
        self._note(case, "passed_on", why="the ticket was resolved before")
        return OverReply(ticket=ticket)

    def _back_again(self, case: Case, ticket: Ticket | None) -> Reply | None:
        """A word that a recipe's fix did not last; what people have fixed is opened again instead."""
        if ticket: return None
        back = self._following.came_back(
            case.session, case.conversation, case.question.text, case.person, case.now
        )
        if back: self._note(case, "handoff", why=CAME_BACK)
        return back

    def _in_fix(self, case: Case) -> Reply | None:
        """A message while a recipe runs: an answer to its step, or something that may not wait, or about else."""
        outcome, at = case.heard.judged.decision.outcome, case.at
        if at is None: return None
        if isinstance(outcome, HandOff) and outcome.reason is Reason.STRAIGHT and _danger(case.heard, at):
            self._following.person_now(case.session, case.conversation, case.person, case.now)
            return None
        asked = isinstance(outcome, HandOff) and outcome.reason is Reason.ASKED
        at = replace(at, meaning=Command.PERSON) if asked else at
        moved = self._following.follow(
            case.session, at, case.question.text, case.person, case.heard.judged, case.now
        )
        if moved is None and not _else(outcome) and remark(case.question.text) is None:
            moved = self._following.ask_again(case.session, at, case.person, case.now)
        if moved: self._note(case, "step")
        return moved

    def _same_fix(self, case: Case) -> Reply | None:
        """A message that would begin the recipe which the thread is in: the step that it waits at is said again."""
        outcome = case.heard.judged.decision.outcome
        if not isinstance(outcome, OfferRecipe): return None
        step = self._fixing.waits_at(case.session, case.conversation, outcome.best.slug)
        if not step: return None
        self._note(case, "step")
        return PlainReply(text="still_here", values={"step": step})

    def _beside(self, case: Case, ticket: Ticket, heard: Sequence[Heard]) -> Reply | None:
        """A message while a ticket is open: for the people who work on it, or about something clearly else."""
        if heard and all(_is_new(one, ticket) for one in heard): return None
        asked = case.question
        outcome = case.heard.judged.decision.outcome
        self._ticketing.follow_up(
            case.session, case.conversation, asked.text, by=asked.person, ts=asked.ts, files=asked.files, now=case.now
        )
        if heard and (isinstance(outcome, TellStatus) or _WHEN.search(asked.text)):
            self._note(case, "status", why="asks how the ticket is doing")
            return self._ticketing.status(case.person, ticket.number, private=case.conversation.private)
        works = remark(asked.text) is Remark.WORKED and ticket.requester == asked.person
        return CloseReply(ticket=ticket) if works else PlainReply(text="passed_on", values={"number": ticket.number})

    def _remarked(self, case: Case, ticket: Ticket | None) -> Reply | None:
        """What a person says of the answer, recipe or ticket before; None if they say nothing of it."""
        said = remark(case.question.text)
        if said is None: return None
        if ticket: return self._after_ticket(case, ticket, said)
        last = _last_shown(conversations.turns(case.session, case.conversation.id))
        if last is None: return None
        if said is Remark.NOT_HELPED: return self._not_helped(case, last)
        if said is Remark.WORKED or not last.feedback: self._rate(case, last, "helpful")
        return self._glad(case)

    def _after_ticket(self, case: Case, ticket: Ticket, said: Remark) -> Reply | None:
        if said is Remark.WORKED and ticket.state is State.RESOLVED and ticket.requester == case.person.id:
            return self._works(case, ticket)
        if said is not Remark.NOT_HELPED: return self._glad(case)
        if ticket.resolved_at is None or case.now > reopens_until(self._parts.desk, ticket.resolved_at): return None
        ending.reopen(case.session, self._parts.desk, ticket.id, by=case.person, now=case.now)
        return self._beside(case, ticket, ())

    def _works(self, case: Case, ticket: Ticket) -> CloseReply:
        """The requester says that what people resolved works: it is over for good."""
        done = ending.confirm(case.session, self._parts.desk, ticket.id, by=case.person, now=case.now)
        self._note(case, "confirmed", why=CONFIRMED)
        return CloseReply(ticket=done, ended=ended(case.session, self._parts.desk, done, done.id, case.now))

    def _glad(self, case: Case) -> PlainReply:
        self._note(case, "confirmed", why=CONFIRMED)
        return PlainReply(text="glad")

    def _not_helped(self, case: Case, last: Turn) -> Reply:
        self._rate(case, last, "not_helpful")
        self._note(case, "handoff", why=NOT_HELPED)
        facts = Circumstances(
            reason=Reason.NOT_HELPED, prediction=predicted(last.trace), confidence=last.confidence,
            why=(NOT_HELPED,),
        )
        return self._ticketing.hand_off(case.session, case.conversation, case.person, facts, case.now)

    def _rate(self, case: Case, turn: Turn, feedback: str) -> None:
        conversations.rate(case.session, turn.id, feedback, by=case.person.id, now=case.now)

    def _note(self, case: Case, decision: str, why: str = "") -> None:
        trace = {"read": clean(case.question.text), "decision": decision, "why": why} if why else {}
        conversations.add_turn(case.session, case.conversation, case.question, decision, trace=trace, now=case.now)


def _danger(heard: Heard, at: AtStep) -> bool:
    """Whether a reply at a step is surely about danger: "its a thinkpad" is an answer, whatever it sounds like."""
    answers = isinstance(at.meaning, Chosen)
    return not answers or heard.judged.prediction.category_p >= SURELY_ABOUT


def _else(outcome: Outcome) -> bool:
    """Whether a message is clearly about something else than the step that waits for an answer."""
    return isinstance(outcome, Answer | OfferRecipe | OfferForm | TellStatus | KnownOutage)


def _last_shown(said: Sequence[Turn]) -> Turn | None:
    """The last message that an article or a recipe was shown for."""
    return next((turn for turn in reversed(said) if turn.trace.get("shown")), None)


def _is_new(heard: Heard, ticket: Ticket) -> bool:
    """Whether a message is surely about something else than the ticket, so that it gets an answer of its own.

    Danger always is; of the rest only what asks for something: a fault may be a detail of the one that people work on.
    """
    judged, outcome = heard.judged, heard.judged.decision.outcome
    if isinstance(outcome, HandOff):
        return outcome.reason is Reason.STRAIGHT and judged.prediction.category != ticket.category
    if len(words(heard.said)) < NEW_TOPIC_WORDS or heard.topic != judged.read: return False
    if isinstance(outcome, OfferForm): return judged.prediction.category != ticket.category
    asks = judged.prediction.intent in (Intent.QUESTION, Intent.REQUEST)
    return asks and isinstance(outcome, Answer | OfferRecipe) and outcome.best.category != ticket.category
