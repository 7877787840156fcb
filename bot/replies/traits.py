"""What the model looks at: how a reply leans, how it is like each choice, and what it is like by itself."""

import math
import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bot.picking import picked
from bot.remarks import Remark, remark
from bot.replies.prepared import Prepared, Way
from bot.replies.stance import Stance, clauses, signs_of, stance
from bot.replies.tables import OPPOSITES, bare, plain
from core.encoder import Vectors

Row = NDArray[np.float64]

_NONE = re.compile(r"\b(?:none|neither|nothing|other|another|different|else|not any)\b")
_LOST = re.compile(
    r"\b(?:not|never|no)\b.{0,24}\b(?:know|sure|understand|idea|clue|knowledgeable|familiar|certain|tell|remember)\b"
)
_ABOUT = re.compile(
    r"\b(?:how|where|what|which|why|who|explain|define|describe|elaborate|help|show me|guide|instructions"
    r"|means?|meant)\b"
)
_OPENS = re.compile(
    r"(?:^|[.!?,] ?|\b(?:but|and|so|sorry|hi|hey|ok|okay|please) )"
    r"(?:how|where|what|which|why|who|when(?= (?:do|does|is|are|should|will|can|would|did)\b)|can|could|would|will|is"
    r"|are|do|does|should|may) "
)
_WANTS = re.compile(
    r"\b(?:(?:can|could|would|will) you|please (?:tell|explain|show|help|define|describe|clarify)"
    r"|how (?:do|can|should|would|am|to|could) |what (?:is|are|do|does)|where (?:is|are|do|can|would|should)"
    r"|tell me (?:how|what|where|which|more)|(?:know|sure|idea|clue|understand) (?:how|what|where|which|about))"
)
_UNSURE = re.compile(
    r"\b(?:maybe|perhaps|might|possibly|could be|depends|sometimes|guess|i think so|hard to (?:say|tell)|no idea|dunno"
    r"|not (?:quite )?sure|do not know|not certain|probably)\b"
)
FEW_WORDS = 2

SIGNED = (*Stance.__dataclass_fields__, "worked", "not helped")
_ALIKE = (
    "is it", "holds it", "part of it", "opposite", "denied", "cosine", "cosine over the others'", "best cosine",
    "its place", "same remark", "none of them", "other", "any", "remark", "lost", "one of many",
)  # fmt: skip
ALIKE = (*_ALIKE, *(f"{name}, of yes and no" for name in _ALIKE))
ITSELF = (
    "always", "question mark", "about", "wants", "opens as a question", "lost", "unsure", "cosine to the question",
    "best cosine", "names nothing", "leans nowhere", "length", "few words", "remark", "part of a choice",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A reply as the model sees it.

    `signed` [len(SIGNED)] counts for a choice by its sign; `alike` is [choices, len(ALIKE)]; `itself` [len(ITSELF)];
    `vector` [dims]; `negated`, whether the question has a not.
    """

    signed: Row
    alike: Row
    itself: Row
    grams: tuple[str, ...]
    vector: Vectors
    negated: bool
    signs: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reply:
    """A reply before it is compared."""

    said: str
    bare: str
    words: dict[str, int]
    remark: Remark | None
    cosines: tuple[float, ...]
    place: int | None


def look(text: str, vector: Vectors, step: Prepared) -> Said:
    """Everything that the model looks at in one reply; `vector` [dims] is the reply's."""
    said, told = plain(text), remark(text)
    reply = _Reply(
        said=said, bare=bare(text), words=signs_of(clauses(said)), remark=told,
        cosines=tuple(float((way.vectors @ vector).max()) for way in step.ways),
        place=picked(text, [way.label for way in step.ways]),
    )  # fmt: skip
    leaning = stance(step.question, said)
    leans = [getattr(leaning, name) for name in Stance.__dataclass_fields__]
    alike = np.array([_alike(n, way, reply) for n, way in enumerate(step.ways)]).reshape(len(step.ways), len(ALIKE))
    return Said(
        signed=np.array([*leans, told is Remark.WORKED, told is Remark.NOT_HELPED], dtype=np.float64),
        alike=alike, itself=_itself(text, reply, step, float(vector @ step.vector), leans, alike),
        grams=grams(said), vector=vector, negated=step.question.negated, signs=tuple(way.sign for way in step.ways),
    )


def _alike(n: int, way: Way, reply: _Reply) -> list[float]:
    others = [cosine for m, cosine in enumerate(reply.cosines) if m != n]
    part, opposite, denied = max((_shared(name, reply.words) for name in way.words), default=(0.0, False, False))
    row = [
        reply.bare in way.names, any(name and f" {name} " in f" {reply.bare} " for name in way.names), part, opposite,
        denied,
        reply.cosines[n], reply.cosines[n] - max(others, default=0.0), reply.cosines[n] == max(reply.cosines),
        reply.place == n, reply.remark is not None and way.remark is reply.remark,
        way.other and bool(_NONE.search(reply.said)), way.other, True, reply.remark is not None,
        way.lost and bool(_LOST.search(reply.said)), len(reply.cosines) > FEW_WORDS,
    ]  # fmt: skip
    if way.sign: row[1] = False  # "no they can't" holds "they can"
    half = [float(value) for value in row]
    zeros = [0.0] * len(half)
    return [*zeros, *half] if way.sign else [*half, *zeros]


def _shared(name: dict[str, int], words: dict[str, int]) -> tuple[float, bool, bool]:
    """Which part of a choice's words a reply has with the same sign; whether it has an opposite, or denies one."""
    if not name: return 0.0, False, False
    same = sum(words.get(word) == sign for word, sign in name.items()) / len(name)
    opposite = any(words.get(other) == sign for word, sign in name.items() for other in OPPOSITES.get(word, ()))
    return same, opposite, any(words.get(word) == -sign for word, sign in name.items())


def _itself(text: str, reply: _Reply, step: Prepared, near: float, leans: list[float], alike: Row) -> Row:
    said, count = reply.said, len(reply.said.split())
    part = alike[:, [2, len(_ALIKE) + 2]].max(initial=0.0)
    return np.array([
        1, "?" in text, bool(_ABOUT.search(said)), bool(_WANTS.search(said)), bool(_OPENS.search(said)),
        bool(_LOST.search(said)), bool(_UNSURE.search(said)), near, max(reply.cosines, default=0.0),
        step.question.words.keys().isdisjoint(reply.words), sum(map(bool, leans)) <= 1, math.log(count + 1),
        count <= FEW_WORDS, reply.remark is not None, part,
    ], dtype=np.float64)  # fmt: skip


def asks(text: str) -> bool:
    """Whether a text asks for help with a step, told without a model: where something typed is waited for."""
    said = plain(text)
    lost = _LOST.search(said) and _ABOUT.search(said)
    return bool(_WANTS.search(said) or (_OPENS.match(said) and "?" in text) or lost)


def grams(said: str) -> tuple[str, ...]:
    """Single words, pairs, and the first word as such."""
    words = re.findall(r"[^\W_]+|\?", said)[:60]
    pairs = [f"{a} {b}" for a, b in pairwise(words)]
    return tuple(dict.fromkeys([*words, *pairs, *(f"^{word}" for word in words[:1])]))
