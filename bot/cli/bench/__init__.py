"""`firstline bench`: time per question and of its parts, start, memory, many questions at once, large sizes."""

from bot.cli.bench.command import add_to

__all__ = ["add_to"]
