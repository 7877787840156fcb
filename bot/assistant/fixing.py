"""Going through a recipe: begin it, take one step, step back, or leave it for a person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot import conversations, facts
from bot.assistant.acting import Acting
from bot.assistant.parts import Parts, seen_at
from bot.assistant.ticketing import Handed, Ticketing, say_nothing
from bot.assistant.walking import GONE, Walk, Walking
from bot.conversations import Conversation
from bot.decide import Reason
from bot.question import StepReply, TicketReply
from core.errors import BadInput, NotFound
from core.people import Person
from core.redact import redact
from handoff import tickets
from handoff.actions import requests
from handoff.actions.states import ActionRequest, State
from kb import cookbook, runs
from kb.cookbook import READY, End, Progress
from kb.cookbook.conditions import Facts
from kb.runs import CAME_BACK_FOR, Start
from kb.tables import RunRow

_Move = Callable[[Walk], Progress]
TOO_LATE = f"That fix is more than {CAME_BACK_FOR.days} days old. Please ask again as new."


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The message that shows a run, and the move that it was last drawn for; no `ts` before it was posted."""

    channel: str
    ts: str
    seen: int = -1


class Fixing:
    """What can be done with runs. Each public method is one transaction, but those that take a session."""

    def __init__(self, parts: Parts, ticketing: Ticketing, acting: Acting) -> None:
        """Take the shared parts, the tickets for those who get stuck, and the actions of the company's automation."""
        self._parts, self._acting = parts, acting
        self.walking = Walking(parts, ticketing, acting)

    # -- beginning -------------------------------------------------------------------------------------------------

    def begin_once(
        self, session: Session, slug: str, conversation: Conversation, person: Person, now: datetime
    ) -> StepReply:
        """Start a recipe in the caller's transaction; show where it stands if the conversation is in it already.

        Raises:
            NotFound: there is none, or none that the person may see there.
        """
        conversations.lock(session, conversation.id)  # two at once begin it once
        run = runs.current(session, conversation.id)
        if run and run.recipe == slug: return self.walking.stands(self.walking.of(session, run.id, person, now))
        book, revisions = self._parts.books.newest(slug, seen_at(person, private=conversation.private))
        known = _known(session, conversation, book.recipes[slug].category)
        progress = cookbook.begin(book, slug, known)
        start = Start(owner=conversation.person, conversation_id=conversation.id, revisions=revisions)
        begun = runs.begin(session, book, progress, start, now)
        return self.walking.arrived(Walk(session=session, run=begun, book=book, person=person, now=now))

    def waits_at(self, session: Session, conversation: Conversation, slug: str) -> str:
        """What the present step of a conversation's recipe says, if that is the recipe; else nothing."""
        run = runs.current(session, conversation.id)
        if run is None or run.recipe != slug: return ""
        said = cookbook.said_at(self._parts.books.at(runs.revisions(run)), runs.progress_of(run))
        return said.strip().split("\n")[0]

    # -- clicks ----------------------------------------------------------------------------------------------------

    def choose(self, run_id: int, seen: int, choice: int, person: Person) -> StepReply:
        """A click on a choice, named by its place; a stale click changes nothing and shows where the run stands."""

        def answer(walk: Walk) -> Progress:
            labels = list(cookbook.step_of(walk.book, walk.progress).choices)
            if not 0 <= choice < len(labels): raise BadInput("That choice is no longer offered.")
            return advanced(walk, labels[choice])

        return self._move(run_id, seen, person, answer)

    def type_in(self, run_id: int, seen: int, text: str, person: Person) -> StepReply:
        """A typed answer to an input step.

        Raises:
            BadInput: it is not what the step takes; says what it takes.
        """
        clean = redact(text).text
        return self._move(run_id, seen, person, lambda walk: advanced(walk, clean))

    def ready(self, run_id: int, seen: int, person: Person) -> StepReply:
        """The person does not need to wait any longer."""
        return self._move(run_id, seen, person, lambda walk: advanced(walk, READY))

    def back(self, run_id: int, seen: int, person: Person) -> StepReply:
        """One step back."""
        return self._move(run_id, seen, person, self._back)

    def start_over(self, run_id: int, seen: int, person: Person) -> StepReply:
        """From the first step again."""
        return self._move(run_id, seen, person, self._over)

    def _back(self, walk: Walk) -> Progress:
        return cookbook.back(walk.book, walk.progress) if self.walking.can_turn(walk) else walk.progress

    def _over(self, walk: Walk) -> Progress:
        return cookbook.start_over(walk.book, walk.progress) if self.walking.can_turn(walk) else walk.progress

    def stuck(self, run_id: int, seen: int, person: Person) -> StepReply:
        """The person wants a human now; the ticket already tells everything that was tried."""
        return self._move(run_id, seen, person, lambda walk: left(walk, End.HANDOFF))

    def permit(self, run_id: int, seen: int, person: Person, *, yes: bool) -> StepReply:
        """The requester's own word on an action that is done only if they want it."""
        now = self._parts.clock()
        with self._parts.database.transaction() as session:
            walk = self.walking.of(session, run_id, person, now, lock=True)
            if walk.run.end or walk.run.seen != seen: return self.walking.stands(walk)
            if not self.walking.may_see(walk): return self.walking.move(walk, left(walk, End.HANDOFF))
            return self.permit_in(walk, yes=yes)

    def permit_in(self, walk: Walk, *, yes: bool) -> StepReply:
        """The same, in the caller's transaction."""
        asked = self._acting.of_step(walk.session, walk.run.id, walk.run.seen)
        if asked is None or asked.state is not State.WAITING: return self.walking.stands(walk)
        if yes:
            self._acting.confirm(walk.session, walk.run.id, walk.run.seen, walk.person, walk.now)
            return self.walking.reply(walk)
        return self.walking.action_over(walk, requests.refuse(walk.session, asked.id, walk.person, walk.now))

    def pick(self, run_id: int, seen: int, entry: str, person: Person) -> StepReply:
        """A choice from the list that a step asks for; the list may have changed since it was shown."""

        def answer(walk: Walk) -> Progress:
            wanted = cookbook.step_of(walk.book, walk.progress).input
            listed = wanted.among(walk.book.lists) if wanted else ()
            if entry not in listed: raise BadInput(f"“{entry}” is no longer on the list. Please choose something else.")
            return advanced(walk, entry)

        return self._move(run_id, seen, person, answer)

    def waiting_for(self, run_id: int, seen: int, person: Person) -> StepReply | None:
        """The step that a click was drawn for; None if the run has moved on."""
        with self._parts.database.reading() as session:
            walk = self.walking.of(session, run_id, person, self._parts.clock())
            if walk.run.end or walk.run.seen != seen or not self.walking.may_see(walk): return None
            return self.walking.reply(walk)

    def where(self, run_id: int, person: Person) -> StepReply:
        """Where a run stands now."""
        with self._parts.database.reading() as session:
            return self.walking.stands(self.walking.of(session, run_id, person, self._parts.clock()))

    # -- after the end ---------------------------------------------------------------------------------------------

    def person_after(self, run_id: int, person: Person, write: Handed = say_nothing) -> TicketReply:
        """The article that ended a run did not do: a person takes over; `write` gets the reply in the transaction."""
        now = self._parts.clock()
        with self._parts.database.transaction() as session:
            walk = self.walking.of(session, run_id, person, now)
            runs.came_back(session, walk.run, now)
            reply = self.walking.hand_over(walk, Reason.STUCK)
            write(session, reply)
            return reply

    def came_back(self, run_id: int, person: Person, write: Handed = say_nothing) -> TicketReply:
        """A fix did not last: people take over at the next tier, and its success does not count; `write` as above.

        Raises:
            BadInput: it was fixed too long ago, or not at all.
        """
        now = self._parts.clock()
        with self._parts.database.transaction() as session:
            reply = self.back_again(self.walking.of(session, run_id, person, now))
            write(session, reply)
            return reply

    def back_again(self, walk: Walk) -> TicketReply:
        """The same, in the caller's transaction; said a second time, the ticket is told again."""
        if not runs.came_back(walk.session, walk.run, walk.now):
            known = self.walking.ticket(walk) if walk.run.came_back_at else None
            if known is None: raise BadInput(TOO_LATE)
            return known
        walk.session.refresh(walk.run)
        return self.walking.hand_over(walk, Reason.CAME_BACK)

    def action_ended(self, session: Session, request: ActionRequest) -> None:
        """An action has ended: the run that asked for it goes on, unless it has left the step meanwhile."""
        run = runs.get(session, request.run, lock=True)
        if run is None: return
        if run.end or run.seen != request.seen:
            self._too_late(session, run, request)
            return
        walk = self.walking.of(session, run.id, None, self._parts.clock())
        self.walking.action_over(walk, request)
        self.walking.show(walk, "action_over", **self._told(request))

    def _told(self, request: ActionRequest) -> dict[str, str]:
        """What the person hears of an action that ended: its title, how, and the reason of whoever refused it."""
        outcome = "unknown" if request.state is State.UNKNOWN else request.way
        why = request.why if request.state is State.REFUSED else ""
        return {"deed": self.walking.title(request.name), "outcome": outcome, "why": why}

    def _too_late(self, session: Session, run: RunRow, request: ActionRequest) -> None:
        """An action that ends after its person left the step: the people who have the ticket must know, or they."""
        if not request.way: return
        ticket, now = tickets.of_conversation(session, run.conversation_id), self._parts.clock()
        if ticket and ticket.open:
            title = self.walking.title(request.name)
            tickets.action_over(session, self._parts.desk, ticket.id, title, request.state, now)
            return
        walk = self.walking.of(session, run.id, None, now)
        self.walking.show(walk, "action_late", str(request.id), **self._told(request))

    def action_asked(self, session: Session, request: ActionRequest) -> None:
        """It is known now who has to approve: the run's message tells it."""
        run = runs.get(session, request.run)
        if run is None or run.end or run.seen != request.seen: return
        walk = self.walking.of(session, run.id, None, self._parts.clock())
        self.walking.show(walk, "", f"{request.asked}:{request.approver}")

    # -- the message that shows a run ------------------------------------------------------------------------------

    def remember_message(self, run_id: int, channel: str, ts: str, seen: int) -> None:
        """Keep which message shows the run, and at which move, so that it can be updated in place."""
        with self._parts.database.transaction() as session:
            run = runs.get(session, run_id)
            if run is None: raise NotFound(GONE)
            run.channel, run.message_ts = channel, ts
            session.flush()
            runs.drawn(session, run_id, seen)

    def covered(self, run_id: int, seen: int) -> None:
        """The run's message shows an older move than one that was drawn before: whoever looks draws it again."""
        with self._parts.database.transaction() as session: runs.covered(session, run_id, seen)

    def drawn(self, run_id: int, seen: int) -> bool:
        """The run's message shows this move; False if that covers up a later one, which has to be drawn again."""
        with self._parts.database.transaction() as session: return runs.drawn(session, run_id, seen)

    def message_of(self, run_id: int) -> Shown:
        """The message that shows the run."""
        with self._parts.database.reading() as session:
            run = runs.get(session, run_id)
            if run is None: raise NotFound(GONE)
            return Shown(channel=run.channel, ts=run.message_ts, seen=run.shown)

    def now_at(self, run_id: int) -> tuple[StepReply, str, str]:
        """Where a run stands, and its conversation's channel and thread, for a message that nobody asked for."""
        with self._parts.database.reading() as session:
            walk = self.walking.of(session, run_id, None, self._parts.clock())
            conversation = conversations.get(session, walk.run.conversation_id)
            return self.walking.stands(walk), conversation.channel, conversation.thread_ts

    def _move(self, run_id: int, seen: int, person: Person, move: _Move) -> StepReply:
        now = self._parts.clock()
        with self._parts.database.transaction() as session:
            walk = self.walking.of(session, run_id, person, now, lock=True)
            if walk.run.end or walk.run.seen != seen: return self.walking.stands(walk)
            moved = move(walk) if self.walking.may_see(walk) else left(walk, End.HANDOFF)
            return self.walking.move(walk, moved) if moved.seen != walk.run.seen else self.walking.reply(walk)


def advanced(walk: Walk, answer: str) -> Progress:
    """A run after an answer to its present step."""
    return cookbook.advance(walk.book, walk.progress, answer, at=walk.now.isoformat())


def left(walk: Walk, end: End, answer: str = "") -> Progress:
    """A run that its person has left."""
    return cookbook.leave(walk.book, walk.progress, end, at=walk.now.isoformat(), answer=answer)


def _known(session: Session, conversation: Conversation, category: str) -> Facts:
    """What is known when a recipe begins: from the messages, and from the recipes before in the conversation."""
    said = [str(turn.trace.get("message", turn.text)) for turn in conversations.turns(session, conversation.id)]
    known = {"category": category, "message": next(iter(said), "")} | facts.told(said)
    for run in runs.of_conversation(session, conversation.id): known |= runs.progress_of(run).answers
    return known
