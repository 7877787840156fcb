"""Somebody is erased: they are nowhere any more, everybody else is as they were, and the history holds."""

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from bot.assistant.personal import Personal
from bot.erasing import elsewhere
from bot.erasing.declared import TABLES
from bot.erasing.person import Erasure
from bot.slack.desk import cards
from core import audit, people
from core.db import Base, Database
from core.erasing import ERASED, Named
from core.errors import BadInput, NotAllowed, NotFound
from core.migrate import TABLES as MODULES
from core.migrate import upgrade
from core.people import Person
from tests.killing import assistant_over
from tests.lives import shipped_desk
from tests.peopled import EMIL, EVA, LIAM, MONA, ROOMS, WORDS, Peopled, dump, going_on, left, lived, needles

LATER = datetime(2030, 1, 1, tzinfo=UTC)


def erased(database: Database, life: Peopled, person: Person, *, dry_run: bool = False) -> Erasure:
    """Erase somebody at the manager's hand."""
    return personal(database, life).erase(person.email, MONA, dry_run=dry_run)


def personal(database: Database, life: Peopled) -> Personal:
    """The use case, at the end of their lives."""
    return Personal(database, shipped_desk(), lambda: life.now)


def sealed(database: Database) -> audit.Verdict:
    """Seal all, and check."""
    while True:
        with database.transaction() as session:
            if not audit.seal(session): break
    with database.reading() as session: return audit.verify(session, LATER)


def test_every_column_is_declared() -> None:
    """A new column has to say what it holds of people; nothing is declared that there is not."""
    for module in MODULES: import_module(module)
    declared = {table.of.__tablename__: set(table.columns()) for table in TABLES}
    found = {table.name: {column.name for column in table.columns} for table in Base.metadata.sorted_tables}
    assert declared == found


@pytest.fixture(scope="module")
def one_life(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Peopled]:
    """A database in which people have lived, to be copied."""
    file = tmp_path_factory.mktemp("lived") / "firstline.db"
    shutil.copy(migrated_file, file)
    database = Database(f"sqlite:///{file}")
    life = lived(database, 4)
    database.settle()
    database.close()
    return file, life


@pytest.fixture
def life(one_life: tuple[Path, Peopled], tmp_path: Path) -> Iterator[Peopled]:
    """A copy of it."""
    shutil.copy(one_life[0], tmp_path / "firstline.db")
    database = Database(f"sqlite:///{tmp_path}/firstline.db")
    yield going_on(database, one_life[1])
    database.close()


def look(database: Database, life: Peopled) -> None:
    """Two are erased, one after the other."""
    sealed(database)
    before = others(dump(database))
    for person in (EVA, LIAM):
        assert left(dump(database), person)
        erased(database, life, person)
        assert left(dump(database), person) == []
        assert sealed(database).problems == []
    unchanged(before, others(dump(database)))


def test_nothing_is_left(database: Database) -> None:
    """Their id, name, address and words are in no cell; the history holds; a second time there is nothing to do."""
    life = lived(database, 1, steps=20)
    look(database, life)
    with pytest.raises(NotFound): erased(database, life, EVA)
    assert personal(database, life).erase(EVA.id, MONA).rows == {}


@pytest.mark.parametrize("seed", range(2, 5))
def test_nothing_is_left_of_any_life(seed: int) -> None:
    """Whatever happened to their tickets, in whatever order."""
    database = Database("sqlite:///:memory:")
    upgrade(database)
    look(database, lived(database, seed))
    database.close()


def unchanged(before: dict[str, Any], after: dict[str, Any]) -> None:
    """What changed in rows of others is the names of those who were erased; and what they worked on was given back."""
    ids, addresses = (EVA.id, ROOMS[EVA.id], LIAM.id, ROOMS[LIAM.id]), (EVA.email, LIAM.email)
    gone = Named(ids=ids, addresses=addresses, names=(EVA.name, LIAM.name))
    for table, rows in before.items():
        for key, row in rows.items():
            if row.get("assignee") == LIAM.id and row["state"] not in ("resolved", "closed", "vendor"): continue
            changed = {name: value for name, value in row.items() if gone.without(value) != after[table][key][name]}
            assert not changed, (table, changed, after[table][key])


MINE: dict[str, Any] = {
    "tickets": ("requester", EMIL.id), "turns": ("conversation_id", 2), "kb_runs": ("owner", EMIL.id),
    "conversations": ("person", EMIL.id), "people": ("id", EMIL.id), "action_requests": ("requester", EMIL.id),
    "web_sessions": ("person", EMIL.id), "item_people": ("person", EMIL.id), "gap_questions": ("person", EMIL.id),
    "kb_drafts": ("begun_by", EMIL.id),
}  # fmt: skip


def others(rows: dict[str, list[dict[str, Any]]]) -> dict[str, dict[Any, dict[str, Any]]]:
    """The rows of Emil, by their keys."""
    found = {}
    for table, (column, value) in MINE.items():
        keys = [one.name for one in Base.metadata.tables[table].primary_key.columns]
        found[table] = {tuple(row[key] for key in keys): row for row in rows[table] if row[column] == value}
    return found


def test_nothing_is_left_in_the_file(life: Peopled, tmp_path: Path) -> None:
    """What was overwritten is not in the pages of SQLite's file either, nor in its log."""
    erased(life.database, life, EVA)
    held = b"".join(file.read_bytes() for file in tmp_path.glob("firstline.db*"))
    for needle in needles(EVA):
        for written in (needle, json.dumps(needle)[1:-1]): assert written.encode() not in held
    assert WORDS[EMIL.id].encode() in held


def test_an_earlier_name(life: Peopled) -> None:
    """It is found where it is told, then or later; what is too short to be looked for is refused."""
    old, address = "Eva Ünterberg", "eva.u@old.example"
    words = f"{old.upper()} called, or write to {address}"
    with life.database.transaction() as session:
        people.save(session, Person(id="UOTH", name=words), LATER)
    use = personal(life.database, life)
    assert "--also" in " ".join(erased(life.database, life, EVA).by_hand)
    assert words in str(dump(life.database))
    with pytest.raises(BadInput, match="too short"): use.erase(EVA.id, MONA, also=["Al"])
    assert use.erase(EVA.id, MONA, also=[old, address]).rows == {"people": 1}
    assert "[erased] called, or write to [erased]" in str(dump(life.database))


def test_who_may(life: Peopled) -> None:
    """A manager or an admin, of somebody else who is not in the desk file, by an address or an id that can be one."""
    use = personal(life.database, life)
    with pytest.raises(NotAllowed): use.erase(EVA.id, LIAM)
    with pytest.raises(NotAllowed): use.show(EVA.id, LIAM)
    with pytest.raises(BadInput, match="themselves"): use.erase(MONA.id, MONA)
    with pytest.raises(BadInput, match="neither a Slack id"): use.erase("eva", MONA)
    with life.database.transaction() as session:
        people.save(session, Person(id="UPRI", name="P", email="priya.nair@brightwater.example"), LATER)
    with pytest.raises(BadInput, match="is in the desk file"): use.erase("UPRI", MONA)


def test_a_dry_run_changes_nothing(life: Peopled) -> None:
    """It tells what the erasure then does."""
    before = dump(life.database)
    told = erased(life.database, life, EVA, dry_run=True)
    assert dump(life.database) == before
    assert erased(life.database, life, EVA) == told
    assert any(line.startswith("jira: IT-") for line in told.by_hand)


def test_what_stays_open_elsewhere_is_told(life: Peopled) -> None:
    """Their tickets are closed here, and what would have said so there is thrown away: the command names them."""
    desk = shipped_desk().model_copy(update={"connected": True})
    by_hand = Personal(life.database, desk, lambda: life.now).erase(EVA.email, MONA).by_hand
    open_there = [line for line in by_hand if elsewhere.STILL_OPEN in line]
    assert open_there
    assert all(line.startswith("jira: IT-") for line in open_there)


def test_what_was_under_way(life: Peopled) -> None:
    """Their tickets are closed, their runs left, their requests withdrawn; what they worked on waits for others."""
    erased(life.database, life, EVA)
    erased(life.database, life, LIAM)
    rows = dump(life.database)
    own = [row for row in rows["tickets"] if row["requester"] == ERASED]
    assert own
    assert all(row["state"] == "closed" or (row["merged_into"] is None and _joined(rows, row)) for row in own)
    worked = [row for row in rows["tickets"] if row["assignee"] == ERASED]
    assert all(row["state"] in ("resolved", "closed", "vendor") for row in worked)
    assert {row["end"] for row in rows["kb_runs"] if row["owner"] == ERASED} == {"abandoned"}
    assert {row["state"] for row in rows["action_requests"] if row["requester"] == ERASED} <= {"withdrawn", "done"}


def _joined(rows: dict[str, list[dict[str, Any]]], row: dict[str, Any]) -> bool:
    return any(other["merged_into"] == row["id"] and other["requester"] != ERASED for other in rows["tickets"])


def test_the_desk_still_works(life: Peopled) -> None:
    """Lives go on, every card can be drawn, each ticket's history read, gaps and health looked after."""
    erased(life.database, life, EVA)
    for _ in range(20):
        life.step()
        life.pass_time()
    assistant = assistant_over(life.database, lambda: life.now)
    assert assistant.look() >= 0
    for number in life.ids:
        view = assistant.showing.view(number)
        drawn = json.dumps(cards.card(view, shipped_desk(), ()).payload())
        assert f"<@{ERASED}>" not in drawn
        if view.ticket.requester == ERASED: assert "Erased person" in drawn
    assert sealed(life.database).problems == []


def test_what_is_shown_to_them(life: Peopled) -> None:
    """Everything of theirs, as JSON, and no word of anybody else; that it was shown is in the history."""
    found = personal(life.database, life).show(EVA.email, MONA)
    told = json.dumps(found, ensure_ascii=False)
    for needle in needles(EVA): assert needle.lower() in told.lower()
    whole = {"conversations", "turns", "tickets", "kb_runs", "action_requests", "people", "events"}
    assert whole <= found["own"].keys()
    assert {"kb_revisions", "outages", "kb_drafts"} <= found["named"].keys()
    assert WORDS[EMIL.id] not in told
    assert "form_token" not in told
    assert [row["kind"] for row in dump(life.database)["events"]][-1] == "person.shown"
