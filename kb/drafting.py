"""A recipe's first draft from a fix that worked. Pure; the texts that come in hold no person and no secret any more.

What only an author can know is marked `FILL IN`. The draft is a sound recipe as it stands, and cannot be published
before the marks are gone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.files import UNSTORABLE, Problem

FILL = "FILL IN"
MOST = 3_000  # characters of a draft: what one Slack input takes
MASKED = r"\[[\w: -]+\]"  # such as [name]
STEPS = 4  # that were tried before; the last ones, which come nearest to the fix
SAID_MOST = 12_000  # characters of a message that becomes an article
SAID, ASKED, NOTE, TITLE = 240, 160, 300, 100  # characters of a step, a trigger, the note, the title
SAID_KEEP = "what people need of this message; take out the rest, and this line."
SAID_CUT = f"the message goes on from here; its first {SAID_MOST:,} characters are above."
WORKS = "Please try again what you wanted to do. Does it work now?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """What is known of a resolved ticket. `tried` are steps in their order, `note` is what was done in the end."""

    number: str
    category: str
    asked: tuple[str, ...]
    tried: tuple[str, ...]
    note: str


def recipe_text(solved: Solved) -> str:
    """The draft as YAML, in the language of docs/recipes.md, up to `MOST` characters."""
    for steps in range(STEPS, -1, -1):
        text = _written(solved, steps)
        if len(text) <= MOST: break
    return text


def article_text(solved: Solved) -> str:
    """The draft of an article as Markdown: what was asked, tried, and done in the end; up to `MOST` characters."""
    import yaml  # only whoever drafts needs it

    front = {
        "title": title_of(solved), "category": solved.category or "other", "audience": "employees",
        "aliases": [words for text in dict.fromkeys(solved.asked) if (words := _clip(text, ASKED))][:5],
    }  # fmt: skip
    note = _clip(solved.note, NOTE) or f"{FILL}: the fix."
    body = (
        f"{FILL}: in a sentence, what goes wrong and for whom.\n\n## What to do\n\n{FILL}: what people can do "
        f"themselves, one thing a line.\n\n## What was done\n\n{note}\n"
    )
    return f"---\n{yaml.safe_dump(front, sort_keys=False, allow_unicode=True, width=110)}---\n\n{body}"


def said_article(asked: str, answered: str) -> str:
    """The draft of an article from a question and its answer, as Markdown; either may be empty.

    A question that is longer than its line among the other words is in the text as well: it may be the answer.
    """
    import yaml  # only whoever drafts needs it

    title = _clip(re.sub(MASKED, " ", asked or answered), TITLE) or f"{FILL}: a title"
    alias = _clip(asked, ASKED)
    front = {"title": title, "category": "other", "audience": "employees", "aliases": [alias] if alias else []}
    steps = f"{FILL}: what people can do themselves, one thing a line."
    body = f"{FILL}: in a sentence, what goes wrong and for whom.\n\n## What to do\n\n{_said(answered) or steps}\n"
    if " ".join(asked.split()) != alias: body += f"\n## What was said\n\n{FILL}: {SAID_KEEP}\n\n{_said(asked)}\n"
    return f"---\n{yaml.safe_dump(front, sort_keys=False, allow_unicode=True, width=110)}---\n\n{body}"


def _said(text: str) -> str:
    """A message, and where it is cut."""
    words = UNSTORABLE.sub(" ", text).strip()
    return words if len(words) <= SAID_MOST else f"{words[:SAID_MOST].rstrip()}\n\n{FILL}: {SAID_CUT}"


def title_of(solved: Solved) -> str:
    """The draft's title: the start of what was asked first, without what stands for what was taken out."""
    return _clip(re.sub(MASKED, " ", solved.asked[0]) if solved.asked else "", TITLE) or f"{FILL}: a title"


def unfinished(file: str, text: str) -> list[Problem]:
    """The lines that an author still has to write."""
    rows = ((number, line) for number, line in enumerate(text.splitlines(), 1) if not line.lstrip().startswith("#"))
    return [
        Problem(file=file, line=number, message=f"still to be written: {_clip(line[line.index(FILL):], 80)}")
        for number, line in rows if FILL in line
    ]  # fmt: skip


def _written(solved: Solved, steps: int) -> str:
    import yaml  # only whoever drafts needs it

    head = (
        f"# A draft from {solved.number}. Write what is marked {FILL}, take out what only that one person needs,\n"
        "# and read it once more: no names, no numbers that lead to somebody.\n"
    )
    note = _braced(_clip(solved.note, NOTE))
    recipe = {
        "title": title_of(solved), "category": solved.category or "other", "audience": "employees",
        "triggers": _triggers(solved.asked),
        "handoff": f"{FILL}: what L2 asks first if this does not help.",
        "start": "", "steps": _steps(_lines(solved.tried)[-steps:] if steps else [], note),
    }  # fmt: skip
    recipe["start"] = next(iter(recipe["steps"]))
    return head + yaml.safe_dump(recipe, sort_keys=False, allow_unicode=True, width=110)


def _triggers(asked: Sequence[str]) -> list[str]:
    own = list(dict.fromkeys(words for text in asked if (words := _clip(text, ASKED))))[:5]
    return [*own, f"{FILL}: how somebody else would ask, three more at least"]


def _lines(tried: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(_braced(words) for text in tried if (words := _clip(text, SAID))))


def _steps(tried: Sequence[str], note: str) -> dict[str, Any]:
    names = [f"try-{number}" for number in range(1, len(tried) + 1)]
    after = [*names, "fix"][1:]
    steps: dict[str, Any] = {
        name: {"say": said, "check": True, "choices": {"It works now": "solved", "No change": then}}
        for name, said, then in zip(names, tried, after, strict=True)
    }
    done = f" This is what L2 did: {note}" if note else ""
    say = f"{FILL}: what people can do themselves, one thing a step.{done}"
    steps["fix"] = {"say": say, "choices": {"Done": "works"}}
    steps["works"] = {"say": WORKS, "check": True, "choices": {"Yes": "solved", "No": "handoff"}}
    return steps


def _braced(words: str) -> str:
    """Words for `say`, where a brace would begin a fact."""
    return words.replace("{", "{{")


def _clip(text: str, limit: int) -> str:
    """One line of what can be printed, cut at a word."""
    words = " ".join("".join(c if c.isprintable() else " " for c in UNSTORABLE.sub(" ", text)).split())
    return words if len(words) <= limit else words[: limit - 1].rsplit(" ", 1)[0].rstrip() + "…"
