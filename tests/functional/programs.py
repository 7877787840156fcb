"""Firstline as programs of their own, each with a folder of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from bot.cli.main import cli
from bot.sandbox.seed import load_seed
from bot.sandbox.server import SandboxServer
from tests.functional.office import DATA, SEED

APP = load_seed(SEED).app


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder with everything that a Firstline keeps, and a workspace to connect to."""

    folder: Path
    server: SandboxServer

    def variables(self, **changes: str) -> dict[str, str | None]:
        """The environment of a Firstline here; what is set outside does not count."""
        cleared = dict.fromkeys(name for name in os.environ if name.startswith(("FIRSTLINE_", "SLACK_")))
        return cleared | {
            "FIRSTLINE_DATABASE_URL": f"sqlite:///{self.folder}/firstline.db", "FIRSTLINE_STATE_DIR": str(self.folder),
            "FIRSTLINE_DATA_DIR": str(DATA), "FIRSTLINE_WEB_PORT": "0", "SLACK_API_URL": self.server.api_url,
            "SLACK_BOT_TOKEN": APP.bot_token, "SLACK_APP_TOKEN": APP.app_token, **changes,
        }

    def start(self, *arguments: str, **changes: str) -> "subprocess.Popen[str]":
        """Run `firstline` as a program of its own."""
        mine = {name: value for name, value in (os.environ | self.variables(**changes)).items() if value is not None}
        command = [sys.executable, "-m", "bot.cli", *arguments]
        return subprocess.Popen(  # noqa: S603 - our own command
            command, env=mine, cwd=DATA.parent, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def run(self, *arguments: str, **changes: str) -> Result:
        """Run a command in this process, which saves the seconds that a new one takes to begin."""
        return CliRunner(env=self.variables(**changes)).invoke(cli, arguments, standalone_mode=False)
