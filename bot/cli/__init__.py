"""The command line: `firstline --help`."""

from bot.cli.main import main

__all__ = ["main"]
