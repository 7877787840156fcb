"""conversations.* and reactions.*: channels, their members, their messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox import talk
from bot.sandbox.calls import Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.events import as_sent

if TYPE_CHECKING:
    from bot.sandbox.ids import Json
    from bot.sandbox.workspace import Workspace
    from bot.sandbox.world import Channel

_TYPES = {"public_channel": "channel", "private_channel": "group", "im": "im"}


def shown(space: Workspace, channel: Channel) -> Json:
    """A conversation as Slack describes it to the app."""
    base: Json = {"id": channel.id, "created": 0, "is_archived": channel.archived, "is_im": channel.kind == "im",
                  "is_org_shared": False, "context_team_id": space.seed.team.id, "updated": 0}
    if channel.kind == "im":
        return base | {"user": channel.other(space.world.bot), "is_user_deleted": False, "is_open": True}
    return base | {
        "name": channel.name, "name_normalized": channel.name, "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group", "is_mpim": False, "is_private": channel.kind == "group",
        "is_general": channel.name == "general", "is_shared": False, "is_ext_shared": False,
        "is_member": space.world.bot in channel.members, "num_members": len(channel.members),
        "creator": next(iter(space.world.people)),
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def _open(space: Workspace, call: Call) -> Json:
    if call.word("channel"):
        channel = space.world.app_channel(call.word("channel"))
        return {"channel": shown(space, channel) if call.flag("return_im") else {"id": channel.id}}
    users = [user.strip() for user in call.need("users").split(",") if user.strip()]
    if len(users) != 1:
        raise SlackError("method_not_supported_for_channel_type")  # there are no group conversations here
    if space.person(users[0]) is None:
        raise SlackError("user_not_found")
    channel = space.world.direct(users[0], space.world.bot)
    return {"channel": shown(space, channel) if call.flag("return_im") else {"id": channel.id}}


def _listed(space: Workspace, call: Call, user: str | None) -> Json:
    types = [one.strip() for one in call.word("types", "public_channel").split(",")]
    if unknown := [one for one in types if one not in (*_TYPES, "mpim")]:
        raise SlackError("invalid_types", detail=unknown[0])
    kinds = {_TYPES[one] for one in types if one in _TYPES}
    channels = [
        shown(space, channel) for channel in space.world.channels.values()
        if channel.kind in kinds and (space.world.bot in channel.members or channel.kind == "channel")
        and (user is None or user in channel.members) and not (channel.archived and call.flag("exclude_archived"))
    ]
    page, cursor = call.page(channels)
    return {"channels": page, "response_metadata": {"next_cursor": cursor}}


def _list(space: Workspace, call: Call) -> Json:
    return _listed(space, call, None)


def _of_user(space: Workspace, call: Call) -> Json:
    return _listed(space, call, call.word("user") or space.world.bot)


def _info(space: Workspace, call: Call) -> Json:
    return {"channel": shown(space, space.world.app_channel(call.need("channel")))}


def _members(space: Workspace, call: Call) -> Json:
    channel = space.world.app_channel(call.need("channel"))
    page, cursor = call.page([{"id": member} for member in channel.members])
    return {"members": [one["id"] for one in page], "response_metadata": {"next_cursor": cursor}}


def _join(space: Workspace, call: Call) -> Json:
    channel = space.world.app_channel(call.need("channel"))
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    joined = talk.join(space, channel, space.world.bot)
    return {"channel": shown(space, channel)} | ({} if joined else {"warning": "already_in_channel"})


def _readable(space: Workspace, call: Call) -> Channel:
    channel = space.world.app_channel(call.need("channel"))
    if space.world.bot not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _between(call: Call, stamps: list[str]) -> list[str]:
    oldest, latest = call.word("oldest", "0"), call.word("latest")
    if call.flag("inclusive"):
        return [ts for ts in stamps if oldest <= ts and (not latest or ts <= latest)]
    return [ts for ts in stamps if oldest < ts and (not latest or ts < latest)]


def _messages(space: Workspace, call: Call, channel: Channel, stamps: list[str]) -> Json:
    metadata = call.flag("include_all_metadata")
    messages = [as_sent(space.world.shown(channel, ts)) for ts in stamps]
    if not metadata:
        messages = [{key: value for key, value in one.items() if key != "metadata"} for one in messages]
    page, cursor = call.page(messages)
    answer: Json = {"messages": page, "has_more": bool(cursor)}
    return answer | ({"response_metadata": {"next_cursor": cursor}} if cursor else {})


def _history(space: Workspace, call: Call) -> Json:
    channel = _readable(space, call)
    stamps = _between(call, space.world.top_level(channel))
    return _messages(space, call, channel, stamps[::-1]) | {"pin_count": 0}


def _replies(space: Workspace, call: Call) -> Json:
    channel = _readable(space, call)
    ts = call.need("ts")
    if ts not in channel.messages:
        raise SlackError("thread_not_found")
    thread = space.world.thread(channel, ts)
    return _messages(space, call, channel, [thread[0], *_between(call, thread[1:])])


def _react(space: Workspace, call: Call, *, add: bool) -> Json:
    channel = _readable(space, call)
    name, ts = call.need("name").strip(":"), call.need("timestamp")
    reactions = space.world.message(channel, ts).get("reactions", [])
    there = any(one["name"] == name and space.world.bot in one["users"] for one in reactions)
    if there == add:
        raise SlackError("already_reacted" if add else "no_reaction")
    talk.react(space, channel, ts, name=name, user=space.world.bot)
    return {}


def _add_reaction(space: Workspace, call: Call) -> Json:
    return _react(space, call, add=True)


def _remove_reaction(space: Workspace, call: Call) -> Json:
    return _react(space, call, add=False)


_READ = ("channels:read", "groups:read", "im:read")
_HISTORY = ("channels:history", "groups:history", "im:history")
METHODS = {
    "conversations.open": Method(run=_open, scopes=("im:write",)),
    "conversations.list": Method(run=_list, scopes=_READ),
    "conversations.info": Method(run=_info, scopes=_READ),
    "conversations.members": Method(run=_members, scopes=_READ),
    "conversations.join": Method(run=_join, scopes=("channels:join",)),
    "conversations.history": Method(run=_history, scopes=_HISTORY),
    "conversations.replies": Method(run=_replies, scopes=_HISTORY),
    "users.conversations": Method(run=_of_user, scopes=_READ),
    "reactions.add": Method(run=_add_reaction, scopes=("reactions:write",)),
    "reactions.remove": Method(run=_remove_reaction, scopes=("reactions:write",)),
}
