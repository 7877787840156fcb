"""Messages: direct, in watched channels, mentions, replies in threads; edits and deletions; the tabs."""

from typing import Any

from slack_bolt import App

from bot.question import At, Question, Surface
from bot.slack import home, texts
from bot.slack.listeners import desk_threads, lanes
from bot.slack.mrkdwn import mentioned, unescape, without_mention
from bot.slack.surface import SlackSurface

AT_FIRST = At()
TYPES = frozenset({"message", "app_mention"})  # the events that hold what people write
CHANGES = frozenset({"message_changed", "message_deleted"})  # the subtypes of a message that was written before
PLAIN = (None, "file_share", "thread_broadcast")  # the subtypes of a message that a person wrote


def register(app: App, surface: SlackSurface) -> None:
    """Connect what is not written: the tabs. What people write is taken in by `bot.slack.intake`."""
    _tabs(app, surface)


def of_person(event: dict[str, Any], surface: SlackSurface) -> bool:
    """Whether an event tells what a person wrote, changed or deleted; apps are not listened to."""
    if event.get("subtype") not in CHANGES: return from_person(event, surface)
    new, old = event.get("message") or {}, event.get("previous_message") or {}
    return not (old.get("bot_id") or new.get("bot_id"))


def handle(payload: dict[str, Any], surface: SlackSurface) -> None:
    """Do what an event asks for; `payload` is as `bot.slack.intake` wrote it down."""
    event, removed = payload["event"], payload["removed"]
    if event["type"] == "app_mention":
        if desk_threads.is_command_in_one(event, surface): return
        surface.answer(read(event, payload, Surface.MENTION, surface), removed)
    elif event.get("subtype") in CHANGES: _changed(event, surface)
    elif desk_threads.is_staffs(event, surface): lanes.staff_wrote(event, surface)
    elif where := _where(event, surface): surface.answer(read(event, payload, where, surface), removed)


def _tabs(app: App, surface: SlackSurface) -> None:
    @app.event("app_home_opened")
    def opened(event: dict[str, Any]) -> None:
        if event.get("tab") == "home": publish_home(event["user"], surface)
        else: _suggest(event["channel"], surface)

    @app.event("assistant_thread_started")
    def started(event: dict[str, Any]) -> None:
        _suggest(event["assistant_thread"]["channel_id"], surface, event["assistant_thread"].get("thread_ts"))

    @app.event("assistant_thread_context_changed")
    def context_changed() -> None:
        """What the person looks at beside the assistant changes nothing here."""

    @app.event("app_context_changed")
    def app_context_changed() -> None:
        """The same on the newer surface."""


def read(event: dict[str, Any], body: dict[str, Any], where: Surface, surface: SlackSurface) -> Question:
    """Slack's message as a question. The same message is known by its event and by its place."""
    channel, ts = event["channel"], event["ts"]
    keys = (f"event:{body['event_id']}",) if body.get("event_id") else ()
    files = tuple(str(f.get("permalink") or f.get("name") or "a file") for f in event.get("files") or ())
    said = without_mention(event.get("text") or "", surface.bot_user)
    named = tuple(f"<@{one}>" for one in mentioned(said) if surface.directory.knows(one))
    return Question(
        person=event["user"], text=unescape(said), channel=channel, ts=ts, thread_ts=event.get("thread_ts") or ts,
        surface=where, keys=(*keys, f"message:{channel}:{ts}"), files=files, named=named,
    )


def from_person(event: dict[str, Any], surface: SlackSurface) -> bool:
    """Whether a person wrote this, and not an app."""
    person = event.get("user")
    return event.get("subtype") in PLAIN and bool(person) and not event.get("bot_id") and person != surface.bot_user


def _where(event: dict[str, Any], surface: SlackSurface) -> Surface | None:
    """What kind of place a message was written in, or None if it is none of Firstline's business."""
    if event.get("channel_type") == "im": return Surface.DM
    if event.get("channel_type") == "mpim" or f"<@{surface.bot_user}" in (event.get("text") or ""):
        return None  # the mention comes as its own event
    thread = event.get("thread_ts")
    if thread and thread != event["ts"]:
        own = surface.assistant.answering.owns_thread(event["channel"], thread, event["user"])
        return Surface.CHANNEL if own else None
    return Surface.CHANNEL if surface.directory.is_watched(event["channel"]) else None


def _changed(event: dict[str, Any], surface: SlackSurface) -> None:
    new, old = event.get("message") or {}, event.get("previous_message") or {}
    deleted = event["subtype"] == "message_deleted" or new.get("subtype") == "tombstone"
    if not deleted and new.get("text") == old.get("text"): return
    ts = str(new.get("ts") or old.get("ts") or event.get("deleted_ts") or "")
    thread = old.get("thread_ts") or new.get("thread_ts") or ts
    text = None if deleted else unescape(new.get("text") or "")
    author, at = old.get("user") or new.get("user") or "", event.get("event_ts") or event.get("ts") or ""
    surface.assistant.tickets.changed_message(event["channel"], thread, ts, text, author, at=at)


def publish_home(user: str, surface: SlackSurface, at: At = AT_FIRST) -> None:
    """Draw a person's Home tab anew, at a page."""
    view = surface.assistant.homes.home(surface.directory.person(user), at)
    shown = home.home(view, f"{surface.link_base}/help", surface.directory.message_link)
    surface.client.views_publish(user_id=user, view=shown)


def _suggest(channel: str, surface: SlackSurface, thread_ts: str | None = None) -> None:
    prompts = [{"title": title, "message": message} for title, message in texts.PROMPTS]
    arguments: dict[str, Any] = {"channel_id": channel, "title": texts.PROMPTS_TITLE, "prompts": prompts}
    if thread_ts: arguments["thread_ts"] = thread_ts
    surface.optional("assistant.threads.setSuggestedPrompts", **arguments)


