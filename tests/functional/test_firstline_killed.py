"""A Firstline that is killed in mid-run, and every recipe killed at each of its steps: nothing is lost or doubled."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.sandbox.seed import load_seed
from bot.sandbox.server import SandboxServer
from bot.slack import ids
from tests.functional.conftest import Prepared
from tests.functional.office import EMMA, PATIENCE, SEED, VPN, Colleague, actions_of, said
from tests.functional.programs import Place

ROOT = Path(__file__).parents[2]
LIMIT = 120  # seconds until a program is connected; two cores start several at once
SOME = ("vpn-stuck-connecting", "account-locked-out", "print-release-fails", "no-internet-home")  # every kind


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    """What came of killing some recipes; `python -m tests.killing FOLDER` does it with all of them."""
    folder = tmp_path_factory.mktemp("killed")
    done = subprocess.run(  # noqa: S603 - this Python, and names from this file
        [sys.executable, "-m", "tests.killing", str(folder), *SOME], cwd=ROOT, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["recipe"]: line for line in lines}


@pytest.mark.parametrize("slug", SOME)
def test_a_recipe_survives_kill_9_at_each_step(tour: dict[str, dict[str, object]], slug: str):
    """Killed before the commit a click has changed nothing, after it nothing is lost; clicked again it counts once."""
    assert tour[slug]["wrong"] == []
    assert tour[slug]["missed"] == []
    assert int(str(tour[slug]["killed"])) > 1


def test_a_run_goes_on_in_the_next_process(prepared: Prepared, tmp_path: Path):
    """Killed in the middle of a recipe, Firstline is started again: the same message goes on from the same step."""
    prepared.copy(tmp_path)
    seed = load_seed(SEED).model_copy(update={"ack_seconds": PATIENCE})
    with SandboxServer(seed) as server, Colleague(server.url, EMMA) as emma:
        place = Place(folder=tmp_path, server=server)
        with place.start("serve") as first:
            emma.push("app", lambda push: push["connected"], LIMIT)
            shown = emma.ask(VPN)
            emma.press(shown, f"{ids.STEP_CHOICE}_0")
            shown = emma.changed(shown)
            first.kill()
        emma.push("app", lambda push: not push["connected"], LIMIT)
        with place.start("serve") as second:
            emma.push("app", lambda push: push["connected"], LIMIT)
            emma.press(shown, ids.STEP_BACK)
            again = emma.changed(shown)
            emma.press(again, f"{ids.STEP_CHOICE}_0")
            after = emma.changed(again)
            second.kill()
    assert ids.STEP_BACK not in actions_of(again)
    assert said(after) == said(shown)
