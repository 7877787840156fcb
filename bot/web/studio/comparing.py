"""Two states of an item compared as their writers see them: how a file is laid out is no change. Pure."""

from bot.web.studio.differing import Row, differences
from bot.web.studio.sheet import from_source
from core.errors import BadInput


def compared(kind: str, before: str, after: str) -> list[Row]:
    """What changed from one file to another; see `bot.web.studio.differing.differences`."""
    old, new = laid_out(kind, before), laid_out(kind, after)
    if old.endswith("\n") and new.endswith("\n"): old, new = old[:-1], new[:-1]
    return differences(old, new)


def laid_out(kind: str, source: str) -> str:
    """A file as the form would write it; as it is, where there is no form of it."""
    if not source: return ""
    try:
        return from_source(kind, "any", source).source()
    except BadInput:
        return source
