"""What people say to Firstline: written down before Slack hears that it came, and dealt with from there.

Slack sends an event again until it is acknowledged, and never after that. So a message is in the database before its
acknowledgement leaves; a process that dies then loses nothing, and whoever takes it up answers it once.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from slack_bolt import App, BoltResponse
from slack_sdk.errors import SlackApiError, SlackRequestError
from sqlalchemy.orm import Session

from bot.carrying import INCOMING
from bot.slack.listeners import asking, messages
from bot.slack.listeners.errors import tell
from bot.slack.outbound import translated
from bot.slack.surface import SlackSurface, passing
from core import noting, outbox
from core.errors import CannotDeliver, FirstlineError, TryLater, Unavailable
from core.outbox import KEY, LANE, Attempt
from core.redact import redact

TRIES = 3  # of a message on which something unexpected goes wrong, before its person is told
KEPT = ("type", "subtype", "user", "text", "channel", "channel_type", "ts", "thread_ts", "event_ts", "deleted_ts",
        "bot_id")  # fmt: skip
KEPT_OF_FILES = ("id", "name", "permalink")
LEASE = timedelta(seconds=30)  # three calls that take as long as they may; after that its process must have died
(KIND,) = INCOMING
log = logging.getLogger(__name__)


def keep(body: dict[str, Any], surface: SlackSurface) -> bool:
    """Write down what an event says, secrets masked, unless it is known; False where no person wrote it.

    Raises:
        Unavailable: it could not be written down.
    """
    event, number, parts = body["event"], str(body.get("event_id") or ""), surface.assistant.parts
    if not messages.of_person(event, surface): return False
    said, removed = slim(event)
    own = event.get("message") or event.get("previous_message") or event
    lane = f"in:{event.get('channel')}:{own.get('thread_ts') or own.get('ts')}"[:LANE]
    key = number or f"{event['type']}:{event.get('channel')}:{event.get('event_ts') or event.get('ts')}"
    with parts.database.transaction() as session:
        if _changed(session, event, lane, parts.clock()): return True
        new = outbox.put(
            session, KIND, key=f"in:{key}"[:KEY], lane=lane, now=parts.clock(), event=said, removed=removed,
            event_id=number,
        )  # fmt: skip
        if not new: noting.note(session, "again")
    return True


def _changed(session: Session, event: dict[str, Any], lane: str, now: datetime) -> bool:
    """Whether a message that changed still waits: it is answered as it is now, and not at all if it was deleted."""
    if event.get("subtype") not in messages.CHANGES: return False
    new, old = event.get("message") or {}, event.get("previous_message") or {}
    if new.get("text") == old.get("text"): return False  # Slack put a preview below it
    ts = new.get("ts") or old.get("ts") or event.get("deleted_ts")
    found = [item for item in outbox.untouched(session, KIND, lane) if item.payload["event"].get("ts") == ts]
    deleted = event["subtype"] == "message_deleted" or new.get("subtype") == "tombstone"
    for item in found:
        if deleted: outbox.done(session, item, now, forget=True)
        else: item.payload = _as_it_is_now(item.payload, str(new.get("text") or ""))
    return bool(found)


def _as_it_is_now(payload: dict[str, Any], text: str) -> dict[str, Any]:
    masked = redact(text)
    return payload | {"event": payload["event"] | {"text": masked.text}, "removed": list(masked.kinds)}


def slim(event: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """An event as it is kept: what the listeners read, without secrets; and the kinds of secrets that were in it."""
    kept = {name: event[name] for name in KEPT if event.get(name) is not None}
    removed: list[str] = []
    if "text" in kept:
        masked = redact(str(kept["text"]))
        kept["text"], removed = masked.text, list(masked.kinds)
    files = [file for file in event.get("files") or () if isinstance(file, dict)]
    if files: kept["files"] = [{name: file[name] for name in KEPT_OF_FILES if file.get(name)} for file in files]
    for name in ("message", "previous_message"):
        if isinstance(event.get(name), dict): kept[name] = slim(event[name])[0]
    return kept, removed


def register(app: App, surface: SlackSurface, wake: Callable[[], None]) -> None:
    """Write down what people say before Slack hears that it came; `wake` somebody who deals with it."""

    @app.middleware
    def take_in(body: dict[str, Any], next_: Callable[[], Any]) -> BoltResponse | None:
        if (body.get("event") or {}).get("type") not in messages.TYPES:
            next_()
            return None
        try:
            if keep(body, surface): wake()
        except Unavailable as error:
            tell(error, body, surface)
            return BoltResponse(status=HTTPStatus.SERVICE_UNAVAILABLE)  # Slack sends it again
        return BoltResponse(status=HTTPStatus.OK)


class Heard:
    """Deals with what was written down."""

    def __init__(self, surface: SlackSurface) -> None:
        """Take the surface that it was said on."""
        self._surface = surface

    def deliver(self, kind: str, payload: dict[str, Any], attempt: Attempt) -> None:  # noqa: ARG002 - there is one kind
        """Deal with one event. What is wrong with it is told to its person.

        Raises:
            TryLater: the database or Slack does not answer.
            CannotDeliver: this does not work, and its person does not know yet.
        """
        try:
            if payload["event"]["type"] == asking.ASKED: asking.handle(payload, attempt, self._surface)
            else: messages.handle(payload, self._surface)
        except Unavailable as error:
            raise TryLater(str(error)) from error
        except FirstlineError as error:
            self._tell(error, payload)
        except SlackApiError as error:
            raise (translated(error) if passing(error) else CannotDeliver(_answered(error))) from error
        except (SlackRequestError, OSError) as error:
            raise TryLater(f"Slack could not be reached: {error}") from error
        except Exception as error:
            if attempt.number < TRIES: raise TryLater(f"{type(error).__name__}: {error}") from error
            log.exception("%s could not be dealt with", attempt.key)
            raise CannotDeliver(f"{type(error).__name__}: {error}") from error

    def _tell(self, error: Exception, payload: dict[str, Any]) -> None:
        tell(error, {"event": payload["event"]}, self._surface)


def _answered(error: SlackApiError) -> str:
    return f"Slack answered {error.response.get('error')}."
