"""The one place where a listener's error becomes words: ours are said as they are, others get a reference."""

import logging
from typing import Any

from slack_bolt import App
from slack_sdk.errors import SlackApiError

from bot.slack import texts
from bot.slack.surface import SlackSurface
from core.errors import FirstlineError, new_reference

log = logging.getLogger(__name__)


def register(app: App, surface: SlackSurface) -> None:
    """Connect the error handler."""

    @app.error
    def failed(error: Exception, body: dict[str, Any]) -> None:
        user, channel, thread = _place(body)
        words = str(error) if isinstance(error, FirstlineError) else _unexpected(error)
        if not user: return
        try:
            surface.whisper(words, channel=channel, user=user, thread_ts=thread or None)
        except SlackApiError as problem:
            log.warning("a person could not be told of an error: %s", problem.response.get("error"))


def _unexpected(error: Exception) -> str:
    reference = new_reference()
    log.error("%s: a listener failed", reference, exc_info=error)
    return texts.BROKEN.format(reference=reference)


def _place(body: dict[str, Any]) -> tuple[str, str, str]:
    """Who to tell, and where: user, channel, thread; empty where the payload does not say."""
    event, message = body.get("event") or {}, body.get("message") or {}
    user = event.get("user") or (body.get("user") or {}).get("id") or body.get("user_id") or ""
    channel = event.get("channel") or (body.get("channel") or {}).get("id") or body.get("channel_id") or user
    thread = event.get("thread_ts") or message.get("thread_ts") or ""
    return str(user), str(channel), str(thread)
