"""The messages that ask for an approval: whole, escaped, within Slack's limits, and right after each end."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.sandbox.blocks import check_blocks, check_view
from bot.slack import approvals, ids, texts
from handoff.actions.registry import load_actions
from handoff.actions.states import ActionRequest, Asked, Instead, State
from tests.functional.office import actions_of, said

ACTIONS = load_actions(Path(__file__).parents[2] / "data" / "actions.yaml")
AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
REQUEST = ActionRequest(
    id=7, run=1, seen=2, name="add-to-group", approval="manager", dry_run=False, requester="U1",
    given={"group": "finance", "reason": "the audit"}, about="I cannot open the folder", state=State.WAITING,
    asked=Asked.MANAGER, approver="U2", asked_why="", requested_at=AT, decided_by="", decided_at=None, why="",
    attempts=0, outcome="", results={}, note="", ended_at=None,
)  # fmt: skip


def words(request: ActionRequest) -> str:
    """What the approver reads while it waits."""
    return said(approvals.approval(request, ACTIONS).payload())


def after(request: ActionRequest, **changes: object) -> str:
    """What stands there once it is decided."""
    message = approvals.over(replace(request, **changes), ACTIONS, "UTC").payload()
    assert ids.APPROVE not in actions_of(message)
    return said(message)


def test_everything_that_an_approver_needs():
    """Who, what, what it does, with which values, what for, and how often it may be."""
    found = words(REQUEST)
    wanted = ("<@U1>", "Add to a group", "whose owner", "finance", "the audit", "I cannot open the folder", "3 a day")
    for part in wanted: assert part in found


def test_what_people_wrote_is_dead():
    """Nobody is called, and no link is made, by a value, a first message or a reason."""
    evil = "<!channel> <https://evil.example|your bank> <@U9>"
    request = replace(REQUEST, given={"group": evil}, about=evil)
    for shown in (words(request), after(request, state=State.REFUSED, decided_by="U2", decided_at=AT, why=evil)):
        assert not [mark for mark in ("<!channel", "<https", "<@U9") if mark in shown]


def test_l2_is_told_to_make_sure_and_why_it_is_asked():
    """Somebody who does not know the person calls back first; a manager knows them."""
    assert texts.APPROVAL_CHECK not in words(REQUEST)
    for why in Instead:
        found = words(replace(REQUEST, asked=Asked.AGENTS, asked_why=why))
        assert texts.APPROVAL_CHECK in found
        assert texts.INSTEAD[why].format(approver="U2") in found


def test_a_dry_run_says_so():
    """Before and after."""
    assert texts.APPROVAL_DRY in words(replace(REQUEST, dry_run=True))
    assert texts.APPROVAL_DRY in after(REQUEST, dry_run=True, state=State.QUEUED, decided_by="U2", decided_at=AT)


@pytest.mark.parametrize("state", [State.QUEUED, State.DONE, State.FAILED, State.UNKNOWN])
def test_approved(state: State):
    """However it ended at the automation, the approval names who and when."""
    assert "Approved by <@U2>" in after(REQUEST, state=state, decided_by="U2", decided_at=AT)


def test_other_ends():
    """Refused with and without a reason, by nobody, and no longer needed."""
    refused = {"state": State.REFUSED, "decided_by": "U2", "decided_at": AT}
    assert "“not yet”" in after(REQUEST, **refused, why="not yet")
    assert "They wrote" not in after(REQUEST, **refused)
    assert texts.APPROVAL_NOBODY in after(REQUEST, state=State.REFUSED)
    assert texts.APPROVAL_WITHDRAWN in after(REQUEST, state=State.WITHDRAWN)


def test_an_action_that_left_the_registry():
    """It goes by its name."""
    assert "old-one" in words(replace(REQUEST, name="old-one"))


def test_slack_takes_the_longest():
    """Twenty values, a first message and a reason of full length, all escaped: within the limits."""
    long = "<&>" * 500
    request = replace(
        REQUEST, given={f"name_{n:034}": long for n in range(20)}, about=long, why=long, asked=Asked.AGENTS,
        asked_why=Instead.LEFT,
    )
    refused = replace(request, state=State.REFUSED, decided_by="U2", decided_at=AT)
    for message in (approvals.approval(request, ACTIONS), approvals.over(refused, ACTIONS, "UTC")):
        check_blocks(message.payload()["blocks"], "message")
    check_view(approvals.refusal(request, ACTIONS), "modal")
