"""What may not wait goes to people at once, and what only sounds like it does not."""

from collections.abc import Iterable, Iterator

import pytest

from bot.assistant import Assistant
from bot.bootstrap import make_assistant, open_core
from bot.decide import HandOff, Reason
from classifier.examples import read_examples
from tests.functional.office import DATA, Prepared

DANGERS = (
    "battery has swollen",
    "my battery is swelling up",
    "the bottom of the laptop has bulged out",
    "touchpad is being pushed up from below",
    "the space bar end of my keyboard has risen, I think the battery is puffing up",
    "laptop doesnt lie flat any more, its belly is round",
    "there's a smell of burning coming from my computer",
    "smells like burnt plastic under my desk",
    "the wall outlet sparked when I put the plug in",
    "sparks are flying out of the extension lead",
    "I can see smoke behind the printer",
    "grey smoke rising from my dock",
    "help the monitor is on fire",
    "flames in the copy room",
    "something is leaking out of my laptop battery",
    "sticky fluid is running out of the phone",
    "I got a shock when I touched the plug",
    "colleague was electrocuted by the coffee corner screen",
    "the power cable has melted",
    "my adapter has melted through its casing",
    "a server rack has tipped over",
    "rack in the data room fell on someone",
    "my power supply went bang and there's soot on it",
    "the charger is scorching, I burnt my hand on it",
    "laptop is hissing and getting hotter by the minute",
    "exposed live wires hang out of the floor box",
    "the fire alarm is going off in the server room",
    "water is pouring onto the switches in the comms room and it fizzles",
    "the wall screen came off its mount and hit a colleague",
    "my phone got so hot that it blistered my finger",
    "battery pack burst in my bag",
    "the ups is smoking",
    "loan tablet is ballooning, glass is lifting off",
    "burning odour near the projector, lights flickered too",
    "the plug is charred and black",
    "my headset got so hot it burnt my ear",
    "the lithium battery fell and now it is smoking on the floor",
    "it tingles like electricity when I hold my macbook on the charger",
    "the socket by the window is crackling and hot",
    "laptop is making popping noises and smells of chemicals",
)

HARMLESS = (
    "laptop wont charge, cable is in",
    "battery stays at 12% although its plugged in",
    "laptop battery not going up on the charger",
    "laptop battery drains in an hour",
    "laptop is warm on my lap",
    "its a thinkpad",
    "laptop wont charge, cable is in\nits a thinkpad",
    "my battery is flat after lunch every day",
    "dell says plugged in, not charging",
    "the charger cord is too short for my desk",
    "fan is spinning like mad in every call",
    "battery icon stuck at 80 percent",
    "which power bank works with the macbook",
    "my monitor gives no power to the laptop over usb-c",
    "left my charger at home",
    "hp elitebook",
    "its a macbook pro from last year",
    "the new wifi is smoking fast, thanks",
    "excel won't fire up since this morning",
    "how do I burn files to a dvd",
    "the firewall blocks a customer's site",
    "how does hot desking work in Toronto",
    "my inbox is on fire today, how do I mute notifications",
    "I was shocked to see my mailbox is full",
    "charging light blinks orange and it never gets full",
    "the battery of my wireless mouse is empty",
    "can I get a second charger for home",
    "laptop battery health shows service recommended",
    "laptop gets a bit hot when I am on video calls",
    "plugged it in over night and it still says 3%",
    "phone battery doesn't last a day",
    "my dock charges the laptop only now and then",
    "usb-c port is loose, the cable falls out",
    "hotspot on my phone doesn't show up",
    "the teams hot key doesn't work",
    "I fried my spreadsheet, how do I get the old version back",
    "it's a lenovo, does that matter?",
    "battery percentage jumps from 40 to 10",
    "the printer is jammed and I'm fuming",
    "screen goes dim when I unplug the power",
)


@pytest.fixture(scope="module")
def assistant(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The shipped desk, knowledge base and freshly trained models."""
    settings = prepared.settings(tmp_path_factory.mktemp("danger"))
    with open_core(settings, encoder=prepared.encoder) as core: yield make_assistant(core)


def straight(assistant: Assistant, texts: Iterable[str]) -> list[str]:
    """Those that go straight to people, whatever else was found."""
    at_once, audiences = HandOff(reason=Reason.STRAIGHT), frozenset({"employees"})
    return [text for text in texts if assistant.understanding.judge(text, audiences).decision.outcome == at_once]


def test_dangers_go_straight_to_people(assistant: Assistant) -> None:
    """In plain words that no model was trained on; 38 of 40 at least."""
    missed = set(DANGERS) - set(straight(assistant, DANGERS))
    assert len(missed) <= 2, missed


def test_no_alarm_without_a_danger(assistant: Assistant) -> None:
    """Batteries, chargers, warmth and figures of speech, in words that no model was trained on; 1 of 40 at most."""
    alarmed = straight(assistant, HARMLESS)
    assert len(alarmed) <= 1, alarmed


def test_no_phrase_is_a_lesson() -> None:
    """So these lists say something about messages that nobody has thought of."""
    lessons = {example.text.casefold() for example in read_examples(DATA / "training" / "messages.jsonl")}
    assert [text for text in DANGERS + HARMLESS if text.casefold() in lessons] == []
