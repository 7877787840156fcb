"""The figures of an item: people count once, and what they say last."""

from datetime import date, timedelta
from math import isclose

from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.editorial.facts import OnTicket, Shown, Verdict, carried
from bot.assistant.editorial.figures import Facts, Figures, figures, in_words
from bot.assistant.editorial.scoring import wilson
from kb.lapsing import DATE, NOT_HELPFUL, REOPENED, WRONG, Standing, due_on, first_reason, is_due, told, untold
from tests.making import NOW, brief

VPN = ("article", "vpn")


def shown(person: str, conversation: int, times: int = 1) -> Shown:
    """The article was shown to somebody."""
    return Shown(item=VPN, person=person, conversation=conversation, times=times, first=NOW)


def said(person: str, *, helped: bool) -> Verdict:
    """Somebody said whether it helped."""
    return Verdict(item=VPN, person=person, helped=helped, at=NOW)


def on(ticket: int, person: str, what: str) -> OnTicket:
    """A ticket was opened again, or moved up."""
    return OnTicket(item=VPN, ticket=ticket, person=person, what=what, at=NOW, reopened=what == "reopened")


def counted(**facts: object) -> Figures:
    """The article's figures."""
    values: dict[str, object] = {"shown": (), "verdicts": (), "opened": (), "on_tickets": ()}
    return figures(Facts(**(values | facts)))[VPN]  # type: ignore[arg-type]  # tests give each part its type


class TestCounting:
    """What is counted, and how often."""

    def test_each_person_in_one_place(self):
        """Confirmed, assumed, not helped; who has a ticket is none of the assumed."""
        later = NOW + timedelta(minutes=5)
        own = counted(
            shown=[shown("A", 1, 2), shown("B", 2), shown("C", 3), shown("D", 4), shown("A", 5)],
            verdicts=[said("A", helped=True), said("B", helped=False)], opened=[(2, 70, later), (4, 71, later)],
        )
        assert own == Figures(shown=6, confirmed=1, assumed=1, not_helpful=1, tickets=2, failed=1)
        assert own.judged == 2

    def test_a_ticket_of_before(self):
        """A ticket that its conversation had before it was shown did not come of it."""
        own = counted(shown=[shown("A", 1)], opened=[(1, 7, NOW - timedelta(minutes=1)), (2, 8, NOW)])
        assert (own.tickets, own.assumed) == (0, 1)

    def test_one_failure_a_person(self):
        """Not helped, moved up and opened again by the same person is one failure, with every fact told."""
        own = counted(
            shown=[shown("A", 1)], verdicts=[said("A", helped=False)],
            on_tickets=[on(7, "A", "wrong-article"), on(7, "A", "reopened"), on(8, "A", "wrong-article")],
        )
        assert (own.not_helpful, own.reopened, own.escalations, own.failed) == (1, 1, {"wrong-article": 2}, 1)
        assert own.score == 0

    def test_a_fix_that_did_not_last(self):
        """Whoever confirmed it and had to come back is not helped."""
        own = counted(verdicts=[said("A", helped=True)], on_tickets=[on(7, "A", "reopened")])
        assert (own.confirmed, own.failed) == (0, 1)

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
