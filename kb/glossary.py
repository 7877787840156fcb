"""The glossary: abbreviations and a company's own words, and what they mean in the words of the articles.

What is searched says both: "reset 2fa" is read as "reset 2fa (multi-factor authentication)".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

from core.content import load, read_as
from core.files import Misfits, Problem

LONGEST_TERM, LONGEST_MEANING = 60, 120  # characters; a longer meaning would drown the question in its vector


@dataclass(frozen=True)
class Glossary:
    """Terms in lower case, and the meaning of each."""

    terms: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        if not self.terms: return None
        longest_first = "|".join(sorted(map(re.escape, self.terms), key=len, reverse=True))
        return re.compile(rf"(?<![\w-])(?:{longest_first})(?![\w-])", re.IGNORECASE)

    def expand(self, text: str) -> str:
        """The text with the meaning of each term after its first use, unless the text says it already."""
        if self._pattern is None: return text
        told: set[str] = set()

        def both(match: re.Match[str]) -> str:
            meaning = self.terms[match[0].lower()]
            if meaning in told or _says(text, meaning): return match[0]
            told.add(meaning)
            return f"{match[0]} ({meaning})"

        return self._pattern.sub(both, text)


def _says(text: str, meaning: str) -> bool:
    return meaning.lower() in text.lower()


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    terms: dict[str, str] = Field(default_factory=dict)

    @field_validator("terms")
    @classmethod
    def _fit(cls, terms: dict[str, str]) -> dict[str, str]:
        wrong = [((term,), problem) for term, meaning in terms.items() if (problem := _problem(term, meaning))]
        lower = [term.strip().lower() for term in terms]
        wrong += [((t,), f'"{t}" is there twice') for n, t in enumerate(terms) if t.strip().lower() in lower[:n]]
        if wrong: raise Misfits([(path, message) for path, message in wrong])
        return {term.strip().lower(): " ".join(meaning.split()) for term, meaning in terms.items()}


def _problem(term: str, meaning: str) -> str:
    if not re.search(r"[^\W_]", term): return f'"{term}" has no letter'
    if len(term) > LONGEST_TERM: return f'"{term[:20]}..." is longer than {LONGEST_TERM} characters'
    if not meaning.strip(): return f'"{term}" has no meaning'
    if len(meaning) > LONGEST_MEANING: return f'the meaning of "{term}" is longer than {LONGEST_MEANING} characters'
    return ""


def parse_glossary(file: str, text: str) -> Glossary | list[Problem]:
    """A glossary file's name and text to a Glossary, or to what is wrong with it, line by line."""
    return read_as(file, text, lambda data: Glossary(_File.model_validate(data).terms), empty={})


def load_glossary(path: Path) -> Glossary:
    """Read and check the glossary file; an empty glossary if there is none. Errors: see `core.content.load`."""
    return load(path, parse_glossary, Glossary)
