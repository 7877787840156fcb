"""users.*, auth.*, bots.*, team.* and the opening of a Socket Mode connection: who is who."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.sandbox.calls import Call, Method
from bot.sandbox.errors import SlackError

if TYPE_CHECKING:
    from bot.sandbox.ids import Json
    from bot.sandbox.seed import Person
    from bot.sandbox.workspace import Workspace


def _user(space: Workspace, person: Person) -> Json:
    profile: Json = {
        "title": person.title, "real_name": person.real_name, "real_name_normalized": person.real_name,
        "display_name": person.name, "display_name_normalized": person.name, "status_text": "", "status_emoji": "",
        "first_name": person.real_name.partition(" ")[0], "last_name": person.real_name.partition(" ")[2],
        "team": space.seed.team.id,
    }
    if "users:read.email" in space.settings.scopes:
        profile["email"] = person.email
    account = _account(space, person.id, person.name, person.real_name) | {"deleted": person.id in space.left}
    return account | {
        "color": person.color, "tz": person.tz, "tz_label": person.tz, "tz_offset": _offset(space, person.tz),
        "profile": profile, "is_bot": False,
    }


def _bot(space: Workspace) -> Json:
    app = space.seed.app
    return _account(space, app.bot_user, app.bot_handle, app.name) | {
        "color": app.color, "tz": "UTC", "tz_label": "UTC", "tz_offset": 0, "is_bot": True,
        "profile": {"real_name": app.name, "display_name": "", "bot_id": app.bot_id, "api_app_id": app.id,
                    "always_active": True, "team": space.seed.team.id},
    }


def _account(space: Workspace, user: str, name: str, real_name: str) -> Json:
    return {"id": user, "team_id": space.seed.team.id, "name": name, "real_name": real_name, "deleted": False,
            "is_admin": False, "is_owner": False, "is_primary_owner": False, "is_restricted": False,
            "is_ultra_restricted": False, "is_app_user": False, "updated": 0, "is_email_confirmed": True}


def _offset(space: Workspace, zone: str) -> int:
    try:
        offset = datetime.fromtimestamp(space.clock(), ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        return 0
    return int(offset.total_seconds()) if offset else 0


def _everybody(space: Workspace) -> list[Json]:
    return [*(_user(space, person) for person in space.world.people.values()), _bot(space)]


def _info(space: Workspace, call: Call) -> Json:
    wanted = call.need("user")
    for user in _everybody(space):
        if user["id"] == wanted:
            return {"user": user}
    raise SlackError("user_not_found")


def _profile(space: Workspace, call: Call) -> Json:
    wanted = call.need("user")
    person = space.person(wanted)
    if person is None:
        raise SlackError("user_not_found")
    fields = {_MANAGER: {"value": person.manager, "alt": ""}} if person.manager else {}
    return {"profile": _user(space, person)["profile"] | {"fields": fields}}


def _team_profile(space: Workspace, call: Call) -> Json:
    del space, call
    field = {"id": _MANAGER, "ordering": 0, "label": "Manager", "hint": "", "type": "user", "possible_values": None,
             "options": None, "is_hidden": False}
    return {"profile": {"fields": [field], "sections": []}}


def _list(space: Workspace, call: Call) -> Json:
    page, cursor = call.page(_everybody(space), default=1000)
    return {"members": page, "cache_ts": int(space.clock()), "response_metadata": {"next_cursor": cursor}}


def _by_email(space: Workspace, call: Call) -> Json:
    email = call.need("email").lower()
    for person in space.world.people.values():
        if person.email.lower() == email and person.id not in space.left:  # Slack tells nobody who was deactivated
            return {"user": _user(space, person)}
    raise SlackError("users_not_found")


def _test(space: Workspace, call: Call) -> Json:
    del space
    if call.word("error"):
        raise SlackError(call.word("error"), args=call.arguments)
    return {"args": call.arguments}


def _auth(space: Workspace, call: Call) -> Json:
    del call
    team, app = space.seed.team, space.seed.app
    return {"url": f"https://{team.domain}.slack.com/", "team": team.name, "user": app.bot_handle,
            "team_id": team.id, "user_id": app.bot_user, "bot_id": app.bot_id, "is_enterprise_install": False}


def _bot_info(space: Workspace, call: Call) -> Json:
    app = space.seed.app
    if call.word("bot", app.bot_id) != app.bot_id:
        raise SlackError("bot_not_found")
    return {"bot": {"id": app.bot_id, "app_id": app.id, "user_id": app.bot_user, "name": app.name, "deleted": False,
                    "updated": 0, "icons": {}}}


def _team(space: Workspace, call: Call) -> Json:
    del call
    team = space.seed.team
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {},
                     "url": f"https://{team.domain}.slack.com/"}}


def _connect(space: Workspace, call: Call) -> Json:
    del call
    address = space.base_url.replace("http", "ws", 1)
    return {"url": f"{address}/socket?ticket={space.hub.ticket()}"}


_MANAGER = "Xf0MANAGER1"  # the id of the one custom field of a profile
_READ = ("users:read",)
_PROFILE = ("users.profile:read",)
METHODS = {
    "api.test": Method(run=_test, caller="anybody"),
    "auth.test": Method(run=_auth),
    "apps.connections.open": Method(run=_connect, scopes=("connections:write",), caller="app"),
    "users.info": Method(run=_info, scopes=_READ),
    "users.list": Method(run=_list, scopes=_READ),
    "users.lookupByEmail": Method(run=_by_email, scopes=("users:read.email",)),
    "users.profile.get": Method(run=_profile, scopes=_PROFILE),
    "team.profile.get": Method(run=_team_profile, scopes=_PROFILE),
    "bots.info": Method(run=_bot_info, scopes=_READ),
    "team.info": Method(run=_team, scopes=("team:read",)),
}
