"""Random lives of tickets, as Slack shows them: every card and all news of them can be drawn, whatever happened."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import select

from bot.assistant.parts import Parts
from bot.assistant.showing import Showing
from bot.slack.desk import after
from bot.slack.desk.card_history import lines
from bot.slack.desk.cards import card, moved
from bot.slack.desk.news import news
from bot.slack.desk.staff_news import line, warning
from core import events
from core.db import Database
from core.encoder import HashingEncoder
from core.outbox import OutboxItem
from core.people import Person
from tests.cards import live, shown
from tests.lives import Life, shipped_desk

KINDS = ("notice", "staff_news", "warning")
LEFT_OUT = {"opened", "requester_said", "updated"}  # events that no line of a card tells


@pytest.fixture
def memory(migrated_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A fresh database."""
    made = tmp_path / "life.db"
    made.write_bytes(migrated_file.read_bytes())
    database = Database(f"sqlite:///{made}")
    yield database
    database.close()


def tell(showing: Showing, item: OutboxItem) -> None:
    """Draw what an outbox item holds."""
    ticket, face = showing.standing(item.payload["ticket"])
    match item.kind:
        case "notice" if item.payload["what"] not in after.KINDS:
            note = str(item.payload["note"])
            assert not live(news(ticket, item.payload["what"], "Liam", note, "UTC", who="Priya"))
        case "staff_news": assert line(ticket, item.payload).text
        case "warning" if face and item.payload["target"] in {one.target for one in face.promises}:
            assert ticket.number in warning(ticket, face, item.payload, [], "")


@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_can_be_shown(memory: Database, seed: int) -> None:
    """Each state that a ticket comes to has a card that Slack takes, and each change a line and its news."""
    desk = shipped_desk()
    life = Life(memory, desk, Random(seed))
    values: dict[str, Any] = {"database": memory, "desk": desk, "clock": lambda: life.now, "encoder": HashingEncoder()}
    values["owner"] = lambda _, one: Person(id=one, name=one)
    values["for_staff"] = lambda ticket: ticket  # no article is found here
    showing = Showing(cast("Parts", SimpleNamespace(**values)))
    for _ in range(60):
        life.step()
        life.pass_time()
        for view in map(showing.view, life.ids):
            shown(card(view, desk))
            shown(moved(view.ticket))
    with memory.reading() as session:
        found = [event for one in life.ids for event in events.history(session, f"ticket:{one}")]
        items = list(session.scalars(select(OutboxItem).where(OutboxItem.kind.in_(KINDS))))
    for event in found:
        told = event.kind.startswith("ticket.") and event.kind.removeprefix("ticket.") not in LEFT_OUT
        assert bool(lines([event], desk)) == told, event.kind
    for item in items: tell(showing, item)
