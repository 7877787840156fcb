"""The one place where a listener's error becomes words: ours are said as they are, others get a reference."""

import logging
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App
from slack_bolt.context import BoltContext
from slack_sdk.errors import SlackApiError

from bot.slack import texts
from bot.slack.surface import SlackSurface
from core.errors import FirstlineError, new_reference

log = logging.getLogger(__name__)


class FirmAck(Ack):
    """An acknowledgement that stays.

    Bolt takes it back when the listener fails within the 10 ms before it is sent: the person would be told of a
    failure of Slack's, beside the words that the error handler says.
    """

    def __setattr__(self, name: str, value: object) -> None:
        """Keep a response once there is one."""
        if value is not None or getattr(self, name, None) is None: super().__setattr__(name, value)


def register(app: App, surface: SlackSurface) -> None:
    """Connect the error handler."""

    @app.middleware
    def acknowledge_firmly(context: BoltContext, next_: Callable[[], Any]) -> None:
        context["ack"] = FirmAck()  # type: ignore[no-untyped-call]  # slack-bolt does not annotate it
        next_()

    @app.error
    def failed(error: Exception, body: dict[str, Any]) -> None:
        tell(error, body, surface)


def tell(error: Exception, body: dict[str, Any], surface: SlackSurface) -> None:
    """Tell whoever did something that it did not work, in words that they can use."""
    user, channel, thread = _place(body)
    words = str(error) if isinstance(error, FirstlineError) else _unexpected(error)
    if not user: return
    try:
        surface.whisper(words, channel=channel, user=user, thread_ts=thread or None)
    except (SlackApiError, OSError) as problem:
        log.warning("a person could not be told of an error: %s", problem)


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
