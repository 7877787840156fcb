"""A choice made in words: "the second one", "3", "none of these". Pure."""

import re
from collections.abc import Sequence

NONE = -1  # none of them
_PLACES = {
    "first": 0, "1st": 0, "1": 0, "one": 0, "second": 1, "2nd": 1, "2": 1, "two": 1, "third": 2, "3rd": 2, "3": 2,
    "three": 2, "fourth": 3, "4th": 3, "4": 3, "four": 3, "fifth": 4, "5th": 4, "5": 4, "five": 4,
}  # fmt: skip
_NAMED = re.compile(
    r"(?:(?:its|it is|i mean|i meant|that would be|yes|ok|okay|number|option|no|nr) )*(?:the )?"
    rf"(?P<place>last|{'|'.join(_PLACES)})(?: (?:one|option|choice|article))?(?: please)?"
)
_NOTHING = re.compile(
    r"(?:(?:no|sorry|nope) )?(?:none(?: of (?:these|them|those|the above))?|neither(?: of (?:these|them))?"
    r"|not (?:any of )?(?:these|them|those)|nothing (?:of (?:that|these)|fits)|something else|no)"
)


def picked(text: str, options: Sequence[str]) -> int | None:
    """The place of the option that a text names, `NONE` for none of them, None if it names no option.

    A number in words counts only when nothing else is said: "one more thing" names nothing.
    """
    said = " ".join(re.findall(r"[^\W_]+", text.lower().replace("'", "").replace("’", "")))
    exact = [place for place, title in enumerate(options) if said and said == _plain(title)]
    if exact: return exact[0]
    if _NOTHING.fullmatch(said): return NONE
    match = _NAMED.fullmatch(said)
    if not match: return None
    place = len(options) - 1 if match["place"] == "last" else _PLACES[match["place"]]
    return place if place < len(options) else None


def _plain(title: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", title.lower().replace("'", "").replace("’", "")))
