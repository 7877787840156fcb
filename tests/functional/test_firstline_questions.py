"""The four questions a newcomer asks first, each to its end."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.slack import ids, texts
from bot.slack.desk import after_texts, card_texts
from bot.slack.mrkdwn import day, unescape
from tests.functional.office import (
    CLOSED,
    HELP,
    LEVEL2,
    LEVEL3,
    LUNCH,
    ROOM,
    SMOKE,
    VPN,
    Colleague,
    Json,
    Office,
    actions_of,
    number_of,
    plain_part,
    press_as_it_was,
    said,
    way_to,
)
from tests.functional.recipes import run_of

pytestmark = pytest.mark.usefixtures("no_errors")
SLUG = "vpn-stuck-connecting"


def test_room_with_a_screen_is_answered_word_for_word(office: Office, emma: Colleague):
    """The answer quotes the article under its name, with a link that opens it, the day it was checked, and buttons."""
    reply = emma.ask(ROOM)
    address, title = re.search(r"<(http[^|>]+)\|([^>]+)>", said(reply)).groups()
    article = office.core.kb.article(address.split("/help/")[1].split("#")[0], frozenset({"employees"}))
    assert unescape(title) == article.title
    assert f"hecked on {day(article.verified)}" in said(reply)  # “Checked on”, or “Last checked on” when it is due
    assert first_sentence(article.body) in said(reply).replace("*", "").replace("_", "")
    assert {ids.HELPED, ids.NOT_HELPED, ids.PERSON_NOW} <= set(actions_of(reply))
    page = httpx.get(address)
    assert page.status_code == 200
    assert article.title in page.text


def first_sentence(body: str) -> str:
    """What an article begins with, without its marks."""
    return re.sub(r"[*_`]|\]\([^)]*\)|\[", "", body.strip().split(". ")[0])[:60]


class TestRecipe:
    def test_it_is_walked_to_solved_in_one_message(self, office: Office, emma: Colleague):
        """Each click updates the same message, which ends with the problem solved, and a way back if it was not."""
        shown = emma.ask(VPN)
        root, ts = shown["thread_ts"], shown["ts"]
        for step, label in way_to(office.recipe(SLUG), "solved"): shown = choose(office, emma, shown, step, label)
        assert texts.SOLVED in said(shown)
        assert actions_of(shown) == [ids.RUN_CAME_BACK]
        assert [one["ts"] for one in emma.replies(emma.dm, root)] == [ts]

    def test_it_is_walked_to_a_handoff(self, office: Office, emma: Colleague, liam: Colleague):
        """Who gets to the end without a fix has a ticket there, and the card shows every step."""
        shown = emma.ask(VPN)
        way = way_to(office.recipe(SLUG), "handoff")
        for step, label in way: shown = choose(office, emma, shown, step, label)
        card = liam.card(number_of(shown))
        assert card_texts.CARD_TRIED in said(card)
        assert all(label in said(card) for _, label in way)
        step, label = way[-1]
        reason = office.recipe(SLUG).steps[step].choices[label].to.partition(":")[2]
        assert office.recipe(SLUG).reasons[reason][:60] in said(card)
        assert len(emma.replies(emma.dm, shown["thread_ts"])) == 1

    def test_a_typed_answer_reaches_the_brief(self, office: Office, emma: Colleague, liam: Colleague):
        """An input step takes its answer from a modal; the card shows it."""
        recipe = office.recipe(SLUG)
        asks = next(name for name, step in recipe.steps.items() if step.input)
        shown = emma.ask(VPN)
        for step, label in way_to(recipe, asks): shown = choose(office, emma, shown, step, label)
        emma.press(shown, ids.STEP_INPUT)
        assert emma.fill(emma.modal(), answer="Error 0x2745") == CLOSED
        shown = emma.changed(shown)
        emma.press(shown, ids.STEP_STUCK)
        assert "Error 0x2745" in said(liam.card(number_of(emma.changed(shown, done))))

    def test_a_step_can_be_answered_in_words(self, office: Office, emma: Colleague):
        """Writing a choice's words in the thread leads on; the message moves down to them."""
        shown = emma.ask(VPN)
        recipe = office.recipe(SLUG)
        step, label = way_to(recipe, "solved")[0]
        old, shown = shown, emma.ask(label.lower(), thread_ts=shown["thread_ts"])
        emma.push("message_deleted", lambda push: push["ts"] == old["ts"])
        assert recipe.steps[recipe.steps[step].choices[label].to].say.split(".")[0][:40] in said(shown)

    def test_back_takes_one_step_back(self, office: Office, emma: Colleague):
        """After Back the first step is shown again, as if nothing was chosen."""
        first = emma.ask(VPN)
        step, label = way_to(office.recipe(SLUG), "solved")[0]
        second = choose(office, emma, first, step, label)
        emma.press(second, ids.STEP_BACK)
        again = emma.changed(second)
        assert ids.STEP_BACK not in actions_of(again)
        assert said(again) == said(first)

    def test_a_stale_click_changes_nothing(self, office: Office, emma: Colleague):
        """Another choice of a step that was answered shows where the run stands, and says so."""
        first = emma.ask(VPN)
        step, label = way_to(office.recipe(SLUG), "solved")[0]
        second = choose(office, emma, first, step, label)
        press_as_it_was(office, emma, first, f"{ids.STEP_CHOICE}_{len(office.recipe(SLUG).steps[step].choices) - 1}")
        assert emma.whispered()["text"] == texts.STALE_STEP
        assert said(last_state(emma, second)) == said(second)

    def test_a_double_click_counts_once(self, office: Office, emma: Colleague):
        """The second half of a double click on a step finds it answered."""
        first = emma.ask(VPN)
        button = choice(office, *way_to(office.recipe(SLUG), "solved")[0])
        emma.press(first, button)
        emma.changed(first)
        press_as_it_was(office, emma, first, button)
        emma.whispered()
        assert run_of(office, first, "seen") == 1

    def test_an_old_button_of_a_finished_run_keeps_the_ticket_in_sight(self, office: Office, emma: Colleague):
        """A click on a run that was handed off shows its ticket again, and opens no second one."""
        first = emma.ask(VPN)
        emma.press(first, ids.STEP_STUCK)
        number = number_of(emma.changed(first, done))
        press_as_it_was(office, emma, first, choice(office, *way_to(office.recipe(SLUG), "solved")[0]))
        assert emma.whispered()["text"] == texts.STALE_STEP
        assert number_of(last_state(emma, first)) == number
        assert office.rows("select count(*) from tickets where thread_ts = ?", first["thread_ts"]) == [(1,)]

    def test_an_old_button_of_a_solved_run_changes_nothing(self, office: Office, emma: Colleague):
        """What was solved stays solved."""
        first = shown = emma.ask(VPN)
        way = way_to(office.recipe(SLUG), "solved")
        for step, label in way: shown = choose(office, emma, shown, step, label)
        press_as_it_was(office, emma, first, choice(office, *way[0]))
        assert emma.whispered()["text"] == texts.STALE_STEP
        assert texts.SOLVED in said(last_state(emma, first))


def choice(office: Office, step: str, label: str) -> str:
    """The name of the button that a choice of a step has."""
    return f"{ids.STEP_CHOICE}_{list(office.recipe(SLUG).steps[step].choices).index(label)}"


def choose(office: Office, emma: Colleague, shown: Json, step: str, label: str) -> Json:
    """Press a choice of the present step; the message as it is then."""
    emma.press(shown, choice(office, step, label))
    return emma.changed(shown)


def done(message: Json) -> bool:
    """Whether a run's message shows a ticket."""
    return ids.STATUS in actions_of(message)


def last_state(emma: Colleague, message: Json) -> Json:
    """How a message looks now."""
    return next(one for one in emma.thread(emma.dm, message["thread_ts"]) if one["ts"] == message["ts"])


class TestSmoke:
    def test_it_has_people_at_once(self, office: Office, emma: Colleague, liam: Colleague):
        """The person reads what to do, number, priority and promised time; the card has the brief."""
        reply = emma.ask(SMOKE)
        assert texts.TICKET_ADVICE in said(reply)
        assert "P1" in said(reply)
        card = liam.card(number_of(reply))
        [times] = office.rows("select opened_at, response_due from tickets where number = ?", number_of(reply))
        opened, due = (datetime.fromisoformat(one).replace(tzinfo=UTC) for one in times)
        assert due - opened == timedelta(minutes=15)
        assert f"<!date^{int(due.timestamp())}^" in said(reply)
        assert card_texts.CARD_ASKED in said(card)
        assert SMOKE in said(card)
        assert {ids.CLAIM, ids.RESOLVE, ids.ESCALATE} <= set(actions_of(card))

    def test_it_goes_through_two_tiers(self, emma: Colleague, liam: Colleague, priya: Colleague):
        """Claim, escalation, resolution and reopening: each is said in her own thread, and the cards follow."""
        reply = emma.ask(SMOKE, HELP)
        number = number_of(reply)
        at_l2 = liam.card(number)
        liam.press(at_l2, ids.CLAIM)
        assert hears(emma, reply, number, card_texts.NEWS["claimed"])
        at_l2 = liam.changed(at_l2, lambda one: ids.CLAIM not in actions_of(one)) | {"channel": LEVEL2}
        at_l3 = escalated(liam, priya, at_l2, number)
        assert hears(emma, reply, number, card_texts.NEWS["escalated"])
        resolved(priya, at_l3)
        assert hears(emma, reply, number, card_texts.NEWS["claimed"])
        news = hears(emma, reply, number, after_texts.RESOLVED)
        assert "Swapped the battery" in said(news)
        emma.press(news, ids.REOPEN, HELP)
        assert hears(emma, reply, number, card_texts.NEWS["reopened"])
        priya.changed(at_l3, lambda one: ids.CLAIM in actions_of(one))


def hears(emma: Colleague, reply: Json, number: str, text: str) -> Json:
    """The news that Emma gets next in her thread, which must be this text about this ticket."""
    news = emma.reply_in(reply["thread_ts"])
    assert number in said(news)
    assert plain_part(text) in said(news)
    return news


def escalated(liam: Colleague, priya: Colleague, card: Json, number: str) -> Json:
    """Liam escalates with a reason; the new card in #it-l3, with the old one pointing to it."""
    liam.press(card, ids.ESCALATE)
    assert liam.fill(liam.modal(), reason="needs-access", note="The case is swollen") == CLOSED
    at_l3 = priya.card(number, LEVEL3)
    assert "The case is swollen" in said(at_l3)
    assert plain_part(card_texts.CARD_MOVED) in said(liam.changed(card, lambda one: not actions_of(one)))
    return at_l3


def resolved(priya: Colleague, card: Json) -> None:
    """Priya claims and resolves."""
    priya.press(card, ids.CLAIM)
    card = priya.changed(card, lambda one: ids.CLAIM not in actions_of(one)) | {"channel": LEVEL3}
    priya.press(card, ids.RESOLVE)
    written = {"documented": "no", "documented_note": "A single device"}
    assert priya.fill(priya.modal(), code="fixed", note="Swapped the battery", **written) == CLOSED
    priya.changed(card, lambda one: "Swapped the battery" in said(one))


def test_lunch_is_outside_and_no_ticket(office: Office, emma: Colleague):
    """What is no matter of IT gets friendly words, no reference and no ticket."""
    before = office.rows("select count(*) from tickets")
    reply = emma.ask(LUNCH)
    assert texts.OUTSIDE in said(reply)
    assert "http" not in said(reply)
    assert office.rows("select count(*) from tickets") == before
