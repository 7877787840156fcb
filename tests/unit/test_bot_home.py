"""The App Home: what each kind of person sees, and that it always fits."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.overview import GapRow, HealthRow, LapsedRow, Overview
from bot.question import At, HomeView, QueueView
from bot.sandbox.blocks import check_view
from bot.slack import ids, texts
from bot.slack.desk import after_texts
from bot.slack.desk.queue_view import came_from, go
from bot.slack.editors import texts as editors
from bot.slack.home import home
from bot.standing import Standing, Word
from bot.tasking import TaskView
from handoff.finding import Page, Show
from handoff.states import OVER
from handoff.tickets import State, Ticket
from kb.drafts import Kept
from tests.making import NOW, ticket
from tests.mrkdwn_reading import live_parts, texts_of

NASTY = "<!channel> & <@U0BAD> "
HELP = "http://here/help"
CHECKED = "2026-01-02"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def view(**changes: Any) -> HomeView:
    """What an employee without tickets sees."""
    values: dict[str, Any] = {
        "name": "Emma Larsen", "tz": "UTC", "own": Page(), "standings": (), "forms": (), "outages": (),
        "contact": "extension 4400",
    }  # fmt: skip
    return HomeView(**(values | changes))


def page(*tickets: Ticket, total: int = 0, first: int = 0) -> Page:
    """A page of tickets."""
    return Page(tickets=tickets, total=total or len(tickets), first=first, size=5)


def owns(*tickets: Ticket, **changes: Any) -> HomeView:
    """What somebody with these tickets sees."""
    stands = tuple(Standing(ticket=one, since=NOW, now=NOW, reopens_until=NOW + DAY) for one in tickets)
    return view(own=page(*tickets), standings=stands, **changes)


def queue(*tickets: Ticket, **changes: Any) -> QueueView:
    """What staff see of the queues."""
    return QueueView(**({"page": page(*tickets), "now": NOW} | changes))


def elements(seen: HomeView) -> list[dict[str, Any]]:
    """Everything that can be pressed on a Home."""
    blocks = shown(seen)["blocks"]
    found = [one for block in blocks for one in (*block.get("elements", []), block.get("accessory") or {})]
    return [one for one in found if "action_id" in one]


def pressed(seen: HomeView, action: str) -> list[str]:
    """The values of the buttons of one kind."""
    return [one.get("value", "") for one in elements(seen) if one["action_id"].startswith(action)]


def shown(seen: HomeView) -> dict[str, Any]:
    """A Home, once Slack would take it."""
    return check_view(home(seen, HELP), "home")


def words(seen: HomeView) -> str:
    """Every word of a Home."""
    return "\n".join(part["text"] for part in texts_of(shown(seen)))


def test_an_employee():
    """By first name, a way to ask, no tickets yet, how to phone; nothing of the staff's or the editors'."""
    told = words(view())
    for part in ("Hello Emma", texts.HOME_ASK, after_texts.HOME_OWN_NONE, "By phone: extension"): assert part in told
    for part in (after_texts.HOME_QUEUE, editors.HOME, texts.HOME_OUTAGES, texts.HOME_FORMS): assert part not in told


def test_help_pages():
    """The button to all articles leads to the help pages."""
    rows = [element for block in shown(view())["blocks"] if block["type"] == "actions" for element in block["elements"]]
    assert [row["url"] for row in rows if row["action_id"] == ids.LINK] == [HELP]


def test_tickets():
    """Each of the person's tickets is told, with how it stands and when the next word comes."""
    told = words(owns(*(ticket(state) for state in State)))
    assert told.count("*INC-000007*") == len(State)
    assert told.count("Next update by") == len([state for state in State if state not in OVER])
    assert after_texts.HOME_OWN_NONE not in told


@pytest.mark.parametrize(
    ("state", "found"),
    [
        (State.NEW, {ids.ADD, ids.CONFIRM, ids.STATUS}), (State.WAITING, {ids.ADD, ids.CONFIRM, ids.STATUS}),
        (State.RESOLVED, {ids.CONFIRM, ids.REOPEN, ids.STATUS}), (State.CLOSED, {ids.REOPEN, ids.STATUS}),
    ],
)  # fmt: skip
def test_what_can_be_done_about_a_ticket(state, found):
    """An open one takes more words, one that is resolved can be confirmed, and one that is over opened again."""
    own = {ids.ADD, ids.CONFIRM, ids.REOPEN, ids.STATUS}
    assert {one["action_id"] for one in elements(owns(ticket(state)))} & own == found


def test_a_ticket_that_was_over_long_ago_stays_so():
    """After the days in which it can be opened again, the button is gone."""
    long_ago = Standing(ticket=ticket(State.CLOSED), since=NOW, now=NOW + 2 * DAY, reopens_until=NOW + DAY)
    assert pressed(view(own=page(long_ago.ticket), standings=(long_ago,)), ids.REOPEN) == []


def test_pages_of_tickets():
    """In the middle of many there are both ways, each with its place; a short list has none."""
    many = view(own=Page(tickets=(ticket(),) * 5, total=12, first=5, size=5), at=At(own=5))
    assert pressed(many, ids.HOME_GO) == ["0|all|0", "10|all|0"]
    assert "6 to 10 of 12 · and 2 more" in words(many)
    assert pressed(owns(ticket()), ids.HOME_GO) == []


def test_forms():
    """Each form has a button that names it."""
    blocks = shown(view(forms=(("access", "Access"), ("laptop", "A laptop"))))["blocks"]
    found = [block["accessory"]["value"] for block in blocks if "accessory" in block]
    assert found == ["access", "laptop"]


def test_staff():
    """Staff see the queues: what falls due, whose it is, and that nothing waits if that is so."""
    late = ticket(State.CLAIMED, responded_at=NOW, resolution_due=NOW - 3 * HOUR)
    rests = ticket(State.HELD, paused_at=NOW, resolution_due=NOW - 3 * HOUR)
    soon = ticket(response_due=NOW + 2 * HOUR)
    told = words(view(queue=queue(late, rests, soon)))
    assert "P4 · :red_circle: late 3 h · being worked on · Service desk · <@U0LIAMOKAF>" in told
    assert "P4 · :double_vertical_bar: paused · paused · Service desk · <@U0LIAMOKAF>" in told
    assert "P4 · answer due in 2 h · new · Service desk · nobody yet" in told
    assert after_texts.HOME_QUEUE_NONE in words(view(queue=queue()))


def test_only_staff_open_tickets_for_others():
    """The button is theirs."""
    assert pressed(view(queue=queue()), ids.NEW_TICKET) == [""]
    assert pressed(view(), ids.NEW_TICKET) == []


def test_claiming_from_the_queue():
    """What somebody may take has a button; the card is linked where it stands."""
    seen = view(queue=queue(ticket(), claimable=frozenset({7}), cards={7: ("C1", "1.5")}))
    assert pressed(seen, ids.HOME_CLAIM) == ["7"]
    assert pressed(view(queue=queue(ticket())), ids.HOME_CLAIM) == []
    blocks = home(seen, HELP, lambda channel, ts: f"https://slack/{channel}/{ts}")["blocks"]
    assert "<https://slack/C1/1.5|INC-000007>" in str(blocks)


def test_kinds_of_look():
    """Each with how many it holds; the one that is on is marked, and the others begin at their first page."""
    counted = dict.fromkeys(Show, 3)
    seen = view(at=At(own=5, show=Show.LATE, queue=8), queue=queue(ticket(), shows=counted))
    rows = [one for one in elements(seen) if one["action_id"].startswith(f"{ids.HOME_GO}_show")]
    assert [one["value"] for one in rows] == [f"5|{show}|0" for show in Show]
    assert [one["text"]["text"] for one in rows if one.get("style")] == ["Late 3"]


@given(own=st.integers(0, 10**6), show=st.sampled_from(Show), place=st.integers(0, 10**6))
def test_a_place_is_found_again(own, show, place):
    """A button's value names the place that it was made of."""
    at = At(own=own, show=show, queue=place)
    assert came_from(go(at)) == at


@pytest.mark.parametrize("value", ["", "1|2", "x|all|0", "0|some|0", "0|all|-1", "²|all|0", f"{10**60}|all|0"])
def test_a_place_that_is_none(value):
    """Anything else leads to the first page."""
    assert came_from(value) == At()


WRITER = Overview(reads=True, writes=True)


def test_editors():
    """Whoever writes finds what there is, and begins something new; an editor is told what it comes to."""
    rows = [one["action_id"] for one in elements(view(knowledge=WRITER))]
    assert [ids.EDITOR_FIND, f"{ids.EDITOR_NEW}_article", f"{ids.EDITOR_NEW}_runbook"] == rows[2:5]
    assert editors.HOME_INTRO_WRITE in words(view(knowledge=WRITER))
    assert editors.HOME_INTRO in words(view(knowledge=Overview(reads=True, writes=True, edits=True)))


def test_whoever_only_reads():
    """Managers open run-books, and find nothing to write on."""
    found = [one["action_id"] for one in elements(view(knowledge=Overview(reads=True)))]
    assert f"{ids.EDITOR_FIND}_read" in found
    assert not [one for one in found if one.startswith(ids.EDITOR_NEW)]


def test_what_editors_see():
    """What waits, what is being written, what lapsed, what is missing, what does badly; and the way to the Studio."""
    seen = view(knowledge=knowledge("vpn", "https://here/studio"))
    told = words(seen)
    for part in (
        editors.HOME_REVIEW, editors.HOME_MINE, editors.HOME_LAPSED, editors.HOME_GAPS, editors.HOME_HEALTH,
        "9 questions from 4 people, 80 minutes lost", "Its date has passed", "https://here/studio/health",
    ): assert part in told  # fmt: skip
    assert pressed(seen, ids.EDITOR_VERIFY) == ["article|vpn|3"] * 3
    assert pressed(seen, ids.EDITOR_GAP)[:4] == ["7", "7", "7|2", "7|2"]


def knowledge(text: str, studio: str = "") -> Overview:
    """As much as there can be."""
    return Overview(
        reads=True, writes=True, edits=True, mine=(kept(text[:100]),) * 5, to_review=(kept(text[:100]),) * 5,
        more_mine=70, more_to_review=70, more_lapsed=70, studio=studio,
        lapsed=(LapsedRow(kind="article", slug="vpn", title=text, revision=3, lapse="date", verified=CHECKED),) * 3,
        gaps=(GapRow(id=7, version=2, title=text, count=9, people=4, minutes=80),) * 5,
        worst=(HealthRow(kind="recipe", slug="vpn", title=text, says=text),) * 3,
    )


def kept(text: str) -> Kept:
    """A draft."""
    return Kept(slug=text, title=text, source="", version=1, saved_by="U1", saved_at=NOW)


@pytest.mark.parametrize("name", ["", " ", "\u3000", "Emma", "x" * 300])
def test_any_name(name):
    """Whatever somebody is called, they are greeted."""
    assert "Hello" in words(view(name=name))


def busy(text: str, count: int) -> HomeView:
    """A Home with as much on it as there can be."""
    own = tuple(ticket(s, summary=text[:120], queue=text[:40], resolution=text, vendor=text[:80]) for s in State)
    word = Word(text=text, by="U1", at=NOW)
    stands = tuple(
        Standing(ticket=one, since=NOW, now=NOW, question=text, why=text, word=word, reopens_until=NOW) for one in own
    )  # fmt: skip
    many = Page(tickets=own[:8], total=100, first=16, size=8)
    waiting = queue(page=many, claimable=frozenset({7}), queues={f"{text[:30]}{n}": n for n in range(9)})
    return view(
        name=text, contact=text, own=Page(tickets=own[:5], total=99, first=5, size=5), standings=stands[:5],
        queue=waiting, names={"U0LIAMOKAF": text, "U1": text}, knowledge=knowledge(text, HELP),
        tasks=(
            TaskView(id=1, what=text[:200], ticket="INC-000001", about=text, kind="article", slug="vpn", note=text),
        ) * 5,
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
