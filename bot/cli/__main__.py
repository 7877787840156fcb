"""Lets `python -m bot.cli` run the command line."""

from bot.cli.main import main

main()
