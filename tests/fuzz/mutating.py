"""Hypothesis strategies that spoil what is real: texts, bytes, and JSON as Slack sends it.

A case is a sample and a few changes of it, so that it shrinks to the sample with the one change that matters.
"""

import copy
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

Json = Any
HUGE = 20_000  # characters of a long text; Slack itself sends up to 40,000
DEEP = 60  # levels of nesting

NASTY = (  # what has broken programs before
    "", " ", "\x00", "\u202e", "\u200b", "\ufeff", "\ud800", "\udfff", "\u2028", "\r\n", "\r", "\t", "\x1b[31m", "ﷺ", "İ", "ß",
    "ﬃ", "١٢٣", "²", "½", "Ⅷ", "①", "é", "e\u0301", "👩‍👩‍👧‍👦", "مرحبا", "שלום", "你好", "%s%n", "{0}", "{text}", "{{", "}}", "${x}", "\\",
    "\\u0000", "'", '"', "`", "```", "~~~", "|", "||", "<", ">", "&", "&amp;", "&#0;", "&#x110000;", "<!channel>", "<@U0LIAMOKAF>",
    "<@", "<#C0ITHELP01|it-help>", "<https://a.example|b>", "](", "[a](b)", "![a](b)", "**", "__", "* * *", "#", "# ",
    "---", "---\n", "- ", "1. ", "> ", ":", ": ", "&a", "*a", "!!python/object:os.system", "null", "true", "NaN", "-0",
    "0", "-1", "1e999", "99999999999999999999", "1|2", "1|2|3", "|1", "2026-02-30", "0001-01-01", "9999-12-31", "24:00",
    "2026-11-22T25:61:00Z", "../../etc/passwd", "/", "//", "http://", "https://[", "http://[::1", "javascript:alert(1)",
    "mailto:", "INC-000001", "REQ-999999999999", "INC-", "<script>", "<a href=", "</", "<![CDATA[", "<!--", "-->", "<!DOCTYPE x [",
    "(a+)+$", "[", "]", "(", ")", "*", "+", "?", "^", "$", "{", "}", "a" * 300, "-" * 300, "> " * 40, "* " * 40, "[" * 60, "(" * 60,
)  # fmt: skip
ODD_NUMBERS = (0, 1, -1, 2, 10**6, 2**31, -(2**31) - 1, 2**63, 10**30, 0.5, -0.0, 1e308)

WORDS = st.one_of(st.sampled_from(NASTY), st.text(st.characters(), max_size=12))


# -- texts and bytes -----------------------------------------------------------------------------------------------


@st.composite
def texts(draw: st.DrawFn, samples: Sequence[str], words: Sequence[str] = ()) -> str:
    """One of the samples with up to five changes; `words` are what the language that is read is made of."""
    text = draw(st.sampled_from(samples))
    piece = st.one_of(WORDS, st.sampled_from(words)) if words else WORDS
    for _ in range(draw(st.integers(0, 5))): text = _changed(draw, text, piece, samples)
    return text[: 10 * HUGE]


def _changed(draw: st.DrawFn, text: str, piece: st.SearchStrategy[str], samples: Sequence[str]) -> str:
    at, long = draw(st.integers(0, 1000)), draw(st.integers(0, 60))
    begin = len(text) * at // 1000
    kind, end = draw(st.integers(0, 7)), begin + long
    match kind:
        case 0: return text[:begin] + text[end:]
        case 1: return text[:begin] + text[begin:end] * draw(st.sampled_from((2, 3, 50))) + text[end:]
        case 2:
            other = draw(st.sampled_from(samples))
            there = len(other) * draw(st.integers(0, 1000)) // 1000
            return text[:begin] + other[there : there + 4 * long] + text[end:]
        case 3: return text[:begin]
        case 4: return text[:begin] + (draw(piece) * HUGE)[: draw(st.sampled_from((100, 3_000, HUGE)))] + text[begin:]
        case 5: return text[:begin] + draw(piece) + text[end:]
        case _: return text[:begin] + draw(piece) + text[begin:]


@st.composite
def blobs(draw: st.DrawFn, samples: Sequence[bytes]) -> bytes:
    """One of the samples with bytes changed, cut out, doubled or put in."""
    data = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(0, 6))):
        begin = len(data) * draw(st.integers(0, 1000)) // 1000
        long = draw(st.integers(0, 40))
        match draw(st.integers(0, 4)):
            case 0: data = data[:begin] + data[begin + long :]
            case 1: data = data[:begin] + data[begin : begin + long] * 2 + data[begin + long :]
            case 2: data = data[:begin]
            case 3: data = data[:begin] + draw(st.binary(max_size=8)) + data[begin:]
            case _: data = data[:begin] + draw(st.binary(min_size=1, max_size=4)) + data[begin + 1 :]
    return data


# -- JSON ----------------------------------------------------------------------------------------------------------


def payloads(samples: Sequence[Json], ids: Sequence[str] = ()) -> st.SearchStrategy[Json]:
    """One of the samples with up to four values dropped, of another type, of another sample's, odd, huge or deep.

    `ids` are values of other people's things, to be swapped in.
    """
    plain = st.one_of(
        st.none(), st.booleans(), st.sampled_from(ODD_NUMBERS), WORDS, st.sampled_from(list(ids) or ["1"]),
        st.sampled_from(([], {}, [[]], [None], {"": None}, [{}], "x" * 3_100, "é" * HUGE)),
        st.integers(1, DEEP).map(_deep),
    )  # fmt: skip
    change = st.tuples(st.integers(0, 3), st.integers(0, 10**6), plain)
    return st.builds(_spoilt, st.sampled_from(samples), st.lists(change, max_size=4))


def _deep(levels: int) -> Json:
    made: Json = "x"
    for level in range(levels): made = [made] if level % 2 else {"value": made}
    return made


def _spoilt(sample: Json, changes: list[tuple[int, int, Json]]) -> Json:
    made = copy.deepcopy(sample)
    for kind, at, value in changes:
        found = list(_slots(made))
        if not found: break
        _change(found[at % len(found)], kind, value)
    return made


Slot = tuple[Any, Any]  # a container, and where in it


def _slots(part: Json) -> Any:
    """Every place of a document; strings and numbers, which programs read, come twice as often."""
    rows = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for at, value in rows:
        yield part, at
        if isinstance(value, (str, int)): yield part, at
        yield from _slots(value)


def _change(slot: Slot, kind: int, value: Json) -> None:
    holder, at = slot
    old = holder[at]
    if kind == 0: del holder[at]
    elif kind == 1 and isinstance(old, str) and isinstance(value, str): holder[at] = old + value
    elif kind == 2 and isinstance(holder, dict) and isinstance(value, str):
        holder[value] = holder.pop(at)
    else: holder[at] = copy.deepcopy(value)


Make = Callable[[], Any]
