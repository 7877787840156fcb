"""Starting Firstline by its command: it runs, or it tells in one clear line what to mend."""

import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from bot.sandbox.seed import load_seed
from bot.sandbox.server import SandboxServer
from bot.slack import ids
from core.errors import FirstlineError
from tests.functional.office import DATA, EMMA, ROOM, SEED, Colleague, Prepared, actions_of
from tests.functional.programs import Place

LIMIT = 120  # seconds for one command; two cores start several at once
BAD_INPUT = 2


Started = dict[str, "subprocess.Popen[str]"]
Make = Callable[[str], Place]


@pytest.fixture(scope="module")
def make(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Make a place of its own, by name."""

    def made(name: str) -> Place:
        folder = tmp_path_factory.mktemp(name)
        prepared.copy(folder)
        return Place(folder=folder, server=server)

    with SandboxServer(load_seed(SEED)) as server: yield made


@pytest.fixture(scope="module")
def port() -> Iterator[str]:
    """A port that is in use."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield str(taken.getsockname()[1])


@pytest.fixture(scope="module")
def place(make: Make) -> Place:
    """A place where all is well."""
    return make("well")


@pytest.fixture(scope="module")
def started(place: Place) -> Iterator[Started]:
    """`serve` with tokens that are missing or wrong."""
    running = {
        "no tokens": place.start("serve", SLACK_BOT_TOKEN="", SLACK_APP_TOKEN=""),
        "wrong bot token": place.start("serve", SLACK_BOT_TOKEN="xoxb-wrong"),
        "wrong app token": place.start("serve", SLACK_APP_TOKEN="xapp-wrong"),
    }
    yield running
    for one in running.values(): one.kill()


class TestProgram:
    """Programs of their own: they take seconds to begin, so all begin at once."""

    @pytest.mark.parametrize(("name", "lines"), [
        ("no tokens", [r"SLACK_BOT_TOKEN is not set", r"SLACK_APP_TOKEN is not set"]),
        ("wrong bot token", [r"SLACK_BOT_TOKEN: .*invalid_auth"]),
        ("wrong app token", [r"SLACK_APP_TOKEN: .*invalid_auth"]),
    ])
    def test_tokens(self, started: Started, name: str, lines: list[str]):
        """Exit code 2, a line for each problem, and nothing else but what is being prepared."""
        said = started[name].communicate(timeout=LIMIT)[1].strip().splitlines()
        told = [line for line in said if not line.endswith(" ...") and " INFO " not in line]
        assert started[name].returncode == BAD_INPUT
        assert len(told) == len(lines), told
        assert all(re.search(*pair) for pair in zip(lines, told, strict=True)), told

    def test_serve_runs_until_it_is_asked_to_stop(self, make: Make):
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


class TestTrouble:
    """What is wrong is one of our own errors, whose words `main` prints with exit code 2."""

    def test_slack_cannot_be_reached(self, place: Place):
        """Nobody answers at the address."""
        assert "Slack cannot be reached" in told(place.run("serve", SLACK_API_URL="http://127.0.0.1:9/api/"))

    def test_a_port_in_use(self, place: Place, port: str):
        """The web server's and the local workspace's: each names its setting."""
        assert "FIRSTLINE_WEB_PORT" in told(place.run("serve", FIRSTLINE_WEB_PORT=port))
        assert "FIRSTLINE_SANDBOX_PORT" in told(place.run("demo", "--port", port))

    def test_a_broken_desk(self, place: Place, tmp_path: Path):
        """File and line."""
        broken_desk(tmp_path)
        assert "desk.yaml:9" in told(place.run("serve", FIRSTLINE_DATA_DIR=str(tmp_path / "data")))

    def test_a_broken_article(self, place: Place, tmp_path: Path):
        """File and line of each mistake, from `kb check` and from the start alike."""
        folder = broken_article(tmp_path)
        assert re.search(r"nameless\.md:\d+: ", place.run("kb", "check", str(folder)).output)
        assert re.search(r"nameless\.md:\d+: ", place.run("kb", "import", str(folder)).output)

    def test_a_broken_recipe(self, place: Place, tmp_path: Path):
        """The same for recipes."""
        result = place.run("cookbook", "check", str(broken_recipe(tmp_path)))
        assert re.search(r"lost\.yaml:\d+: .*nowhere", result.output)

    def test_a_damaged_model(self, make: Make):
        """What cannot train says what to do."""
        result = damaged(make("damaged")).run("classifier", "predict", "the printer is on fire")
        assert "classifier.npz" in told(result)
        assert "firstline classifier train" in told(result)

    def test_a_damaged_model_is_trained_again(self, make: Make):
        """`ask` finds half a file, trains anew and answers; the file is whole then."""
        place = damaged(make("retrained"))
        data = place.folder / "data"
        shutil.copytree(DATA, data, ignore=shutil.ignore_patterns("articles", "cookbook", "eval"))
        for file, step in ((data / "training" / "messages.jsonl", 10), (data / "training" / "questions.jsonl", 6)):
            file.write_text("".join(file.read_text().splitlines(keepends=True)[::step]))
        result = place.run("ask", ROOM, FIRSTLINE_DATA_DIR=str(data))
        assert result.exception is None
        assert "%" in result.output
        assert place.run("classifier", "predict", ROOM).exception is None

    def test_a_database_that_is_none(self, make: Make):
        """Garbage in the database's file is told as that."""
        place = make("garbled")
        (place.folder / "firstline.db").write_bytes(b"This is no database. " * 400)
        assert "database" in told(place.run("serve"))


def told(result: Result) -> str:
    """What `main` prints of a command that failed by one of our own errors."""
    assert isinstance(result.exception, FirstlineError), result
    return str(result.exception)


def broken_desk(folder: Path) -> None:
    """A data folder whose desk has a mistake in its 9th line."""
    shutil.copytree(DATA, folder / "data", ignore=shutil.ignore_patterns("articles", "cookbook", "eval"))
    (folder / "data" / "desk.yaml").write_text("contact:\n  phone: one\n\n\n\n\n\ntiers:\n  - {level: [}\n")


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
    steps = "  a:\n    say: Where?\n    choices: {Here: nowhere}\n"
    (made / "lost.yaml").write_text(f"title: Lost\ntriggers: [lost]\nstart: a\nsteps:\n{steps}")
    return made


def damaged(place: Place) -> Place:
    """A place whose classifier is half a file."""
    [file] = place.folder.glob("models/*/classifier.npz")
    file.write_bytes(file.read_bytes()[:5_000])
    return place
