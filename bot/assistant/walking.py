"""One run in hand: move it, see what that leads to (a ticket, an action), and tell where it stands.

Everything here happens in the caller's transaction.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot import conversations
from bot.assistant.acting import Acting
from bot.assistant.parts import Parts, seen_at
from bot.assistant.ticketing import Circumstances, Ticketing
from bot.conversations import Conversation
from bot.decide import Reason
from bot.judged import predicted
from bot.question import UNSURE, Deed, Doing, StepReply, TicketReply
from classifier.labels import Prediction
from core import outbox
from core.errors import BadInput, NotFound
from core.people import Person
from handoff.actions.states import ActionRequest, Asked, State
from kb import cookbook, runs
from kb.cookbook import Book, End, Kind, Progress
from kb.cookbook.conditions import filled
from kb.tables import RunRow

GONE = "This walk-through does not exist any more. Ask again, and I will start a new one."
NOT_YOURS = "Only the person who asked can answer this. Ask me yourself, and I will walk you through it."
CLOSED = "This walk-through is not open to you any more"
_DOING = {Asked.REQUESTER: Doing.ASKS_PERSON, Asked.MANAGER: Doing.ASKS_MANAGER, Asked.AGENTS: Doing.ASKS_AGENTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A run, the recipes it may come to, its person, and the moment."""

    session: Session
    run: RunRow
    book: Book
    person: Person
    now: datetime

    @property
    def progress(self) -> Progress:
        """Where it stands in the database."""
        return runs.progress_of(self.run)


class Walking:
    """What every use case does with a run."""

    def __init__(self, parts: Parts, ticketing: Ticketing, acting: Acting) -> None:
        """Take the shared parts, the tickets for those who get stuck, and the actions."""
        self._parts, self._ticketing, self._acting = parts, ticketing, acting

    def of(self, session: Session, run_id: int, person: Person | None, now: datetime, *, lock: bool = False) -> Walk:
        """A run with what belongs to it; `person` must own it, None is Firstline itself.

        `lock` keeps others from moving it until the transaction ends; who changes its request for an action needs it.

        Raises:
            NotFound: there is no such run.
            BadInput: it is somebody else's.
        """
        run = runs.get(session, run_id, lock=lock)
        if run is None: raise NotFound(GONE)
        if person and run.owner != person.id: raise BadInput(NOT_YOURS)
        owner = person or self._parts.owner(session, run.owner)
        return Walk(session=session, run=run, book=self._parts.books.at(runs.revisions(run)), person=owner, now=now)

    def move(self, walk: Walk, progress: Progress, *, by: str = "") -> StepReply:
        """Take a run on; if somebody was faster, nothing changes, and it tells where it stands."""
        by = by or walk.person.id
        moved = runs.move(walk.session, walk.run, walk.book, progress, seen=walk.run.seen, now=walk.now, by=by)
        walk.session.refresh(walk.run)
        if not moved: return self.stands(walk)
        return self.arrived(walk)

    def arrived(self, walk: Walk) -> StepReply:
        """Do what the place asks for at which a run has just arrived: begin an action, hand over, or nothing."""
        self._acting.withdraw(walk.session, walk.run.id, walk.now)
        progress = walk.progress
        if progress.end is End.HANDOFF: return self.reply(walk, handed=self.hand_over(walk))
        if progress.end or cookbook.step_of(walk.book, progress).kind is not Kind.ACTION: return self.reply(walk)
        asked = self._ask(walk, progress)
        return self.action_over(walk, asked) if asked.over else self.reply(walk)

    def _ask(self, walk: Walk, progress: Progress) -> ActionRequest:
        """Ask for the action of the present step; it may be over at once."""
        step = cookbook.step_of(walk.book, progress)
        given = {name: filled(text, progress.facts) for name, text in step.given.items()}
        return self._acting.ask(walk.session, walk.run.id, progress.seen, step.action, given, walk.person, walk.now)

    def action_over(self, walk: Walk, request: ActionRequest) -> StepReply:
        """An action has ended: the run goes on with its outcome."""
        step = cookbook.step_of(walk.book, walk.progress)
        progress = cookbook.advance(
            walk.book, walk.progress, request.way, results=request.results,
            at=walk.now.isoformat(), said=self._words(step.action), note=self._came_of(walk, request),
        )
        return self.move(walk, progress, by="firstline")

    def _came_of(self, walk: Walk, request: ActionRequest) -> str:
        """What L2 should know of an action beside its outcome."""
        who = self._parts.owner(walk.session, request.decided_by).name if request.decided_by else ""
        decided = "refused" if request.state is State.REFUSED else "approved"
        own = request.decided_by in ("", request.requester)
        unsure = UNSURE if request.state is State.UNKNOWN else ""
        dry = "a dry run: nothing was changed" if request.dry_run else ""
        parts = [f"{decided} by {who}" if not own else "", request.why, request.note, unsure, dry]
        return "; ".join(part for part in parts if part)

    def _words(self, action: str) -> str:
        """What an action will do, in the registry's words."""
        rule = self._parts.actions.actions.get(action)
        return rule.tells if rule else action

    def title(self, action: str) -> str:
        """An action's title in the registry."""
        rule = self._parts.actions.actions.get(action)
        return rule.title if rule else action

    def hand_over(self, walk: Walk, reason: Reason | None = None) -> TicketReply:
        """A person takes over; the ticket already tells everything that was tried."""
        conversation = conversations.get(walk.session, walk.run.conversation_id)
        recipe, progress = walk.book.recipes[walk.run.recipe], walk.progress
        tried = any(done.answer for done in progress.trail)
        facts = Circumstances(
            reason=reason or (Reason.STUCK if tried else Reason.ASKED),
            prediction=prediction_of(walk.session, conversation, recipe.category),
            note=progress.note or (recipe.handoff if reason and tried else ""),
        )
        return self._ticketing.hand_off(walk.session, conversation, walk.person, facts, walk.now)

    def show(self, walk: Walk, what: str, occasion: str = "", **told: str) -> None:
        """Have a run's message drawn anew, and its person told `what` happened, if that is something.

        `occasion` tells one from another at the same move; `told` goes into the words.
        """
        walk.session.refresh(walk.run)
        run = walk.run
        key = f"run:{run.id}:{run.seen}:{what}:{occasion}"
        outbox.put(
            walk.session, "run", key=key, lane=_lane(run), now=walk.now, run=run.id, seen=run.seen, what=what,
            told=told,
        )

    def is_shown_soon(self, walk: Walk) -> bool:
        """Whether a drawing of the run waits to be made: that shows its newest state, however late it comes."""
        return outbox.waits_in(walk.session, _lane(walk.run))

    def leave_to_people(self, walk: Walk, by: str) -> None:
        """People have the conversation for another reason: the run ends, and what it still waits for is taken back."""
        left = cookbook.leave(walk.book, walk.progress, End.HANDOFF, at=walk.now.isoformat())
        runs.move(walk.session, walk.run, walk.book, left, seen=walk.run.seen, now=walk.now, by=by)
        self._acting.withdraw(walk.session, walk.run.id, walk.now)

    def stands(self, walk: Walk) -> StepReply:
        """Where a run is, for a click that came too late; what it led to is shown again."""
        handed = self.ticket(walk) if walk.run.end else None
        return self.reply(walk, stale=True, handed=handed)

    def ticket(self, walk: Walk) -> TicketReply | None:
        """The ticket that came out of the run's conversation, told again."""
        return self._ticketing.told_again(walk.session, walk.run.conversation_id, walk.person, Reason.STUCK)

    def reply(self, walk: Walk, *, stale: bool = False, handed: TicketReply | None = None) -> StepReply:
        """Where a run stands, as every surface shows it."""
        if not self.may_see(walk): return self._closed(walk, stale=stale, handed=handed)
        book, progress, run = walk.book, walk.progress, walk.run
        step = None if progress.end else cookbook.step_of(book, progress)
        deed = self._deed(walk, progress) if step and step.kind is Kind.ACTION else None
        article = self._parts.quote(progress.article, self.audiences(walk)) if progress.article else None
        said = cookbook.said_at(book, progress) if step else ""
        return StepReply(
            run=run.id, seen=progress.seen, title=book.recipes[run.recipe].title, trail=progress.trail, step=step,
            say=said or (self._words(step.action) if step and step.action else ""), end=progress.end, article=article,
            stale=stale, handed=handed, can_go_back=cookbook.can_go_back(progress) and not _runs(deed),
            left=cookbook.steps_left(book, progress) if step else 0,
            options=tuple(step.input.among(book.lists)) if step and step.input else (), deed=deed,
            waits_until=run.wakes_at if step and step.kind is Kind.WAIT else None, tz=walk.person.tz,
            picture=self._parts.picture(step.picture.file) if step and step.picture else "",
            came_back=run.came_back_at is not None,
        )

    def may_see(self, walk: Walk) -> bool:
        """Whether the run's person may still see what it goes through: they, or the recipe, may have moved since."""
        seen, books = self.audiences(walk), self._parts.books
        gone_through = {walk.run.recipe, walk.progress.recipe}
        return all((books.audience(slug) or walk.book.recipes[slug].audience) in seen for slug in gone_through)

    def _closed(self, walk: Walk, *, stale: bool, handed: TicketReply | None) -> StepReply:
        """A run without any of its words, for a person who may not see them any more."""
        return StepReply(
            run=walk.run.id, seen=walk.progress.seen, title=CLOSED, trail=(), step=None, stale=stale, handed=handed,
            end=walk.progress.end or End.STOPPED, tz=walk.person.tz, came_back=walk.run.came_back_at is not None,
        )

    def can_turn(self, walk: Walk) -> bool:
        """Whether the person may go back or start over: not while the automation is at work for them."""
        asked = self._acting.of_step(walk.session, walk.run.id, walk.run.seen)
        return asked is None or asked.state is not State.QUEUED

    def _deed(self, walk: Walk, progress: Progress) -> Deed | None:
        asked = self._acting.of_step(walk.session, walk.run.id, progress.seen)
        if asked is None: return None
        doing = _DOING.get(asked.asked, Doing.RUNNING) if asked.state is State.WAITING else Doing.RUNNING
        approver = self._parts.owner(walk.session, asked.approver).name if asked.approver else ""
        return Deed(
            title=self.title(asked.name), tells=self._words(asked.name), doing=doing, approver=approver,
            dry=asked.dry_run,
        )

    def audiences(self, walk: Walk) -> frozenset[str]:
        """What the run's person may be shown where they talk."""
        return seen_at(walk.person, private=conversations.get(walk.session, walk.run.conversation_id).private)


def _lane(run: RunRow) -> str:
    return f"run:{run.id}"


def _runs(deed: Deed | None) -> bool:
    return deed is not None and deed.doing is Doing.RUNNING


def prediction_of(session: Session, conversation: Conversation, category: str) -> Prediction:
    """What the conversation's last message was taken for, under the recipe's category."""
    said = conversations.turns(session, conversation.id)
    taken = next((turn.trace for turn in reversed(said) if turn.trace.get("prediction")), {})  # a step has none
    return predicted(taken, category)
