"""What a person does with the app: clicks, modals, commands, shortcuts, its Home and Messages tabs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox import events, inputs, payloads, talk
from bot.sandbox.blocks import check_blocks, check_view
from bot.sandbox.errors import NotResponding, Refused, SlackError
from bot.sandbox.fill import find, walk

if TYPE_CHECKING:
    from bot.sandbox.ids import Json
    from bot.sandbox.seed import Person
    from bot.sandbox.workspace import Workspace
    from bot.sandbox.world import Channel

NO_RESPONSE = 424  # HTTP "failed dependency": the app did not acknowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """The use of one element: where it is, what was chosen, and the state of the inputs around it."""

    block_id: str
    action_id: str
    chosen: Json
    state: Json


async def click_message(space: Workspace, person: Person, channel: Channel, ts: str, click: Click) -> Json:
    """Use an element of a message, an ephemeral one included."""
    hidden = space.world.ephemerals.get((person.id, ts))
    message = hidden or space.world.shown(channel, ts)
    action = _used(space, message.get("blocks") or [], click)
    payload = payloads.head(space.seed, person, "block_actions") | {
        "container": _container(channel, message, ephemeral=hidden is not None),
        "trigger_id": space.hooks.trigger(person.id),
        "channel": payloads.where(channel),
        "state": click.state or {"values": {}},
        "response_url": space.base_url + space.hooks.url(person.id, channel.id, ts=ts, ephemeral=hidden is not None),
        "actions": [action],
    }
    if hidden is None:
        payload["message"] = message
    return await _ask_or_notice(space, person, payload)


def _container(channel: Channel, message: Json, *, ephemeral: bool) -> Json:
    made: Json = {"type": "message", "message_ts": message["ts"], "channel_id": channel.id, "is_ephemeral": ephemeral}
    return made | ({"thread_ts": message["thread_ts"]} if message.get("thread_ts") else {})


async def click_view(space: Workspace, person: Person, view_id: str, click: Click) -> Json:
    """Use an element of a modal or of the Home tab."""
    view = _own_view(space, person, view_id)
    action = _used(space, view["blocks"], click)
    view["state"] = click.state or {"values": {}}
    payload = payloads.head(space.seed, person, "block_actions") | {
        "container": {"type": "view", "view_id": view_id},
        "trigger_id": space.hooks.trigger(person.id, view_id),
        "view": view,
        "actions": [action],
    }
    return await _ask_or_notice(space, person, payload)


def _used(space: Workspace, blocks: list[Json], click: Click) -> Json:
    found = find(blocks, click.block_id, click.action_id)
    if found is None:
        raise Refused("That part of the message is no longer there.", status=409)
    block, element = found
    return payloads.action(element, block["block_id"], click.chosen, space.ticker.tick())


def _own_view(space: Workspace, person: Person, view_id: str) -> Json:
    try:
        owner, view = space.views.owner(view_id)
    except SlackError:
        owner, view = "", {}
    if owner != person.id:
        raise Refused("That view is closed.", status=404)
    return view


async def submit(space: Workspace, person: Person, view_id: str, state: Json) -> Json:
    """Submit a modal; answers what the page does next."""
    view = _own_view(space, person, view_id)
    if errors := inputs.problems(view["blocks"], state["values"]):
        return {"action": "errors", "errors": errors}
    view["state"] = state
    payload = payloads.head(space.seed, person, "view_submission") | {
        "trigger_id": space.hooks.trigger(person.id, view_id),
        "view": view,
        "response_urls": _response_urls(space, person, view),
    }
    try:
        answer = await space.delivery.ask("interactive", payload)
    except NotResponding as error:
        raise Refused(_silence(space), status=NO_RESPONSE) from error
    return _after_submit(space, person, view, answer)


def _response_urls(space: Workspace, person: Person, view: Json) -> list[Json]:
    made = []
    for block in walk(view["blocks"]):
        element = block.get("element") or {}
        if not element.get("response_url_enabled"):
            continue
        value = view["state"]["values"].get(block["block_id"], {}).get(element["action_id"], {})
        if channel := value.get("selected_conversation") or value.get("selected_channel"):
            made.append({"block_id": block["block_id"], "action_id": element["action_id"], "channel_id": channel,
                         "response_url": space.base_url + space.hooks.url(person.id, channel)})
    return made


def _after_submit(space: Workspace, person: Person, view: Json, answer: Json) -> Json:
    what = answer.get("response_action")
    if what == "errors":
        known = {block["block_id"] for block in walk(view["blocks"])}
        errors = {str(key): str(text) for key, text in dict(answer.get("errors") or {}).items()}
        if not errors or not set(errors) <= known:
            raise Refused(f"{space.seed.app.name} named errors for blocks that the form does not have.", status=422)
        return {"action": "errors", "errors": errors}
    if what in ("update", "push"):
        return _next_view(space, person, view, what, answer.get("view"))
    if what == "clear":
        for closed in space.views.close_all(person.id):
            space.live.push([person.id], "view_close", view_id=closed)
        return {"action": "close", "view": None}
    return {"action": "close", "view": space.views.close(person.id, view["id"])}


def _next_view(space: Workspace, person: Person, view: Json, what: str, body: Any) -> Json:
    try:
        check_view(body, "modal")
        shown = space.views.update(view, body) if what == "update" else space.views.push(person.id, body)
    except SlackError as error:
        messages = (error.extra.get("response_metadata") or {}).get("messages") or [error.code]
        raise Refused(f"{space.seed.app.name} answered with a form that Slack refuses: {messages[0]}",
                      status=422) from error
    return {"action": what, "view": shown}


async def close_view(space: Workspace, person: Person, view_id: str, *, cleared: bool = False) -> Json:
    """Close a modal; the app hears of it if it asked for that. `cleared`: the person closed all at once.

    A view that is closed already stays so. One with `clear_on_close` takes all the others with it.
    """
    view = next((one for one in space.views.stack(person.id) if one["id"] == view_id), None)
    if view is None:
        return {"ok": True, "view": None}
    below = space.views.close(person.id, view_id)
    if view["clear_on_close"]:
        for closed in space.views.close_all(person.id):
            space.live.push([person.id], "view_close", view_id=closed)
        below = None
    if view["notify_on_close"]:
        payload = payloads.head(space.seed, person, "view_closed") | {
            "view": view, "is_cleared": cleared or bool(view["clear_on_close"])}
        await _ask_or_notice(space, person, payload)
    return {"ok": True, "view": below}


async def command(space: Workspace, person: Person, channel: Channel, word: str, text: str) -> Json:
    """Use one of the app's slash commands; a text in the acknowledgement is shown at once."""
    known = next((one for one in space.seed.app.commands if one.command == word), None)
    if known is None:
        raise Refused(f"{word} is not a command here.", status=404)
    form = payloads.command_form(space.seed, person, channel, known, text)
    form["response_url"] = space.base_url + space.hooks.url(person.id, channel.id)
    form["trigger_id"] = space.hooks.trigger(person.id)
    try:
        answer = await space.delivery.ask("slash_commands", form)
    except NotResponding:
        _notice(space, person, f"{_silence(space)} {word} failed with the error “dispatch_failed”.")
        return {"ok": False, "error": "dispatch_failed"}
    if answer.get("text") or answer.get("blocks"):
        reply(space, channel, person.id, answer)
    return {"ok": True}


def reply(space: Workspace, channel: Channel, user: str, fields: Json) -> Json:
    """An answer to an interaction: to the person alone, or for `in_channel` to everybody."""
    if fields.get("blocks"):
        check_blocks(fields["blocks"], "message")
    message = talk.bot_message(space, fields)
    if fields.get("response_type") == "in_channel":
        return talk.post(space, channel, message)
    return talk.whisper(space, channel, user, message)


async def shortcut(space: Workspace, person: Person, callback_id: str, channel: Channel | None, ts: str) -> Json:
    """Use a global shortcut, or one from the menu of a message."""
    known = next((one for one in space.seed.app.shortcuts if one.callback_id == callback_id), None)
    if known is None:
        raise Refused("That shortcut does not exist.", status=404)
    payload = payloads.shortcut(space.seed, person, known, space.ticker.tick())
    payload["trigger_id"] = space.hooks.trigger(person.id)
    if known.type == "message":
        if channel is None:
            raise Refused("A message shortcut needs a channel and the message's ts.")
        payload |= {
            "channel": payloads.where(channel), "message_ts": ts,
            "message": events.as_sent(space.world.shown(channel, ts)),
            "response_url": space.base_url + space.hooks.url(person.id, channel.id, ts=ts),
        }
    return await _ask_or_notice(space, person, payload)


def open_home(space: Workspace, person: Person) -> Json | None:
    """Open the Home tab: the app is told, and what it published before is shown meanwhile."""
    view = space.views.homes.get(person.id)
    _opened(space, person, "home", view)
    return view


def open_messages(space: Workspace, person: Person) -> Channel:
    """Open the Messages tab: the app is told."""
    return _opened(space, person, "messages", None)


def _opened(space: Workspace, person: Person, tab: str, view: Json | None) -> Channel:
    channel = space.world.direct(person.id, space.world.bot)
    event = events.home_event(channel, user=person.id, tab=tab, view=view, ts=space.ticker.tick())
    space.raise_event("app_home_opened", event)
    return channel


async def _ask_or_notice(space: Workspace, person: Person, payload: Json) -> Json:
    try:
        await space.delivery.ask("interactive", payload)
    except NotResponding:
        _notice(space, person, _silence(space))
        return {"ok": False, "error": "dispatch_failed"}
    return {"ok": True}


def _silence(space: Workspace) -> str:
    return f"{space.seed.app.name} is not responding."


def _notice(space: Workspace, person: Person, text: str) -> None:
    space.live.push([person.id], "notice", text=text)
