"""Answers in words: a message in the thread of a running recipe moves it, or asks something beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot import conversations
from bot.assistant.fixing import Fixing, advanced, left
from bot.assistant.parts import Parts
from bot.assistant.walking import Walk
from bot.conversations import Conversation
from bot.decide import Answer, Decision, KnownOutage, OfferForm, OfferRecipe, TellStatus
from bot.judged import Judged
from bot.question import AsideReply, Doing, PlainReply, Question, Quote, Reply, StepAskReply, StepReply, Surface
from bot.reading import clean
from bot.remarks import Remark, over, remark, returned, skips
from bot.replies.asides import best_aside
from bot.replies.meanings import Aside, Asked, Choice, Chosen, Close, Command, Meaning
from core.errors import BadInput
from core.people import Person
from kb import cookbook, runs
from kb.cookbook import GOAL, READY, SKIP, End, Kind, Progress
from kb.cookbook.language import MAX_GOAL
from kb.index import words
from kb.runs import CAME_BACK_FOR
from kb.tables import RunRow

OWN_WORDS = 4  # of a question that an article answers; with fewer ("where is that?") it is about the step
SHORT = 12  # words of an answer that may belong to a recipe in another thread
LATELY = timedelta(minutes=30)  # since the last move of such a recipe
SURE = 0.9  # that it is an answer to its step
READ = 2_000  # characters of a reply that are looked at
READY_CHOICE = Choice(
    label="It is ready now", words=("done", "it's done", "ready", "finished", "that's it", "ok now", "go on", "next")
)
DO_IT = Choice(label="Yes, do it", words=("yes please", "go ahead", "ok", "please do", "sure"))
DO_NOT = Choice(label="No, don't", words=("no thanks", "rather not", "better not", "leave it"))


@dataclass(frozen=True, slots=True, kw_only=True)
class AtStep:
    """What a message means at the step of a run, at one of its moves; `aside` answers it if it is a side question.

    `named` is the colleague whom it mentions, where the step asks for one; `thread_ts` is where the run is gone
    through, which for an answer at the top of the messages is another thread than its own.
    """

    run: int
    seen: int
    meaning: Meaning
    aside: str = ""
    named: str = ""
    thread_ts: str = ""


class Following:
    """Messages to runs. `read` is done before the transaction, since a model takes part in it; `follow` within it."""

    def __init__(self, parts: Parts, fixing: Fixing) -> None:
        """Take the shared parts, and the recipes."""
        self._parts, self._fixing = parts, fixing

    def read(self, question: Question) -> AtStep | None:
        """What a message means for the run that waits for it; None if none does, or it is not the writer's.

        That is the run of its thread. People write where the cursor is, too: a short answer at the top of the direct
        messages may be for the recipe that waits there, but only if it is surely an answer or a command.
        """
        with self._parts.database.reading() as session:
            found = self._waiting(session, question)
            if found is None: return None
            run, conversation = found
            walk = self._fixing.walking.of(session, run.id, None, self._parts.clock())
            if not self._fixing.walking.may_see(walk):
                return _away(walk, conversation) if conversation.thread_ts == question.thread_ts else None
            reply, notes = self._fixing.walking.reply(walk), walk.book.recipes[walk.progress.recipe].notes
        text = clean(question.text)[:READ]
        help_ = reply.step.help if reply.step else ""
        meaning = self._parts.replies.read(text, Asked(say=reply.say, choices=_choices(reply), help=help_, notes=notes))
        if conversation.thread_ts != question.thread_ts and not _surely(meaning): return None
        aside = best_aside(self._parts.encoder, text, help_, notes) if isinstance(meaning, Aside) else ""
        named = question.named[0] if _asks_for_a_person(reply) and len(question.named) == 1 else ""
        return AtStep(
            run=run.id, seen=reply.seen, meaning=meaning, aside=aside, named=named, thread_ts=conversation.thread_ts
        )

    def _waiting(self, session: Session, question: Question) -> tuple[RunRow, Conversation] | None:
        """The run that a message may be for, and where it is gone through."""
        own = conversations.of_thread(session, question.channel, question.thread_ts)
        if own:
            run = runs.current(session, own.id)
            return (run, own) if run and run.owner == question.person else None
        top = question.surface is Surface.DM and question.thread_ts == question.ts
        if not top or not 0 < len(words(question.text)) <= SHORT: return None
        run = runs.waiting_in(session, question.person, question.channel, self._parts.clock() - LATELY)
        return (run, conversations.get(session, run.conversation_id)) if run else None

    def follow(
        self, session: Session, at: AtStep, text: str, person: Person, judged: Judged, now: datetime
    ) -> Reply | None:
        """Do what a message means; None if it means nothing for the run."""
        walk = self._fixing.walking.of(session, at.run, person, now, lock=True)
        if walk.run.end: return None
        if not self._fixing.walking.may_see(walk): return self._moved(walk, left(walk, End.HANDOFF))
        away = at.meaning in (Command.STOP, Command.PERSON)  # these mean the same wherever the run is by now
        if walk.run.seen != at.seen and not away: return self._moved_on(walk)
        step = cookbook.step_of(walk.book, walk.progress)
        if step.input and step.input.optional and skips(text): return self._type(walk, SKIP)
        gone = over(text) and not step.check and not _in_full(at.meaning)
        if gone: return self._moved(walk, left(walk, End.SOLVED, text))
        match at.meaning:
            case Command(): return self._command(walk, at.meaning, text)
            case Chosen(place=place): return self._answer(walk, place)
            case Close(places=places): return self._ask_back(walk, places)
            case Aside(): return self._aside(walk, text, at.aside, judged)
            case _: return self._otherwise(walk, at.named or text)

    def person_now(self, session: Session, conversation: Conversation, person: Person, now: datetime) -> None:
        """People take over the conversation for another reason: its run is left, and tells so."""
        run = runs.current(session, conversation.id)
        if run is None: return
        walk = self._fixing.walking.of(session, run.id, None, now, lock=True)
        self._fixing.walking.leave_to_people(walk, person.id)

    def came_back(
        self, session: Session, conversation: Conversation, text: str, person: Person, now: datetime
    ) -> Reply | None:
        """A word that a fix did not last: people take over; None if a message says no such thing, or it is too late."""
        fixed = [run for run in runs.of_conversation(session, conversation.id) if run.end == End.SOLVED]
        if not fixed or not returned(text): return None
        if now - fixed[-1].moved_at > CAME_BACK_FOR: return None
        return self._fixing.back_again(self._fixing.walking.of(session, fixed[-1].id, person, now))

    def ask_again(self, session: Session, at: AtStep, person: Person, now: datetime) -> Reply:
        """Nothing else was understood either: which of the step's choices is it?"""
        walk = self._fixing.walking.of(session, at.run, person, now)
        reply = self._fixing.walking.reply(walk)
        if walk.run.end: return self._fixing.walking.stands(walk)
        return self._ask_back(walk, tuple(range(len(_choices(reply)))))

    def _moved_on(self, walk: Walk) -> Reply:
        """The run went on while the message was read: it is no answer to what it waits for now."""
        said = self._fixing.walking.reply(walk).say
        return PlainReply(text="moved_on", values={"step": _question(said)})

    def _command(self, walk: Walk, command: Command, text: str) -> Reply:
        match command:
            case Command.BACK: return self._turned(walk, cookbook.back(walk.book, walk.progress))
            case Command.START_OVER: return self._turned(walk, cookbook.start_over(walk.book, walk.progress))
            case Command.STOP: return self._moved(walk, left(walk, End.STOPPED, text))
            case Command.PERSON: return self._moved(walk, left(walk, End.HANDOFF))

    def _turned(self, walk: Walk, progress: Progress) -> Reply:
        """Back or over; where that is not possible, what the step waits for is said again."""
        possible = progress.seen != walk.run.seen and self._fixing.walking.can_turn(walk)
        if possible: return self._moved(walk, progress)
        return PlainReply(text="first_step", values={"step": _question(self._fixing.walking.reply(walk).say)})

    def _answer(self, walk: Walk, place: int) -> Reply:
        step = cookbook.step_of(walk.book, walk.progress)
        if step.kind is Kind.ACTION: return self._fixing.permit_in(walk, yes=place == 0)
        answer = READY if step.kind is Kind.WAIT else list(step.choices)[place]
        return self._moved(walk, advanced(walk, answer))

    def _moved(self, walk: Walk, progress: Progress) -> StepReply:
        return self._fixing.walking.move(walk, progress)

    def _ask_back(self, walk: Walk, places: Sequence[int]) -> Reply:
        """Between close readings; at a step without choices, what it waits for is said again."""
        reply = self._fixing.walking.reply(walk)
        labels = [choice.label for choice in _choices(reply)]
        options = tuple((place, labels[place]) for place in places if place < len(labels))
        return StepAskReply(
            run=reply.run, seen=reply.seen, say=_question(reply.say), options=options, deed=reply.deed,
            waits=reply.waits_until is not None,
        )

    def _aside(self, walk: Walk, text: str, told: str, judged: Judged) -> Reply | None:
        """A side question, answered from the recipe or from an article; the step stays."""
        outcome = judged.decision.outcome
        if isinstance(outcome, OfferForm | TellStatus | KnownOutage): return None  # a matter of its own
        if isinstance(outcome, Answer) and len(words(text)) >= OWN_WORDS: told = ""
        reply = self._fixing.walking.reply(walk)
        quote = None if told else self._article(walk, judged)
        return AsideReply(run=reply.run, seen=reply.seen, told=told, quote=quote, say=_question(reply.say))

    def _article(self, walk: Walk, judged: Judged) -> Quote | None:
        best = next(iter(judged.evidence.candidates), None)
        sure = judged.evidence.confidence >= self._parts.confidence.limits.clarify
        if best is None or best.kind != "article" or not sure: return None
        return self._parts.quote(best.slug, self._fixing.walking.audiences(walk), best.passage)

    def _otherwise(self, walk: Walk, text: str) -> Reply | None:
        """What no choice was found for: the input that the step waits for, or a word on how the whole fix did."""
        step = cookbook.step_of(walk.book, walk.progress)
        if step.input: return self._type(walk, text)
        if step.kind is Kind.ACTION: return self._ask_back(walk, ())  # how far it is; nothing else moves it
        ended = {Remark.WORKED: End.SOLVED, Remark.NOT_HELPED: End.HANDOFF}.get(remark(text) or Remark.THANKS)
        return self._moved(walk, left(walk, ended, text)) if ended else None

    def _type(self, walk: Walk, text: str) -> Reply:
        if walk.progress.step == GOAL: text = text[:MAX_GOAL]  # told at length, it must not be lost
        try:
            return self._moved(walk, advanced(walk, text))
        except BadInput as error:
            return PlainReply(text="not_taken", values={"why": str(error)})


def _away(walk: Walk, conversation: Conversation) -> AtStep:
    """A run that its person may not see any more: whatever they write there, people take over."""
    return AtStep(run=walk.run.id, seen=walk.run.seen, meaning=Command.PERSON, thread_ts=conversation.thread_ts)


def _asks_for_a_person(reply: StepReply) -> bool:
    return bool(reply.step and reply.step.input and reply.step.input.type == "person")


def _surely(meaning: Meaning) -> bool:
    return isinstance(meaning, Command) or (isinstance(meaning, Chosen) and meaning.sure >= SURE)


def _in_full(meaning: Meaning) -> bool:
    """Whether a choice was written out, or named by its place: then nothing else is meant."""
    return isinstance(meaning, Chosen) and meaning.sure == 1.0


def stands_alone(text: str, decision: Decision) -> bool:
    """Whether a message would be answered by itself, if no recipe waited: then it is no answer to one elsewhere."""
    outcome = decision.outcome
    clear = isinstance(outcome, Answer | OfferRecipe | OfferForm | TellStatus | KnownOutage)
    return clear and len(words(text)) >= OWN_WORDS


def _choices(reply: StepReply) -> tuple[Choice, ...]:
    """What can be answered at a step, in the places that clicks name them by."""
    step = reply.step
    if step is None: return ()
    if step.kind is Kind.WAIT: return (READY_CHOICE,)
    if reply.deed and reply.deed.doing is Doing.ASKS_PERSON: return (DO_IT, DO_NOT)
    return tuple(Choice(label=label, words=tuple(one.words)) for label, one in step.choices.items())


def _question(say: str) -> str:
    """The paragraph in which a step asks, which is its last."""
    return say.strip().rsplit("\n\n", 1)[-1]
