"""A process that judges questions one after another (`python -m bot.cli.bench.asker SECONDS QUESTIONS`).

It says that it is ready, waits for a line, and tells how many a second it did.
"""

import sys
import time
from collections.abc import Callable, Sequence
from itertools import cycle

from bot.bootstrap import make_assistant, open_core
from bot.cli.bench.watching import AUDIENCES, WARM
from bot.question_set import read_questions
from core.settings import load_settings


def main(seconds: float, questions: int) -> None:
    """Judge the questions of data/eval, over and over, for at least so many seconds."""
    settings = load_settings()
    texts = [q.text for q in read_questions(settings.data_dir / "eval" / "questions.jsonl")][:questions]
    with open_core(settings) as core:
        understanding = make_assistant(core).understanding
        for text in texts[:WARM]: understanding.judge(text, AUDIENCES)
        print("ready", flush=True)  # noqa: T201 - this is how it talks
        sys.stdin.readline()
        print(per_second(lambda text: understanding.judge(text, AUDIENCES), texts, seconds), flush=True)  # noqa: T201


def per_second(ask: Callable[[str], object], texts: Sequence[str], seconds: float) -> float:
    """How many texts a second are asked, going round them until so many seconds are over."""
    begin = time.perf_counter()
    for count, text in enumerate(cycle(texts), start=1):
        ask(text)
        spent = time.perf_counter() - begin
        if spent >= seconds: return count / spent
    return 0.0


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
