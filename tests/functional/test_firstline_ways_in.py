"""Every way to reach Firstline: messages, mentions, threads, the command, shortcuts, the Home tab."""

import json
import re

import pytest

from bot.decide import Reason
from bot.slack import ids, texts
from bot.slack.desk import after_texts, card_texts
from tests.functional.newsroom import begins, finds, pressed, saves
from tests.functional.office import (
    BOT,
    CLOSED,
    DATA,
    EMMA,
    GENERAL,
    HELP,
    HUMAN,
    LEVEL2,
    OPS,
    ROOM,
    SMOKE,
    Colleague,
    Json,
    Office,
    actions_of,
    filled_in,
    number_of,
    plain_part,
    said,
)

pytestmark = pytest.mark.usefixtures("no_errors")
MENTION = f"<@{BOT}>"


class TestMessages:
    def test_a_direct_message_is_answered_in_its_own_thread(self, emma: Colleague):
        """Each top-level direct message begins a thread."""
        first, second = emma.ask(ROOM), emma.ask(ROOM)
        assert first["thread_ts"] != second["thread_ts"]

    def test_a_mention_is_answered_where_firstline_was_invited(self, emma: Colleague):
        """After /invite a mention in any channel is answered in its thread."""
        emma.act("command", channel=GENERAL, command="/invite", text="@firstline")
        assert ids.HELPED in actions_of(emma.ask(f"{MENTION} {ROOM}", GENERAL))

    def test_a_mention_in_a_watched_channel_is_answered_once(self, office: Office, emma: Colleague):
        """It arrives as a message and as a mention; there is one answer."""
        reply = emma.ask(f"{MENTION} {ROOM}", HELP)
        office.all_heard()
        assert len(emma.replies(HELP, reply["thread_ts"])) == 1

    def test_a_watched_channel_needs_no_mention(self, emma: Colleague):
        """In #it-help a question is answered as it stands."""
        assert ids.HELPED in actions_of(emma.ask(ROOM, HELP))

    def test_other_channels_are_left_in_peace(self, office: Office, marcus: Colleague):
        """Without a mention nothing in an unwatched channel is answered, or kept."""
        ts = marcus.post(OPS, ROOM)
        office.all_heard()
        assert marcus.replies(OPS, ts) == []
        assert office.rows("select * from turns where ts = ?", ts) == []


class TestThreads:
    def test_a_short_follow_up_is_read_with_the_question(self, office: Office, emma: Colleague):
        """"And in Lisbon?" is answered in the thread, about what the thread is about."""
        first = emma.ask(ROOM)
        ts = emma.post(emma.dm, "and in Lisbon?", first["thread_ts"])
        emma.reply_in(first["thread_ts"])
        [(trace,)] = office.rows("select trace from turns where ts = ?", ts)
        assert "room" in " ".join(row["slug"] for row in json.loads(trace)["candidates"])

    def test_thanks_is_thanks_in_any_thread(self, office: Office, emma: Colleague):
        """What stands alone is not read with the question before it: the article does not come a second time."""
        first = emma.ask(ROOM)
        ts = emma.post(emma.dm, "thanks!", first["thread_ts"])
        assert ids.HELPED not in actions_of(emma.reply_in(first["thread_ts"]))
        assert office.rows("select decision from turns where ts = ?", ts) == [("confirmed",)]

    def test_other_peoples_replies_are_theirs(self, office: Office, emma: Colleague, liam: Colleague):
        """When a colleague writes in Emma's thread, Firstline stays silent."""
        reply = emma.ask(ROOM, HELP)
        liam.post(HELP, "the one on floor 2 is best", reply["thread_ts"])
        office.all_heard()
        assert len(liam.replies(HELP, reply["thread_ts"])) == 1

    def test_a_reply_in_the_thread_of_an_open_ticket_reaches_the_staff(self, emma: Colleague, liam: Colleague):
        """What Emma adds stands under the card, and she is told so."""
        reply = emma.ask(SMOKE)
        card = liam.card(number_of(reply))
        told = emma.ask("it is on my desk by the window", thread_ts=reply["thread_ts"])
        assert plain_part(texts.PASSED_ON) in said(told)
        assert "on my desk by the window" in said(liam.reply_in(card["ts"]))

    def test_what_staff_write_under_the_card_stays_there(self, office: Office, emma: Colleague, liam: Colleague):
        """The requester never sees the staff's thread."""
        reply = emma.ask(SMOKE)
        card = liam.card(number_of(reply))
        liam.post(LEVEL2, "she broke it again", card["ts"])
        office.all_heard()
        emma.ask("any news?", thread_ts=reply["thread_ts"])
        assert "she broke it" not in json.dumps(emma.thread(emma.dm, reply["thread_ts"]))


class TestCommand:
    def test_alone_it_tells_what_can_be_written(self, emma: Colleague, liam: Colleague):
        """Staff see the outage command, others do not."""
        assert "/it status" in emma.command("")
        assert "/it outage" not in emma.command("help")
        assert "/it outage" in liam.command("")

    def test_a_question_is_answered_in_direct_messages(self, emma: Colleague):
        """The command's answer leads to the question and its answer there."""
        link = emma.command(ROOM)
        asked = emma.push_in(emma.dm, lambda one: ROOM in said(one))
        assert ids.HELPED in actions_of(emma.reply_in(asked["ts"]))
        assert asked["ts"].replace(".", "") in link

    def test_it_searches_articles(self, emma: Colleague):
        """`/it search` lists articles with their links."""
        assert re.search(r"<http\S+/help/[\w-]+\|", emma.command("search printer"))

    def test_status_lists_ones_own_tickets(self, emma: Colleague):
        """`/it status` names the newest ticket and how it stands."""
        number = number_of(emma.ask(SMOKE))
        shown = emma.command("status")
        assert number in shown
        assert plain_part(after_texts.STANDS["new"]) in shown

    def test_strangers_do_not_learn_what_a_ticket_is_about(self, emma: Colleague, liam: Colleague, noor: Colleague):
        """Whoever knows the number learns how it stands, and a stranger no more than that."""
        secret = "please let me talk to a human about my severance pay"
        number = number_of(emma.ask(secret))
        shown = [one.command(f"status {number.lower()}") for one in (emma, liam, noor)]
        assert all(plain_part(after_texts.STANDS["new"]) in words for words in shown[:2])
        assert plain_part(after_texts.OUTLINES["new"]) in shown[2]
        assert [("severance" in words) for words in shown] == [True, True, False]
        assert emma.command("status INC-999999") == texts.STATUS_UNKNOWN.format(number="INC-999999")

    def test_an_outage_answers_until_it_is_over(
        self, office: Office, emma: Colleague, noor: Colleague, marcus: Colleague
    ):
        """Who asks about it has a place in line; at its end each is told once, in their own thread."""
        down = "The VPN in Lisbon is down for everybody"
        assert marcus.act("command", channel=HELP, command="/it", text=f"outage {down}")["ok"]
        asked = marcus.whispered()
        assert office.rows("select * from outages") == []
        marcus.press(asked, ids.DECLARE_OUTAGE, HELP)
        assert texts.OUTAGE_DECLARED in said(marcus.whispered())
        try:
            question = office.asked_as("outage", "the vpn in lisbon is down", "vpn in lisbon does not work, it is down")
            first, second = emma.ask(question), noor.ask(question)
            assert "The VPN in Lisbon is down for everybody" in said(first)
            assert "number 1" in said(first)
            assert "number 2" in said(second)
        finally:
            ended = marcus.command("outage over")
        assert ended == texts.OUTAGE_ENDED.format(count=2)
        for person, told in ((emma, first), (noor, second)):
            assert plain_part(texts.OUTAGE_OVER)[:20] in said(person.reply_in(told["thread_ts"]))
        assert marcus.command("outage over") == texts.OUTAGE_NONE
        office.all_heard()
        assert len(emma.replies(emma.dm, first["thread_ts"])) == 2

    def test_an_employee_cannot_declare_an_outage(self, office: Office, emma: Colleague):
        """From somebody without that right it is a question like any other."""
        emma.command("outage the coffee machine is down")
        assert office.rows("select * from outages where text like '%coffee%'") == []


class TestShortcuts:
    def test_asking_about_a_message(self, emma: Colleague, noor: Colleague):
        """A colleague's question is answered in one's own direct messages."""
        ts = noor.post(GENERAL, ROOM)
        emma.act("shortcut", callback_id=ids.SHORTCUT_ASK, channel=GENERAL, ts=ts)
        asked = emma.push_in(emma.dm, lambda one: ROOM in said(one))
        assert ids.HELPED in actions_of(emma.reply_in(asked["ts"]))

    def test_a_ticket_from_a_message_is_for_its_author(self, emma: Colleague, liam: Colleague):
        """Liam opens it, Emma is the requester and is told."""
        ts = emma.post(GENERAL, "the projector in the big room flickers")
        liam.act("shortcut", callback_id=ids.SHORTCUT_TICKET, channel=GENERAL, ts=ts)
        view = liam.opening()
        assert liam.fill(view, **filled_in(view)) == CLOSED
        card = liam.push_in(LEVEL2, lambda one: "projector in the big room" in said(one))
        assert f"<@{EMMA}>" in said(card)
        number = number_of(card)
        assert number in said(emma.push_in(emma.dm, lambda one: number in said(one)))
        assert number in said(liam.push_in(liam.dm, lambda one: number in said(one)))

    def test_asking_from_anywhere(self, emma: Colleague):
        """The global shortcut opens a form whose question is answered in direct messages."""
        emma.act("shortcut", callback_id=ids.SHORTCUT_ASK_GLOBAL)
        assert emma.fill(emma.modal(), text=ROOM) == CLOSED
        asked = emma.push_in(emma.dm, lambda one: ROOM in said(one))
        assert ids.HELPED in actions_of(emma.reply_in(asked["ts"]))


class TestHome:
    def test_an_employee_sees_their_tickets_and_the_forms(self, emma: Colleague):
        """Nothing of the queues, nothing to edit."""
        number = number_of(emma.ask(SMOKE))
        view = emma.home(lambda words: number in words)
        assert texts.HOME_FORMS in said(view)
        assert after_texts.HOME_QUEUE not in said(view)
        assert ids.EDITOR_FIND not in actions_of(view)

    def test_an_agent_sees_what_waits(self, emma: Colleague, liam: Colleague):
        """A new ticket is in the agent's Home."""
        number = number_of(emma.ask(SMOKE))
        assert after_texts.HOME_QUEUE in said(liam.home(lambda words: number in words))

    def test_an_editor_can_edit(self, noor: Colleague):
        """The editor's Home has the buttons for it."""
        assert {ids.EDITOR_FIND, f"{ids.EDITOR_NEW}_article"} <= set(actions_of(noor.home()))

    def test_a_question_can_be_asked_from_there(self, emma: Colleague):
        """The button opens the form."""
        emma.click_view(emma.home(), ids.ASK_HOME)
        assert emma.modal()["callback_id"] == ids.ASK_VIEW

    def test_the_messages_tab_suggests_what_to_ask(self, emma: Colleague):
        """Opening it brings prompts."""
        emma.act("messages_tab")
        assert emma.push("prompts")["prompts"][0]["message"] == texts.PROMPTS[0][1]


class TestForms:
    def test_a_request_gets_a_form_and_the_form_a_number(self, office: Office, emma: Colleague, liam: Colleague):
        """The filled-in form is a service request with its card, told in the same thread."""
        asked, sent = requested(office, emma)
        number = number_of(sent)
        assert number.startswith("REQ-")
        assert sent["thread_ts"] == asked["thread_ts"]
        assert "Blue desk" in said(liam.card(number))

    def test_a_reply_under_a_request_reaches_the_staff(self, office: Office, emma: Colleague, liam: Colleague):
        """A request's thread is like that of any ticket."""
        asked, sent = requested(office, emma)
        card = liam.card(number_of(sent))
        emma.ask("a left-handed one, please", thread_ts=asked["thread_ts"])
        assert "left-handed" in said(liam.reply_in(card["ts"]))

    def test_a_form_can_be_opened_from_home(self, emma: Colleague, liam: Colleague):
        """Its number is told in direct messages."""
        emma.click_view(emma.home(), ids.OPEN_FORM)
        view = emma.modal()
        assert emma.fill(view, **filled(view)) == CLOSED
        assert liam.card(number_of(emma.push_in(emma.dm, lambda one: "REQ-" in said(one))))

    def test_the_goal_can_be_added(self, emma: Colleague, liam: Colleague):
        """What the ticket is needed for shows on its card."""
        reply = emma.ask(HUMAN)
        card = liam.card(number_of(reply))
        emma.press(reply, ids.GOAL)
        assert emma.fill(emma.modal(), goal="Present to the board at noon") == CLOSED
        assert "Present to the board at noon" in said(liam.changed(card, lambda one: card_texts.CARD_GOAL in said(one)))


def requested(office: Office, emma: Colleague) -> tuple[Json, Json]:
    """Emma asks for something that there is a form for, and sends the form: the offer, and what she is told then."""
    catalogue = office.up.assistant.parts.desk.catalogue
    question = office.asked_as("catalogue", *(one for item in catalogue for one in item.triggers))
    offer = emma.ask(question)
    emma.press(offer, ids.OPEN_FORM)
    view = emma.modal()
    assert emma.fill(view, **filled(view)) == CLOSED
    return offer, emma.reply_in(offer["thread_ts"])


def filled(view: Json) -> dict[str, str]:
    """Something for each input of a form."""
    kinds = {block["block_id"]: block["element"]["type"] for block in view["blocks"] if block["type"] == "input"}
    return {name: "2027-03-01" if kind == "datepicker" else "Blue desk, floor 3" for name, kind in kinds.items()}


class TestAnswers:
    def test_a_verdict_counts_once(self, office: Office, emma: Colleague):
        """A thumb is noted and thanked for; the same one again changes nothing."""
        reply = emma.ask(ROOM)
        emma.press(reply, ids.HELPED)
        assert emma.whispered()["text"] == texts.THANKS_HELPED
        emma.press(reply, ids.HELPED)
        assert emma.whispered()["text"] == texts.RATED_BEFORE
        emma.press(reply, ids.NOT_HELPED)
        assert emma.whispered()["text"] == texts.THANKS_NOT_HELPED
        assert office.rows("select feedback from turns where ts = ?", reply["thread_ts"]) == [("not_helpful",)]

    def test_person_now_opens_one_ticket(self, emma: Colleague, liam: Colleague):
        """Pressed again it tells the same number; the card says what was shown in vain."""
        reply = emma.ask(ROOM)
        emma.press(reply, ids.PERSON_NOW)
        told = emma.reply_in(reply["thread_ts"])
        assert texts.TICKET_WHY[Reason.ASKED] in said(told)  # nobody said that the answer did not help
        number = number_of(told)
        emma.press(reply, ids.PERSON_NOW)
        assert number_of(emma.reply_in(reply["thread_ts"])) == number
        card = liam.card(number)
        assert ROOM in said(card)
        assert card_texts.CARD_FOUND in said(card)

    def test_an_unclear_question_is_asked_back_and_the_choice_answered(self, office: Office, emma: Colleague):
        """One of the offered readings brings its article or recipe."""
        lines = (DATA / "eval" / "questions.jsonl").read_text().splitlines()
        reply = emma.ask(office.asked_as("clarify", *(json.loads(line)["text"] for line in lines)))
        assert f"{ids.PICK}_0" in actions_of(reply)
        emma.press(reply, f"{ids.PICK}_0")
        assert {ids.HELPED, ids.STEP_STUCK} & set(actions_of(emma.reply_in(reply["thread_ts"])))

    def test_none_of_these_brings_a_person(self, office: Office, emma: Colleague):
        """The way out of an unclear question is a ticket."""
        lines = (DATA / "eval" / "questions.jsonl").read_text().splitlines()
        reply = emma.ask(office.asked_as("clarify", *(json.loads(line)["text"] for line in lines)))
        emma.press(reply, ids.PERSON_NOW)
        assert number_of(emma.reply_in(reply["thread_ts"]))

    def test_asking_how_a_ticket_is_doing(self, emma: Colleague):
        """In words, with or without its number, or by the button under it."""
        ticket = emma.ask(SMOKE)
        number = number_of(ticket)
        assert number in said(emma.ask(f"how is {number} doing?"))
        emma.press(ticket, ids.STATUS)
        assert number in said(emma.whispered())


class TestEditors:
    def test_what_an_editor_publishes_answers_the_next_question(self, emma: Colleague, noor: Colleague):
        """A new article is quoted at once, without a restart."""
        body = "Hold the purple lever for three seconds, then wait for the gong."
        fields = {"title": "Start the zeppelin simulator", "alias_0": "simulator"}
        sheet = saves(noor, begins(noor), **fields, part_0=body)["view"]
        assert "Published as revision 1" in said(pressed(noor, sheet, ids.EDITOR_PUBLISH))
        assert body in said(emma.ask("how do I start the zeppelin simulator?"))

    def test_an_edit_answers_the_next_question(self, emma: Colleague, noor: Colleague):
        """What is changed on the form is what is quoted from then on."""
        form = pressed(noor, finds(noor, "lock my screen", "lock-screen"), ids.EDITOR_EDIT)
        body = f"Press the magic key with the owl on it.\n\n{filled_in(form)['part_0']}"
        sheet = saves(noor, form, part_0=body)["view"]
        assert "Published as revision 2" in said(pressed(noor, sheet, ids.EDITOR_PUBLISH))
        assert "the owl on it" in said(emma.ask("how do I lock my screen?"))
