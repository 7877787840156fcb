"""The words of the help pages, and when an article is late."""

from datetime import date

from bot.web import texts
from bot.web.pages import review_due


def test_dates_are_written_out() -> None:
    """A date reads the same everywhere."""
    assert texts.checked(date(2026, 10, 12)) == "Checked on 12 October 2026"


def test_review_is_due_after_its_day() -> None:
    """An article is late from the day after its review was due, and never without a date or a period."""
    checked = date(2026, 6, 1)
    assert review_due(checked, 90, date(2026, 8, 30)) is None
    assert review_due(checked, 90, date(2026, 8, 31)) == date(2026, 8, 30)
    assert review_due(checked, 0, date(2036, 1, 1)) is None
    assert review_due(None, 90, date(2036, 1, 1)) is None
    assert "30 August 2026" in texts.overdue(date(2026, 8, 30))


def test_unknown_categories_have_a_name() -> None:
    """A category of one's own is shown by its own name, after the known ones."""
    assert texts.category("vpn") == "VPN"
    assert texts.category("lab-equipment") == "Lab equipment"
    names = sorted(["lab-equipment", "desk", "accounts"], key=texts.category_order)
    assert names == ["accounts", "desk", "lab-equipment"]


def test_counts() -> None:
    """One result is not "1 results"."""
    assert (texts.results(1), texts.results(2)) == ("1 result", "2 results")
