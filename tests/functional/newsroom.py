"""An office in which articles need two editors: Noor, and Priya, who is an agent as well. And what they press."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any

import yaml

from bot.sandbox.errors import Refused
from bot.slack import ids
from bot.slack.editors.find import WRITE
from tests.functional.office import (
    DATA,
    NOOR,
    PATIENCE,
    Colleague,
    Json,
    Office,
    Prepared,
    filled_in,
    open_office,
)

CHANNEL = "C0KBEDIT01"


def two_editors(folder: Path, **changes: Any) -> Path:
    """The shipped data, with a desk file that wants a second editor for articles."""
    folder.mkdir()
    for one in DATA.iterdir():
        if one.name != "desk.yaml": (folder / one.name).symlink_to(one)
    desk = yaml.safe_load((DATA / "desk.yaml").read_text(encoding="utf-8"))
    for one in desk["staff"]:
        if one["email"].startswith("priya"): one["roles"].append("editor")
    (folder / "desk.yaml").write_text(yaml.safe_dump(desk | {"approval": ["article"]} | changes), encoding="utf-8")
    return folder


@contextmanager
def open_newsroom(prepared: Prepared, folder: Path) -> Iterator[Office]:
    """A running Firstline with that desk."""
    with open_office(prepared, folder / "state", data_dir=two_editors(folder / "data")) as made:
        with made.person(NOOR) as noor: noor.act("command", channel=CHANNEL, command="/invite", text="@priya")
        yield made


def begins(writer: Colleague, kind: str = "article") -> Json:
    """The empty form of something new."""
    press_home(writer, f"{ids.EDITOR_NEW}_{kind}", kind)
    return writer.modal()


def press_home(writer: Colleague, action: str, value: str) -> None:
    """Use a button of the Home as it is now: it is drawn anew after each deed, maybe between the look and the click."""
    late = monotonic() + PATIENCE
    while monotonic() < late:
        with suppress(Refused, StopIteration):
            writer.press_view(writer.home(), action, value)
            return
    raise AssertionError(f"The Home has no {action} with {value}.")


def saves(writer: Colleague, form: Json, **values: str) -> Json:
    """What comes of saving a form with some of its inputs changed."""
    answer: Json = writer.fill(form, **filled_in(form) | values)
    return answer


def finds(writer: Colleague, words: str, slug: str) -> Json:
    """The sheet of something, found by some words."""
    press_home(writer, ids.EDITOR_FIND, WRITE)
    found = writer.fill(writer.modal(), words=words)["view"]
    values = [block["accessory"]["value"] for block in found["blocks"] if "accessory" in block]
    writer.press_view(found, ids.EDITOR_OPEN, next(one for one in values if one.split("|")[1] == slug))
    sheet: Json = writer.push("view_push", seconds=PATIENCE)["view"]
    return sheet


def pressed(writer: Colleague, view: Json, action: str) -> Json:
    """What a modal shows once a button of it was pressed, and what that does is done."""
    writer.click_view(view, action)
    return shown(writer)


def shown(writer: Colleague) -> Json:
    """What a modal shows next that is not only word of waiting."""
    view: Json = writer.push("view_update", lambda push: "One moment." not in str(push["view"]), PATIENCE)["view"]
    return view


def says(writer: Colleague, view: Json, word: str) -> Json:
    """What a modal shows once a word was said in it."""
    answer = writer.fill(view, word=word)
    assert answer["action"] == "update", answer
    sheet: Json = answer["view"]
    return sheet
