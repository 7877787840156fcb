"""Stand-ins that several tests share."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """A clock that stands still until a test sets it or moves it on."""

    def __init__(self, now: datetime = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)) -> None:  # a Friday, as it happens
        self.now = now

    def __call__(self) -> datetime:
        """The time it was set to."""
        return self.now

    def advance(self, by: timedelta) -> datetime:
        """Move on, and tell the new time."""
        self.now += by
        return self.now


class Ahead:
    """The real time, which a test may push forward."""

    def __init__(self) -> None:
        """Begin with the real one."""
        self.by = timedelta(0)

    def __call__(self) -> datetime:
        """The time."""
        return datetime.now(UTC) + self.by
