"""Where a browser signs in to the app as one of the workspace's people; nobody has a password here."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.sandbox.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from bot.sandbox.openid import Asked
    from bot.sandbox.workspace import Workspace

AUTHORIZE = "/openid/connect/authorize"


def routes(space: Workspace) -> list[Route]:
    """All of it, under /openid."""

    async def choose(request: Request) -> Response:
        query = dict(request.query_params)
        try:
            asked = space.openid.asked(query)
        except Refused as refusal:
            return _refused(str(refusal))
        return HTMLResponse(_page(space, asked, query))

    async def chosen(request: Request) -> Response:
        form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
        try:
            asked = space.openid.asked(form)
        except Refused as refusal:
            return _refused(str(refusal))
        user = form.get("user", "")
        if user and (space.person(user) is None or user in space.left):
            return _refused("user_not_found: Nobody here has this id.")
        told = {"code": space.openid.grant(asked, user)} if user else {"error": "access_denied"}
        return RedirectResponse(f"{asked.redirect_uri}?{urlencode(told | {'state': asked.state})}", 303)

    async def keys(_: Request) -> Response:
        return JSONResponse(space.openid.keys())

    async def configuration(_: Request) -> Response:
        return JSONResponse(space.openid.configuration())

    return [
        Route(AUTHORIZE, choose, methods=["GET"]), Route(AUTHORIZE, chosen, methods=["POST"]),
        Route("/openid/connect/keys", keys), Route("/.well-known/openid-configuration", configuration),
    ]


def _refused(why: str) -> Response:
    return HTMLResponse(_frame("Sign-in refused", f"<p>{escape(why)}</p>"), 400)


def _page(space: Workspace, asked: Asked, query: Mapping[str, str]) -> str:
    app, team = escape(space.seed.app.name), escape(space.seed.team.name)
    known = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in query.items())
    people = "".join(
        f'<li><button name="user" value="{escape(person.id)}"><strong>{escape(person.real_name)}</strong> '
        f"<span>{escape(person.title)}</span></button></li>"
        for person in space.world.people.values() if person.id not in space.left)
    wants = ", ".join(sorted(asked.scopes - {"openid"})) or "who you are"
    return _frame(
        f"Sign in to {app}",
        f"<p>{app} asks {team} who you are ({escape(wants)}). Sign in as:</p>"
        f'<form method="post" action="{AUTHORIZE}">{known}<ul id="people">{people}</ul>'
        '<p><button class="quiet" name="user" value="">Cancel</button></p></form>'
        '<script type="module" src="/static/signin.js"></script>')


def _frame(title: str, inner: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title}</title><link rel="stylesheet" href="/static/signin.css"></head>'
        f"<body><main><h1>{title}</h1>{inner}</main></body></html>")
