"""Whose questions others answer: what people asked, and what items are called, asked anew of today's search."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from bot.assistant.editorial.facts import Named
from bot.assistant.parts import Parts
from bot.assistant.understanding import Understanding
from bot.question import Surface
from bot.reading import clean
from bot.tables import ConversationRow, TurnRow
from core import people
from core.people import PUBLIC
from kb.articles import ARTICLE
from kb.index import Item
from kb.ranking import Candidate
from kb.writing import RECIPE

ASKED = 500  # real questions, the newest; they take some two seconds
# How far the second may lie behind the first, in the log odds that candidates are put in order by. data/articles: of
# 1,272 titles, aliases and triggers 2 are taken by another item, and 10 more have one this close behind.
NAME_CLOSE = 1.0
ASKED_CLOSE = 0.5  # the same for what people ask: one question in ten of data/training/questions.jsonl
TOPICS = ("answer", "recipe", "clarify")  # decisions on messages that ask for an article or a recipe


@dataclass(frozen=True, slots=True, kw_only=True)
class Contested:
    """A question of the first item that the second answers (`taken`), or answers nearly as well.

    `source` is title, alias, trigger, confirmed (somebody asked it, and the first helped) or asked.
    """

    text: str
    source: str
    taken: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Collision:
    """Two items and the questions of the first that the second takes, or is close to."""

    first: Item
    second: Item
    questions: tuple[Contested, ...]

    @property
    def taken(self) -> int:
        """How many questions the second item really answers."""
        return sum(one.taken for one in self.questions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collisions:
    """Every pair of items that meet, the worst first; `names` and `asked` are how many questions were tried."""

    pairs: tuple[Collision, ...] = ()
    names: int = 0
    asked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A question of somebody, what they may see, and the item that helped them with it, if one did."""

    text: str
    audiences: frozenset[str]
    helped: Named | None


class Colliding:
    """Finds items that meet."""

    def __init__(self, parts: Parts, understanding: Understanding) -> None:
        """Take the shared parts, and what ranks what a question finds."""
        self._parts, self._understanding = parts, understanding

    def collisions(self) -> Collisions:
        """Ask every name and the newest questions, and put together who meets whom."""
        found: dict[tuple[Named, Named], dict[str, Contested]] = defaultdict(dict)
        names, asked = 0, self._asked()
        for first, second, one in self._of_names():
            names += 1
            if first and second and one: found[first, second][one.text] = one
        for first, second, one in self._of_asked(asked): found[first, second].setdefault(one.text, one)
        items = self._parts.kb.index().by_slug
        pairs = [
            Collision(first=items[first], second=items[second], questions=tuple(_worst(own.values())))
            for (first, second), own in found.items() if first in items and second in items
        ]
        order = sorted(pairs, key=lambda p: (-p.taken, -len(p.questions), p.first.title, p.second.title))
        return Collisions(pairs=tuple(order), names=names, asked=len(asked))

    # -- names -----------------------------------------------------------------------------------------------------

    def _of_names(self) -> Iterator[tuple[Named | None, Named | None, Contested | None]]:
        """Each name, with the item it is of and the one that contests it, if one does.

        Their vectors are stored, so nothing is encoded. Only what everybody may read who may read the first can
        contest it.
        """
        texts = self._parts.kb.texts(ARTICLE, RECIPE)
        items = {item.id: item for item in texts.items}
        for entry, vector in zip(texts.entries, texts.rows, strict=True):
            if entry.kind == "passage": continue
            own = items[entry.item]
            found = self._parts.kb.search(vector, entry.text, PUBLIC | {own.audience})
            ranked = self._parts.confidence.rank(found, self._parts.classifier.predict(vector, entry.text))
            other, taken = _rival(ranked, (own.kind, own.slug))
            one = Contested(text=entry.text, source=entry.kind, taken=taken) if other else None
            yield (own.kind, own.slug), other, one

    # -- what was asked --------------------------------------------------------------------------------------------

    def _asked(self) -> list[_Asked]:
        """The newest questions that stand on their own, each wording once for those who see the same."""
        trace = TurnRow.trace
        query = (
            select(
                TurnRow.text, TurnRow.feedback, trace["shown", 0, 0].as_string(), trace["shown", 0, 1].as_string(),
                trace["leans"].as_boolean(), ConversationRow.person, ConversationRow.surface,
            )
            .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
            .where(TurnRow.decision.in_(TOPICS)).order_by(TurnRow.id.desc()).limit(ASKED)
        )
        found: dict[tuple[str, frozenset[str]], _Asked] = {}
        with self._parts.database.reading() as session:
            rows = session.execute(query).all()
            seen = {person: people.find(session, person) for person in {row[5] for row in rows}}
        for text, feedback, kind, slug, leans, person, surface in rows:
            if leans: continue
            known = seen[person]
            audiences = known.audiences() if known and Surface(surface).private else PUBLIC
            helped = (kind, slug) if slug and feedback == "helpful" else None
            key = clean(text), audiences
            if key not in found or helped: found[key] = _Asked(text=key[0], audiences=audiences, helped=helped)
        return list(found.values())

    def _of_asked(self, asked: Sequence[_Asked]) -> Iterator[tuple[Named, Named, Contested]]:
        by_audience: dict[frozenset[str], list[_Asked]] = defaultdict(list)
        for one in asked: by_audience[one.audiences].append(one)
        for audiences, own in by_audience.items():
            heard = self._understanding.judge_each([one.text for one in own], audiences)
            for one, judged in zip(own, heard, strict=True):
                if judged.decision.name in TOPICS: yield from _met(one, judged.evidence.candidates)


def _met(asked: _Asked, ranked: Sequence[Candidate]) -> Iterator[tuple[Named, Named, Contested]]:
    """The two items that a question is between, if it is."""
    if asked.helped:
        other, taken = _rival(ranked, asked.helped, ASKED_CLOSE)
        if other: yield asked.helped, other, Contested(text=asked.text, source="confirmed", taken=taken)
        return
    if len(ranked) < 2: return  # noqa: PLR2004 - a question between two
    best, next_ = ranked[0], ranked[1]
    if best.score - next_.score > ASKED_CLOSE: return
    one = Contested(text=asked.text, source="asked", taken=False)
    yield (next_.kind, next_.slug), (best.kind, best.slug), one


def _rival(ranked: Sequence[Candidate], own: Named, close: float = NAME_CLOSE) -> tuple[Named | None, bool]:
    """The item that answers a question of another (and that it does), or comes close to it; None if none does."""
    mine = next((one for one in ranked if (one.kind, one.slug) == own), None)
    other = next((one for one in ranked if (one.kind, one.slug) != own), None)
    if other is None: return None, False
    lead = mine.score - other.score if mine else float("-inf")
    return ((other.kind, other.slug), lead < 0) if lead < close else (None, False)


def _worst(questions: Iterable[Contested]) -> list[Contested]:
    return sorted(questions, key=lambda one: (not one.taken, one.source == "asked", one.text))
