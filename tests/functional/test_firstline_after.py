"""After the work, lists of tickets and searches, in Slack."""

from datetime import timedelta

import pytest

from bot.slack import ids
from bot.slack.desk import after_texts as texts
from core.errors import Stale
from handoff.tickets import MAX_NOTE
from tests.fakes import Ahead
from tests.functional.desk import stood
from tests.functional.newsroom import press_home, pressed, saves
from tests.functional.office import (
    CLOSED,
    EMMA,
    HELP,
    LEVEL2,
    LEVEL3,
    PATIENCE,
    SMOKE,
    Colleague,
    Json,
    Office,
    actions_of,
    number_of,
    plain_part,
    said,
)

pytestmark = pytest.mark.usefixtures("no_errors")
RATES = {f"{ids.RATE}_{n}" for n in range(1, 6)}
SECRET = "Internal: her laptop has a virus."


def resolved(emma: Colleague, liam: Colleague, channel: str = "") -> tuple[Json, Json, str]:
    """A ticket of Emma's that Liam has resolved: what she was told of it, its card, its number."""
    reply = emma.ask(SMOKE, channel)
    number = number_of(reply)
    card = liam.card(number)
    liam.press(card, ids.RESOLVE)
    assert liam.fill(liam.modal(), code="fixed", note="Swapped the battery") == CLOSED
    told = emma.hear(lambda one: number in said(one) and "Swapped the battery" in said(one))
    return told | {"channel": channel or emma.dm, "thread": reply["thread_ts"]}, card, number


def state_of(office: Office, number: str) -> tuple[str, str]:
    """A ticket's state, and how it was closed."""
    [found] = office.rows("select state, closed_how from tickets where number = ?", number)
    return str(found[0]), str(found[1])


class TestTheEnd:
    def test_it_works(self, office: Office, emma: Colleague, liam: Colleague):
        """One press closes it; she is asked how it went, once, and may say why; the staff see that."""
        told, _, number = resolved(emma, liam)
        assert {ids.CONFIRM, ids.REOPEN} <= set(actions_of(told))
        emma.press(told, ids.CONFIRM)
        asked = emma.changed(told, lambda one: ids.CONFIRM not in actions_of(one))
        assert set(actions_of(asked)) >= RATES
        assert state_of(office, number) == ("closed", "confirmed")
        emma.press(asked | {"channel": emma.dm}, f"{ids.RATE}_4")
        thanked = emma.changed(told, lambda one: ids.COMMENT in actions_of(one))
        assert texts.RATINGS[4] in said(thanked)
        emma.press(thanked | {"channel": emma.dm}, ids.COMMENT)
        assert emma.fill(emma.modal(), note="Quick and kind") == CLOSED
        last = emma.changed(told, lambda one: ids.COMMENT not in actions_of(one))
        assert texts.COMMENT_KEPT in said(last)
        assert office.rows("select rating, rating_note from tickets where number = ?", number) == [
            (4, "Quick and kind")
        ]

    def test_it_is_not_fixed(self, office: Office, emma: Colleague, liam: Colleague, priya: Colleague):
        """Straight to the next tier; the old message loses its buttons."""
        told, _, number = resolved(emma, liam)
        emma.press(told, ids.REOPEN)
        assert texts.REOPENED.format(number=number) in said(emma.changed(told))
        assert number in said(priya.card(number, LEVEL3))
        assert state_of(office, number) == ("reopened", "")

    def test_a_click_on_an_old_message(self, office: Office, emma: Colleague, liam: Colleague):
        """It says in a line what is, and draws it."""
        told, _, number = resolved(emma, liam)
        assert ids.REOPEN in actions_of(emma.ask("it works, thanks", thread_ts=told["thread"]))
        assert state_of(office, number) == ("closed", "confirmed")
        emma.press(told, ids.CONFIRM)
        assert f"{number} is already closed." in said(emma.whispered())
        assert set(actions_of(emma.changed(told))) >= RATES

    @pytest.mark.parametrize("words", ["it works", "thanks, solved"])
    def test_in_words(self, office: Office, emma: Colleague, liam: Colleague, words: str):
        """What she writes in its thread counts as the button does."""
        told, _, number = resolved(emma, liam)
        reply = emma.ask(words, thread_ts=told["thread"])
        assert plain_part(texts.CONFIRMED) in said(reply)
        assert set(actions_of(reply)) >= RATES
        assert state_of(office, number) == ("closed", "confirmed")

    def test_thanks_alone_confirm_nothing(self, office: Office, emma: Colleague, liam: Colleague):
        """One can be thankful for a try."""
        told, _, number = resolved(emma, liam)
        emma.ask("thanks!", thread_ts=told["thread"])
        assert state_of(office, number) == ("resolved", "")

    def test_rating_twice(self, office: Office, emma: Colleague, liam: Colleague):
        """The second one changes nothing, and says so."""
        told, _, number = resolved(emma, liam)
        emma.press(told, ids.CONFIRM)
        asked = emma.changed(told) | {"channel": emma.dm}
        emma.press(asked, f"{ids.RATE}_5")
        emma.changed(told, lambda one: ids.COMMENT in actions_of(one))
        [(ticket,)] = office.rows("select id from tickets where number = ?", number)
        parts = office.up.assistant.parts
        with pytest.raises(Stale, match="You have told us already"):
            office.up.assistant.after.rate(ticket, 1, parts.person(EMMA))
        assert office.rows("select rating from tickets where number = ?", number) == [(5,)]

    def test_somebody_else(self, office: Office, emma: Colleague, liam: Colleague, noor: Colleague):
        """In a channel others see the buttons; they are not theirs."""
        told, _, number = resolved(emma, liam, HELP)
        for action in (ids.CONFIRM, ids.REOPEN):
            noor.press(told, action)
            assert said(noor.whispered())
        assert state_of(office, number) == ("resolved", "")

    def test_silence_closes_it_and_asks_once(
        self, office: Office, emma: Colleague, liam: Colleague, time: Ahead
    ):
        """After the agreed days it is assumed to be fixed, which is told apart; and can still be opened again."""
        told, _, number = resolved(emma, liam)
        time.by += timedelta(days=7)
        closed = emma.hear(lambda one: one.get("thread_ts") == told["thread"] and "heard nothing" in said(one))
        assert {*RATES, ids.REOPEN} <= set(actions_of(closed))
        assert state_of(office, number) == ("closed", "assumed")
        emma.press(closed | {"channel": emma.dm}, ids.REOPEN)
        assert texts.REOPENED.format(number=number) in said(emma.changed(closed))


class TestDocumented:
    def at_l3(self, emma: Colleague, liam: Colleague, priya: Colleague) -> tuple[Json, str]:
        """A card in tier 3, and its number."""
        number = number_of(emma.ask(SMOKE))
        card = liam.card(number)
        liam.press(card, ids.ESCALATE)
        assert liam.fill(liam.modal(), reason="needs-access", note="") == CLOSED
        return priya.card(number, LEVEL3), number

    def test_a_recipe_is_drafted(self, office: Office, emma: Colleague, liam: Colleague, priya: Colleague):
        """It is told in the staff's thread, and opens there; the requester hears nothing of it."""
        card, number = self.at_l3(emma, liam, priya)
        priya.press(card, ids.RESOLVE)
        view = priya.modal()
        given = {"code": "fixed", "note": "Replaced the battery", "documented_note": ""}
        assert priya.fill(view, **given, documented="draft:recipe") == CLOSED
        told = priya.hear(lambda one: one.get("thread_ts") == card["ts"] and ids.EDITOR_OPEN in said_actions(one))
        slug = f"safety-{number.lower()}"
        priya.press(told | {"channel": LEVEL3}, ids.EDITOR_OPEN)
        assert "Replaced the battery" in str(priya.modal())
        assert office.rows("select documented from tickets where number = ?", number) == [(f"recipe:{slug}",)]
        assert office.rows("select state from kb_items where slug = ?", slug) == [("retired",)]
        thread = emma.hear(lambda one: "Replaced the battery" in said(one))["thread_ts"]
        assert not [one for one in emma.replies(emma.dm, thread) if "draft" in said(one).lower()]

    def test_an_article_is_drafted_and_published_by_an_editor(
        self, office: Office, emma: Colleague, liam: Colleague, priya: Colleague, noor: Colleague
    ):
        """As long as a part is unwritten it cannot be; after that the next question finds it."""
        card, number = self.at_l3(emma, liam, priya)
        priya.press(card, ids.RESOLVE)
        given = {"code": "fixed", "note": "Replaced the battery", "documented_note": ""}
        assert priya.fill(priya.modal(), **given, documented="draft:article") == CLOSED
        priya.hear(lambda one: one.get("thread_ts") == card["ts"] and ids.EDITOR_OPEN in said_actions(one))
        slug = f"safety-{number.lower()}"
        press_home(noor, ids.EDITOR_OPEN, f"article|{slug}|0")
        sheet = pressed(noor, noor.modal(), ids.EDITOR_PUBLISH)
        assert "still to be written: FILL IN" in said(sheet)
        form = pressed(noor, sheet, ids.EDITOR_EDIT)
        body = "Switch it off, and bring it to us."
        sheet = saves(noor, form, title="A hot battery", alias_0="", part_0=body)["view"]
        assert "Published as revision 1" in said(pressed(noor, sheet, ids.EDITOR_PUBLISH))
        assert office.rows("select state, revision from kb_items where slug = ?", slug) == [("published", 1)]

    @pytest.mark.parametrize(
        ("documented", "note"), [("known", "made-up-name"), ("known", ""), ("no", " ")]
    )
    def test_what_is_refused(
        self, office: Office, emma: Colleague, liam: Colleague, priya: Colleague, documented: str, note: str
    ):
        """A name that nothing has, no name, no reason: the form says so and stays."""
        card, number = self.at_l3(emma, liam, priya)
        priya.press(card, ids.RESOLVE)
        given = {"code": "fixed", "note": "Done", "documented": documented, "documented_note": note}
        assert "errors" in str(priya.fill(priya.modal(), **given))
        assert state_of(office, number)[0] == "escalated"

    def test_what_is_written_down_already(
        self, office: Office, emma: Colleague, liam: Colleague, priya: Colleague
    ):
        """Its name is enough."""
        card, number = self.at_l3(emma, liam, priya)
        priya.press(card, ids.RESOLVE)
        given = {"code": "fixed", "note": "Done", "documented": "known", "documented_note": "laptop-smoke-heat"}
        assert priya.fill(priya.modal(), **given) == CLOSED
        kept = office.rows("select documented from tickets where number = ?", number)
        assert kept == [("article:laptop-smoke-heat",)]


def said_actions(message: Json) -> list[str]:
    """What can be pressed in a message, if it has blocks."""
    return actions_of(message) if message.get("blocks") else []


class TestHome:
    def test_adding_to_a_ticket(self, office: Office, emma: Colleague, liam: Colleague):
        """What she adds there stands in the staff's thread, with secrets taken out; too much is refused."""
        number = number_of(emma.ask(SMOKE))
        card = liam.card(number)
        home = emma.home(lambda words: number in words)
        emma.press_view(home, ids.ADD, ticket_id(office, number))
        view = emma.modal()
        assert "errors" in str(emma.fill(view, text="x" * (MAX_NOTE + 1)))
        assert emma.fill(view, text="It is in room 4. password: hunter2hunter2") == CLOSED
        note = liam.hear(lambda one: one.get("thread_ts") == card["ts"] and "room 4" in said(one))
        assert "hunter2" not in said(note)
        assert number in said(emma.whispered())

    def test_ending_a_ticket(self, office: Office, marcus: Colleague, liam: Colleague):
        """It works, from the list; the list shows it."""
        _, _, number = resolved(marcus, liam)
        home = marcus.home(lambda words: "It is resolved since" in words)
        marcus.press_view(home, ids.CONFIRM, ticket_id(office, number))
        after = marcus.push("home", lambda push: "you told us that it works" in said(push["view"]), 20)
        assert number in said(after["view"])

    def test_a_ticket_on_a_page_of_its_own(self, office: Office, emma: Colleague):
        """Status opens it."""
        number = number_of(emma.ask(SMOKE))
        emma.press_view(emma.home(lambda words: number in words), ids.STATUS, ticket_id(office, number))
        assert plain_part(texts.STANDS["new"]) in said(emma.modal())

    def test_claiming_from_the_queue(self, office: Office, emma: Colleague, liam: Colleague):
        """The row says at once who has it; its number leads to the card."""
        number = number_of(emma.ask(SMOKE))
        link = liam_link(office, stood(office, liam.card(number)))
        home = liam.home(lambda words: f"<{link}|{number}>" in words)
        liam.press_view(home, ids.HOME_CLAIM, ticket_id(office, number))
        mine = liam.push("home", lambda push: f"{number}>* P1" in said(push["view"]), 20)["view"]
        assert "being worked on" in said(mine)

    def test_kinds_of_look(self, emma: Colleague, liam: Colleague):
        """Another kind is one press away, and stays on."""
        number = number_of(emma.ask(SMOKE))
        home = liam.home(lambda words: number in words)
        shows = [one for block in home["blocks"] for one in block.get("elements", [])]
        late = next(one for one in shows if one.get("action_id") == f"{ids.HOME_GO}_show_late")
        liam.press_view(home, late["action_id"], late["value"])
        assert "late" in liam.push("home", seconds=PATIENCE)["view"]["private_metadata"]


class TestCommands:
    def test_finding_tickets(self, office: Office, emma: Colleague, liam: Colleague, noor: Colleague):
        """Staff by words, state and person, with a link to the card; employees their own."""
        words = "please let me talk to a human about my flickering zebra screen"
        number = number_of(emma.ask(words))
        card = stood(office, liam.card(number))
        for wanted in ("find flickering zebra", f"find {number}", "find zebra open @emma", "tickets zebra new"):
            found = liam.command(wanted)
            assert f"<{liam_link(office, card)}|{number}>" in found, found
        for wanted in ("find zebra closed", "find zebra @priya", "find zebra %"):
            assert plain_part(texts.FOUND_NONE) in liam.command(wanted)
        assert number in emma.command("tickets zebra")
        assert "<http" not in emma.command("tickets zebra")
        assert number not in noor.command("tickets zebra")
        assert liam.command("find") == texts.FIND_USAGE

    def test_more_than_fit(self, emma: Colleague):
        """`/it status` shows some, and counts the rest."""
        for _ in range(6): emma.ask(SMOKE)
        assert plain_part(texts.STATUS_MORE) in emma.command("status")


def ticket_id(office: Office, number: str) -> str:
    """The id of a ticket, as buttons carry it."""
    [(found,)] = office.rows("select id from tickets where number = ?", number)
    return str(found)


def liam_link(office: Office, card: Json) -> str:
    """The address of a card, as Slack tells it."""
    return str(office.bot().chat_getPermalink(channel=LEVEL2, message_ts=card["ts"])["permalink"])
