"""Who did something, as it is said in Slack. Pure."""

from bot.slack.editors import texts
from kb.taking.keeping import BY_FILES


def by(person: str) -> str:
    """Somebody by their id; what takes files is nobody whom Slack knows."""
    return texts.BY_FILE if person in BY_FILES else f"<@{person}>"
