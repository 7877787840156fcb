"""Before every listener: what cannot be read is acknowledged, logged and left at that."""

import logging
from collections.abc import Callable
from typing import Any

from slack_bolt import App, BoltResponse

from bot.slack.shapes import problem, storable
from bot.slack.surface import SlackSurface

log = logging.getLogger(__name__)


def register(app: App, surface: SlackSurface) -> None:  # noqa: ARG001 - every kind of listener is given it
    """Connect the check."""

    @app.middleware
    def readable(body: dict[str, Any], next_: Callable[[], Any]) -> BoltResponse | None:
        sound = storable(body)
        wrong = problem(sound)
        if wrong:  # Slack would send it again, and it would be no better
            log.warning("a payload of Slack's was left out: %s", wrong)
            return BoltResponse(status=200)
        body.clear()
        body.update(sound)
        next_()
        return None
