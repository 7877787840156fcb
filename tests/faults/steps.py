"""The time of a run and of every process in it: the real one, and a step that can be changed from outside."""

import mmap
import struct
from datetime import UTC, datetime, timedelta


class Steps:
    """A clock that is stepped forward and back; processes forked from this one see the same."""

    def __init__(self) -> None:
        """Begin with the real time."""
        self._shared = mmap.mmap(-1, 8)

    @property
    def by(self) -> timedelta:
        """How far it is ahead."""
        (seconds,) = struct.unpack("d", self._shared[:8])
        return timedelta(seconds=seconds)

    @by.setter
    def by(self, by: timedelta) -> None:
        self._shared[:8] = struct.pack("d", by.total_seconds())

    def __call__(self) -> datetime:
        """The time."""
        return datetime.now(UTC) + self.by
