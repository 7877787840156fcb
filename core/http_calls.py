"""Calls of other companies' machines: HTTP that waits a few seconds, follows no redirect and reads little."""

import re
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from core import connecting, webhooks
from core.errors import TryLater

PATIENCE = 10.0  # seconds for one attempt: what a person watching a spinner puts up with, five times
MOST_ANSWER = 65_536  # bytes of an answer that are read; a real one has a few hundred
PIECE = 8_192  # bytes read at once
OK, REDIRECT, BAD, BROKEN = 200, 300, 400, 500  # where HTTP's families of status codes begin
TRY_AGAIN = frozenset({408, 425, 429})  # of the 4xx; none of them did anything (RFC 9110, 8470, 6585)
NEVER_SENT = (ConnectionRefusedError, socket.gaierror, ssl.SSLCertVerificationError, TimeoutError)  # while connecting


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """An answer, whatever its status; `headers` by lower-case name, `body` at most one byte longer than was allowed."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Caller:
    """Makes calls: through the environment's proxy, but not to this machine."""

    def __init__(
        self,
        who: str,
        patience: float = PATIENCE,
        most: int = MOST_ANSWER,
        connect: connecting.Connect | None = None,
    ) -> None:
        """Take whom the errors name, seconds for one attempt, and how many bytes of an answer may be read.

        With a `connect` every connection is made by it, and no proxy is asked.
        """
        self._who, self._patience, self._most = who, patience, most
        own = connecting.handlers(connect) if connect else ()
        self._direct = build_opener(_NoRedirect(), ProxyHandler({}), *own)
        self._through_proxy = self._direct if connect else build_opener(_NoRedirect())

    def call(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> HttpAnswer:
        """Make one attempt.

        Raises:
            TryLater: there is no answer; `harmless` if the call was surely never sent.
        """
        request = Request(url, data=body, headers=dict(headers), method=method)  # noqa: S310 - http(s) only, checked on reading
        try:
            return self._fetch(request)
        except URLError as error:  # from connecting or sending
            harmless = isinstance(error.reason, NEVER_SENT)
            raise TryLater(f"{self._who} could not be reached ({short(error.reason)}).", harmless=harmless) from None
        except TimeoutError:
            raise TryLater(f"{self._who} did not answer in time.") from None
        except (OSError, HTTPException) as error:
            raise TryLater(f"{self._who}'s answer broke off ({short(error)}).") from None

    def _fetch(self, request: Request) -> HttpAnswer:
        until = time.monotonic() + self._patience
        opener = self._direct if webhooks.is_local(request.full_url) else self._through_proxy
        try:
            response: Any = opener.open(request, timeout=self._patience)
        except HTTPError as error:  # a status that is no success is an answer, too
            response = error
        with response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return HttpAnswer(status=response.status, headers=headers, body=self._read(response, until))

    def _read(self, response: Any, until: float) -> bytes:
        """The body, within the time that is left: each read alone may take no longer than all together."""
        body = b""
        while len(body) <= self._most and (piece := response.read1(PIECE)):
            body += piece
            if time.monotonic() > until: raise TimeoutError
        return body


class _NoRedirect(HTTPRedirectHandler):
    """A redirect is an answer: what was signed for one address is not sent to another."""

    def http_error_302(self, *_arguments: Any, **_named: Any) -> None:
        """Leave it as it is, and do not read where it leads."""

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def retry_after(value: str, now: datetime) -> timedelta | None:
    """The wait that a Retry-After header asks for, in seconds or until a date (RFC 9110, 10.2.3)."""
    value = value.strip()
    if re.fullmatch(r"[0-9]{1,9}", value): return timedelta(seconds=int(value))
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(until - now, timedelta(0))


def short(error: object) -> str:
    """What an error says, on one short line."""
    return " ".join(str(error).split())[:120] or type(error).__name__
