"""What the outbox holds about verifications that lapsed, as Slack calls."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from bot.assistant.editorial.lapses import NEWS
from bot.slack import texts
from bot.slack.blocks import Message, context, section
from bot.slack.mrkdwn import cut, day, escape
from bot.slack.surface import SlackSurface
from core.errors import TryLater
from kb.lapsing import untold

KINDS = {"article": "article", "runbook": "run-book"}
ROWS = 2_800  # characters of one section


class Lapsing:
    """Delivers word of lapses; `kinds` are its outbox items."""

    def __init__(self, surface: SlackSurface) -> None:
        """Take Slack's client."""
        self._client, self._directory = surface.client, surface.directory
        self._channel = surface.assistant.parts.desk.editors_channel
        self.kinds: dict[str, Callable[[dict[str, Any]], None]] = {NEWS: self._news}

    def _news(self, payload: dict[str, Any]) -> None:
        """Tell the editors' channel, unless it was taken out of the desk file meanwhile."""
        if not self._channel: return
        channel = self._directory.channel_id(self._channel)
        if channel is None: raise TryLater(f"There is no channel #{self._channel} that I am in.")
        self._client.chat_postMessage(channel=channel, **news(payload["lapses"]).payload())


def news(lapses: Sequence[Mapping[str, str]]) -> Message:
    """What has to be checked again, a paragraph each, with its owner and why. Pure."""
    head = texts.LAPSES.format(count=len(lapses)) if len(lapses) > 1 else texts.LAPSES_ONE
    rows = [section(part) for part in _parts([_row(one) for one in lapses])]
    return Message(text=head, blocks=(section(head), *rows, context(texts.LAPSES_STILL)))


def _row(one: Mapping[str, str]) -> str:
    owner = f"<@{one['person']}>" if one["person"] else escape(one["owner"])
    owner = texts.LAPSES_OWNER.format(owner=owner) if owner else ""
    kind = KINDS.get(one["kind"], one["kind"])
    return texts.LAPSES_ROW.format(title=escape(one["title"]), kind=kind, owner=owner, why=why(one))


def why(one: Mapping[str, str]) -> str:
    """Why a verification lapsed, in a sentence."""
    reason, count = untold(one["why"])
    checked = day(date.fromisoformat(one["verified"])) if one["verified"] else ""
    return texts.LAPSES_WHY[f"{reason}_one" if count == 1 else reason].format(count=count, day=checked)


def _parts(rows: Sequence[str]) -> list[str]:
    """The rows in as few sections as hold them."""
    parts = [""]
    for row in rows:
        if len(parts[-1]) + len(row) > ROWS: parts.append("")
        parts[-1] += f"{cut(row, ROWS)}\n"
    return parts
