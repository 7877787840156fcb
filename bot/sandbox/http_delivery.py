"""Delivery to a request URL, signed as Slack signs it."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import http.client
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from bot.sandbox.errors import NotResponding

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.deliver import Envelope
    from bot.sandbox.ids import Ids, Json
    from bot.sandbox.seed import App

_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"
_VERIFY_EVERY = 0.5  # seconds between two tries to reach an app that is not up yet
_OK = range(200, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    kind: str
    body: str
    no_retry: bool


def signature(secret: str, timestamp: str, body: str) -> str:
    """Slack's signature, version 0: HMAC-SHA256 over version, timestamp and raw body."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()


class HttpDelivery:
    """The app's request URL, as a transport of envelopes."""

    def __init__(self, app: App, *, clock: Callable[[], float], ids: Ids, changed: Callable[[bool], None]) -> None:
        self._app = app
        self._clock = clock
        self._ids = ids
        self._changed = changed
        self._verified = asyncio.Event()

    @property
    def connected(self) -> bool:
        """Whether the app has answered the challenge."""
        return self._verified.is_set()

    async def until_connected(self) -> None:
        """Wait until the app has answered the challenge."""
        await self._verified.wait()

    async def watch(self) -> None:
        """Try the challenge until the app answers it."""
        while not self._verified.is_set():
            if await self._verify():
                self._verified.set()
            else:
                await asyncio.sleep(_VERIFY_EVERY)
        self._changed(True)

    async def _verify(self) -> bool:
        challenge = self._ids.secret(40)
        body = json.dumps({"token": "sandbox-verification-token", "challenge": challenge, "type": "url_verification"})
        try:
            answer = await self._post(body, _JSON, {}, _VERIFY_EVERY * 6)
        except NotResponding:
            return False
        return answer.status in _OK and challenge in answer.body

    async def send(self, envelope: Envelope, seconds: float) -> Json:
        """Post one envelope; the answer's body is the acknowledgement's payload."""
        retry = {"X-Slack-Retry-Num": str(envelope.attempt), "X-Slack-Retry-Reason": envelope.reason}
        body, kind = _encoded(envelope)
        answer = await self._post(body, kind, retry if envelope.attempt else {}, seconds)
        if answer.status not in _OK and not answer.no_retry:
            raise NotResponding("http_error")
        return _payload(answer)

    async def _post(self, body: str, kind: str, headers: dict[str, str], seconds: float) -> _Answer:
        timestamp = str(int(self._clock()))
        headers = headers | {
            "Content-Type": kind, "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._app.signing_secret, timestamp, body),
        }
        try:
            return await asyncio.to_thread(_balanced, self._in_any_order(), body, headers, seconds)
        except TimeoutError as error:
            raise NotResponding("http_timeout") from error
        except (OSError, http.client.HTTPException) as error:
            raise NotResponding("connection_failed", nobody=True) from error

    def _in_any_order(self) -> list[str]:
        """The app's addresses, beginning with any of them."""
        all_ = self._app.addresses
        first = self._ids.choice(len(all_)) if len(all_) > 1 else 0
        return [*all_[first:], *all_[:first]]


def _encoded(envelope: Envelope) -> tuple[str, str]:
    if envelope.kind == "events_api":
        return json.dumps(envelope.payload), _JSON
    if envelope.kind == "slash_commands":
        return urlencode(envelope.payload), _FORM
    return urlencode({"payload": json.dumps(envelope.payload)}), _FORM


def _balanced(urls: list[str], body: str, headers: dict[str, str], seconds: float) -> _Answer:
    """Post to the first that takes the connection, as a balancer does; what broke off later is not sent to another."""
    for url in urls[:-1]:
        with contextlib.suppress(ConnectionRefusedError):
            return _exchange(url, body, headers, seconds)
    return _exchange(urls[-1], body, headers, seconds)


def _exchange(url: str, body: str, headers: dict[str, str], seconds: float) -> _Answer:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=seconds)
    try:
        connection.request("POST", parts.path or "/", body.encode(), headers)
        response = connection.getresponse()
        return _Answer(status=response.status, kind=response.headers.get_content_type(),
                       body=response.read().decode(errors="replace"),
                       no_retry=response.headers.get("X-Slack-No-Retry") == "1")
    finally:
        connection.close()


def _payload(answer: _Answer) -> Json:
    if not answer.body:
        return {}
    if answer.kind == _JSON:
        try:
            body = json.loads(answer.body)
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}
    return {"text": answer.body}
