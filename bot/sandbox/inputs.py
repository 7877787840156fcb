"""What Slack itself checks when a modal is submitted, before the app hears of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.sandbox.fill import walk

if TYPE_CHECKING:
    from bot.sandbox.ids import Json

REQUIRED = "Please complete this required field."
_SINGLE = ("value", "selected_option", "selected_date", "selected_time", "selected_date_time", "selected_user",
           "selected_channel", "selected_conversation", "rich_text_value", "selected_options", "selected_users",
           "selected_channels", "selected_conversations", "files")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://\S+")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def problems(blocks: list[Json], values: Json) -> dict[str, str]:
    """What is wrong with the values of a form: one line for each block_id."""
    found = {}
    for block in walk(blocks):
        if block.get("type") != "input":
            continue
        element = block["element"]
        value = (values.get(block["block_id"]) or {}).get(element["action_id"]) or {}
        given = next((value[key] for key in _SINGLE if value.get(key) not in (None, "", [])), None)
        if given is None:
            if not block.get("optional"):
                found[block["block_id"]] = REQUIRED
        elif problem := _wrong(element, given):
            found[block["block_id"]] = problem
    return found


def _wrong(element: Json, given: object) -> str | None:
    kind, text = element["type"], str(given)
    if kind == "plain_text_input":
        return _length(element, text)
    if kind == "email_text_input" and not _EMAIL.fullmatch(text):
        return "Please enter a valid email address."
    if kind == "url_text_input" and not _URL.fullmatch(text):
        return "Please enter a valid URL."
    if kind == "number_input":
        return _number(element, text)
    return None


def _length(element: Json, text: str) -> str | None:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if len(text) < least:
        return f"Must be at least {least} characters."
    if len(text) > most:
        return f"Must be at most {most} characters."
    return None


def _number(element: Json, text: str) -> str | None:
    if not _NUMBER.fullmatch(text) or ("." in text and not element.get("is_decimal_allowed")):
        return "Please enter a valid number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and float(text) < float(least):
        return f"Must be at least {least}."
    if most is not None and float(text) > float(most):
        return f"Must be at most {most}."
    return None
