"""Starting Firstline by its command: it runs, or it tells in one clear line what to mend."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.sandbox.seed import load_seed
from bot.sandbox.server import SandboxServer
from bot.slack import ids
from classifier.model import Classifier
from tests.functional.office import DATA, EMMA, ROOM, SEED, Colleague, Prepared, actions_of

LIMIT = 120  # seconds for one command; two cores start several at once
BAD_INPUT = 2
APP = load_seed(SEED).app


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder with everything that a Firstline keeps, and a workspace to connect to."""

    folder: Path
    server: SandboxServer

    def start(self, *arguments: str, **variables: str) -> "subprocess.Popen[str]":
        """Run `firstline` with these arguments, its settings changed by these variables."""
        mine = {name: value for name, value in os.environ.items() if not name.startswith(("FIRSTLINE_", "SLACK_"))}
        mine |= {
            "FIRSTLINE_DATABASE_URL": f"sqlite:///{self.folder}/firstline.db", "FIRSTLINE_WEB_PORT": "0",
            "FIRSTLINE_STATE_DIR": str(self.folder), "FIRSTLINE_DATA_DIR": str(DATA), "SLACK_API_URL": self.server.api_url,
            "SLACK_BOT_TOKEN": APP.bot_token, "SLACK_APP_TOKEN": APP.app_token, "PYTHONUNBUFFERED": "1",
        }
        command = [sys.executable, "-m", "bot.cli", *arguments]
        return subprocess.Popen(  # noqa: S603 - our own command
            command, env=mine | variables, cwd=DATA.parent, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )


Make = Callable[[str], Place]


@pytest.fixture(scope="module")
def make(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Make a place of its own, by name."""

    def made(name: str) -> Place:
        folder = tmp_path_factory.mktemp(name)
        shutil.copytree(prepared.folder, folder, dirs_exist_ok=True)
        return Place(folder=folder, server=server)

    with SandboxServer(load_seed(SEED)) as server: yield made


@pytest.fixture(scope="module")
def port() -> Iterator[str]:
    """A port that is in use."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield str(taken.getsockname()[1])


Failures = dict[str, "subprocess.Popen[str]"]


@pytest.fixture(scope="module")
def failures(make: Make, port: str) -> Iterator[Failures]:
    """Everything that cannot work, started at once."""
    place, desk = make("failing"), make("desk").folder
    broken_desk(desk)
    started = {
        "no tokens": place.start("serve", SLACK_BOT_TOKEN="", SLACK_APP_TOKEN=""),
        "wrong bot token": place.start("serve", SLACK_BOT_TOKEN="xoxb-wrong"),
        "wrong app token": place.start("serve", SLACK_APP_TOKEN="xapp-wrong"),
        "no Slack": place.start("serve", SLACK_API_URL="http://127.0.0.1:9/api/"),
        "web port": place.start("serve", FIRSTLINE_WEB_PORT=port),
        "sandbox port": place.start("demo", "--port", port),
        "desk": place.start("serve", FIRSTLINE_DATA_DIR=str(desk / "data")),
        "article": place.start("kb", "check", str(broken_article(desk))),
        "recipe": place.start("cookbook", "check", str(broken_recipe(desk))),
        "classifier": damaged(make("damaged")).start("classifier", "predict", "the printer is on fire"),
        "database": garbled(make("garbled")).start("serve"),
    }
    yield started
    for one in started.values(): one.kill()


def broken_desk(folder: Path) -> None:
    """A data folder whose desk has a mistake in its 9th line."""
    shutil.copytree(DATA, folder / "data", ignore=shutil.ignore_patterns("articles", "cookbook", "eval"))
    (folder / "data" / "desk.yaml").write_text("# one\n# two\ncontact:\n  phone: 1\n  hours: x\n\n\ntiers:\n  - {level: [}\n")


def broken_article(folder: Path) -> Path:
    """A folder with an article that lacks its title."""
    made = folder / "articles"
    made.mkdir()
    (made / "nameless.md").write_text("---\ncategory: vpn\nverified: yesterday\n---\nWords.\n")
    return made


def broken_recipe(folder: Path) -> Path:
    """A folder with a recipe that leads nowhere."""
    made = folder / "recipes"
    made.mkdir()
    recipe = "title: Lost\ntriggers: [lost]\nstart: a\nsteps:\n  a:\n    say: Where?\n    choices:\n      \"Here\": nowhere\n"
    (made / "lost.yaml").write_text(recipe)
    return made


def damaged(place: Place) -> Place:
    """A place whose classifier is half a file."""
    file = place.folder / "classifier.skops"
    file.write_bytes(file.read_bytes()[:5_000])
    return place


def garbled(place: Place) -> Place:
    """A place whose database is none."""
    (place.folder / "firstline.db").write_bytes(b"This is no database. " * 400)
    return place


CASES = {
    "no tokens": r"SLACK_BOT_TOKEN is not set.*\n.*SLACK_APP_TOKEN is not set",
    "wrong bot token": r"SLACK_BOT_TOKEN: .*invalid_auth",
    "wrong app token": r"SLACK_APP_TOKEN: .*invalid_auth",
    "no Slack": r"Slack cannot be reached",
    "web port": r"FIRSTLINE_WEB_PORT",
    "sandbox port": r"FIRSTLINE_SANDBOX_PORT",
    "desk": r"desk\.yaml:9",
    "article": r"nameless\.md:\d+",
    "recipe": r"lost\.yaml:\d+.*nowhere",
    "classifier": r"classifier\.skops.*firstline classifier train",
    "database": r"database",
}


@pytest.mark.parametrize("name", CASES)
def test_what_cannot_work_is_told_in_clear_lines(failures: Failures, name: str):
    """Exit code 2, what is wrong and where, and no traceback."""
    running = failures[name]
    told = running.communicate(timeout=LIMIT)[1]
    assert re.search(CASES[name], told), told
    assert running.returncode == BAD_INPUT
    assert "Traceback" not in told


def test_a_damaged_model_is_trained_again(make: Make):
    """`ask` finds half a file, trains anew and answers; the file is whole then."""
    place = damaged(make("retrained"))
    data = place.folder / "data"
    shutil.copytree(DATA, data, ignore=shutil.ignore_patterns("articles", "cookbook", "eval"))
    for file, step in ((data / "training" / "messages.jsonl", 6), (data / "training" / "questions.jsonl", 4)):
        file.write_text("".join(file.read_text().splitlines(keepends=True)[::step]))
    running = place.start("ask", ROOM, FIRSTLINE_DATA_DIR=str(data))
    said, told = running.communicate(timeout=LIMIT)
    assert running.returncode == 0, told
    assert "%" in said
    assert Classifier.load(place.folder / "classifier.skops", "").heads


def test_serve_runs_until_it_is_asked_to_stop(make: Make):
    """The real command connects, answers, and ends well on SIGTERM."""
    place = make("serving")
    with place.start("serve") as running, Colleague(place.server.url, EMMA) as emma:
        emma.push("app", lambda push: push["connected"], LIMIT)
        assert ids.HELPED in actions_of(emma.ask(ROOM))
        running.send_signal(signal.SIGTERM)
        said, told = running.communicate(timeout=LIMIT)
    assert running.returncode == 0, told
    assert "connected to Slack" in said
    assert "Traceback" not in told
