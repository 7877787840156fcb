"""Whether a call is genuine: Standard Webhooks 1.0.0, as any receiver would check it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TOLERANCE = 300.0  # seconds that a call's timestamp may be off; an older one may have been recorded by somebody


def wrong(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> str:
    """What is wrong with a call's signature; an empty text if nothing is."""
    call, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "")
    if not (call and stamp and given):
        return "The call lacks webhook-id, webhook-timestamp or webhook-signature."
    if not stamp.isdecimal() or abs(now - int(stamp)) > TOLERANCE:
        return "The call's timestamp is more than five minutes off."
    expected = _signature(secret, call, stamp, body)
    if any(hmac.compare_digest(one.encode(), expected) for one in given.split()):
        return ""
    return "The call's signature is not right: another secret, or another body."


def _signature(secret: str, call: str, stamp: str, body: bytes) -> bytes:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return b"v1," + base64.b64encode(hmac.new(key, f"{call}.{stamp}.".encode() + body, hashlib.sha256).digest())
