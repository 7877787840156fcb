"""Signed calls, as Standard Webhooks 1.0.0 describes them: the secret, the signature, and where calls may go."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from core.errors import NotAllowed

PREFIX = "whsec_"
LEAST, MOST = 24, 64  # bytes of a secret
TOLERANCE = timedelta(minutes=5)  # between their clock and ours: what the specification's own libraries allow
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def key(secret: str) -> bytes:
    """The key that a secret such as `whsec_MfKQ9r8G...` stands for.

    Raises:
        ValueError: it is not one; the message does not repeat it.
    """
    if not secret.startswith(PREFIX): raise ValueError(f"must begin with {PREFIX}")
    try:
        found = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"after {PREFIX} it must be base64") from None
    if not LEAST <= len(found) <= MOST: raise ValueError(f"must hold {LEAST} to {MOST} bytes")
    return found


def signature(secret: str, call: str, at: datetime, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 over `id.timestamp.body` in base64; `call` is the id, the timestamp whole seconds."""
    signed = f"{call}.{int(at.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key(secret), signed, hashlib.sha256).digest()).decode()


def headers(secret: str, call: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of one attempt: the id stays the same for each, time and signature do not."""
    return {
        "webhook-id": call, "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature(secret, call, at, body),
    }  # fmt: skip


def verified(secret: str, given: Mapping[str, str], body: bytes, now: datetime) -> str:
    """The id of a call that holds one true signature, and is not older or newer than `TOLERANCE`.

    `given` are its headers by lower-case name. There may be several signatures, with spaces between them, while a
    secret is being changed. Whether the id was seen before is the caller's to ask.

    Raises:
        NotAllowed: it is not signed with this secret, or not now; the message does not tell what would be right.
    """
    call, stamp, signatures = (given.get(name, "") for name in ("webhook-id", "webhook-timestamp", "webhook-signature"))
    if not call or not signatures: raise NotAllowed("webhook-id or webhook-signature is missing.")
    if not re.fullmatch(r"[0-9]{1,10}", stamp): raise NotAllowed("webhook-timestamp is no time in whole seconds.")
    at = datetime.fromtimestamp(int(stamp), UTC)
    if abs(now - at) > TOLERANCE: raise NotAllowed("webhook-timestamp is more than five minutes off.")
    right = signature(secret, call, at, body).encode()
    if not any(hmac.compare_digest(right, one.encode()) for one in signatures.split()):
        raise NotAllowed("The signature is not right.")
    return call


def is_local(url: str) -> bool:
    """Whether an address is on this machine."""
    return urlsplit(url).hostname in THIS_MACHINE


def address(url: str) -> str:
    """An address that signed calls may go to: https, or http on this machine, and no password in it.

    Raises:
        ValueError: it is another one; says what is wrong.
    """
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        named = False
    if not named or parts.scheme not in ("https", "http"):
        raise ValueError("must be an address such as https://host/path")
    if "@" in parts.netloc: raise ValueError("must hold no user name or password")
    if parts.scheme == "http" and not is_local(url):
        raise ValueError("must begin with https:// (http:// only on this machine)")
    return url
