"""What a payload of Slack's must hold before a listener reads it, and its texts without what nobody can store."""

import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Json = dict[str, Any]
DEEPEST = 50  # levels; a view of Slack's has some 15
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL, which PostgreSQL refuses, and halves of a character

ASKS = frozenset({"ssl_check", "challenge"})  # Slack asks whether we are there; Bolt answers

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
Web = Annotated[str, Field(pattern=r"^https?://[^/\s]+")]


class _Part(BaseModel):
    """What else Slack sends is not looked at."""

    model_config = ConfigDict(strict=True, extra="ignore")


class _Named(_Part):
    id: Id


class _Option(_Part):
    value: str | None = None


class _Input(_Option):
    """One element of a form, or one that was used."""

    selected_option: _Option | None = None
    selected_options: list[_Option] | None = None
    selected_user: Id | None = None
    selected_date: str | None = None


class _Used(_Input):
    action_id: str
    block_id: str | None = None


class _State(_Part):
    values: dict[str, dict[str, _Input]]


class _Shown(_Part):
    """A view that somebody clicked in; the Home tab and modals both have an id."""

    id: Id
    type: str | None = None
    private_metadata: str
    hash: str
    state: _State | None = None
    blocks: list[Json] = []


class _Form(_Shown):
    """A modal that was submitted."""

    type: str  # Bolt reads it
    callback_id: str
    state: _State


class _File(_Part):
    permalink: str | None = None
    name: str | None = None


class _Message(_Part):
    ts: Id | None = None
    thread_ts: Id | None = None
    user: Id | None = None
    parent_user_id: Id | None = None
    bot_id: str | None = None
    subtype: str | None = None
    text: str | None = None
    files: list[_File] | None = None


class _Action(_Part):
    user: _Named
    actions: Annotated[list[_Used], Field(min_length=1)]
    channel: _Named | None = None
    message: _Message | None = None
    view: _Shown | None = None
    trigger_id: str | None = None
    response_url: Web | None = None


class _Submission(_Part):
    user: _Named
    view: _Form


class _Closed(_Part):
    user: _Named
    view: _Shown


class _Suggestion(_Part):
    user: _Named
    action_id: str
    value: str
    view: _Shown | None = None


class _Shortcut(_Part):
    user: _Named
    trigger_id: str
    callback_id: str


class _MessageShortcut(_Shortcut):
    channel: _Named
    message_ts: Id
    message: _Message
    response_url: Web | None = None


class _Command(_Part):
    command: str
    user_id: Id
    channel_id: Id | None = None
    text: str | None = None
    trigger_id: str
    response_url: Web


class _Written(_Message):
    """The event of a message."""

    channel: Id
    ts: Id
    channel_type: str | None = None
    event_ts: Id | None = None
    deleted_ts: Id | None = None
    message: _Message | None = None
    previous_message: _Message | None = None


class _Opened(_Part):
    user: Id
    channel: Id
    tab: str | None = None


class _Pane(_Part):
    channel_id: Id
    thread_ts: Id
    user_id: Id
    context: Json


class _Started(_Part):
    assistant_thread: _Pane


class _Kind(_Part):
    type: str


class _Envelope(_Part):
    event: Json
    event_id: Id | None = None


_EVENTS: dict[str, type[_Part]] = {
    "message": _Written, "app_mention": _Written, "app_home_opened": _Opened, "assistant_thread_started": _Started,
    "assistant_thread_context_changed": _Started,
}  # fmt: skip
_INTERACTIONS: dict[str, type[_Part]] = {
    "block_actions": _Action, "view_submission": _Submission, "shortcut": _Shortcut, "message_action": _MessageShortcut,
    "view_closed": _Closed, "block_suggestion": _Suggestion,
}  # fmt: skip


def problem(body: Json) -> str:
    """What is wrong with a payload, in one line for the log; empty for a sound one. It tells no text of anybody's."""
    try:
        if "event" in body: _event(body)
        elif "command" in body: _Command.model_validate(body)
        elif kind := _INTERACTIONS.get(str(body.get("type"))): kind.model_validate(body)
        elif not ASKS & body.keys(): return "of a kind that nothing here is for"
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        return f"{'.'.join(map(str, first['loc']))[:100]}: {first['msg']}"
    return ""


def _event(body: Json) -> None:
    event = _Envelope.model_validate(body).event
    _EVENTS.get(_Kind.model_validate(event).type, _Kind).model_validate(event)


def storable(part: Any, level: int = 0) -> Any:
    """A payload without what cannot be stored; what is nested deeper than anything of Slack's is left out."""
    if isinstance(part, str): return UNSTORABLE.sub("", part)
    if level > DEEPEST: return None
    if isinstance(part, list): return [storable(one, level + 1) for one in part]
    if isinstance(part, dict): return {storable(key): storable(value, level + 1) for key, value in part.items()}
    return part
