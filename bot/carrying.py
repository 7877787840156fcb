"""What the outbox holds that is not for Slack. It has workers of its own: nobody's message waits for a call."""

from typing import Any

from bot.assistant.acting import Acting
from core.outbox import Attempt
from handoff.actions.effects import CALL
from handoff.destinations.syncing import SYNC

ACTIONS = frozenset({CALL})
SYNCS = frozenset({SYNC})
INCOMING = frozenset({"incoming"})  # what was said to Firstline: written down before Slack hears that it came
KINDS = ACTIONS | SYNCS | INCOMING  # of which none goes to Slack


class AutomationOutbound:
    """Delivers outbox items to the automation."""

    def __init__(self, acting: Acting) -> None:
        """Take the use cases of actions."""
        self._acting = acting

    def deliver(self, kind: str, payload: dict[str, Any], attempt: Attempt) -> None:  # noqa: ARG002 - there is one kind
        """Make one attempt; see `Acting.carry_out`."""
        self._acting.carry_out(payload["request"])
