"""Block Kit in short: the few blocks that Firstline's messages are made of, and the values that buttons carry."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.mrkdwn import SECTION, clip, cut
from core.errors import BadInput
from core.people import NOBODY

Block = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is posted: blocks, and the text for notifications and for whoever cannot show blocks."""

    text: str
    blocks: tuple[Block, ...]

    def payload(self) -> dict[str, Any]:
        """As keyword arguments of chat.postMessage and chat.update."""
        return {"text": cut(_called(self.text), 3_900), "blocks": list(self.blocks)}


def marked(text: str, limit: int) -> Block:
    """A mrkdwn text object; `verbatim`, so that Slack makes no mention or channel link of words that people wrote."""
    return {"type": "mrkdwn", "text": cut(_called(text), limit), "verbatim": True}


def _called(text: str) -> str:
    """Slack knows nobody by the id that stands in the place of whoever was erased."""
    return text.replace(f"<@{NOBODY.id}>", NOBODY.name)


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph of mrkdwn."""
    block: Block = {"type": "section", "text": marked(text, SECTION)}
    return block | {"accessory": accessory} if accessory else block


def fields(*texts: str) -> Block:
    """Up to ten short texts in two columns."""
    return {"type": "section", "fields": [marked(text, 1_900) for text in texts]}


def header(text: str) -> Block:
    """A headline in plain text."""
    return {"type": "header", "text": plain(text, 150)}


def context(*texts: str) -> Block:
    """Small print."""
    return {"type": "context", "elements": [marked(text, 1_900) for text in texts]}


def divider() -> Block:
    """A line."""
    return {"type": "divider"}


def plain(text: str, limit: int = 75) -> Block:
    """A plain text object."""
    return {"type": "plain_text", "text": clip(text, limit), "emoji": True}


def button(text: str, action: str, value: str = "", style: str = "") -> Block:
    """A button; `style` is primary, danger or nothing."""
    block: Block = {"type": "button", "action_id": action, "text": plain(text)}
    if value: block["value"] = value
    if style: block["style"] = style
    return block


def menu(action: str, text: str, options: Mapping[str, str]) -> Block:
    """A menu beside buttons: value to text; `text` stands in it until something is chosen."""
    rows = [{"text": plain(text_), "value": value} for value, text_ in options.items()]
    return {"type": "static_select", "action_id": action, "placeholder": plain(text, 150), "options": rows}


def image(url: str, alt: str) -> Block:
    """A picture. Slack fetches it from its address."""
    return {"type": "image", "image_url": url, "alt_text": alt}


def people_menu(action: str, text: str) -> Block:
    """A menu of everybody in the workspace. It carries no value of its own: the block's id says what it is for."""
    return {"type": "users_select", "action_id": action, "placeholder": plain(text, 150)}


def actions(*elements: Block, name: str = "") -> Block:
    """A row of buttons; `name` is the block's id, which a click brings along."""
    block: Block = {"type": "actions", "elements": list(elements)}
    return block | {"block_id": name} if name else block


def text_input(
    name: str, label: str, *, initial: str = "", long: bool = False, most: int = 3_000, optional: bool = False,
    hint: str = ""
) -> Block:
    """An input of a modal; its block id and its action id are `name`."""
    element: Block = {"type": "plain_text_input", "action_id": name, "multiline": long, "max_length": min(most, 3_000)}
    if initial: element["initial_value"] = initial[: element["max_length"]]
    return _input(name, label, element, optional=optional, hint=hint)


def date_input(name: str, label: str, *, initial: str = "", optional: bool = False, hint: str = "") -> Block:
    """A date input of a modal; `initial` as 2026-12-01."""
    element: Block = {"type": "datepicker", "action_id": name}
    if initial: element["initial_date"] = initial
    return _input(name, label, element, optional=optional, hint=hint)


def person_input(name: str, label: str, *, initial: str = "", hint: str = "") -> Block:
    """A menu of everybody in the workspace, in a modal; its value is an id."""
    element: Block = {"type": "users_select", "action_id": name}
    if initial: element["initial_user"] = initial
    return _input(name, label, element, hint=hint)


def select(name: str, label: str, options: Mapping[str, str], *, initial: str = "", optional: bool = False) -> Block:
    """A menu of a modal: value to text."""
    rows = [{"text": plain(text), "value": value} for value, text in options.items()]
    element: Block = {"type": "static_select", "action_id": name, "options": rows}
    chosen = next((row for row in rows if row["value"] == initial), None)
    if chosen: element["initial_option"] = chosen
    return _input(name, label, element, optional=optional)


def tick(name: str, label: str, text: str) -> Block:
    """A box of a modal that has to be ticked; its value is `yes`."""
    options = [{"text": plain(text), "value": "yes"}]
    return _input(name, label, {"type": "checkboxes", "action_id": name, "options": options})


def box(name: str, label: str, text: str, *, ticked: bool = False) -> Block:
    """A box of a modal that may be ticked; its value is `yes`."""
    options = [{"text": plain(text), "value": "yes"}]
    element: Block = {"type": "checkboxes", "action_id": name, "options": options}
    if ticked: element["initial_options"] = options
    return _input(name, label, element, optional=True)


def several(name: str, label: str, options: Mapping[str, str], *, most: int, chosen: Sequence[str] = ()) -> Block:
    """A menu of a modal from which up to `most` may be chosen, or none: value to text."""
    rows = [{"text": plain(text), "value": value} for value, text in options.items()]
    element: Block = {"type": "multi_static_select", "action_id": name, "options": rows, "max_selected_items": most}
    first = [row for row in rows if row["value"] in chosen]
    if first: element["initial_options"] = first
    return _input(name, label, element, optional=True)


def _input(name: str, label: str, element: Block, *, optional: bool = False, hint: str = "") -> Block:
    block: Block = {
        "type": "input", "block_id": name, "label": plain(label, 150), "element": element, "optional": optional
    }
    return block | {"hint": plain(hint, 150)} if hint else block


def note(title: str, text: str, close: str = "Close") -> Block:
    """A modal that only says something."""
    return {
        "type": "modal", "title": plain(title, 24), "close": plain(close, 24), "blocks": [section(text)],
    }  # fmt: skip


def modal(
    callback: str, title: str, submit: str, blocks: Sequence[Block], *, private: str = "", cancel: str = "Cancel"
) -> Block:
    """A modal view."""
    return {
        "type": "modal", "callback_id": callback, "title": plain(title, 24), "submit": plain(submit, 24),
        "close": plain(cancel, 24), "private_metadata": private, "blocks": list(blocks),
    }


class Entered(dict[str, str]):
    """What was typed or chosen in a modal, by name; an empty text for what was left out, or was never asked."""

    def __missing__(self, name: str) -> str:
        """See the class."""
        return ""


def entered(view: Mapping[str, Any]) -> Entered:
    """What was typed or chosen in a modal; see `Entered`."""
    values = Entered()
    for name, inputs in view["state"]["values"].items():
        for element in inputs.values():
            ticked = element.get("selected_options") or [{}]
            chosen = element.get("selected_option") or ticked[0]
            typed = (element.get("value") or "").replace("\x00", "")
            picked = element.get("selected_date") or element.get("selected_user")
            values[name] = typed or picked or chosen.get("value") or ""
    return values


def chosen_in(view: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """What was chosen in a menu of a modal that lets choose several."""
    inputs = view["state"]["values"].get(name) or {}
    chosen = [one for element in inputs.values() for one in element.get("selected_options") or ()]
    return tuple(str(one["value"]) for one in chosen if one.get("value"))


def pack(*parts: object) -> str:
    """The value of a button: which thing it means, and which state it was drawn for."""
    return "|".join(str(part) for part in parts)


def number(value: str) -> int:
    """The one number that a button's value holds; see `numbers`."""
    return numbers(value, 1)[0]


def numbers(value: str, count: int) -> tuple[int, ...]:
    """The numbers that `pack` put into a button's value.

    Raises:
        BadInput: the value is not one of ours.
    """
    parts = value.split("|")
    if len(parts) != count or not all(re.fullmatch(r"-?[0-9]{1,18}", part) for part in parts):
        raise BadInput("This button is from an older version of me. Please ask again.")
    return tuple(int(part) for part in parts)


def entry_of(value: str) -> tuple[int, int, str]:
    """The two numbers that `pack` put into the value of a menu's entry, and the entry; see `numbers`."""
    head, _, rest = value.partition("|")
    seen, _, entry = rest.partition("|")
    return number(head), number(seen), entry
