"""What the outbox holds, as Slack calls: cards, news for requesters, notes for staff."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from slack_sdk.errors import SlackApiError, SlackRequestError

from bot.assistant import documenting
from bot.slack import busy, once, steps, texts
from bot.slack.approving import Approving
from bot.slack.blocks import section
from bot.slack.busy import Busy
from bot.slack.desk import after, updates
from bot.slack.desk.placing import Placing, gone
from bot.slack.desk.systems import Systems
from bot.slack.desk.tasking import Tasking
from bot.slack.desk.telling import Telling
from bot.slack.editors.news import DraftNews
from bot.slack.erasing import Erasing
from bot.slack.lanes.crossing import Crossing
from bot.slack.lapsing import Lapsing
from bot.slack.mrkdwn import escape
from bot.slack.render import render
from bot.slack.surface import REPLY, SlackSurface, passing
from core.errors import CannotDeliver, TryLater
from core.outbox import Attempt
from handoff import lanes, mirrors, warnings
from handoff.destinations import syncing

NEVER = frozenset(
    {
        "channel_not_found", "is_archived", "not_in_channel", "user_not_found", "message_not_found",
        "invalid_blocks", "account_inactive", "user_disabled", "user_not_visible", "cannot_dm_bot", "msg_too_long",
        "msg_blocks_too_long",
    }
)  # answers of Slack after which the same call can only fail again
IN_THE_LANE = frozenset(
    {"staff_note", "staff_news", warnings.KIND, mirrors.CHANGE, lanes.LINE, syncing.STAFF}
)  # of the card, whose next drawing waits behind them
BELOW_CARDS = IN_THE_LANE | {mirrors.COPY}  # what is said in a card's thread


class SlackOutbound:
    """Delivers outbox items to Slack."""

    def __init__(self, surface: SlackSurface) -> None:
        """Take Slack's client and what it takes to draw a card."""
        self._client, self._assistant, self._directory = surface.client, surface.assistant, surface.directory
        self._surface, self._placing = surface, Placing(surface)
        self._telling = Telling(surface, self._placing)
        self._kinds: dict[str, Callable[[dict[str, Any]], None]] = {
            "update": self._still_open, "outage_over": self._outage_over,
            REPLY: surface.post, "run": self._run,
            **Approving(surface).kinds, **self._telling.kinds,
            **Systems(surface, self._placing.standing).kinds, **Crossing(surface, self._placing.standing).kinds,
            **Tasking(surface).kinds, **DraftNews(surface).kinds, **Lapsing(surface).kinds, **Erasing(surface).kinds,
            documenting.KIND: self._draft, busy.KIND: Busy(surface).tell,
        }  # fmt: skip

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of items that are delivered here: what a newer version adds is for processes of that one."""
        return frozenset(self._kinds)

    def deliver(self, kind: str, payload: dict[str, Any], attempt: Attempt) -> None:
        """Do what one item says; what an earlier attempt posted is not posted again.

        Raises:
            TryLater: Slack cannot take it now; after which wait it may.
            CannotDeliver: trying again cannot help.
        """
        try:
            with once.delivering(attempt): self._do(kind, payload)
        except SlackApiError as error:
            if kind == REPLY and not passing(error): raise CannotDeliver(f"Slack answered {_code(error)}.") from error
            raise translated(error) from error
        except (SlackRequestError, OSError) as error:
            raise TryLater(f"Slack could not be reached: {error}") from error

    def _do(self, kind: str, payload: dict[str, Any]) -> None:
        """The same; what belongs below a card whose place is gone goes where the card finds another one.

        Where a card has moved on and is not drawn yet it is drawn now: its drawing waits behind this item in its lane.
        """
        try:
            self._kinds[kind](payload)
        except SlackApiError as error:
            if kind not in BELOW_CARDS or not gone(error): raise
        except TryLater:
            if kind not in IN_THE_LANE: raise
        else:
            return
        self._placing.draw(payload["ticket"])
        self._kinds[kind](payload)

    def _still_open(self, payload: dict[str, Any]) -> None:
        """Tell a requester how their ticket stands, unless it is over or they have heard of it since."""
        until = datetime.fromisoformat(payload["next"])
        stands = self._assistant.updating.standing(payload["ticket"], until, payload.get("to"))
        if stands is None: return
        ticket = stands.ticket
        person = self._directory.person(ticket.requester)
        by = self._directory.person(ticket.assignee).name if ticket.assignee else ""
        self._telling.to_requester(ticket, updates.still_open(stands, by, person.tz))

    def _draft(self, payload: dict[str, Any]) -> None:
        """Make the draft that a resolution asked for, and tell the staff where it is."""
        made = self._assistant.documenting.make(payload["ticket"])
        if made is None: return
        place = self._placing.standing(made.ticket)
        message = after.drafted(made.ticket, made.kind, made.slug, made.title)
        self._client.chat_postMessage(channel=place.channel, thread_ts=place.ts, **message.payload())

    def _run(self, payload: dict[str, Any]) -> None:
        """Draw a run's message anew, and tell its person what happened, if that is something."""
        reply, channel, thread = self._assistant.fixing.now_at(payload["run"])
        shown = self._assistant.fixing.message_of(payload["run"])
        if shown.ts: self._surface.draw(reply, shown, render(reply, self._surface.link_base))
        base, what = self._surface.link_base, payload["what"]
        said = steps.news(reply, what, payload["seen"], payload["told"], base) if what else ""
        if said: self._client.chat_postMessage(channel=channel, thread_ts=thread, text=said, blocks=[section(said)])

    def _outage_over(self, payload: dict[str, Any]) -> None:
        text = texts.OUTAGE_OVER.format(text=escape(payload["text"]))
        self._client.chat_postMessage(channel=payload["channel"], thread_ts=payload["thread_ts"] or None, text=text)


def translated(error: SlackApiError) -> TryLater | CannotDeliver:
    """What an answer of Slack means for the item that was delivered."""
    code = _code(error)
    if code in NEVER: return CannotDeliver(f"Slack answered {code}.")
    seconds = error.response.headers.get("Retry-After")
    wait = timedelta(seconds=int(seconds)) if seconds and str(seconds).isdecimal() else None
    return TryLater(f"Slack answered {code}.", wait)


def _code(error: SlackApiError) -> str:
    return str(error.response.get("error", "unknown"))
