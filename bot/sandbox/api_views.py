"""views.*: modals and the Home tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.blocks import check_view
from bot.sandbox.calls import Call, Method
from bot.sandbox.errors import SlackError

if TYPE_CHECKING:
    from bot.sandbox.ids import Json
    from bot.sandbox.workspace import Workspace


def _open(space: Workspace, call: Call) -> Json:
    body = check_view(call.json("view"), "modal")
    trigger = space.hooks.exchange(_trigger(call))
    view = space.views.open(trigger.user, body)
    space.live.push([trigger.user], "view_open", view=view)
    return {"view": view}


def _push(space: Workspace, call: Call) -> Json:
    body = check_view(call.json("view"), "modal")
    trigger = space.hooks.exchange(_trigger(call))
    view = space.views.push(trigger.user, body)
    space.live.push([trigger.user], "view_push", view=view)
    return {"view": view}


def _trigger(call: Call) -> str:
    return call.word("trigger_id") or call.word("interactivity_pointer") or call.need("trigger_id")


def _update(space: Workspace, call: Call) -> Json:
    if call.word("view_id"):
        view_id = call.word("view_id")
    elif call.word("external_id"):
        view_id = space.views.named(call.word("external_id"))["id"]
    else:
        view_id = call.need("view_id")
    owner, view = space.views.owner(view_id)
    body = check_view(call.json("view"), view["type"])
    if view["type"] == "home":
        view = space.views.publish(owner, body, call.word("hash") or None)
        space.live.push([owner], "home", view=view)
    else:
        view = space.views.update(view, body, call.word("hash") or None)
        space.live.push([owner], "view_update", view=view)
    return {"view": view}


def _publish(space: Workspace, call: Call) -> Json:
    user = call.need("user_id")
    if space.person(user) is None:
        raise SlackError("user_not_found")
    body = check_view(call.json("view"), "home")
    view = space.views.publish(user, body, call.word("hash") or None)
    space.live.push([user], "home", view=view)
    return {"view": view}


METHODS = {
    "views.open": Method(run=_open),
    "views.push": Method(run=_push),
    "views.update": Method(run=_update),
    "views.publish": Method(run=_publish),
}
