"""Takes people out of a text that is to become knowledge: names, addresses, phone numbers, mentions, numbers of things.

Secrets go first, by `core.redact`. What is left out is named by its kind, so that a reader can still follow.
"""

import re
from collections.abc import Iterable

from core.redact import redact

NAME, MAIL, PHONE, ADDRESS, NUMBER, LINK = "[name]", "[e-mail]", "[phone]", "[address]", "[number]", "[link]"
SHORTEST = 3  # letters of a part of a name: "Al" and "Li" are parts of too many words' beginnings

# Names that are words as well: only with a capital letter they are taken for a name.
_WORDS = frozenset(
    {
        "art", "bill", "buck", "chase", "chip", "dean", "dot", "drew", "faith", "frank", "gene", "grace", "grant",
        "hope", "iris", "jack", "jay", "joy", "june", "lane", "mark", "max", "may", "miles", "page", "pat", "penny",
        "ray", "rich", "rob", "rose", "sky", "sue", "summer", "tab", "van", "will",
    }
)  # fmt: skip
_WHO = r"[A-Z]\w+(?: [A-Z]\w+)?"
_RULES = (
    (re.compile(r"<?(?:mailto:)?[\w.+-]++@[\w-]++(?:\.[\w-]++)+(?:\|[^>]*)?>?"), MAIL),
    (re.compile(r"<?https?://[^\s>]++>?"), LINK),
    (re.compile(r"<[@#!][^>]*>|(?<![\w.])@[a-z][\w.-]{2,}+", re.IGNORECASE), NAME),
    (re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\d|\.\d)"), ADDRESS),
    (re.compile(r"(?<![\w.])(?:[0-9A-F]{2}[:-]){5}[0-9A-F]{2}(?!\w)", re.IGNORECASE), ADDRESS),
    (re.compile(r"(?<![\w.])\+\d[\d ()./-]{6,}\d"), PHONE),
    (re.compile(r"(?<![\w.])0\d{1,4}[ /-]?\d(?:[ /-]?\d){4,9}(?!\w|\.\d)"), PHONE),
    (re.compile(r"(?<!\w)[A-Z]{2,8}-?\d{4,}(?!\w)"), NUMBER),  # a ticket, an asset, a serial number
    (re.compile(r"(?<![\w.])\d{6,}(?!\w|\.\d)"), NUMBER),
    (re.compile(rf"(?<=\b[Mm]y name is ){_WHO}|(?<=\b[Tt]his is ){_WHO}(?= (?:from|here)\b)"), NAME),
)


def impersonal(text: str, names: Iterable[str] = ()) -> str:
    """A text without secrets, and without these people's names and what else leads to somebody; idempotent."""
    text = redact(text).text
    for pattern, mask in _RULES: text = pattern.sub(mask, text)
    for name in sorted(set(names), key=len, reverse=True): text = _without(name, text)
    return re.sub(r"\[name\](?:[ .-]?\[name\])+", NAME, text)


def full_names(text: str) -> set[str]:
    """What may be somebody's whole name: two words with a capital letter side by side."""
    found = re.findall(r"(?=\b([A-ZÀ-Þ][\w'’-]+ [A-ZÀ-Þ][\w'’-]+))", text)
    return set(found)


def _without(name: str, text: str) -> str:
    for part in (name, *name.split()):
        if len(part) < SHORTEST: continue
        exact = re.NOFLAG if part.lower() in _WORDS else re.IGNORECASE
        text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", NAME, text, flags=exact)
    return text
