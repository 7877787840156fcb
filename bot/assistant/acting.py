"""Actions of the company's automation: ask for one, have it approved, have it done, tell the run how it ended."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot import conversations
from bot.assistant.parts import Parts
from core import people
from core.errors import NotFound, TryLater
from core.people import Person
from handoff.actions import ending, requests, rows
from handoff.actions.answers import Answer, Call, NoAnswer
from handoff.actions.states import ActionRequest, Instead, State
from kb.tables import RunRow

WAITS = (2, 8, 30, 60)  # seconds before the 2nd to 5th attempt; with 10 s for each, under three minutes in all
ATTEMPTS = len(WAITS) + 1
LONGEST_WAIT = timedelta(minutes=2)  # an automation that asks for more is not waited for: a person is

Told = Callable[[Session, ActionRequest], None]


def _nobody(_session: Session, _request: ActionRequest) -> None:
    """Nobody waits for the end of a request."""


class Acting:
    """What can be done with requests for actions. Each public method without a session is one transaction.

    `ended` is called in the transaction in which a request comes to its end, once, unless `ask` or `withdraw` did it:
    there the caller has the request in hand. `asked` is called in the transaction in which it becomes known who has
    to answer: the manager by name, or L2 in their place.
    """

    def __init__(self, parts: Parts, ended: Told = _nobody, asked: Told = _nobody) -> None:
        """Take the shared parts, and who is told of whom a request waits for, and of its end."""
        self._parts, self.ended, self.asked = parts, ended, asked

    # -- the run's side --------------------------------------------------------------------------------------------

    def ask(
        self, session: Session, run: int, seen: int, name: str, given: Mapping[str, str], person: Person, now: datetime
    ) -> ActionRequest:
        """Ask for an action in the caller's transaction, once a step; it may be over at once (`over`, `way`, `why`)."""
        about = _first_words(session, run)
        return requests.request(session, self._parts.actions, name, person, given, run, seen, now, about=about)

    def confirm(self, session: Session, run: int, seen: int, person: Person, now: datetime) -> ActionRequest:
        """The requester's own yes, where that is the approval, in the caller's transaction.

        Raises:
            NotFound: the step asked for nothing.
            NotAllowed: it is not theirs to answer.
            Stale: it was answered before.
        """
        asked = rows.of_step(session, run, seen)
        if asked is None: raise NotFound("There is nothing to confirm at this step.")
        return requests.approve(session, asked.id, person, now)

    def withdraw(self, session: Session, run: int, now: datetime) -> None:
        """Take back what a run still waits for, in the caller's transaction: it has left the step."""
        requests.withdraw(session, run, now)

    def of_step(self, session: Session, run: int, seen: int) -> ActionRequest | None:
        """The request that a step of a run made, if it made one."""
        return rows.of_step(session, run, seen)

    # -- the approvers' side ---------------------------------------------------------------------------------------

    def get(self, request_id: int) -> ActionRequest:
        """A request as it stands now."""
        with self._parts.database.reading() as session: return rows.get(session, request_id)

    def open(self, request_id: int, by: Person) -> ActionRequest:
        """A request that somebody may answer now; the errors are those of `approve`."""
        with self._parts.database.reading() as session: return requests.open_to(rows.get(session, request_id), by)

    def approve(self, request_id: int, by: Person) -> ActionRequest:
        """Let it be done; see `handoff.actions.requests.approve`."""
        with self._parts.database.transaction() as session:
            return requests.approve(session, request_id, by, self._parts.clock())

    def refuse(self, request_id: int, by: Person, why: str = "") -> ActionRequest:
        """Do not let it be done; see `handoff.actions.requests.refuse`."""
        with self._parts.database.transaction() as session:
            _hold_run(session, request_id)
            refused = requests.refuse(session, request_id, by, self._parts.clock(), why)
            self._told(session, refused)
            return refused

    def asked_of(self, request_id: int, manager: str) -> ActionRequest:
        """Keep who the requester's manager is."""
        with self._parts.database.transaction() as session:
            return self._asked(session, requests.asked_of, request_id, manager)

    def to_agents(self, request_id: int, instead: Instead) -> ActionRequest:
        """Ask L2 in the manager's place, and say why."""
        with self._parts.database.transaction() as session:
            return self._asked(session, requests.to_agents, request_id, instead)

    def give_up(self, request_id: int) -> None:
        """Refuse what nobody has answered."""
        with self._parts.database.transaction() as session:
            _hold_run(session, request_id)
            self._told(session, requests.give_up(session, request_id, self._parts.clock()))

    def places(self, request_id: int) -> list[tuple[str, str]]:
        """Where its approval is asked for: channel and timestamp of each message."""
        with self._parts.database.reading() as session: return rows.places(session, request_id)

    def stands_at(self, request_id: int, channel: str, ts: str) -> None:
        """Remember a message that asks for the approval."""
        with self._parts.database.transaction() as session: rows.stands_at(session, request_id, channel, ts)

    # -- the automation's side -------------------------------------------------------------------------------------

    def carry_out(self, request_id: int) -> None:
        """Make one attempt, and keep what came of it; nothing when the request no longer waits for it.

        Raises:
            TryLater: there is another attempt to make, after the wait that it names.
        """
        with self._parts.database.transaction() as session:
            begun = ending.begin_attempt(session, request_id, self._parts.clock())
            call = self._call(session, begun) if begun else None
        if begun is None or call is None: return
        if begun.name not in self._parts.actions.names:
            self.finish(request_id, Answer(state=State.FAILED, why=requests.GONE, turned_away=True))
            return
        rule = self._parts.actions.get(begun.name)
        answer = self._parts.automation.call(rule, call, self._parts.clock())
        if isinstance(answer, Answer): self.finish(request_id, answer)
        else: self._again(request_id, begun.attempts, answer)

    def finish(self, request_id: int, answer: Answer) -> None:
        """Keep what the automation answered, and let the run go on."""
        with self._parts.database.transaction() as session:
            _hold_run(session, request_id)
            done = ending.finish(
                session, request_id, answer.state, self._parts.clock(), outcome=answer.outcome,
                results=answer.results, note=answer.note, why=answer.why, turned_away=answer.turned_away,
            )
            self._told(session, done)

    def _again(self, request_id: int, attempts: int, answer: NoAnswer) -> None:
        wait = answer.wait or timedelta(seconds=WAITS[min(attempts, len(WAITS)) - 1])
        most = attempts if wait > LONGEST_WAIT else ATTEMPTS
        with self._parts.database.transaction() as session:
            _hold_run(session, request_id)
            over = ending.attempt_failed(
                session, request_id, self._parts.clock(), why=answer.why, harmless=answer.harmless, most=most
            )
            self._told(session, over)
        if over is None: raise TryLater(answer.why, wait)

    def _call(self, session: Session, begun: ActionRequest) -> Call:
        return Call(
            id=begun.call, action=begun.name, requester=_known(session, begun.requester),
            approved_by=_known(session, begun.decided_by) if begun.decided_by else None,
            given=begun.given, dry_run=begun.dry_run, at=begun.requested_at,
        )

    def _asked(
        self, session: Session, change: Callable[..., ActionRequest], request_id: int, *who: str
    ) -> ActionRequest:
        """Change whom a request waits for, and tell whoever shows it."""
        _hold_run(session, request_id)
        before = rows.get(session, request_id)
        after = change(session, request_id, *who, self._parts.clock())
        if after != before: self.asked(session, after)
        return after

    def _told(self, session: Session, request: ActionRequest | None) -> None:
        """Tell whoever waits that a request is over."""
        if request and request.over: self.ended(session, request)


def _hold_run(session: Session, request_id: int) -> None:
    """Lock the run before its request, as a click does: two orders could wait for each other for ever."""
    session.get(RunRow, rows.get(session, request_id).run, with_for_update=True)


def _known(session: Session, person_id: str) -> Person:
    return people.find(session, person_id) or Person(id=person_id, name=person_id)


def _first_words(session: Session, run_id: int) -> str:
    """What the person wrote first in the conversation that a run belongs to."""
    run = session.get(RunRow, run_id)
    said = conversations.turns(session, run.conversation_id) if run else []
    return said[0].text if said else ""
