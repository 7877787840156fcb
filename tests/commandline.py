"""Running `firstline` as people do, in this process or in one of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from bot.cli.main import main

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
LONGEST = 120  # seconds for one command


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its output as JSON."""
        return json.loads(self.out)


Run = Callable[..., Ran]


def environment(folder: Path, **changes: str) -> dict[str, str | None]:
    """Settings that keep database and models in a folder, and nothing of this machine's own."""
    own: dict[str, str | None] = {name: None for name in os.environ if name.startswith(("FIRSTLINE_", "SLACK_"))}
    own |= {"FIRSTLINE_STATE_DIR": str(folder), "FIRSTLINE_DATA_DIR": str(DATA)}
    return own | {"FIRSTLINE_DATABASE_URL": f"sqlite:///{folder}/firstline.db"} | changes


def runner(folder: Path) -> Run:
    """Runs `firstline`, with its database and models in a folder."""

    def run(*arguments: str | Path, typed: str = "", **changes: str) -> Ran:
        with CliRunner().isolation(input=typed, env=environment(folder, **changes)) as (out, err, _):
            code = exit_code(list(map(str, arguments)))
        return Ran(code=code, out=out.getvalue().decode(), err=err.getvalue().decode())

    return run


def exit_code(arguments: list[str]) -> int:
    """Run a command in this process; what it would end with."""
    try:
        main(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def in_a_process(folder: Path, *arguments: str, **changes: str) -> Ran:
    """Run `firstline` in a process of its own."""
    own = {name: value for name, value in environment(folder, **changes).items() if value is not None}
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), **own}
    command = [sys.executable, "-m", "bot.cli", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST, env=env, check=False)  # noqa: S603
    return Ran(code=done.returncode, out=done.stdout, err=done.stderr)


def one_line(ran: Ran, *parts: str) -> None:
    """Check that a command was refused with exit code 2 and one clear line."""
    lines = [line for line in ran.err.splitlines() if not line.endswith(" ...")]
    assert ran.code == 2, ran.err
    assert len(lines) == 1 or lines[0].startswith("Usage:"), ran.err
    assert "Traceback" not in ran.err
    for part in parts: assert part in ran.err
