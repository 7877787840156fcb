"""Slack's client and app, counted: each call by its method and how it ended, each event by when it was acknowledged."""

import re
from time import perf_counter
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from bot.operations.metrics import Metrics
from bot.slack.once import OnceClient
from core.watching import Watch, stage, watched

KINDS = frozenset(
    {
        "event_callback", "block_actions", "view_submission", "view_closed", "shortcut", "message_action",
        "block_suggestion", "slash_command",
    }
)  # whatever else Slack sends counts as "other"
BELOW = 300  # of an acknowledgement's status
TRACE = re.compile(r"[A-Za-z0-9._:-]{1,60}")  # what Slack's ids are made of; nothing else is written into the log


class WatchedClient(OnceClient):
    """Slack's client."""

    def __init__(self, metrics: Metrics, **settings: Any) -> None:
        """Take where to count, and what Slack's own client takes."""
        super().__init__(**settings)
        self._metrics = metrics

    def api_call(self, api_method: str, **arguments: Any) -> SlackResponse:
        """Call a method of Slack."""
        began, outcome = perf_counter(), "no_answer"
        try:
            with stage("slack", method=api_method): answer = super().api_call(api_method, **arguments)
            outcome = "ok"
        except SlackApiError as error:
            outcome = self._refused(error)
            raise
        finally:
            self._metrics.calls.labels(api_method, outcome).inc()
            self._metrics.call.labels(api_method).observe(perf_counter() - began)
        return answer

    def _refused(self, error: SlackApiError) -> str:
        """What Slack's refusal counts as; how long it asked to wait counts, too."""
        response: Any = error.response
        if response.get("error") != "ratelimited": return "error"
        wait = (response.headers or {}).get("Retry-After", "")
        if str(wait).isdecimal(): self._metrics.waits.observe(float(wait))
        return "ratelimited"


class WatchedApp(App):
    """Bolt's app. What an event sets off is watched, in every thread that works on it."""

    def __init__(self, metrics: Metrics, watch: Watch, client: WebClient, **settings: Any) -> None:
        """Take where to count, the client that listeners are given, and what Bolt's own app takes."""
        super().__init__(client=client, **settings)
        self._metrics, self._watch = metrics, watch
        self.use(lambda context, next_: _with(context, client, next_))

    def dispatch(self, req: BoltRequest) -> BoltResponse:
        """Have a request handled; what this returns acknowledges it."""
        kind, began, outcome = _kind(req.body), perf_counter(), "failed"
        if req.headers.get("x-slack-retry-num"): self._metrics.again.inc()
        try:
            with watched(self._watch, _id(req.body)), stage("slack_event", kind=kind): answer = super().dispatch(req)
            outcome = "acknowledged" if answer.status < BELOW else "refused"
        finally:
            self._metrics.events.labels(kind, outcome).inc()
            self._metrics.acknowledged.observe(perf_counter() - began)
        return answer


def _with(context: dict[str, Any], client: WebClient, next_: Any) -> None:
    """Bolt makes a client of its own for each request: listeners get the counted one."""
    context["client"] = client
    next_()


def _kind(body: dict[str, Any]) -> str:
    kind = body.get("type") or ("slash_command" if "command" in body else "")
    return kind if isinstance(kind, str) and kind in KINDS else "other"


def _id(body: dict[str, Any]) -> str:
    """The id of an event; of a click that of its trigger's first part, which is no secret."""
    found = body.get("event_id") or str(body.get("trigger_id") or "").partition(".")[0]
    return found if isinstance(found, str) and TRACE.fullmatch(found) else ""
