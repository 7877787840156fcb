"""What the outbox holds for other machines. It has workers of its own: nobody's message waits for a call."""

from typing import Any

from bot.assistant.acting import Acting
from handoff.actions.effects import CALL
from handoff.destinations.syncing import SYNC

ACTIONS = frozenset({CALL})
SYNCS = frozenset({SYNC})
KINDS = ACTIONS | SYNCS


class AutomationOutbound:
    """Delivers outbox items to the automation."""

    def __init__(self, acting: Acting) -> None:
        """Take the use cases of actions."""
        self._acting = acting

    def deliver(self, kind: str, payload: dict[str, Any]) -> None:  # noqa: ARG002 - there is one kind
        """Make one attempt; see `Acting.carry_out`."""
        self._acting.carry_out(payload["request"])
