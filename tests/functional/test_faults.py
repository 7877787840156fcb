"""A few runs of the fault harness; `python -m tests.faults --runs 1000` plays as many as one likes."""

import subprocess
import sys
from pathlib import Path

from tests.faults.runs import PLACES
from tests.functional.conftest import Prepared

ROOT = Path(__file__).parents[2]
SEEDS = ("--seed", "1", "--runs", "5")  # one of each place


def test_some_seeds_are_survived(prepared: Prepared, tmp_path: Path):
    """All that was promised holds after people worked under faults, on each kind of database and through `kill -9`."""
    (tmp_path / "whole").symlink_to(prepared.folder)
    (tmp_path / "exported").symlink_to(prepared.exported)
    done = subprocess.run(  # noqa: S603 - this Python, and what stands above
        [sys.executable, "-m", "tests.faults", *SEEDS, "--prepared", tmp_path], cwd=ROOT, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert {line.split()[2].rstrip(":") for line in done.stdout.splitlines() if line.startswith("seed")} == set(PLACES)
