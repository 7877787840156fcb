"""Reading mrkdwn as Slack does: what is live in it, and which words it has."""

import re
from typing import Any

LIVE = re.compile(r"<([^<>]*)>")  # what Slack takes for a mention, a channel, a link or a date
MARKS = re.compile(r"[`*_~>•#|\\\[\](){}…-]+")


def live_parts(mrkdwn: str) -> list[str]:
    """Everything between angle brackets, which is all that can be live when a text object is verbatim."""
    return LIVE.findall(mrkdwn)


def texts_of(part: Any) -> list[dict[str, Any]]:
    """Every text object of blocks or a view."""
    if isinstance(part, list): return [one for inner in part for one in texts_of(inner)]
    if not isinstance(part, dict): return []
    own = [part] if part.get("type") in ("mrkdwn", "plain_text") else []
    return own + [one for inner in part.values() for one in texts_of(inner)]


def words_of(text: str, *, markdown: bool = False) -> list[str]:
    """The words that people read; of a link its label."""
    if markdown: text = re.sub(r"^\s*```\w*\s*$", "", text, flags=re.MULTILINE)
    if markdown: text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return MARKS.sub(" ", text).split()
