"""Calls of the company's automation: signed HTTP that waits ten seconds, follows nothing and reads little."""

import logging
import socket
import ssl
import time
from collections.abc import Mapping
from datetime import datetime
from http.client import HTTPException
from typing import Any, Protocol
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

from core import webhooks
from handoff.actions.answers import Answer, Call, NoAnswer, understood
from handoff.actions.registry import ActionRule
from handoff.actions.states import State

PATIENCE = 10.0  # seconds for one attempt: what a person watching a spinner puts up with, five times
MOST_ANSWER = 65_536  # bytes of an answer that are read; a real one has a few hundred
PIECE = 8_192  # bytes read at once
TOO_LATE = "The automation did not answer in time."
NOT_SET_UP = "The automation is not connected: FIRSTLINE_ACTIONS_URL is not set."
NEVER_SENT = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError, TimeoutError)  # while connecting
log = logging.getLogger(__name__)


class Automation(Protocol):
    """What carries actions out."""

    def call(self, rule: ActionRule, call: Call, now: datetime) -> Answer | NoAnswer:
        """Make one attempt. Never raises for what the other side does."""


class NoAutomation:
    """The one of an installation that has none: everything fails, with the reason."""

    def call(self, rule: ActionRule, call: Call, now: datetime) -> Answer | NoAnswer:  # noqa: ARG002 - the Protocol's
        """See `Automation.call`."""
        return Answer(state=State.FAILED, why=NOT_SET_UP, turned_away=True)


class HttpAutomation:
    """The one behind an address. The secret signs calls, and opens nothing."""

    def __init__(self, url: str, secret: str, patience: float = PATIENCE) -> None:
        """Take the general address (a rule may have its own), the shared secret, and seconds for one attempt."""
        self._url, self._secret, self._patience = url, secret, patience
        self._through_proxy = build_opener(_NoRedirect())
        self._direct = build_opener(_NoRedirect(), ProxyHandler({}))

    def call(self, rule: ActionRule, call: Call, now: datetime) -> Answer | NoAnswer:
        """See `Automation.call`."""
        url, body = rule.url or self._url, call.body()
        if not url: return Answer(state=State.FAILED, why=NOT_SET_UP, turned_away=True)
        headers = {"content-type": "application/json", "accept": "application/json", "user-agent": "Firstline"}
        headers |= webhooks.headers(self._secret, call.id, now, body)
        request = Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - http(s) only, checked on reading
        opener = self._direct if webhooks.is_local(url) else self._through_proxy
        found = self._answer(opener, request, rule, now)
        log.info("%s %s: %s", call.action, call.id, found.state if isinstance(found, Answer) else found.why)
        return found

    def _answer(self, opener: OpenerDirector, request: Request, rule: ActionRule, now: datetime) -> Answer | NoAnswer:
        try:
            status, headers, body = _fetch(opener, request, self._patience)
        except URLError as error:  # from connecting or sending
            harmless = isinstance(error.reason, NEVER_SENT)
            return NoAnswer(why=f"The automation could not be reached ({_short(error.reason)}).", harmless=harmless)
        except TimeoutError:
            return NoAnswer(why=TOO_LATE, harmless=False)
        except (OSError, HTTPException) as error:
            return NoAnswer(why=f"The automation's answer broke off ({_short(error)}).", harmless=False)
        if len(body) > MOST_ANSWER:
            return Answer(state=State.UNKNOWN, why=f"The automation's answer has more than {MOST_ANSWER:,} bytes.")
        return understood(rule, status, headers, body, now)


class _NoRedirect(HTTPRedirectHandler):
    """A redirect is an answer: what was signed for one address is not sent to another."""

    def redirect_request(self, *_arguments: Any) -> None:
        return None


def _fetch(opener: OpenerDirector, request: Request, patience: float) -> tuple[int, Mapping[str, str], bytes]:
    """Status, headers by lower-case name, and at most one byte more than may be read.

    Raises:
        URLError: not connected, or not sent.
        TimeoutError: sent, but not answered in time.
        OSError: the connection broke afterwards.
    """
    until = time.monotonic() + patience
    try:
        response: Any = opener.open(request, timeout=patience)
    except HTTPError as error:  # a status that is no success is an answer, too
        response = error
    with response:
        headers = {name.lower(): value for name, value in response.headers.items()}
        return response.status, headers, _read(response, until)


def _read(response: Any, until: float) -> bytes:
    """The body, within the time that is left: each read alone may take no longer than all together."""
    body = b""
    while len(body) <= MOST_ANSWER and (piece := response.read1(PIECE)):
        body += piece
        if time.monotonic() > until: raise TimeoutError(TOO_LATE)
    return body


def _short(error: object) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
