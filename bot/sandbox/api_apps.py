"""apps.manifest.*: the app's settings as a manifest, for whoever made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.calls import Call, Method
from bot.sandbox.errors import SlackError

if TYPE_CHECKING:
    from bot.sandbox.ids import Json
    from bot.sandbox.seed import App
    from bot.sandbox.workspace import Workspace


def _export(space: Workspace, call: Call) -> Json:
    app = space.seed.app
    if call.need("app_id") != app.id:
        raise SlackError("app_not_found")
    return {"manifest": {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {"name": app.name, "description": app.description},
        "features": _features(app),
        "oauth_config": {"redirect_urls": list(app.redirect_urls),
                         "scopes": {"bot": sorted(space.settings.scopes)}},
        "settings": {
            "event_subscriptions": _called(app, {"bot_events": list(app.events)}),
            "interactivity": _called(app, {"is_enabled": app.interactivity}),
            "org_deploy_enabled": False, "socket_mode_enabled": app.delivery == "socket",
            "token_rotation_enabled": False,
        },
    }}


def _features(app: App) -> Json:
    url = {"url": app.request_url} if app.request_url else {}
    return {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "bot_user": {"display_name": app.name, "always_online": True},
        "shortcuts": [one.model_dump() for one in app.shortcuts],
        "slash_commands": [one.model_dump() | url for one in app.commands],
    }


def _called(app: App, part: Json) -> Json:
    return part | ({"request_url": app.request_url} if app.request_url else {})


METHODS = {"apps.manifest.export": Method(run=_export, caller="config")}
