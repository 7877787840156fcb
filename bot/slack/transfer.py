"""Files of Slack, fetched and shared again with the bot's own token.

Staff cannot open what is shared in somebody's direct messages: only a copy reaches them. Slack hands a file out at an
address of its own, to whoever brings a token (docs.slack.dev/reference/objects/file-object); it is shared again in
three steps (docs.slack.dev/messaging/working-with-files). A token goes to Slack's hosts alone, also where one of them
sends us on.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message as Headers
from http.client import HTTPResponse
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, OpenerDirector, ProxyHandler, Request, build_opener

from slack_sdk import WebClient

from core.errors import CannotDeliver, TryLater
from core.redact import redact

MOST_BYTES = 20 * 1024 * 1024
IN_MEMORY = 1024 * 1024  # bytes of a file that are kept in memory; more goes to a temporary file
HOPS = 3  # times that an address may send us on
SECONDS = 30  # without a byte
CHUNK = 64 * 1024
MOVED, HTTPS_PORT = range(300, 400), 443
NAME = 120  # characters of a file's name
FILE_ID = re.compile(r"F[A-Z0-9]{7,20}")
Answer = HTTPResponse | HTTPError


class _Stay(HTTPRedirectHandler):
    """Never goes where an answer sends it: that is looked at first."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Headers, newurl: str
    ) -> None:
        """Leave the answer as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What Slack tells of a file. `url` is empty where it cannot be fetched."""

    id: str
    name: str
    size: int
    type: str
    url: str


class TooLarge(CannotDeliver):
    """It is larger than what is copied."""


class Gone(CannotDeliver):
    """Slack does not have it any more, or never did."""


def file_id(address: str) -> str:
    """The id of a file by its id or its address in Slack; empty if it is neither."""
    found = re.search(rf"/({FILE_ID.pattern})(?:/|$)", address) if "/" in address else FILE_ID.fullmatch(address)
    return found[found.lastindex or 0] if found else ""


def named(address: str) -> str:
    """The name of a file by its address in Slack, or by its name."""
    return file_name(unquote(address.rsplit("/", 1)[-1]))


def file_name(name: str) -> str:
    """A name that may be shown and used: no secret, no path, no control character, of a length that people read."""
    plain = re.sub(r"[\x00-\x1f\x7f/\\]+", "_", redact(name).text).strip(" .") or "file"
    head, dot, end = plain.rpartition(".")
    if len(plain) <= NAME: return plain
    return f"{head[: NAME - len(end) - 2]}…{dot}{end}" if head and len(end) < NAME // 2 else plain[:NAME]


def size_of(size: int) -> str:
    """Such as `1.2 GB`."""
    amount, unit = float(size), "bytes"
    for bigger in ("kB", "MB", "GB"):
        if amount < 1000: break  # noqa: PLR2004 - as Slack counts
        amount, unit = amount / 1000, bigger
    return f"{amount:.0f} {unit}" if unit == "bytes" or amount >= 10 else f"{amount:.1f} {unit}"  # noqa: PLR2004 - two figures


class Transfer:
    """Fetches and shares files."""

    def __init__(self, client: WebClient) -> None:
        """Take Slack's client: its token, its address, its proxy."""
        self._client = client

    def look(self, file: str) -> Known:
        """What Slack tells of a file by its id."""
        told: dict[str, Any] = self._client.files_info(file=file)["file"]
        url = "" if told.get("is_external") else told.get("url_private_download") or told.get("url_private") or ""
        name = file_name(str(told.get("name") or told.get("title") or "file"))
        return Known(id=file, name=name, size=int(told.get("size") or 0), type=str(told.get("mimetype") or ""), url=url)

    def copy(self, file: Known, *, channel: str, thread_ts: str | None, comment: str) -> str:
        """Share a copy in a thread; the id of the copy.

        Raises:
            TooLarge: it is over the limit.
            Gone: it cannot be fetched.
            CannotDeliver: its address is none of Slack's.
            TryLater: it could not be fetched or shared now.
        """
        with self._fetched(file) as (data, size):
            ticket = self._client.files_getUploadURLExternal(filename=file.name, length=size)
            self._send(ticket["upload_url"], data, size)
        given = {"id": ticket["file_id"], "title": file.name}
        self._client.files_completeUploadExternal(
            files=[given], channel_id=channel, thread_ts=thread_ts, initial_comment=comment
        )
        return str(ticket["file_id"])

    @contextmanager
    def _fetched(self, file: Known) -> Iterator[tuple[IO[bytes], int]]:
        if file.size > MOST_BYTES: raise TooLarge(f"{file.name} is too large to copy.")
        if not file.url or not file.size: raise Gone(f"{file.name} holds nothing that can be fetched.")
        with SpooledTemporaryFile(IN_MEMORY) as kept:
            with self._opened(file.url) as answer: _keep(answer, kept, file)
            size = kept.tell()
            kept.seek(0)
            yield kept, size

    def _opened(self, url: str) -> Answer:
        """An answer with a file in it, from a host of Slack's, wherever it was sent on to."""
        token = {"Authorization": f"Bearer {self._client.token}"}
        for _ in range(HOPS + 1):
            answer = self._call(Request(self._slacks(url), headers=token))  # noqa: S310 - `_slacks` looked at it
            if answer.status not in MOVED: return answer
            url = urljoin(url, answer.headers.get("Location") or "")
            answer.close()
        raise TryLater("Slack sent us on too often for a file.")

    def _send(self, url: str, data: IO[bytes], size: int) -> None:
        headers = {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
        self._call(Request(self._slacks(url), data=data, headers=headers, method="POST")).close()  # noqa: S310 - the same

    def _call(self, request: Request) -> Answer:
        """One call; an answer that sends us on is an answer."""
        try:
            answer: HTTPResponse = self._opener().open(request, timeout=SECONDS)
        except HTTPError as error:
            if error.code in MOVED: return error
            error.close()
            raise TryLater(f"Slack answered {error.code} for a file.") from None
        except URLError as error:
            raise TryLater(f"A file could not be fetched or shared: {error.reason}") from error
        return answer

    def _opener(self) -> OpenerDirector:
        proxies = {"http": self._client.proxy, "https": self._client.proxy} if self._client.proxy else {}
        return build_opener(ProxyHandler(proxies), HTTPSHandler(context=self._client.ssl), _Stay())

    def _slacks(self, url: str) -> str:
        """The address, if it is one of Slack's own or of the workspace that we are connected to."""
        if is_slacks(url, self._client.base_url): return url
        raise CannotDeliver("The address of a file is none of Slack's; nothing was fetched.")


def is_slacks(url: str, base_url: str) -> bool:
    """Whether files may be fetched from an address: Slack's hosts over https, and where the API itself is."""
    try:
        asked, base = urlsplit(url), urlsplit(base_url)
        same = (asked.scheme, asked.hostname, asked.port) == (base.scheme, base.hostname, base.port)
        own = asked.scheme == "https" and asked.port in (None, HTTPS_PORT)
    except ValueError:
        return False
    if "@" in asked.netloc: return False
    domains = ("slack.com", (base.hostname or "slack.com").removeprefix("www."))
    return same or (own and any((asked.hostname or "").endswith(f".{domain}") for domain in domains))


def _keep(answer: Answer, kept: IO[bytes], file: Known) -> None:
    """Read an answer, as long as it stays within the limit."""
    if "text/html" in (answer.headers.get("Content-Type") or "") and "html" not in file.type:
        raise TryLater(f"Slack showed its login page instead of {file.name}.")
    while data := answer.read(CHUNK):
        kept.write(data)
        if kept.tell() > MOST_BYTES: raise TooLarge(f"{file.name} is too large to copy.")
    if not kept.tell(): raise Gone(f"{file.name} is empty.")
