"""A desk with everything that a company may have: a review queue, a vendors' queue, two queues of one tier."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from bot.slack import ids
from bot.slack.blocks import actions, menu
from tests.functional.office import (
    DATA,
    HUMAN,
    LEVEL2,
    PATIENCE,
    Colleague,
    Json,
    Office,
    Prepared,
    number_of,
    open_office,
)

VENDOR = "North Telecom"


def whole_desk(folder: Path) -> Path:
    """The shipped data, with a desk file that has it all."""
    folder.mkdir()
    for one in DATA.iterdir():
        if one.name != "desk.yaml": (folder / one.name).symlink_to(one)
    desk = yaml.safe_load((DATA / "desk.yaml").read_text(encoding="utf-8"))
    (folder / "desk.yaml").write_text(yaml.safe_dump(_completed(desk)), encoding="utf-8")
    return folder


def _completed(desk: dict[str, Any]) -> dict[str, Any]:
    queues = desk["queues"]
    for queue in queues:
        if queue["tier"] == 4: queue["watch"] = True
    if not any(queue.get("review") for queue in queues):
        queues.append({"name": "review", "tier": 3, "channel": "it-ops", "hours": "office", "review": True})
    queues.append({"name": "on-site", "tier": 2, "channel": "it-l2", "hours": "office", "categories": ["on-site"]})
    known = desk.get("vendors") or []
    return desk | {"vendors": [*known, *([] if VENDOR in str(known) else [{"name": VENDOR}])]}


@contextmanager
def open_desk(prepared: Prepared, folder: Path) -> Iterator[Office]:
    """A running Firstline with that desk."""
    with open_office(prepared, folder / "state", data_dir=whole_desk(folder / "data")) as made: yield made


def opened(office: Office, emma: Colleague, liam: Colleague) -> tuple[Json, str]:
    """A ticket of Emma's: its card, once Firstline knows where it stands, and its number."""
    number = number_of(emma.ask(HUMAN))
    return stood(office, liam.card(number)), number


def stood(office: Office, card: Json) -> Json:
    """A card, once it is known where it stands: what is written under it counts from then on."""
    late = time.monotonic() + PATIENCE
    while not office.rows("select id from ticket_places where ts = ?", card["ts"]): assert time.monotonic() < late
    return card


def row(office: Office, number: str, *names: str) -> tuple[Any, ...]:
    """What the database holds of a ticket."""
    (found,) = office.rows(f"select {', '.join(names)} from tickets where number = ?", number)  # noqa: S608 - a test's
    return found


def facts(office: Office, number: str, kind: str) -> str:
    """What is kept of the newest change of a kind, as text."""
    query = "select data from events where subject = ? and kind = ? order by id desc limit 1"
    ((data,),) = office.rows(query, f"ticket:{row(office, number, 'id')[0]}", f"ticket.{kind}")
    return str(data)


def choose(office: Office, person: Colleague, number: str, verb: str, channel: str = LEVEL2) -> None:
    """Choose from the menu of a ticket's card."""
    value = f"{verb}|{row(office, number, 'id')[0]}"
    blocks = [actions(menu(ids.MORE, "More", {value: verb}))]
    message = office.bot().chat_postMessage(channel=channel, text="menu", blocks=blocks)["message"]
    person.press(message, ids.MORE, channel, selected_option=blocks[0]["elements"][0]["options"][0])


def write(person: Colleague, card: Json, text: str, channel: str = "") -> str:
    """Write in the thread of a card; what Firstline says to that person alone."""
    person.post(channel or card["channel"], text, card["ts"])
    return str(person.whispered()["text"])
