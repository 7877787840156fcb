"""Slack's documented limits of every block element and composition object, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.schema import Anything, Flag, Items, Number, OneOf, Shape, Word, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.sandbox.ids import Json
    from bot.sandbox.schema import Kind

MOST_OPTIONS = 100
MOST_BOXES = 10  # options of checkboxes and radio buttons
MOST_OVERFLOW = 5

_ACTION: dict[str, Kind] = {"type": Anything(), "action_id": Word(most=255)}
_LABEL: dict[str, Kind] = {"accessibility_label": Word(most=75)}
_DATE = Word(form=r"\d{4}-\d{2}-\d{2}")
_TIME = Word(form=r"([01]\d|2[0-3]):[0-5]\d")
_CONFIRM = Shape(
    fields={"title": text(100, plain=True), "text": text(300), "confirm": text(30, plain=True),
            "deny": text(30, plain=True), "style": OneOf(("primary", "danger"))},
    required=("title", "text", "confirm", "deny"))
_USED: dict[str, Kind] = {**_ACTION, "confirm": _CONFIRM, "focus_on_load": Flag(),
                          "placeholder": text(150, plain=True)}
_DISPATCH = Shape(fields={"trigger_actions_on": Items(of=OneOf(("on_enter_pressed", "on_character_entered")))})
_FILTER = Shape(fields={"include": Items(of=OneOf(("im", "mpim", "private", "public")), least=1),
                        "exclude_bot_users": Flag(), "exclude_external_shared_channels": Flag()})


def _option(*, plain: bool, url: bool = False) -> Shape:
    fields: dict[str, Kind] = {"text": text(75, plain=plain), "value": Word(most=150),
                               "description": text(75, plain=plain)}
    return Shape(fields=fields | ({"url": Word(most=3000)} if url else {}), required=("text", "value"))


_PLAIN = _option(plain=True)
_BOX = _option(plain=False)
_OPTIONS = Items(of=_PLAIN, least=1, most=MOST_OPTIONS)
_GROUPS = Items(
    of=Shape(fields={"label": text(75, plain=True), "options": _OPTIONS}, required=("label", "options")),
    least=1, most=MOST_OPTIONS)
_WORDS = Items(of=Word())
_PERSONS = Items(of=Word(), most=10)


def image_source(image: Json) -> str | None:
    """An image comes from a url or from a file of Slack."""
    given = [name for name in ("image_url", "slack_file") if image.get(name)]
    return None if len(given) == 1 else "must define either `image_url` or `slack_file`"


def _one_list(element: Json) -> str | None:
    given = [name for name in ("options", "option_groups") if element.get(name) is not None]
    return None if len(given) == 1 else "must define either `options` or `option_groups`"


def _values(element: Json) -> list[str]:
    groups = element.get("option_groups") or [{"options": element.get("options")}]
    options = [one for group in groups if isinstance(group, dict) for one in group.get("options") or []]
    return [one.get("value", "") for one in options if isinstance(one, dict)]


def _known_initial(element: Json) -> str | None:
    wanted = [*(element.get("initial_options") or ()), element.get("initial_option")]
    values = _values(element)
    unknown = any(isinstance(one, dict) and one.get("value") not in values for one in wanted)
    return "initial option(s) must match one of the options" if unknown else None


def _single_values(element: Json) -> str | None:
    values = _values(element)
    return None if len(set(values)) == len(values) else "option values must be unique"


def _lengths_in_order(element: Json) -> str | None:
    least, most = element.get("min_length"), element.get("max_length")
    wrong = isinstance(least, int) and isinstance(most, int) and least > most
    return "min_length must not be more than max_length" if wrong else None


def _used(
    fields: dict[str, Kind], required: tuple[str, ...] = (), rules: tuple[Callable[[Json], str | None], ...] = (),
) -> Shape:
    return Shape(fields={**_USED, **fields}, required=required, rules=rules)


_LISTS: dict[str, Kind] = {"options": _OPTIONS, "option_groups": _GROUPS}
_BOXES = Items(of=_BOX, least=1, most=MOST_BOXES)
_ENDLESS = Word(least=0)
_MANY: dict[str, Kind] = {"max_selected_items": Number(least=1)}
_FEEDBACK = Shape(fields={"text": text(75, plain=True), "value": Word(most=2000), **_LABEL},
                  required=("text", "value"))
_PRESSED: dict[str, Kind] = {**_ACTION, **_LABEL, "text": text(75, plain=True), "value": Word(most=2000, least=0),
                             "confirm": _CONFIRM, "visible_to_user_ids": _PERSONS}
_STYLES = OneOf(("primary", "danger"))

ELEMENTS: dict[str, Kind] = {
    "button": Shape(
        fields={**_PRESSED, "url": Word(most=3000), "style": _STYLES, "agent_prompt": Word(most=4000),
                "agent_prompt_display": Anything()},
        required=("text",)),
    "icon_button": Shape(fields={**_PRESSED, "icon": Word()}, required=("icon", "text")),
    "feedback_buttons": Shape(
        fields={**_ACTION, "positive_button": _FEEDBACK, "negative_button": _FEEDBACK},
        required=("positive_button", "negative_button")),
    "workflow_button": Shape(
        fields={**_ACTION, **_LABEL, "text": text(75, plain=True), "workflow": Anything(), "style": _STYLES},
        required=("text", "workflow")),
    "image": Shape(
        fields={"type": Anything(), "image_url": Word(most=3000), "slack_file": Anything(),
                "alt_text": Word(most=2000)},
        required=("alt_text",), rules=(image_source,)),
    "overflow": Shape(
        fields={**_ACTION, "confirm": _CONFIRM,
                "options": Items(of=_option(plain=True, url=True), least=1, most=MOST_OVERFLOW)},
        required=("options",)),
    "checkboxes": _used({"options": _BOXES, "initial_options": Items(of=_BOX, least=1)}, ("options",),
                        (_known_initial, _single_values)),
    "radio_buttons": _used({"options": _BOXES, "initial_option": _BOX}, ("options",),
                           (_known_initial, _single_values)),
    "datepicker": _used({"initial_date": _DATE}),
    "timepicker": _used({"initial_time": _TIME, "timezone": Word()}),
    "datetimepicker": _used({"initial_date_time": Number(least=0)}),
    "static_select": _used({**_LISTS, "initial_option": _PLAIN}, (), (_one_list, _known_initial)),
    "external_select": _used({"initial_option": _PLAIN, "min_query_length": Number()}),
    "users_select": _used({"initial_user": Word()}),
    "channels_select": _used({"initial_channel": Word(), "response_url_enabled": Flag()}),
    "conversations_select": _used({"initial_conversation": Word(), "default_to_current_conversation": Flag(),
                                   "response_url_enabled": Flag(), "filter": _FILTER}),
    "multi_static_select": _used({**_LISTS, **_MANY, "initial_options": Items(of=_PLAIN)}, (),
                                 (_one_list, _known_initial)),
    "multi_external_select": _used({**_MANY, "initial_options": Items(of=_PLAIN), "min_query_length": Number()}),
    "multi_users_select": _used({**_MANY, "initial_users": _WORDS}),
    "multi_channels_select": _used({**_MANY, "initial_channels": _WORDS}),
    "multi_conversations_select": _used({**_MANY, "initial_conversations": _WORDS, "filter": _FILTER,
                                         "default_to_current_conversation": Flag()}),
    "plain_text_input": _used(
        {"initial_value": Word(most=3000, least=0), "multiline": Flag(), "min_length": Number(most=3000),
         "max_length": Number(least=1, most=3000), "dispatch_action_config": _DISPATCH},
        (), (_lengths_in_order,)),
    "email_text_input": _used({"initial_value": _ENDLESS, "dispatch_action_config": _DISPATCH}),
    "url_text_input": _used({"initial_value": _ENDLESS, "dispatch_action_config": _DISPATCH}),
    "number_input": _used(
        {"is_decimal_allowed": Flag(), "initial_value": _ENDLESS, "min_value": _ENDLESS, "max_value": _ENDLESS,
         "dispatch_action_config": _DISPATCH},
        ("is_decimal_allowed",)),
    "rich_text_input": _used({"initial_value": Anything(), "dispatch_action_config": _DISPATCH}),
    "file_input": _used({"filetypes": _WORDS, "max_files": Number(least=1, most=10)}),
}

_MODAL = frozenset(("modal",))
# Where an element may stand; the rest may stand wherever its block does.
ELEMENT_SURFACES: dict[str, frozenset[str]] = {
    "email_text_input": _MODAL, "url_text_input": _MODAL, "number_input": _MODAL, "file_input": _MODAL,
    "datetimepicker": frozenset(("modal", "message")), "rich_text_input": frozenset(("modal", "home")),
}
