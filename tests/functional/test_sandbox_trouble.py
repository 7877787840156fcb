"""The trouble that the sandbox makes, and a client that posts once whatever becomes of a call."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox.seed import load_seed
from bot.sandbox.server import SandboxServer
from bot.slack.directory import Directory
from bot.slack.once import OnceClient, delivering, part
from bot.slack.surface import passing
from core.clock import utc_now
from core.db import Database
from core.outbox import Attempt
from tests.functional.office import HELP, SEED, Json, at_once
from tests.killing import assistant_over

TOKEN = load_seed(SEED).app.bot_token
FIRST = Attempt(key="card:1:1", number=1, since=datetime.now(UTC))
AGAIN = Attempt(key="card:1:1", number=2, since=FIRST.since)


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    """A workspace without an app."""
    with SandboxServer(load_seed(SEED)) as server: yield server


@pytest.fixture
def client(server: SandboxServer) -> OnceClient:
    """Firstline's client, in a workspace in which nothing was said yet."""
    server.reset()
    return OnceClient(token=TOKEN, base_url=server.api_url, timeout=1)


def fault(server: SandboxServer, error: str, **more: object) -> None:
    """Let a call fail."""
    server.post("/ui/_test/fault", error=error, **more)


def said(server: SandboxServer) -> list[Json]:
    """Everything that was said."""
    found: list[Json] = server.get("/ui/_test/messages?since=0")["messages"]
    return found


def post(client: OnceClient, attempt: Attempt) -> str:
    """Try to post what an item holds; its ts."""
    with delivering(attempt): return str(client.chat_postMessage(channel=HELP, text="Ready")["ts"])


@pytest.mark.parametrize(("error", "after", "there"), [("cut", False, 0), ("cut", True, 1), ("late", False, 1)])
def test_what_was_not_answered_is_posted_once(
    server: SandboxServer, client: OnceClient, error: str, after: bool, there: int  # noqa: FBT001 - a parameter
):
    """No answer, whether the call took effect or not: nobody repeats it but the next try, which looks first."""
    fault(server, error, after=after, seconds=2.0)
    with pytest.raises(OSError, match=r"timed out|closed"): post(client, FIRST)
    assert len(said(server)) == there
    ts = post(client, AGAIN)
    assert [one["ts"] for one in said(server)] == [ts]


def test_what_a_later_try_leaves_out_is_not_taken_for_the_rest(server: SandboxServer, client: OnceClient):
    """A card is there and the note below it was refused: the second try finds the card standing, and posts the note."""
    with delivering(FIRST):
        with part("card"): card = client.chat_postMessage(channel=HELP, text="Card")["ts"]
        with part("back"): client.chat_postMessage(channel=HELP, thread_ts=card, reply_broadcast=True, text="Back")
        fault(server, "ratelimited", method="chat.postMessage")
        with pytest.raises(SlackApiError, match="ratelimited"):
            client.chat_postMessage(channel=HELP, thread_ts=card, text="Note")
    for _ in range(2):
        with delivering(AGAIN): client.chat_postMessage(channel=HELP, thread_ts=card, text="Note")
    assert [one["text"] for one in said(server)] == ["Card", "Back", "Note"]


def test_a_thread_does_not_begin_with_what_is_posted_in_it(server: SandboxServer, client: OnceClient):
    """A card and its note are the first messages of one item in their places: each is looked for in its own."""
    for attempt in (FIRST, AGAIN):
        with delivering(attempt):
            card = client.chat_postMessage(channel=HELP, text="Card")["ts"]
            note = client.chat_postMessage(channel=HELP, thread_ts=card, text="Note")["ts"]
    assert [one["ts"] for one in said(server)] == [card, note]


def test_what_cannot_be_looked_for_is_not_posted(server: SandboxServer, client: OnceClient):
    """Slack does not tell whether an earlier try posted it: it is tried again later, and is there once."""
    fault(server, "http_500", after=True)
    with pytest.raises(SlackApiError): post(client, FIRST)
    fault(server, "ratelimited")
    with pytest.raises(SlackApiError, match="ratelimited"): post(client, AGAIN)
    post(client, AGAIN)
    assert len(said(server)) == 1


def test_a_clock_that_was_hours_ahead_posts_nothing_twice(client: OnceClient):
    """What was queued by a clock that was wrong is found all the same."""
    ahead = FIRST.since + timedelta(hours=5)
    ts = post(client, Attempt(key="card:1:1", number=1, since=ahead))
    assert post(client, Attempt(key="card:1:1", number=2, since=ahead)) == ts


@pytest.mark.parametrize(("error", "later"), [("http_503", True), ("ratelimited", True), ("channel_not_found", False)])
def test_an_error_of_slacks_own_passes(
    server: SandboxServer, client: OnceClient, error: str, later: bool  # noqa: FBT001 - a parameter
):
    """Also one that comes as a web page."""
    fault(server, error)
    with pytest.raises(SlackApiError) as raised: client.chat_postMessage(channel=HELP, text="Ready")
    assert passing(raised.value) is later


def test_nothing_is_passed_over_while_slack_does_not_tell_its_channels(
    server: SandboxServer, client: OnceClient, sqlite_database: Database
):
    """It is not known then whether a question is for Firstline; asked again, it is."""
    directory = Directory(client, assistant_over(sqlite_database), utc_now)
    fault(server, "http_503", method="conversations.list")
    with pytest.raises(SlackApiError): directory.is_watched(HELP)
    assert directory.is_watched(HELP)


def test_whoever_asks_meanwhile_waits_until_slack_has_told(
    server: SandboxServer, client: OnceClient, sqlite_database: Database
):
    """Two questions at the same moment, the first ones of all: none is taken for one of another channel."""
    directory = Directory(client, assistant_over(sqlite_database), utc_now)
    fault(server, "late", method="conversations.list", seconds=0.3)
    assert at_once(*[lambda: directory.is_watched(HELP)] * 4) == [True] * 4


def test_it_is_counted_what_happened(server: SandboxServer, client: OnceClient):
    """After `skip` calls a fault strikes so many; the end of all trouble tells how many that were."""
    fault(server, "internal_error", skip=1, count=5, method="auth.test")
    client.auth_test()
    with pytest.raises(SlackApiError): client.auth_test()
    assert server.post("/ui/_test/calm") == {"calls": {"internal_error": 1}, "envelopes": {}}
    client.auth_test()
