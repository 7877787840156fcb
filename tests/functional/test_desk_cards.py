"""Cards, news and warnings in Slack: the card is always somewhere, and true; nobody who must act misses it."""

from datetime import timedelta

import pytest

from bot.slack import ids
from bot.slack.desk import card_texts
from core.people import Person
from handoff.tables import TicketRow
from tests.fakes import Ahead
from tests.functional.office import (
    BOT,
    EMMA,
    HUMAN,
    LEVEL2,
    LEVEL3,
    LIAM,
    MARCUS,
    PATIENCE,
    PRIYA,
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
AGAIN = timedelta(seconds=6)  # after this an unknown channel is asked for again
STANDS_IN = plain_part(card_texts.STANDS_IN)


def who(office: Office, user: str) -> Person:
    """A person as the use cases know them."""
    return office.up.assistant.parts.person(user)


def claim(office: Office, number: str, user: str) -> None:
    """Somebody takes a ticket, in whatever place its card is."""
    office.up.assistant.working.claim(row(office, number), who(office, user))


def up(office: Office, number: str) -> None:
    """Liam sends a ticket to the next tier."""
    office.up.assistant.laddering.escalate(
        row(office, number), who(office, LIAM), seen_tier=2, reason="needs-access", note="no rights", reviewed=True
    )


def changed(colleague: Colleague, number: str, words: str) -> Json:
    """The next message about a ticket that comes to hold these words."""
    def fits(push: Json) -> bool:
        return number in said(push["message"]) and words in said(push["message"])

    new: Json = colleague.push("message_changed", fits, PATIENCE)["message"]
    return new


def posted(colleague: Colleague, number: str, channel: str, *words: str) -> Json:
    """The next message about a ticket outside threads, or sent to the whole channel, that holds these words."""
    return colleague.push_in(channel, lambda one: number in said(one) and all(word in said(one) for word in words))


def row(office: Office, number: str) -> int:
    """The id of a ticket."""
    [(found,)] = office.rows("select id from tickets where number = ?", number)
    return int(found)


def test_a_card_tells_and_follows(emma: Colleague, liam: Colleague):
    """It says where the ticket stands, who asked from where, what is due; each change is on it at once."""
    number = number_of(emma.ask(HUMAN))
    card = liam.card(number)
    for part in ("New: waits for somebody", "Copenhagen (UTC+", "*Clock*", "Answer due"): assert part in said(card)
    liam.press(card, ids.CLAIM)
    now = said(liam.changed(card, lambda one: ids.CLAIM not in actions_of(one)))
    assert f"In progress with <@{LIAM}>" in now
    assert f"claimed by <@{LIAM}>" in now


class TestGone:
    """A channel or a message that is no longer there."""

    def test_a_deleted_card_comes_again(self, office: Office, emma: Colleague, liam: Colleague):
        """Somebody deleted it: with the next change it is posted anew, and works."""
        number = number_of(emma.ask(HUMAN))
        card = liam.card(number)
        office.bot().chat_delete(channel=LEVEL2, ts=card["ts"])
        claim(office, number, LIAM)
        again = liam.card(number)
        assert again["ts"] != card["ts"]
        assert f"In progress with <@{LIAM}>" in said(again)

    def test_an_archived_channel(self, office: Office, emma: Colleague, priya: Colleague, time: Ahead):
        """The card comes to the first queue's channel and says why; once its own is back, it is there."""
        reply = emma.ask(HUMAN)
        number = number_of(reply)
        priya.card(number)
        office.server.post("/ui/_test/archive", channel=LEVEL3)
        try:
            up(office, number)
            away = changed(priya, number, STANDS_IN)
            assert STANDS_IN in said(priya.push_in(LEVEL2, lambda one: one.get("subtype") == "thread_broadcast"))
            emma.post(emma.dm, "it is urgent now", reply["thread_ts"])
            passed_on = priya.push_in(LEVEL2, lambda one: "it is urgent now" in said(one))
            assert passed_on["thread_ts"] == away["ts"]
        finally:
            office.server.post("/ui/_test/archive", channel=LEVEL3, back=True)
        time.by += AGAIN
        claim(office, number, PRIYA)
        home = priya.card(number, LEVEL3)
        assert STANDS_IN not in said(home)
        assert changed(priya, number, "the card is there now")["ts"] == away["ts"]

    def test_removed_from_every_channel(self, office: Office, emma: Colleague, marcus: Colleague, time: Ahead):
        """Where no channel is left, a manager gets the card in their direct messages, and what the requester writes.

        Its thread is the staff's own there too.
        """
        for channel in (LEVEL2, LEVEL3): office.server.post("/ui/_test/member", channel=channel, user=BOT, out=True)
        try:
            reply = emma.ask(HUMAN)
            card = marcus.hear(lambda one: number_of(reply) in said(one) and STANDS_IN in said(one))
            assert ids.CLAIM in actions_of(card)
            emma.post(emma.dm, "please hurry", reply["thread_ts"])
            assert "please hurry" in said(marcus.reply_in(card["ts"]))
            told = marcus.replies(marcus.dm, card["ts"])
            marcus.post(marcus.dm, "how do I book a meeting room with a screen?", card["ts"])
            marcus.post(marcus.dm, "!status", card["ts"])
            assert number_of(reply) in said(marcus.whispered())
            assert marcus.replies(marcus.dm, card["ts"]) == told
        finally:
            for channel in (LEVEL2, LEVEL3): office.server.post("/ui/_test/member", channel=channel, user=BOT)
        time.by += AGAIN
        marcus.press(card, ids.CLAIM, marcus.dm)
        assert STANDS_IN not in said(marcus.card(number_of(reply)))


def test_an_agent_who_left(office: Office, emma: Colleague, marcus: Colleague):
    """What they had is back in its queue, the channel hears it, and so does the requester."""
    reply = emma.ask(HUMAN)
    number = number_of(reply)
    marcus.card(number)
    claim(office, number, LIAM)
    assert number in said(emma.reply_in(reply["thread_ts"]))
    office.server.post("/ui/_test/deactivate", user=LIAM)
    try:
        office.up.assistant.tickets.set_goal(row(office, number), "reach the files", who(office, EMMA))
        news = posted(marcus, number, LEVEL2, "handed", "back")
        assert news["subtype"] == "thread_broadcast"
        assert "back with *Service desk*" in said(emma.reply_in(reply["thread_ts"]))
    finally:
        office.server.post("/ui/_test/deactivate", user=LIAM, back=True)
    assert office.rows("select state, assignee from tickets where number = ?", number) == [("new", "")]


def test_a_requester_whose_thread_is_gone_is_told_directly(office: Office, emma: Colleague):
    """She deleted what she had written: news come as direct messages of their own."""
    ts = emma.post(emma.dm, HUMAN)
    number = number_of(emma.reply_in(ts))
    with office.core.database.transaction() as session:
        session.get_one(TicketRow, row(office, number)).thread_ts = "1.000001"  # as if it had never been there
    claim(office, number, LIAM)
    assert number in said(emma.hear(lambda one: "has taken" in said(one) and not one.get("thread_ts")))


def test_warnings_climb_the_ladder(emma: Colleague, liam: Colleague, marcus: Colleague, time: Ahead):
    """Before an answer is late its lead hears, when it is late the manager too: below the card, and directly."""
    number = number_of(emma.ask(SMOKE))
    card = liam.card(number)
    time.by += timedelta(minutes=16)  # P1 promises an answer within a quarter of an hour
    warned = liam.push_in(LEVEL2, lambda one: number in said(one) and one.get("thread_ts") == card["ts"])
    assert "should be answered since" in said(warned)
    assert f"<@{MARCUS}>" in said(warned)
    private = marcus.hear(lambda one: number in said(one) and card_texts.YOU in said(one))
    assert "should be answered since" in said(private)
    assert "the answer is late: told" in said(liam.changed(card, lambda one: "told" in said(one)))
