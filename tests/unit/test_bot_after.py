"""What a requester is told after the work, and where its fix is written down."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.blocks import check_blocks, check_view
from bot.slack import ids
from bot.slack.blocks import Message, modal
from bot.slack.desk import after
from bot.slack.desk import after_texts as texts
from bot.slack.desk.standing import state
from bot.standing import Ended, Standing
from core.errors import BadInput
from handoff.brief import RunBook
from handoff.desk import load_desk
from handoff.ending import MAX_DOCUMENTED, NO_ANSWER
from handoff.tickets import State
from tests.making import NOW, brief, ticket
from tests.mrkdwn_reading import live_parts, texts_of

DESK = load_desk(Path(__file__).parents[2] / "data" / "desk.yaml")
DAY = timedelta(days=1)
NASTY = "<!channel> & <@U0BAD> {x} "
RATES = [f"{ids.RATE}_{n}" for n in range(1, 6)]


def end(which: State = State.RESOLVED, **changes: Any) -> Ended:
    """The end of a ticket; what is not the ticket's own is taken out of the changes."""
    own = {"by": "U0LIAMOKAF", "now": NOW, "reopens_until": NOW + 14 * DAY, "closes_at": NOW + 3 * DAY}
    own |= {name: changes.pop(name) for name in list(changes) if name in Ended.__dataclass_fields__}
    return Ended(ticket=ticket(which, **changes), **own)


def shown(message: Message) -> str:
    """Its words, once Slack would take it."""
    return "\n".join(part["text"] for part in texts_of(check_blocks(message.payload()["blocks"], "message")))


def buttons(message: Message) -> list[str]:
    """What can be pressed."""
    return [one["action_id"] for block in message.blocks for one in block.get("elements", []) if "action_id" in one]


class TestResolved:
    def test_it_tells_what_was_done_by_whom_and_until_when_it_can_be_undone(self):
        """And asks whether it works."""
        message = after.notice(end(), "resolved", "Liam Okafor", "Gave it a new certificate.", "UTC")
        told = shown(message)
        for part in ("*Liam Okafor* resolved *INC-000007*: Gave it a new certificate.", texts.RESOLVED_ASKS,
                     "closes by itself on", "opened again until"): assert part in told  # fmt: skip
        assert buttons(message) == [ids.CONFIRM, ids.REOPEN]

    def test_one_who_did_not_answer(self):
        """Is told that, and how it goes on."""
        told = shown(after.notice(end(resolution_code=NO_ANSWER), "resolved", "firstline", "", "UTC"))
        assert "have not heard from you" in told
        assert "firstline" not in told

    def test_one_whose_ticket_was_merged(self):
        """Hears of it under both numbers, cannot confirm it for the other one, and can say that it is not fixed."""
        message = after.notice(end(heard_as="INC-000009"), "resolved", "Liam", "Done.", "UTC")
        assert "resolved *INC-000007*, which your *INC-000009* goes on as: Done." in shown(message)
        assert buttons(message) == [ids.REOPEN]

    @pytest.mark.parametrize("which", [State.REOPENED, State.CLAIMED, State.CLOSED])
    def test_what_went_on_meanwhile_asks_nothing(self, which):
        """The words stay true; the buttons would not."""
        assert buttons(after.notice(end(which), "resolved", "Liam", "Done.", "UTC")) == []


class TestClosed:
    def test_it_is_asked_once_how_it_went(self):
        """Five buttons with words, if nobody has asked before."""
        assert buttons(after.notice(end(State.CLOSED, asks=True), "closed", "", "", "UTC")) == [*RATES, ids.REOPEN]
        assert buttons(after.notice(end(State.CLOSED), "closed", "", "", "UTC")) == [ids.REOPEN]

    def test_assumed_and_confirmed_are_told_apart(self):
        """One says that nothing was heard, the other that they said so."""
        assumed = shown(after.notice(end(State.CLOSED, closed_how="assumed"), "closed", "", "", "UTC"))
        confirmed = shown(after.notice(end(State.CLOSED, closed_how="confirmed"), "closed", "", "", "UTC"))
        assert "since I heard nothing more" in assumed
        assert "you told us that it works" in confirmed

    def test_merged(self):
        """It goes on as another one: nothing to rate or to open."""
        message = after.notice(end(State.CLOSED, closed_how="merged"), "closed", "", "INC-000001", "UTC")
        assert "goes on as *INC-000001*" in shown(message)
        assert buttons(message) == []

    def test_after_the_days_there_is_no_way_back(self):
        """The button is gone with the right."""
        assert buttons(after.notice(end(State.CLOSED, reopens_until=NOW - DAY), "closed", "", "", "UTC")) == []


class TestRated:
    @pytest.mark.parametrize("rating", range(1, 6))
    def test_the_ratings_go_and_thanks_come(self, rating):
        """With room for a word on it, and after a bad one the way back."""
        message = after.rated(end(State.CLOSED, rating=rating))
        assert texts.RATINGS[rating] in shown(message)
        assert buttons(message) == [ids.COMMENT, *([ids.REOPEN] if rating <= after.LOW else [])]

    def test_after_a_word_there_is_nothing_left_to_ask(self):
        """The word itself is not told again: others may read along."""
        message = after.rated(end(State.CLOSED, rating=5, rating_note="Fast!"))
        assert buttons(message) == []
        assert "Fast!" not in shown(message)

    def test_the_form(self):
        """Slack takes it; it knows its ticket and its message."""
        view = check_view(after.comment(ticket(), "C1", "1.5"), "modal")
        assert view["private_metadata"] == "7|C1|1.5"


@pytest.mark.parametrize(
    ("which", "changes", "found"),
    [
        (State.RESOLVED, {}, [ids.CONFIRM, ids.REOPEN]), (State.CLOSED, {"asks": True}, [*RATES, ids.REOPEN]),
        (State.CLOSED, {"rating": 4}, [ids.COMMENT]), (State.REOPENED, {}, []), (State.CLAIMED, {}, []),
    ],
)  # fmt: skip
def test_a_late_click_shows_what_is(which, changes, found):
    """Whatever the message was drawn for."""
    ended = end(which, **changes)
    told = state(Standing(ticket=ended.ticket, since=NOW, now=NOW), "Liam", "UTC")
    assert buttons(after.present(ended, "Liam", told, "UTC")) == found


@pytest.mark.parametrize("what", sorted(after.KINDS))
@pytest.mark.parametrize("which", State)
def test_nothing_written_is_live(what, which):
    """Whatever staff wrote or are called."""
    message = after.notice(end(which, resolution=NASTY * 200, asks=True), what, NASTY, NASTY * 200, "UTC")
    assert not [one for one in live_parts(shown(message)) if one.startswith(("!channel", "@U0BAD"))]


class TestDocumented:
    def test_below_tier_three_nothing_is_asked(self):
        """Nor is anything kept."""
        assert after.documented_blocks(ticket(tier=2), DESK) == []
        assert after.documented({"code": "fixed"}) == ""

    def test_the_form_offers_drafts_and_what_was_found(self):
        """Articles, recipes and run-books of the ticket, each once."""
        book = RunBook(slug="vpn-gateway", title="VPN gateway", category="vpn", likeness=0.8)
        blocks = after.documented_blocks(ticket(tier=3, brief=brief(runbooks=(book, book))), DESK)
        view = check_view(modal("x", "Resolve", "Resolve", blocks), "modal")
        options = [one["value"] for one in view["blocks"][0]["element"]["options"]]
        assert options == ["draft:recipe", "draft:article", "recipe:vpn", "runbook:vpn-gateway", "known", "no"]

    @pytest.mark.parametrize(
        ("chosen", "note", "said"),
        [("draft:recipe", "", "draft:recipe"), ("recipe:vpn", "ignored", "recipe:vpn"), ("known", " vpn ", "known:vpn"),
         ("no", "A one-off.", "no:A one-off.")],
    )  # fmt: skip
    def test_what_was_chosen(self, chosen, note, said):
        """As the use case takes it."""
        assert after.documented({"documented": chosen, "documented_note": note}) == said

    @pytest.mark.parametrize("chosen", ["known", "no"])
    def test_a_name_or_a_reason_has_to_be_there(self, chosen):
        """Blanks are none."""
        with pytest.raises(BadInput, match="Please write"):
            after.documented({"documented": chosen, "documented_note": "  "})

    def test_the_longest_reason_fits(self):
        """What the form takes is kept whole."""
        assert len(f"no:{'x' * after.MAX_REASON}") <= MAX_DOCUMENTED

    def test_a_draft_is_told_with_a_button(self):
        """Of an article, the button says so."""
        assert after.drafted(ticket(), "recipe", "vpn-inc-000007", NASTY).blocks[1]["elements"][0]["value"] == (
            "recipe|vpn-inc-000007|0"
        )
        message = after.drafted(ticket(), "article", "vpn-inc-000007", NASTY)
        assert message.blocks[1]["elements"][0]["value"] == "article|vpn-inc-000007|0"
        assert live_parts(shown(message)) == []
