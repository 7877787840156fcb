"""A step as its replies are read against it: made once, used for every reply."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from bot.remarks import Remark, remark
from bot.replies.meanings import Asked, Choice
from bot.replies.stance import Question, clauses, question, question_of, signs_of
from bot.replies.tables import NO, YES, bare, plain
from core.encoder import Encoder, Vectors

_YES_OR_NO = re.compile(r"^(?:yes|no)\s*,\s*", re.IGNORECASE)
_OTHER = re.compile(r"\b(?:other|another|else|none|neither|nothing|no one|nobody|not listed)\b")
_LOST = re.compile(r"\b(?:know|not sure|no idea)\b")
SIDES = 2  # yes and no


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One choice: how it can be said, and what it stands for.

    `sign` is 1 for yes, -1 for no, 0 for neither; `words` has, for each way to say it, the words with their signs;
    `vectors` is [ways, dims]; `other` marks "none of these", `lost` "I don't know".
    """

    label: str
    names: tuple[str, ...]
    words: tuple[dict[str, int], ...]
    sign: int
    vectors: Vectors
    remark: Remark | None
    other: bool
    lost: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What is known of a step before anybody replies; `vector` [dims] is the question's."""

    question: Question
    vector: Vectors
    ways: tuple[Way, ...]


def texts_of(asked: Asked) -> list[str]:
    """The texts of a step that are embedded: its question, then every way to say every choice."""
    return [question_of(asked.say), *(way for choice in asked.choices for way in ways(choice))]


def prepare(asked: Asked, encoder: Encoder) -> Prepared:
    """Make a step ready: one pass of the encoder."""
    return prepared_of(asked, encoder.encode(texts_of(asked)))


def prepared_of(asked: Asked, vectors: Vectors) -> Prepared:
    """Make a step ready with the vectors [texts, dims] of its `texts_of`."""
    ends = accumulate((len(ways(choice)) for choice in asked.choices), initial=1)
    parts = (vectors[a:b] for a, b in pairwise(ends))
    found = zip(asked.choices, signs(asked.choices), parts, strict=True)
    return Prepared(
        question=question(asked.say), vector=vectors[0],
        ways=tuple(_way(choice, sign, own) for choice, sign, own in found),
    )


def _way(choice: Choice, sign: int, vectors: Vectors) -> Way:
    names, label = ways(choice), plain(choice.label)
    return Way(
        label=choice.label, names=tuple(bare(name) for name in names), sign=sign, vectors=np.asarray(vectors),
        words=tuple(signs_of(clauses(plain(name))) for name in names), remark=remark(choice.label),
        other=sign == 0 and bool(_OTHER.search(label)), lost=bool(_LOST.search(label)),
    )


def ways(choice: Choice) -> tuple[str, ...]:
    """Every way to say a choice; what follows "Yes, " and "No, " counts by itself, too."""
    return tuple(dict.fromkeys((choice.label, _YES_OR_NO.sub("", choice.label), *choice.words)))


def signs(choices: Sequence[Choice]) -> tuple[int, ...]:
    """Which choices stand for yes and which for no; all 0 unless there is one of each."""
    found = [_sign(choice.label) for choice in choices]
    if len(choices) == SIDES: found = _two(choices, found)
    return tuple(found) if {1, -1} <= set(found) else (0,) * len(choices)


def _two(choices: Sequence[Choice], found: list[int]) -> list[int]:
    """Of two choices, what is not said of one follows from the other, or from a not in just one of them."""
    if sorted(map(abs, found)) == [0, 1]: return [found[0] or -found[1], found[1] or -found[0]]
    if any(found): return found
    denied = [any(part.negated for part in clauses(plain(choice.label))) for choice in choices]
    return found if denied[0] == denied[1] else [-1 if no else 1 for no in denied]


def _sign(label: str) -> int:
    first = (bare(label).split() or [""])[0]
    if first in YES: return 1
    if first in NO or first == "not": return -1
    return {Remark.WORKED: 1, Remark.NOT_HELPED: -1}.get(remark(label) or Remark.THANKS, 0)
