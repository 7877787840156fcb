"""Messages: each change is stored, shown on open pages and told to the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox import events
from bot.sandbox.fill import fill_ids

if TYPE_CHECKING:
    from bot.sandbox.ids import Json
    from bot.sandbox.workspace import Workspace
    from bot.sandbox.world import Channel


def bot_message(space: Workspace, fields: Json) -> Json:
    """A message in the bot's name, with what Slack puts on it; `fields` as chat.postMessage takes them."""
    app, team = space.seed.app, space.seed.team.id
    message: Json = {
        "type": "message", "user": app.bot_user, "ts": space.ticker.tick(), "bot_id": app.bot_id, "app_id": app.id,
        "team": team, "text": fields.get("text") or "",
        "bot_profile": {"id": app.bot_id, "app_id": app.id, "user_id": app.bot_user, "name": app.name,
                        "icons": {}, "deleted": False, "updated": int(space.clock()), "team_id": team},
    }
    if fields.get("username"):
        message |= {"username": fields["username"], "subtype": "bot_message"}
    if fields.get("icon_emoji") or fields.get("icon_url"):
        message["icons"] = {"emoji": fields["icon_emoji"]} if fields.get("icon_emoji") else {
            "image_64": fields["icon_url"]}
    if fields.get("blocks"):
        message["blocks"] = fill_ids(fields["blocks"], space.ids)
    kept = ("attachments", "metadata", "thread_ts", "files")
    return message | {key: fields[key] for key in kept if fields.get(key)}


def person_message(space: Workspace, user: str, text: str, thread_ts: str = "") -> Json:
    """A message that a person wrote."""
    message: Json = {"type": "message", "user": user, "ts": space.ticker.tick(), "text": text,
                     "team": space.seed.team.id, "client_msg_id": space.ids.uuid()}
    return message | ({"thread_ts": thread_ts} if thread_ts else {})


def post(space: Workspace, channel: Channel, message: Json) -> Json:
    """Post a message."""
    message = space.world.add(channel, message)
    author = message["user"]
    if author == space.world.bot:
        clear_status(space, channel, message.get("thread_ts") or message["ts"])
    else:
        space.world.mark_read(author, channel)
    space.push_message(channel, message["ts"], "message")
    root = message.get("thread_ts")
    if root and root != message["ts"]:
        space.push_message(channel, root, "message_changed")
    space.push_unread(channel, [user for user in space.viewers(channel) if user != author])
    _tell(space, channel, message)
    return message


def _tell(space: Workspace, channel: Channel, message: Json) -> None:
    if space.world.bot not in channel.members:
        _miss(space, channel, message)
        return
    event = events.message_event(channel, message)
    space.raise_event(events.SUBSCRIPTION[channel.kind], event)
    mentioned = f"<@{space.world.bot}" in message["text"] and message["user"] != space.world.bot
    if mentioned and channel.kind != "im":
        space.raise_event("app_mention", events.mention_event(channel, message))


def _miss(space: Workspace, channel: Channel, message: Json) -> None:
    """Tell who mentions an app that is not in the channel how to bring it in."""
    if f"<@{space.world.bot}" not in message["text"]:
        return
    name = space.seed.app.name
    text = f"{name} is not in #{channel.name}. Write /invite @{name} there to bring it in."
    space.live.push([message["user"]], "notice", text=text)


def whisper(space: Workspace, channel: Channel, user: str, message: Json) -> Json:
    """Show a message to one person; it is gone when the page is loaded again."""
    shown = message | {"ephemeral": True, "is_ephemeral": True, "reply_count": 0, "reply_users": [],
                       "latest_reply": None, "reactions": []}
    space.world.ephemerals[user, message["ts"]] = shown | {"channel": channel.id}
    space.live.push([user], "message", channel=channel.id, message=shown)
    return message


def unwhisper(space: Workspace, channel: Channel, user: str, ts: str) -> None:
    """Take a message away that only one person sees."""
    gone = space.world.ephemerals.pop((user, ts), {})
    space.live.push([user], "message_deleted", channel=channel.id, ts=ts, thread_ts=gone.get("thread_ts"))


def change(space: Workspace, channel: Channel, ts: str, fields: Json, *, editor: str) -> Json:
    """Change a message in place; an empty list of blocks takes the blocks away."""
    message = space.world.message(channel, ts)
    previous = dict(message)
    now = space.ticker.tick()
    message |= {key: value for key, value in fields.items() if key in ("text", "metadata", "attachments", "files")}
    if "blocks" in fields:
        message["blocks"] = fill_ids(fields["blocks"], space.ids)
    message["edited"] = {"user": editor, "ts": now}
    channel.messages[ts] = message
    space.world.save(channel, message)
    space.push_message(channel, ts, "message_changed")
    if space.world.bot in channel.members:
        event = events.changed_event(channel, message, previous, now)
        space.raise_event(events.SUBSCRIPTION[channel.kind], event)
    return message


def remove(space: Workspace, channel: Channel, ts: str) -> None:
    """Delete a message."""
    previous = space.world.remove(channel, ts)
    root = previous.get("thread_ts")
    space.live.push(space.viewers(channel), "message_deleted", channel=channel.id, ts=ts, thread_ts=root)
    if ts in channel.messages:
        space.push_message(channel, ts, "message_changed")  # it stays as a tombstone over its replies
    elif root and root in channel.messages:
        space.push_message(channel, root, "message_changed")
    if space.world.bot in channel.members:
        event = events.deleted_event(channel, previous, space.ticker.tick())
        space.raise_event(events.SUBSCRIPTION[channel.kind], event)


def react(space: Workspace, channel: Channel, ts: str, *, name: str, user: str) -> bool:
    """Add or take away a reaction; True if it was added."""
    added = space.world.react(channel, ts, name, user)
    message = space.world.message(channel, ts)
    space.live.push(space.viewers(channel), "reaction", channel=channel.id, ts=ts,
                    reactions=message.get("reactions", []))
    if space.world.bot in channel.members:
        event = events.reaction_event(channel, message, user=user, name=name, added=added, ts=space.ticker.tick())
        space.raise_event(event["type"], event)
    return added


def join(space: Workspace, channel: Channel, user: str, inviter: str = "") -> bool:
    """Make somebody a member of a channel; False if they already are."""
    joined = space.world.join(channel, user)
    if joined and space.world.bot in channel.members:
        event = events.joined_event(channel, user=user, inviter=inviter, team=space.seed.team.id,
                                    ts=space.ticker.tick())
        space.raise_event("member_joined_channel", event)
    return joined


def set_status(space: Workspace, channel: Channel, thread_ts: str, status: Json) -> None:
    """Show what the app is doing in a thread, until it posts there or clears it."""
    key = (channel.id, thread_ts)
    if status["status"]:
        space.statuses[key] = status
    else:
        space.statuses.pop(key, None)
    space.live.push(space.viewers(channel), "status", channel=channel.id, thread_ts=thread_ts, **status)


def clear_status(space: Workspace, channel: Channel, thread_ts: str) -> None:
    """Take a thread's status away."""
    if (channel.id, thread_ts) in space.statuses:
        set_status(space, channel, thread_ts, {"status": "", "loading_messages": []})
