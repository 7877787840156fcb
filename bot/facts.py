"""What a person's own words tell of their computer and of where they are: facts that recipes decide on. Pure."""

import re
from collections.abc import Iterable

_PLATFORMS = {
    "mac": r"mac(?:os|book)?s?|imac|mac ?mini",
    "windows": r"windows|win ?1[01]|surface (?:pro|laptop)|thinkpad|dell|latitude",
    "linux": r"linux|ubuntu|fedora|debian",
    "iphone": r"iphone|ipad|ios",
    "android": r"android|pixel|galaxy|samsung phone",
}
_LOCATIONS = {
    "home": r"(?:at|from|my) home|home ?office|working remotely|wfh",
    "office": r"(?:at|in|from) (?:the|our|my) office|at my desk|on site|(?:in|at) work",
    "travel": r"(?:in|at) (?:a|the|my) (?:hotel|airport|train|caf[eé])|on the train|travelling|traveling|abroad",
}


def told(texts: Iterable[str]) -> dict[str, str]:
    """The `platform` and the `location` that messages name; a message that names two tells nothing of it.

    Later messages count for more: "no, on my phone" corrects what was said before.
    """
    facts: dict[str, str] = {}
    for text in texts:
        for name, kinds in (("platform", _PLATFORMS), ("location", _LOCATIONS)):
            found = [kind for kind, words in kinds.items() if re.search(rf"\b(?:{words})\b", text, re.IGNORECASE)]
            if len(found) == 1: facts[name] = found[0]
    return facts
