"""assistant.threads.*: what the app is doing, what one could ask it, what a thread is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox import talk
from bot.sandbox.calls import Call, Method, bad_arguments
from bot.sandbox.errors import SlackError

if TYPE_CHECKING:
    from bot.sandbox.ids import Json
    from bot.sandbox.workspace import Workspace
    from bot.sandbox.world import Channel

MOST_PROMPTS = 4  # Slack shows up to four suggested prompts


def _channel(space: Workspace, call: Call) -> Channel:
    channel = space.world.app_channel(call.need("channel_id"))
    if space.world.bot not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _status(space: Workspace, call: Call) -> Json:
    channel, thread_ts = _channel(space, call), call.need("thread_ts")
    if thread_ts not in channel.messages:
        raise SlackError("invalid_thread_ts")
    messages: Any = call.json("loading_messages")
    talk.set_status(space, channel, thread_ts, {"status": call.word("status"), "loading_messages": messages or []})
    return {}


def _prompts(space: Workspace, call: Call) -> Json:
    channel = _channel(space, call)
    prompts: Any = call.json("prompts")
    well = isinstance(prompts, list) and all(
        isinstance(one, dict) and one.get("title") and one.get("message") for one in prompts)
    if not well or len(prompts) > MOST_PROMPTS:
        raise bad_arguments("must be a list of up to 4 objects with title and message [json-pointer:/prompts]")
    shown = {"title": call.word("title") or None,
             "prompts": [{"title": one["title"], "message": one["message"]} for one in prompts]}
    space.prompts[channel.id] = shown
    space.live.push(space.viewers(channel), "prompts", channel=channel.id, **shown)
    return {}


def _title(space: Workspace, call: Call) -> Json:
    channel, thread_ts = _channel(space, call), call.need("thread_ts")
    space.titles[channel.id, thread_ts] = call.need("title")
    return {}


_WRITE = ("assistant:write",)
METHODS = {
    "assistant.threads.setStatus": Method(run=_status, scopes=("assistant:write", "chat:write")),
    "assistant.threads.setSuggestedPrompts": Method(run=_prompts, scopes=_WRITE),
    "assistant.threads.setTitle": Method(run=_title, scopes=_WRITE),
}
