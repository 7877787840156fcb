"""The App Home: what each kind of person sees, and that it always fits."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.question import HomeView
from bot.sandbox.blocks import check_view
from bot.slack import ids, texts
from bot.slack.home import home
from handoff.tickets import State
from kb.service import Kept
from tests.making import NOW, ticket
from tests.mrkdwn_reading import live_parts, texts_of

NASTY = "<!channel> & <@U0BAD> "
HELP = "http://here/help"


def view(**changes: Any) -> HomeView:
    """What an employee without tickets sees."""
    values: dict[str, Any] = {
        "name": "Emma Larsen", "tz": "UTC", "tickets": (), "waiting": (), "forms": (), "outages": (), "is_staff": False,
        "is_editor": False, "contact": "extension 4400",
    }  # fmt: skip
    return HomeView(**(values | changes))


def shown(seen: HomeView) -> dict[str, Any]:
    """A Home, once Slack would take it."""
    return check_view(home(seen, HELP), "home")


def words(seen: HomeView) -> str:
    """Every word of a Home."""
    return "\n".join(part["text"] for part in texts_of(shown(seen)))


def test_an_employee():
    """By first name, a way to ask, no tickets yet, how to phone; nothing of the staff's or the editors'."""
    told = words(view())
    for part in ("Hello Emma", texts.HOME_ASK, texts.HOME_NO_TICKETS, "By phone: extension 4400"): assert part in told
    for part in (texts.HOME_WAITING, texts.HOME_EDIT, texts.HOME_OUTAGES, texts.HOME_FORMS): assert part not in told


def test_help_pages():
    """The button to all articles leads to the help pages."""
    rows = [element for block in shown(view())["blocks"] if block["type"] == "actions" for element in block["elements"]]
    assert [row["url"] for row in rows if row["action_id"] == ids.LINK] == [HELP]


def test_tickets():
    """Each of the person's tickets is told, with who has it."""
    told = words(view(tickets=tuple(ticket(state) for state in State)))
    assert told.count("*INC-000007*") == 3
    assert texts.HOME_NO_TICKETS not in told


def test_forms():
    """Each form has a button that names it."""
    blocks = shown(view(forms=(("access", "Access"), ("laptop", "A laptop"))))["blocks"]
    found = [block["accessory"]["value"] for block in blocks if "accessory" in block]
    assert found == ["access", "laptop"]


def test_staff():
    """Staff see what waits, with whom it is, or that nothing does."""
    told = words(view(is_staff=True, waiting=(ticket(), ticket(State.CLAIMED))))
    assert "· nobody yet" in told
    assert "· <@U0LIAMOKAF>" in told
    assert texts.HOME_NOTHING_WAITS in words(view(is_staff=True))


def test_editors():
    """Editors may change and write articles."""
    rows = [block["elements"] for block in shown(view(is_editor=True))["blocks"] if block["type"] == "actions"]
    assert {ids.EDIT_ARTICLE, ids.NEW_ARTICLE} <= {one["action_id"] for row in rows for one in row}


def test_run_books_and_drafts():
    """Staff open run-books; whoever may write them sees the drafts of recipes, too."""
    reader = words(view(reads_runbooks=True))
    assert texts.HOME_RUNBOOK_FIND in reader
    assert texts.HOME_RUNBOOK_NEW not in reader
    writer = words(view(reads_runbooks=True, writes_runbooks=True, drafts=(kept("vpn-drops"),)))
    for part in (texts.HOME_RUNBOOK_NEW, texts.HOME_DRAFTS, "vpn-drops · revision 1 by <@U1>"): assert part in writer


def kept(text: str) -> Kept:
    """A draft."""
    return Kept(slug=text, title=text, source="", revision=1, saved_by="U1", saved_at=NOW)


@pytest.mark.parametrize("name", ["", " ", "\u3000", "Emma", "x" * 300])
def test_any_name(name):
    """Whatever somebody is called, they are greeted."""
    assert "Hello" in words(view(name=name))


def busy(text: str, count: int) -> HomeView:
    """A Home with as much on it as there can be."""
    own = tuple(ticket(s, summary=text[:120], queue=text[:40], resolution=text) for s in State) * 4
    return view(
        name=text, contact=text, tickets=own[:10], waiting=own[:10], is_staff=True, is_editor=True,
        reads_runbooks=True, writes_runbooks=True, drafts=(kept(text[:100]),) * 5,
        forms=tuple((f"f{n}", text[:100]) for n in range(count)), outages=tuple((n, text[:500]) for n in range(count)),
    )  # fmt: skip


@pytest.mark.parametrize("text", ["vpn", "x" * 3_000, "&" * 3_000, NASTY * 100, "🖨️" * 500])
@pytest.mark.parametrize("count", [1, 20, 300])
def test_the_busiest_home_fits(text, count):
    """However much there is, Slack takes it."""
    shown(busy(text, count))


@given(text=st.text(min_size=1, max_size=200), count=st.integers(1, 60))
def test_any_home_fits(text, count):
    """So it does with any text at all."""
    shown(busy(text, count))


def test_nothing_written_is_live():
    """Of what people wrote, nothing is live."""
    for part in texts_of(shown(busy(NASTY, 3))):
        live = live_parts(part["text"]) if part["type"] == "mrkdwn" else []
        assert not [one for one in live if one.startswith(("!channel", "@U0BAD"))]
