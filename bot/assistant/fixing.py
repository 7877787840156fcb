"""Going through a recipe: begin it, take one step, step back, or leave it for a person."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from bot import conversations
from bot.assistant.parts import Parts, seen_at
from bot.assistant.ticketing import Circumstances, Ticketing
from bot.conversations import Conversation
from bot.decide import Reason
from bot.judged import predicted
from bot.question import StepReply, TicketReply
from bot.remarks import Remark, remark
from classifier.labels import Prediction
from core.errors import BadInput, NotFound
from core.people import Person
from core.redact import redact
from kb import cookbook, runs
from kb.cookbook import End, Progress, Recipe, Step
from kb.tables import RunRow

_Step = Callable[[Recipe, Progress], Progress]


class Fixing:
    """What can be done with runs. Each public method but `begin` and `typed` is one transaction."""

    def __init__(self, parts: Parts, ticketing: Ticketing) -> None:
        """Take the shared parts, and the tickets for those who get stuck."""
        self._parts, self._ticketing = parts, ticketing

    def begin(
        self, session: Session, recipe: Recipe, revision: int, conversation: Conversation, now: datetime
    ) -> StepReply:
        """Start a recipe in a conversation, in the caller's transaction."""
        progress = cookbook.begin(recipe)
        run = runs.begin(
            session, recipe, revision, progress, owner=conversation.person, conversation_id=conversation.id, now=now
        )
        return self._reply(run, recipe, progress)

    def begin_once(
        self, session: Session, slug: str, conversation: Conversation, person: Person, now: datetime
    ) -> StepReply:
        """Start a recipe, or show where it stands when the conversation is in it already."""
        run = runs.current(session, conversation.id)
        recipe, revision = self._parts.kb.recipe(slug, run.revision if run and run.recipe == slug else None)
        if run and run.recipe == slug: return self._stands(session, run, recipe, person)
        return self.begin(session, recipe, revision, conversation, now)

    def waits_at(self, session: Session, conversation: Conversation, slug: str) -> str:
        """What the present step of a conversation's recipe says, if that is the recipe; else nothing."""
        run = runs.current(session, conversation.id)
        if run is None or run.recipe != slug: return ""
        recipe, _ = self._parts.kb.recipe(slug, run.revision)
        return recipe.steps[runs.progress_of(run).step].say.strip().split("\n")[0]

    def choose(self, run_id: int, seen: int, choice: int, person: Person) -> StepReply:
        """A click on a choice, named by its place; a stale click changes nothing and shows where the run stands."""

        def answer(recipe: Recipe, progress: Progress) -> Progress:
            labels = list(recipe.steps[progress.step].choices)
            if not 0 <= choice < len(labels): raise BadInput("That choice is no longer offered.")
            return cookbook.advance(recipe, progress, labels[choice])

        return self._move(run_id, seen, person, answer)

    def type_in(self, run_id: int, seen: int, text: str, person: Person) -> StepReply:
        """A typed answer to an input step.

        Raises:
            BadInput: it is not what the step takes; says what it takes.
        """
        clean = redact(text).text
        return self._move(run_id, seen, person, lambda recipe, progress: cookbook.advance(recipe, progress, clean))

    def back(self, run_id: int, seen: int, person: Person) -> StepReply:
        """One step back."""
        return self._move(run_id, seen, person, cookbook.back)

    def stuck(self, run_id: int, seen: int, person: Person) -> StepReply:
        """The person wants a human now; the ticket already tells everything that was tried."""
        return self._move(run_id, seen, person, lambda _recipe, progress: _left(progress, End.HANDOFF))

    def waiting_for(self, run_id: int, seen: int, person: Person) -> Step | None:
        """The step that a click on "type the answer" was drawn for; None if the run has moved on."""
        with self._parts.database.reading() as session:
            run = _owned(session, run_id, person)
            recipe, _ = self._parts.kb.recipe(run.recipe, run.revision)
            return None if run.end or run.seen != seen else recipe.steps[runs.progress_of(run).step]

    def where(self, run_id: int, person: Person) -> StepReply:
        """Where a run stands now."""
        with self._parts.database.reading() as session:
            run = _owned(session, run_id, person)
            recipe, _ = self._parts.kb.recipe(run.recipe, run.revision)
            return self._stands(session, run, recipe, person)

    def person_after(self, run_id: int, person: Person) -> TicketReply:
        """The article that ended a run did not do: a person takes over."""
        now = self._parts.clock()
        with self._parts.database.transaction() as session:
            run = _owned(session, run_id, person)
            recipe, _ = self._parts.kb.recipe(run.recipe, run.revision)
            return self._hand_over(session, run, recipe, person, now)

    def answer_in_words(
        self, session: Session, conversation: Conversation, text: str, person: Person, now: datetime
    ) -> StepReply | None:
        """A reply in the thread of a running recipe: the text of a choice, or the input it waits for; else None."""
        run = runs.current(session, conversation.id)
        if run is None or run.owner != person.id: return None
        recipe, _ = self._parts.kb.recipe(run.recipe, run.revision)
        progress = runs.progress_of(run)
        answer = _meant(recipe, progress, text)
        if answer is not None: return self._moved(
            session, run, recipe, cookbook.advance(recipe, progress, answer), person, now
        )
        ended = _ended(progress, remark(text))
        return self._moved(session, run, recipe, ended, person, now) if ended else None

    def remember_message(self, run_id: int, channel: str, ts: str) -> None:
        """Keep which message shows the run, so that it can be updated in place."""
        with self._parts.database.transaction() as session:
            run = _get(session, run_id)
            run.channel, run.message_ts = channel, ts

    def message_of(self, run_id: int) -> tuple[str, str]:
        """Channel and ts of the message that shows the run; empty before it was posted."""
        with self._parts.database.reading() as session:
            run = _get(session, run_id)
            return run.channel, run.message_ts

    def _move(self, run_id: int, seen: int, person: Person, step: _Step) -> StepReply:
        now = self._parts.clock()
        with self._parts.database.transaction() as session:
            run = _owned(session, run_id, person)
            recipe, _ = self._parts.kb.recipe(run.recipe, run.revision)
            if run.end or run.seen != seen: return self._stands(session, run, recipe, person)
            return self._moved(session, run, recipe, step(recipe, runs.progress_of(run)), person, now)

    def _moved(
        self, session: Session, run: RunRow, recipe: Recipe, progress: Progress, person: Person, now: datetime
    ) -> StepReply:
        if not runs.move(session, run, progress, seen=run.seen, now=now):
            session.refresh(run)
            return self._stands(session, run, recipe, person)
        session.refresh(run)
        handed = self._hand_over(session, run, recipe, person, now) if progress.end is End.HANDOFF else None
        return self._reply(run, recipe, progress, handed=handed, audiences=_audiences(session, run, person))

    def _stands(self, session: Session, run: RunRow, recipe: Recipe, person: Person) -> StepReply:
        """Where a run is, for a click that came too late; what it led to is shown again."""
        progress = runs.progress_of(run)
        handed = self._ticketing.told_again(session, run.conversation_id, person, Reason.STUCK) if run.end else None
        return self._reply(run, recipe, progress, stale=True, handed=handed, audiences=_audiences(session, run, person))

    def _hand_over(self, session: Session, run: RunRow, recipe: Recipe, person: Person, now: datetime) -> TicketReply:
        conversation = conversations.get(session, run.conversation_id)
        prediction = prediction_of(session, conversation, recipe.category)
        tried = bool(runs.progress_of(run).trail)
        facts = Circumstances(
            reason=Reason.STUCK if tried else Reason.ASKED, prediction=prediction, note=recipe.handoff if tried else ""
        )
        return self._ticketing.hand_off(session, conversation, person, facts, now)

    def _reply(
        self, run: RunRow, recipe: Recipe, progress: Progress, *, stale: bool = False,
        handed: TicketReply | None = None, audiences: frozenset[str] = frozenset({"employees"})
    ) -> StepReply:
        article = self._parts.quote(progress.article, audiences) if progress.article else None
        return StepReply(
            run=run.id, seen=progress.seen, title=recipe.title, trail=tuple(
                (done.said, done.answer) for done in progress.trail
            ),
            step=None if progress.end else recipe.steps[progress.step], end=progress.end, article=article,
            stale=stale, handed=handed,
        )


def _audiences(session: Session, run: RunRow, person: Person) -> frozenset[str]:
    return seen_at(person, private=conversations.get(session, run.conversation_id).private)


def _get(session: Session, run_id: int) -> RunRow:
    run = session.get(RunRow, run_id)
    if run is None: raise NotFound("This walk-through does not exist any more. Ask again, and I will start a new one.")
    return run


def _owned(session: Session, run_id: int, person: Person) -> RunRow:
    run = _get(session, run_id)
    if run.owner != person.id:
        raise BadInput("Only the person who asked can answer this. Ask me yourself, and I will walk you through it.")
    return run


def _meant(recipe: Recipe, progress: Progress, text: str) -> str | None:
    """What a typed reply means at the present step: an input's text, or the one choice it names; else None."""
    step = recipe.steps[progress.step]
    if step.input: return None if "?" in text or not text.strip() else text  # a question is no answer
    said = _plain(text)
    exact = [label for label in step.choices if _plain(label) == said]
    starts = [label for label in step.choices if said and _plain(label).split()[0] == said]
    named = exact or starts or _remarked(list(step.choices), remark(text))
    return named[0] if len(named) == 1 else None


def _remarked(labels: list[str], said: Remark | None) -> list[str]:
    """The choices that say what a remark says: "still broken" is "Still nothing", or "No" beside "Yes, it works"."""
    same = [label for label in labels if said and remark(label) is said]
    works = [label for label in labels if remark(label) is Remark.WORKED]
    if same or said is not Remark.NOT_HELPED or len(works) != 1: return same
    return [label for label in labels if label not in works]


def _ended(progress: Progress, said: Remark | None) -> Progress | None:
    """Where a run ends when its owner says that all is well, or that nothing helps; None when they say neither."""
    ends = {Remark.WORKED: End.SOLVED, Remark.NOT_HELPED: End.HANDOFF}
    return _left(progress, ends[said]) if said in ends else None


def _left(progress: Progress, end: End) -> Progress:
    return Progress(
        step=progress.step, seen=progress.seen + 1, trail=progress.trail, answers=progress.answers, end=end
    )


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def prediction_of(session: Session, conversation: Conversation, category: str) -> Prediction:
    """What the conversation's last message was taken for, under the recipe's category."""
    said = conversations.turns(session, conversation.id)
    taken = next((turn.trace for turn in reversed(said) if turn.trace.get("prediction")), {})  # a step has none
    return predicted(taken, category)
