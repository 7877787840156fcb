"""What happened to a ticket, on its card: a line for each kind of event that the core writes."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.assistant.syncing import ACTOR
from bot.slack.desk import card_texts
from bot.slack.desk.card_history import lines, who
from handoff.desk import Desk, load_desk
from tests.cards import EMMA, LIAM, NASTY, PRIYA, event
from tests.making import NOW
from tests.mrkdwn_reading import live_parts

L, P = f"<@{LIAM}>", f"<@{PRIYA}>"
SOON = (NOW + timedelta(days=1)).isoformat()
LABELS = {"kind": "incident", "category": "vpn", "impact": "low", "urgency": "low"}
UP = {"from_tier": 3, "from_queue": "network", "reason": "vendor"}
CASE = {"vendor": "Acme", "number": "", "promised": ""}
HELD = f"paused by {L} until <!date^"

EVENTS: list[tuple[str, dict[str, Any], str]] = [
    ("claimed", {"state": ["new", "claimed"]}, f"claimed by {L}"),
    ("handed_back", {"from": LIAM, "note": "", "internal": "no idea"}, f"handed back by {L} “no idea”"),
    ("handed_back", {"from": PRIYA, "note": "", "internal": ""}, f"taken back from {P} by {L}"),
    ("assigned", {"from": "", "to": PRIYA, "internal": ""}, f"assigned by {L}: nobody yet → {P}"),
    ("assigned", {"from": LIAM, "to": PRIYA, "internal": "yours"}, f"assigned by {L}: {L} → {P} “yours”"),
    ("moved", {"from_queue": "service-desk", "queue": "network", "internal": "", "bounced": False},
     f"moved by {L}: Service desk → Network"),
    ("moved", {"from_queue": "network", "queue": "operations", "internal": "x", "bounced": True},
     f"moved about too often: {L} sent it on, and it went Network → Operations “x”"),
    ("waiting", {}, f"{L} asked the requester; the clock stands"),
    ("held", {"note": "parts come", "until": SOON}, HELD),
    ("resumed", {"why": ""}, f"{L} went on with it"),
    ("resumed", {"why": "answered"}, "the requester answered; the clock goes on"),
    ("resumed", {"why": "over"}, "the pause is over; the clock goes on"),
    ("escalated", UP | {"internal": "see logs"},
     f"escalated from tier 3 by {L}, who reviewed the earlier work: It is a matter for a vendor “see logs”"),
    ("reviewing", {"from_tier": 2, "from_queue": "service-desk", "internal": "stuck"},
     f"{L} asked the IT operations manager for a review: Service desk → "),
    ("vendor", UP | CASE | {"internal": "", "procedure": {}},
     f"given to Acme by {L}, who reviewed the earlier work and the procedure: It is a matter for a vendor"),
    ("vendor_news", {"before": CASE, "after": CASE | {"number": "C-1", "promised": SOON}},
     f"news of the vendor, by {L}: case none → C-1, promised none → <!date^"),
    ("vendor_done", {"internal": "new cable", "vendor": "Acme"}, f"Acme has answered; {L} took it back “new cable”"),
    ("chased", {"vendor": "Acme", "times": 2}, "Acme is late; the owner was reminded (2)"),
    ("warned", {"target": "response", "percent": 75, "told": ["assignee"], "falls_due": SOON},
     "the answer, at 75 % of its time: told whoever has it"),
    ("warned", {"target": "resolution", "percent": 100, "told": ["lead", "manager"], "falls_due": SOON},
     "it is late: told the lead and the manager"),
    ("linked", {"other": "INC-000009"}, f"linked with INC-000009 by {L}"),
    ("joined", {"other": "INC-000009", "requester": EMMA}, f"INC-000009 was merged into it by {L}"),
    ("split", {"other": "INC-000009"}, f"INC-000009 was split off by {L}"),
    ("resolved", {"code": "fixed", "note": "New certificate.", "documented": ""}, f"resolved by {L}: Fixed"),
    ("closed", {"how": "confirmed", "asks": True}, "closed: the requester says that it works"),
    ("closed", {"how": "assumed", "asks": True}, "closed: nobody said that it is not fixed"),
    ("closed", {"how": "merged", "asks": False, "note": "INC-000009"}, "closed: it goes on as INC-000009"),
    ("reopened", {"resolution": "x"}, f"reopened by {L}"),
    ("rated", {"rating": 2, "internal": "too slow"}, "the requester rated it 2 of 5 “too slow”"),
    ("replied", {"text": "Try again."}, f"{L} wrote to the requester"),
    ("corrected", {"before": LABELS, "after": LABELS | {"category": "wifi", "impact": "high"}, "from_priority": "P4",
                   "priority": "P2"}, f"corrected by {L}: category vpn → wifi, impact low → high; priority P4 → P2"),
    ("action", {"title": "Unlock", "outcome": "done"}, "Unlock, asked for before: done by the automation"),
    ("noted", {"internal": "called them"}, f"noted by {L} “called them”"),
    ("goal", {"goal": "reach the files"}, "the requester told what it is for"),
]  # fmt: skip


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The shipped desk."""
    return load_desk(Path(__file__).parents[2] / "data" / "desk.yaml")


@pytest.mark.parametrize(("kind", "data", "told"), EVENTS)
def test_each_kind(desk, kind, data, told):
    """Each tells when, what and by whom, from where to where, with what was noted."""
    line = lines([event(kind, **data)], desk)
    when, _, said = line.partition(">: ")
    assert when.startswith(f"• <!date^{NOW.timestamp():.0f}^")
    assert said.startswith(told)


@pytest.mark.parametrize(("kind", "data", "told"), EVENTS)
def test_nothing_written_calls_anybody(desk, kind, data, told):  # noqa: ARG001 - the same cases as above
    """Whatever was written into an event is words."""
    nasty = {
        name: NASTY if name in ("internal", "note", "vendor", "number", "title", "other", "text", "queue") else value
        for name, value in data.items()
    }  # fmt: skip
    said = lines([event(kind, **nasty)], desk)
    calls = {one for one in live_parts(said) if not one.startswith("!date")}
    assert calls <= {f"@{LIAM}", f"@{PRIYA}"}


@pytest.mark.parametrize("kind", ["opened", "requester_said", "updated", "something_new"])
def test_left_out(desk, kind):
    """What a reader does not need is left out, and so is what nobody knows yet."""
    assert lines([event(kind)], desk) == ""


def test_firstline_is_named(desk):
    """What Firstline did by itself is told in its name."""
    back = event("handed_back", actor="firstline", **{"from": LIAM, "note": "", "internal": ""})
    assert lines([back], desk).endswith(f"taken back from {L} by {card_texts.SOMEBODY}")


def test_in_order(desk):
    """What happened stands in order; of too much, the latest stays."""
    history = [event("rated", n, rating=n, internal="x" * 200) for n in range(30)]
    told = lines(history, desk).split("\n")
    assert "rated it 29 of 5" in told[-1]
    assert "rated it 28 of 5" in told[-2]
    assert len(told) < 10


def test_the_ticket_system_is_mentioned_by_its_name() -> None:
    """It is no user of Slack's."""
    assert who(ACTOR) == card_texts.SYSTEM
