"""Editors' tasks as they are drawn."""

from typing import Any

from bot.sandbox.blocks import check_view
from bot.slack import ids, texts
from bot.slack.desk.placed import placed
from bot.slack.desk.tasks_view import news, tasks
from bot.tasking import TaskView
from core.people import Person
from handoff.routing import Fit
from tests.making import NOW
from tests.mrkdwn_reading import live_parts, texts_of

NASTY = "<!channel> & <@U0BAD> "


def task(**changes: Any) -> TaskView:
    """A task about an article."""
    values: dict[str, Any] = {
        "id": 4, "what": "Correct it", "ticket": "INC-000007", "about": "The VPN", "kind": "article",
        "slug": "vpn", "note": "Step 3 fails",
    }  # fmt: skip
    return TaskView(**values | changes)


def buttons(blocks: Any) -> list[tuple[str, str]]:
    """Action and value of every button."""
    rows = [element for block in blocks if block["type"] == "actions" for element in block["elements"]]
    return [(row["action_id"], row["value"]) for row in rows]


def words(blocks: Any) -> str:
    """Every word of some blocks, which Slack would take."""
    return "\n".join(part["text"] for part in texts_of(check_view({"type": "home", "blocks": list(blocks)}, "home")))


def test_a_task_tells_what_out_of_which_ticket_about_what_and_why() -> None:
    """With a button for each thing that can be done; nothing at all where nothing waits."""
    shown = tasks((task(), task(id=5, about="", kind="", slug="", note="")))
    for part in (texts.TASKS, "INC-000007", "Correct it", "The VPN", "Step 3 fails"): assert part in words(shown)
    assert buttons(shown) == [
        (ids.TASK_DONE, "4"), (ids.EDITOR_OPEN, "article|vpn|0"), (ids.TASK_DONE, "5"), (ids.TASK_BEGIN, "5"),
    ]  # fmt: skip
    assert tasks(()) == []


def test_a_task_leads_to_its_ticket() -> None:
    """Where its card stands, if Slack told."""
    placed_ = task(place=("C1", "1.5"))
    assert "<https://slack/C1/1.5|INC-000007>" in words(tasks((placed_,), lambda one, ts: f"https://slack/{one}/{ts}"))
    assert "*INC-000007*" in words(tasks((placed_,)))


def test_a_task_that_is_done_says_by_whom_and_has_no_buttons() -> None:
    """In the channel, where it stays."""
    assert buttons(news(task()).blocks)
    done = news(task(done_by="U0NOOR")).blocks
    assert buttons(done) == []
    assert "<@U0NOOR>" in words(done)


def test_nothing_that_somebody_wrote_calls_anybody() -> None:
    """A note, a title, the words of the desk file."""
    shown = news(task(note=NASTY * 400, about=NASTY, what=NASTY))
    assert live_parts(words(shown.blocks)) == []


def test_who_is_placed_best_is_called_and_why() -> None:
    """Once, in one line: what they know, how much they have, until when they work."""
    priya = Person(id="U3", name="Priya")
    (line,) = placed(Fit(person=priya, knows="vpn", open=2, until=NOW.replace(hour=18)))
    told = words([line])
    assert told.startswith("Best placed: <@U3>: vpn, 2 open tickets, at work until <!date^")
    assert "18:00 UTC" in told
    (line,) = placed(Fit(person=priya, knows="", open=1, until=NOW))
    assert "a bit of everything, 1 open ticket, at" in words([line])
    assert placed(None) == []
