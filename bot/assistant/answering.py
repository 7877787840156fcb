"""One question: understand it, look for what answers it, decide, record, reply."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot import conversations
from bot.assistant.fixing import Fixing
from bot.assistant.parts import Parts, seen_at
from bot.assistant.ticketing import Circumstances, Ticketing
from bot.assistant.understanding import Judged, Understanding
from bot.conversations import Conversation
from bot.decide import (
    Answer,
    Clarify,
    Decision,
    HandOff,
    KnownOutage,
    OfferForm,
    OfferRecipe,
    Reason,
    SayOutside,
    SmallTalk,
    TellStatus,
)
from bot.question import (
    AnswerReply,
    ClarifyReply,
    FormReply,
    Option,
    OutageReply,
    PlainReply,
    Question,
    Reply,
    TicketReply,
)
from classifier.labels import Prediction
from core.errors import BadInput
from core.people import Person
from core.received import first_time
from core.redact import redact
from handoff import outages
from kb.index import words
from kb.ranking import Candidate

FEW_WORDS = 6  # a follow-up this short makes sense only with what was said before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One message being handled: everything that acting on it needs."""

    session: Session
    conversation: Conversation
    question: Question
    person: Person
    judged: Judged
    now: datetime


class Answering:
    """What happens to a question."""

    def __init__(self, parts: Parts, understanding: Understanding, ticketing: Ticketing, fixing: Fixing) -> None:
        """Take the shared parts, what understands a message, and the two use cases that an answer may lead to."""
        self._parts, self._understanding, self._ticketing, self._fixing = parts, understanding, ticketing, fixing

    def ask(self, question: Question) -> Reply | None:
        """Answer one message; None when it was handled before."""
        person = self._parts.person(question.person)
        question = replace(question, text=redact(question.text).text)
        judged = self._understand(question, seen_at(person, private=question.surface.private))
        now = self._parts.clock()
        with self._parts.database.transaction() as session:
            if not first_time(session, question.keys, now): return None
            conversation = conversations.begin(session, question, now)
            case = Case(
                session=session, conversation=conversation, question=question, person=person, judged=judged, now=now
            )
            return self._in_progress(case) or self._act(case)

    def owns_thread(self, channel: str, thread_ts: str, person: str) -> bool:
        """Whether a thread is this person's conversation with Firstline."""
        with self._parts.database.reading() as session: found = conversations.of_thread(session, channel, thread_ts)
        return found is not None and found.person == person

    def pick(self, turn_id: int, kind: str, slug: str, person: Person) -> Reply:
        """The person chose one reading of an unclear question."""
        now = self._parts.clock()
        with self._parts.database.transaction() as session:
            turn = conversations.turn(session, turn_id)
            conversation = conversations.get(session, turn.conversation_id)
            if conversation.person != person.id:
                raise BadInput("Only the person who asked can choose. Ask me yourself, and I will help you.")
            offered = {(row["kind"], row["slug"]): row["passage"] for row in turn.trace.get("candidates", [])}
            if (kind, slug) not in offered: raise BadInput("That is no longer offered. Please ask again.")
            conversations.show(session, turn_id, kind, slug)
            if kind == "recipe": return self._fixing.begin_once(session, slug, conversation, person, now)
            audiences = seen_at(person, private=conversation.private)
            return self._answer(turn_id, slug, offered[kind, slug], (), None, audiences)

    def _understand(self, question: Question, audiences: frozenset[str]) -> Judged:
        """A message by itself; a short follow-up that says nothing by itself, with what its thread is about."""
        alone = self._understanding.judge(question.text, audiences)
        said_before = "" if _stands_alone(alone.decision) else self._said_before(question)
        if not said_before: return alone
        return self._understanding.judge(f"{said_before}\n{question.text}", audiences, own=question.text)

    def _said_before(self, question: Question) -> str:
        """What the thread was about, when a follow-up is too short to stand alone."""
        if len(words(question.text)) > FEW_WORDS: return ""
        with self._parts.database.reading() as session:
            conversation = conversations.of_thread(session, question.channel, question.thread_ts)
            said = conversations.turns(session, conversation.id) if conversation else []
        return said[0].text if said and said[0].decision in ("answer", "clarify", "recipe") else ""

    # -- acting ----------------------------------------------------------------------------------------------------

    def _in_progress(self, case: Case) -> Reply | None:
        """A message in a thread that is busy: it goes to the open ticket, or answers the recipe's present step.

        Somebody else's message in a person's thread is brought to their ticket, and otherwise starts nothing there.
        """
        asked, session, conversation = case.question, case.session, case.conversation
        ticket = self._ticketing.follow_up(
            session, conversation, asked.text, by=asked.person, ts=asked.ts, files=asked.files, now=case.now
        )
        if ticket: return PlainReply(text="passed_on", values={"number": ticket.number})
        if conversation.person != case.person.id: return PlainReply(text="not_yours")
        outcome = case.judged.decision.outcome
        if isinstance(outcome, HandOff) and outcome.reason in (Reason.ASKED, Reason.STRAIGHT): return None
        moved = self._fixing.answer_in_words(session, conversation, asked.text, case.person, case.now)
        if moved: conversations.add_turn(session, conversation, asked, "step", trace={}, now=case.now)
        return moved

    def _act(self, case: Case) -> Reply:
        turn = self._record(case)
        match case.judged.decision.outcome:
            case HandOff(reason=reason, nearest=nearest):
                return self._hand_off(case, reason, nearest)
            case KnownOutage(outage=outage):
                return self._tell_outage(case, turn, outage)
            case OfferRecipe(best=best):
                return self._fixing.begin_once(case.session, best.slug, case.conversation, case.person, case.now)
            case TellStatus(number=number):
                told = self._ticketing.status(case.person, number, private=case.conversation.private)
                return replace(told, turn=turn)
            case _:
                return self._say(turn, case)

    def _record(self, case: Case) -> int:
        seen = case.judged.evidence
        decision = case.judged.decision
        trace = conversations.trace_of(seen.candidates) | _prediction_trace(case.judged.prediction)
        trace |= {"why": decision.why, "shown": _shown(decision)}
        return conversations.add_turn(
            case.session, case.conversation, case.question, decision.name, confidence=seen.confidence, trace=trace,
            now=case.now,
        )

    def _say(self, turn: int, case: Case) -> Reply:
        """The outcomes that change nothing but the record."""
        sure = case.judged.evidence.confidence
        match case.judged.decision.outcome:
            case Answer(best=best, others=others):
                audiences = seen_at(case.person, private=case.conversation.private)
                return self._answer(turn, best.slug, best.passage, others, sure, audiences)
            case Clarify(options=options):
                rows = tuple(Option(kind=c.kind, slug=c.slug, title=c.title) for c in options)
                return ClarifyReply(turn=turn, options=rows, confidence=sure)
            case OfferForm(form=form):
                return FormReply(turn=turn, slug=form.slug, title=form.title)
            case SmallTalk(chat=chat):
                return PlainReply(text=chat.name.lower(), turn=turn)
            case _:
                return PlainReply(text="outside", turn=turn)

    def _answer(
        self, turn: int, slug: str, passage: int, others: tuple[Candidate, ...], sure: float | None,
        audiences: frozenset[str],
    ) -> Reply:
        quote = self._parts.quote(slug, audiences, passage)
        if quote is None: return PlainReply(text="gone", turn=turn)
        links = tuple(self._parts.link(c.slug, c.title) for c in others)
        return AnswerReply(turn=turn, quote=quote, others=links, confidence=sure)

    def _hand_off(self, case: Case, reason: Reason, nearest: Candidate | None) -> TicketReply:
        facts = Circumstances(
            reason=reason, prediction=case.judged.prediction, nearest=nearest,
            confidence=case.judged.evidence.confidence, why=(case.judged.decision.why,),
        )
        return self._ticketing.hand_off(case.session, case.conversation, case.person, facts, case.now)

    def _tell_outage(self, case: Case, turn: int, outage: outages.Outage) -> OutageReply:
        channel, thread_ts = case.conversation.channel, case.conversation.thread_ts
        person = case.person
        place = outages.affect(case.session, outage.id, person.id, channel=channel, thread_ts=thread_ts, now=case.now)
        return OutageReply(turn=turn, text=outage.text, since=outage.declared_at, place=place, tz=person.tz)


def _shown(decision: Decision) -> list[list[str]]:
    """Which article or recipe the person gets to see at once."""
    outcome = decision.outcome
    return [[outcome.best.kind, outcome.best.slug]] if isinstance(outcome, Answer | OfferRecipe) else []


def _stands_alone(decision: Decision) -> bool:
    """Whether a message was understood without what was said before it: thanks is thanks in any thread."""
    outcome = decision.outcome
    if isinstance(outcome, HandOff): return outcome.reason is not Reason.NOT_SURE
    return not isinstance(outcome, Clarify | SayOutside)


def _prediction_trace(prediction: Prediction) -> dict[str, Any]:
    kept = {"intent": prediction.intent, "intent_p": round(prediction.intent_p, 4), "category": prediction.category}
    return {"prediction": kept | {"impact": prediction.impact, "urgency": prediction.urgency}}
