"""The words that are searched with: typos put right, abbreviations and a company's own words with what they mean."""

from collections.abc import Iterable
from pathlib import Path
from typing import Self

from core.people import PUBLIC
from core.vocabulary import real_words
from kb.glossary import Glossary
from kb.spelling import EVERYBODY, Spelling


class Wording:
    """How the words of a question are read. It learns the knowledge base's words whenever that has changed."""

    def __init__(self, glossary: Glossary | None = None, model: Path | None = None) -> None:
        """Take the glossary, and the folder of the model whose words are no typos; without one typos stay."""
        self._glossary, self._model = glossary or Glossary(), model
        self._spelling: Spelling | None = None

    def learn(
        self, texts: Iterable[tuple[str, str]], gone: Iterable[tuple[str, str]] = (), *, anew: bool
    ) -> None:
        """Know the words of these texts from now on, besides those that are known already or, `anew`, only these.

        Those of `gone`, which were learned before, are known no more. Each text comes with the audience it is for.
        """
        if not anew and self._spelling: self._spelling.learn(texts, gone)
        elif real := real_words(self._model) if self._model else frozenset[str]():
            named = [part for pair in self._glossary.terms.items() for part in pair]
            self._spelling = Spelling([*texts, *((EVERYBODY, one) for one in named)], real)

    def apart(self) -> Self:
        """One that reads the same, and may learn more without this one knowing it."""
        other = object.__new__(type(self))
        other._glossary, other._model = self._glossary, self._model
        other._spelling = self._spelling.apart() if self._spelling else None
        return other

    def anew(self, texts: Iterable[tuple[str, str]]) -> Self:
        """One that knows the words of these texts only; this one stays as it is."""
        other = type(self)(self._glossary, self._model)
        other.learn(texts, anew=True)
        return other

    def become(self, other: Self) -> None:
        """Know from now on what another one knows."""
        self._spelling = other._spelling

    def read(self, text: str, audiences: frozenset[str] = PUBLIC) -> str:
        """A question in the words that are searched with; reading it again changes nothing.

        It is never put right to a word that only what is hidden from the audiences has.
        """
        return self._glossary.expand(self._spelling.correct(text, audiences) if self._spelling else text)
