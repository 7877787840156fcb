"""Questions that are asked away from a conversation, with `/it`, a form or a shortcut; answered in direct messages.

Slack says once that somebody asked so, and not again. So the question is written down before that is acknowledged, and
dealt with like a message: whoever takes it up shows it in direct messages and answers it there, once.
"""

from typing import Any

from slack_bolt import Respond

from bot.carrying import INCOMING
from bot.question import Question, Surface
from bot.slack import once, texts
from bot.slack.mrkdwn import clip, escape, quoted
from bot.slack.surface import SlackSurface
from core import outbox
from core.outbox import KEY, LANE, Attempt
from core.redact import redact

ASKED = "asked"  # the type of such an event
(KIND,) = INCOMING


def keep(text: str, user: str, *, key: str, surface: SlackSurface, respond: str = "") -> None:
    """Write a question down; `respond` is where Slack takes word of where it is answered.

    Raises:
        Unavailable: it could not be written down.
    """
    parts, masked = surface.assistant.parts, redact(text)
    said = {"type": ASKED, "user": user, "text": masked.text, "respond": respond}
    with parts.database.transaction() as session:
        outbox.put(
            session, KIND, key=f"in:{key}"[:KEY], lane=f"in:{key}"[:LANE], now=parts.clock(), event=said,
            removed=list(masked.kinds), event_id=key,
        )  # fmt: skip


def handle(payload: dict[str, Any], attempt: Attempt, surface: SlackSurface) -> None:
    """Put a question into the person's direct messages, answer it there, and say where that is."""
    event = payload["event"]
    text, user = event["text"], event["user"]
    channel = surface.directory.direct(user)
    shown = texts.COMMAND_ASKED.format(text="\n" + quoted(escape(clip(text, 2_500))))
    with once.delivering(attempt): ts = surface.client.chat_postMessage(channel=channel, text=shown)["ts"]
    surface.answer(
        Question(
            person=user, text=text, channel=channel, ts=ts, thread_ts=ts, surface=Surface.COMMAND,
            keys=(payload["event_id"],),
        ),
        payload["removed"],
    )
    if not event["respond"]: return
    link = surface.client.chat_getPermalink(channel=channel, message_ts=ts)["permalink"]
    Respond(response_url=event["respond"])(texts.COMMAND_LOOK.format(link=link))
