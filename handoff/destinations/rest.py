"""JSON over HTTP with a ticket system: what its answers mean for a delivery."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from core.errors import CannotDeliver, TryLater
from core.http_calls import BROKEN, REDIRECT, TRY_AGAIN, Caller, HttpAnswer, retry_after

MOST = 2_000_000  # bytes of an answer: a hundred comments, or every field of a ticket
MOST_WHY = 300  # characters of what a system says of a refusal
Json = dict[str, Any]


def basic(user: str, token: str) -> str:
    """The Authorization header of RFC 7617."""
    return "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()


class Rest:
    """The calls of one system. What it raises never holds what was sent."""

    def __init__(self, who: str, base: str, headers: Mapping[str, str], clock: Callable[[], datetime]) -> None:
        """Take whom errors name, the address before every path, and the headers of every call."""
        self._who, self._base, self._clock = who, base.rstrip("/"), clock
        self._headers = {"accept": "application/json", "user-agent": "Firstline", **headers}
        self._http = Caller(who, most=MOST)

    def get(self, path: str, **query: str) -> Json:
        """Ask for something; see `ask`."""
        return self.ask("GET", f"{path}?{urlencode(query)}" if query else path)

    def ask(self, method: str, path: str, sent: Mapping[str, Any] | None = None) -> Json:
        """A call that changes nothing, whatever becomes of it; the errors are those of `call`."""
        try:
            return self.call(method, path, sent)
        except TryLater as error:
            raise TryLater(str(error), error.wait, harmless=True) from None

    def call(self, method: str, path: str, sent: Mapping[str, Any] | None = None) -> Json:
        """One call; its answer, empty where it has none.

        Raises:
            TryLater: no answer, 408, 425, 429, any 5xx, or an answer that cannot be read.
            CannotDeliver: any other status that is no success.
        """
        body = None if sent is None else json.dumps(sent, ensure_ascii=False, separators=(",", ":")).encode()
        return self.send(method, path, {} if body is None else {"content-type": "application/json"}, body)

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Json:
        """The same with a body that is ready."""
        answer = self._http.call(method, self._base + path, {**self._headers, **headers}, body)
        self._must_be_taken(answer)
        if len(answer.body) > MOST: raise TryLater(f"{self._who}'s answer has more than {MOST:,} bytes.")
        return self._object(answer.body)

    def _must_be_taken(self, answer: HttpAnswer) -> None:
        status = answer.status
        if status in TRY_AGAIN or status >= BROKEN:
            wait = retry_after(answer.headers.get("retry-after", ""), self._clock())
            raise TryLater(f"{self._who} answered {status}.", wait, harmless=status in TRY_AGAIN)
        if status >= REDIRECT: raise CannotDeliver(f"{self._who} answered {status}{_why(answer)}.")

    def _object(self, body: bytes) -> Json:
        if not body.strip(): return {}
        said = _read(body)
        if said is None: raise TryLater(f"{self._who}'s answer is no JSON object.")
        return said


def _read(body: bytes) -> Json | None:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _why(answer: HttpAnswer) -> str:
    """What the body says of a refusal, on one line: Jira's and ServiceNow's ways of saying it."""
    said = _read(answer.body) or {}
    error = said.get("error")
    texts = [
        *_texts(said.get("errorMessages")), *_texts(said.get("errorMessage")), *_texts(said.get("errors")),
        *(_texts(list(error.values())) if isinstance(error, dict) else _texts(error)),
    ]  # fmt: skip
    line = " ".join(" ".join(texts).split())[:MOST_WHY].rstrip(".")
    return f": {line}" if line else ""


def _texts(value: Any) -> list[str]:
    if isinstance(value, str): return [value]
    if isinstance(value, dict): return [f"{key}: {text}" for key, text in value.items() if isinstance(text, str)]
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
