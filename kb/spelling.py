"""Typos: a word that the knowledge base does not know, and that is nearly one it knows well, is read as that. Pure.

Nearly is one edit, or two in a long word: a letter left out, put in, changed, or two neighbours swapped (the optimal
string alignment distance; Damerau 1964). Words are found by what is left of them when letters are deleted (Garbe's
SymSpell), which needs no walk through the vocabulary.
"""

import re
from collections import ChainMap, Counter
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from itertools import combinations
from typing import Self

from core.people import PUBLIC

SHORTEST = 5  # letters of a word that is put right; shorter ones are one edit from too many others
EVERYBODY = ""  # whose words everybody may be told, beside those of the texts for them
LONGEST = 24  # letters of a word that is looked at; what is longer is no word, and has too many deletions
LONG = 8  # letters from which two edits are allowed
COMMON = 3  # times that a word is used before others are read as it
MOST = 20_000  # words that are known by heart, the most used ones; a company's articles have some thousands

Counts = Sequence[Counter[str]]  # how often words are used in the texts for each of some audiences

_WORD = re.compile(r"(?<![\w@./\\#'’:-])[^\W\d_]+(?![\w@/\\'’-]|\.\w|:\w)")  # no part of a number, an address, a name
_ENDINGS = ("s", "es", "d", "ed", "r", "er", "ers", "ing", "ly", "nt", "re", "ve", "ll")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_KNOWN = re.compile(r"[^\W\d_]+")


class Spelling:
    """What the words of some texts are, and how often they are used there, by the audience that a text is for."""

    def __init__(self, texts: Iterable[tuple[str, str]], real: frozenset[str] = frozenset()) -> None:
        """Count the words of the texts; `real` are words of the language, which are no typos though no text has them.

        A text comes after its audience. Without a list of real words nothing is put right: "shall" is one letter from
        "small".
        """
        self._real = real
        self._counts: dict[str, Counter[str]] = {}
        self._left: MutableMapping[str, list[str]] = {}
        self._listed: set[str] = set()
        self.learn(texts)

    def learn(self, texts: Iterable[tuple[str, str]], gone: Iterable[tuple[str, str]] = ()) -> None:
        """Count the words of more texts, and no longer those of texts that are gone, which were counted before.

        What is common then is known by heart from now on.
        """
        seen: set[str] = set()
        for audience, text in texts:
            found = _words(text)
            self._counts.setdefault(audience, Counter()).update(found)
            seen.update(found)
        for audience, text in gone: self._forget(audience, text)
        counts = list(self._counts.values())
        often = {word for word in seen if SHORTEST - 1 <= len(word) <= LONGEST and _is_common(word, counts)}
        new = sorted(often - self._listed, key=lambda word: (-_times(word, counts), word))
        for word in new[: max(MOST - len(self._listed), 0)]:
            self._listed.add(word)
            for left in _deletions(word): self._left[left] = [*self._left.get(left, ()), word]

    def _forget(self, audience: str, text: str) -> None:
        own = self._counts.get(audience, Counter())
        for word, times in Counter(_words(text)).items():
            if own[word] > times: own[word] -= times
            else: own.pop(word, None)

    def apart(self) -> Self:
        """One that knows the same, and may learn more without this one knowing it."""
        other = object.__new__(type(self))
        other._real, other._listed = self._real, self._listed.copy()
        other._counts = {audience: own.copy() for audience, own in list(self._counts.items())}
        other._left = ChainMap({}, self._left)
        return other

    def correct(self, text: str, audiences: frozenset[str] = PUBLIC) -> str:
        """The text with its typos put right; words that are known, short, or capitalised inside stay as they are.

        Words are known, and common, by the texts for some audiences and by those for everybody.
        """
        counts = [own for audience, own in list(self._counts.items()) if audience in audiences | {EVERYBODY}]
        return _WORD.sub(lambda match: match[0] if _is_name(match) else self._read(match[0], counts), text)

    def _read(self, word: str, counts: Counts) -> str:
        lower = word.lower()
        if not SHORTEST <= len(word) <= LONGEST or word[1:] != lower[1:]: return word
        if self._knows(lower, counts): return word
        allowed = _edits(lower)
        near = {one for left in _deletions(lower) for one in self._left.get(left, ()) if _is_common(one, counts)}
        found = [(distance, -_times(one, counts), one) for one in near if (distance := edits(lower, one)) <= allowed]
        best = min(found, default=None)
        if not best or best[2][0] != lower[0]: return word
        return word if self._ambiguous(lower, best[2], counts) else best[2]

    def _ambiguous(self, word: str, best: str, counts: Counts) -> bool:
        """Whether another real word, one edit away, may be meant as well: "relly" is "reply", or "really"."""
        real = (one for one in _neighbours(word) if one in self._real and one != best)
        return any(one not in self._listed or not _is_common(one, counts) for one in real)

    def _knows(self, word: str, counts: Counts) -> bool:
        """Whether a word is known, or a known one with another ending: "rebooted" is no typo of "reboot"."""
        return any(one in self._real or any(one in own for own in counts) for one in _forms(word))


def _words(text: str) -> list[str]:
    return _KNOWN.findall(text.lower())


def _times(word: str, counts: Counts) -> int:
    return sum(own[word] for own in counts)


def _is_common(word: str, counts: Counts) -> bool:
    return _times(word, counts) >= COMMON


def _is_name(match: re.Match[str]) -> bool:
    """Whether a word has a capital where no sentence begins."""
    return match[0][0].isupper() and bool(re.search(r"[^\s.!?:][ \t]*$", match.string[: match.start()]))


def _forms(word: str) -> set[str]:
    """A word and what it may be a form of: "wasnt" is no typo of "want"."""
    stems = {word.removesuffix(end) for end in _ENDINGS if word.endswith(end)}
    doubled = {stem[:-1] for stem in stems if len(stem) > 2 and stem[-1] == stem[-2]}  # noqa: PLR2004 - has two letters
    return stems | doubled | {f"{stem}e" for stem in stems} | {word, f"{word}s", f"{word}d", f"{word}ed"}


def _neighbours(word: str) -> Iterator[str]:
    """What one edit makes of a word."""
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        yield from (head + letter + tail for letter in _LETTERS)
        if not tail: continue
        yield head + tail[1:]
        yield from (head + letter + tail[1:] for letter in _LETTERS)
        if len(tail) > 1: yield head + tail[1] + tail[0] + tail[2:]


def _edits(word: str) -> int:
    return 2 if len(word) >= LONG else 1


def _deletions(word: str) -> Iterator[str]:
    """The word, and what is left of it without one letter, or without two when it is long."""
    yield word
    for count in range(1, _edits(word) + 1):
        for kept in combinations(word, len(word) - count): yield "".join(kept)


def edits(a: str, b: str) -> int:
    """The optimal string alignment distance of two words."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        now = [i]
        for j, y in enumerate(b, 1):
            cost = min(row[j] + 1, now[j - 1] + 1, row[j - 1] + (x != y))
            swapped = i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y
            now.append(min(cost, before[j - 2] + 1) if swapped else cost)
        before, row = row, now
    return row[-1]
