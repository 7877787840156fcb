"""files.*: small files that the app reads and shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.sandbox import talk
from bot.sandbox.calls import Call, Method, bad_arguments
from bot.sandbox.errors import SlackError

if TYPE_CHECKING:
    from bot.sandbox.ids import Json
    from bot.sandbox.workspace import Workspace


def _info(space: Workspace, call: Call) -> Json:
    return {"file": space.files.get(call.need("file")), "comments": [], "response_metadata": {"next_cursor": ""}}


def _upload_url(space: Workspace, call: Call) -> Json:
    size = call.number("length", 0)
    if size <= 0:
        raise bad_arguments("must be more than 0 [json-pointer:/length]")
    url, file_id = space.files.expect(name=call.need("filename"), size=size)
    return {"upload_url": url, "file_id": file_id}


def _complete(space: Workspace, call: Call) -> Json:
    wanted: Any = call.json("files")
    if not isinstance(wanted, list) or not wanted or not all(isinstance(one, dict) for one in wanted):
        raise bad_arguments("must be a list of objects with id [json-pointer:/files]")
    files = [
        space.files.complete(str(one.get("id")), title=str(one.get("title") or ""), user=space.world.bot,
                             created=int(space.clock()))
        for one in wanted
    ]
    if where := call.word("channel_id") or call.word("channels"):
        channel = space.world.app_channel(where)
        if space.world.bot not in channel.members:
            raise SlackError("not_in_channel")
        fields: Json = {"text": call.word("initial_comment"), "files": files, "thread_ts": call.word("thread_ts")}
        talk.post(space, channel, talk.bot_message(space, fields) | {"subtype": "file_share", "upload": True})
    return {"files": files}


METHODS = {
    "files.info": Method(run=_info, scopes=("files:read",)),
    "files.getUploadURLExternal": Method(run=_upload_url, scopes=("files:write",)),
    "files.completeUploadExternal": Method(run=_complete, scopes=("files:write",)),
}
