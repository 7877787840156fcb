"""Run-books: on the card of a ticket, opened and maintained by staff, and never met by employees."""

import json

import pytest

from bot.slack import ids, texts
from tests.functional.office import (
    CLOSED,
    EMMA,
    LEVEL2,
    Colleague,
    Json,
    Office,
    actions_of,
    number_of,
    plain_part,
    said,
)
from tests.functional.test_firstline_corrections import chosen

pytestmark = pytest.mark.usefixtures("no_errors")

STUCK = "nobody on our floor can print, forty jobs wait in the queue, please let me talk to a human about this"
BOOK = "print-queue-stuck"
PERSON = "please let me talk to a human about this"


def opened(emma: Colleague, liam: Colleague, text: str = STUCK) -> tuple[Json, Json]:
    """What Emma is told of her ticket, and its card."""
    reply = emma.ask(text)
    while not any(one in said(reply) for one in ("INC-", "REQ-")):
        reply = emma.ask(PERSON, thread_ts=reply["thread_ts"])
    return reply, liam.card(number_of(reply))


def values(message: Json) -> list[str]:
    """The run-books that a card offers."""
    elements = [one for block in message["blocks"] for one in block.get("elements", [])]
    return [str(one["value"]).split("|")[0] for one in elements if str(one.get("action_id")).startswith("runbook_")]


def read(liam: Colleague, card: Json) -> Json:
    """The run-book that the card's first button opens."""
    liam.press(card, f"{ids.RUNBOOK}_0")
    return liam.modal()


def test_the_card_offers_a_run_book_and_the_agent_reads_it(emma: Colleague, liam: Colleague):
    """With when it was checked and all its parts; Emma hears nothing of it."""
    reply, card = opened(emma, liam)
    assert values(card)[0] == BOOK
    view = read(liam, card)
    told = said(view)
    for part in ("A print queue is stuck", "checked on", "*Before you start*", "*Escalate to L3 when*", "For staff only"):
        assert part in told
    assert {ids.RUNBOOK_EDIT, ids.RUNBOOK_NO_HELP, ids.RUNBOOK_RETIRE} <= set(actions_of(view))
    assert "un-book" not in json.dumps(emma.thread(emma.dm, reply["thread_ts"]))


def test_no_run_book_is_better_than_a_wrong_one(emma: Colleague, liam: Colleague):
    """A ticket that none is for shows none."""
    _, card = opened(emma, liam, "the subtitles in the training video are wrong, " + PERSON)
    assert values(card) == []
    assert texts.CARD_RUNBOOKS not in said(card)


def test_a_corrected_category_suggests_anew(emma: Colleague, liam: Colleague):
    """What staff say the ticket is about counts more than what it was taken for."""
    _, card = opened(emma, liam, "my laptop cannot get onto the network and the vpn fails too, " + PERSON)
    liam.press(card, ids.CORRECT)
    view = liam.modal()
    target = "wifi" if chosen(view)["category"] != "wifi" else "vpn"
    assert liam.fill(view, **chosen(view) | {"category": target}) == CLOSED
    after = liam.changed(card, lambda one: "corrected by" in said(one))
    assert values(after)[0] == {"wifi": "wifi-certificate", "vpn": "vpn-one-or-all"}[target]


def test_it_did_not_help(office: Office, emma: Colleague, liam: Colleague):
    """The agent says so, with thanks in the modal, and the fact names run-book, ticket and person."""
    reply, card = opened(emma, liam)
    view = read(liam, card)
    liam.click("", view, ids.RUNBOOK_NO_HELP)
    told = liam.push("view_update", seconds=20)["view"]
    assert number_of(reply) in said(told)
    [(actor, data)] = office.rows("select actor, data from events where kind = 'runbook.not_helpful'")
    assert actor == liam.user
    assert {name: json.loads(data)[name] for name in ("slug", "ticket")} == {"slug": BOOK, "ticket": number_of(reply)}


def test_employees_never_meet_one(office: Office, emma: Colleague, liam: Colleague):
    """No search, no question, no page finds a run-book, not even by its own words; nor does an agent's question."""
    _, card = opened(emma, liam)
    words = "A print queue is stuck on the print server"
    assert BOOK not in emma.command(f"search {words}")
    assert BOOK not in liam.command(f"search {words}")
    for audiences in (frozenset({"employees"}), frozenset({"employees", "staff"})):
        found = office.core.kb.search(office.up.assistant.parts.encode(words), words, audiences)
        assert all(one.kind in ("article", "recipe") for one in found)
        assert BOOK not in {one.slug for one in found}
    assert emma.get("home")
    assert texts.HOME_RUNBOOKS not in said(emma.home())
    assert card["channel"] == LEVEL2


@pytest.mark.parametrize("action", [f"{ids.RUNBOOK}_0"])
def test_an_employee_who_got_into_the_channel(office: Office, emma: Colleague, liam: Colleague, action: str):
    """The button opens nothing for her, and says why."""
    _, card = opened(emma, liam)
    office.bot().conversations_invite(channel=LEVEL2, users=[EMMA])
    emma.press(card, action)
    assert plain_part("Your roles do not let you read staff articles.") in said(emma.whispered())


def test_an_agent_maintains_it(office: Office, emma: Colleague, liam: Colleague):
    """Edited on a form, published as a new revision in the agent's name; the next reader sees it."""
    _, card = opened(emma, liam)
    view = read(liam, card)
    liam.click("", view, ids.RUNBOOK_EDIT)
    form = liam.push("view_push", seconds=20)["view"]
    shown = {block["block_id"]: block["element"].get("initial_value", "") for block in form["blocks"]}
    body = shown["body"] + "\n\n## Also\nThe spare printer is in the cupboard."
    assert liam.fill(form, **shown | {"body": body})["action"] == "close"
    assert "published as revision 2" in said(liam.hear(lambda one: "run-book" in said(one)))
    assert "The spare printer is in the cupboard." in said(read(liam, card))
    facts = office.rows("select actor from events where kind = 'runbook.published' and actor != 'import'")
    assert facts == [(liam.user,)]
