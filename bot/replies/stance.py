"""Which way a reply goes on what was asked: word by word, with what is denied of each. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.replies.tables import BAD, CHANGE, ENDS_SCOPE, GOOD, NEGATORS, NO, OPPOSITES, SAME, STOP, YES, plain, stem

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_CLAUSE = re.compile(r"[.!?;,:\n()]+|\s-+\s")
_PART = re.compile(r"(?<=[.!?;\n])|,? but ")
_MARKS = re.compile(r"[*_`#>]+")
_LEADING_NO = re.compile(r"^\s*(?:no|nope|nah)\b[ ,]*")
_FILLERS = re.compile(r"^(?:(?:hmm+|um+|uh|oh|ah|well|ok|okay|so|sorry|hi|hey|erm) ?)+\b ?")
_ASKS = re.compile(
    r"\?|\b(?:tell (?:me|us)|let (?:me|us) know|check (?:if|whether|to see|that|the|all|for)|confirm|whether"
    r"|see (?:if|whether)|please (?:check|look))\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:(?:even|only) )?(?:when(?:ever)?|while|if|after|once|upon|as (?:long|soon) as|as (?:you|i|we)|during"
    r"|with the \w+ (?:off|on|open|closed|up|down))\b[^,;.?!]*,?"
)
_SO = re.compile(
    r"\byou(?: are)? (?:right|correct)\b|\bgot it(?: right)?$|\b(?:is|say) (?:that is )?(?:right|correct|true"
    r"|so|the case|indeed)\b"
    r"|\b(?:exactly|indeed|precisely)\b|\bthat (?:is )?(?:right|correct|true|the case)\b|\bit (?:does|did|is|was"
    r"|has|can|will)$"
    r"|\b(?:they|these|those|we|you) (?:do|did|are|were|have|can)$|\bi (?:do|did|am|was|have|can|could)$"
    r"|\bthere (?:is|are|was|were)(?: (?:one|some))?$|\bthat (?:does|did|is happening|happens)$"
)
_NOT_SO = re.compile(
    r"\bnot$|\bnot (?:the case|so|true|right|correct|really|at all|that i|yet|happening|a chance|as far as)\b"
    r"|\b(?:nothing|anything) like (?:that|this)\b|\bnone$"
    r"|\bnot (?:notice|hear|see|feel|find|experience|do|have|say) (?:that|it|this|any|anything|those|them|one|so)\b"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word that says something, and whether it is denied (-1) or not (1)."""

    stem: str
    sign: int


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence: its words that say something, and whether anything in it is denied."""

    text: str
    words: tuple[Word, ...]
    negated: bool


def clauses(said: str) -> list[Clause]:
    """The clauses of a plain text."""
    return [_clause(part) for part in _CLAUSE.split(said) if part.strip()]


def _clause(text: str) -> Clause:
    words, sign, negated = [], 1, False
    for word in re.findall(r"[^\W_]+", text):
        if word in NEGATORS: sign, negated = -sign, True
        elif word in ENDS_SCOPE: sign = 1
        elif word not in STOP: words.append(Word(stem(word), sign))
    return Clause(text.strip(), tuple(words), negated)


def signs_of(parts: Sequence[Clause]) -> dict[str, int]:
    """The words of some clauses with their signs; one that is denied anywhere is denied."""
    words = sorted((word for part in parts for word in part.words), key=lambda word: -word.sign)
    return {word.stem: word.sign for word in words}


def question_of(say: str) -> str:
    """The sentence of a step that asks: the last with a question mark, or with a word of asking, or simply the last."""
    sentences = [part.strip() for part in _SENTENCE.split(_MARKS.sub("", say)) if part.strip()]
    asking = [part for part in sentences if part.endswith("?")] or [part for part in sentences if _ASKS.search(part)]
    return (asking or sentences or [say])[-1]


def relevant(said: str, asked: Mapping[str, int]) -> list[str]:
    """The sentences of a plain text, without their when and if, that a question is answered by.

    These have a word of the question, or the opposite of one, or say nothing by themselves ("they do not"); all where
    none has.
    """
    parts = [part for part in map(_reply_part, _PART.split(said)) if part]
    names = [[word.stem for one in clauses(part) for word in one.words] for part in parts]
    near = {*asked, *(other for word in asked for other in OPPOSITES.get(word, ()))}
    chosen = [part for part, own in zip(parts, names, strict=True) if not own or not near.isdisjoint(own)]
    return chosen or parts


def _reply_part(sentence: str) -> str:
    rest = _CONDITION.sub(" ", sentence).strip()
    return rest if len(re.findall(r"[^\W_]+", rest)) > 1 else sentence.strip()


def main_part(said: str) -> str:
    """A plain text without what it says of when and if; all of it where nothing else is left."""
    rest = " ".join(_CONDITION.sub(" ", said).split())
    return rest if any(word not in STOP for word in re.findall(r"[^\W_]+", rest)) else said


def denials(part: str) -> int:
    """How many negators a sentence has; a "no" before it is none."""
    return sum(word in NEGATORS for word in re.findall(r"[^\W_]+", _LEADING_NO.sub("", part)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a step asks: the words of its main part with their signs, and how often that has a not."""

    words: Mapping[str, int]
    denials: int

    @property
    def negated(self) -> bool:
        """Whether it asks with a not that no other one takes back."""
        return self.denials % 2 == 1


def question(say: str) -> Question:
    """What a step's text asks."""
    said = main_part(plain(question_of(say)))
    return Question(words=signs_of(clauses(said)), denials=denials(said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """How a reply leans on what is asked; each number is above 0 where it does, and counts for yes or against it."""

    says_yes: float
    says_no: float
    so_it_is: float
    not_so: float
    disagrees: float
    denies_as_asked: float
    opposite: float
    opposite_denied: float
    good_of_bad: float
    bad_of_bad: float
    good_of_good: float
    bad_of_good: float
    good_of_plain: float
    bad_of_plain: float
    denies_nothing_named: float
    denies_other_things: float
    names_it_plainly: float
    denies_once: float
    denies_twice: float
    plainly_of_not: float
    denies_once_of_not: float
    denies_twice_of_not: float
    same_of_change: float
    same: float
    always: float
    only_agrees: float
    disagrees_plainly: float


def stance(asked: Question, said: str) -> Stance:
    """How a plain reply leans on a question."""
    parts = relevant(said, asked.words)
    reply, counts = [clause for part in parts for clause in clauses(part)], [denials(part) for part in parts]
    words = [word for part in reply for word in part.words]
    shared = [(asked.words[word.stem], word.sign) for word in words if word.stem in asked.words]
    against, lead, crossed = any(a != b for a, b in shared), _lead(clauses(said)), set(_crossed(asked.words, words))
    tones, same = _tones(asked.words, words), _same([word for word in words if word.stem not in asked.words])
    clean = not (against or -1 in crossed or tones[0] or tones[3] or lead < 0 or same)
    if -1 in asked.words.values(): clean = clean and any(a < 0 for a, _ in shared)  # "they rotate" of "fail to rotate"
    agreed = sum(a == b == 1 for a, b in shared)
    once, twice, plainly, whole = 1 in counts, any(n > 1 for n in counts), not any(counts), not asked.negated
    empty = any(part.negated and all(word.sign > 0 for word in part.words) for part in reply)
    other = any(part.negated and part.words and not _denies(part, asked.words) for part in reply)
    numbers = (
        lead > 0, lead < 0, any(_SO.search(part.text) for part in reply),
        any(_NOT_SO.search(part.text) for part in reply), min(2, sum(a != b for a, b in shared)),
        min(2, sum(a == b == -1 for a, b in shared)), -1 in crossed, 1 in crossed,
        *tones, empty, other, sum(a == b for a, b in shared) / max(1, len(asked.words)) * (plainly and clean),
        whole and once, whole and twice, not whole and plainly, not whole and once, not whole and twice,
        same and not CHANGE.isdisjoint(asked.words), same and CHANGE.isdisjoint(asked.words), 1, clean * min(2, agreed),
        against and whole and once and not twice,
    )  # fmt: skip
    return Stance(**dict(zip(Stance.__dataclass_fields__, map(float, numbers), strict=True)))


def _denies(part: Clause, asked: Mapping[str, int]) -> bool:
    return any(word.sign < 0 and word.stem in asked for word in part.words)


def _lead(reply: Sequence[Clause]) -> int:
    """1 where a reply begins with yes, -1 where it begins with no."""
    for part in reply[:2]:
        first = _FILLERS.sub("", part.text).split()[:2]
        if not first: continue
        if first[0] in YES or first == ["of", "course"]: return 1
        if first[0] in NO: return -1
    return 0


def _crossed(asked: Mapping[str, int], words: Sequence[Word]) -> Iterator[int]:
    """For each asked word that a reply has an opposite of: -1 if that speaks against it, 1 if it is denied."""
    signs = {word.stem: word.sign for word in words}
    for word, sign in asked.items():
        if word in signs: continue
        yield from (-sign * signs[other] for other in OPPOSITES.get(word, ()) if other in signs)


def _same(words: Sequence[Word]) -> bool:
    """Whether a reply's own words say that nothing changes."""
    return any(word.stem in (SAME if word.sign > 0 else CHANGE) for word in words)


def _tones(asked: Mapping[str, int], words: Sequence[Word]) -> tuple[bool, ...]:
    """Good or bad said of what is bad, good or neither; what a reply repeats of the question says nothing new."""
    said = {word.stem for word in words}
    of_all = [Word(name, sign) for name, sign in asked.items()]
    of = _tone([word for word in of_all if word.stem not in said]) or _tone(of_all)
    told = _tone([word for word in words if word.stem not in asked])
    return tuple((of, told) == pair for pair in ((-1, 1), (-1, -1), (1, 1), (1, -1), (0, 1), (0, -1)))


def _tone(words: Sequence[Word]) -> int:
    """1 for good, -1 for bad, 0 for neither."""
    total = sum(word.sign * ((word.stem in GOOD) - (word.stem in BAD)) for word in words)
    return (total > 0) - (total < 0)
