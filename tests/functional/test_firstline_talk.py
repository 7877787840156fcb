"""How people really write: several things at once, follow-ups, thanks, "still broken"; and staff who ask why."""

import re

import pytest

from bot.slack import ids, texts
from bot.slack.desk import after_texts
from tests.functional.office import (
    HELP,
    HUMAN,
    LEVEL3,
    ROOM,
    SMOKE,
    VPN,
    Colleague,
    Json,
    Office,
    actions_of,
    number_of,
    plain_part,
    said,
)

pytestmark = pytest.mark.usefixtures("no_errors")

TWO = f"1. {VPN}\n2. {ROOM}"


def replies(emma: Colleague, text: str, count: int, channel: str = "") -> list[Json]:
    """Write something, and wait for this many replies in its thread."""
    ts = emma.post(channel or emma.dm, text)
    return [emma.reply_in(ts) for _ in range(count)]


class TestSeveralRequests:
    def test_each_gets_its_own_reply(self, emma: Colleague):
        """In order, each under the words that it is about, with its own buttons."""
        fix, answer = replies(emma, TWO, 2)
        assert texts.PART.format(number=1, of=2, text=VPN) in said(fix)
        assert f"{ids.STEP_CHOICE}_0" in actions_of(fix)
        assert texts.PART.format(number=2, of=2, text=ROOM) in said(answer)
        assert ids.HELPED in actions_of(answer)

    def test_a_redelivered_event_answers_none_of_them_again(self, office: Office, emma: Colleague):
        """All of a message's requests are known again together."""
        _, answer = replies(emma, TWO, 2)
        sent = office.server.get("/ui/_test/deliveries")["deliveries"]
        event = next(o["payload"] for o in sent if o["payload"].get("event", {}).get("ts") == answer["thread_ts"])
        office.server.post("/ui/_test/redeliver", event_id=event["event_id"])
        office.all_heard()
        assert len(emma.replies(emma.dm, answer["thread_ts"])) == 2
        assert office.rows("select count(*) from turns where ts = ?", answer["thread_ts"]) == [(2,)]

    def test_danger_comes_first_and_its_ticket_says_everything(self, emma: Colleague, liam: Colleague):
        """What may not wait is handled before the rest; the card holds the whole message."""
        danger, answer = replies(emma, f"1. {ROOM}\n2. {SMOKE}", 2)
        assert texts.TICKET_ADVICE in said(danger)
        assert ids.HELPED in actions_of(answer)
        card = said(liam.card(number_of(danger)))
        assert ROOM in card
        assert SMOKE in card


class TestFollowUps:
    def test_it_leans_on_what_was_said_last(self, office: Office, emma: Colleague):
        """After a new topic in the same thread, a follow-up is about that one and not about the first."""
        first = emma.ask(ROOM)
        emma.ask("how do I install the vpn on my laptop?", thread_ts=first["thread_ts"])
        ts = emma.post(emma.dm, "and on my phone?", first["thread_ts"])
        emma.reply_in(first["thread_ts"])
        [(read,)] = office.rows("select json_extract(trace, '$.read') from turns where ts = ?", ts)
        assert "room" not in read

    def test_thanks_confirm_the_answer(self, office: Office, emma: Colleague):
        """The answer counts as helpful, and Firstline says a friendly word."""
        first = emma.ask(ROOM)
        assert texts.GLAD in said(emma.ask("that worked, thanks!", thread_ts=first["thread_ts"]))
        query = "select decision, feedback from turns where ts = ? or decision = 'confirmed' order by id"
        assert office.rows(query, first["thread_ts"])[:2] == [("answer", "helpful"), ("confirmed", "")]

    def test_an_answer_that_did_not_help_goes_to_people(self, office: Office, emma: Colleague, liam: Colleague):
        """The ticket tells what was shown and rejected; the answer counts as not helpful."""
        first = emma.ask(ROOM)
        reply = emma.ask("didn't work", thread_ts=first["thread_ts"])
        assert texts.TICKET_WHY["the answer did not help"] in said(reply)
        assert "shown, did not help" in said(liam.card(number_of(reply)))
        feedback = "select feedback from turns where ts = ?"
        assert office.rows(feedback, first["thread_ts"]) == [("not_helpful",)]

    def test_it_works_again_ends_a_recipe(self, emma: Colleague):
        """In the middle of a fix, in the person's own words."""
        shown = emma.ask(VPN)
        assert texts.SOLVED in said(emma.ask("it works again, thanks", thread_ts=shown["thread_ts"]))


class TestBesideATicket:
    def test_a_new_question_is_answered(self, emma: Colleague, liam: Colleague):
        """A clearly other question in a ticket's thread gets its own answer, and does not disturb the staff."""
        first = emma.ask(SMOKE)
        card = liam.card(number_of(first))
        assert ids.HELPED in actions_of(emma.ask(ROOM, thread_ts=first["thread_ts"]))
        emma.ask("it still smells", thread_ts=first["thread_ts"])
        assert "it still smells" in said(liam.reply_in(card["ts"]))

    def test_an_answer_beside_it_that_needs_people_reaches_them(self, emma: Colleague, liam: Colleague):
        """Person now under it passes the question on to the ticket."""
        first = emma.ask(SMOKE)
        card = liam.card(number_of(first))
        answer = emma.ask(ROOM, thread_ts=first["thread_ts"])
        emma.press(answer, ids.PERSON_NOW)
        assert ROOM in said(liam.reply_in(card["ts"]))

    def test_the_requester_closes_their_own_ticket(self, emma: Colleague, liam: Colleague):
        """When it works again: one press, the staff are told, and there is a way back."""
        first = emma.ask(SMOKE)
        number = number_of(first)
        card = liam.card(number)
        offer = emma.ask("it works again, thanks", thread_ts=first["thread_ts"])
        assert plain_part(texts.CLOSE_OFFER) in said(offer)
        emma.press(offer, ids.CLOSE_OWN)
        closed = emma.reply_in(first["thread_ts"])
        assert after_texts.CONFIRMED.format(number=number) in said(closed)
        assert {f"{ids.RATE}_5", ids.REOPEN} <= set(actions_of(closed))
        liam.changed(card, lambda one: ids.CLAIM not in actions_of(one))

    def test_nobody_else_may_close_it(self, emma: Colleague, noor: Colleague):
        """A colleague who presses the button is told whose ticket it is."""
        first = emma.ask(SMOKE, HELP)
        offer = emma.ask("it works again", HELP, first["thread_ts"])
        noor.press(offer, ids.CLOSE_OWN, HELP)
        assert "is not your ticket" in noor.whispered()["text"]

    def test_still_broken_after_the_end_opens_it_again(self, emma: Colleague, liam: Colleague):
        """A ticket that was closed is taken up again by two words in its thread, one tier up."""
        first = emma.ask(SMOKE)
        emma.press(emma.ask("it works again", thread_ts=first["thread_ts"]), ids.CLOSE_OWN)
        emma.reply_in(first["thread_ts"])
        emma.post(emma.dm, "still broken", first["thread_ts"])
        again = liam.card(number_of(first), LEVEL3)
        assert ids.CLAIM in actions_of(again)
        assert "reopened" in said(again)


def link_to(message: Json, channel: str) -> str:
    """A message's address, as Slack copies it."""
    place = f"https://brightwater.example/archives/{channel}/p{message['ts'].replace('.', '')}"
    return f"{place}?thread_ts={message['thread_ts']}&cid={channel}"


class TestWhy:
    def test_on_a_card(self, emma: Colleague, liam: Colleague):
        """Staff see what was read, found and decided for the messages of a ticket."""
        card = liam.card(number_of(emma.ask(f"Hi team, {SMOKE}!!!")))
        liam.more(card, "why")
        shown = said(liam.modal())
        assert f"*Read*\n{SMOKE}!" in shown
        assert "safety goes straight to people" in shown
        assert re.search(r"cosine \d\.\d{3}  BM25", shown)

    def test_on_an_answer(self, emma: Colleague, liam: Colleague):
        """The same from the menu of an answer, and by its link with the command."""
        answer = emma.ask(ROOM, HELP)
        liam.act("shortcut", callback_id=ids.SHORTCUT_WHY, channel=HELP, ts=answer["ts"])
        assert "calendar-room" in said(liam.modal())
        assert liam.act("command", channel=HELP, command="/it", text=f"why {link_to(answer, HELP)}")["ok"]
        assert "calendar-room" in said(liam.modal())

    def test_by_a_tickets_number(self, emma: Colleague, liam: Colleague):
        """`/it why INC-...` opens it from anywhere."""
        number = number_of(emma.ask(SMOKE))
        assert liam.act("command", channel=HELP, command="/it", text=f"why {number}")["ok"]
        assert SMOKE in said(liam.modal())

    def test_employees_are_refused(self, emma: Colleague):
        """With one line, whatever way they try."""
        answer = emma.ask(ROOM, HELP)
        emma.act("shortcut", callback_id=ids.SHORTCUT_WHY, channel=HELP, ts=answer["ts"])
        assert "see why an answer was given" in emma.whispered()["text"]
        assert "see why an answer was given" in emma.command("why INC-000001")

    def test_a_private_conversation_stays_private(self, emma: Colleague, liam: Colleague):
        """Without a ticket, staff do not see what a person wrote in direct messages."""
        answer = emma.ask(ROOM)
        assert "kept no decision" in liam.command(f"why {link_to(answer, emma.dm)}")

    def test_a_question_that_begins_with_why_is_a_question(self, emma: Colleague):
        """`/it why is the wifi slow` asks."""
        assert emma.command("why") == emma.command("why banana") == texts.WHY_USAGE
        assert plain_part(texts.COMMAND_LOOK) in emma.command("why is the wifi so slow at my desk")


UNCLEAR = ("the screen does not work", "I cannot sign in", "cannot connect", "it is broken")


class TestInWords:
    """What people type where a button would do."""

    def test_a_choice_by_its_place(self, office: Office, emma: Colleague):
        """The second one is the second one; it is shown as if it had been pressed."""
        asked = emma.ask(office.asked_as("clarify", *UNCLEAR))
        elements = [element for block in asked["blocks"] for element in block.get("elements", [])]
        titles = [one["text"]["text"] for one in elements if one.get("action_id", "").startswith(ids.PICK)]
        reply = emma.ask("the second one", thread_ts=asked["thread_ts"])
        assert titles[1].rstrip("…") in said(reply)

    def test_none_of_them_goes_to_people(self, office: Office, emma: Colleague, liam: Colleague):
        """With a ticket about what was asked."""
        text = office.asked_as("clarify", *UNCLEAR)
        asked = emma.ask(text)
        reply = emma.ask("none of these", thread_ts=asked["thread_ts"])
        assert text in said(liam.card(number_of(reply)))

    def test_more_about_the_same_fix_says_where_it_stands(self, emma: Colleague):
        """Nobody is left without a reply."""
        shown = emma.ask(VPN)
        reply = emma.ask("my vpn is still stuck on connecting since lunch", thread_ts=shown["thread_ts"])
        assert "We are still in the fix above" in said(reply)

    def test_when_in_a_tickets_thread_is_answered(self, emma: Colleague):
        """With the ticket's state, and the promised time."""
        first = emma.ask(SMOKE)
        reply = emma.ask("when will somebody get back to me?", thread_ts=first["thread_ts"])
        assert number_of(first) in said(reply)
        assert "P1" in said(reply)

    def test_a_person_instead_of_a_fix(self, emma: Colleague, liam: Colleague):
        """The ticket is about what was asked, not about the wish for a person."""
        first = emma.ask(ROOM)
        reply = emma.ask(HUMAN, thread_ts=first["thread_ts"])
        assert texts.TICKET_WHY["asked for a person"] in said(reply)
        assert "meetings" in said(liam.card(number_of(reply)))
