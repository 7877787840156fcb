"""Which transition of a Jira workflow leads to a ticket's state. Pure.

Workflows differ: the names are those of the ones that Jira Service Management brings along, for requests and for
incidents; other workflows are understood by the category of their statuses.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handoff.states import OVER, State

NAMES: dict[State, tuple[str, ...]] = {
    State.NEW: ("open", "waiting for support", "to do"),
    State.REOPENED: ("reopened", "open", "waiting for support", "in progress", "work in progress", "to do"),
    State.ESCALATED: ("escalated", "waiting for support", "in progress", "work in progress"),
    State.CLAIMED: ("work in progress", "in progress"),
    State.WAITING: ("waiting for customer", "pending"),
    State.HELD: ("pending", "on hold"),
    State.VENDOR: ("waiting for vendor", "pending", "on hold"),
    State.RESOLVED: ("resolved", "completed", "done"),
    State.CLOSED: ("closed", "resolved", "completed", "done"),
}
GIVEN_UP = frozenset({"canceled", "cancelled", "declined", "rejected"})  # done as well, but no help to anybody
Status = tuple[str, str]  # its name, and its category: new, indeterminate or done


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A step that the workflow allows now; `resolution` is what it asks for, if it asks.

    `leads` tells that it leads to the state that was wanted, and not only nearer.
    """

    id: str
    to: str
    category: str
    resolution: str = ""
    leads: bool = True


def chosen(state: State, now: Status, open_: Sequence[Transition]) -> Transition | None:
    """The step to take from where an issue stands; None where it stands right, or nothing leads on."""
    name, category = now[0].lower(), now[1]
    wanted = NAMES[state]
    ways = {one.to.lower(): one for one in reversed(open_)}
    for better in wanted:
        if better == name: return None
        if better in ways: return ways[better]
    if category == _category(state): return None
    found = next((one for one in open_ if one.category == _category(state) and one.to.lower() not in GIVEN_UP), None)
    if found or state not in OVER: return found
    back = next((ways[name] for name in NAMES[State.CLAIMED] if name in ways), None)  # many pauses have no other way
    return replace(back, leads=False) if back else None


def _category(state: State) -> str:
    if state in OVER: return "done"
    return "new" if state is State.NEW else "indeterminate"
