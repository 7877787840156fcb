"""The Web API: who calls, what they may do, and how Slack answers."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from bot.sandbox import (
    api_apps,
    api_assistant,
    api_chat,
    api_conversations,
    api_files,
    api_users,
    api_views,
    openid,
    trouble,
)
from bot.sandbox.calls import Call, Method
from bot.sandbox.errors import SlackError
from bot.sandbox.trouble import LATE, Struck
from bot.sandbox.workspace import Called

if TYPE_CHECKING:
    from starlette.requests import Request

    from bot.sandbox.ids import Json
    from bot.sandbox.workspace import Workspace

_FAMILIES = (api_apps, api_chat, api_views, api_conversations, api_users, api_assistant, api_files, openid)
METHODS: dict[str, Method] = {name: method for family in _FAMILIES for name, method in family.METHODS.items()}

POSTS_PER_SECOND = 1.0  # chat.postMessage: one a second and channel, documented
POST_BURST = 4.0  # "short bursts are allowed", without a number; four is what a reply in parts needs


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """A call as it came: the method's name, its token and its arguments."""

    name: str
    token: str
    arguments: Json


async def answer(space: Workspace, request: Request) -> Response:
    """Answer one call of /api/<method>."""
    asked = await _read(request)
    try:
        body: Json = {"ok": True} | _call(space, asked)
    except SlackError as error:
        _remember(space, asked, error.code)
        headers = _scope_headers(space) | error.headers
        return JSONResponse({"ok": False, "error": error.code} | error.extra, error.status, headers)
    except Struck as struck:
        _remember(space, asked, struck.fault.error)
        return await trouble.answer(struck, _scope_headers(space), request.scope["cut"])
    _remember(space, asked, None)
    return JSONResponse(body, headers=_scope_headers(space))


def _scope_headers(space: Workspace) -> dict[str, str]:
    return {"X-OAuth-Scopes": ",".join(sorted(space.settings.scopes))}


def _remember(space: Workspace, asked: _Request, error: str | None) -> None:
    space.probes.calls.append(
        Called(method=asked.name, arguments=asked.arguments, error=error, at=space.clock()))


def _call(space: Workspace, asked: _Request) -> Json:
    method = METHODS.get(asked.name)
    if method is None or asked.name in space.settings.lacks:
        raise SlackError("unknown_method", req_method=asked.name)
    _authenticate(space, method, asked.token)
    _authorize(space, method)
    fault = trouble.first(space.probes.faults, asked.name)
    if fault:
        space.probes.struck[fault.name] += 1
    if fault and not fault.after and fault.error != LATE:
        raise Struck(fault)
    if asked.name == "chat.postMessage" and space.settings.rate_limits:
        _limit_posts(space, str(asked.arguments.get("channel")))
    whose = {"token": asked.token} if method.caller == "person" else {}
    found = method.run(space, Call(asked.arguments | whose))
    if fault:
        raise Struck(fault, {"ok": True} | found)
    return found


def _authenticate(space: Workspace, method: Method, token: str) -> None:
    app = space.seed.app
    if method.caller == "anybody":
        return
    if not token:
        raise SlackError("not_authed")
    if method.caller == "person":
        return  # the method itself knows whose token it is
    tokens = {"bot": app.bot_token, "app": app.app_token, "config": app.config_token}
    if token not in tokens.values():
        raise SlackError("invalid_auth")
    if token != tokens[method.caller]:
        raise SlackError("not_allowed_token_type")


def _authorize(space: Workspace, method: Method) -> None:
    granted = frozenset(space.seed.app.app_scopes) if method.caller == "app" else space.settings.scopes
    if method.scopes and not granted.intersection(method.scopes):
        raise SlackError("missing_scope", needed=",".join(method.scopes), provided=",".join(sorted(granted)))


def _limit_posts(space: Workspace, channel: str) -> None:
    now = space.clock()
    left, at = space.probes.posts.get(channel, (POST_BURST, now))
    left = min(POST_BURST, left + (now - at) * POSTS_PER_SECOND)
    if left < 1:
        space.probes.posts[channel] = (left, now)
        raise SlackError("ratelimited", status=429, headers={"Retry-After": "1"})
    space.probes.posts[channel] = (left - 1, now)


async def _read(request: Request) -> _Request:
    name = request.path_params["method"]
    arguments: Json = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind == "application/json":
        arguments |= _json_object(await request.body())
    elif kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        form = await request.form()
        arguments |= {key: value for key, value in form.items() if isinstance(value, str)}
    header = request.headers.get("authorization", "")
    arguments |= _basic(header)
    token = str(arguments.pop("token", "") or "")
    if header.lower().startswith("bearer "):
        token = header[len("bearer "):].strip()
    return _Request(name=name, token=token, arguments=arguments)


def _basic(header: str) -> Json:
    """The app's own id and secret, as HTTP's basic authentication carries them."""
    if not header.lower().startswith("basic "):
        return {}
    try:
        name, _, secret = base64.b64decode(header[len("basic "):], validate=True).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": name, "client_secret": secret}


def _json_object(body: bytes) -> Json:
    try:
        parsed: Any = json.loads(body or b"{}")
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}
