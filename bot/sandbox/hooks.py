"""What an interaction hands to the app for a while: a trigger (once, 3 s) and a response URL (5 times, 30 minutes)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox.errors import SlackError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.ids import Ids

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5
_KEPT = 2000  # triggers and response urls remembered, so that a late one is told from an unknown one


@dataclass(slots=True, kw_only=True)
class Trigger:
    """The right to open one modal for a person; `view_id` is the view in which it was raised, if any."""

    user: str
    at: float
    view_id: str | None = None
    used: bool = False


@dataclass(slots=True, kw_only=True)
class ResponseUrl:
    """The right to answer in a channel: `ts` is the message that was clicked, if one was."""

    user: str
    channel: str
    at: float
    ts: str | None = None
    ephemeral: bool = False
    uses: int = 0


class Hooks:
    """The triggers and response URLs that were given out."""

    def __init__(self, clock: Callable[[], float], ids: Ids) -> None:
        self._clock = clock
        self._ids = ids
        self._triggers: dict[str, Trigger] = {}
        self._urls: dict[str, ResponseUrl] = {}

    def clear(self) -> None:
        """Forget all of them."""
        self._triggers.clear()
        self._urls.clear()

    def trigger(self, user: str, view_id: str | None = None) -> str:
        """A fresh trigger_id."""
        name = self._ids.trigger()
        self._triggers[name] = Trigger(user=user, at=self._clock(), view_id=view_id)
        _trim(self._triggers)
        return name

    def exchange(self, name: str) -> Trigger:
        """Use a trigger: SlackError if it is unknown, too old or used already."""
        trigger = self._triggers.get(name)
        if trigger is None:
            message = "[ERROR] invalid `trigger_id` [json-pointer:/trigger_id]"
            raise SlackError("invalid_arguments", response_metadata={"messages": [message]})
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if self._clock() - trigger.at > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger

    def url(self, user: str, channel: str, *, ts: str | None = None, ephemeral: bool = False) -> str:
        """The path of a fresh response URL, below the server's address."""
        name = self._ids.secret()
        self._urls[name] = ResponseUrl(user=user, channel=channel, at=self._clock(), ts=ts, ephemeral=ephemeral)
        _trim(self._urls)
        return f"/hooks/{name}"

    def use(self, name: str) -> ResponseUrl:
        """Use a response URL once: SlackError when it is unknown, too old or used up."""
        found = self._urls.get(name)
        if found is None:
            raise SlackError("no_service", status=404)
        if self._clock() - found.at > RESPONSE_SECONDS:
            raise SlackError("expired_url", status=404)
        if found.uses >= RESPONSE_USES:
            raise SlackError("used_url", status=404)
        found.uses += 1
        return found


def _trim(held: dict[str, Any]) -> None:
    while len(held) > _KEPT:
        del held[next(iter(held))]
