"""`python -m bot.sandbox`: a local Slack workspace until Ctrl+C."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bot.sandbox.errors import SandboxError
from bot.sandbox.seed import load_seed
from bot.sandbox.server import SandboxServer

_BAD_INPUT = 2  # the exit code of bad input
_MOST_PORT = 65535


def main(arguments: list[str] | None = None) -> int:
    """Run the sandbox; 0 after Ctrl+C, 2 with one clear line when it cannot start."""
    asked = _parser().parse_args(arguments)
    try:
        server = SandboxServer(load_seed(asked.seed), asked.port, asked.state).start()
    except (SandboxError, OSError) as error:
        sys.stderr.write(f"{error.strerror or error}\n" if isinstance(error, OSError) else f"{error}\n")
        return _BAD_INPUT
    sys.stdout.write(f"The workspace is at {server.url}; an app reaches it with SLACK_API_URL={server.api_url}\n")
    sys.stdout.flush()
    try:
        server.wait()
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description="A local Slack workspace.")
    parser.add_argument("--port", type=_port, default=8765, help="the port to listen on (0: a free one)")
    parser.add_argument("--seed", type=Path, default=Path("data/sandbox.yaml"), help="the workspace as YAML")
    parser.add_argument("--state", type=Path, help="the file that keeps conversations between runs")
    return parser


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > _MOST_PORT:
        raise argparse.ArgumentTypeError(f"“{text}” is not a port between 0 and {_MOST_PORT}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
