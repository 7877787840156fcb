"""What Firstline calls and where it is called: automation, ticket system, its own web address."""

import errno
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit
from urllib.request import getproxies

from pydantic import SecretStr

from bot.bootstrap import make_automation, make_system
from bot.check import Check, missing, skipped, well
from bot.operations.exposing import refusal
from core import webhooks
from core.clock import utc_now
from core.errors import CannotDeliver, ConfigProblem, TryLater
from core.http_calls import Caller, HttpAnswer
from core.settings import Settings
from handoff.actions.registry import load_actions

PATIENCE = 4.0  # seconds for another machine to take a connection, or to answer
OK, NOT_THERE, GATEWAYS = 200, 404, frozenset({502, 503, 504})
HEALTH = "/health"
WHERE_SECRET = "Basic Information, App Credentials, has it."  # noqa: S105 - a place, no secret
PROXY = "see its name in the DNS, its certificate, and the reverse proxy (docs/deploying.md)."


def automation(settings: Settings) -> Iterator[Check]:
    """Whether the registry can be used, and somebody listens where it is called. No action is asked for."""
    try:
        known = load_actions(settings.data_dir / "actions.yaml")
        make_automation(settings, known)
    except ConfigProblem as error:
        for problem in error.problems: yield missing("actions", f"{problem.rstrip('.')};", "docs/actions.md tells how.")
        return
    yield well("actions", f"{len(known.names)} that recipes may use.")
    if not known.names: return
    if settings.actions_url: yield _listens("automation", settings.actions_url, "FIRSTLINE_ACTIONS_URL")
    else: yield skipped("automation", "FIRSTLINE_ACTIONS_URL is not set: every action fails.")


def tickets(settings: Settings) -> Iterator[Check]:
    """Whether the ticket system answers; it is told of no ticket."""
    if not settings.tickets_system: return
    what, mend = "ticket system", "docs/ticket-systems.md tells what its account needs."
    try:
        system = make_system(settings, utc_now)
        said = system.check() if system else ""
    except ConfigProblem as error:
        for problem in error.problems: yield missing(what, f"{problem.rstrip('.')};", mend)
    except (TryLater, CannotDeliver) as error:
        yield missing(what, str(error).rstrip(".") + ":", mend)
    else:
        if said: yield well(what, f"{settings.tickets_system} answers: {said}.")
        else: yield _listens(what, settings.tickets_url, "FIRSTLINE_TICKETS_URL")


def _listens(what: str, url: str, variable: str) -> Check:
    """Whether somebody listens there; nothing is sent."""
    if getproxies() and not webhooks.is_local(url): return skipped(what, "it is behind a proxy.")
    parts = urlsplit(url)
    place = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    try:
        with socket.create_connection(place, timeout=PATIENCE):
            return well(what, f"listens at {place[0]}; the first call shows whether it knows our secret.")
    except OSError as error:
        why = f"cannot be reached at {place[0]} ({error.strerror or error}):"
        return missing(what, why, f"check the network and {variable}.")


# -- the web address -----------------------------------------------------------------------------------------------


def web(settings: Settings) -> Iterator[Check]:
    """The port on this machine, the address under which others reach it, and whether people can sign in there."""
    yield _port(settings)
    yield from _public(settings.public_url.rstrip("/"))
    yield from _studio(settings)
    yield from figures(settings)


def _port(settings: Settings) -> Check:
    """Whether the port is free, or held by a Firstline."""
    host, port = settings.web_host, settings.web_port
    if not port: return well("web port", "a free one is taken.")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE: return _held(settings)
        mend = "set FIRSTLINE_WEB_HOST to an address of this machine, FIRSTLINE_WEB_PORT to one above 1023."
        return missing("web port", f"cannot listen at {host}:{port} ({error.strerror}):", mend)
    return well("web port", f"{host}:{port} is free; nothing runs there now.")


def _held(settings: Settings) -> Check:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.web_host, settings.web_host)  # noqa: S104 - to be called
    url = f"http://{f'[{host}]' if ':' in host else host}:{settings.web_port}"
    if _is_ours(_asked(url)): return well("web port", f"Firstline runs at {url}.")
    says = f"{settings.web_port} is taken by another program:"
    return missing("web port", says, "end that one, or set FIRSTLINE_WEB_PORT to a free port.")


def _public(url: str) -> Iterator[Check]:
    what = "web address"
    if not url:
        yield skipped(what, "FIRSTLINE_PUBLIC_URL is not set: links in answers work on this machine only.")
        return
    if not url.startswith("https://") and not webhooks.is_local(url):
        says = f"FIRSTLINE_PUBLIC_URL is {url}, and what people send there is not encrypted:"
        yield missing(what, says, "put a reverse proxy with TLS before it (docs/deploying.md), and begin it with https://.")
    answer = _asked(url)
    if isinstance(answer, str): yield missing(what, f"{url} cannot be reached from here ({answer}):", PROXY)
    elif _is_ours(answer): yield well(what, f"Firstline answers at {url}.")
    elif answer.status in GATEWAYS: yield skipped(what, f"a proxy answers at {url}; Firstline does not run behind it.")
    else: yield missing(what, f"something else answers at {url} ({answer.status}):", PROXY)


def _asked(url: str) -> HttpAnswer | str:
    """What is answered to the question for health, or why nothing is."""
    try:
        return Caller("It", patience=PATIENCE, most=1_000).call("GET", url + HEALTH, {})
    except (TryLater, ValueError) as error:
        return str(error).removeprefix("It could not be reached (").removeprefix("It ").rstrip(".").removesuffix(")")


def _is_ours(answer: HttpAnswer | str) -> bool:
    return isinstance(answer, HttpAnswer) and answer.status == OK and b'"status"' in answer.body


def _studio(settings: Settings) -> Iterator[Check]:
    """Whether people can sign in; with both settings, Slack is asked whether they are right."""
    names = {"SLACK_CLIENT_ID": settings.slack_client_id, "SLACK_CLIENT_SECRET": settings.slack_client_secret}
    empty = [name for name, value in names.items() if value in ("", SecretStr(""))]
    if len(empty) == len(names): yield skipped("studio", "SLACK_CLIENT_ID is not set: nobody can sign in to it.")
    elif empty: yield missing("studio", f"{empty[0]} is not set, so nobody can sign in:", WHERE_SECRET)
    elif settings.public_url: yield well("studio", f"people sign in at {settings.public_url.rstrip('/')}/studio.")
    else: yield well("studio", "people sign in on this machine alone: FIRSTLINE_PUBLIC_URL is not set.")


def figures(settings: Settings) -> Iterator[Check]:
    """Whether Prometheus can be let in; where nobody else reaches the page it needs nothing, and nothing is said."""
    if settings.metrics_token.get_secret_value(): yield well("figures", "/metrics opens for whoever shows the token.")
    elif refusal(settings, ""): yield skipped("figures", "/metrics is closed: FIRSTLINE_METRICS_TOKEN is not set.")
