"""What every Slack listener stands on, and the few calls that several of them make."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from slack_bolt import Respond
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError
from sqlalchemy.orm import Session

from bot.assistant import Assistant
from bot.assistant.fixing import Shown
from bot.question import Answered, Question, Reply, StepReply, Told
from bot.slack import once, steps, texts
from bot.slack.blocks import Message, section
from bot.slack.directory import Directory
from bot.slack.render import render, told
from core import outbox
from core.errors import BadInput
from core.outbox import KEY, LANE
from core.people import Person
from core.redact import redact

PASSING = frozenset({"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"})
REPLY = "reply"  # outbox items: a rendered reply to post
DIRECTLY = timedelta(seconds=10)  # within which whoever decided on a reply posts it; after that a worker does
TIMEOUT = 10  # seconds that a call of Slack may take; the leases of items are some times as long
MOST_REDRAWN = 5  # times one after the other; whoever looks after runs does the rest
log = logging.getLogger(__name__)


def passing(error: SlackApiError) -> bool:
    """Whether the same call may work later: an error of Slack's own, also one that comes as a web page."""
    return error.response.get("error") in PASSING or error.response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR


class Direct:
    """Delivers an item of the outbox at once; without anybody who does, the worker takes it when it is due.

    `wake` calls somebody who deals with what was said.
    """

    def __init__(self) -> None:
        self.deliver: Callable[[str], object] = lambda _key: None
        self.wake: Callable[[], object] = lambda: None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSurface:
    """Firstline as it is met in Slack. `bot_user` is its own user id."""

    client: WebClient
    assistant: Assistant
    directory: Directory
    bot_user: str
    direct: Direct = field(default_factory=Direct)

    @property
    def link_base(self) -> str:
        """Where links to articles lead."""
        return self.assistant.parts.link_base

    def answer(self, question: Question, removed: Sequence[str] = ()) -> None:
        """Ask, and say the replies in the question's thread; nothing when the question was handled before.

        The replies are queued with what was decided, so that they are said even if this process dies. `removed` are
        the kinds of secrets that were taken out of the question before.
        """
        self.directory.person(question.person)  # so that roles and time zone are known
        queued: list[str] = []
        self.assistant.answering.ask(
            question, lambda session, answered: queued.extend(self._queue(session, question, answered, removed))
        )
        for key in queued: self.direct.deliver(key)

    def _queue(
        self, session: Session, question: Question, answered: Answered, removed: Sequence[str]
    ) -> Iterator[str]:
        """Put what is to be said into the outbox, in the order in which it is said; the items' keys."""
        said = [(answered.thread_ts, *_rendered(one, self.link_base)) for one in answered.told]
        if said and answered.thread_ts != question.thread_ts:
            text = steps.taken(answered.told[0].reply, self.link_base)
            said.insert(0, (question.ts, Message(text=text, blocks=(section(text),)), (0, 0)))
        now = self.assistant.parts.clock()
        for number, (thread, message, run) in enumerate(said, 1):
            key = f"reply:{question.channel}:{question.ts}:{number}"
            outbox.put_later(
                session, REPLY, key=key, lane=f"reply:{question.channel}:{thread}", now=now, due=now + DIRECTLY,
                channel=question.channel, thread_ts=thread, run=run, message=message.payload(), below=True,
                person=question.person,
            )
            yield key
        kinds = removed or redact(question.text).kinds
        if said and kinds: yield self._queue_masked(session, question, kinds)

    def _queue_masked(self, session: Session, question: Question, kinds: Sequence[str]) -> str:
        """Have a person told that there was a secret in what they wrote; the item's key."""
        key = f"reply:{question.channel}:{question.ts}:masked"
        said = texts.MASKED.format(kinds=" and a ".join(kinds))
        message = Message(text=said, blocks=(section(said),))
        self.keep(session, key, message, question.channel, question.thread_ts, only=question.person)
        return key

    def keep(
        self, session: Session, key: str, message: Message, channel: str, thread_ts: str = "",
        run: tuple[int, int] = (0, 0), *, only: str = "",
    ) -> None:
        """Put something that is to be said into the outbox, in the caller's transaction; `direct.deliver` says it.

        `run` is the run whose message it is, with its move. `only` is the one person who sees it; without a channel it
        goes to their direct messages.
        """
        now = self.assistant.parts.clock()
        outbox.put_later(
            session, REPLY, key=key[:KEY], lane=f"reply:{channel}:{thread_ts or key}"[:LANE], now=now,
            due=now + DIRECTLY, channel=channel, thread_ts=thread_ts or None, run=run, message=message.payload(),
            below=True, only=only,
        )  # fmt: skip

    def replying(self, click: "Click") -> tuple[str, Callable[[Session, Reply], None]]:
        """The key of the item that a click is replied with, and what puts it into the outbox; see `keep`."""
        key = f"reply:click:{click.trigger}"

        def write(session: Session, reply: Reply) -> None:
            message, run = _rendered(Told(reply=reply), self.link_base)
            self.keep(session, key, message, click.channel, click.thread, run)

        return key, write

    def say(self, reply: Reply, channel: str, thread_ts: str, clicked: str = "") -> None:
        """Post a reply in a thread; a run that already has its message is updated there instead.

        `clicked` is the message that was clicked in: a quick click comes before it is known that the run is there.
        """
        self.tell(Told(reply=reply), channel, thread_ts, clicked)

    def tell(self, one: Told, channel: str, thread_ts: str, clicked: str = "") -> None:
        """The same of a reply that may be to a part of a message."""
        reply, message = one.reply, told(one, self.link_base)
        if isinstance(reply, StepReply):
            shown = self.assistant.fixing.message_of(reply.run)
            if clicked > shown.ts: shown = Shown(channel=channel, ts=clicked)
            if shown.ts:
                self.redraw(reply, shown, message)
                return
        self._post(one, channel, thread_ts)

    def _post(self, one: Told, channel: str, thread_ts: str) -> None:
        """Post a reply; later, where Slack cannot take it now."""
        message, run = _rendered(one, self.link_base)
        try:
            self.post({"channel": channel, "thread_ts": thread_ts, "run": run, "message": message.payload()})
        except SlackApiError as error:
            if not passing(error): raise
            self._post_later(channel, thread_ts, run, message)
        except (SlackRequestError, OSError):
            self._post_later(channel, thread_ts, run, message)

    def post(self, reply: dict[str, Any]) -> None:
        """Post a rendered reply in its thread; a run's message is remembered, to be updated later.

        A reply to words is `below` them: a run's message moves down, as further up nobody would see that it went on.
        """
        if reply.get("only"):
            self._whisper(reply["message"], reply["channel"], reply["only"], reply["thread_ts"])
            return
        run, seen = reply["run"]
        old = self.assistant.fixing.message_of(run) if run and reply.get("below") else None
        posted = self.client.chat_postMessage(
            channel=reply["channel"], thread_ts=reply["thread_ts"], unfurl_links=False, **reply["message"]
        )
        if run: self.assistant.fixing.remember_message(run, reply["channel"], posted["ts"], seen)
        if old and old.ts and old.ts != posted["ts"]: self._take_away(run, old)

    def _take_away(self, run: int, old: Shown) -> None:
        try:
            self.client.chat_delete(channel=old.channel, ts=old.ts)
        except (SlackApiError, SlackRequestError, OSError) as error:
            log.info("the old message of run %s stays: %s", run, error)

    def redraw(self, reply: StepReply, shown: Shown, message: Message) -> None:
        """Update a run's message; what Slack cannot take now is drawn by the worker, which looks for such runs."""
        try:
            self.draw(reply, shown, message)
        except SlackApiError as error:
            if not passing(error): raise
        except (SlackRequestError, OSError) as error:
            log.warning("the message of run %s was not drawn: %s", reply.run, error)

    def draw(self, reply: StepReply, shown: Shown, message: Message) -> None:
        """Update a run's message, or post it anew where it was deleted.

        Somebody else may have moved the run meanwhile: what was drawn later is not covered up for long.
        """
        fixing = self.assistant.fixing
        if shown.seen > reply.seen: return
        try:
            self.client.chat_update(channel=shown.channel, ts=shown.ts, **message.payload())
        except SlackApiError as error:
            if error.response.get("error") != "message_not_found": raise
            _, place, thread = fixing.now_at(reply.run)
            at = (reply.run, reply.seen)
            with once.part("run"):
                self.post({"channel": place, "thread_ts": thread, "run": at, "message": message.payload()})
            return
        for _ in range(MOST_REDRAWN):  # until nobody was faster
            if fixing.drawn(reply.run, reply.seen): return
            fixing.covered(reply.run, reply.seen)
            reply, _, _ = fixing.now_at(reply.run)
            now = render(reply, self.link_base).payload()
            self.client.chat_update(channel=shown.channel, ts=shown.ts, **now)

    def _post_later(self, channel: str, thread_ts: str, run: tuple[int, int], message: Message) -> None:
        """Leave a reply that Slack cannot take now to the worker, so that it comes late instead of never."""
        parts = self.assistant.parts
        now = parts.clock()
        with parts.database.transaction() as session:
            outbox.put(
                session, REPLY, key=f"reply:{channel}:{thread_ts}:{now.isoformat()}", lane=f"channel:{channel}",
                now=now, channel=channel, thread_ts=thread_ts, run=run, message=message.payload(),
            )

    def whisper(self, text: str, *, channel: str, user: str, thread_ts: str | None = None) -> None:
        """Say something that only one person sees; in their direct messages where that is not possible."""
        self._whisper({"text": text}, channel, user, thread_ts)

    def _whisper(self, message: dict[str, Any], channel: str, user: str, thread_ts: str | None) -> None:
        try:
            if channel:
                self.client.chat_postEphemeral(channel=channel, user=user, thread_ts=thread_ts, **message)
                return
        except SlackApiError as error:
            log.info("it could not be whispered in %s: %s", channel, error.response.get("error"))
        self.client.chat_postMessage(channel=self.directory.direct(user), **message)

    def instead(self, body: dict[str, Any], click: "Click", respond: Respond, text: str) -> None:
        """Put words in the place of what was clicked in; whispered where Slack lent no address for that."""
        if body.get("response_url"): respond(text, replace_original=True)
        else: self.whisper(text, channel=click.channel, user=click.person.id, thread_ts=click.thread or None)

    def optional(self, method: str, **arguments: Any) -> None:
        """Call a newer method of Slack; a server that lacks it is served without."""
        try:
            self.client.api_call(method, json=arguments)
        except SlackApiError as error:
            log.info("%s is not available here: %s", method, error.response.get("error"))


def _rendered(one: Told, link_base: str) -> tuple[Message, tuple[int, int]]:
    """A reply as a message, and the run whose message that is with its move; (0, 0) of no run."""
    run = (one.reply.run, one.reply.seen) if isinstance(one.reply, StepReply) else (0, 0)
    return told(one, link_base), run


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """A click on a button of a message or a Home: who, on what, where.

    `chosen` is the person who was chosen in a menu of people, `block` the id of the row that it stands in.
    """

    person: Person
    action: str
    value: str
    trigger: str
    channel: str
    ts: str
    thread_ts: str
    chosen: str = ""
    block: str = ""

    @property
    def thread(self) -> str:
        """The thread that the clicked message belongs to."""
        return self.thread_ts or self.ts


def read_click(body: dict[str, Any], surface: SlackSurface) -> Click:
    """Slack's block_actions payload as a value."""
    action, message = body["actions"][0], body.get("message") or {}
    return Click(
        person=surface.directory.person(body["user"]["id"]), action=action["action_id"],
        value=action.get("value") or (action.get("selected_option") or {}).get("value") or "",
        chosen=action.get("selected_user") or "", block=action.get("block_id") or "",
        trigger=body.get("trigger_id") or "", channel=(body.get("channel") or {}).get("id") or "",
        ts=message.get("ts") or "",
        thread_ts=message.get("thread_ts") or "",
    )


def view_of(body: dict[str, Any]) -> dict[str, Any]:
    """The view that was clicked in.

    Raises:
        BadInput: it was no view.
    """
    view: dict[str, Any] | None = body.get("view")
    if not view: raise BadInput(texts.NOT_HERE)
    return view


def message_of(body: dict[str, Any]) -> dict[str, Any]:
    """The message that a shortcut was used on.

    Raises:
        BadInput: it was used on none.
    """
    message: dict[str, Any] | None = body.get("message")
    if not message: raise BadInput(texts.NOT_HERE)
    return message
