"""What was heard and what is said of it, piece by piece: tried again, told of, changed while it waits."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from sqlalchemy import select, update

from bot.carrying import INCOMING
from bot.slack import busy, intake, texts
from bot.slack.blocks import Message
from bot.slack.busy import AT_ONCE, Busy
from bot.slack.connecting import who_am_i
from bot.slack.listeners import asking, desk_threads, messages
from bot.slack.lost import Lost
from bot.slack.outbound import SlackOutbound
from bot.slack.surface import REPLY, SlackSurface
from bot.worker import Worker
from core import outbox
from core.db import Database
from core.errors import ConfigProblem, Unavailable
from core.outbox import MAX_ATTEMPTS, OutboxItem
from core.people import Person, Role
from tests.fakes import FakeClock
from tests.killing import assistant_over

LIAM = Person(id="U0LIAM", name="Liam", roles=frozenset({Role.EMPLOYEE, Role.AGENT}), level=2)
KIND = "incoming"
Json = dict[str, Any]


class Answer(dict[str, Any]):
    """What Slack answers."""

    status_code = 200
    headers: dict[str, str] = {}  # noqa: RUF012 - none ever


def refused(code: str) -> SlackApiError:
    """An error of Slack."""
    return SlackApiError("no", Answer(error=code))


class Watch:
    """A directory that knows liam, which channels are watched, and what it was asked."""

    def __init__(self) -> None:
        """Slack answers."""
        self.asked: list[Callable[[], object]] = []
        self.trouble: list[Exception] = []

    def person(self, _: str) -> Person:
        """Whoever it is."""
        if self.trouble: raise self.trouble.pop()
        return LIAM

    def direct(self, user: str) -> str:
        """Their direct messages."""
        return f"D{user}"

    def is_watched(self, channel: str) -> bool:
        """Whether it is the help channel."""
        for look in self.asked: look()
        return channel == "CHELP"


class Mouth:
    """Slack, which takes down what is said."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.said: list[Json] = []
        self.fails: list[Exception] = []

    def chat_postMessage(self, **message: Any) -> Json:  # noqa: N802 - Slack's name
        """Say it."""
        if self.fails: raise self.fails.pop()
        self.said.append(message)
        return {"ts": f"{len(self.said)}.0"}

    chat_postEphemeral = chat_postMessage  # noqa: N815 - Slack's name


@pytest.fixture
def clock() -> FakeClock:
    """The time."""
    return FakeClock()


@pytest.fixture
def surface(sqlite_database: Database, clock: FakeClock) -> Any:
    """Firstline as it is met in Slack: use cases over a database, and a Slack that is told what to answer."""
    assistant: Any = assistant_over(sqlite_database, clock)
    client: Any = Mouth()
    directory: Any = Watch()
    return SlackSurface(client=client, assistant=assistant, directory=directory, bot_user="UBOT")


@pytest.fixture
def hears(surface: SlackSurface, sqlite_database: Database, clock: FakeClock) -> Worker:
    """Who deals with what was said."""
    heard, gave_up = intake.Heard(surface), Lost(surface).heard
    return Worker(sqlite_database, heard, clock, only=INCOMING, at_once=1, forget=True, gave_up=gave_up)


@pytest.fixture
def posts(surface: SlackSurface, sqlite_database: Database, clock: FakeClock) -> Worker:
    """Who posts."""
    outbound = SlackOutbound(surface)
    return Worker(sqlite_database, outbound, clock, only=outbound.kinds, gave_up=Lost(surface).posted)


def said(text: str, number: int = 1, **more: str) -> Json:
    """A message, as Slack tells of it."""
    ts = f"{number}.000001"
    return {"type": "message", "channel": "DEMMA", "channel_type": "im", "user": "UEMMA", "ts": ts, "text": text} | more


def hear(surface: SlackSurface, *events: Json) -> None:
    """Have them written down."""
    for event in events: assert intake.keep({"event": event}, surface)


def open_items(database: Database, kind: str = KIND) -> list[OutboxItem]:
    """What is not done."""
    with database.reading() as session:
        query = select(OutboxItem).where(OutboxItem.done_at.is_(None), OutboxItem.kind == kind)
        return list(session.scalars(query.order_by(OutboxItem.id)))


class TestTrouble:
    @pytest.mark.parametrize("code", ["missing_scope", "token_revoked", "channel_not_found"])
    def test_what_slack_refuses_is_told_at_once(self, surface, hears, posts, monkeypatch, sqlite_database, code):
        """Another try would not help: the person hears of it where they wrote, and the thread goes on."""
        monkeypatch.setattr(messages, "handle", _raises(refused(code)))
        hear(surface, said("My VPN"))
        hears.work_once()
        assert not open_items(sqlite_database)
        posts.work_once()
        assert [(one["channel"], one["user"]) for one in surface.client.said] == [("DEMMA", "UEMMA")]
        assert surface.client.said[0]["text"].startswith(texts.BROKEN.split(".")[0])

    def test_what_slack_cannot_take_now_is_tried_again(self, surface, hears, monkeypatch, sqlite_database):
        """Nobody is bothered by that."""
        monkeypatch.setattr(messages, "handle", _raises(refused("ratelimited")))
        hear(surface, said("My VPN"))
        hears.work_once()
        assert [one.attempts for one in open_items(sqlite_database)] == [1]
        assert not open_items(sqlite_database, REPLY)

    def test_a_message_that_is_given_up_is_told(self, surface, hears, posts, monkeypatch, sqlite_database):
        """After all tries the person knows, and its words are gone from the queue."""
        monkeypatch.setattr(messages, "handle", _raises(Unavailable("away")))
        hear(surface, said("My VPN"))
        with sqlite_database.transaction() as session: session.execute(update(OutboxItem).values(attempts=MAX_ATTEMPTS))
        hears.work_once()
        posts.work_once()
        assert [one["user"] for one in surface.client.said] == ["UEMMA"]

    @pytest.mark.parametrize("code", ["invalid_blocks", "restricted_action"])
    def test_a_reply_that_slack_refuses_is_told_of(self, surface, posts, sqlite_database, clock, code):
        """Whoever waits for it gets a reference in their direct messages."""
        with sqlite_database.transaction() as session:
            outbox.put(
                session, REPLY, key="r", lane="r", now=clock(), channel="CHELP", thread_ts="1.0", run=(0, 0),
                message={"text": "Try this"}, person="UEMMA",
            )  # fmt: skip
        surface.client.fails.append(refused(code))
        assert [posts.work_once(), posts.work_once()] == [1, 1]
        assert [one["channel"] for one in surface.client.said] == ["DUEMMA"]


class TestCommands:
    COMMAND = said("!claim", channel="CDESK", channel_type="channel", thread_ts="1.0", user=LIAM.id, number=2)

    @pytest.fixture
    def ran(self, surface: SlackSurface, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """What was carried out, under a card."""
        ran: list[str] = []

        class Does:
            def run(self, said: Any) -> Message:
                """Do it."""
                ran.append(said.command.verb)
                return Message(text="Done", blocks=())

        monkeypatch.setattr(surface.assistant.looking, "at", lambda *_: SimpleNamespace(id=1))
        monkeypatch.setattr(desk_threads, "Commands", lambda *_: Does())
        return ran

    def test_one_that_fails_on_the_way_is_made_once_more(self, surface, hears, ran, clock, posts):
        """Slack does not answer at first: the next try carries it out, and tells so."""
        surface.directory.trouble.append(OSError("timed out"))
        hear(surface, self.COMMAND)
        for _ in range(2):
            hears.work_once()
            clock.advance(timedelta(seconds=10))
        posts.work_once()
        assert ran == ["claim"]
        assert [(one["text"], one["user"]) for one in surface.client.said] == [("Done", LIAM.id)]

    def test_one_that_mentions_firstline_is_carried_out_once(self, surface, hears, ran):
        """It comes as two events."""
        hear(surface, self.COMMAND, self.COMMAND | {"type": "app_mention"})
        assert [hears.work_once(), hears.work_once()] == [1, 1]
        assert ran == ["claim"]


class TestWhileItWaits:
    def change(self, subtype: str, before: Json, text: str = "") -> Json:
        """What Slack tells of a change."""
        new = {"message": before | {"text": text}} if text else {"deleted_ts": before["ts"]}
        return {"type": "message", "subtype": subtype, "channel": before["channel"], "channel_type": "im",
                "ts": "9.9", "event_ts": "9.9", "previous_message": before, **new}

    def test_what_is_deleted_is_not_answered(self, surface, sqlite_database):
        """Nor kept."""
        hear(surface, said("Oh no"), self.change("message_deleted", said("Oh no")))
        assert not open_items(sqlite_database)
        with sqlite_database.reading() as session: assert session.scalars(select(OutboxItem.payload)).all() == [{}]

    def test_what_is_changed_is_answered_as_it_is_now(self, surface, sqlite_database):
        """With its secrets masked."""
        hear(surface, said("My VPN"), self.change("message_changed", said("My VPN"), "My password is Tr0ub4dor&3x"))
        (item,) = open_items(sqlite_database)
        assert "Tr0ub4dor" not in str(item.payload)
        assert item.payload["event"]["text"].startswith("My password is")
        assert item.payload["removed"] == ["password"]

    def test_what_was_begun_with_goes_its_way(self, surface, sqlite_database, clock):
        """The change follows as one."""
        hear(surface, said("My VPN"))
        with sqlite_database.transaction() as session: outbox.claim(session, clock(), 1)
        hear(surface, self.change("message_changed", said("My VPN"), "My Wifi"))
        assert [one.payload["event"].get("text") for one in open_items(sqlite_database)] == ["My VPN", None]


class TestBusy:
    def test_what_is_said_among_people_hides_nobody(self, surface, clock, sqlite_database):
        """Five who wait behind many messages that need no answer are told, and before them who asked last."""
        chat = [said("hi", n, channel="CTALK", channel_type="channel") for n in range(AT_ONCE)]
        hear(surface, *chat, *(said("Help", 100 + n) for n in range(5)))
        asking.keep("Help", "UEMMA", key="it", surface=surface)
        clock.advance(timedelta(minutes=1))
        assert [Busy(surface).look(), Busy(surface).look()] == [6, 0]
        for item in open_items(sqlite_database, busy.KIND): Busy(surface).tell(item.payload)
        assert [one["channel"] for one in surface.client.said] == ["DUEMMA"] + ["DEMMA"] * 5

    def test_slack_is_asked_in_no_transaction(self, surface, clock):
        """While it is asked what its channels are, messages are written down."""
        hear(surface, said("Help"), said("Help", 2, channel="CHELP", channel_type="channel"))
        clock.advance(timedelta(minutes=1))
        surface.directory.asked.append(lambda: hear(surface, said("More", 3)))
        assert Busy(surface).look() == 2


@pytest.mark.parametrize(("code", "raised"), [("ratelimited", Unavailable), ("invalid_auth", ConfigProblem)])
def test_a_hiccup_of_slack_is_no_wrong_token(code: str, raised: type[Exception]):
    """Who starts Firstline is sent to look at the token only if Slack refuses that."""
    client: Any = SimpleNamespace(auth_test=_raises(refused(code)))
    with pytest.raises(raised): who_am_i(client)


def _raises(error: Exception) -> Callable[..., None]:
    def does(*_: object) -> None: raise error

    return does
