"""Thread commands: how each is read, and that nothing else is taken for one."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import desk_texts as words
from bot.slack.desk_commands import levels_of
from bot.slack.thread_commands import READERS, Command, Unclear, is_command, parse, usage
from core.errors import BadInput
from handoff.desk import Desk, Vendor, load_desk
from handoff.routing import priority
from tests.making import ticket

DATA = Path(__file__).parents[2] / "data"
OUTWARD = {"reply", "ask", "hold", "resolve", "split"}  # whose words, or news of them, are meant for the requester


@pytest.fixture(scope="module")
def desk() -> Desk:
    """The shipped desk, with a vendor of two words."""
    return load_desk(DATA / "desk.yaml").model_copy(update={"vendors": [Vendor(name="North Telecom")]})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("!help", Command(verb="help")),
        ("  !Claim ", Command(verb="claim")),
        ("!take", Command(verb="take")),
        ("!back", Command(verb="back")),
        ("!back see the log &amp; try", Command(verb="back", text="see the log & try")),
        ("!assign <@U0LIAMOKAF> yours", Command(verb="assign", one="U0LIAMOKAF", text="yours")),
        ("!assign <@U0LIAMOKAF|liam>", Command(verb="assign", one="U0LIAMOKAF")),
        ("!move service-desk not ours", Command(verb="move", one="service-desk", text="not ours")),
        ("!move Service Desk: not ours", Command(verb="move", one="service-desk", text="not ours")),
        ("!hold 2026-12-01\nuntil the part comes",
         Command(verb="hold", day=date(2026, 12, 1), text="until the part comes")),
        ("!resume", Command(verb="resume")),
        ("!reply it is on its way", Command(verb="reply", text="it is on its way")),
        ("!ask which floor?", Command(verb="ask", text="which floor?")),
        ("!p2", Command(verb="p", one="P2")),
        ("!priority high LOW", Command(verb="priority", one="high", two="low")),
        ("!category vpn", Command(verb="category", text="vpn")),
        ("!link INC-7", Command(verb="link", one="INC-7")),
        ("!merge inc-000007", Command(verb="merge", one="inc-000007")),
        ("!split the mouse too", Command(verb="split", text="the mouse too")),
        ("!escalate vendor they have to look", Command(verb="escalate", one="vendor", text="they have to look")),
        ("!escalate they have to look", Command(verb="escalate", text="they have to look")),
        ("!escalate", Command(verb="escalate")),
        ("!review who pays?", Command(verb="review", text="who pays?")),
        ("!vendor north telecom CASE-12 2026-12-01",
         Command(verb="vendor", one="North Telecom", two="CASE-12", day=date(2026, 12, 1))),
        ("!vendor Contoso", Command(verb="vendor", one="Contoso")),
        ("!answered new modem", Command(verb="answered", text="new modem")),
        ("!resolve fixed Gave it a new cable.", Command(verb="resolve", one="fixed", text="Gave it a new cable.")),
        ("!resolve not-possible: no licence", Command(verb="resolve", one="not-possible", text="no licence")),
        ("!reopen", Command(verb="reopen")),
        ("!status", Command(verb="status")),
    ],
)  # fmt: skip
def test_each(desk, text, wanted):
    """Each command is read as it is listed, whatever its case."""
    assert is_command(text)
    assert parse(text, desk) == wanted


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("!take a look at this", "take"), ("!claim it", "claim"), ("!assign Liam", "assign"), ("!assign", "assign"),
        ("!move nowhere", "move"), ("!move service-desks", "move"), ("!hold tomorrow", "hold"),
        ("!hold 2026-13-01 x", "hold"), ("!hold 2026-12-01", "hold"), ("!reply", "reply"), ("!priority", "priority"),
        ("!priority very high", "priority"), ("!link 7 and 8", "link"), ("!merge", "merge"), ("!split", "split"),
        ("!review", "review"), ("!vendor", "vendor"), ("!vendor Contoso 2026-02-30", "vendor"),
        ("!resolve all good", "resolve"), ("!resolve fixed", "resolve"), ("!p2 please", "p"),
    ],
)  # fmt: skip
def test_a_wrong_argument(desk, text, verb):
    """One line tells how the command is written, and nothing is done."""
    said = parse(text, desk)
    assert isinstance(said, Unclear)
    assert f"`{usage(verb)}`" in said.say
    assert "\n" not in said.say


@pytest.mark.parametrize(
    ("text", "near"), [("!clam", "!claim"), ("!resolv fixed", "!resolve"), ("!asign", "!assign"), ("!p12", "!p2")]
)
def test_an_unknown_command(desk, text, near):
    """The nearest one is named."""
    said = parse(text, desk)
    assert isinstance(said, Unclear)
    assert near in said.say


def test_a_far_one(desk):
    """What is near to nothing is told where all of them are listed."""
    assert parse("!xyzzy", desk) == Unclear(say=words.UNKNOWN_FAR.format(word="xyzzy"))


@pytest.mark.parametrize("text", ["", "claim", "!", "!!! urgent", "! claim", "see !claim", "!?", "&lt;!claim", "_!"])
def test_what_is_no_command(text):
    """Only a word right behind the first sign is one."""
    assert not is_command(text)


def test_every_command_is_listed():
    """The list of `!help` names each of them, and no other."""
    assert set(words.USES) == {*READERS, "p"}


@given(st.one_of(
    st.text(), st.builds("{} {}".format, st.sampled_from([*READERS, "p1", "P9"]), st.text()),
))
def test_any_text(desk, text):
    """Whatever follows the sign is read, or answered with a line; nothing raises, and only a few carry words out."""
    said = parse(f"!{text}", desk)
    if isinstance(said, Unclear): assert 0 < len(said.say) < 500
    else: assert said.verb in {*READERS, "p"}
    if isinstance(said, Command) and said.verb in OUTWARD:
        assert text.lstrip().lower().startswith(said.verb)


@given(st.sampled_from(["P1", "P2", "P3", "P4"]), *[st.sampled_from(["high", "medium", "low"])] * 2)
def test_levels_of_a_priority(desk, wanted, impact, urgency):
    """They make the priority that was asked for; those of the ticket stay if they do already."""
    now = ticket(category="wifi", impact=impact, urgency=urgency)
    found = levels_of(desk, now, wanted)
    assert priority(desk, "wifi", *found)[0] == wanted
    if priority(desk, "wifi", impact, urgency)[0] == wanted: assert found == (impact, urgency)


def test_no_such_priority(desk):
    """One that nothing makes, and one that a category does not allow, are a clear line each."""
    with pytest.raises(BadInput, match="make a P9"): levels_of(desk, ticket(category="wifi"), "P9")
    fixed = desk.straight_to_people[0]
    other = "P4" if fixed.priority != "P4" else "P3"
    with pytest.raises(BadInput, match=f"matter is {fixed.priority}"):
        levels_of(desk, ticket(category=fixed.category), other)
