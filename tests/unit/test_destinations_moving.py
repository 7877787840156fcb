"""Which transition of a Jira workflow leads to a ticket's state."""

import pytest

from handoff.destinations.moving import NAMES, Transition, chosen
from handoff.states import OVER, State

NEW, WORK, DONE = "new", "indeterminate", "done"
SIMPLE = [("To Do", NEW), ("Doing", WORK), ("Rejected", DONE), ("Shipped", DONE)]


def ways(*statuses: tuple[str, str]) -> list[Transition]:
    """Transitions to some statuses."""
    return [Transition(id=str(n), to=to, category=category) for n, (to, category) in enumerate(statuses)]


def to(state: State, now: tuple[str, str], *statuses: tuple[str, str]) -> str:
    """Where the chosen transition leads; nowhere if there is none."""
    found = chosen(state, now, ways(*statuses))
    return found.to if found else ""


@pytest.mark.parametrize("state", State)
def test_every_state_has_names(state: State) -> None:
    """The shipped workflows are known by name."""
    assert NAMES[state]


def test_the_best_name_is_taken() -> None:
    """Whatever its case, and whatever else is open."""
    assert to(State.WAITING, ("Open", NEW), ("Pending", WORK), ("WAITING FOR CUSTOMER", WORK)) == "WAITING FOR CUSTOMER"
    assert to(State.ESCALATED, ("Open", NEW), ("In progress", WORK), ("Escalated", WORK)) == "Escalated"


def test_what_stands_right_is_left() -> None:
    """Also under a second name, when the better one cannot be reached."""
    assert to(State.CLAIMED, ("In Progress", WORK), ("Done", DONE)) == ""
    assert to(State.CLOSED, ("Resolved", DONE), ("Reopened", WORK)) == ""
    assert to(State.CLOSED, ("Resolved", DONE), ("Closed", DONE)) == "Closed"


def test_an_own_workflow_is_understood_by_categories() -> None:
    """Work is work, an end is an end, but none that says no."""
    assert to(State.CLAIMED, ("To Do", NEW), *SIMPLE) == "Doing"
    assert to(State.RESOLVED, ("Doing", WORK), *SIMPLE) == "Shipped"
    assert to(State.HELD, ("Doing", WORK), *SIMPLE) == ""


@pytest.mark.parametrize("state", sorted(OVER))
def test_the_end_may_be_two_steps_away(state: State) -> None:
    """Then the first one is back to work, and it says that it is not the last."""
    found = chosen(state, ("Pending", WORK), ways(("Work in progress", WORK), ("Canceled", DONE)))
    assert found is not None
    assert (found.to, found.leads) == ("Work in progress", False)


def test_nothing_leads_on() -> None:
    """A workflow without a way leaves the issue where it is."""
    assert to(State.RESOLVED, ("Open", NEW)) == ""
