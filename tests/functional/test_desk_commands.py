"""What staff write under a card: commands, and everything else, which stays there."""

from collections.abc import Iterator

import pytest

from bot.slack import ids
from bot.slack.desk import texts as desk_texts
from tests.functional.desk import facts, open_desk, opened, row, stood, write
from tests.functional.office import (
    CLOSED,
    HUMAN,
    LEVEL2,
    LEVEL3,
    LIAM,
    NUMBER,
    PRIYA,
    SMOKE,
    Colleague,
    Office,
    Prepared,
    number_of,
    said,
)

LATER = "2027-03-01"

pytestmark = pytest.mark.usefixtures("no_errors")


@pytest.fixture(scope="module")
def office(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A running Firstline with a desk that has it all."""
    with open_desk(prepared, tmp_path_factory.mktemp("office")) as made: yield made


def test_claim_back_take(office: Office, emma: Colleague, liam: Colleague):
    """Taken, given back with a note, taken again; each is told in a line that only liam sees."""
    card, number = opened(office, emma, liam)
    assert write(liam, card, "!claim") == f"*{number}* is yours."
    assert "is already yours" in write(liam, card, "!claim")
    assert "is back in *Service desk*" in write(liam, card, "!back see the log")
    assert "see the log" in facts(office, number, "handed_back")
    assert write(liam, card, "!take") == f"*{number}* is yours."
    assert row(office, number, "state", "assignee") == ("claimed", LIAM)
    ours = [one for one in liam.thread(LEVEL2, card["ts"]) if one.get("user") == LIAM]
    assert len(ours) == 4


def test_take_from_somebody(office: Office, emma: Colleague, liam: Colleague, priya: Colleague):
    """By word at once: whoever writes it sees the card."""
    card, number = opened(office, emma, liam)
    write(liam, card, "!claim")
    assert write(priya, card, "!take", LEVEL2) == f"*{number}* is yours."
    assert row(office, number, "assignee", "reassigned") == (PRIYA, 1)


def test_assign_and_move(office: Office, emma: Colleague, liam: Colleague):
    """To a person who is mentioned, and to a queue as it is called."""
    card, number = opened(office, emma, liam)
    assert write(liam, card, f"!assign <@{PRIYA}> you know these") == f"*{number}* is with <@{PRIYA}> now."
    assert "you know these" in facts(office, number, "assigned")
    assert "mention somebody" in write(liam, card, "!assign Priya")
    assert "in *On site* now" in write(liam, card, "!move On site needs hands")
    assert row(office, number, "queue", "assignee") == ("on-site", "")
    assert "is a tier above: please escalate" in write(liam, card, "!move specialists")


def test_hold_and_resume(office: Office, emma: Colleague, liam: Colleague):
    """Until a day, for a reason; a day that is none is told how to write it."""
    card, number = opened(office, emma, liam)
    assert "2026-12-01" in write(liam, card, "!hold tomorrow a part")
    assert "is paused until" in write(liam, card, f"!hold {LATER} a part comes")
    assert "is paused already" in write(liam, card, f"!hold {LATER} a part comes")
    assert row(office, number, "state") == ("held",)
    assert write(liam, card, "!resume") == f"*{number}* goes on."


def test_corrections(office: Office, emma: Colleague, liam: Colleague):
    """Priority by itself or by its levels, and the category."""
    card, number = opened(office, emma, liam)
    assert f"*{number}* is about wifi now" in write(liam, card, "!category Wifi")
    assert f"*{number}* is P1 now" in write(liam, card, "!p1")
    assert f"*{number}* is P5 now" in write(liam, card, "!priority low low")
    assert row(office, number, "category", "priority", "impact") == ("wifi", "P5", "low")
    assert "no such category" in write(liam, card, "!category nonsense")
    assert "make a P9" in write(liam, card, "!p9")


def test_link_merge_split(office: Office, emma: Colleague, liam: Colleague):
    """Linking tells the other's title; merging asks first; a second ticket is linked."""
    (card, one), (_, other) = opened(office, emma, liam), opened(office, emma, liam)
    assert "no ticket of that number" in write(liam, card, "!link INC-999999")
    linked = write(liam, card, f"!link {other.lower()}")
    assert other in linked
    assert "are linked" in linked
    second = write(liam, card, "!split the mouse, too")
    assert f"it is linked with *{one}*" in second
    liam.post(LEVEL2, f"!merge {other}", card["ts"])
    asked = liam.whispered()
    assert other in said(asked)
    assert row(office, one, "state") == ("new",)
    liam.press(asked, ids.DESK_MERGE, LEVEL2)
    office.all_heard()
    assert row(office, one, "state", "closed_how") == ("closed", "merged")


def test_what_is_split_off_is_taken_for_what_it_is(office: Office, emma: Colleague, liam: Colleague):
    """Of a burning laptop's ticket the printer without toner is no emergency, and of another category."""
    danger = number_of(emma.ask(SMOKE))
    told = write(liam, stood(office, liam.card(danger)), "!split the printer on floor 2 has no toner")
    [other] = set(NUMBER.findall(told)) - {danger}
    assert row(office, danger, "priority") == ("P1",)
    category, priority = row(office, other, "category", "priority")
    assert category == "printing"
    assert priority > "P2"


def test_escalate_by_its_form(office: Office, emma: Colleague, liam: Colleague, priya: Colleague):
    """A word opens nothing: the answer has a button, and its form what was written; the box is still to be ticked."""
    card, number = opened(office, emma, liam)
    liam.post(LEVEL2, "!escalate needs-access the gateway | see the log", card["ts"])
    answer = liam.whispered()
    assert row(office, number, "tier") == (2,)
    liam.press(answer, ids.DESK_FORM, LEVEL2)
    view = liam.modal()
    inputs = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    assert inputs["reason"]["initial_option"]["value"] == "needs-access"
    assert inputs["note"]["initial_value"] == "the gateway | see the log"
    assert liam.fill(view, reason="needs-access", note="the gateway") == CLOSED
    assert row(office, number, "tier", "state") == (3, "escalated")
    at_l3 = stood(office, priya.card(number, LEVEL3))
    assert "is with tier 3" in write(liam, card, "!claim")
    priya.post(LEVEL3, "!resolve fixed New gateway.", at_l3["ts"])
    priya.press(priya.whispered(), ids.DESK_FORM, LEVEL3)
    given = {"documented": "no", "documented_note": "the old gateway is gone"}
    assert priya.fill(priya.modal(), code="fixed", note="New gateway.", **given) == CLOSED
    assert row(office, number, "state", "documented") == ("resolved", "no:the old gateway is gone")


def test_reply_and_ask(office: Office, emma: Colleague, liam: Colleague):
    """The one way out: the requester reads these words, and only these; asking lets the clock stand."""
    reply = emma.ask(HUMAN)
    number = number_of(reply)
    card = stood(office, liam.card(number))
    write(liam, card, "!claim")
    liam.post(LEVEL2, "she has no idea", card["ts"])
    assert write(liam, card, "!ask which floor is it?") == desk_texts.DONE["ask"]
    emma.hear(lambda one: "which floor is it?" in said(one))
    liam.changed(card, lambda one: "resume|" in str(one["blocks"]))
    assert row(office, number, "state") == ("waiting",)
    assert not [one for one in emma.thread(emma.dm, reply["thread_ts"]) if "no idea" in said(one)]


def test_review(office: Office, emma: Colleague, liam: Colleague):
    """To the IT operations manager, with what is to be decided."""
    card, number = opened(office, emma, liam)
    assert "IT operations manager" in write(liam, card, "!review who pays for it?")
    assert "who pays for it?" in facts(office, number, "reviewing")


def test_no_vendor(office: Office, emma: Colleague, liam: Colleague):
    """News of a vendor, where none works on it, is one clear line."""
    card, _ = opened(office, emma, liam)
    assert "No vendor works on" in write(liam, card, f"!vendor North Telecom C-1 {LATER}")
    assert "No vendor works on" in write(liam, card, "!answered a new modem")


def test_resolve_reopen_status(office: Office, emma: Colleague, liam: Colleague):
    """Done with a code and a note that the requester reads; open again; how it stands."""
    card, number = opened(office, emma, liam)
    assert "Please begin with one of" in write(liam, card, "!resolve all good")
    assert f"*{number}* is resolved" in write(liam, card, "!resolve explained It was the cable.")
    assert row(office, number, "state", "resolution_code", "resolution") == (
        "resolved", "explained", "It was the cable."
    )  # fmt: skip
    assert "is open again" in write(liam, card, "!reopen")
    status = write(liam, card, "!status")
    assert number in status
    assert desk_texts.STATES["reopened"] in status


def test_help_and_the_unknown(office: Office, emma: Colleague, liam: Colleague):
    """All of them are listed; a slip names the nearest."""
    card, _ = opened(office, emma, liam)
    listed = write(liam, card, "!help")
    assert all(usage in listed for usage, _ in desk_texts.USES.values())
    assert "Did you mean `!claim`?" in write(liam, card, "!clam")


def test_everything_else_is_silent(office: Office, emma: Colleague, liam: Colleague, priya: Colleague):
    """What staff write to each other is no question and no command; nobody else hears of it."""
    card, number = opened(office, emma, liam)
    for text in ("how do I book a meeting room with a screen?", "!!! urgent", "he is not telling us all", "claim"):
        liam.post(LEVEL2, text, card["ts"])
    priya.post(LEVEL2, "I think it is the user", card["ts"])
    office.all_heard()
    told = [one for one in liam.thread(LEVEL2, card["ts"])[1:] if one.get("bot_id")]
    assert told == []
    assert row(office, number, "version") == (1,)
    kept = str(office.rows("select payload from outbox")) + str(office.rows("select text from turns"))
    assert "he is not telling us all" not in kept
    assert "I think it is the user" not in kept


def test_a_command_is_carried_out_once(office: Office, emma: Colleague, liam: Colleague):
    """Slack delivers some events twice: one ticket is split off, not two."""
    card, number = opened(office, emma, liam)
    ts = liam.post(LEVEL2, "!split the screen, too", card["ts"])
    liam.whispered()
    event = {
        "type": "message", "channel": LEVEL2, "channel_type": "group", "user": LIAM, "ts": ts,
        "thread_ts": card["ts"], "text": "!split the screen, too",
    }  # fmt: skip
    office.server.post("/ui/_test/event", subscription="message.groups", event=event)
    office.all_heard()
    assert facts(office, number, "split")
    count = "select count(*) from events where kind = 'ticket.split' and subject = ?"
    assert office.rows(count, f"ticket:{row(office, number, 'id')[0]}") == [(1,)]


@pytest.mark.parametrize("where", ["dm", "other"])
def test_elsewhere_it_is_no_command(office: Office, emma: Colleague, liam: Colleague, where: str):
    """In direct messages, or in a channel's thread without a card, `!claim` claims nothing."""
    _, number = opened(office, emma, liam)
    if where == "dm": liam.ask("!claim")
    else: liam.post(LEVEL2, "!claim", liam.post(LEVEL2, "look at this"))
    office.all_heard()
    assert row(office, number, "state") == ("new",)
    assert number_of(emma.ask(HUMAN)) != number
