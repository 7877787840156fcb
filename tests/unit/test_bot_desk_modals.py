"""The forms of the menu on a card: Slack takes each, whatever the ticket and the desk hold."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.blocks import check_view
from bot.slack import after, desk_modals, modals
from bot.slack import desk_texts as words
from bot.slack.listeners.desk_forms import AT, vendor_case
from handoff.corrections import Labels
from handoff.desk import Desk, Queue, Vendor, load_desk
from handoff.tickets import Kind, State
from tests.making import ticket
from tests.mrkdwn_reading import live_parts, texts_of

DATA = Path(__file__).parents[2] / "data"
NASTY = "<!channel> & <@U0BAD>"
LABELS = Labels(kind=Kind.INCIDENT, category="odd one", impact="low", urgency="high")


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The shipped desk, whose last queue somebody outside works in, with two vendors."""
    desk = load_desk(DATA / "desk.yaml")
    queues = [one.model_copy(update={"watch": one.tier == 4}) for one in desk.queues]
    vendors = [Vendor(name="North Telecom"), Vendor(name="v" * 80)]
    return desk.model_copy(update={"queues": queues, "vendors": vendors})


def taken(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The inputs of a view by name, once Slack would take it."""
    check_view(view, "modal")
    return {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}


def queue(name: str) -> Queue:
    """A queue by a name."""
    return Queue(name=name, tier=2, channel="c", hours="office")


@pytest.mark.parametrize("verb", desk_modals.PLAIN)
def test_each_plain_form(verb):
    """It opens, remembers verb and ticket, and has the input that its errors are shown under."""
    view = desk_modals.PLAIN[verb](ticket(State.CLAIMED, summary=NASTY * 5))
    assert AT[verb] in taken(view)
    assert view["private_metadata"].split("|")[:2] == [verb, "7"]
    dead = [part for one in texts_of(view) if one["type"] == "mrkdwn" for part in live_parts(one["text"])]
    assert dead == []


def test_what_was_seen_is_remembered():
    """Who had it, and in which queue it was."""
    one = ticket(State.CLAIMED)
    assert desk_modals.assign(one)["private_metadata"] == "assign|7|U0LIAMOKAF"
    assert desk_modals.take(one)["private_metadata"] == "take|7|U0LIAMOKAF"
    assert desk_modals.move(one, [queue("a")])["private_metadata"] == "move|7|service-desk"


@pytest.mark.parametrize("count", [1, 100, 300])
def test_move(count):
    """It opens with as many queues as a menu holds."""
    options = taken(desk_modals.move(ticket(), [queue(f"queue-{n}" * 4) for n in range(count)]))["queue"]["options"]
    assert len(options) == min(count, 100)


@pytest.mark.parametrize("verb", ["link_now", "merge_now"])
def test_sure(verb):
    """Both titles are shown before it is done; the other's number is remembered."""
    view = desk_modals.sure(verb, ticket(), ticket(id=8, number="REQ-000008", summary=f"another {NASTY}"))
    assert taken(view) == {}
    assert "another" in str(view["blocks"])
    assert view["private_metadata"] == f"{verb}|7|REQ-000008"


class TestVendors:
    """What is asked where somebody outside works."""

    def test_escalate_asks_for_the_vendor(self, desk):
        """From the tier below it, and from no other."""
        asked = set(taken(modals.escalate(ticket(tier=3, queue="network"), desk)))
        assert {"vendor", "vendor_other", "vendor_number", "vendor_promised"} <= asked
        assert "vendor_other" not in taken(modals.escalate(ticket(), desk))

    def test_without_vendors_in_the_file(self, desk):
        """The name is typed."""
        bare = desk.model_copy(update={"vendors": []})
        assert "vendor" not in taken(modals.escalate(ticket(tier=3, queue="network"), bare))

    def test_news_begins_with_what_is_known(self, desk):
        """Name, number and day; the day is that of the queue's own calendar."""
        promised = datetime(2026, 12, 1, 23, 59, tzinfo=UTC)
        known = {"vendor_number": "C-1", "vendor_promised": promised, "queue": "vendors", "tier": 4}
        asked = taken(desk_modals.vendor_news(ticket(State.VENDOR, vendor="North Telecom", **known), desk))
        assert asked["vendor"]["initial_option"]["value"] == "North Telecom"
        assert asked["vendor_number"]["initial_value"] == "C-1"
        assert asked["vendor_promised"]["initial_date"] == "2026-12-01"
        asked = taken(desk_modals.vendor_news(ticket(State.VENDOR, vendor="Else", **known), desk))
        assert asked["vendor_other"]["initial_value"] == "Else"

    def test_what_is_typed_counts_more(self):
        """A name that was typed is the vendor; a day is read."""
        case = vendor_case({"vendor": "A", "vendor_other": " B ", "vendor_promised": "2026-12-01"})
        assert (case.vendor, str(case.promised)) == ("B", "2026-12-01")
        assert vendor_case({"vendor": "A"}).vendor == "A"


class TestPrefilled:
    """Forms that a thread command led to."""

    def test_escalate(self, desk):
        """Reason and note are there; the box is not ticked."""
        asked = taken(modals.escalate(ticket(), desk, reason="vendor", note="look"))
        assert asked["reason"]["initial_option"]["value"] == "vendor"
        assert asked["note"]["initial_value"] == "look"
        assert "initial_options" not in asked["reviewed"]

    def test_resolve(self, desk):
        """Code and note are there, and from tier 3 where it is documented is asked."""
        one = ticket(tier=3, queue="network")
        view = modals.resolve(one, desk, code="explained", note="so", documented=after.documented_blocks(one, desk))
        asked = taken(view)
        assert (asked["code"]["initial_option"]["value"], asked["note"]["initial_value"]) == ("explained", "so")
        assert len(asked) > 2
        assert after.documented_blocks(ticket(), desk) == []


class TestNewTicket:
    """A ticket that staff open."""

    @pytest.mark.parametrize("text", ["", "x" * 3_000, NASTY])
    @pytest.mark.parametrize("count", [0, 300])
    def test_it_opens(self, text, count):
        """Whatever the text and however many categories, with the guess chosen."""
        names = [f"category {n}" for n in range(count)]
        view = desk_modals.new_ticket(text, "U1", LABELS, names, {2: "Service desk"}, "C1|1.5")
        asked = taken(view)
        assert asked["requester"]["initial_user"] == "U1"
        chosen = {name: asked[name]["initial_option"]["value"] for name in ("category", "impact", "urgency", "tier")}
        assert chosen == {"category": "odd one", "impact": "low", "urgency": "high", "tier": "0"}
        assert view["private_metadata"] == "C1|1.5"

    def test_nothing_to_guess_from(self):
        """Nothing is chosen where there is no text, but for what is usual."""
        asked = taken(desk_modals.new_ticket("", "", desk_modals.NO_GUESS, ["vpn"], {}))
        assert "initial_option" not in asked["category"]
        assert "initial_user" not in asked["requester"]
        assert [row["value"] for row in asked["category"]["options"]] == ["vpn"]

    def test_while_it_is_read(self):
        """A form without inputs stands there meanwhile."""
        assert taken(desk_modals.reading()) == {}
        assert words.NEW_READING in str(desk_modals.reading())
