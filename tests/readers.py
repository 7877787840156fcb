"""People of several audiences, and a Firstline with small models that they can ask."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import cast

from bot.assistant import Assistant
from bot.confidence import NAMES, TRAITS, Confidence
from bot.decide import Limits
from bot.replies import Replies
from bot.replies.meanings import Asked, Chosen, Command, Meaning
from classifier.examples import Example
from classifier.model import Classifier
from classifier.training import train
from core import people
from core.clock import Clock
from core.db import Database
from core.encoder import HashingEncoder, bundled_folder
from core.people import Person, Role
from handoff.desk import Group
from kb.books import Books
from kb.service import KnowledgeBase
from kb.wording import Wording
from kb.writing import Draft, article_draft, recipe_draft
from tests.killing import assistant_over

GROUPS = ("finance", "managers")
AUDIENCES = ("employees", "staff", *GROUPS)
EMMA = Person(id="U0EMMALARS", name="Emma Larsen", email="emma@example.com")
INES = Person(id="U0INESDUAR", name="Ines Duarte", email="ines@example.com", groups=frozenset({"finance"}))
OLLY = Person(id="U0OLLYKENT", name="Olly Kent", email="olly@example.com", groups=frozenset(GROUPS))
LIAM = Person(id="U0LIAMOKAF", name="Liam Okafor", roles=frozenset({Role.EMPLOYEE, Role.AGENT}), level=2)
NOOR = Person(id="U0NOORHADD", name="Noor Haddad", roles=frozenset({Role.EMPLOYEE, Role.EDITOR}))
PEOPLE = (EMMA, INES, OLLY, LIAM, NOOR)
SURE = Confidence(
    order=(1.0,) * 7 + (0.0,) * (len(TRAITS) - 7), weights=(3.0, *(0.0,) * (len(NAMES) - 1)), bias=-1.0,
    limits=Limits(answer=0.55, clarify=0.4), data="test",
)  # fmt: skip


@cache
def classifier() -> Classifier:
    """One that tells questions from faults, and some topics."""
    rows = {
        "how do I set up the vpn": {"intent": "question", "category": "vpn", "impact": "low", "urgency": "low"},
        "the printer is broken": {"intent": "incident", "category": "printing", "impact": "low", "urgency": "medium"},
        "what is for lunch today": {"intent": "outside", "category": "other", "impact": "medium", "urgency": "high"},
        "there is smoke": {"intent": "incident", "category": "safety", "impact": "high", "urgency": "high"},
    }
    return train([Example(text=f"{text} {n}", labels=row) for n in range(6) for text, row in rows.items()], encoder())


@cache
def encoder() -> HashingEncoder:
    """Shared words give near vectors."""
    return HashingEncoder()




class Labels:
    """Reads a reply at a step without a model: a label is that choice, everything else asks for a person."""

    def read(self, text: str, asked: Asked) -> Meaning:
        """What it means."""
        labels = [choice.label for choice in asked.choices]
        return Chosen(place=labels.index(text), sure=1.0) if text in labels else Command.PERSON


def firstline(database: Database, clock: Clock, everybody: Iterable[Person] = PEOPLE) -> Assistant:
    """The use cases, with two groups, and people whom it has met."""
    parts = assistant_over(database, clock).parts
    groups = [Group(slug=slug, name=slug.capitalize(), people=["x@example.com"]) for slug in GROUPS]
    kb = KnowledgeBase(database, encoder(), clock, Wording(model=bundled_folder()))
    made = Assistant(replace(
        parts, kb=kb, books=Books(kb, parts.books.lists), encoder=encoder(), classifier=classifier(), confidence=SURE,
        replies=cast("Replies", Labels()),
        desk=parts.desk.model_copy(update={"groups": groups}),
    ))  # fmt: skip
    with database.transaction() as session:
        for person in everybody: people.save(session, person, clock())
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """An article or recipe in a few words; `mark` is a word that no other has."""

    slug: str
    mark: str
    words: tuple[str, ...]
    audience: str = "employees"
    kind: str = "article"

    def draft(self) -> Draft:
        """It as it is published."""
        title, said, mark = " ".join(self.words[:3]), " ".join(self.words), self.mark
        if self.kind == "recipe":
            text = (
                f"title: {title} {mark}\naudience: {self.audience}\ntriggers: [{said} {mark}]\nstart: look\n"
                f'steps:\n  look: {{say: "Is {mark} there?", choices: {{"Yes {mark}": solved, "No": handoff}}}}\n'
            )
            made = recipe_draft(f"{self.slug}.yaml", text)
        else:
            made = article_draft(
                f"{self.slug}.md",
                f"---\ntitle: {title} {mark}\naudience: {self.audience}\naliases: [{said}]\n---\n"
                f"{said} {mark} {mark}.\n\n## About {mark}\n{mark} {' '.join(reversed(self.words))}.\n",
            )
        assert isinstance(made, Draft), made
        return made
