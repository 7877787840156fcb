"""The commands of a person's rights, and what an erasure does in Slack."""

import json
from collections.abc import Iterator

import pytest
from click.testing import CliRunner
from slack_sdk import WebClient

from bot.cli.main import cli
from bot.erasing.elsewhere import MESSAGE, THREAD
from bot.sandbox.seed import load_seed
from bot.sandbox.server import SandboxServer
from bot.slack.erasing import Erasing
from bot.slack.surface import SlackSurface
from core.db import Database
from core.errors import FirstlineError
from core.migrate import upgrade
from tests.functional.sandbox_app import BOT, LEVEL2, SEED
from tests.peopled import EMIL, EVA, dump, left, lived

MARCUS = "marcus.webb@brightwater.example"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database in which people have lived."""
    found = f"sqlite:///{tmp_path_factory.mktemp('lived')}/f.db"
    database = Database(found)
    upgrade(database)
    lived(database, 20, steps=5)
    database.close()
    return found


def run(monkeypatch: pytest.MonkeyPatch, url: str, *arguments: str) -> str:
    """What a command prints."""
    monkeypatch.setenv("FIRSTLINE_DATABASE_URL", url)
    result = CliRunner().invoke(cli, ["person", *arguments])
    if isinstance(result.exception, FirstlineError): raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_the_commands(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Shown, tried and erased, in words and as JSON; who is no manager is told so."""
    asked = ("show", EVA.email, "--as", MARCUS)
    assert "Theirs: " in run(monkeypatch, url, *asked)
    assert json.loads(run(monkeypatch, url, *asked, "--json"))["person"]["id"] == EVA.id
    with pytest.raises(FirstlineError, match="not among the staff"):
        run(monkeypatch, url, "erase", EVA.id, "--as", "a@b")
    with pytest.raises(FirstlineError, match="roles do not let you"):
        run(monkeypatch, url, "erase", EVA.id, "--as", "priya.nair@brightwater.example")
    assert "Nothing was changed. This would be:" in run(monkeypatch, url, "erase", EVA.id, "--as", MARCUS, "--dry-run")
    told = run(monkeypatch, url, "erase", EVA.id, "--as", MARCUS)
    assert "To be erased by hand:\n  jira: IT-" in told
    assert "knowledge base named them" in told
    again = json.loads(run(monkeypatch, url, "erase", EVA.id, "--as", MARCUS, "--also", "Eva Once", "--json"))
    assert again["rows"] == {}
    database = Database(url)
    rows = dump(database)
    database.close()
    assert left(rows, EVA) == []
    assert left(rows, EMIL)


@pytest.fixture
def client() -> Iterator[WebClient]:
    """Firstline's client of a local workspace."""
    seed = load_seed(SEED)
    with SandboxServer(seed, port=0) as server:
        yield WebClient(token=seed.app.bot_token, base_url=f"{server.url}/api/")


def test_what_firstline_posted_goes(client: WebClient) -> None:
    """Everything below a card, however much, and not the card; a second time nothing is left to do."""
    root = str(client.chat_postMessage(channel=LEVEL2, text="a card")["ts"])
    for number in range(3): client.chat_postMessage(channel=LEVEL2, thread_ts=root, text=f"note {number}")
    alone = str(client.chat_postMessage(channel=LEVEL2, text="an approval")["ts"])
    kinds = Erasing(SlackSurface(client=client, assistant=None, directory=None, bot_user=BOT)).kinds  # type: ignore[arg-type]  # it needs neither
    for _ in range(2):
        kinds[THREAD]({"channel": LEVEL2, "ts": root})
        kinds[MESSAGE]({"channel": LEVEL2, "ts": alone})
    assert [one["ts"] for one in client.conversations_replies(channel=LEVEL2, ts=root)["messages"]] == [root]
    texts = [one["text"] for one in client.conversations_history(channel=LEVEL2)["messages"]]
    assert "a card" in texts
    assert "an approval" not in texts
    kinds[THREAD]({"channel": "C0NOWHERE1", "ts": root})
