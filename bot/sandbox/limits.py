"""Slack's documented limits of messages and views, and of every block, as data.

Read from the Block Kit reference (docs.slack.dev/reference/block-kit) and the models of slack_sdk 3.47.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.elements import ELEMENTS, image_source
from bot.sandbox.schema import Anything, ByType, Flag, Items, Number, OneOf, Shape, Word, text

if TYPE_CHECKING:
    from bot.sandbox.ids import Json
    from bot.sandbox.schema import Kind

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
TEXT_CHARACTERS = 40_000  # chat.postMessage; above it Slack cuts or refuses
UPDATED_TEXT_CHARACTERS = 4_000  # chat.update documents msg_too_long above it
MARKDOWN_CHARACTERS = 12_000  # all markdown blocks of a message together, and markdown_text
BLOCKS_CHARACTERS = 13_200  # of all blocks together: msg_blocks_too_long, observed in slackapi/bolt-js#2509
METADATA_BYTES = 16 * 1024
VIEW_BYTES = 250 * 1024
VIEW_TITLE = 24  # also of submit and close
PRIVATE_METADATA = 3_000

_IDS: dict[str, Kind] = {"type": Anything(), "block_id": Word(most=255)}
_EVERYWHERE = frozenset(("message", "modal", "home"))
_MESSAGES = frozenset(("message",))

_ACCESSORIES = frozenset((
    "button", "checkboxes", "datepicker", "image", "overflow", "radio_buttons", "timepicker", "workflow_button",
    "static_select", "external_select", "users_select", "conversations_select", "channels_select",
    "multi_static_select", "multi_external_select", "multi_users_select", "multi_conversations_select",
    "multi_channels_select",
))
_IN_ACTIONS = (_ACCESSORIES | {"datetimepicker", "rich_text_input"}) - {"image"}
_INPUTS = (_ACCESSORIES - {"button", "image", "overflow", "workflow_button"}) | {
    "datetimepicker", "email_text_input", "url_text_input", "number_input", "plain_text_input", "rich_text_input",
    "file_input",
}

_PIECES: tuple[tuple[str, dict[str, Kind], tuple[str, ...]], ...] = (
    ("text", {"text": Word()}, ("text",)),
    ("link", {"url": Word(), "text": Word(least=0), "unsafe": Flag()}, ("url",)),
    ("user", {"user_id": Word()}, ("user_id",)),
    ("channel", {"channel_id": Word()}, ("channel_id",)),
    ("usergroup", {"usergroup_id": Word()}, ("usergroup_id",)),
    ("team", {"team_id": Word()}, ("team_id",)),
    ("emoji", {"name": Word(), "unicode": Word(), "skin_tone": Number()}, ("name",)),
    ("broadcast", {"range": OneOf(("here", "channel", "everyone"))}, ("range",)),
    ("date", {"timestamp": Number(), "format": Word(), "url": Word(), "fallback": Word()},
     ("timestamp", "format")),
    ("color", {"value": Word()}, ("value",)),
)
_RUNS: dict[str, Kind] = {
    name: Shape(fields={"type": Anything(), "style": Anything(), **fields}, required=required)
    for name, fields, required in _PIECES
}
_LINE = Items(of=ByType(table=_RUNS))
_SECTION = Shape(fields={"type": Anything(), "elements": _LINE}, required=("elements",))
_RICH: dict[str, Kind] = {
    "rich_text_section": _SECTION,
    "rich_text_quote": Shape(fields={"type": Anything(), "elements": _LINE, "border": Number()},
                             required=("elements",)),
    "rich_text_preformatted": Shape(
        fields={"type": Anything(), "elements": _LINE, "border": Number(), "language": Word()},
        required=("elements",)),
    "rich_text_list": Shape(
        fields={"type": Anything(), "elements": Items(of=ByType(table={"rich_text_section": _SECTION})),
                "style": OneOf(("bullet", "ordered")), "indent": Number(most=8), "offset": Number(),
                "border": Number()},
        required=("elements", "style")),
}
_RICH_TEXT = Shape(fields={**_IDS, "elements": Items(of=ByType(table=_RICH))}, required=("elements",))
_RICH_ONLY = ByType(table={"rich_text": _RICH_TEXT})


def _section_says_something(block: Json) -> str | None:
    return None if block.get("text") or block.get("fields") else "must define either `text` or `fields`"


def _card_shows_something(block: Json) -> str | None:
    shown = any(block.get(name) for name in ("hero_image", "title", "actions", "body"))
    return None if shown else "must define one of `hero_image`, `title`, `actions` or `body`"


def _container_is_titled(block: Json) -> str | None:
    return None if block.get("title") or block.get("rich_text_title") else "missing required field: title"


def _rows_are_even(block: Json) -> str | None:
    rows = block.get("rows")
    even = isinstance(rows, list) and len({len(row) for row in rows if isinstance(row, list)}) <= 1
    return None if even else "all rows must have the same number of cells"


_RAW: dict[str, Kind] = {"raw_text": Shape(fields={"type": Anything(), "text": Word()}, required=("text",)),
        "raw_number": Shape(fields={"type": Anything(), "value": Anything(), "text": Word()}, required=("value",)),
        "rich_text": _RICH_TEXT}
_COLUMN = Shape(fields={"align": OneOf(("left", "center", "right")), "is_wrapped": Flag()})
_TASK = Shape(
    fields={**_IDS, "task_id": Word(), "title": Word(), "details": _RICH_ONLY, "output": _RICH_ONLY,
            "sources": Items(of=ByType(table={"url": Shape(
                fields={"type": Anything(), "url": Word(most=3000), "text": Word(), "icon_url": Word()},
                required=("url", "text"))})),
            "status": OneOf(("pending", "in_progress", "complete", "error"))},
    required=("task_id", "title"))
_IMAGE = ByType(table=ELEMENTS, allowed=frozenset(("image",)))
_BUTTONS = ByType(table=ELEMENTS, allowed=frozenset(("button",)))
_CARD = Shape(
    fields={**_IDS, "hero_image": _IMAGE, "icon": _IMAGE, "title": text(150), "subtitle": text(150),
            "body": text(200), "actions": Items(of=_BUTTONS)},
    rules=(_card_shows_something,))

BLOCKS: dict[str, Kind] = {
    "actions": Shape(fields={**_IDS, "elements": Items(of=ByType(table=ELEMENTS, allowed=_IN_ACTIONS), least=1,
                                                       most=25)}, required=("elements",)),
    "alert": Shape(fields={**_IDS, "text": text(3000),
                           "level": OneOf(("default", "info", "warning", "error", "success"))}, required=("text",)),
    "card": _CARD,
    "carousel": Shape(fields={**_IDS, "elements": Items(of=ByType(table={"card": _CARD}), least=1, most=10)},
                      required=("elements",)),
    "context": Shape(
        fields={**_IDS, "elements": Items(
            of=ByType(table={"image": ELEMENTS["image"], "mrkdwn": text(3000), "plain_text": text(3000)}),
            least=1, most=10)},
        required=("elements",)),
    "context_actions": Shape(
        fields={**_IDS, "elements": Items(
            of=ByType(table=ELEMENTS, allowed=frozenset(("feedback_buttons", "icon_button"))), least=1, most=5)},
        required=("elements",)),
    "data_table": Shape(
        fields={**_IDS, "caption": Word(), "page_size": Number(least=1, most=100),
                "row_header_column_index": Number(most=19),
                "rows": Items(of=Items(of=ByType(table=_RAW), most=20), least=2, most=101)},
        required=("rows", "caption"), rules=(_rows_are_even,)),
    "divider": Shape(fields=_IDS),
    "file": Shape(fields={**_IDS, "external_id": Word(), "source": OneOf(("remote",))},
                  required=("external_id", "source")),
    "header": Shape(fields={**_IDS, "text": text(150, plain=True)}, required=("text",)),
    "image": Shape(
        fields={**_IDS, "image_url": Word(most=3000), "slack_file": Anything(), "alt_text": Word(most=2000),
                "title": text(2000, plain=True)},
        required=("alt_text",), rules=(image_source,)),
    "input": Shape(
        fields={**_IDS, "label": text(2000, plain=True), "hint": text(2000, plain=True), "optional": Flag(),
                "dispatch_action": Flag(), "element": ByType(table=ELEMENTS, allowed=_INPUTS)},
        required=("label", "element")),
    "markdown": Shape(fields={**_IDS, "text": Word(most=MARKDOWN_CHARACTERS)}, required=("text",)),
    "plan": Shape(fields={**_IDS, "title": Word(), "tasks": Items(of=ByType(table={"task_card": _TASK}))},
                  required=("title",)),
    "rich_text": _RICH_TEXT,
    "section": Shape(
        fields={**_IDS, "text": text(3000), "fields": Items(of=text(2000), least=1, most=10), "expand": Flag(),
                "accessory": ByType(table=ELEMENTS, allowed=_ACCESSORIES)},
        rules=(_section_says_something,)),
    "table": Shape(
        fields={**_IDS, "rows": Items(of=Items(of=ByType(table=_RAW), most=20), least=1, most=100),
                "column_settings": Items(of=_COLUMN, most=20)},
        required=("rows",)),
    "task_card": _TASK,
    "video": Shape(
        fields={**_IDS, "alt_text": Word(), "author_name": Word(most=49), "description": text(200, plain=True),
                "provider_icon_url": Word(), "provider_name": Word(), "title": text(199, plain=True),
                "title_url": Word(form=r"https://.+"), "thumbnail_url": Word(), "video_url": Word(form=r"https://.+")},
        required=("alt_text", "title", "thumbnail_url", "video_url")),
}
BLOCKS["container"] = Shape(
    fields={**_IDS, "title": text(150, plain=True), "rich_text_title": _RICH_ONLY, "subtitle": text(150),
            "child_blocks": Items(of=ByType(table=BLOCKS), least=1, most=10),
            "width": OneOf(("narrow", "standard", "wide", "full")), "icon": _IMAGE, "is_collapsible": Flag(),
            "default_collapsed": Flag(), "has_header_divider": Flag()},
    required=("child_blocks",), rules=(_container_is_titled,))

# Where a block may stand; the rest may stand everywhere (docs.slack.dev/blocks.json).
_ONLY_IN = {
    "alert": frozenset(("modal",)), "carousel": frozenset(("message", "home")), "container": _MESSAGES,
    "context_actions": _MESSAGES, "data_table": _MESSAGES, "file": _MESSAGES, "markdown": _MESSAGES,
    "plan": _MESSAGES, "table": _MESSAGES, "task_card": _MESSAGES,
}
BLOCK_SURFACES: dict[str, frozenset[str]] = {name: _ONLY_IN.get(name, _EVERYWHERE) for name in BLOCKS}

_ANY_VIEW: dict[str, Kind] = {
    "type": OneOf(("modal", "home")), "blocks": Anything(), "private_metadata": Word(most=PRIVATE_METADATA, least=0),
    "callback_id": Word(most=255, least=0), "external_id": Word(most=255, least=0),
}
_SHORT = text(VIEW_TITLE, plain=True)
VIEWS: dict[str, Kind] = {
    "home": Shape(fields=_ANY_VIEW, required=("type", "blocks")),
    "modal": Shape(
        fields={**_ANY_VIEW, "title": _SHORT, "submit": _SHORT, "close": _SHORT, "clear_on_close": Flag(),
                "notify_on_close": Flag()},
        required=("type", "title", "blocks")),
}

