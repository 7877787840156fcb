"""Run-books: on the card of a ticket, opened and maintained by staff, and never met by employees."""

import json
import re
from pathlib import Path

import pytest

from bot.slack import ids
from bot.slack.desk import card_texts
from bot.slack.editors import texts as editors
from core.errors import BadInput, NotAllowed, NotFound
from tests.commandline import one_line, runner
from tests.functional.newsroom import begins, press_home, pressed, saves, says
from tests.functional.office import (
    CLOSED,
    LEVEL2,
    LIAM,
    MARCUS,
    PATIENCE,
    Colleague,
    Json,
    Office,
    actions_of,
    filled_in,
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
    assert {ids.EDITOR_OPEN, ids.RUNBOOK_NO_HELP} <= set(actions_of(view))
    assert "un-book" not in json.dumps(emma.thread(emma.dm, reply["thread_ts"]))


def test_no_run_book_is_better_than_a_wrong_one(emma: Colleague, liam: Colleague):
    """A ticket that none is for shows none."""
    _, card = opened(emma, liam, "the subtitles in the training video are wrong, " + PERSON)
    assert values(card) == []
    assert card_texts.CARD_RUNBOOKS not in said(card)


def test_a_corrected_category_suggests_anew(emma: Colleague, liam: Colleague):
    """What staff say the ticket is about counts more than what it was taken for."""
    _, card = opened(emma, liam, "remote access is broken for me in the office, " + PERSON)
    assert values(card)[0] != "vpn-one-or-all"
    liam.more(card, "correct")
    view = liam.modal()
    assert liam.fill(view, **chosen(view) | {"category": "vpn"}) == CLOSED
    after = liam.changed(card, lambda one: "corrected by" in said(one))
    assert values(after)[0] == "vpn-one-or-all"


def test_it_did_not_help(office: Office, emma: Colleague, liam: Colleague):
    """The agent says so, with thanks in the modal, and the fact names run-book, ticket and person."""
    reply, card = opened(emma, liam)
    view = read(liam, card)
    liam.click_view(view, ids.RUNBOOK_NO_HELP)
    told = liam.push("view_update", seconds=PATIENCE)["view"]
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
    assert editors.HOME_READ not in said(emma.home())
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
    liam.click_view(view, ids.EDITOR_OPEN)
    form = pressed(liam, liam.push("view_push", seconds=PATIENCE)["view"], ids.EDITOR_EDIT)
    body = filled_in(form)["part_0"] + "\n\n## Also\nThe spare printer is in the cupboard."
    sheet = saves(liam, form, part_0=body)["view"]
    assert "Published as revision 2" in said(pressed(liam, sheet, ids.EDITOR_PUBLISH))
    assert "The spare printer is in the cupboard." in said(read(liam, card))
    facts = office.rows("select actor from events where kind = 'runbook.published' and actor != 'import'")
    assert facts == [(liam.user,)]


def test_who_may_not_write(emma: Colleague, liam: Colleague, marcus: Colleague):
    """A manager reads run-books and writes none; an agent writes them."""
    _, card = opened(emma, liam)
    seen = set(actions_of(read(marcus, card)))
    assert ids.RUNBOOK_NO_HELP in seen
    assert ids.EDITOR_OPEN not in seen
    assert f"{ids.EDITOR_NEW}_runbook" not in actions_of(marcus.home())
    assert {f"{ids.EDITOR_NEW}_runbook", f"{ids.EDITOR_FIND}_read"} <= set(actions_of(liam.home()))


def test_forged_clicks(office: Office, liam: Colleague, marcus: Colleague):
    """What is checked is who somebody is, not which buttons they were shown."""
    for one in (liam, marcus): one.command("status")  # so that they are known
    assistant = office.up.assistant
    agent, manager = assistant.parts.person(LIAM), assistant.parts.person(MARCUS)
    kept = assistant.writing.begin("runbook", BOOK, agent)
    for forbidden, what in (
        (lambda: assistant.keeping.retire("article", "vpn-install", agent, seen_revision=1), "edit articles"),
        (lambda: assistant.keeping.retire("runbook", BOOK, manager, seen_revision=1), "edit run-books"),
        (lambda: assistant.writing.begin("runbook", BOOK, manager), "edit run-books"),
        (lambda: assistant.writing.keep("runbook", BOOK, kept.source, manager, seen_version=0), "edit run-books"),
    ):
        with pytest.raises(NotAllowed, match=what): forbidden()
    with pytest.raises(NotFound):
        assistant.writing.begin("runbook", "vpn-install", agent)


def test_a_run_book_from_first_to_last(office: Office, liam: Colleague, noor: Colleague):
    """An agent writes and publishes one, an editor finds it, and it is retired: found by nobody any more."""
    form = begins(liam, "runbook")
    assert "## Escalate to L3 when" in str(form)
    body = "For L2.\n## Check\n1. The rollers."
    sheet = saves(liam, form, title="The badge printer jams", category="printing", part_0=body)["view"]
    assert "Published as revision 1" in said(pressed(liam, sheet, ids.EDITOR_PUBLISH))
    press_home(noor, f"{ids.EDITOR_FIND}_read", "read")
    found = noor.fill(noor.modal(), words="badge printer jams")["view"]
    noor.click_view(found, f"{ids.RUNBOOK}_0")
    shown = noor.push("view_push", seconds=PATIENCE)["view"]
    assert "The rollers." in said(shown)
    noor.click_view(shown, ids.EDITOR_OPEN)
    asked = pressed(noor, noor.push("view_push", seconds=PATIENCE)["view"], ids.EDITOR_RETIRE)
    assert plain_part(editors.RETIRED) in said(says(noor, asked, "We sold it"))
    assert not office.core.kb.is_published("runbook", "the-badge-printer-jams")
    facts = office.rows("select kind, actor from events where data like '%badge-printer%' order by id")
    assert facts == [
        ("runbook.drafted", liam.user), ("runbook.published", liam.user), ("runbook.retired", noor.user),
    ]  # fmt: skip


class TestDrafts:
    """A resolved ticket becomes a recipe: drafted, gone over, kept, published."""

    def resolved(self, emma: Colleague, liam: Colleague, what: str = "post room scales") -> Json:
        """The card of a ticket that Liam resolved."""
        text = f"Hi, Emma Larsen here. The {what} on BW-48213 says error 809, mail emma@brightwater.example. "
        _, card = opened(emma, liam, text + PERSON)
        liam.press(card, ids.RESOLVE)
        note = "Reinstalled the reader's driver for Emma, see INC-000077 and ext. 0117 496 0123."
        assert liam.fill(liam.modal(), code="fixed", note=note) == CLOSED
        return liam.changed(card, lambda one: ids.DRAFT_RECIPE in actions_of(one)) | {"channel": LEVEL2}

    def test_from_ticket_to_recipe(self, office: Office, emma: Colleague, liam: Colleague, noor: Colleague):
        """Nobody's name in it; it is offered to nobody until an editor publishes it, which its marks prevent."""
        card = self.resolved(emma, liam, "badge reader app")
        liam.press(card, ids.DRAFT_RECIPE)
        form = liam.modal()
        source = filled_in(form)["part_0"]
        assert "error 809" in source
        assert "driver for [name]" in source
        assert not any(one in source for one in ("Emma", "Larsen", "BW-48213", "@", "0123", "INC-000077"))

        wrong = saves(liam, form, slug="badge-reader", part_0=source.replace("Done: works", "Done: nowhere"))
        assert re.match(r'Line \d+: "nowhere" is neither a step nor an ending', next(iter(wrong["errors"].values())))
        sheet = saves(liam, form, slug="badge-reader")["view"]
        assert ids.EDITOR_PUBLISH not in actions_of(sheet)
        assert ("recipe", "badge-reader") not in office.core.kb.index().by_slug

        press_home(noor, ids.EDITOR_OPEN, "recipe|badge-reader|0")
        sheet = pressed(noor, noor.modal(), ids.EDITOR_PUBLISH)
        assert "still to be written: FILL IN" in said(sheet)
        bad = source.replace("FILL IN:", "").replace("No': handoff", "No': article:no-such-article")
        sheet = saves(noor, pressed(noor, sheet, ids.EDITOR_EDIT), part_0=bad)["view"]
        sheet = pressed(noor, sheet, ids.EDITOR_PUBLISH)
        assert "no-such-article" in said(sheet)
        good = source.replace("FILL IN:", "")
        sheet = saves(noor, pressed(noor, sheet, ids.EDITOR_EDIT), part_0=good)["view"]
        assert "Published as revision 1" in said(pressed(noor, sheet, ids.EDITOR_PUBLISH))
        assert office.recipe("badge-reader").triggers
        drafts = "select kind, actor from events where data like '%badge-reader%' and kind like 'recipe.%' order by id"
        facts = office.rows(drafts)
        assert facts == [
            ("recipe.drafted", liam.user), ("recipe.drafted", noor.user), ("recipe.drafted", noor.user),
            ("recipe.published", noor.user),
        ]  # fmt: skip

    def test_who_may(self, office: Office, emma: Colleague, liam: Colleague, marcus: Colleague):
        """A manager drafts nothing, an agent publishes nothing, and an open ticket is no source."""
        card = self.resolved(emma, liam)
        marcus.press(card, ids.DRAFT_RECIPE)
        assert "Your roles do not let you draft recipes." in said(marcus.whispered())
        drafting = office.up.assistant.drafting
        with pytest.raises(NotAllowed, match="edit articles"):
            office.up.assistant.reviewing.publish(
                "recipe", "badge-reader", office.up.assistant.parts.person(LIAM), seen_version=1
            )
        reply, _ = opened(emma, liam)
        [(ticket,)] = office.rows("select id from tickets where number = ?", number_of(reply))
        with pytest.raises(BadInput, match="is still open"):
            drafting.begin(ticket, office.up.assistant.parts.person(LIAM))

    def test_at_the_terminal(self, office: Office, emma: Colleague, liam: Colleague, tmp_path: Path):
        """The same draft in a file, which the checker takes; kept ones are listed, and published only when written."""
        run, agent = runner(office.core.settings.state_dir), office.up.assistant.parts.person(LIAM)
        self.resolved(emma, liam)
        [(number,)] = office.rows("select number from tickets where state = 'resolved' order by id desc limit 1")
        out = tmp_path / "cookbook" / "reader.yaml"
        out.parent.mkdir()
        assert run("cookbook", "draft", number.lower(), "--out", out).code == 0
        assert "Emma" not in out.read_text(encoding="utf-8")
        assert run("cookbook", "check", out.parent).code == 0
        one_line(run("cookbook", "draft", number, "--out", out), "is there already")
        one_line(run("cookbook", "draft", "INC-999999"), "There is no ticket INC-999999")
        assert "There is no draft." in run("cookbook", "drafts").out
        source = run("cookbook", "draft", number).out
        office.up.assistant.writing.keep("recipe", "reader", source, agent, seen_version=0)
        assert run("cookbook", "drafts").out.startswith("reader: ")
        assert [one["slug"] for one in run("cookbook", "drafts", "--json").json] == ["reader"]
        assert run("cookbook", "drafts", "reader").out == source
        refused = run("cookbook", "publish", "reader")
        assert (refused.code, "still to be written" in refused.err) == (2, True)
        written = source.replace("FILL IN", "Ask")
        office.up.assistant.writing.keep("recipe", "reader", written, agent, seen_version=1)
        assert run("cookbook", "publish", "reader").out.startswith("Published: ")
        one_line(run("cookbook", "publish", "reader"), 'There is no draft "reader"')


class TestAtTheTerminal:
    """`firstline kb runbooks`."""

    def test_a_set(self, office: Office, tmp_path: Path):
        """Of tickets with a right answer and without: how many are suggested it, how many something they need not."""
        run = runner(office.core.settings.state_dir)
        path = tmp_path / "set.jsonl"
        rows = [{"text": STUCK, "expect": {"runbooks": [BOOK]}}, {"text": "lunch?", "expect": {"runbooks": []}}]
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
        found = run("kb", "runbooks", "--set", path, "--json").json
        assert (found["with_one"], found["first"], found["without"], found["false"]) == (1, 1, 1, 0)
        assert run("kb", "runbooks", STUCK, "--json").json[0]["slug"] == BOOK
        assert run("kb", "runbooks", "lunch?").out == "None.\n"
        path.write_text('{"text": "x", "expect": {"articles": []}}', encoding="utf-8")
        one_line(run("kb", "runbooks", "--set", path), "set.jsonl:1: needs")
        one_line(run("kb", "runbooks"), "either a text or --set")
