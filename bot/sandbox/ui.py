"""The page's side of the border: what a person reads and does, as JSON under /ui."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from bot.sandbox import interact, talk
from bot.sandbox.errors import Refused, SlackError
from bot.sandbox.interact import Click

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from bot.sandbox.ids import Json
    from bot.sandbox.seed import Person
    from bot.sandbox.workspace import Workspace
    from bot.sandbox.world import Channel

_MOST_SHOWN = 200  # messages of a channel that the page gets at once
_FORBIDDEN, _MISSING = 403, 404
_PLAIN = {"message_not_found": "That message is gone.", "thread_not_found": "That thread is gone.",
          "channel_not_found": "There is no such channel.", "file_not_found": "That file is gone."}


class Asked:
    """One request of the page: its fields, and who acts."""

    def __init__(self, space: Workspace, fields: Json) -> None:
        self.space = space
        self.fields = fields

    def word(self, name: str) -> str:
        """A text field that must be there."""
        value = self.fields.get(name)
        if not isinstance(value, str) or not value:
            raise Refused(f"The request needs “{name}”.")
        return value

    def mapping(self, name: str) -> Json:
        """An object field; an empty one if it is missing."""
        value = self.fields.get(name) or {}
        if not isinstance(value, dict):
            raise Refused(f"“{name}” must be an object.")
        return value

    def number(self, name: str, default: int) -> int:
        """A whole number; `default` if it is missing."""
        value = self.fields.get(name, default)
        if not isinstance(value, int):
            raise Refused(f"“{name}” must be a whole number.")
        return value

    def items(self, name: str) -> list[Any]:
        """A list; an empty one if it is missing."""
        value = self.fields.get(name) or []
        if not isinstance(value, list):
            raise Refused(f"“{name}” must be a list.")
        return value

    def person(self) -> Person:
        """The acting person."""
        if (person := self.space.person(self.word("as"))) is None:
            raise Refused("Nobody here has that id.", status=_MISSING)
        return person

    def channel(self, name: str = "channel") -> Channel:
        """A channel that the acting person is in."""
        channel = self.readable(name)
        if self.person().id not in channel.members:
            raise Refused(f"You are not in #{channel.name}.", status=_FORBIDDEN)
        return channel

    def readable(self, name: str = "channel") -> Channel:
        """A channel that the acting person can see."""
        channel = self.space.world.channel(self.word(name))
        if self.person().id not in self.space.viewers(channel):
            raise Refused("That channel is private.", status=_FORBIDDEN)
        return channel



async def answer(space: Workspace, request: Request, handler: Callable[[Asked], Awaitable[Any]]) -> Response:
    """Read a request, let the handler act, and turn a refusal into one clear line."""
    fields: Json = dict(request.query_params)
    if request.method == "POST":
        try:
            body = json.loads(await request.body() or b"{}")
        except ValueError:
            return JSONResponse({"error": "The body must be JSON."}, 400)
        fields |= body if isinstance(body, dict) else {}
    try:
        return JSONResponse(await handler(Asked(space, fields)))
    except Refused as error:
        return JSONResponse({"error": str(error)}, error.status)
    except SlackError as error:
        return JSONResponse({"error": _PLAIN.get(error.code, f"The workspace answered {error.code}.")}, _MISSING)


async def workspace(asked: Asked) -> Json:
    """The switcher, or everything that one person sees."""
    space = asked.space
    app = space.seed.app
    shown: Json = {
        "team": space.seed.team.model_dump(),
        "people": [*_people(space), {"id": app.bot_user, "name": app.bot_handle, "real_name": app.name,
                                     "title": app.description, "color": app.color, "is_bot": True}],
        "app": {"id": app.id, "name": app.name, "bot_user": app.bot_user,
                "commands": [one.model_dump() for one in app.commands],
                "shortcuts": [one.model_dump() for one in app.shortcuts],
                "connected": space.delivery.transport.connected,
                "automation": space.seed.automation is not None},
    }
    return shown | _own(space, asked.person()) if asked.fields.get("as") else shown


def _people(space: Workspace) -> list[Json]:
    return [{"id": one.id, "name": one.name, "real_name": one.real_name, "title": one.title, "email": one.email,
             "tz": one.tz, "color": one.color, "is_bot": False} for one in space.world.people.values()]


def _own(space: Workspace, person: Person) -> Json:
    world = space.world
    others = [space.world.bot, *(user for user in world.people if user != person.id)]
    return {
        "me": next(one for one in _people(space) if one["id"] == person.id),
        "channels": [
            {"id": one.id, "name": one.name, "topic": one.topic, "private": one.kind == "group",
             "is_member": person.id in one.members, "members": one.members,
             "unread": world.unread(person.id, one) if person.id in one.members else 0}
            for one in world.visible(person.id)
        ],
        "ims": [{"id": direct.id, "with": user, "unread": world.unread(person.id, direct)}
                for user in others for direct in (world.direct(person.id, user),)],
    }


async def history(asked: Asked) -> Json:
    """A channel's latest messages; reading them marks them as read."""
    space, channel = asked.space, asked.readable()
    stamps = space.world.top_level(channel)[-_MOST_SHOWN:]
    _read(asked, channel)
    return {
        "messages": [space.page_message(channel, ts) for ts in stamps],
        "prompts": space.prompts.get(channel.id),
        "statuses": [{"thread_ts": ts, **status} for (where, ts), status in space.statuses.items()
                     if where == channel.id],
    }


async def thread(asked: Asked) -> Json:
    """A thread's root and its replies."""
    space, channel = asked.space, asked.readable()
    return {"messages": [space.page_message(channel, ts) for ts in space.world.thread(channel, asked.word("ts"))]}


async def read(asked: Asked) -> Json:
    """Everything in a channel has been seen."""
    _read(asked, asked.readable())
    return {"ok": True}


def _read(asked: Asked, channel: Channel) -> None:
    person = asked.person()
    if person.id in channel.members and asked.space.world.unread(person.id, channel):
        asked.space.world.mark_read(person.id, channel)
        asked.space.push_unread(channel, [person.id])


async def home(asked: Asked) -> Json:
    """The Home tab as it is; the app hears that it was opened."""
    return {"view": interact.open_home(asked.space, asked.person())}


async def messages_tab(asked: Asked) -> Json:
    """The direct conversation with the app; the app hears that it was opened."""
    return {"channel": interact.open_messages(asked.space, asked.person()).id}


async def post(asked: Asked) -> Json:
    """Write a message, with files or without."""
    space, channel, person = asked.space, asked.channel(), asked.person()
    text = str(asked.fields.get("text") or "")
    files = [_file(asked, person, one) for one in asked.items("files")]
    if not text.strip() and not files:
        raise Refused("The message is empty.")
    message = talk.person_message(space, person.id, text, str(asked.fields.get("thread_ts") or ""))
    if files:
        message |= {"files": files, "subtype": "file_share", "upload": False}
    return {"ts": talk.post(space, channel, message)["ts"]}


def _file(asked: Asked, person: Person, one: Any) -> Json:
    try:
        data = base64.b64decode(one["content_base64"], validate=True)
        name = str(one["name"])
    except (KeyError, TypeError, binascii.Error) as error:
        raise Refused("A file needs a name and content_base64.") from error
    return asked.space.files.add(name=name, data=data, user=person.id, mimetype=str(one.get("mimetype") or ""),
                                 created=int(asked.space.clock()))


def _own_message(asked: Asked) -> tuple[Channel, str]:
    channel, ts = asked.channel(), asked.word("ts")
    if asked.space.world.message(channel, ts).get("user") != asked.person().id:
        raise Refused("That is somebody else's message.", status=_FORBIDDEN)
    return channel, ts


async def edit(asked: Asked) -> Json:
    """Change one's own message."""
    channel, ts = _own_message(asked)
    talk.change(asked.space, channel, ts, {"text": asked.word("text")}, editor=asked.person().id)
    return {"ts": ts}


async def delete(asked: Asked) -> Json:
    """Delete one's own message."""
    channel, ts = _own_message(asked)
    talk.remove(asked.space, channel, ts)
    return {"ts": ts}


async def react(asked: Asked) -> Json:
    """Add a reaction, or take one's own away."""
    name = asked.word("name").strip(":")
    return {"added": talk.react(asked.space, asked.channel(), asked.word("ts"), name=name, user=asked.person().id)}


async def command(asked: Asked) -> Json:
    """Use a slash command; `/invite @somebody` is the workspace's own."""
    word, text = asked.word("command"), str(asked.fields.get("text") or "").strip()
    if word == "/invite":
        return _invite(asked, text)
    if asked.fields.get("thread_ts"):
        raise Refused(f"{word} is not supported in threads. Sorry!")
    return await interact.command(asked.space, asked.person(), asked.channel(), word, text)


def _invite(asked: Asked, text: str) -> Json:
    space, channel = asked.space, asked.channel()
    user = text.removeprefix("<@").removesuffix(">").partition("|")[0]
    by_name = {f"@{one.name}": one.id for one in space.world.people.values()}
    user = (by_name | {f"@{space.seed.app.bot_handle}": space.world.bot}).get(user, user)
    if channel.kind == "im" or (user not in space.world.people and user != space.world.bot):
        raise Refused("Use /invite @somebody in a channel.")
    if not talk.join(space, channel, user, asked.person().id):
        raise Refused("They are already in this channel.")
    return {"ok": True}


async def shortcut(asked: Asked) -> Json:
    """Use a shortcut of the app, on a message or without one."""
    channel = asked.channel() if asked.fields.get("channel") else None
    ts = asked.word("ts") if channel else ""
    return await interact.shortcut(asked.space, asked.person(), asked.word("callback_id"), channel, ts)


async def action(asked: Asked) -> Json:
    """Use an element of a message or a view."""
    space, person, container = asked.space, asked.person(), asked.mapping("container")
    click = Click(block_id=asked.word("block_id"), action_id=asked.word("action_id"),
                  chosen=asked.mapping("action"), state=_state(asked))
    inner = Asked(space, {"as": person.id} | container)
    if container.get("type") == "view":
        return await interact.click_view(space, person, inner.word("view_id"), click)
    return await interact.click_message(space, person, inner.channel(), inner.word("ts"), click)


def _state(asked: Asked) -> Json:
    values = asked.mapping("state").get("values") or {}
    if not isinstance(values, dict) or not all(isinstance(one, dict) for one in values.values()):
        raise Refused("“state” must hold values by block and action.")
    for block in values.values():
        for value in block.values():
            if isinstance(value, dict) and value.get("files"):
                value["files"] = [_given_file(asked, one) for one in value["files"]]
    return {"values": values}


def _given_file(asked: Asked, one: Any) -> Json:
    given = isinstance(one, dict) and one.get("id")
    return asked.space.files.get(str(given)) if given else _file(asked, asked.person(), one)


async def view_submit(asked: Asked) -> Json:
    """Submit a modal."""
    return await interact.submit(asked.space, asked.person(), asked.word("view_id"), _state(asked))


async def view_close(asked: Asked) -> Json:
    """Close a modal."""
    cleared = bool(asked.fields.get("is_cleared"))
    return await interact.close_view(asked.space, asked.person(), asked.word("view_id"), cleared=cleared)


READS = {"workspace": workspace, "history": history, "thread": thread, "home": home}
ACTS = {"messages_tab": messages_tab, "post": post, "edit": edit, "delete": delete, "react": react, "read": read,
        "command": command, "shortcut": shortcut, "action": action, "view_submit": view_submit,
        "view_close": view_close}
