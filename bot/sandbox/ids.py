"""Ids, secrets and message timestamps that look like Slack's."""

from __future__ import annotations

import hashlib
import string
import uuid
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

Json = dict[str, Any]

_CAPITALS = string.ascii_uppercase + string.digits
_MIXED = string.ascii_letters + string.digits
MICROS = 1_000_000  # microseconds in a second: the last six digits of a message's ts
_OBJECT_LENGTH = 10  # Slack's own ids have 9 to 11 characters after the letter


class Ids:
    """Makes ids from a source of randomness, so that a test can repeat them."""

    def __init__(self, source: random.Random) -> None:
        self._source = source

    def named(self, prefix: str, length: int = _OBJECT_LENGTH) -> str:
        """An object's id: `prefix` and capitals, as in V0A1B2C3D4."""
        return prefix + "".join(self._source.choices(_CAPITALS, k=length))

    def secret(self, length: int = 24) -> str:
        """A word of letters and digits, for urls, blocks and actions."""
        return "".join(self._source.choices(_MIXED, k=length))

    def uuid(self) -> str:
        """A version 4 UUID, as envelopes and client messages carry."""
        return str(uuid.UUID(int=self._source.getrandbits(128), version=4))

    def trigger(self) -> str:
        """A trigger_id: two numbers and a hex word."""
        number = self._source.randrange(10**12, 10**13)
        return f"{number}.{number // 7}.{self._source.getrandbits(128):032x}"

    def choice(self, count: int) -> int:
        """One of `count` places, as Slack picks the connection of an envelope."""
        return self._source.randrange(count)


def pair_id(one: str, other: str) -> str:
    """The id of the direct conversation of two people: the same pair always has the same one."""
    digest = hashlib.sha256("/".join(sorted((one, other))).encode()).digest()
    return "D0" + "".join(_CAPITALS[byte % len(_CAPITALS)] for byte in digest[:9])


class Ticker:
    """Message timestamps: unique, increasing strings of seconds with six decimals."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._last = 0

    def tick(self) -> str:
        """The next timestamp; two ticks in one microsecond still differ."""
        self._last = max(int(self._clock() * MICROS), self._last + 1)
        return f"{self._last // MICROS}.{self._last % MICROS:06d}"

    def passed(self, ts: str) -> None:
        """Never tick at or before `ts` (a message that was loaded from a file)."""
        seconds, _, micros = ts.partition(".")
        self._last = max(self._last, int(seconds) * MICROS + int(micros or 0))
