"""Time at the edge."""

from datetime import UTC, datetime, timedelta

from core.clock import utc_now


def test_now_is_aware_and_utc() -> None:
    """The clock tells the present, in UTC, with its zone."""
    before = datetime.now(UTC)
    assert before <= utc_now() <= datetime.now(UTC)
    assert utc_now().utcoffset() == timedelta(0)
