"""What Slack fills in by itself: block and action ids, and the defaults of text objects."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.sandbox.ids import Ids, Json

# Elements that a person can use, and therefore carry an action_id.
INTERACTIVE = frozenset((
    "button", "checkboxes", "datepicker", "datetimepicker", "timepicker", "email_text_input", "url_text_input",
    "number_input", "plain_text_input", "rich_text_input", "file_input", "radio_buttons", "overflow",
    "static_select", "external_select", "users_select", "conversations_select", "channels_select",
    "multi_static_select", "multi_external_select", "multi_users_select", "multi_conversations_select",
    "multi_channels_select", "feedback_buttons", "icon_button", "workflow_button",
))
_WORD = 5  # the length of the ids that Slack makes


def elements_of(block: Json) -> Iterator[Json]:
    """Every interactive element of one block, those of blocks inside it included."""
    inside = [block.get("accessory"), block.get("element"),
              *_listed(block, "elements"), *_listed(block, "actions")]
    for one in inside:
        if not isinstance(one, dict):
            continue
        if one.get("type") in INTERACTIVE:
            yield one
        elif one.get("type") == "card":
            yield from elements_of(one)


def walk(blocks: list[Json]) -> Iterator[Json]:
    """Every block, those inside containers included."""
    for block in blocks:
        yield block
        yield from walk(_listed(block, "child_blocks"))


def find(blocks: list[Json], block_id: str, action_id: str) -> tuple[Json, Json] | None:
    """The block and the element that a click names."""
    for block in walk(blocks):
        if block.get("block_id") == block_id:
            for element in elements_of(block):
                if element.get("action_id") == action_id:
                    return block, element
    return None


def fill_ids(blocks: list[Json], ids: Ids) -> list[Json]:
    """A copy of the blocks with every missing block_id and action_id filled in."""
    filled = copy.deepcopy(blocks)
    for block in walk(filled):
        if not block.get("block_id"):
            block["block_id"] = ids.secret(_WORD)
        for element in elements_of(block):
            if not element.get("action_id"):
                element["action_id"] = ids.secret(_WORD)
        _settle(block)
    return filled


def _settle(part: object) -> None:
    if isinstance(part, list):
        for one in part:
            _settle(one)
        return
    if not isinstance(part, dict):
        return
    if isinstance(part.get("text"), str):
        if part.get("type") == "plain_text":
            part.setdefault("emoji", True)
        elif part.get("type") == "mrkdwn":
            part.setdefault("verbatim", False)
    for value in part.values():
        _settle(value)


def _listed(block: Json, key: str) -> list[Json]:
    value = block.get(key)
    return value if isinstance(value, list) else []
