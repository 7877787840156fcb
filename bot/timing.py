"""One question through the real path, timed; for those who ask without Slack."""

import time

from bot.assistant import Assistant
from bot.assistant.hearing import Heard

AUDIENCES = frozenset({"employees"})


def timed(assistant: Assistant, text: str) -> tuple[list[Heard], float]:
    """What is decided on the requests of a message, and in how many milliseconds."""
    start = time.perf_counter()
    heard = assistant.hearing.hear(text, AUDIENCES)
    return heard, (time.perf_counter() - start) * 1000
