"""Learning on a Firstline that is at work: what is worse stays aside, corrections are learnt, and the way back."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from core.db import Database
from core.people import Person, Role
from handoff import corrections, tickets
from handoff.brief import Brief
from handoff.corrections import Labels
from handoff.desk import load_desk
from handoff.tickets import Kind, NewTicket
from tests.commandline import DATA, Ran, Run, runner
from tests.fakes import FakeClock
from tests.functional.office import ROOM, Prepared

LIAM = Person(id="U0LIAM", name="Liam", roles=frozenset({Role.AGENT}), level=2)
SEEN = Labels(kind=Kind.INCIDENT, category="vpn", impact="low", urgency="low")
DRONES = ("my drone lost a propeller", "the survey drone does not start", "drone battery will not charge")
EVERY = {"training/messages.jsonl": 10, "training/questions.jsonl": 6, "eval/questions.jsonl": 5}  # line, for speed


@pytest.fixture
def folder(prepared: Prepared, tmp_path: Path) -> Path:
    """What a Firstline at work keeps, and in `data` a company's own files, which are short."""
    prepared.copy(tmp_path)
    shutil.copytree(DATA, tmp_path / "data", ignore=shutil.ignore_patterns("articles", "cookbook"))
    for name, step in EVERY.items(): rewrite(tmp_path, name, lambda lines, step=step: lines[::step])
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Run:
    """`firstline` over it."""
    own = runner(folder)
    return lambda *arguments: own(*arguments, FIRSTLINE_DATA_DIR=str(folder / "data"))


def rewrite(folder: Path, name: str, change: Callable[[list[str]], list[str]]) -> None:
    """Change the lines of one of the company's files."""
    path = folder / "data" / name
    path.write_text("".join(change(path.read_text(encoding="utf-8").splitlines(keepends=True))), encoding="utf-8")


def live(run: Run) -> list[str]:
    """The names of the live models, and then of all, newest first."""
    rows = run("classifier", "history", "--json").json
    return [*(row["id"] for row in rows if row["live"]), *(row["id"] for row in rows)]


def nothing_was_trained(ran: Ran) -> bool:
    """Whether a command went well without any training."""
    return ran.code == 0 and "Training" not in ran.err


def test_worse_models_are_kept_aside(folder: Path, run: Run):
    """They are not live, the command says what is worse and how to put them live; then back, and no start undoes it."""
    rewrite(folder, "training/messages.jsonl", lambda lines: [
        line.replace('"intent": "question"', '"intent": "smalltalk"') for line in lines
    ])  # fmt: skip
    old = live(run)[0]
    ran = run("classifier", "train")
    assert ran.code == 0, ran.err
    [now, new, *rest] = live(run)
    assert (now, rest) == (old, [old])
    said = ran.out.splitlines()[-1]
    assert f"({new}) are worse and were kept aside; {old} goes on serving. settled " in said
    assert "worse by" in said
    assert "`firstline classifier train --force`" in said
    assert nothing_was_trained(run("ask", ROOM)), "a start makes what was kept aside a second time"
    assert run("classifier", "history").out.count("kept aside: settled") == 1
    ran = run("classifier", "rollback", new)
    assert ran.out == f"Live: {new}. A running Firstline serves with these models from its next start.\n"
    assert live(run)[0] == new
    assert run("classifier", "rollback", old).code == 0
    assert nothing_was_trained(run("ask", ROOM))
    assert live(run) == [old, new, old]


def test_corrections_are_learnt(folder: Path, run: Run):
    """By the command, not by a start; without questions to measure on, messages that are held out decide."""
    (folder / "data" / "eval" / "questions.jsonl").unlink()
    ran = run("classifier", "train", "--force")
    assert "so there is nothing to measure both on" in ran.out
    correct(folder, *((text, "drones") for text in DRONES), ("the roof leaks", "roof"))
    assert nothing_was_trained(run("ask", ROOM))
    ran = run("classifier", "train")
    assert "4 of them corrections by staff." in ran.out
    assert 'Left out: the category "roof": it needs at least 2 messages.' in ran.out
    for head in ("intent", "category", "impact", "urgency"): assert f"  {head} " in ran.out
    rows = run("classifier", "history", "--json").json
    assert (rows[0]["corrections"], rows[1]["corrections"]) == (4, 0)
    if rows[0]["aside"]: run("classifier", "rollback", rows[0]["id"])
    found = run("classifier", "predict", "my drone will not start", "--json").json
    assert found["category"] == "drones"
    assert "roof" not in found["categories"]


def test_a_damaged_model_is_stood_in_for(folder: Path, run: Run, caplog: pytest.LogCaptureFixture):
    """The live pair is half a file: the one before it answers, and one line of the log says so."""
    first = live(run)[0]
    shutil.copytree(folder / "models" / first, folder / "models" / "20990101-000000")
    about = folder / "models" / "20990101-000000" / "about.json"
    about.write_text(json.dumps(json.loads(about.read_text()) | {"id": "20990101-000000"}))
    assert run("classifier", "rollback", "20990101-000000").code == 0
    (folder / "models" / "20990101-000000" / "confidence.json").write_bytes(b"{")
    ran = run("classifier", "predict", ROOM)
    (line,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert "\n" not in line
    assert "confidence.json: is damaged" in line
    assert line.endswith(f"Until then the models of {first} go on serving.")
    assert ran.out.startswith("intent ")


def correct(folder: Path, *given: tuple[str, str]) -> None:
    """Tickets about vpn that Liam corrected: text and category."""
    desk, clock = load_desk(DATA / "desk.yaml"), FakeClock()
    database = Database(f"sqlite:///{folder}/firstline.db")
    with database.transaction() as session:
        for text, category in given:
            new = NewTicket(
                kind=Kind.INCIDENT, requester="U1", category="vpn", impact="low", urgency="low",
                brief=Brief(asked=(text,), reason="asked for a person"),
            )
            ticket = tickets.open_ticket(session, desk, new, by="U1", now=clock())
            wanted = Labels(kind=Kind.INCIDENT, category=category, impact="low", urgency="medium")
            corrections.correct(
                session, desk, ticket.id, seen=SEEN, wanted=wanted, categories=[category], by=LIAM, now=clock()
            )
    database.close()
