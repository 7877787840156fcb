"""A process that answers questions all the time, and tells when it first answers with what was just published.

`python -m bot.cli.bench.serving`, over the knowledge base of its settings. It says that it is ready; then each line
that it is given names an article, a question and a word of its new text, and it says when (seconds of the monotonic
clock, which all processes of a machine share) that question is first answered with that, or that it never is. At the
end it tells the milliseconds of each of the other questions that it answered.
"""

import json
import sys
import threading
import time
from collections import deque
from itertools import cycle

from bot.assistant import Assistant
from bot.bootstrap import make_assistant, open_core
from bot.cli.bench.watching import AUDIENCES, WARM
from bot.question_set import read_questions
from core.settings import load_settings

END, NEVER = "end", "inf"
PATIENCE_S = 60.0  # for one edit; what takes longer never comes


def main() -> None:
    """Answer until the end is told."""
    settings = load_settings()
    texts = [q.text for q in read_questions(settings.data_dir / "eval" / "questions.jsonl")]
    with open_core(settings) as core:
        assistant = make_assistant(core)
        for text in texts[:WARM]: assistant.understanding.judge(text, AUDIENCES)
        told: deque[str] = deque()
        threading.Thread(target=_listen, args=(told,), daemon=True).start()
        _say("ready")
        _serve(assistant, texts, told)


def _listen(told: deque[str]) -> None:
    """Every line that is told; whoever tells no more, or is gone, has come to the end."""
    told.extend(map(str.strip, sys.stdin))
    told.append(END)


def _serve(assistant: Assistant, texts: list[str], told: deque[str]) -> None:
    spent, since = [], 0.0
    for text in cycle(texts):
        begin = time.perf_counter()
        assistant.understanding.judge(text, AUDIENCES)
        spent.append((time.perf_counter() - begin) * 1000)
        if not told: continue
        if told[0] == END: break
        since = since or begin
        if _answers(assistant, **json.loads(told[0])): _say(str(time.monotonic()))
        elif begin - since > PATIENCE_S: _say(NEVER)
        else: continue
        told.popleft()
        since = 0.0
    _say(json.dumps([round(one, 2) for one in spent]))


def _answers(assistant: Assistant, slug: str, question: str, word: str) -> bool:
    """Whether the question finds the article, and the passage of it that is nearest, and would be quoted, has the word.

    It need not come first: what a person is shown is the policy's matter, and ranks by more than the new text.
    """
    found = assistant.understanding.judge(question, AUDIENCES).evidence.candidates
    near = next((one for one in found if one.slug == slug), None)
    if near is None: return False
    quote = assistant.parts.quote(slug, AUDIENCES, near.passage)
    return quote is not None and word in str(quote.parts)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
