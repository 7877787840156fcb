"""What an escalation leaves to the editors, in their channel."""

from bot.slack import ids
from core.people import Person, Role
from handoff import ladder, tickets
from handoff.brief import Brief, Found
from handoff.tickets import Kind, NewTicket
from tests.functional.office import EMMA, LIAM, Colleague, Office, actions_of, filled_in, said

EDITORS = "C0KBEDIT01"
AGENT = Person(id=LIAM, name="Liam", roles=frozenset({Role.AGENT}), level=2)
NOTE = "Step 3 names a menu that is gone."


def escalated(office: Office, reason: str) -> str:
    """A ticket that moved up for a reason; its number. An article was shown for it, and did not help."""
    parts = office.up.assistant.parts
    shown = Found(kind="article", slug="vpn-install", title="", score=0.7, rejected=True)
    brief = Brief(asked=("The VPN is stuck.",), reason="asked", found=(shown,))
    new = NewTicket(kind=Kind.INCIDENT, requester=EMMA, category="vpn", impact="low", urgency="low", brief=brief)
    with parts.database.transaction() as session:
        ticket = tickets.open_ticket(session, parts.desk, new, by=EMMA, now=parts.clock())
        ladder.escalate(
            session, parts.desk, ticket.id, seen_tier=2, reason=reason, note=NOTE, reviewed=True, by=AGENT,
            now=parts.clock(),
        )
    return ticket.number


def test_a_task_is_told_opened_and_done(office: Office, noor: Colleague) -> None:
    """In the editors' channel, with the agent's note; the article opens on its form; done is shown with the name."""
    number = escalated(office, "wrong-article")
    task = noor.push_in(EDITORS, lambda one: number in said(one))
    assert office.up.assistant.parts.desk.task("wrong-article") in said(task)
    assert NOTE in said(task)
    assert "/archives/" in said(task)  # the ticket's card
    noor.press(task, ids.EDITOR_OPEN, EDITORS)
    assert ids.EDITOR_VERIFY in actions_of(noor.modal())
    noor.press(task, "task_done", EDITORS)
    assert "Done by" in said(noor.changed(task))
    assert office.up.assistant.tasks.waiting(office.up.assistant.parts.person(noor.user)) == ()


def test_done_in_the_home_the_channel_hears_of_it(office: Office, noor: Colleague) -> None:
    """Its message there has no buttons any more."""
    number = escalated(office, "wrong-article")
    task = noor.push_in(EDITORS, lambda one: number in said(one))
    home = noor.home(lambda words: number in words)
    mine = [row["value"] for block in home["blocks"] for row in block.get("elements", []) if row.get("action_id") ==
            "task_done"]
    noor.press_view(home, "task_done", mine[-1])
    assert "Done by" in said(noor.changed(task))


def test_a_task_without_an_article_begins_one(office: Office, noor: Colleague) -> None:
    """Out of what was asked on the ticket."""
    number = escalated(office, "no-article")
    task = noor.push_in(EDITORS, lambda one: number in said(one))
    if ids.TASK_BEGIN not in actions_of(task): return
    noor.press(task, ids.TASK_BEGIN, EDITORS)
    assert "The VPN is stuck" in filled_in(noor.modal())["title"]


def test_whoever_is_no_editor_cannot_do_a_task(office: Office, noor: Colleague, liam: Colleague) -> None:
    """The button tells them so, and the task stays."""
    number = escalated(office, "no-article")
    task = liam.push_in(EDITORS, lambda one: number in said(one))
    liam.press(task, "task_done", EDITORS)
    assert "Your roles do not let you edit articles" in liam.whispered()["text"]
    editor = office.up.assistant.parts.person(noor.user)
    assert [one.ticket for one in office.up.assistant.tasks.waiting(editor)] [-1:] == [number]
