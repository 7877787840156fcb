"""The figures of an item in words and as a share, and when its verification lapses."""

from datetime import date
from math import isclose

from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.editorial.facts import carried
from bot.assistant.editorial.figures import Figures, in_words
from bot.assistant.editorial.scoring import wilson
from kb.lapsing import DATE, NOT_HELPFUL, REOPENED, WRONG, Standing, due_on, first_reason, is_due, told, untold
from tests.making import NOW, brief

VPN = ("article", "vpn")


class TestCarried:
    """What a ticket says of items."""

    def test_what_a_ticket_carries(self):
        """What was shown without help, and what was gone through; not what search only found."""
        only_found = {"kind": "article", "slug": "x", "rejected": False}
        found = [{"kind": "article", "slug": "vpn", "rejected": True}, only_found]
        assert carried({"found": found, "tried": [{"recipe": "vpn-fix"}]}) == {VPN, ("recipe", "vpn-fix")}
        assert carried(brief().to_json()) == {("recipe", "vpn")}
        assert carried({}) == set()


class TestScore:
    """Wilson's interval."""

    def test_known_values(self):
        """As a table has them, to three places: 8 of 10, 1 of 1, 0 of 3."""
        assert isclose(wilson(8, 10).low, 0.490, abs_tol=5e-4)
        assert isclose(wilson(8, 10).high, 0.943, abs_tol=5e-4)
        assert isclose(wilson(1, 1).low, 0.207, abs_tol=5e-4)
        assert (wilson(0, 3).low, wilson(0, 0).low, wilson(0, 0).high) == (0, 0, 1)

    @given(st.integers(0, 500), st.integers(1, 500))
    def test_it_holds_the_share(self, good: int, more: int):
        """The share lies within, and the bounds within 0 and 1; more of the same brings them nearer."""
        judged = good + more
        own, again = wilson(good, judged), wilson(good * 4, judged * 4)
        assert 0 <= own.low <= good / judged <= own.high <= 1
        assert again.high - again.low < own.high - own.low

    def test_in_words(self):
        """One line that says why, whatever is known."""
        assert in_words(Figures()) == "Nobody was shown it."
        assert in_words(Figures(shown=1)) == "Shown 1 time; nobody said whether it helped."
        assert in_words(Figures(shown=1, confirmed=1)) == "Helped the one person who was heard of."
        assert in_words(Figures(shown=9, confirmed=3, failed=2, reopened=1, escalations={"a": 1, "b": 1})) == (
            "Helped 3 of the 5 people who were heard of; 1 ticket was opened again; 2 tickets moved up."
        )


class TestLapsing:
    """When a verification no longer holds."""

    ITEM = Standing(
        id=1, kind="article", slug="vpn", title="VPN", owner="", revision=1, verified=date(2026, 6, 1), review_every=30,
        since=NOW,
    )  # fmt: skip
    LIMITS = ((WRONG, 1), (REOPENED, 0), (NOT_HELPFUL, 3))

    def test_dates(self):
        """It is due the day after its time has passed; without a date or an interval never."""
        assert due_on(date(2026, 6, 1), 30) == date(2026, 7, 1)
        assert not is_due(date(2026, 6, 1), 30, date(2026, 7, 1))
        assert is_due(date(2026, 6, 1), 30, date(2026, 7, 2))
        assert due_on(None, 30) is due_on(date(2026, 6, 1), 0) is None

    def test_the_first_reason(self):
        """The date first, then the gravest; a limit of 0 counts for nothing, and less than the limit is not enough."""
        day, fine = date(2026, 6, 20), ((WRONG, 0), (REOPENED, 9), (NOT_HELPFUL, 2))
        assert first_reason(self.ITEM, fine, self.LIMITS, day) is None
        assert first_reason(self.ITEM, fine, self.LIMITS, date(2026, 7, 2)) == (DATE, 0)
        worse = ((WRONG, 1), (REOPENED, 0), (NOT_HELPFUL, 5))
        assert first_reason(self.ITEM, worse, self.LIMITS, day) == (WRONG, 1)
        assert first_reason(self.ITEM, ((WRONG, 0), *worse[1:]), self.LIMITS, day) == (NOT_HELPFUL, 5)

    def test_how_it_is_kept(self):
        """A reason and its count in one word."""
        assert [untold(told(*one)) for one in ((DATE, 0), (WRONG, 2))] == [(DATE, 0), (WRONG, 2)]
