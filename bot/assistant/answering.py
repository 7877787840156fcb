"""One question: understand it, look for what answers it, decide, record, reply."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot import conversations
from bot.assistant.fixing import Fixing
from bot.assistant.following import stands_alone
from bot.assistant.hearing import Heard, Hearing
from bot.assistant.parts import Parts, seen_at
from bot.assistant.threads import TOPICS, Case, Threads
from bot.assistant.ticketing import Circumstances, Ticketing
from bot.conversations import Conversation
from bot.decide import (
    OPTIONS,
    Answer,
    Clarify,
    Decision,
    HandOff,
    KnownOutage,
    OfferForm,
    OfferRecipe,
    Reason,
    SmallTalk,
    TellStatus,
)
from bot.judged import predicted, trace_of
from bot.picking import NONE, picked
from bot.question import (
    Answered,
    AnswerReply,
    ClarifyReply,
    FormReply,
    Option,
    OutageReply,
    PlainReply,
    Question,
    Reply,
    TicketReply,
    Told,
)
from classifier.labels import Prediction
from core.errors import BadInput
from core.people import Person
from core.received import first_time
from core.redact import redact
from core.watching import staged
from handoff import outages
from handoff.tickets import Ticket
from kb.ranking import Candidate

Write = Callable[[Session, Answered], None]  # keeps what is to be said, in the transaction that decided it

Say = Callable[[Session, Reply], object]  # the same of one reply


def _say_nothing(_session: Session, _reply: Reply) -> None:
    """Where whoever chose gets the reply at once."""


def _keep_nothing(_session: Session, _answered: Answered) -> None:
    """Where whoever asks gets the replies at once, and nothing is lost when that fails."""


class Answering:
    """What happens to a question."""

    def __init__(
        self, parts: Parts, hearing: Hearing, threads: Threads, ticketing: Ticketing, fixing: Fixing
    ) -> None:
        """Take the shared parts, what hears a message in its thread, and what an answer may lead to."""
        self._parts, self._hearing, self._threads = parts, hearing, threads
        self._ticketing, self._fixing = ticketing, fixing

    @staged("question")
    def ask(self, question: Question, write: Write = _keep_nothing) -> Answered:
        """Answer one message: a reply to each request in it, the most urgent first; none when it was handled before.

        It is read once, whatever it turns out to be. An answer to a recipe that waits in another thread goes there.
        `write` gets the replies in the transaction that decides them.
        """
        person = self._parts.person(question.person)
        question = replace(question, text=redact(question.text).text)
        audiences = seen_at(person, private=question.surface.private)
        at = self._threads.at_step(question)
        topic = "" if at else self._threads.topic(question)  # an answer to a step leans on the step alone
        heard = self._hearing.hear(question.text, audiences, topic)
        if at and at.thread_ts != question.thread_ts:
            if stands_alone(question.text, heard[0].judged.decision): at = None
            else: question = replace(question, thread_ts=at.thread_ts)
        now = self._parts.clock()
        with self._parts.database.transaction() as session:
            if not first_time(session, question.keys, now): return Answered(thread_ts=question.thread_ts, told=())
            conversation = conversations.begin(session, question, now)
            case = Case(
                session=session, conversation=conversation, question=question, person=person, heard=heard[0], now=now,
                at=at,
            )
            answered = Answered(thread_ts=question.thread_ts, told=self._told(case, heard))
            write(session, answered)
        return answered

    def _told(self, case: Case, heard: Sequence[Heard]) -> tuple[Told, ...]:
        busy = self._chosen(case) or self._threads.in_progress(case, heard)
        if busy: return (Told(reply=busy),)
        return (Told(reply=self._act(case)),) if len(heard) == 1 else self._act_on_each(case, heard)

    def owns_thread(self, channel: str, thread_ts: str, person: str) -> bool:
        """Whether a thread is this person's conversation with Firstline."""
        with self._parts.database.reading() as session: found = conversations.of_thread(session, channel, thread_ts)
        return found is not None and found.person == person

    def pick(self, turn_id: int, kind: str, slug: str, person: Person, write: Say = _say_nothing) -> Reply:
        """The person chose one reading of an unclear question; `write` gets the reply in the same transaction."""
        now = self._parts.clock()
        with self._parts.database.transaction() as session:
            turn = conversations.turn(session, turn_id)
            conversation = conversations.get(session, turn.conversation_id)
            if conversation.person != person.id:
                raise BadInput("Only the person who asked can choose. Ask me yourself, and I will help you.")
            offered = {(row["kind"], row["slug"]): row["passage"] for row in turn.trace.get("candidates", [])}
            if (kind, slug) not in offered: raise BadInput("That is no longer offered. Please ask again.")
            reply = self._show(session, turn_id, (kind, slug, offered[kind, slug]), conversation, person, now)
            write(session, reply)
            return reply

    def _show(
        self, session: Session, turn_id: int, chosen: tuple[str, str, int], conversation: Conversation, person: Person,
        now: datetime,
    ) -> Reply:
        kind, slug, passage = chosen
        conversations.show(session, turn_id, kind, slug, by=person.id, now=now)
        if kind == "recipe": return self._fixing.begin_once(session, slug, conversation, person, now)
        return self._answer(turn_id, slug, passage, (), None, seen_at(person, private=conversation.private))

    def _chosen(self, case: Case) -> Reply | None:
        """A clarifying question answered in words, if that is what the thread waits for."""
        said = conversations.turns(case.session, case.conversation.id)
        last = said[-1] if said else None
        if last is None or last.decision != "clarify" or last.trace.get("shown"): return None
        if case.conversation.person != case.person.id: return None
        options = last.trace.get("candidates", [])[:OPTIONS]
        place = picked(case.question.text, [row["title"] for row in options])
        if place is None: return None
        conversations.add_turn(case.session, case.conversation, case.question, "step", trace={}, now=case.now)
        if place == NONE:
            facts = Circumstances(
                reason=Reason.NOT_SURE, prediction=predicted(last.trace), confidence=last.confidence,
                why=("none of the choices was meant",),
            )
            return self._ticketing.hand_off(case.session, case.conversation, case.person, facts, case.now)
        row = options[place]
        chosen = (row["kind"], row["slug"], row["passage"])
        return self._show(case.session, last.id, chosen, case.conversation, case.person, case.now)

    # -- acting ----------------------------------------------------------------------------------------------------

    def _act_on_each(self, whole: Case, heard: Sequence[Heard]) -> tuple[Told, ...]:
        """One reply and one turn a request; a ticket says the whole message, so that a second one is not needed."""
        told: list[Told] = []
        for number, one in enumerate(heard, 1):
            asked = replace(whole.question, text=one.said, files=whole.question.files if number == 1 else ())
            part = (number, len(heard))
            case = replace(whole, heard=one, question=asked, message=whole.question.text, part=part)
            made = next((t.reply.ticket for t in told if isinstance(t.reply, TicketReply)), None)
            reply = self._on_ticket(case, made) if made and _may_join(one.judged.decision) else self._act(case)
            told.append(Told(reply=reply, about=one.said, part=part))
        return tuple(told)

    def _on_ticket(self, case: Case, ticket: Ticket) -> PlainReply:
        self._record(case)
        return PlainReply(text="on_ticket", values={"number": ticket.number})

    def _act(self, case: Case) -> Reply:
        turn = self._record(case)
        match case.heard.judged.decision.outcome:
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
        judged = case.heard.judged
        trace = trace_of(judged, self._parts.confidence, self._parts.models) | {"topic": case.heard.topic}
        if case.message: trace |= {"message": case.message[: conversations.KEPT_TEXT], "part": list(case.part)}
        if judged.read.startswith(f"{case.heard.topic}\n"): trace |= {"leans": True}
        return conversations.add_turn(
            case.session, case.conversation, case.question, judged.decision.name,
            confidence=judged.evidence.confidence, trace=trace, now=case.now,
        )

    def _say(self, turn: int, case: Case) -> Reply:
        """The outcomes that change nothing but the record."""
        sure = case.heard.judged.evidence.confidence
        match case.heard.judged.decision.outcome:
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
            reason=reason, prediction=self._matter(case, reason), nearest=nearest,
            confidence=case.heard.judged.evidence.confidence, why=(case.heard.judged.decision.why,),
        )
        return self._ticketing.hand_off(case.session, case.conversation, case.person, facts, case.now)

    def _matter(self, case: Case, reason: Reason) -> Prediction:
        """What the ticket is about: of a bare wish for a person, what the thread was about before."""
        own = case.heard.judged.prediction
        if reason is not Reason.ASKED: return own
        said = conversations.turns(case.session, case.conversation.id)
        before = next((turn for turn in reversed(said[:-1]) if turn.decision in TOPICS), None)
        return predicted(before.trace) if before else own

    def _tell_outage(self, case: Case, turn: int, outage: outages.Outage) -> OutageReply:
        channel, thread_ts = case.conversation.channel, case.conversation.thread_ts
        person = case.person
        place = outages.affect(case.session, outage.id, person.id, channel=channel, thread_ts=thread_ts, now=case.now)
        return OutageReply(turn=turn, text=outage.text, since=outage.declared_at, place=place, tz=person.tz)


def _may_join(decision: Decision) -> bool:
    """Whether a request that people take over can go on the ticket that another part of its message made."""
    return isinstance(decision.outcome, HandOff) and decision.outcome.reason is not Reason.STRAIGHT
