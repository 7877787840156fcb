"""Go through the log of a service desk on a PostgreSQL of its own (`python -m tests.replaying LOG ...`).

What comes after the log goes to `firstline bench --replay LOG`. The server has PostgreSQL's own settings, so
that what was committed is on disk (fsync and synchronous commit on), and is gone at the end.
"""

import subprocess
import sys

from tests.postgres import PostgresServer


def main(arguments: list[str]) -> int:
    """Start the server, measure, stop it; what the command answered."""
    with PostgresServer(lasting=True) as server:
        command = [sys.executable, "-m", "bot.cli", "bench", "--database", server.url(server.create()), "--replay"]
        return subprocess.run([*command, *arguments], check=False).returncode  # noqa: S603 - our own


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
