"""What is learnt from corrections, and what is left out."""

from bot.corrected import taken
from bot.decide import Reason
from classifier.examples import Example
from handoff.corrections import Correction, Labels
from handoff.tickets import Kind

KNOWN = [Example(text=f"vpn {n}", labels={"intent": "incident", "category": "vpn"}) for n in range(2)]
FIRST = Labels(kind=Kind.INCIDENT, category="vpn", impact="low", urgency="low")


def correction(
    event: int = 1, text: str = "No network", category: str = "vpn", kind: Kind = Kind.INCIDENT, reason: str = "x"
) -> Correction:
    """A ticket that was taken for something else."""
    labels = Labels(kind=kind, category=category, impact="high", urgency="medium")
    return Correction(event=event, number=f"INC-{event}", text=text, reason=reason, first=FIRST, labels=labels)


def test_the_labels_that_staff_gave():
    """Category, impact and urgency; the intent only where they changed the kind."""
    same, changed = taken([correction(), correction(2, kind=Kind.REQUEST)], KNOWN, str.lower).examples
    assert same == Example(text="no network", labels={"impact": "high", "urgency": "medium", "category": "vpn"})
    assert changed.labels["intent"] == "request"


def test_a_new_category_needs_two_messages():
    """With one it is left out, with a line that says so, and the rest is learnt; with two it is learnt."""
    once = taken([correction(category="drones")], KNOWN, str)
    assert once.examples[0].labels == {"impact": "high", "urgency": "medium"}
    assert once.left_out == ('the category "drones": it needs at least 2 messages',)
    twice = taken([correction(category="drones"), correction(2, category="drones")], KNOWN, str)
    assert [one.labels["category"] for one in twice.examples] == ["drones", "drones"]
    assert (twice.left_out, twice.until) == ((), 2)


def test_what_has_no_message():
    """A form's ticket and one without words teach nothing, and are counted; they do not count for a category."""
    found = taken(
        [correction(category="drones"), correction(2, reason=Reason.FORM, category="drones"),
         correction(3, text=" ", category="drones")], KNOWN, str,
    )  # fmt: skip
    assert [one.text for one in found.examples] == ["No network"]
    assert found.left_out == (
        'the category "drones": it needs at least 2 messages', "corrections of forms and of messages without words: 2",
    )  # fmt: skip
    assert found.until == 3


def test_none():
    """Nothing is nothing."""
    assert taken([], KNOWN, str).examples == ()
