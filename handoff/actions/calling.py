"""Calls of the company's automation: signed HTTP that waits ten seconds, follows nothing and reads little."""

import logging
from datetime import datetime
from typing import Protocol

from core import webhooks
from core.errors import TryLater
from core.http_calls import MOST_ANSWER, PATIENCE, Caller
from handoff.actions.answers import Answer, Call, NoAnswer, understood
from handoff.actions.registry import ActionRule
from handoff.actions.states import State

NOT_SET_UP = "The automation is not connected: FIRSTLINE_ACTIONS_URL is not set."
log = logging.getLogger(__name__)


class Automation(Protocol):
    """What carries actions out."""

    def call(self, rule: ActionRule, call: Call, now: datetime) -> Answer | NoAnswer:
        """Make one attempt. Never raises for what the other side does."""


class NoAutomation:
    """The one of an installation that has none: everything fails, with the reason."""

    def call(self, rule: ActionRule, call: Call, now: datetime) -> Answer | NoAnswer:  # noqa: ARG002 - the Protocol's
        """See `Automation.call`."""
        return Answer(state=State.FAILED, why=NOT_SET_UP, turned_away=True)


class HttpAutomation:
    """The one behind an address. The secret signs calls, and opens nothing."""

    def __init__(self, url: str, secret: str, patience: float = PATIENCE) -> None:
        """Take the general address (a rule may have its own), the shared secret, and seconds for one attempt."""
        self._url, self._secret, self._http = url, secret, Caller("The automation", patience)

    def call(self, rule: ActionRule, call: Call, now: datetime) -> Answer | NoAnswer:
        """See `Automation.call`."""
        url, body = rule.url or self._url, call.body()
        if not url: return Answer(state=State.FAILED, why=NOT_SET_UP, turned_away=True)
        headers = {"content-type": "application/json", "accept": "application/json", "user-agent": "Firstline"}
        headers |= webhooks.headers(self._secret, call.id, now, body)
        found = self._answer(url, headers, body, rule, now)
        log.info("%s %s: %s", call.action, call.id, found.state if isinstance(found, Answer) else found.why)
        return found

    def _answer(
        self, url: str, headers: dict[str, str], body: bytes, rule: ActionRule, now: datetime
    ) -> Answer | NoAnswer:
        try:
            got = self._http.call("POST", url, headers, body)
        except TryLater as error:
            return NoAnswer(why=str(error), harmless=error.harmless)
        if len(got.body) > MOST_ANSWER:
            return Answer(state=State.UNKNOWN, why=f"The automation's answer has more than {MOST_ANSWER:,} bytes.")
        return understood(rule, got.status, got.headers, got.body, now)
