"""Names of things as people read them. Pure."""

from datetime import timedelta

HOUR, DAY = 60, 24 * 60  # minutes


def queue_name(queue: str) -> str:
    """A queue's name as people read it: `service-desk` is Service desk."""
    return queue.replace("-", " ").capitalize()


def span(length: timedelta) -> str:
    """A length of time, in the unit that tells most: `25 min`, `3 h`, `2 d`."""
    minutes = max(1, abs(int(length.total_seconds())) // 60)
    if minutes < HOUR: return f"{minutes} min"
    return f"{minutes // HOUR} h" if minutes < 2 * DAY else f"{minutes // DAY} d"
