"""Every route of the web application, for everybody who may come by: nobody, an employee, an agent, an editor, a manager."""

import asyncio
import json
import re
import time
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from bs4 import BeautifulSoup
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route

from bot.slack import ids
from core import webhooks
from tests.fuzz.company import EMMA, LIAM, MARCUS, NOOR, made_up
from tests.fuzz.engine import Target, Wrong
from tests.fuzz.mutating import payloads, texts
from tests.fuzz.world import ADDRESS, SECRET, SIGNING, World

Json = dict[str, Any]
TOKEN = "{form_token}"  # in a case, for the token of whoever sends it
VISITORS = ("", EMMA, LIAM, NOOR, MARCUS)
VALUES = {
    "slug": ("vpn-connect", "vpn-stuck-connecting", "no-such"), "kind": ("article", "recipe", "runbook"), "number": ("1", "2"), "gap": ("1",),
    "id": ("1",), "place": ("articles",), "name": ("x.png",), "path": ("app.css", "../x"),
}  # fmt: skip
QUERIES = ("", "q=vpn", "kind=article", "category=network&page=2", "said=saved", "leads_to=/studio", "state=x&code=y", "stops=1&days=30")
FORMS = ({"title": "T", "body": "Text.\n", "category": "network", "audience": "employees", "seen": "1", "slug": "vpn-connect"},
         {"do": "publish", "note": "n", "version": "1"})  # fmt: skip
SERVER_ERROR = 500
AWAY = 503  # where something outside is not there


def targets(world: World) -> list[Target]:
    """One for each route and method."""
    cookies = {user: world.assistant.signing_in.open(user) if user else "" for user in VISITORS}
    world.settle_again()
    return [_target(world, route, method, cookies) for route in _routes(world.web) for method in _methods(route)]


def _routes(app: Starlette) -> Iterator[tuple[str, BaseRoute]]:
    for route in app.routes:
        path = route.path if isinstance(route, Route) else f"{route.path}/{{path}}" if isinstance(route, Mount) else ""
        if not path: raise Wrong(f"a route of an unknown kind: {route}")
        yield path, route


def _methods(named: tuple[str, BaseRoute]) -> list[str]:
    """A route without methods takes any."""
    route = named[1]
    if isinstance(route, Route) and route.methods: return sorted(set(route.methods) - {"HEAD"})
    return ["GET"]


def _target(world: World, named: tuple[str, BaseRoute], method: str, cookies: dict[str, str]) -> Target:
    template = named[0]
    paths = [*_paths(template)]
    plain = re.sub(r"[^a-z0-9]+", "_", template.lower()).strip("_") or "root"
    who = st.sampled_from(VISITORS)
    query = texts(QUERIES, ("&", "=", "%00", "%ff", "+", "page=", "kind=", "seen="))
    asked: dict[str, st.SearchStrategy[Any]] = {"who": who, "path": st.one_of(st.sampled_from(paths), texts(paths, ("/", "%2f", ".", "..")))}
    asked["query"] = query
    if method != "GET":
        asked["form"] = payloads(_samples(world, template, paths, cookies))
        asked["signed"], asked["origin"] = st.booleans(), st.sampled_from(["own", "own", "", "https://evil.example"])
        asked["type"] = st.sampled_from(["form", "form", "form", "json", "multipart", ""])

    def run(case: Json) -> None: _run(world, method, case, cookies)

    return Target(name=f"{method.lower()}.{plain}", cases=st.fixed_dictionaries(asked), run=run, weight=SLOW.get(template, 1.0))


SLOW = dict.fromkeys(("/studio/health/collisions", "/studio/health/collisions.svg"), 0.05)  # a second each


def _paths(template: str) -> Iterator[str]:
    """A template with what really is there."""
    names = re.findall(r"{(\w+)(?::\w+)?}", template)
    for row in range(3):
        path = template
        for name in names:
            values = VALUES.get(name, ("1",))
            path = re.sub(rf"{{{name}(?::\w+)?}}", values[row % len(values)], path)
        yield path


def _samples(world: World, template: str, paths: Sequence[str], cookies: dict[str, str]) -> list[Json]:
    """What is posted to a route."""
    if template.startswith(HOOKS): return _hooks()
    return [body for kind, what in POSTED for body in made_up(kind, what, EMMA)] if template.startswith(SLACK) else _forms(world, paths, cookies)


HOOKS, SLACK = "/hooks", "/slack"  # where machines post, signed
POSTED = (("event", "message"), ("event", "app_home_opened"), ("command", "/it"), ("action", ids.CLAIM), ("view", ids.RESOLVE_VIEW), ("shortcut", ids.SHORTCUT_ASK))


def _hooks() -> list[Json]:
    return [{"type": kind, "data": {"number": "INC-000001", "reference": "A-1", "text": "Done", "author": "Ann", "code": "fixed",
             "url": "https://t.example/1"}} for kind in ("ticket.comment", "ticket.resolved", "ticket.reopened", "ticket.linked")]  # fmt: skip


def _forms(world: World, paths: Sequence[str], cookies: dict[str, str]) -> list[Json]:
    """The forms of the pages at these addresses and around them, as an editor is shown them."""
    found: list[Json] = []
    for page in {path for one in paths for path in (one, one.rsplit("/", 1)[0])} | {f"{p}?kind=article" for p in paths}:
        path, _, query = page.partition("?")
        shown = call(world.web, "GET", path, query, {"cookie": f"{world.cookie}={cookies[MARCUS]}"})[1]
        found += [_fields(form) for form in BeautifulSoup(shown, "html.parser").find_all("form")]
    return [one for one in found if len(one) > 1] or [{"form_token": TOKEN, **one} for one in FORMS]


def _fields(form: Any) -> Json:
    """What a form sends as it stands."""
    values = {one["name"]: one.get("value", one.text) for one in form.find_all(["input", "textarea", "button"]) if one.get("name")}
    for one in form.find_all("select"):
        option = one.find("option", selected=True) or one.find("option")
        if one.get("name") and option: values[one["name"]] = option.get("value", option.text)
    return values | {"form_token": TOKEN}


def _run(world: World, method: str, case: Json, cookies: dict[str, str]) -> None:
    headers = {"cookie": f"{world.cookie}={cookies.get(case['who'], '')}"}
    if case.get("origin"): headers |= {"origin": ADDRESS if case["origin"] == "own" else case["origin"], "sec-fetch-site": "same-origin"}
    body = b""
    if method != "GET":
        if case["path"].startswith(HOOKS): body = _signed(world, case, headers)
        elif case["path"].startswith(SLACK): body = _by_slack(case, headers)
        else: body = _body(world, case, headers, cookies)
    with world.undone():
        status, shown = call(world.web, method, case["path"], case["query"], headers, body)
        if status >= SERVER_ERROR and status != AWAY: raise Wrong(f"status {status}")
        signed = case["path"].startswith((HOOKS, SLACK)) and case.get("signed")  # a machine's word, whatever cookie comes with it
        if not case["who"] and not signed and world.wrote - {("INSERT", "received")}: raise Wrong("nobody changed something")
        if case["who"] == EMMA and not signed and world.wrote - MAY: raise Wrong(f"an employee changed: {sorted(world.wrote - MAY)}")
        world.must_be_sound()
    if shown.count("Traceback (most recent call last)"): raise Wrong("a traceback is shown")


MAY = {("DELETE", "web_sessions"), ("UPDATE", "web_sessions")}  # signing out, being seen


def _signed(world: World, case: Json, headers: dict[str, str]) -> bytes:
    body = json.dumps(case["form"]).encode()
    if case["signed"]: headers |= webhooks.headers(SECRET, "call-1", world.clock(), body)
    return body


def _by_slack(case: Json, headers: dict[str, str]) -> bytes:
    """As Slack posts it: events as JSON, a command as a form, what is used as JSON in a form."""
    form, kind = case["form"], case["type"]
    if kind in ("json", ""): body = json.dumps(form).encode()
    elif isinstance(form, dict) and "command" in form: body = urlencode({str(n): str(v) for n, v in form.items()}, errors="replace").encode()
    else: body = urlencode({"payload": json.dumps(form)}).encode()
    headers["content-type"] = "application/json" if kind == "json" else "application/x-www-form-urlencoded"
    at = str(int(time.time()))
    signature = SignatureVerifier(SIGNING).generate_signature(timestamp=at, body=body) if case["signed"] else "v0=" + "0" * 64
    headers |= {"x-slack-request-timestamp": at, "x-slack-signature": str(signature)}
    return body


def _body(world: World, case: Json, headers: dict[str, str], cookies: dict[str, str]) -> bytes:
    who = world.assistant.signing_in.whose(cookies[case["who"]]) if case["who"] else None
    token = who.form_token if who else ""
    form = case["form"] if isinstance(case["form"], dict) else {}
    fields = {str(name): (token if value == TOKEN else str(value)) for name, value in form.items()}
    match case["type"]:
        case "json": kind, body = "application/json", json.dumps(form).encode()
        case "multipart": kind, body = "multipart/form-data; boundary=b", _multipart(fields)
        case "": return urlencode(fields, errors="replace").encode()
        case _: kind, body = "application/x-www-form-urlencoded", urlencode(fields, errors="surrogatepass").encode()
    headers["content-type"] = kind
    return body


def _multipart(fields: dict[str, str]) -> bytes:
    rows = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    return "".join([*rows, "--b--\r\n"]).encode("utf-8", "surrogatepass")


# -- the call ------------------------------------------------------------------------------------------------------

_loop = asyncio.new_event_loop  # one for each process, made when the first call comes
_loops: list[asyncio.AbstractEventLoop] = []


def call(app: Starlette, method: str, path: str, query: str, headers: dict[str, str], body: bytes = b"") -> tuple[int, str]:
    """One request, as a server hands it on; the status and the text of the answer."""
    if not _loops: _loops.append(_loop())
    sent: list[Json] = []

    async def receive() -> Json:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    given = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in {"host": "it.example", **headers}.items()]
    raw = quote(path, safe="/%", errors="surrogatepass")
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "https", "root_path": "",
        "path": _decoded(path), "raw_path": raw.encode(), "query_string": quote(query, safe="=&%+", errors="surrogatepass").encode(),
        "headers": given, "server": ("it.example", 443), "client": ("127.0.0.1", 1), "state": {},
    }  # fmt: skip
    _loops[0].run_until_complete(app(scope, receive, send))
    status = next(one["status"] for one in sent if one["type"] == "http.response.start")
    return status, b"".join(one.get("body", b"") for one in sent).decode("utf-8", "replace")


def _decoded(path: str) -> str:
    """As servers decode it: what is no UTF-8 is replaced."""
    return "".join(name for name, _ in parse_qsl(f"{quote(path, safe='/', errors='replace')}=1", errors="replace")) or "/"
