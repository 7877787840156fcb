"""chat.*: messages in the app's name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from bot.sandbox import talk
from bot.sandbox.blocks import check_blocks
from bot.sandbox.calls import Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.limits import (
    MARKDOWN_CHARACTERS,
    METADATA_BYTES,
    TEXT_CHARACTERS,
    UPDATED_TEXT_CHARACTERS,
)

if TYPE_CHECKING:
    from bot.sandbox.ids import Json
    from bot.sandbox.workspace import Workspace
    from bot.sandbox.world import Channel


def _post(space: Workspace, call: Call) -> Json:
    channel = _channel(space, call)
    fields = _content(space, call)
    if call.word("thread_ts"):
        fields["thread_ts"] = call.word("thread_ts")
    message = talk.bot_message(space, fields)
    if call.flag("reply_broadcast") and "thread_ts" in message:
        message["subtype"] = "thread_broadcast"
    message = talk.post(space, channel, message)
    return {"channel": channel.id, "ts": message["ts"], "message": message}


def _channel(space: Workspace, call: Call) -> Channel:
    wanted = call.need("channel")
    by_name = next((one.id for one in space.world.channels.values()
                    if one.kind != "im" and one.name == wanted.removeprefix("#")), wanted)
    channel = space.world.app_channel(by_name)
    if space.world.bot not in channel.members and "chat:write.public" not in space.settings.scopes:
        raise SlackError("not_in_channel")
    _writable(channel)
    return channel


def _writable(channel: Channel) -> None:
    if channel.archived:
        raise SlackError("is_archived")


def _content(space: Workspace, call: Call, most: int = TEXT_CHARACTERS) -> Json:
    fields: Json = {"text": call.word("text"), "blocks": _blocks(call), "attachments": call.json("attachments"),
                    "metadata": _metadata(call)}
    if not fields["text"] and not fields["blocks"] and not fields["attachments"]:
        raise SlackError("no_text")
    if len(fields["text"]) > most:
        raise SlackError("msg_too_long")
    if "chat:write.customize" in space.settings.scopes:
        fields |= {name: call.word(name) for name in ("username", "icon_emoji", "icon_url")}
    return fields


def _blocks(call: Call) -> list[Json] | None:
    markdown = call.word("markdown_text")
    blocks: Any = call.json("blocks")
    if markdown and (blocks or call.word("text")):
        raise SlackError("markdown_text_conflict")
    if len(markdown) > MARKDOWN_CHARACTERS:
        raise SlackError("msg_too_long")
    if markdown:
        return [{"type": "markdown", "text": markdown}]
    return None if blocks is None else check_blocks(blocks, "message")


def _metadata(call: Call) -> Json | None:
    metadata: Any = call.json("metadata")
    if metadata is None:
        return None
    well = isinstance(metadata, dict) and isinstance(metadata.get("event_type"), str)
    if not well or not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata).encode()) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return {"event_type": metadata["event_type"], "event_payload": metadata["event_payload"]}


def _own(space: Workspace, call: Call, refusal: str) -> tuple[Channel, Json]:
    channel = space.world.app_channel(call.need("channel"))
    message = space.world.message(channel, call.need("ts"))
    if message.get("bot_id") != space.seed.app.bot_id:
        raise SlackError(refusal)
    _writable(channel)
    return channel, message


def _update(space: Workspace, call: Call) -> Json:
    channel, message = _own(space, call, "cant_update_message")
    given = {"text", "blocks", "attachments", "metadata", "markdown_text"} & set(call.arguments)
    content = _content(space, call, UPDATED_TEXT_CHARACTERS) if call.word("text") else _content_without_text(call)
    fields = {name: content[name] for name in given if content.get(name) is not None}
    if "markdown_text" in given:
        fields["blocks"] = content["blocks"]
    message = talk.change(space, channel, message["ts"], fields, editor=space.world.bot)
    return {"channel": channel.id, "ts": message["ts"], "text": message["text"], "message": message}


def _content_without_text(call: Call) -> Json:
    content: Json = {"blocks": _blocks(call), "attachments": call.json("attachments"), "metadata": _metadata(call)}
    if all(value is None for value in content.values()):
        raise SlackError("no_text")
    return content


def _delete(space: Workspace, call: Call) -> Json:
    channel, message = _own(space, call, "cant_delete_message")
    talk.remove(space, channel, message["ts"])
    return {"channel": channel.id, "ts": message["ts"]}


def _ephemeral(space: Workspace, call: Call) -> Json:
    channel = _channel(space, call)
    user = call.need("user")
    if space.person(user) is None:
        raise SlackError("user_not_found")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    fields = _content(space, call)
    if call.word("thread_ts"):
        fields["thread_ts"] = call.word("thread_ts")
    message = talk.whisper(space, channel, user, talk.bot_message(space, fields))
    return {"message_ts": message["ts"]}


def _permalink(space: Workspace, call: Call) -> Json:
    channel = space.world.app_channel(call.need("channel"))
    message = space.world.message(channel, call.need("message_ts"))
    link = f"{space.base_url}/archives/{channel.id}/p{message['ts'].replace('.', '')}"
    if root := message.get("thread_ts"):
        link += "?" + urlencode({"thread_ts": root, "cid": channel.id})
    return {"channel": channel.id, "permalink": link}


def respond(space: Workspace, name: str, fields: Json) -> Json:
    """A post to a response URL: a new message, or a change of the one that was clicked."""
    used = space.hooks.use(name)
    channel = space.world.channel(used.channel)
    blocks = fields.get("blocks")
    if blocks is not None:
        check_blocks(blocks, "message")
    if used.ts and fields.get("delete_original"):
        if used.ephemeral:
            talk.unwhisper(space, channel, used.user, used.ts)
        else:
            talk.remove(space, channel, used.ts)
        return {}
    if not fields.get("text") and not blocks and not fields.get("attachments"):
        raise SlackError("no_text")
    if used.ts and fields.get("replace_original"):
        _replace(space, channel, used.user if used.ephemeral else None, used.ts, fields)
        return {}
    message = talk.bot_message(space, fields)
    if fields.get("response_type") == "in_channel":
        talk.post(space, channel, message)
    else:
        talk.whisper(space, channel, used.user, message)
    return {}


def _replace(space: Workspace, channel: Channel, user: str | None, ts: str, fields: Json) -> None:
    if user is None:
        given = {key: fields[key] for key in ("text", "blocks", "metadata") if key in fields}
        talk.change(space, channel, ts, {"blocks": []} | given, editor=space.world.bot)
        return
    before = space.world.ephemerals.get((user, ts), {})
    message = talk.bot_message(space, fields) | {"ts": ts}
    if before.get("thread_ts"):
        message["thread_ts"] = before["thread_ts"]
    talk.whisper(space, channel, user, message)


_WRITE = ("chat:write",)
METHODS = {
    "chat.postMessage": Method(run=_post, scopes=_WRITE),
    "chat.update": Method(run=_update, scopes=_WRITE),
    "chat.delete": Method(run=_delete, scopes=_WRITE),
    "chat.postEphemeral": Method(run=_ephemeral, scopes=_WRITE),
    "chat.getPermalink": Method(run=_permalink),
}
