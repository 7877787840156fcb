"""Staff correct what a ticket was taken for: the card, its priority, the requester, and who may."""

import pytest

from bot.slack.desk import card_texts
from tests.functional.office import CLOSED, LEVEL2, Colleague, Json, Office, number_of, plain_part, said
from tests.functional.test_firstline_trouble import invite

pytestmark = pytest.mark.usefixtures("no_errors")

WANTED = "vpn is broken for me, please let me talk to a human about this"


def opened(emma: Colleague, liam: Colleague) -> tuple[Json, Json]:
    """A ticket of Emma's: what she is told, and its card."""
    reply = emma.ask(WANTED)
    return reply, liam.card(number_of(reply))


def chosen(view: Json) -> dict[str, str]:
    """What a modal shows as chosen."""
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    return {block["block_id"]: block["element"]["initial_option"]["value"] for block in inputs}


def test_a_correction(office: Office, emma: Colleague, liam: Colleague):
    """The present values are chosen; the card tells the new ones and who gave them, and Emma her new times."""
    reply, card = opened(emma, liam)
    liam.more(card, "correct")
    view = liam.modal()
    kept = "select kind, category, impact, urgency from tickets where number = ?"
    assert [tuple(chosen(view).values())] == office.rows(kept, number_of(reply))
    assert liam.fill(view, **chosen(view) | {"category": "wifi", "impact": "high", "urgency": "high"}) == CLOSED
    now = said(liam.changed(card, lambda one: "corrected by" in said(one)))
    assert "P1: high impact, high urgency" in now
    assert "→ wifi" in now
    told = said(emma.reply_in(reply["thread_ts"]))
    assert plain_part(card_texts.NEWS["corrected"]) in told
    assert f"*{number_of(reply)}* is P1 now" in told
    assert [row[1:] for row in office.rows(kept, number_of(reply))] == [("wifi", "high", "high")]


def test_the_same_values(office: Office, emma: Colleague, liam: Colleague):
    """Saving what was there changes nothing and disturbs nobody."""
    reply, card = opened(emma, liam)
    liam.more(card, "correct")
    view = liam.modal()
    assert liam.fill(view, **chosen(view)) == CLOSED
    office.all_heard()
    assert office.rows("select version from tickets where number = ?", number_of(reply)) == [(1,)]
    assert len(emma.replies(emma.dm, reply["thread_ts"])) == 1


def test_two_who_correct_at_once(emma: Colleague, liam: Colleague, priya: Colleague):
    """The second is told on the form that it has changed, and overwrites nothing."""
    _, card = opened(emma, liam)
    liam.more(card, "correct")
    late = liam.modal()
    priya.more(card, "correct")
    view = priya.modal()
    assert priya.fill(view, **chosen(view) | {"category": "wifi"}) == CLOSED
    answer = liam.fill(late, **chosen(late) | {"category": "email"})
    assert "was corrected a moment ago" in answer["errors"]["category"]


def test_it_is_for_staff(emma: Colleague, liam: Colleague, noor: Colleague):
    """Noor, who edits articles, is told so."""
    invite(liam, "@noor", LEVEL2)
    _, card = opened(emma, liam)
    noor.more(card, "correct")
    assert "work tickets" in noor.whispered()["text"]
