"""What people do that they should not, or that happens to them: a calm reply each, and nothing lost or doubled."""

import base64
import json
from pathlib import Path
from time import monotonic

import pytest

from bot.sandbox.errors import Refused
from bot.sandbox.visitor import exchange
from bot.slack import ids, texts
from bot.slack.desk import card_texts
from tests.functional.office import (
    BOT,
    CLOSED,
    EMMA,
    HELP,
    HUMAN,
    LEVEL2,
    MARCUS,
    PATIENCE,
    ROOM,
    SMOKE,
    VPN,
    Colleague,
    Json,
    Office,
    actions_of,
    at_once,
    number_of,
    plain_part,
    press_as_it_was,
    said,
)

pytestmark = pytest.mark.usefixtures("no_errors")

STACK_TRACE = """Traceback (most recent call last):
  File "C:\\Users\\emma\\report.py", line 12, in <module>
    main()
  File "C:\\Users\\emma\\report.py", line 7, in main
    print(1 / 0)
ZeroDivisionError: division by zero <0x7ffde0> & `more` *stars* > here
""" * 30


class TestMessages:
    def test_a_mention_without_a_word(self, emma: Colleague):
        """An empty message is asked for words."""
        assert texts.NO_WORDS in said(emma.ask(f"<@{BOT}>", HELP))

    def test_only_an_emoji(self, emma: Colleague):
        """So is a picture of a feeling."""
        assert texts.NO_WORDS in said(emma.ask(":tired_face: 😩"))

    def test_only_a_file(self, emma: Colleague):
        """So is a file that comes without a text."""
        emma.act("post", channel=emma.dm, text="", files=[file("screen.png")])
        assert texts.NO_WORDS in said(emma.hear(lambda one: bool(one.get("bot_id"))))

    def test_a_file_for_an_open_ticket_reaches_the_staff(self, emma: Colleague, liam: Colleague):
        """In a ticket's thread a file without a text is something to look at."""
        reply = emma.ask(SMOKE)
        card = liam.card(number_of(reply))
        emma.act("post", channel=emma.dm, text="", thread_ts=reply["thread_ts"], files=[file("smoke.png")])
        assert "smoke.png" in said(liam.reply_in(card["ts"]))

    def test_forty_thousand_characters(self, emma: Colleague, liam: Colleague):
        """A wall of text is answered, and what of it fits is on the card."""
        wall = f"{HUMAN}. " + "the printer on floor 3 says nothing at all. " * 1000
        reply = emma.ask(wall[:40_000])
        assert HUMAN in said(liam.card(number_of(reply)))

    def test_a_stack_trace(self, emma: Colleague):
        """A pasted trace gets a reply like any other message."""
        assert emma.ask(STACK_TRACE)["blocks"]

    def test_a_stack_trace_on_a_card(self, emma: Colleague, liam: Colleague):
        """On the card it is text: its signs mean nothing."""
        reply = emma.ask(SMOKE)
        card = liam.card(number_of(reply))
        emma.post(emma.dm, "File <stdin>, in <module> & `more`", reply["thread_ts"])
        assert "File &lt;stdin&gt;, in &lt;module&gt; &amp; `more`" in said(liam.reply_in(card["ts"]))

    def test_text_from_right_to_left(self, emma: Colleague, liam: Colleague):
        """Arabic and Hebrew arrive as they were written."""
        text = "الطابعة في الطابق الثالث لا تعمل"
        reply = emma.ask(text)
        if ids.PERSON_NOW in actions_of(reply):
            emma.press(reply, ids.PERSON_NOW)
            reply = emma.reply_in(reply["thread_ts"])
        if ids.STATUS not in actions_of(reply): reply = emma.ask(HUMAN, thread_ts=reply["thread_ts"])
        assert text in said(liam.card(number_of(reply)))

    def test_markup_is_dead_on_the_card(self, emma: Colleague, liam: Colleague):
        """Nobody is called, and no link is made, by what a person wrote."""
        evil = f"{HUMAN} <!channel> <@{MARCUS}> &lt;!here&gt; <https://evil.example|your bank> <#C0ITL20001|it-l2>"
        shown = live(liam.card(number_of(emma.ask(evil))))
        assert not [one for one in ("<!channel", f"<@{MARCUS}", "<!here", "<https://evil", "<#C0") if one in shown]
        assert f"<@{EMMA}>" in shown

    def test_markup_is_dead_in_the_staffs_thread(self, emma: Colleague, liam: Colleague):
        """Nor by what they add."""
        reply = emma.ask(SMOKE)
        card = liam.card(number_of(reply))
        emma.post(emma.dm, "<!channel> hurry &lt;!here&gt;", reply["thread_ts"])
        note = live(liam.reply_in(card["ts"]))
        assert "hurry" in note
        assert not [one for one in ("<!channel", "<!here") if one in note]


def live(message: Json) -> str:
    """What of a message Slack reads as markup: everything but plain text objects."""
    parts: list[Json] = []
    for block in message["blocks"]:
        parts += [block.get("text") or {}, *block.get("fields", []), *block.get("elements", [])]
    return "\n".join([message["text"], *(part["text"] for part in parts if part.get("type") == "mrkdwn")])


def file(name: str) -> Json:
    """A small file."""
    return {"name": name, "content_base64": base64.b64encode(b"not really a picture").decode()}


class TestSecrets:
    def test_a_password_is_kept_nowhere(self, office: Office, emma: Colleague, liam: Colleague):
        """It is not on the card and not in the database's files; the person is told to change it."""
        reply = emma.ask(f"{HUMAN}, my password is Zebra!Lamp42 and it does not work")
        card = liam.card(number_of(reply))
        assert plain_part(texts.MASKED) in emma.whispered()["text"]
        assert "Zebra!Lamp42" not in json.dumps(card)
        assert "my password is" in said(card)
        assert not [one.name for one in files_of(office) if b"Zebra!Lamp42" in one.read_bytes()]

    def test_a_password_in_a_follow_up_is_kept_nowhere(self, office: Office, emma: Colleague, liam: Colleague):
        """Nor does it come through an open ticket's thread."""
        reply = emma.ask(SMOKE)
        card = liam.card(number_of(reply))
        emma.post(emma.dm, "my password is Tiger?Moon77, try it yourself", reply["thread_ts"])
        assert "Tiger?Moon77" not in said(liam.reply_in(card["ts"]))
        assert plain_part(texts.MASKED) in emma.whispered()["text"]
        assert not [one.name for one in files_of(office) if b"Tiger?Moon77" in one.read_bytes()]


def files_of(office: Office) -> list[Path]:
    """The files in which Firstline keeps things."""
    return [one for one in office.core.settings.state_dir.iterdir() if one.is_file()]


class TestSecondThoughts:
    def test_an_edited_message_reaches_the_staff(self, emma: Colleague, liam: Colleague):
        """What was changed after the ticket was opened stands under the card."""
        reply = emma.ask(SMOKE)
        card = liam.card(number_of(reply))
        emma.act("edit", channel=emma.dm, ts=reply["thread_ts"], text="there is smoke coming out of my phone")
        assert "smoke coming out of my phone" in said(liam.reply_in(card["ts"]))

    def test_a_deleted_message_reaches_the_staff(self, emma: Colleague, liam: Colleague):
        """So does it when she takes one back."""
        reply = emma.ask(SMOKE)
        card = liam.card(number_of(reply))
        ts = emma.post(emma.dm, "it is all Liam's fault", reply["thread_ts"])
        note = liam.reply_in(card["ts"])
        emma.act("delete", channel=emma.dm, ts=ts)
        assert "deleted" in said(liam.changed(note))

    def test_an_edit_without_a_ticket_disturbs_nobody(self, office: Office, emma: Colleague):
        """A corrected question is not answered a second time."""
        reply = emma.ask(ROOM)
        emma.act("edit", channel=emma.dm, ts=reply["thread_ts"], text=f"{ROOM}!")
        office.all_heard()
        assert len(emma.replies(emma.dm, reply["thread_ts"])) == 1

    def test_a_colleagues_edit_is_not_taken_for_the_requesters(
        self, office: Office, emma: Colleague, liam: Colleague, noor: Colleague
    ):
        """Only what the requester changes in their thread is brought to the staff as theirs."""
        reply = emma.ask(SMOKE, HELP)
        card = liam.card(number_of(reply))
        ts = noor.post(HELP, "run!", reply["thread_ts"])
        noor.act("edit", channel=HELP, ts=ts, text="run away!")
        office.all_heard()
        emma.post(HELP, "I am outside", reply["thread_ts"])
        assert "I am outside" in said(liam.reply_in(card["ts"]))


class TestTwice:
    def test_the_same_event_three_times_is_one_ticket(self, office: Office, emma: Colleague, liam: Colleague):
        """A redelivered event is known again."""
        reply = emma.ask(SMOKE)
        event = event_of(office, reply["thread_ts"])
        for attempt in (1, 2): office.server.post("/ui/_test/redeliver", event_id=event, retry_attempt=attempt)
        office.all_heard()
        assert len(emma.replies(emma.dm, reply["thread_ts"])) == 1
        assert office.rows("select count(*) from tickets where thread_ts = ?", reply["thread_ts"]) == [(1,)]
        liam.card(number_of(reply))

    def test_the_same_event_three_times_at_once_is_one_answer(self, office: Office, emma: Colleague):
        """Also when the deliveries race each other."""
        ts = emma.post(emma.dm, HUMAN)
        again = lambda: office.server.post("/ui/_test/redeliver", event_id=event_of(office, ts))  # noqa: E731 - said twice
        at_once(again, again)
        number_of(emma.reply_in(ts))
        office.all_heard()
        assert len(emma.replies(emma.dm, ts)) == 1
        assert office.rows("select count(*) from tickets where thread_ts = ?", ts) == [(1,)]

    def test_two_agents_claim_at_once(self, office: Office, emma: Colleague, liam: Colleague, priya: Colleague):
        """One has it; the other reads who."""
        reply = emma.ask(SMOKE)
        card = liam.card(number_of(reply))
        at_once(*[lambda who=who: press_as_it_was(office, who, card, ids.CLAIM) for who in (liam, priya)])
        query, late = "select assignee from tickets where number = ? and assignee <> ''", monotonic() + PATIENCE
        while not (held := office.rows(query, number_of(reply))): assert monotonic() < late
        [(assignee,)] = held
        winner, loser = (liam, priya) if assignee == liam.user else (priya, liam)
        assert f"<@{winner.user}>" in loser.whispered()["text"]
        assert plain_part(card_texts.NEWS["claimed"]) in said(emma.reply_in(reply["thread_ts"]))

    @pytest.mark.parametrize("button", [ids.ESCALATE, ids.RESOLVE])
    def test_a_form_sent_after_the_ticket_was_closed(
        self, office: Office, emma: Colleague, liam: Colleague, priya: Colleague, button: str
    ):
        """It is told on the form, and changes nothing."""
        reply = emma.ask(SMOKE)
        card = liam.card(number_of(reply))
        liam.press(card, button)
        late = liam.modal()
        priya.press(card, ids.RESOLVE)
        assert priya.fill(priya.modal(), code="fixed", note="Taken away") == CLOSED
        values = {"reason": "needs-access"} if button == ids.ESCALATE else {"code": "explained"}
        answer = liam.fill(late, note="Too late", **values)
        assert number_of(reply) in " ".join(answer["errors"].values())
        rows = office.rows("select state, tier, resolution from tickets where number = ?", number_of(reply))
        assert rows == [("resolved", 2, "Taken away")]


def event_of(office: Office, ts: str) -> str:
    """The id of the event that brought a message."""
    sent = office.server.get("/ui/_test/deliveries")["deliveries"]
    return next(str(one["payload"]["event_id"]) for one in sent if one["payload"].get("event", {}).get("ts") == ts)


class TestSlackDoesNotAnswer:
    def test_nobody_asks_slack_who_firstline_is_when_something_comes(self, office: Office, emma: Colleague):
        """What Slack does not answer then is no reason to acknowledge something unread."""
        exchange(f"{office.server.url}/ui/_test/fault", {"error": "http_503", "method": "auth.test", "count": 99})
        asked = len(office.calls("auth.test"))
        assert number_of(emma.ask(HUMAN))
        assert len(office.calls("auth.test")) == asked
        exchange(f"{office.server.url}/ui/_test/calm", {})

    def test_a_command_is_written_down_before_it_is_acknowledged(self, office: Office, emma: Colleague):
        """A question by `/it` that Slack would not take at first is asked and answered in direct messages, once."""
        told = {"error": "internal_error", "method": "chat.postMessage", "after": True}
        exchange(f"{office.server.url}/ui/_test/fault", told)
        assert emma.act("command", channel=HELP, command="/it", text=ROOM)["ok"]
        asked = emma.push_in(emma.dm, lambda one: ROOM in said(one) and not one.get("thread_ts"))
        assert emma.reply_in(asked["ts"])["blocks"]
        assert [one["ts"] for one in emma.history(emma.dm) if one["ts"] >= asked["ts"]] == [asked["ts"]]


class TestNotYours:
    def test_claim_is_for_agents(self, office: Office, emma: Colleague, liam: Colleague, noor: Colleague):
        """Noor, who edits articles, is told so; the ticket stays as it was."""
        invite(liam, "@noor", LEVEL2)
        reply = emma.ask(SMOKE)
        card = liam.card(number_of(reply))
        noor.press(card, ids.CLAIM)
        assert noor.whispered()["text"]
        assert office.rows("select state from tickets where number = ?", number_of(reply)) == [("new",)]

    @pytest.mark.parametrize("button", [ids.ESCALATE, ids.RESOLVE])
    def test_the_agents_forms_are_for_agents(self, emma: Colleague, liam: Colleague, noor: Colleague, button: str):
        """No form opens for others, only words."""
        invite(liam, "@noor", LEVEL2)
        card = liam.card(number_of(emma.ask(SMOKE)))
        noor.press(card, button)
        assert noor.whispered()["text"]

    @pytest.mark.parametrize("action", [ids.PERSON_NOW, ids.HELPED])
    def test_emmas_answer_is_emmas(self, office: Office, emma: Colleague, noor: Colleague, action: str):
        """A colleague who presses a button of her answer opens no ticket and speaks no verdict in her name."""
        reply = emma.ask(ROOM, HELP)
        noor.press(reply, action, HELP)
        assert noor.whispered()["text"]
        assert office.rows("select feedback from turns where ts = ?", reply["thread_ts"]) == [("",)]
        assert office.rows("select count(*) from tickets where thread_ts = ?", reply["thread_ts"]) == [(0,)]

    @pytest.mark.parametrize("action", [f"{ids.STEP_CHOICE}_0", ids.STEP_STUCK])
    def test_emmas_recipe_is_emmas(self, office: Office, emma: Colleague, noor: Colleague, action: str):
        """A colleague cannot walk it for her."""
        shown = emma.ask(VPN, HELP)
        noor.press(shown, action, HELP)
        assert noor.whispered()["text"]
        assert office.rows("select count(*) from kb_runs where message_ts = ? and seen > 0", shown["ts"]) == [(0,)]

    def test_emmas_goal_is_emmas(self, emma: Colleague, noor: Colleague):
        """Nor say what her ticket is for, or read how it is doing by its button."""
        reply = emma.ask(f"{HUMAN} about my salary", HELP)
        noor.press(reply, ids.GOAL, HELP)
        assert number_of(reply) in noor.whispered()["text"]
        noor.press(reply, ids.STATUS, HELP)
        assert "salary" not in noor.whispered()["text"]

    def test_a_mention_in_emmas_thread_is_the_colleagues_own_question(
        self, office: Office, emma: Colleague, liam: Colleague, noor: Colleague
    ):
        """What a colleague asks there is not brought to the staff as Emma's words."""
        reply = emma.ask(SMOKE, HELP)
        card = liam.card(number_of(reply))
        noor.post(HELP, f"<@{BOT}> tell them it is her own fault", reply["thread_ts"])
        office.all_heard()
        emma.post(HELP, "I am outside", reply["thread_ts"])
        note = liam.reply_in(card["ts"])
        assert f"<@{EMMA}>" not in said(note) or "fault" not in said(note)


def invite(by: Colleague, name: str, channel: str) -> None:
    """Bring somebody into a channel, unless they are there already."""
    try:
        by.act("command", channel=channel, command="/invite", text=name)
    except Refused as error:
        assert "already" in str(error)  # noqa: PT017 - the one refusal that is fine


class TestOldButtons:
    @pytest.mark.parametrize("value", ["", "what|ever", "999999", "999999|0|0"])
    @pytest.mark.parametrize("action", [ids.PERSON_NOW, ids.HELPED, f"{ids.PICK}_0", f"{ids.STEP_CHOICE}_0", ids.GOAL])
    def test_a_button_that_means_nothing_any_more(self, office: Office, emma: Colleague, action: str, value: str):
        """A click on a button of long ago is answered in one clear line."""
        button = {"type": "button", "action_id": action, "text": {"type": "plain_text", "text": "Old"}}
        row = {"type": "actions", "elements": [button | ({"value": value} if value else {})]}
        ts = office.bot().chat_postMessage(channel=emma.dm, text="Long ago", blocks=[row])["ts"]
        old = emma.push_in(emma.dm, lambda one: one["ts"] == ts)
        emma.press(old, action)
        words = emma.whispered()["text"]
        assert words
        assert plain_part(texts.BROKEN) not in words
