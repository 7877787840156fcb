"""What people write is kept before Slack hears that it came, answered once, and said once, whatever dies in between."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from threading import Event
from time import monotonic
from typing import Any

import pytest
from slack_bolt.authorization import AuthorizeResult

from bot.crew import HEARERS
from bot.slack import ids, intake, texts
from bot.slack.busy import PATIENCE as PATIENCE_OF_PEOPLE
from bot.slack.connecting import SIGN_IN, make_app
from bot.slack.listeners import messages
from bot.slack.once import OnceClient, delivering
from core.errors import Unavailable
from core.outbox import Attempt
from tests.fakes import Ahead
from tests.functional.office import BUSY, PATIENCE, ROOM, Colleague, Json, Office, actions_of, at_once, said
from tests.operated import operated

SECRET = "My password is Tr0ub4dor&3x, the wifi still says no"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Event, Event]]:
    """What is written down is dealt with when the second event is set; the first one tells that it could be."""
    begun, go = Event(), Event()
    handle = messages.handle

    def wait(*arguments: Any) -> None:
        begun.set()
        assert go.wait(PATIENCE)
        handle(*arguments)

    monkeypatch.setattr(messages, "handle", wait)
    yield begun, go
    go.set()


def items(office: Office, ts: str) -> list[tuple[str, str, Any]]:
    """Kind, payload and end of what the outbox has of a message."""
    return office.rows("select kind, payload, done_at from outbox where key like ? or lane like ? order by id",
                       f"%{ts}%", f"%{ts}%")  # fmt: skip


def acknowledged(office: Office, ts: str) -> Json:
    """How a message's event was delivered, once Firstline has acknowledged it."""
    late = monotonic() + PATIENCE
    while monotonic() < late:
        sent = office.server.get("/ui/_test/deliveries")["deliveries"]
        found = [one for one in sent if (one["payload"].get("event") or {}).get("ts") == ts and one["acknowledged"]]
        if found: return dict(found[0])
    raise AssertionError("It was never acknowledged.")


def test_it_is_written_down_before_it_is_acknowledged(office: Office, emma: Colleague, held: tuple[Event, Event]):
    """Acknowledged, not dealt with yet, and in the database without the secret; afterwards without any content."""
    begun, go = held
    ts = emma.post(emma.dm, SECRET)
    assert begun.wait(PATIENCE)
    acknowledged(office, ts)
    [(kind, payload, done)] = items(office, ts)
    assert (kind, done) == ("incoming", None)
    assert "Tr0ub4dor" not in payload
    assert "the wifi still says no" in payload
    go.set()
    emma.reply_in(ts)
    assert "password" in emma.whispered()["text"]
    late = monotonic() + PATIENCE
    while (left := items(office, ts)[0])[2] is None: assert monotonic() < late
    assert left[1] == "{}"


def test_without_a_database_it_comes_again(office: Office, emma: Colleague, monkeypatch: pytest.MonkeyPatch):
    """What cannot be written down is not acknowledged; she is told, and Slack's next try is answered."""
    keep, failed = intake.keep, Event()

    def fail_once(*arguments: Any) -> bool:
        if failed.is_set(): return keep(*arguments)
        failed.set()
        raise Unavailable("The database did not answer; nothing was changed.")

    monkeypatch.setattr(intake, "keep", fail_once)
    office.server.post("/ui/_test/settings", ack_seconds=1.0)  # after which Slack tries once more
    ts = emma.post(emma.dm, ROOM)
    assert "did not answer" in emma.whispered()["text"]
    assert ids.HELPED in actions_of(emma.reply_in(ts))
    office.server.post("/ui/_test/settings", ack_seconds=PATIENCE)
    assert acknowledged(office, ts)["attempts"] > 1


def test_what_was_decided_is_said_by_whoever_is_left(
    office: Office, emma: Colleague, time: Ahead, monkeypatch: pytest.MonkeyPatch
):
    """The process that answered dies before it posts: another one says it, after ten seconds."""
    decided = Event()
    monkeypatch.setattr(office.up.worker, "deliver_now", lambda _key: decided.set())
    ts = emma.post(emma.dm, ROOM)
    assert decided.wait(PATIENCE)
    assert not emma.replies(emma.dm, ts)
    time.by += timedelta(seconds=11)
    assert ids.HELPED in actions_of(emma.reply_in(ts))


def test_what_goes_wrong_is_tried_again_then_told(
    emma: Colleague, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    """An error that nobody thought of: three tries, then she hears that it did not work, with a reference."""
    tries: list[int] = []

    def fail(*_arguments: Any) -> None:
        tries.append(1)
        raise RuntimeError("out of paper")

    monkeypatch.setattr(messages, "handle", fail)
    emma.post(emma.dm, ROOM)
    told = emma.whispered()["text"]
    assert told.startswith(texts.BROKEN.partition("{")[0])
    assert len(tries) == intake.TRIES
    assert "out of paper" in caplog.text
    assert "out of paper" not in told


def test_who_waits_is_told_so_once(
    office: Office, emma: Colleague, time: Ahead, held: tuple[Event, Event], monkeypatch: pytest.MonkeyPatch
):
    """More messages than can be dealt with: after ten seconds the one that waits is told; then all are answered.

    It is told though whoever posts cards and news is far behind.
    """
    office.all_heard()
    monkeypatch.setattr(office.up.worker, "work_once", lambda: 0)
    asked = at_once(*[lambda: emma.post(emma.dm, ROOM)] * (HEARERS + 1))
    late = monotonic() + PATIENCE
    undone = "select id from outbox where kind = 'incoming' and done_at is null"
    while len(open_ := office.rows(undone)) <= HEARERS or len(  # first all are there, then one is left
        waits := office.rows("select id, lane from outbox where kind = 'incoming' and attempts = 0")
    ) != 1: assert monotonic() < late
    [(waiting, lane)] = waits
    time.by += PATIENCE_OF_PEOPLE + timedelta(seconds=1)
    told = said(emma.hear(lambda one: one.get("thread_ts") == lane.rpartition(":")[2] and BUSY in said(one)))
    before = sum(one < waiting for (one,) in open_)  # not always all: two may overtake each other
    assert f"{before} are before it" in told
    assert "in about" in told
    held[1].set()
    for ts in asked: assert ids.HELPED in actions_of(emma.hear(lambda one, ts=ts: one.get("thread_ts") == ts))
    assert len(office.rows("select id from outbox where kind = 'busy'")) == 1


def test_the_credentials_of_signing_in_change_nothing_in_slack(office: Office, monkeypatch: pytest.MonkeyPatch):
    """In the environment they make Bolt an app of many workspaces, which knows no token and drops every event."""
    for name in SIGN_IN: monkeypatch.setenv(name, "1234567890.9876543210")
    core, myself = office.core, AuthorizeResult(enterprise_id="", team_id="T1")
    with ExitStack() as stack:
        ops = stack.enter_context(operated(core.settings, core.database, core.clock))
        app = make_app(core.settings, office.bot(), stack, ops, myself)
    assert (app.oauth_flow, app.installation_store) == (None, None)
    assert all(os.environ[name] for name in SIGN_IN)


class TestOnce:
    @pytest.fixture
    def client(self, office: Office) -> OnceClient:
        """Firstline's hands."""
        token = office.core.settings.slack_bot_token.get_secret_value()
        return OnceClient(token=token, base_url=office.server.api_url)

    def attempt(self, office: Office, number: int, key: str = "card:7:1") -> Attempt:
        """The how manieth try of an item."""
        return Attempt(key=key, number=number, since=office.core.clock())

    @pytest.mark.parametrize("threaded", [True, False])
    def test_a_second_try_posts_only_what_is_missing(
        self, office: Office, emma: Colleague, client: OnceClient, *, threaded: bool
    ):
        """Of two messages the first try posted one; the second try takes that and posts the other."""
        thread = {"thread_ts": client.chat_postMessage(channel=emma.dm, text="begin")["ts"]} if threaded else {}
        key = f"notice:{threaded}"
        with delivering(self.attempt(office, 1, key)):
            first = client.chat_postMessage(channel=emma.dm, text="one of two", **thread)["ts"]
        with delivering(self.attempt(office, 2, key)):
            again = client.chat_postMessage(channel=emma.dm, text="one of two", **thread)["ts"]
            other = client.chat_postMessage(channel=emma.dm, text="two of two", **thread)["ts"]
        assert again == first
        assert other != first
        heard = [said(emma.hear(lambda one: "of two" in said(one))) for _ in range(2)]
        assert [one.partition(" ")[0] for one in heard] == ["one", "two"]

    def test_another_item_is_another_message(self, office: Office, emma: Colleague, client: OnceClient):
        """The same words of two items are two messages."""
        posted = set()
        for key in ("a", "b"):
            with delivering(self.attempt(office, 2, key)):
                posted.add(client.chat_postMessage(channel=emma.dm, text="still open")["ts"])
        assert len(posted) == 2
