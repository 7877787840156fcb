"""One question after another through the real assistant, the parts of each timed."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace

from bot.assistant import Assistant
from bot.bootstrap import Core, make_assistant
from classifier.labels import Prediction
from classifier.model import Classifier
from core.encoder import Encoder, Vectors
from kb.ranking import Candidate
from kb.service import KnowledgeBase

AUDIENCES = frozenset({"employees"})
PARTS = ("encode", "classify", "search", "decide")
WARM = 20  # questions before the clock runs: the first ones fill caches of the encoder and SQLite


@dataclass(slots=True)
class Watch:
    """Adds up the milliseconds of each part of one question."""

    spent: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def on(self, part: str) -> Iterator[None]:
        """Time what happens within."""
        begin = time.perf_counter()
        yield
        self.spent[part] = self.spent.get(part, 0.0) + (time.perf_counter() - begin) * 1000


class _WatchedEncoder:
    def __init__(self, encoder: Encoder, watch: Watch) -> None:
        self.name, self.dims, self._encoder, self._watch = encoder.name, encoder.dims, encoder, watch

    def encode(self, texts: Sequence[str]) -> Vectors:
        with self._watch.on("encode"): return self._encoder.encode(texts)


class _WatchedKnowledge(KnowledgeBase):
    def __init__(self, core: Core, encoder: Encoder, watch: Watch) -> None:
        super().__init__(core.database, encoder, core.clock)
        self._watch = watch

    def search(
        self, vector: Vectors, text: str, audiences: frozenset[str], *, without: frozenset[str] = frozenset()
    ) -> list[Candidate]:
        with self._watch.on("search"): return super().search(vector, text, audiences, without=without)


@dataclass(frozen=True, slots=True, kw_only=True)
class _WatchedClassifier(Classifier):
    watch: Watch

    def predict(self, vector: Vectors, text: str) -> Prediction:
        with self.watch.on("classify"): return Classifier.predict(self, vector, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The real assistant, whose parts tell how long each took."""

    assistant: Assistant
    watch: Watch

    def judge(self, text: str) -> dict[str, float]:
        """The milliseconds of one question, whole and in parts."""
        self.watch.spent.clear()
        begin = time.perf_counter()
        self.assistant.understanding.judge(text, AUDIENCES)
        whole = (time.perf_counter() - begin) * 1000
        rest = whole - sum(self.watch.spent.values())  # outages, forms, confidence and the decision itself
        return {"whole": whole, **self.watch.spent, "decide": rest}


def watched(core: Core, stored: Encoder) -> Watched:
    """`stored` is the encoder whose vectors the knowledge base holds."""
    watch, parts = Watch(), make_assistant(core).parts
    known = {one.name: getattr(parts.classifier, one.name) for one in fields(parts.classifier)}
    classifier = _WatchedClassifier(**known, watch=watch)
    encoder, kb = _WatchedEncoder(parts.encoder, watch), _WatchedKnowledge(core, stored, watch)
    return Watched(assistant=Assistant(replace(parts, encoder=encoder, kb=kb, classifier=classifier)), watch=watch)


def rounds(
    asked: Watched, texts: Sequence[str], count: int, note: Callable[[int, int], None]
) -> list[dict[str, list[float]]]:
    """Each round's milliseconds, of the whole and of its parts, question by question."""
    for text in texts[:WARM]: asked.judge(text)
    found = []
    for number in range(count):
        note(number * len(texts), count * len(texts))
        judged = [asked.judge(text) for text in texts]
        found.append({name: [one[name] for one in judged] for name in ("whole", *PARTS)})
    note(count * len(texts), count * len(texts))
    return found
