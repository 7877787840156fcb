"""Run-books: on the card of a ticket, opened and maintained by staff, and never met by employees."""

import json

import pytest

from bot.slack import ids, texts
from core.errors import NotAllowed, NotFound
from core.people import Person
from tests.functional.office import (
    CLOSED,
    LEVEL2,
    LIAM,
    MARCUS,
    NOOR,
    Colleague,
    Json,
    Office,
    actions_of,
    number_of,
    plain_part,
    said,
)
from tests.functional.test_firstline_corrections import chosen
from tests.functional.test_firstline_trouble import invite

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
    for part in ("A print queue is stuck", "checked on", "*Before you start*", "*Escalate to L3 when*", "staff only"):
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
    _, card = opened(emma, liam, "remote access is broken for me in the office, " + PERSON)
    assert values(card)[0] != "vpn-one-or-all"
    liam.press(card, ids.CORRECT)
    view = liam.modal()
    assert liam.fill(view, **chosen(view) | {"category": "vpn"}) == CLOSED
    after = liam.changed(card, lambda one: "corrected by" in said(one))
    assert values(after)[0] == "vpn-one-or-all"


def test_it_did_not_help(office: Office, emma: Colleague, liam: Colleague):
    """The agent says so, with thanks in the modal, and the fact names run-book, ticket and person."""
    reply, card = opened(emma, liam)
    view = read(liam, card)
    liam.click_view(view, ids.RUNBOOK_NO_HELP)
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


def test_an_employee_who_got_into_the_channel(emma: Colleague, liam: Colleague):
    """The button opens nothing for her, and says why."""
    _, card = opened(emma, liam)
    invite(liam, "@emma", LEVEL2)
    emma.press(card, f"{ids.RUNBOOK}_0")
    assert plain_part("Your roles do not let you read staff articles.") in said(emma.whispered())


def test_an_agent_maintains_it(office: Office, emma: Colleague, liam: Colleague):
    """Edited on a form, published as a new revision in the agent's name; the next reader sees it."""
    _, card = opened(emma, liam)
    view = read(liam, card)
    liam.click_view(view, ids.RUNBOOK_EDIT)
    form = liam.push("view_push", seconds=20)["view"]
    shown = {block["block_id"]: block["element"].get("initial_value", "") for block in form["blocks"]}
    body = shown["body"] + "\n\n## Also\nThe spare printer is in the cupboard."
    assert liam.fill(form, **shown | {"body": body})["action"] == "close"
    assert "published as revision 2" in said(liam.hear(lambda one: "run-book" in said(one)))
    assert "The spare printer is in the cupboard." in said(read(liam, card))
    facts = office.rows("select actor from events where kind = 'runbook.published' and actor != 'import'")
    assert facts == [(liam.user,)]


def test_who_may_not_write(emma: Colleague, liam: Colleague, marcus: Colleague):
    """A manager reads run-books and writes none; an agent writes run-books and no articles."""
    _, card = opened(emma, liam)
    seen = set(actions_of(read(marcus, card)))
    assert ids.RUNBOOK_NO_HELP in seen
    assert not {ids.RUNBOOK_EDIT, ids.RUNBOOK_RETIRE} & seen
    assert ids.RUNBOOK_NEW not in actions_of(marcus.home())
    at_home = set(actions_of(liam.home()))
    assert {ids.RUNBOOK_NEW, ids.RUNBOOK_FIND} <= at_home
    assert not {ids.EDIT_ARTICLE, ids.NEW_ARTICLE} & at_home


def test_forged_clicks(office: Office):
    """What is checked is who somebody is, not which buttons they were shown."""
    assistant = office.up.assistant
    agent, manager = assistant.parts.person(LIAM), assistant.parts.person(MARCUS)
    values_ = {"title": "x", "category": "vpn", "body": "y"}
    with pytest.raises(NotAllowed, match="edit articles"):
        assistant.editing.save("vpn-install", values_, agent, seen_revision=1)
    with pytest.raises(NotAllowed, match="edit articles"):
        assistant.editing.open("vpn-install", agent)
    for forbidden in (
        lambda: assistant.runbooks.save("", values_, manager, seen_revision=0),
        lambda: assistant.runbooks.retire(BOOK, manager),
        lambda: assistant.runbooks.edit(BOOK, manager),
    ):
        with pytest.raises(NotAllowed, match="edit run-books"): forbidden()
    with pytest.raises(NotFound):
        assistant.runbooks.edit("vpn-install", agent)


def test_a_run_book_from_first_to_last(office: Office, liam: Colleague, noor: Colleague):
    """An agent writes one at home, an editor finds it in the list, and it is retired: in nobody's list any more."""
    liam.click_view(liam.home(), ids.RUNBOOK_NEW)
    form = liam.modal()
    assert "## Escalate to L3 when" in str(form)
    fields = {"title": "The badge printer jams", "category": "printing", "body": "For L2.\n## Check\n1. The rollers."}
    assert liam.fill(form, **fields)["action"] == "close"
    liam.hear(lambda one: "published as revision 1" in said(one))
    noor.click_view(noor.home(), ids.RUNBOOK_FIND)
    shown = noor.fill(noor.modal(), slug="the-badge-printer-jams")["view"]
    assert "The rollers." in said(shown)
    noor.click_view(shown, ids.RUNBOOK_RETIRE)
    assert plain_part(texts.RUNBOOK_GONE) in said(noor.push("view_update", seconds=20)["view"])
    assert "the-badge-printer-jams" not in dict(office.up.assistant.runbooks.titles(noor_of(office)))
    facts = office.rows("select kind, actor from events where data like '%badge-printer%' order by id")
    assert facts == [("runbook.published", liam.user), ("runbook.retired", noor.user)]


def noor_of(office: Office) -> Person:
    """Noor, as Firstline knows her."""
    return office.up.assistant.parts.person(NOOR)
