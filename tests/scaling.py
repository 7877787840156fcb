"""Questions a second of one to four processes, over a PostgreSQL of its own: `python -m tests.scaling [SECONDS]`.

Its settings are the one that PostgreSQL comes with: every commit is on disk.
"""

import os
import sys

from bot.cli.main import cli
from tests.postgres import PostgresServer


def main(seconds: str) -> None:
    """Run `firstline bench --scaling` over it."""
    with PostgresServer(lasting=True) as server:
        url = server.url(server.create())
        cli(["bench", "--scaling", "--seconds", seconds, "--database", url], standalone_mode=False)


if __name__ == "__main__":
    os.environ.setdefault("FIRSTLINE_STATE_DIR", ".firstline")
    main(sys.argv[1] if len(sys.argv) > 1 else "30")
