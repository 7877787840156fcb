"""What every Slack listener stands on, and the few calls that several of them make."""

import logging
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.assistant import Assistant
from bot.assistant.fixing import Shown
from bot.question import Question, Reply, StepReply, Told
from bot.slack import steps, texts
from bot.slack.blocks import Message, section
from bot.slack.directory import Directory
from bot.slack.render import render, told
from core import outbox
from core.errors import BadInput
from core.people import Person
from core.redact import redact

PASSING = frozenset({"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"})
MOST_REDRAWN = 5  # times one after the other; whoever looks after runs does the rest
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackSurface:
    """Firstline as it is met in Slack. `bot_user` is its own user id."""

    client: WebClient
    assistant: Assistant
    directory: Directory
    bot_user: str

    @property
    def link_base(self) -> str:
        """Where links to articles lead."""
        return self.assistant.parts.link_base

    def answer(self, question: Question) -> None:
        """Ask, and say the replies in the question's thread; nothing when the question was handled before."""
        self.directory.person(question.person)  # so that roles and time zone are known
        asked = self.assistant.answering.ask(question)
        if not asked.told: return
        if asked.thread_ts != question.thread_ts:
            said = steps.taken(asked.told[0].reply, self.link_base)
            self.client.chat_postMessage(
                channel=question.channel, thread_ts=question.ts, text=said, blocks=[section(said)]
            )
        for one in asked.told: self._below(one, question.channel, asked.thread_ts)
        kinds = redact(question.text).kinds
        if kinds:
            words = texts.MASKED.format(kinds=" and a ".join(kinds))
            self.whisper(words, channel=question.channel, user=question.person, thread_ts=question.thread_ts)

    def _below(self, one: Told, channel: str, thread_ts: str) -> None:
        """Reply to words. A run's message moves down to them: further up, nobody would see that it went on."""
        if not isinstance(one.reply, StepReply):
            self.tell(one, channel, thread_ts)
            return
        old = self.assistant.fixing.message_of(one.reply.run)
        if self._post(one, channel, thread_ts) and old.ts:
            try:
                self.client.chat_delete(channel=old.channel, ts=old.ts)
            except (SlackApiError, SlackRequestError, OSError) as error:
                log.info("the old message of run %s stays: %s", one.reply.run, error)

    def say(self, reply: Reply, channel: str, thread_ts: str, clicked: str = "") -> None:
        """Post a reply in a thread; a run that already has its message is updated there instead.

        `clicked` is the message that was clicked in: a quick click comes before it was remembered that the run is there.
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

    def _post(self, one: Told, channel: str, thread_ts: str) -> bool:
        """Post a reply; False where Slack cannot take it now, so that it comes later."""
        reply, message = one.reply, told(one, self.link_base)
        run = (reply.run, reply.seen) if isinstance(reply, StepReply) else (0, 0)
        try:
            self.post({"channel": channel, "thread_ts": thread_ts, "run": run, "message": message.payload()})
        except SlackApiError as error:
            if error.response.get("error") not in PASSING: raise
            self._post_later(channel, thread_ts, run, message)
            return False
        except (SlackRequestError, OSError):
            self._post_later(channel, thread_ts, run, message)
            return False
        return True

    def post(self, reply: dict[str, Any]) -> None:
        """Post a rendered reply in its thread; a run's message is remembered, to be updated later."""
        posted = self.client.chat_postMessage(
            channel=reply["channel"], thread_ts=reply["thread_ts"], unfurl_links=False, **reply["message"]
        )
        run, seen = reply["run"]
        if run: self.assistant.fixing.remember_message(run, reply["channel"], posted["ts"], seen)

    def redraw(self, reply: StepReply, shown: Shown, message: Message) -> None:
        """Update a run's message; what Slack cannot take now is drawn by the worker, which looks for such runs."""
        try:
            self.draw(reply, shown, message)
        except SlackApiError as error:
            if error.response.get("error") not in PASSING: raise
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
                session, "reply", key=f"reply:{channel}:{thread_ts}:{now.isoformat()}", lane=f"channel:{channel}",
                now=now, channel=channel, thread_ts=thread_ts, run=run, message=message.payload(),
            )

    def whisper(self, text: str, *, channel: str, user: str, thread_ts: str | None = None) -> None:
        """Say something that only one person sees; in their direct messages where that is not possible."""
        try:
            self.client.chat_postEphemeral(channel=channel, user=user, text=text, thread_ts=thread_ts)
        except SlackApiError:
            self.client.chat_postMessage(channel=self.directory.direct(user), text=text)

    def optional(self, method: str, **arguments: Any) -> None:
        """Call a newer method of Slack; a server that lacks it is served without."""
        try:
            self.client.api_call(method, json=arguments)
        except SlackApiError as error:
            log.info("%s is not available here: %s", method, error.response.get("error"))


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
