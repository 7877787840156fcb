"""What Slack does to an app: limits, missing methods, lost connections, restarts; and HTTP instead of Socket Mode."""

import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.bootstrap import make_assistant, open_core
from bot.question import Question, Surface
from bot.sandbox.http_delivery import signature
from bot.sandbox.seed import load_seed
from bot.sandbox.server import SandboxServer
from bot.slack import ids, texts
from bot.slack.desk import card_texts
from bot.starting import running
from core import outbox
from tests.functional.office import (
    EMMA,
    HUMAN,
    LEVEL2,
    LIAM,
    ROOM,
    SEED,
    SMOKE,
    Colleague,
    Office,
    Prepared,
    actions_of,
    at_once,
    number_of,
    open_office,
    plain_part,
    said,
    tokens,
)

NEWER = ["assistant.threads.setSuggestedPrompts", "assistant.threads.setStatus", "chat.postEphemeral"]
Switch = Callable[..., None]


@pytest.fixture
def switch(office: Office) -> Iterator[Switch]:
    """Turn the workspace's switches for one test."""

    def turn(**settings: object) -> None:
        office.server.post("/ui/_test/settings", **settings)

    yield turn
    turn(lacks=[], rate_limits=False)


class TestLimits:
    def test_cards_and_news_arrive_in_order_under_rate_limits(self, switch: Switch, emma: Colleague, liam: Colleague):
        """One message a second and channel: everything comes, and each ticket's news in its order."""
        switch(rate_limits=True)
        replies = [emma.ask(HUMAN) for _ in range(5)]
        cards = [liam.card(number_of(reply)) for reply in replies]
        liam.press(cards[-1], ids.CLAIM)
        liam.press(liam.changed(cards[-1]), ids.RESOLVE, LEVEL2)  # two clicks at once are dealt with in any order
        liam.fill(liam.modal(), code="fixed", note="Done by phone")
        news = [said(emma.reply_in(replies[-1]["thread_ts"])) for _ in range(2)]
        assert plain_part(card_texts.NEWS["claimed"]) in news[0]
        assert "Done by phone" in news[1]
        assert len({number_of(card) for card in cards}) == 5

    def test_an_answer_waits_for_its_turn(self, switch: Switch, emma: Colleague):
        """Many questions at once in one channel are all answered, later ones a little later."""
        switch(rate_limits=True)
        asked = at_once(*[lambda: emma.post(emma.dm, ROOM)] * 6)
        assert all(ids.HELPED in actions_of(emma.reply_in(ts)) for ts in asked)

    def test_a_server_without_newer_methods_is_served(self, switch: Switch, emma: Colleague):
        """No prompts and no messages for one person alone: the conversation works all the same."""
        switch(lacks=NEWER)
        emma.act("messages_tab")
        reply = emma.ask(ROOM)
        emma.press(reply, ids.HELPED)
        assert texts.THANKS_HELPED in said(emma.push_in(emma.dm, lambda one: texts.THANKS_HELPED in said(one)))

    def test_slack_failing_for_a_while_loses_no_card(self, office: Office, emma: Colleague, liam: Colleague):
        """A change of a card that Slack refused for a reason that passes is made a little later."""
        reply = emma.ask(HUMAN)
        card = liam.card(number_of(reply))
        office.server.post("/ui/_test/fault", error="internal_error", method="chat.update", count=1)
        liam.press(card, ids.CLAIM)
        assert plain_part(card_texts.NEWS["claimed"]) in said(emma.reply_in(reply["thread_ts"]))
        liam.changed(card, lambda one: ids.CLAIM not in actions_of(one))


class TestLostAndFound:
    @pytest.mark.parametrize("warned", [True, False])
    def test_a_dropped_connection_comes_back(self, office: Office, emma: Colleague, *, warned: bool):
        """What was asked while the connection was down is answered."""
        office.server.post("/ui/_test/drop_socket", warned=warned)
        assert ids.HELPED in actions_of(emma.ask(ROOM))

    def test_what_was_not_delivered_before_a_restart_is_delivered_after(self, prepared: Prepared, tmp_path: Path):
        """A ticket whose card was never posted has its card, once, when Firstline runs again."""
        seed = load_seed(SEED)
        with SandboxServer(seed) as server, server.visitor(LIAM) as liam:
            settings = prepared.settings(tmp_path, **tokens(server, seed.app))
            with open_core(settings, encoder=prepared.encoder) as core:
                channel = Colleague(server.url, EMMA).dm
                asked = Question(person=EMMA, text=SMOKE, channel=channel, ts="1.1", thread_ts="", surface=Surface.DM)
                [told] = make_assistant(core).answering.ask(asked).told
                ticket = told.reply.ticket
                with running(core): liam.message(lambda one: ticket.number in said(one))
                with running(core), core.database.reading() as session: assert outbox.waiting(session) == []
            assert len([one for one in liam.history(LEVEL2) if ticket.number in said(one)]) == 1


class TestHttp:
    @pytest.fixture
    def over_http(self, prepared: Prepared, tmp_path: Path) -> Iterator[Office]:
        """A Firstline that Slack calls."""
        port = free_port()
        seed = load_seed(SEED)
        app = seed.app.model_copy(update={"delivery": "http", "request_url": f"http://127.0.0.1:{port}/slack/events"})
        seed = seed.model_copy(update={"app": app})
        with open_office(prepared, tmp_path, seed=seed, slack_mode="http", web_port=port) as office: yield office

    def test_a_signed_question_is_answered_and_a_forged_one_refused(self, over_http: Office):
        """Slack's signature opens the door; without it nothing happens."""
        with over_http.person(EMMA) as emma:
            reply = emma.ask(ROOM)
            assert ids.HELPED in actions_of(reply)
            emma.press(reply, ids.HELPED)
            assert emma.whispered()["text"] == texts.THANKS_HELPED
            before = over_http.rows("select count(*) from turns")
            assert [forged(over_http, emma.dm, secret, age) for secret, age in (("wrong", 0), ("", 0))] == [401, 401]
            assert forged(over_http, emma.dm, "sandbox-signing-secret", 600) == 401
            assert over_http.rows("select count(*) from turns") == before


def forged(office: Office, channel: str, secret: str, age: int) -> int:
    """Post an event as Slack does, signed with a secret some seconds ago; the HTTP status."""
    event = {"type": "message", "channel": channel, "channel_type": "im", "user": EMMA, "text": ROOM, "ts": "2.2"}
    body = json.dumps({"type": "event_callback", "event_id": "EvFORGED", "event": event, "team_id": "TBRIGHT001"})
    at = str(int(time.time()) - age)
    headers = {"content-type": "application/json", "x-slack-request-timestamp": at}
    if secret: headers["x-slack-signature"] = signature(secret, at, body)
    address = office.up.help_url.replace("/help", "/slack/events")
    return httpx.post(address, content=body, headers=headers).status_code


def free_port() -> int:
    """A port that nobody uses at the moment."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class TestOperated:
    def test_the_figures_of_a_day(self, office: Office, emma: Colleague):
        """What an answered question and a click leave at /metrics; who asked, and what, is not in it."""
        emma.press(emma.ask(ROOM), ids.HELPED)
        emma.push_in(emma.dm, lambda one: texts.THANKS_HELPED in said(one))
        base = office.up.help_url.removesuffix("/help")
        assert httpx.get(f"{base}/ready", trust_env=False).json() == {"ready": True, "reasons": []}
        text = httpx.get(f"{base}/metrics", trust_env=False).text
        families = text_string_to_metric_families(text)
        found = {one.name: one for family in families for one in family.samples if one.value}
        assert found.keys() >= {
            "firstline_questions_total", "firstline_question_seconds_count", "firstline_reply_seconds_count",
            "firstline_slack_events_total", "firstline_slack_acknowledgement_seconds_count",
            "firstline_slack_calls_total", "firstline_outbox_attempts_total", "firstline_kb_items",
            "firstline_http_requests_total", "process_resident_memory_bytes",
        }  # fmt: skip
        stages = set(re.findall(r'stage="(\w+)"', text))
        assert stages >= {"read", "encode", "search", "decide", "transaction", "slack", "slack_event", "delivery"}
        assert not [secret for secret in (EMMA, emma.dm, "meeting", "xoxb") if secret in text]
