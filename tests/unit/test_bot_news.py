"""Word to the requester of what changed, and to staff in the card's thread."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.showing import Face, Promise
from bot.slack.desk import card_texts
from bot.slack.desk.news import news
from bot.slack.desk.staff_news import IN_QUEUE, line, warning
from handoff.tickets import State
from tests.cards import LIAM, NASTY, PRIYA, live, words
from tests.making import NOW, ticket
from tests.mrkdwn_reading import live_parts

KINDS = sorted({*card_texts.NEWS, "something_new"})
AT = f"<!date^{NOW.timestamp():.0f}^"


def told(what: str, state: State = State.CLAIMED, note: str = "", who: str = "Liam Okafor", **changes: Any) -> str:
    """What a requester reads of a change by Priya."""
    return words(news(ticket(state, **changes), what, "Priya Nair", note, "UTC", who=who))


class TestNews:
    """What the requester is told."""

    @pytest.mark.parametrize("what", KINDS)
    @pytest.mark.parametrize("note", ["", "Gave it a **new** certificate.", "x" * 3_000, NASTY * 80])
    def test_every_kind(self, what, note):
        """Each kind of news fits, names the ticket, and calls nobody, whatever has become of the ticket since."""
        for state in State:
            known = ticket(state, vendor=note[:80], vendor_promised=NOW, wakes_at=NOW, summary=note[:120])
            message = news(known, what, "Liam <Okafor>", note, "UTC", who=note[:40], own="INC-000009")
            assert "INC-000007" in words(message)
            assert not live(message)
            assert "{" not in words(message).replace("{date_short_pretty} {time}", "")

    @given(note=st.text(alphabet="abcdefgh", min_size=12, max_size=40), what=st.sampled_from(KINDS))
    def test_what_is_internal_stays_so(self, what, note):
        """Only a note that was asked for as one for the requester is ever told to them."""
        assert (note in told(what, note=note)) == (what == "held")

    @pytest.mark.parametrize(
        ("what", "state", "said"),
        [
            ("claimed", State.CLAIMED, "*Priya Nair* has taken *INC-000007*"),
            ("handed_back", State.NEW, "back with *Service desk*"),
            ("assigned", State.CLAIMED, "*Liam Okafor* looks after *INC-000007* from now on"),
            ("moved", State.NEW, "with *Service desk* now"),
            ("held", State.HELD, f"is paused until *{AT}"),
            ("resumed", State.CLAIMED, "working on *INC-000007* again"),
            ("escalated", State.ESCALATED, "moved on to *Service desk*, who know more"),
            ("reviewing", State.ESCALATED, "The IT operations manager looks at *INC-000007*"),
            ("vendor", State.VENDOR, "*Acme* works on it now. Liam Okafor stays with it and keeps"),
            ("vendor_news", State.VENDOR, f"News on *INC-000007* from *Acme*. They promised it for *{AT}"),
            ("vendor_done", State.CLAIMED, "has answered on *INC-000007*. *Liam Okafor* is working on it"),
            ("reopened", State.REOPENED, "open again, with *Service desk*. Sorry"),
            ("opened", State.NEW, "*Priya Nair* opened ticket *INC-000007* (P4) for you: “vpn is stuck”"),
        ],
    )  # fmt: skip
    def test_says(self, what, state, said):
        """Who has it, where it is, what happens next."""
        assert said in told(what, state, vendor="Acme", vendor_promised=NOW, wakes_at=NOW)

    def test_what_is_no_longer_so(self):
        """What a slow message would promise wrongly is left out."""
        assert told("held", note="parts") == "*INC-000007* is paused for a while: parts"
        assert told("assigned", who="").startswith("A colleague looks after *INC-000007*")
        assert "They have not promised a date yet." in told("vendor", State.VENDOR, vendor="Acme")

    def test_a_ticket_of_their_own(self):
        """Whoever opened it themselves is not told that a colleague did."""
        own = words(news(ticket(), "opened", "", "", "UTC"))
        assert own.startswith("Your ticket is *INC-000007* (P4): “vpn is stuck”")

    def test_merged(self):
        """Whose ticket went on as another one is told why they hear of that."""
        assert "INC-000009 goes on as INC-000007" in words(
            news(ticket(), "claimed", "Liam", "", "UTC", own="INC-000009")
        )

    def test_a_correction_promises_what_is_still_to_come(self):
        """An answer is promised until somebody has taken the ticket, the end until it is resolved."""
        both = [told("corrected", state) for state in (State.NEW, State.CLAIMED)]
        assert ["answers by" in one for one in both] == [True, False]
        assert all("done by" in one for one in both)


def staff(what: str, **facts: Any) -> str:
    """What staff are told of a change by Priya."""
    known = ticket(State.CLAIMED, vendor="Acme", vendor_promised=facts.pop("promised", None))
    return line(known, {"ticket": 7, "what": what, "by": PRIYA, **facts}).text


class TestStaff:
    """What staff are told below the card."""

    @pytest.mark.parametrize(
        ("what", "facts", "said"),
        [
            ("handed_back", {}, f"<@{PRIYA}> handed *INC-000007* back to *Service desk*. It waits to be claimed."),
            ("assigned", {"to": LIAM, "note": "a & b"}, f"<@{LIAM}>, <@{PRIYA}> gave you *INC-000007*.\n“a &amp; b”"),
            ("moved", {"note": "net"}, f"<@{PRIYA}> moved *INC-000007* to *Service desk*. It waits to be claimed.\n“n"),
            ("bounced", {}, "*INC-000007* was moved about too often, so it is with *Service desk* now: please decide"),
            ("resumed", {"to": LIAM, "why": ""}, f"<@{LIAM}>, *INC-000007* goes on."),
            ("resumed", {"to": LIAM, "why": "answered"}, f"<@{LIAM}>, the requester of *INC-000007* has answered"),
            ("resumed", {"to": "", "why": "over"}, "Whoever can, the pause of *INC-000007* is over"),
            ("escalated", {}, "*INC-000007* is with *Service desk* now, waiting to be claimed."),
            ("reopened", {}, f"<@{PRIYA}> reopened *INC-000007*."),
            ("confirmed", {}, f"<@{PRIYA}> says that it works again, and closed *INC-000007*."),
            ("chase", {"to": LIAM, "vendor": "Acme", "case": "C-1", "promised": NOW},
             f"<@{LIAM}>, please ask Acme (case C-1) about *INC-000007*: what they promised for {AT}"),
            ("chase", {"to": LIAM, "vendor": "Acme", "case": ""}, f"<@{LIAM}>, please ask Acme (no case number yet)"),
            ("joined", {"other": "INC-000009"}, f"*INC-000009* was merged into *INC-000007* by <@{PRIYA}>"),
            ("left", {"to": LIAM}, f"<@{LIAM}> is no longer in this workspace"),
        ],
    )  # fmt: skip
    def test_says(self, what, facts, said):
        """Each kind says who did what, and calls whoever has to act."""
        assert staff(what, **facts).startswith(said)

    def test_loud(self):
        """The whole channel hears only where somebody has to act and no person is called."""
        facts = {"ticket": 7, "by": PRIYA, "vendor": "Acme", "case": "", "other": "INC-9"}
        whats = [what for what in card_texts.STAFF_NEWS if what != "resumed_answered"]
        loud = {what for what in whats if line(ticket(), facts | {"what": what, "to": LIAM}).loud}
        assert loud == IN_QUEUE | {"left"}
        assert line(ticket(), facts | {"what": "resumed", "to": ""}).loud

    @given(text=st.text(alphabet="<>@!|&U0BAD#x ", min_size=1, max_size=80), what=st.sampled_from(sorted(IN_QUEUE)))
    def test_calls_nobody_else(self, text, what):
        """A note calls nobody."""
        assert set(live_parts(staff(what, note=text, other=text, vendor=text))) <= {f"@{PRIYA}"}


class TestWarning:
    """What is due when, and how much is left."""

    @pytest.mark.parametrize(
        ("target", "left", "at", "said"),
        [
            ("response", 30, 75, f":alarm_clock: <@{LIAM}>: *INC-000007* (P4) needs an answer by {AT}"),
            ("resolution", 30, 90, f":alarm_clock: <@{LIAM}>: *INC-000007* (P4) should be done by {AT}"),
            ("response", 0, 100, f":rotating_light: <@{LIAM}>: *INC-000007* (P4) should be answered since {AT}"),
            ("resolution", -65, 100, f":rotating_light: <@{LIAM}>: *INC-000007* (P4) should be done since {AT}"),
        ],
    )
    def test_says(self, target, left, at, said):
        """Before it is late how much is left, after it how late it is; and who has it."""
        promise = Promise(target=target, due=NOW, left=timedelta(minutes=left))
        text = warning(
            ticket(State.CLAIMED), Face(promises=(promise,)), {"target": target, "at": at}, [f"<@{LIAM}>"], ""
        )
        assert text.startswith(said)
        assert {30: ", 30 min left.", 0: "; it is 0 min late.", -65: "; it is 1 h 5 min late."}[left] in text
        assert text.endswith(f"It is with Service desk; <@{LIAM}> has it.")

    def test_nobody_has_it(self):
        """Without a person it is said to whoever can; with the card's address its number leads there."""
        face = Face(promises=(Promise(target="response", due=NOW, left=timedelta(hours=1)),), stands=True)
        text = warning(ticket(), face, {"target": "response", "at": 75}, [], "https://x.example/a&b")
        assert text.startswith(":alarm_clock: Whoever can: *<https://x.example/a&amp;b|INC-000007>*")
        assert text.endswith("It is with Service desk, and nobody has it. Its clock stands now.")
