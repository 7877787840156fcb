"""An article that went wrong, from the escalation to what the editors' channel and the next asker read."""

from datetime import timedelta

from bot.slack import texts
from core.people import Person, Role
from handoff import ladder, tickets
from handoff.brief import Brief, Found
from handoff.tickets import Kind, NewTicket
from tests.fakes import Ahead
from tests.functional.office import EMMA, LIAM, NOOR, Colleague, Office, said

EDITORS = "C0KBEDIT01"
AGENT = Person(id=LIAM, name="Liam", roles=frozenset({Role.AGENT}), level=2)
QUESTION = "how do I book a meeting room with a screen?"
ROOM = "calendar-room"


def escalated(office: Office) -> None:
    """A ticket moves up because what was shown is wrong."""
    parts = office.up.assistant.parts
    shown = Found(kind="article", slug=ROOM, title="", score=0.7, rejected=True)
    brief = Brief(asked=("The room is taken.",), reason="asked", found=(shown,))
    new = NewTicket(kind=Kind.INCIDENT, requester=EMMA, category="meetings", impact="low", urgency="low", brief=brief)
    with parts.database.transaction() as session:
        ticket = tickets.open_ticket(session, parts.desk, new, by=EMMA, now=parts.clock())
        ladder.escalate(
            session, parts.desk, ticket.id, seen_tier=2, reason="wrong-article", note="", reviewed=True, by=AGENT,
            now=parts.clock(),
        )


def test_a_lapse_is_told_and_shown(
    office: Office, noor: Colleague, emma: Colleague, time: Ahead, no_errors: None
) -> None:
    """The editors hear of it, with why; the article still answers, and says that it is due until it is verified."""
    del no_errors
    assistant = office.up.assistant
    article = assistant.parts.kb.article(ROOM, frozenset({"employees"}))
    escalated(office)
    time.by += timedelta(minutes=2)
    news = noor.push_in(EDITORS, lambda one: texts.LAPSES_STILL in said(one))
    assert article.title in said(news)
    assert texts.LAPSES_WHY["wrong_one"] in said(news)
    answer = said(emma.ask(QUESTION))
    assert article.title in answer
    assert "; it is due for another check" in answer
    editor = assistant.parts.person(NOOR)
    assistant.keeping.verify("article", ROOM, editor, seen_revision=article.revision)
    assert "due for another check" not in said(emma.ask(QUESTION))
    assert assistant.health.lapsed(editor) == []
