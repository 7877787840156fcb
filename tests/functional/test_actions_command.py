"""`firstline actions`, as the company's automation people use it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sandbox.seed import load_seed
from bot.sandbox.server import SandboxServer
from tests.commandline import Ran, Run, one_line, runner
from tests.functional.office import SEED, Json

EMMA = "emma.larsen@brightwater.example"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    """The sandbox with its automation."""
    with SandboxServer(load_seed(SEED)) as made: yield made


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`firstline` on a machine where it never ran."""
    return runner(tmp_path)


@pytest.fixture
def tried(run: Run, server: SandboxServer):
    """`actions try`, at an automation that begins anew."""
    server.reset()
    seed = load_seed(SEED).automation
    assert seed
    there = {"FIRSTLINE_ACTIONS_URL": server.automation_url, "FIRSTLINE_ACTIONS_SECRET": seed.secret}

    def _tried(*arguments: str, requester: str = EMMA, **changes: str) -> Ran:
        return run("actions", "try", *arguments, "--requester", requester, **(there | changes))

    return _tried


def calls(server: SandboxServer) -> list[Json]:
    """What the automation was called for."""
    found: list[Json] = server.get("/automation/state")["calls"]
    return found


def test_try(tried, server):
    """It is done, and told with its results."""
    ran = tried("licence-look-up", "--with", "product=visio")
    assert ran.code == 0
    assert ran.out.splitlines() == ["Done: done", "  product: Visio", "  assigned: no", "  licences_left: 4"]
    assert (calls(server)[0]["requester"], calls(server)[0]["dry_run"]) == (EMMA, False)


def test_a_dry_run(tried, server):
    """It is asked to change nothing, and says so."""
    ran = tried("unlock-account", "--dry-run")
    assert ran.out.startswith("Done (dry run): done\n")
    assert server.get("/automation/state")["company"]["accounts"][EMMA]["locked"] is True


def test_as_json(tried):
    """For programs."""
    ran = tried("password-expiry-look-up", "--json")
    assert (ran.json["state"], ran.json["outcome"], ran.json["results"]["days_left"]) == ("done", "done", "6")


def test_not_done(tried):
    """Exit code 1, with the automation's reason."""
    ran = tried("unlock-account", requester="stranger@brightwater.example")
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "Not done: The automation answered 422.", "  It says: There is no account with that address."
    ]  # fmt: skip


def test_no_answer(tried):
    """Exit code 1, and whether something may have been done."""
    ran = tried("unlock-account", FIRSTLINE_ACTIONS_URL="http://127.0.0.1:9/")
    assert (ran.code, ran.out.endswith("Nothing was done.\n")) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "requester", "changes", "words"),
    [
        (["make-coffee"], EMMA, {}, "make-coffee"),
        (["licence-look-up", "--with", "colour=red"], EMMA, {}, "no colour; it takes product"),
        (["licence-look-up", "--with", "product"], EMMA, {}, "write a name, = and a value"),
        (["unlock-account"], "emma", {}, "e-mail address"),
        (["unlock-account"], EMMA, {"FIRSTLINE_ACTIONS_URL": ""}, "FIRSTLINE_ACTIONS_URL is not set"),
        (["unlock-account"], EMMA, {"FIRSTLINE_ACTIONS_SECRET": ""}, "FIRSTLINE_ACTIONS_SECRET is not set"),
        (["unlock-account"], EMMA, {"FIRSTLINE_ACTIONS_URL": "http://elsewhere.example/"}, "must begin with https"),
        (["unlock-account"], EMMA, {"FIRSTLINE_ACTIONS_SECRET": "hunter2"}, "must begin with whsec_"),
    ],
)
def test_what_cannot_be_asked(tried, server, arguments, requester, changes, words):
    """One clear line, exit code 2, nothing is called, and no secret is repeated."""
    ran = tried(*arguments, requester=requester, **changes)
    one_line(ran, words)
    assert "hunter2" not in ran.err
    assert calls(server) == []


def test_list(run):
    """Each action with who decides, how often, what it takes and how it can end."""
    ran = run("actions", "list")
    assert ran.code == 0
    assert "reset-mfa: Reset sign-in approval\n  L2 approves; for employees; 1 a day and person, 20 in all" in ran.out
    assert json.loads(run("actions", "list", "--json").out)["unlock-account"]["approval"] == "requester"


def test_list_without_a_registry(run, tmp_path):
    """It says that there is none."""
    assert "There are none" in run("actions", "list", FIRSTLINE_DATA_DIR=str(tmp_path)).out


def test_check(run, tmp_path):
    """The shipped one is fine, a problem of another is a line with its place, a file that is not there is named."""
    assert "no problems" in run("actions", "check").out
    file = tmp_path / "mine.yaml"
    rule = "    title: Unlock\n    tells: x\n    approval: boss\n    limit: {person: 1, all: 1}\n"
    file.write_text(f"actions:\n  unlock:\n{rule}", encoding="utf-8")
    one_line(run("actions", "check", file), "mine.yaml:5: actions.unlock.approval")
    one_line(run("actions", "check", tmp_path / "none.yaml"), "there is no such file")
