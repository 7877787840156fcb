"""A process that answers questions through the database (`python -m bot.cli.bench.answerer SECONDS NAME`).

All but Slack: each question is written down, claimed by whichever process is first, judged, decided on, and marked as
done, four transactions in all. It says that it is ready, waits for a line, and tells how many it answered and the
milliseconds of each, from its claim on.
"""

import json
import sys
import time
from itertools import count, cycle
from typing import Any

from bot.assistant import Assistant
from bot.bootstrap import make_assistant, open_core
from bot.carrying import INCOMING
from bot.cli.bench.watching import AUDIENCES, WARM
from bot.question import Question, Surface
from bot.question_set import read_questions
from bot.worker import Worker
from core import outbox
from core.db import Database
from core.outbox import Attempt
from core.settings import load_settings

PEOPLE = 50  # who ask in turn
(KIND,) = INCOMING


class Answers:
    """Answers each question that was written down, and keeps how long it took."""

    def __init__(self, assistant: Assistant) -> None:
        """Take who answers."""
        self._assistant, self.ms = assistant, list[float]()

    def deliver(self, kind: str, payload: dict[str, Any], attempt: Attempt) -> None:  # noqa: ARG002 - there is one kind
        """Answer one."""
        begin, ts = time.perf_counter(), attempt.key
        question = Question(
            person=payload["person"], text=payload["text"], channel="D0BENCH", ts=ts, thread_ts=ts, surface=Surface.DM,
            keys=(ts,),
        )  # fmt: skip
        self._assistant.answering.ask(question)
        self.ms.append((time.perf_counter() - begin) * 1000)


def main(seconds: float, name: str) -> None:
    """Answer the questions of data/eval, over and over, for at least so many seconds."""
    settings = load_settings()
    texts = [q.text for q in read_questions(settings.data_dir / "eval" / "questions.jsonl")]
    with open_core(settings) as core:
        assistant = make_assistant(core)
        for text in texts[:WARM]: assistant.understanding.judge(text, AUDIENCES)
        print("ready", flush=True)  # noqa: T201 - this is how it talks
        sys.stdin.readline()
        answers = Answers(assistant)
        worker = Worker(core.database, answers, core.clock, only=INCOMING, at_once=1, forget=True)
        begin = time.perf_counter()
        for number, text in zip(count(), cycle(texts), strict=False):
            _write_down(core.database, assistant, f"{name}.{number}", text)
            worker.work_once()
            if time.perf_counter() - begin >= seconds: break
        print(json.dumps([len(answers.ms) / (time.perf_counter() - begin), *answers.ms]), flush=True)  # noqa: T201


def _write_down(database: Database, assistant: Assistant, key: str, text: str) -> None:
    person = f"U0BENCH{hash(key) % PEOPLE:02}"
    with database.transaction() as session:
        outbox.put(session, KIND, key=key, lane=key, now=assistant.parts.clock(), text=text, person=person)


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2])
