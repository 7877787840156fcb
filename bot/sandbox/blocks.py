"""Whether Slack would take these blocks or this view: the same refusals, in the same words."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from bot.sandbox.elements import ELEMENT_SURFACES
from bot.sandbox.errors import SlackError
from bot.sandbox.fill import elements_of, walk
from bot.sandbox.limits import (
    BLOCK_SURFACES,
    BLOCKS,
    BLOCKS_CHARACTERS,
    MARKDOWN_CHARACTERS,
    MESSAGE_BLOCKS,
    VIEW_BLOCKS,
    VIEW_BYTES,
    VIEWS,
)
from bot.sandbox.schema import ByType, Found, Items, note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.sandbox.ids import Json


def validate_blocks(blocks: Any, surface: str, at: str = "/blocks") -> Found:
    """What is wrong with the blocks of a message, a modal or a home view; each problem names its place."""
    found: Found = []
    most = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    Items(of=ByType(table=BLOCKS), most=most).check(blocks, at, found)
    if found:
        return found  # what follows needs sound blocks
    _surfaces(blocks, surface, at, found)
    _unique_ids(blocks, at, found)
    return found


def validate_view(view: Any, kind: str) -> Found:
    """What is wrong with a view of a kind (`modal` or `home`)."""
    found: Found = []
    ByType(table=VIEWS, allowed=frozenset((kind,))).check(view, "/view", found)
    if isinstance(view, dict) and view.get("blocks") is not None:
        found += validate_blocks(view["blocks"], kind, "/view/blocks")
    if not found:
        _whole_view(view, found)
    return found


def check_blocks(blocks: Any, surface: str) -> list[Json]:
    """The blocks of a message, or SlackError `invalid_blocks` with Slack's messages."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if found := validate_blocks(blocks, surface):
        raise SlackError("invalid_blocks", errors=found, response_metadata=_messages(found))
    if sum(len(one) for one in _strings(blocks)) > BLOCKS_CHARACTERS:
        raise SlackError("msg_blocks_too_long")
    return blocks


def check_view(view: Any, kind: str) -> Json:
    """A view, or SlackError `invalid_arguments` or `view_too_large`."""
    if found := validate_view(view, kind):
        raise SlackError("invalid_arguments", response_metadata=_messages(found))
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        raise SlackError("view_too_large")
    checked: Json = view
    return checked


def _messages(found: Found) -> Json:
    return {"messages": [f"[ERROR] {problem}" for problem in found]}


def _surfaces(blocks: list[Json], surface: str, at: str, found: Found) -> None:
    for place, block in enumerate(blocks):
        for one in walk([block]):
            if surface not in BLOCK_SURFACES[one["type"]]:
                note(found, f"unsupported type: {one['type']}", f"{at}/{place}/type")
            for element in elements_of(one):
                if surface not in ELEMENT_SURFACES.get(element["type"], (surface,)):
                    note(found, f"unsupported type: {element['type']}", f"{at}/{place}")
    if sum(block["type"] in ("table", "data_table") for block in blocks) > 1:
        note(found, "only_one_table_allowed", at)
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MARKDOWN_CHARACTERS:
        note(found, f"markdown blocks must be less than {MARKDOWN_CHARACTERS + 1} characters in all", at)


def _unique_ids(blocks: list[Json], at: str, found: Found) -> None:
    for twice in _twice(block.get("block_id") for block in walk(blocks)):
        note(found, f"block_id `{twice}` already exists", at)
    for place, block in enumerate(blocks):
        for one in walk([block]):
            for twice in _twice(element.get("action_id") for element in elements_of(one)):
                note(found, f"action_id `{twice}` already exists in this block", f"{at}/{place}")


def _twice(ids: Iterator[str | None]) -> list[str]:
    return [one for one, times in Counter(ids).items() if one and times > 1]


def _whole_view(view: Json, found: Found) -> None:
    blocks = list(walk(view["blocks"]))
    if view["type"] == "modal" and not view.get("submit") and any(one["type"] == "input" for one in blocks):
        note(found, "missing required field: submit", "/view")
    focused = [element for block in blocks for element in elements_of(block) if element.get("focus_on_load")]
    if len(focused) > 1:
        note(found, "only one element may have focus_on_load", "/view/blocks")


def _strings(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for one in part:
            yield from _strings(one)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key in ("text", "elements", "fields", "title", "subtitle", "body", "accessory", "rows", "label", "hint",
                       "element", "placeholder", "options", "tasks", "details", "output", "child_blocks"):
                yield from _strings(value)
