"""What the outbox holds about drafts, as Slack calls: the card in the editors' channel, word to whoever wrote it."""

import logging
from collections.abc import Callable
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.assistant.editorial.telling import NEWS
from bot.slack.desk.placing import gone
from bot.slack.editors import cards
from bot.slack.editors.state import Item
from bot.slack.surface import SlackSurface
from core.errors import TryLater

TOLD = frozenset({"sent_back", "published"})  # what whoever began it hears of
log = logging.getLogger(__name__)
Json = dict[str, Any]


class DraftNews:
    """Delivers word of drafts; `kinds` are its outbox items."""

    def __init__(self, surface: SlackSurface) -> None:
        """Take Slack's client and what is known of drafts."""
        self._client, self._directory, self._carding = surface.client, surface.directory, surface.assistant.carding
        self._channel = surface.assistant.parts.desk.editors_channel
        self.kinds: dict[str, Callable[[Json], None]] = {NEWS: self._news}

    def _news(self, payload: Json) -> None:
        draft = payload["draft"]
        self._close(draft)
        if draft["what"] == "submitted": self._post(draft)
        if draft["what"] in TOLD and draft["to"] not in ("", draft["by"]): self._tell(draft)

    def _post(self, draft: Json) -> None:
        """A card for the editors, unless they have no channel, or the draft waits no more."""
        waits = self._carding.waiting(draft) if self._channel else None
        if waits is None: return
        channel = self._directory.channel_id(self._channel)
        if channel is None: raise TryLater(f"There is no channel #{self._channel} that I am in.")
        shown = draft | {"title": waits.title}
        message = cards.waiting(shown, _item(draft), waits.before, waits.after)
        posted = self._client.chat_postMessage(channel=channel, **message.payload())
        self._carding.show(draft["item"], channel, posted["ts"], shown)

    def _close(self, draft: Json) -> None:
        """The card that says that it waits says what became of it."""
        card = self._carding.shown(draft["item"])
        if card is None: return
        message = cards.done(card.draft, draft["what"], draft["by"], draft["note"])
        try:
            self._client.chat_update(channel=card.channel, ts=card.ts, **message.payload())
        except SlackApiError as error:
            if not gone(error): raise
            log.info("the card of draft %s is no longer there", draft["item"])
        self._carding.over(draft["item"])

    def _tell(self, draft: Json) -> None:
        message = cards.told(draft["title"], draft["what"], draft["by"], draft["note"], _item(draft))
        self._client.chat_postMessage(channel=self._directory.direct(draft["to"]), **message.payload())


def _item(draft: Json) -> Item:
    return Item(kind=draft["kind"], slug=draft["slug"], seen=draft["version"])
