"""What Slack takes and refuses: blocks, elements and views, with the words of each refusal."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.blocks import check_blocks, check_view, validate_blocks, validate_view
from bot.sandbox.elements import ELEMENTS
from bot.sandbox.errors import SlackError
from bot.sandbox.fill import INTERACTIVE, fill_ids, find
from bot.sandbox.ids import Ids
from bot.sandbox.limits import BLOCKS

Json = dict[str, Any]


def plain(text: str) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def words(text: str) -> Json:
    """A mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def option(value: str, **more: Any) -> Json:
    """An option whose text is its value."""
    return {"text": plain(value), "value": value} | more


def button(**more: Any) -> Json:
    """A button."""
    return {"type": "button", "text": plain("Go"), "action_id": "go"} | more


def actions(*elements: Json) -> Json:
    """An actions block."""
    return {"type": "actions", "elements": list(elements)}


def field(element: Json, **more: Any) -> Json:
    """An input block."""
    return {"type": "input", "label": plain("Label"), "element": element} | more


def section(**more: Any) -> Json:
    """A section with text."""
    return {"type": "section", "text": words("x")} | more


def image(**more: Any) -> Json:
    """An image, as a block or an element."""
    return {"type": "image", "image_url": "https://example.com/x.png", "alt_text": "x"} | more


RICH = {"type": "rich_text", "elements": [
    {"type": "rich_text_section", "elements": [
        {"type": "text", "text": "x", "style": {"bold": True}}, {"type": "link", "url": "https://example.com"},
        {"type": "user", "user_id": "U0EMMALARS"}, {"type": "emoji", "name": "wave"}]},
    {"type": "rich_text_list", "style": "ordered", "indent": 1, "elements": [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}]},
    {"type": "rich_text_quote", "elements": [{"type": "text", "text": "quoted"}]},
    {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "code"}]}]}
TASK = {"type": "task_card", "task_id": "1", "title": "Restart", "status": "complete", "details": RICH,
        "sources": [{"type": "url", "url": "https://example.com", "text": "Docs"}]}
FEEDBACK = {"type": "feedback_buttons", "action_id": "f", "positive_button": {"text": plain("Good"), "value": "+"},
            "negative_button": {"text": plain("Bad"), "value": "-", "accessibility_label": "Bad answer"}}
CONFIRM = {"title": plain("Sure?"), "text": words("Really"), "confirm": plain("Yes"), "deny": plain("No"),
           "style": "danger"}

GOOD_IN_MESSAGES = [
    actions(button(value="v", style="primary", confirm=CONFIRM, accessibility_label="Go on"),
            {"type": "overflow", "options": [option("a", url="https://example.com")]},
            {"type": "datepicker", "initial_date": "2026-11-22"}, {"type": "timepicker", "initial_time": "09:30"},
            {"type": "users_select"}, {"type": "static_select", "options": [option("a")], "initial_option": option("a"),
                                       "placeholder": plain("Pick")}),
    {"type": "card", "title": words("Title"), "body": words("Body"), "actions": [button()], "icon": image()},
    {"type": "carousel", "elements": [{"type": "card", "title": words("Title")}]},
    {"type": "container", "title": plain("T"), "child_blocks": [section(), {"type": "divider"}]},
    {"type": "context", "elements": [words("x"), plain("y"), image()]},
    {"type": "context_actions", "elements": [FEEDBACK, {"type": "icon_button", "icon": "trash",
                                                        "text": plain("Delete"), "value": "x"}]},
    {"type": "data_table", "caption": "Tickets", "rows": [[{"type": "raw_text", "text": "N"}],
                                                          [{"type": "raw_number", "value": 3}]]},
    {"type": "divider"},
    {"type": "file", "external_id": "x", "source": "remote"},
    {"type": "header", "text": plain("x" * 150)},
    image(title=plain("T")),
    field({"type": "plain_text_input", "multiline": True, "min_length": 1, "max_length": 3000}, hint=plain("Hint")),
    {"type": "markdown", "text": "**bold**"},
    {"type": "plan", "title": "Fix", "tasks": [TASK]},
    RICH,
    section(fields=[words("x")] * 10, accessory=button()),
    section(expand=True, accessory={"type": "checkboxes", "options": [option("a", description=plain("d"))]}),
    {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, RICH]], "column_settings": [{"align": "right"}]},
    TASK,
    {"type": "video", "alt_text": "x", "title": plain("T"), "thumbnail_url": "https://example.com/t.png",
     "video_url": "https://example.com/v"},
]
GOOD_IN_MODALS = [
    field({"type": "email_text_input"}), field({"type": "url_text_input"}),
    field({"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}),
    field({"type": "rich_text_input"}), field({"type": "file_input", "filetypes": ["png"], "max_files": 3}),
    field({"type": "datetimepicker", "initial_date_time": 1_800_000_000}, optional=True, dispatch_action=True),
    field({"type": "radio_buttons", "options": [option("a"), option("b")], "initial_option": option("b")}),
    field({"type": "multi_static_select", "option_groups": [{"label": plain("G"), "options": [option("a")]}],
           "max_selected_items": 2}),
    field({"type": "conversations_select", "response_url_enabled": True, "filter": {"include": ["public"]}}),
    field({"type": "multi_users_select", "initial_users": ["U0EMMALARS"]}),
    {"type": "alert", "text": words("Careful"), "level": "warning"},
]


@pytest.mark.parametrize("block", GOOD_IN_MESSAGES, ids=lambda block: block["type"])
def test_every_sound_block_is_taken_in_a_message(block):
    """Each block that messages may have is taken in its documented form."""
    assert validate_blocks([block], "message") == []


@pytest.mark.parametrize("block", GOOD_IN_MODALS, ids=lambda block: block.get("element", block)["type"])
def test_every_sound_input_is_taken_in_a_modal(block):
    """Each input that modals may have is taken in its documented form."""
    assert validate_blocks([block], "modal") == []


def test_every_block_and_element_has_a_case():
    """No block type is without a sound example, and every interactive element has its limits."""
    shown = {block["type"] for block in GOOD_IN_MESSAGES + GOOD_IN_MODALS}
    assert shown == set(BLOCKS)
    assert set(ELEMENTS) - {"image"} == INTERACTIVE


LONG = "x" * 20_000
BAD = [
    (section(text=words("x" * 3001)), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    (section(text=words("")), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ({"type": "section"}, "must define either `text` or `fields` [json-pointer:/blocks/0]"),
    (section(fields=[words("x")] * 11), "no more than 10 items allowed [json-pointer:/blocks/0/fields]"),
    (section(fields=["x"]), "must provide an object [json-pointer:/blocks/0/fields/0]"),
    (section(fields=[words("x" * 2001)]), "must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]"),
    (section(accessory={"type": "plain_text_input"}),
     "unsupported type: plain_text_input [json-pointer:/blocks/0/accessory/type]"),
    (section(colour="red"), "invalid additional property: colour [json-pointer:/blocks/0]"),
    (section(block_id="x" * 256), "must be less than 256 characters [json-pointer:/blocks/0/block_id]"),
    ({"type": "header", "text": words("x")}, "must be one of: plain_text [json-pointer:/blocks/0/text/type]"),
    ({"type": "header", "text": plain("x" * 151)},
     "must be less than 151 characters [json-pointer:/blocks/0/text/text]"),
    ({"type": "header"}, "missing required field: text [json-pointer:/blocks/0]"),
    (actions(), "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
    (actions(*[button(action_id=str(n)) for n in range(26)]),
     "no more than 25 items allowed [json-pointer:/blocks/0/elements]"),
    (actions(button(), button()), "action_id `go` already exists in this block [json-pointer:/blocks/0]"),
    (actions(button(text=plain("x" * 76))),
     "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]"),
    (actions(button(text=words("x"))), "must be one of: plain_text [json-pointer:/blocks/0/elements/0/text/type]"),
    (actions(button(value="x" * 2001)), "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]"),
    (actions(button(style="blue")), "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]"),
    (actions(button(disabled=True)), "invalid additional property: disabled [json-pointer:/blocks/0/elements/0]"),
    (actions(button(action_id="x" * 256)),
     "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]"),
    (actions(button(confirm={"title": plain("x")})),
     "missing required field: text [json-pointer:/blocks/0/elements/0/confirm]"),
    (actions(button(confirm=CONFIRM | {"title": plain("x" * 101)})),
     "must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]"),
    (actions({"type": "overflow", "options": [option(str(n)) for n in range(6)]}),
     "no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]"),
    (actions({"type": "static_select"}),
     "must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]"),
    (actions({"type": "static_select", "options": [option(str(n)) for n in range(101)]}),
     "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]"),
    (actions({"type": "static_select", "options": [option("a")], "initial_option": option("b")}),
     "initial option(s) must match one of the options [json-pointer:/blocks/0/elements/0]"),
    (actions({"type": "static_select", "options": [option("x" * 76)]}),
     "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]"),
    (actions({"type": "static_select", "options": [{"text": plain("a"), "value": "x" * 151}]}),
     "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]"),
    (actions({"type": "checkboxes", "options": [option(str(n)) for n in range(11)]}),
     "no more than 10 items allowed [json-pointer:/blocks/0/elements/0/options]"),
    (actions({"type": "datepicker", "initial_date": "22.11.2026"}),
     "must be in a valid format [json-pointer:/blocks/0/elements/0/initial_date]"),
    (actions(FEEDBACK), "unsupported type: feedback_buttons [json-pointer:/blocks/0/elements/0/type]"),
    ({"type": "context", "elements": [words("x")] * 11},
     "no more than 10 items allowed [json-pointer:/blocks/0/elements]"),
    ({"type": "context", "elements": [button()]}, "unsupported type: button [json-pointer:/blocks/0/elements/0/type]"),
    ({"type": "context_actions", "elements": [FEEDBACK | {"action_id": str(n)} for n in range(6)]},
     "no more than 5 items allowed [json-pointer:/blocks/0/elements]"),
    ({"type": "context_actions", "elements": [{"type": "feedback_buttons"}]},
     "missing required field: positive_button [json-pointer:/blocks/0/elements/0]"),
    ({"type": "markdown", "text": "x" * 12_001}, "must be less than 12001 characters [json-pointer:/blocks/0/text]"),
    ({"type": "image", "alt_text": "x"}, "must define either `image_url` or `slack_file` [json-pointer:/blocks/0]"),
    ({"type": "image", "image_url": "https://example.com"},
     "missing required field: alt_text [json-pointer:/blocks/0]"),
    ({"type": "plan", "tasks": []}, "missing required field: title [json-pointer:/blocks/0]"),
    (TASK | {"status": "done"},
     "must be one of: pending, in_progress, complete, error [json-pointer:/blocks/0/status]"),
    (TASK | {"details": section()}, "unsupported type: section [json-pointer:/blocks/0/details/type]"),
    ({"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]},
     "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]"),
    ({"type": "rich_text", "elements": [{"type": "text", "text": "x"}]},
     "unsupported type: text [json-pointer:/blocks/0/elements/0/type]"),
    ({"type": "alert", "text": plain("x")}, "unsupported type: alert [json-pointer:/blocks/0/type]"),
    (field({"type": "email_text_input"}), "unsupported type: email_text_input [json-pointer:/blocks/0]"),
    (field(button()), "unsupported type: button [json-pointer:/blocks/0/element/type]"),
    (field({"type": "plain_text_input", "min_length": 5, "max_length": 2}),
     "min_length must not be more than max_length [json-pointer:/blocks/0/element]"),
    (field({"type": "plain_text_input", "placeholder": plain("x" * 151)}),
     "must be less than 151 characters [json-pointer:/blocks/0/element/placeholder/text]"),
    ({"type": "video", "alt_text": "x"}, "missing required field: title [json-pointer:/blocks/0]"),
    ({"type": "hologram"}, "unsupported type: hologram [json-pointer:/blocks/0/type]"),
    ({"text": "x"}, "missing required field: type [json-pointer:/blocks/0]"),
    ("x", "must provide an object [json-pointer:/blocks/0]"),
    (section(block_id=7), "must provide a string [json-pointer:/blocks/0/block_id]"),
    (section(expand="yes"), "must provide a boolean [json-pointer:/blocks/0/expand]"),
    ({"type": "context", "elements": words("x")}, "must provide an array [json-pointer:/blocks/0/elements]"),
]


@pytest.mark.parametrize(("block", "problem"), BAD, ids=[problem[:60] for _, problem in BAD])
def test_a_bad_block_is_refused_with_its_place(block, problem):
    """Each broken rule is named with a JSON pointer."""
    assert problem in validate_blocks([block], "message")


def test_a_message_has_fifty_blocks_and_a_view_a_hundred():
    """One more is refused."""
    assert validate_blocks([{"type": "divider"}] * 50, "message") == []
    assert validate_blocks([{"type": "divider"}] * 51, "message") == [
        "no more than 50 items allowed [json-pointer:/blocks]"]
    assert validate_blocks([{"type": "divider"}] * 101, "home", "/view/blocks") == [
        "no more than 100 items allowed [json-pointer:/view/blocks]"]


_NAMES = st.sampled_from(["type", "text", "elements", "fields", "accessory", "element", "options", "option_groups",
                          "blocks", "value", "rows", "tasks", "action_id", "block_id", "initial_option", "label"])
_SCRAPS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from([*BLOCKS, *ELEMENTS, "plain_text", "mrkdwn", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4), max_leaves=20)


@given(_SCRAPS)
def test_no_json_makes_the_checks_fail(scrap):
    """Whatever an app sends, the answer is a list of problems, each with a place."""
    found = validate_blocks([scrap], "message") + validate_view(scrap, "modal")
    assert found
    assert all("[json-pointer:/" in one for one in found)


def test_block_ids_are_unique_across_containers():
    """The same block_id twice is refused, inside a container too; action_ids may repeat between blocks."""
    inner = {"type": "container", "title": plain("T"), "child_blocks": [section(block_id="a")]}
    assert validate_blocks([section(block_id="a"), inner], "message") == [
        "block_id `a` already exists [json-pointer:/blocks]"]
    assert validate_blocks([actions(button()), actions(button())], "message") == []


def test_a_message_holds_one_table_and_so_much_markdown():
    """Two tables, or markdown blocks of more than 12,000 characters together, are refused."""
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
    assert validate_blocks([table, table], "message") == ["only_one_table_allowed [json-pointer:/blocks]"]
    assert "12001 characters in all" in validate_blocks([{"type": "markdown", "text": "x" * 6001}] * 2, "message")[0]


def test_refusals_come_as_slack_gives_them():
    """invalid_blocks, invalid_blocks_format and msg_blocks_too_long are told apart."""
    with pytest.raises(SlackError) as caught:
        check_blocks([{"type": "header"}], "message")
    assert caught.value.extra == {
        "errors": ["missing required field: text [json-pointer:/blocks/0]"],
        "response_metadata": {"messages": ["[ERROR] missing required field: text [json-pointer:/blocks/0]"]}}
    with pytest.raises(SlackError, match="invalid_blocks_format"):
        check_blocks({"type": "header"}, "message")
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        check_blocks([section(text=words("x" * 2999))] * 5, "message")


def modal(**more: Any) -> Json:
    """A modal with one section."""
    return {"type": "modal", "title": plain("Title"), "blocks": [section()]} | more


@pytest.mark.parametrize(("view", "kind", "problem"), [
    (modal(title=plain("x" * 25)), "modal", "must be less than 25 characters [json-pointer:/view/title/text]"),
    (modal(submit=plain("x" * 25)), "modal", "must be less than 25 characters [json-pointer:/view/submit/text]"),
    ({"type": "modal", "blocks": []}, "modal", "missing required field: title [json-pointer:/view]"),
    (modal(private_metadata="x" * 3001), "modal",
     "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
    (modal(callback_id="x" * 256), "modal", "must be less than 256 characters [json-pointer:/view/callback_id]"),
    (modal(blocks=[field({"type": "plain_text_input"})]), "modal",
     "missing required field: submit [json-pointer:/view]"),
    (modal(submit_disabled=True), "modal", "invalid additional property: submit_disabled [json-pointer:/view]"),
    (modal(blocks=[{"type": "markdown", "text": "x"}]), "modal",
     "unsupported type: markdown [json-pointer:/view/blocks/0/type]"),
    (modal(), "home", "unsupported type: modal [json-pointer:/view/type]"),
    ({"type": "home", "blocks": [], "title": plain("x")}, "home",
     "invalid additional property: title [json-pointer:/view]"),
    (modal(submit=plain("Go"), blocks=[field({"type": "plain_text_input", "focus_on_load": True})] * 2), "modal",
     "only one element may have focus_on_load [json-pointer:/view/blocks]"),
    ("x", "modal", "must provide an object [json-pointer:/view]"),
])
def test_a_bad_view_is_refused_with_its_place(view, kind, problem):
    """Each broken rule of a view is named."""
    assert problem in validate_view(view, kind)


def test_a_view_of_over_250_kb_is_too_large():
    """Many long blocks make view_too_large."""
    with pytest.raises(SlackError, match="view_too_large"):
        check_view(modal(blocks=[section(text=words("x" * 3000))] * 90), "modal")


def test_missing_ids_are_filled_and_given_ones_kept(ids):
    """fill_ids changes a copy: it keeps what is there, and finds elements inside cards and containers."""
    blocks = [actions(button(), {"type": "users_select"}), {"type": "container", "title": plain("T"), "child_blocks": [
        {"type": "card", "title": words("x"), "actions": [{"type": "button", "text": plain("In")}]}]}]
    filled = fill_ids(blocks, ids)
    assert "block_id" not in blocks[0]
    assert filled[0]["elements"][0]["action_id"] == "go"
    card = filled[1]["child_blocks"][0]
    found = find(filled, card["block_id"], card["actions"][0]["action_id"])
    assert found is not None
    assert found[1]["text"] == {"type": "plain_text", "text": "In", "emoji": True}
    assert find(filled, "nowhere", "go") is None


@pytest.fixture
def ids() -> Ids:
    """Ids that repeat."""
    return Ids(random.Random(7))
