"""Everything in the menu of a ticket's card: a form each, what it does, and what a late or a wrong one is told."""

from collections.abc import Iterator

import pytest

from bot.slack import ids
from bot.slack.blocks import actions, menu
from bot.slack.desk import texts as desk_texts
from tests.functional.desk import VENDOR, choose, facts, open_desk, opened, row, write
from tests.functional.office import (
    CLOSED,
    EMMA,
    LEVEL2,
    LEVEL3,
    LIAM,
    PRIYA,
    Colleague,
    Json,
    Office,
    Prepared,
    actions_of,
    at_once,
    number_of,
    offered,
    press_as_it_was,
    said,
)
from tests.functional.test_firstline_trouble import invite

LATER = "2027-03-01"

pytestmark = pytest.mark.usefixtures("no_errors")


@pytest.fixture(scope="module")
def office(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A running Firstline with a desk that has it all."""
    with open_desk(prepared, tmp_path_factory.mktemp("office")) as made: yield made


def escalated(office: Office, emma: Colleague, liam: Colleague) -> tuple[Json, str]:
    """A ticket that liam has sent to tier 3."""
    card, number = opened(office, emma, liam)
    liam.press(card, ids.ESCALATE)
    assert liam.fill(liam.modal(), reason="needs-access", note="see the log") == CLOSED
    assert row(office, number, "tier", "state") == (3, "escalated")
    return card, number


class TestOneQueue:
    """Work in a queue."""

    def test_the_menu_of_the_card(self, office: Office, emma: Colleague, liam: Colleague):
        """It offers what fits, and does what was chosen; the card is drawn anew."""
        card, number = opened(office, emma, liam)
        assert "hand_back" not in offered(card)
        liam.press(card, ids.CLAIM)
        card = liam.changed(card, lambda one: "hand_back" in offered(one)) | {"channel": LEVEL2}
        liam.press(card, ids.MORE, selected_option=offered(card)["hand_back"])
        assert liam.fill(liam.modal(), note="") == CLOSED
        liam.changed(card, lambda one: ids.CLAIM in actions_of(one))
        assert row(office, number, "state") == ("new",)

    def test_take_and_hand_back(self, office: Office, emma: Colleague, liam: Colleague):
        """From nobody at once; back with a note that the requester does not read."""
        _, number = opened(office, emma, liam)
        choose(office, liam, number, "take")
        office.all_heard()
        assert row(office, number, "state", "assignee") == ("claimed", LIAM)
        choose(office, liam, number, "hand_back")
        assert liam.fill(liam.modal(), note="the cable is new, password is Zebra!Lamp42") == CLOSED
        assert row(office, number, "state", "assignee") == ("new", "")
        assert "the cable is new" in facts(office, number, "handed_back")
        assert "Zebra!Lamp42" not in facts(office, number, "handed_back")
        told = [payload for (payload,) in office.rows("select payload from outbox where kind = 'notice'")]
        assert "the cable is new" not in str(told)

    def test_take_over(self, office: Office, emma: Colleague, liam: Colleague, priya: Colleague):
        """From somebody only after a look at who has it; a late yes is told who has it now, and changes nothing."""
        card, number = opened(office, emma, liam)
        liam.press(card, ids.CLAIM)
        office.all_heard()
        choose(office, priya, number, "take")
        view = priya.modal()
        assert f"<@{LIAM}>" in said(view)
        choose(office, liam, number, "assign")
        assert liam.fill(liam.modal(), to="U0MARCUSWE", note="") == CLOSED
        answer = priya.fill(view)
        assert "went to Marcus Webb a moment ago" in said(answer["view"])
        assert row(office, number, "assignee") == ("U0MARCUSWE",)

    def test_assign(self, office: Office, emma: Colleague, liam: Colleague):
        """Whoever is no member of the staff cannot get it: the form names them, as people are called."""
        _, number = opened(office, emma, liam)
        choose(office, liam, number, "assign")
        view = liam.modal()
        assert liam.fill(view, to=EMMA, note="")["errors"] == {
            "to": "Emma Larsen does not work on tickets of tier 2."
        }  # fmt: skip
        assert liam.fill(view, to=PRIYA, note="you know these") == CLOSED
        assert row(office, number, "assignee", "state") == (PRIYA, "claimed")
        assert "you know these" in facts(office, number, "assigned")

    def test_move(self, office: Office, emma: Colleague, liam: Colleague):
        """Into another queue of the tier; no queue above, and none that is not worked in, is offered."""
        _, number = opened(office, emma, liam)
        choose(office, liam, number, "move")
        view = liam.modal()
        options = next(block for block in view["blocks"] if block["block_id"] == "queue")["element"]["options"]
        assert [one["value"] for one in options] == ["on-site"]
        assert liam.fill(view, queue="on-site", note="needs hands") == CLOSED
        assert row(office, number, "queue", "state") == ("on-site", "new")

    def test_pause_and_go_on(self, office: Office, emma: Colleague, liam: Colleague):
        """Until a day to come, for a reason; then on by hand. A day that has passed is told under its input."""
        _, number = opened(office, emma, liam)
        choose(office, liam, number, "hold")
        view = liam.modal()
        assert "still to come" in liam.fill(view, until="2020-01-01", note="a part")["errors"]["until"]
        assert liam.fill(view, until=LATER, note="a part comes") == CLOSED
        assert row(office, number, "state") == ("held",)
        assert str(row(office, number, "wakes_at")[0]).startswith(LATER)
        choose(office, liam, number, "resume")
        office.all_heard()
        assert row(office, number, "state") == ("new",)
        choose(office, liam, number, "resume")
        assert "is not paused" in liam.whispered()["text"]

    def test_correct_and_why(self, office: Office, emma: Colleague, liam: Colleague):
        """Both forms of before open from the menu, too."""
        _, number = opened(office, emma, liam)
        choose(office, liam, number, "correct")
        assert liam.modal()["callback_id"] == ids.CORRECT_VIEW
        choose(office, liam, number, "why")
        assert liam.modal()["callback_id"] == ids.WHY

    def test_an_older_menu(self, office: Office, emma: Colleague, liam: Colleague):
        """A verb that nobody knows is one clear line, and so is none at all."""
        _, number = opened(office, emma, liam)
        value = {"selected_option": None}  # what Slack sends when the chosen one is chosen again
        message = office.bot().chat_postMessage(
            channel=LEVEL2, text="menu", blocks=[actions(menu(ids.MORE, "More", {f"take|{number}": "Take"}))]
        )["message"]
        liam.press(message, ids.MORE, LEVEL2, **value)
        assert liam.whispered()["text"] == desk_texts.CHOSEN_AGAIN
        choose(office, liam, number, "fly")
        assert "older version of me" in liam.whispered()["text"]


class TestOtherTickets:
    """Linked, merged, split."""

    def test_link(self, office: Office, emma: Colleague, liam: Colleague):
        """The number as people type it; the other one's title is shown before it is done."""
        (_, one), (_, other) = opened(office, emma, liam), opened(office, emma, liam)
        choose(office, liam, one, "link")
        view = liam.modal()
        assert "no ticket of that number" in liam.fill(view, number="INC-999999")["errors"]["number"]
        assert "same ticket" in liam.fill(view, number=one.lower())["errors"]["number"]
        sure = liam.fill(view, number=f"inc-{int(other[4:])}")["view"]
        assert other in said(sure)
        assert office.rows("select * from ticket_links where ticket_id = ?", row(office, one, "id")[0]) == []
        assert liam.fill(sure) == CLOSED
        assert len(office.rows("select * from ticket_links where ticket_id = ?", row(office, one, "id")[0])) == 1

    def test_merge(self, office: Office, emma: Colleague, liam: Colleague):
        """It ends and goes on as the other; one that ended while the question stood there is told in its place."""
        (_, one), (_, other) = opened(office, emma, liam), opened(office, emma, liam)
        choose(office, liam, one, "merge")
        sure = liam.fill(liam.modal(), number=other)["view"]
        assert liam.fill(sure) == CLOSED
        assert row(office, one, "state", "closed_how") == ("closed", "merged")
        assert row(office, one, "merged_into") == row(office, other, "id")
        choose(office, liam, one, "merge")
        sure = liam.fill(liam.modal(), number=other)["view"]
        assert "already closed" in said(liam.fill(sure)["view"])

    def test_split(self, office: Office, emma: Colleague, liam: Colleague):
        """A second ticket of the same requester, with its own card."""
        _, one = opened(office, emma, liam)
        choose(office, liam, one, "split")
        assert liam.fill(liam.modal(), text="the mouse is broken, too") == CLOSED
        second = liam.push_in(LEVEL2, lambda shown: "the mouse is broken" in said(shown) and not shown.get("thread_ts"))
        assert row(office, number_of(second), "requester", "tier") == (EMMA, 2)


class TestTheLadder:
    """Up, to the manager, to a vendor and back."""

    def test_review(self, office: Office, emma: Colleague, liam: Colleague):
        """It is with the IT operations manager, and an agent cannot touch it there."""
        _, number = opened(office, emma, liam)
        choose(office, liam, number, "review")
        assert liam.fill(liam.modal(), note="who pays for it?") == CLOSED
        queue, state = row(office, number, "queue", "state")
        assert (queue, state) != ("service-desk", "new")
        choose(office, liam, number, "take")
        assert "with the IT operations manager" in liam.whispered()["text"]

    def test_a_vendor(self, office: Office, emma: Colleague, liam: Colleague, priya: Colleague):
        """Escalating from tier 3 asks which vendor; what they say is kept; then it is back with its owner."""
        _, number = escalated(office, emma, liam)
        choose(office, priya, number, "take", LEVEL3)
        office.all_heard()
        press_as_it_was(office, priya, priya.card(number, LEVEL3), ids.ESCALATE)
        view = priya.modal()
        refused = priya.fill(view, reason="vendor", note="")
        assert refused["errors"] == {"vendor_other": "Please name the vendor."}
        given = {"vendor": VENDOR, "vendor_number": "C-1", "vendor_promised": LATER}
        assert priya.fill(view, reason="vendor", note="", **given) == CLOSED
        assert row(office, number, "state", "assignee", "vendor", "vendor_number") == ("vendor", PRIYA, VENDOR, "C-1")
        choose(office, priya, number, "hand_back", LEVEL3)
        assert "A vendor works on" in priya.fill(priya.modal(), note="")["errors"]["note"]
        choose(office, priya, number, "vendor_news", LEVEL3)
        view = priya.modal()
        assert priya.fill(view, vendor=VENDOR, vendor_number="C-2", vendor_promised="2027-03-02") == CLOSED
        assert row(office, number, "vendor_number") == ("C-2",)
        choose(office, priya, number, "vendor_done", LEVEL3)
        assert priya.fill(priya.modal(), note="a new modem") == CLOSED
        assert row(office, number, "state", "tier", "assignee") == ("claimed", 3, PRIYA)
        assert "a new modem" in facts(office, number, "vendor_done")

    def test_a_resolution_from_tier_3_says_where_it_is_documented(
        self, office: Office, emma: Colleague, liam: Colleague, priya: Colleague
    ):
        """The form asks; what was chosen is kept."""
        _, number = escalated(office, emma, liam)
        priya.press(priya.card(number, LEVEL3), ids.RESOLVE)
        view = priya.modal()
        given = {"documented": "no", "documented_note": "it was a single bad cable"}
        assert priya.fill(view, code="fixed", note="New cable.", **given) == CLOSED
        assert row(office, number, "documented", "state") == ("no:it was a single bad cable", "resolved")

    def test_tier_3_is_not_for_level_2(self, office: Office, emma: Colleague, liam: Colleague):
        """Every verb is one clear line to an agent of level 2, and changes nothing."""
        _, number = escalated(office, emma, liam)
        version = row(office, number, "version")
        choose(office, liam, number, "take", LEVEL3)
        assert f"{number} is with tier 3." in liam.whispered()["text"]
        for verb, given in (
            ("hand_back", {"note": ""}), ("hold", {"until": LATER, "note": "x"}), ("split", {"text": "x"}),
            ("review", {"note": "x"}), ("assign", {"to": PRIYA, "note": ""}),
        ):  # fmt: skip
            choose(office, liam, number, verb, LEVEL3)
            (line,) = liam.fill(liam.modal(), **given)["errors"].values()
            assert "is with tier 3" in line
        assert row(office, number, "version") == version

    def test_reopen(self, office: Office, emma: Colleague, liam: Colleague):
        """What was resolved is open again, one tier up; what is open is told so."""
        card, number = opened(office, emma, liam)
        choose(office, liam, number, "reopen")
        assert "already open" in liam.whispered()["text"]
        liam.press(card, ids.RESOLVE)
        assert liam.fill(liam.modal(), code="fixed", note="Done.") == CLOSED
        choose(office, liam, number, "reopen")
        office.all_heard()
        assert row(office, number, "state", "tier") == ("reopened", 3)


class TestWhoMay:
    """Everybody else."""

    def test_an_employee_in_the_channel(self, office: Office, emma: Colleague, liam: Colleague):
        """Emma was let in to read: she may do nothing, by menu or by word, and is told so."""
        invite(liam, "@emma", LEVEL2)
        card, number = opened(office, emma, liam)
        for verb in ("take", "hold", "merge", "resume", "why"):
            choose(office, emma, number, verb)
            assert "Your roles do not let you work tickets" in emma.whispered()["text"]
        for text in ("!claim", "!help", "!status", "!resolve fixed x", "!reply x"):
            assert "Your roles do not let you work tickets" in write(emma, card, text)
        assert row(office, number, "version", "state") == (1, "new")

    def test_somebody_who_left(self, office: Office, emma: Colleague, liam: Colleague):
        """A person whom Slack has removed gets nothing."""
        card, number = opened(office, emma, liam)
        office.server.post("/ui/_test/deactivate", user=PRIYA)
        try:
            choose(office, liam, number, "assign")
            assert liam.fill(liam.modal(), to=PRIYA, note="")["errors"] == {
                "to": "Priya Nair is not here any more. Please choose somebody else."
            }  # fmt: skip
            assert "is not here any more" in write(liam, card, f"!assign <@{PRIYA}>")
        finally:
            office.server.post("/ui/_test/deactivate", user=PRIYA, back=True)
        assert row(office, number, "assignee") == ("",)

    def test_two_at_the_same_moment(self, office: Office, emma: Colleague, liam: Colleague, priya: Colleague):
        """Two claim at once, one by button and one by word: one has it, the other is told who."""
        card, number = opened(office, emma, liam)
        click = lambda: press_as_it_was(office, liam, card, ids.CLAIM)  # noqa: E731 - it is short
        at_once(click, lambda: priya.post(LEVEL2, "!claim", card["ts"]))
        priya_told = priya.whispered()["text"]
        owner = row(office, number, "assignee")[0]
        if owner == PRIYA: assert "was claimed by" in liam.whispered()["text"]
        else: assert f"was claimed by <@{LIAM}>" in priya_told
