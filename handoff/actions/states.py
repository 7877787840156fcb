"""A request for an action as it stands, and who may decide on it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.errors import NotAllowed
from core.people import Action, Person
from handoff.actions.registry import DONE, FAILED, REFUSED

AGENT_LEVEL = 2  # the lowest tier whose agents approve


class State(StrEnum):
    """Where a request is in its life."""

    WAITING = "waiting"  # for somebody's answer
    QUEUED = "queued"  # for the automation
    DONE = "done"
    FAILED = "failed"  # it was surely not done
    REFUSED = "refused"
    UNKNOWN = "unknown"  # the automation did not say; it may have been done
    WITHDRAWN = "withdrawn"


class Asked(StrEnum):
    """Whose answer a request waits for."""

    NOBODY = ""
    REQUESTER = "requester"
    MANAGER = "manager"
    AGENTS = "agents"


class Instead(StrEnum):
    """Why L2 is asked in the manager's place."""

    NO_MANAGER = "no manager"
    LEFT = "left"
    NO_ANSWER = "no answer"


OPEN = frozenset({State.WAITING, State.QUEUED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRequest:
    """A request as it stands. Times are aware, in UTC; `run` and `seen` name the step that made it.

    `why` tells why it was refused or failed, `note` is the automation's own word, `results` are facts as texts.
    """

    id: int
    run: int
    seen: int
    name: str
    approval: str
    dry_run: bool
    requester: str
    given: Mapping[str, str]
    about: str
    state: State
    asked: Asked
    approver: str
    asked_why: str
    requested_at: datetime
    decided_by: str
    decided_at: datetime | None
    why: str
    attempts: int
    outcome: str
    results: Mapping[str, str]
    note: str
    ended_at: datetime | None

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in OPEN

    @property
    def way(self) -> str:
        """The outcome by which a recipe goes on: a good one, `refused` or `failed`; empty while open or withdrawn."""
        ways = {State.DONE: self.outcome or DONE, State.REFUSED: REFUSED}
        return ways.get(self.state) or (FAILED if self.state in (State.FAILED, State.UNKNOWN) else "")

    @property
    def call(self) -> str:
        """The webhook-id: the same for every attempt, and no other installation's or database's."""
        return f"act_{self.id}_{int(self.requested_at.timestamp() * 1000)}"


def must_decide(request: ActionRequest, by: Person) -> None:
    """Check that somebody may approve or refuse a request.

    Raises:
        NotAllowed: they may not; says who may.
    """
    own = by.id == request.requester
    if request.asked is Asked.REQUESTER:
        if not own: raise NotAllowed("Only the person who asked can confirm this.")
        return
    if own: raise NotAllowed("Nobody approves their own request. It has to be somebody else.")
    if request.approver and by.id == request.approver: return
    if request.asked is Asked.AGENTS and by.may(Action.WORK_TICKETS) and by.level >= AGENT_LEVEL: return
    if request.asked is Asked.AGENTS: raise NotAllowed("Only agents of level 2 and above can answer this.")
    raise NotAllowed("Only the manager of the person who asked can answer this.")
