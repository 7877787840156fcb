"""Before every listener: what cannot be read is acknowledged, logged and left at that."""

import logging
from collections.abc import Callable
from typing import Any

from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.middleware import Middleware, RequestVerification

from bot.slack.shapes import problem, storable
from bot.slack.surface import SlackSurface

log = logging.getLogger(__name__)


class Readable(Middleware):
    """The check. A plain function would be too late: before one is called, Bolt itself reads the payload."""

    def process(self, *, req: BoltRequest, resp: Any, next: Callable[[], BoltResponse]) -> BoltResponse | None:  # noqa: A002, ARG002 - the signature is Bolt's
        """Pass a sound payload on; Slack would send any other again, and it would be no better."""
        sound = storable(req.body)
        if wrong := problem(sound):
            log.warning("a payload of Slack's was left out: %s", wrong)
            return BoltResponse(status=200)
        req.body.clear()
        req.body.update(sound)
        return next()


def register(app: App, surface: SlackSurface) -> None:  # noqa: ARG001 - every kind of listener is given it
    """Connect the check: after that of Slack's signature, and before all of Bolt's own that read what it holds."""
    first = app._middleware_list  # noqa: SLF001 - `use` would put it behind them
    place = next((n for n, one in enumerate(first, 1) if isinstance(one, RequestVerification)), 0)
    first.insert(place, Readable())
